// Runs every room's tests; the closing line counts the checks.
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

int main(void)
{
    test_token();
    test_line();
    test_admin_comment();
    test_breaker();
    test_hetjob();
    test_settings();
    test_request();
    test_answer();
    test_exchange();
    test_ask();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
