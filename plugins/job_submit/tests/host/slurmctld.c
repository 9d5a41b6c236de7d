// Slurm's allocator checks a header before each string; so does this one.
#include "slurmctld.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0x42a70111u

slurm_conf_t slurm_conf = {.cluster_name = "reef", .slurm_user_id = 64030};

static int texts;
static char logged[1 << 16];

char *slurm_xstrdup(const char *text)
{
    if (!text)
        return NULL;
    size_t size = strlen(text) + 1;
    uint64_t *block = malloc(sizeof *block + size);
    if (!block)
        abort();
    *block = MAGIC;
    memcpy(block + 1, text, size);
    texts++;
    return (char *)(block + 1);
}

void slurm_xfree_ptr(void *text)
{
    if (!text)
        return;
    uint64_t *block = (uint64_t *)text - 1;
    if (*block != MAGIC)
        abort(); // as slurmctld would
    *block = 0;
    texts--;
    free(block);
}

char *slurm_text(const char *text)
{
    return slurm_xstrdup(text);
}

void slurm_text_free(char **text)
{
    slurm_xfree_ptr(*text);
    *text = NULL;
}

int slurm_texts(void)
{
    return texts;
}

static void add(const char *format, va_list arguments)
{
    size_t length = strlen(logged);
    vsnprintf(logged + length, sizeof logged - length, format, arguments);
}

void slurm_info(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(format, arguments);
    va_end(arguments);
}

void slurm_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(format, arguments);
    va_end(arguments);
}

bool slurm_has_logged(const char *text)
{
    bool found = strstr(logged, text) != NULL;
    logged[0] = 0;
    return found;
}
