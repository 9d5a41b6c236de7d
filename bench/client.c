#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

size_t write_line(char *line, const char *template, long number)
{
    size_t length = 0;
    const char *mark;

    while ((mark = strstr(template, "%ID%")) != NULL) {
        length += (size_t)snprintf(line + length, LINE_BYTES - length, "%.*sbench-%d-%ld",
                                   (int)(mark - template), template, (int)getpid(), number);
        if (length >= LINE_BYTES)
            break;
        template = mark + 4;
    }
    if (length < LINE_BYTES)
        length += (size_t)snprintf(line + length, LINE_BYTES - length, "%s\n", template);
    if (length >= LINE_BYTES) {
        fprintf(stderr, "the line is too long\n");
        exit(2);
    }
    return length;
}

void expect_granted(const char *answer, const char *line)
{
    if (strstr(answer, "\"ok\":true") == NULL && strcmp(answer, line) != 0) {
        fprintf(stderr, "answered: %s", answer);
        exit(1);
    }
}

int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
