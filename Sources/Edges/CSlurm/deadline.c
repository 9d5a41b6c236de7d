/* A deadline for what the library waits for, kept by a thread: with munge hung, libslurm itself takes
 * SIGALRM away (22.05). */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "slurm_door.h"

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct timespec at; /* tv_sec 0: none */
    const char *message;
    int exit_code;
    int is_kept;
} deadline = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int is_past(const struct timespec *at)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > at->tv_sec
           || (now.tv_sec == at->tv_sec && now.tv_nsec >= at->tv_nsec);
}

static void *keep(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&deadline.lock);
    for (;;) {
        struct timespec at = deadline.at;
        if (!at.tv_sec)
            pthread_cond_wait(&deadline.changed, &deadline.lock);
        else if (!is_past(&at))
            pthread_cond_timedwait(&deadline.changed, &deadline.lock, &at);
        else {
            const char *message = deadline.message ? deadline.message : "";
            (void)!write(STDERR_FILENO, message, strlen(message));
            _exit(deadline.exit_code);
        }
    }
    return NULL;
}

/* Without a thread there is no deadline; whoever started this process has one too. */
static int begin_keeping(void)
{
    pthread_t thread;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&deadline.changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&thread, NULL, keep, NULL)) return 0;
    pthread_detach(thread);
    return 1;
}

void csl_deadline(unsigned seconds, const char *message, int exit_code)
{
    pthread_mutex_lock(&deadline.lock);
    if (!deadline.is_kept) deadline.is_kept = begin_keeping();
    deadline.at = (struct timespec){0};
    if (seconds) {
        clock_gettime(CLOCK_MONOTONIC, &deadline.at);
        deadline.at.tv_sec += seconds;
    }
    deadline.message = message;
    deadline.exit_code = exit_code;
    if (deadline.is_kept) pthread_cond_signal(&deadline.changed);
    pthread_mutex_unlock(&deadline.lock);
}
