/* The connection to slurmdbd, and what it names by number. */
#include "accounting.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>

/* Where libslurm's sockets are found: it opens few files, and we none. */
enum { FIRST_SOCKET = 3, LAST_SOCKET = 63, SOCKETS = LAST_SOCKET - FIRST_SOCKET + 1 };

/* libslurm and slurmdbd send a message's length and the message one after the other. Left to itself
 * each end waits 40 ms for the other's acknowledgement in between, with each question and each answer. */
static struct {
    pthread_once_t begun;
    int is_there;
    sem_t asked;
    pthread_mutex_t lock; /* of what follows */
    struct pollfd sockets[SOCKETS];
    nfds_t count;
} haste = {.begun = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static void set(int fd, int option)
{
    const int yes = 1;
    /* What can't be set makes it slower, and no more. */
    setsockopt(fd, IPPROTO_TCP, option, &yes, sizeof yes);
}

/* Acknowledges the length of each answer as it comes: Linux takes TCP_QUICKACK back by itself when
 * something is sent, so it is no use to set it before. */
static void *acknowledge(void *unused)
{
    (void)unused;
    for (;;) {
        while (sem_wait(&haste.asked)) continue;
        struct pollfd sockets[SOCKETS];
        pthread_mutex_lock(&haste.lock);
        nfds_t count = haste.count;
        memcpy(sockets, haste.sockets, sizeof sockets);
        pthread_mutex_unlock(&haste.lock);
        /* A socket that is closed meanwhile would never tell. */
        poll(sockets, count, 10000);
        for (nfds_t i = 0; i < count; i++) set(sockets[i].fd, TCP_QUICKACK);
    }
    return NULL;
}

static void begin_haste(void)
{
    pthread_t thread;
    haste.is_there = !sem_init(&haste.asked, 0, 0)
                     && !pthread_create(&thread, NULL, acknowledge, NULL);
    if (haste.is_there) pthread_detach(thread);
}

void *csl_connection(csl_accounting *accounting)
{
    pthread_once(&haste.begun, begin_haste);
    pthread_mutex_lock(&haste.lock);
    haste.count = 0;
    for (int fd = FIRST_SOCKET; fd <= LAST_SOCKET; fd++) {
        struct sockaddr_storage peer;
        socklen_t size = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &size)) continue;
        if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) continue;
        set(fd, TCP_NODELAY);
        haste.sockets[haste.count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    pthread_mutex_unlock(&haste.lock);
    if (haste.is_there) sem_post(&haste.asked);
    return accounting->connection;
}

int csl_accounting_open(csl_accounting **out)
{
    csl_accounting *accounting = calloc(1, sizeof *accounting);
    if (!accounting) return ENOMEM;
    errno = 0;
    accounting->connection = slurmdb_connection_get(NULL);
    /* With nobody at the port it is not NULL, only errno tells (22.05). */
    int code = errno;
    if (!accounting->connection || code) {
        csl_accounting_close(accounting);
        return code ? code : -1;
    }
    *out = accounting;
    return 0;
}

void csl_accounting_close(csl_accounting *accounting)
{
    if (!accounting) return;
    if (accounting->connection) slurmdb_connection_close(&accounting->connection);
    free(accounting);
}

csl_list csl_list_of(const char *word)
{
    if (!word) return NULL;
    csl_list list = slurm_list_create(NULL);
    if (list) slurm_list_append(list, (void *)word);
    return list;
}

struct csl_names {
    csl_list list;
    csl_walk walk;
    int of_tres;
    char text[512];
};

int csl_names_of(csl_list list, int of_tres, csl_names **out)
{
    if (!list) return csl_failure();
    csl_names *names = calloc(1, sizeof *names);
    if (!names) {
        slurm_list_destroy(list);
        return ENOMEM;
    }
    names->list = list;
    names->walk = slurm_list_iterator_create(list);
    names->of_tres = of_tres;
    *out = names;
    return 0;
}

int csl_tres_names(csl_accounting *accounting, csl_names **out)
{
    slurmdb_tres_cond_t condition;
    memset(&condition, 0, sizeof condition);
    slurmdb_init_tres_cond(&condition, 0);
    errno = 0;
    return csl_names_of(slurmdb_tres_get(csl_connection(accounting), &condition), 1, out);
}

int csl_qos_names(csl_accounting *accounting, csl_names **out)
{
    slurmdb_qos_cond_t condition;
    memset(&condition, 0, sizeof condition);
    /* Deleted ones still stand in old runs. */
    SLURM_QOS_WITH_DELETED(&condition);
    errno = 0;
    return csl_names_of(slurmdb_qos_get(csl_connection(accounting), &condition), 0, out);
}

int csl_names_next(csl_names *names, int64_t *id, const char **name)
{
    void *record = slurm_list_next(names->walk);
    if (!record) return 0;
    if (names->of_tres) {
        const slurmdb_tres_rec_t *tres = record;
        *id = tres->id;
        snprintf(names->text, sizeof names->text, tres->name ? "%s/%s" : "%s",
                 tres->type ? tres->type : "", tres->name);
        *name = names->text;
    } else {
        const slurmdb_qos_rec_t *qos = record;
        *id = qos->id;
        *name = qos->name ? qos->name : "";
    }
    return 1;
}

void csl_names_free(csl_names *names)
{
    if (!names) return;
    slurm_list_iterator_destroy(names->walk);
    slurm_list_destroy(names->list);
    free(names);
}
