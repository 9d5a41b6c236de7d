#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

void test_scratch(void)
{
    char longest[SCRATCH_PATH], path[SCRATCH_PATH];
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[SCRATCH_PATH - (int)sizeof "/name"] = '\0'; // with a socket's name it just fits
    char too_long[SCRATCH_PATH + 1];
    snprintf(too_long, sizeof too_long, "%sx", longest);
    char fitting[SCRATCH_PATH + 8];
    snprintf(fitting, sizeof fitting, "%s/name", longest);
    const struct {
        const char *folder, *path;
    } rows[] = {
        {NULL, "/tmp/name"},
        {"", "/tmp/name"},
        {"here", "/tmp/name"},
        {"/var/tmp", "/var/tmp/name"},
        {longest, fitting},
        {too_long, "/tmp/name"},
    };
    const char *was = getenv("TMPDIR");
    char *kept = was ? strdup(was) : NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].folder)
            setenv("TMPDIR", rows[i].folder, 1);
        else
            unsetenv("TMPDIR");
        scratch_path(path, "name");
        CHECK(strcmp(path, rows[i].path) == 0, "row %zu: %s", i, path);
    }
    if (kept)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
    free(kept);
}
