/* The library's start and its way of ending the process. */
#include <stdio.h>
#include <unistd.h>

#include "slurm_door.h"

static const char *last_words;

static void say_last_words(void)
{
    if (!last_words) return;
    fflush(stdout);
    (void)!write(STDERR_FILENO, last_words, strlen(last_words));
}

void csl_say_when_ended(const char *message)
{
    static int registered;
    last_words = message;
    if (!registered) registered = atexit(say_last_words) == 0;
}

void csl_init(void)
{
    /* Task lists of arrays are cut at 64 bytes unless this says 0 (squeue(1), SLURM_BITSTR_LEN). */
    setenv("SLURM_BITSTR_LEN", "0", 1);
    slurm_init(NULL);
}

const char *csl_error_text(int code)
{
    const char *text = code > 0 ? slurm_strerror(code) : NULL;
    return text ? text : "no cause told";
}

const char *csl_built_for(void)
{
    static char text[32];
    snprintf(text, sizeof text, "%d.%02d.%d", SLURM_VERSION_MAJOR(SLURM_VERSION_NUMBER),
             SLURM_VERSION_MINOR(SLURM_VERSION_NUMBER), SLURM_VERSION_MICRO(SLURM_VERSION_NUMBER));
    return text;
}
