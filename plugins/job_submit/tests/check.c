// Counts what the rows of a test come to; the closing line tells it.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

static int passed, failed;

void check(bool condition, const char *file, int line, const char *text, const char *row, ...)
{
    if (condition) {
        passed++;
        return;
    }
    failed++;
    const char *name = strrchr(file, '/');
    fprintf(stderr, "%s:%d: not so: %s", name ? name + 1 : file, line, text);
    if (row[1]) {
        va_list arguments;
        va_start(arguments, row);
        fputs("  |", stderr);
        vfprintf(stderr, row, arguments);
        va_end(arguments);
    }
    fputc('\n', stderr);
}

int check_sum(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
