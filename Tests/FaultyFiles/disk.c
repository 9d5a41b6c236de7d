/* The disk's own part: what was written and not synced, when to strike, what a crash leaves. */

#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A write that is not synced yet: what it wrote over. */
struct unsynced {
    char *path;
    int64_t offset, length;
    /* Of the old bytes as many as there were. */
    int64_t old_length, old_size;
    unsigned char *old;
    struct unsynced *before;
};

enum { KINDS_KEPT = 4096 };

struct faulty_disk {
    char *folder;
    pthread_mutex_t mutex;
    int64_t countdown, writes;
    int stops, is_stopped, has_struck;
    char kinds[KINDS_KEPT];
    /* The newest first. */
    struct unsynced *newest;
    faulty_disk *next;
};

static pthread_mutex_t disks_mutex = PTHREAD_MUTEX_INITIALIZER;
static faulty_disk *disks;

faulty_disk *faulty_disk_new(const char *folder) {
    faulty_disk *disk = calloc(1, sizeof *disk);
    if (disk == NULL) return NULL;
    disk->folder = realpath(folder, NULL);
    if (disk->folder == NULL) {
        free(disk);
        return NULL;
    }
    pthread_mutex_init(&disk->mutex, NULL);
    pthread_mutex_lock(&disks_mutex);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&disks_mutex);
    return disk;
}

static void forget(struct unsynced *write) {
    free(write->path);
    free(write->old);
    free(write);
}

static void forget_all(faulty_disk *disk) {
    while (disk->newest != NULL) {
        struct unsynced *write = disk->newest;
        disk->newest = write->before;
        forget(write);
    }
}

void faulty_disk_remove(faulty_disk *disk) {
    pthread_mutex_lock(&disks_mutex);
    for (faulty_disk **link = &disks; *link != NULL; link = &(*link)->next) {
        if (*link != disk) continue;
        *link = disk->next;
        break;
    }
    pthread_mutex_unlock(&disks_mutex);
    forget_all(disk);
    pthread_mutex_destroy(&disk->mutex);
    free(disk->folder);
    free(disk);
}

faulty_disk *disk_of(const char *path) {
    if (path == NULL) return NULL;
    pthread_mutex_lock(&disks_mutex);
    faulty_disk *disk = disks;
    for (; disk != NULL; disk = disk->next) {
        size_t length = strlen(disk->folder);
        if (strncmp(path, disk->folder, length) == 0 && path[length] == '/') break;
    }
    pthread_mutex_unlock(&disks_mutex);
    return disk;
}

void disk_lock(faulty_disk *disk) { pthread_mutex_lock(&disk->mutex); }
void disk_unlock(faulty_disk *disk) { pthread_mutex_unlock(&disk->mutex); }
int disk_is_stopped(const faulty_disk *disk) { return disk->is_stopped; }

static void strike_after(faulty_disk *disk, int64_t writes, int stops) {
    disk_lock(disk);
    disk->countdown = writes;
    disk->stops = stops;
    disk->has_struck = 0;
    disk_unlock(disk);
}

void faulty_disk_fail(faulty_disk *disk, int64_t writes) { strike_after(disk, writes, 0); }
void faulty_disk_stop(faulty_disk *disk, int64_t writes) { strike_after(disk, writes, 1); }

int faulty_disk_has_struck(faulty_disk *disk) {
    disk_lock(disk);
    int struck = disk->has_struck;
    disk_unlock(disk);
    return struck;
}

int64_t faulty_disk_writes(faulty_disk *disk) {
    disk_lock(disk);
    int64_t writes = disk->writes;
    disk_unlock(disk);
    return writes;
}

char faulty_disk_kind(faulty_disk *disk, int64_t write) {
    disk_lock(disk);
    char kind = write < 1 || write > KINDS_KEPT ? 0 : disk->kinds[write - 1];
    disk_unlock(disk);
    return kind;
}

static char kind_of(const char *path, int is_sync) {
    const char *end = strrchr(path, '.');
    char kind = 'o';
    if (end != NULL && strcmp(end, ".db") == 0) kind = 'd';
    if (end != NULL && strcmp(end, ".db-wal") == 0) kind = 'w';
    if (end != NULL && strcmp(end, ".db-journal") == 0) kind = 'j';
    return is_sync ? (char)(kind - 'a' + 'A') : kind;
}

enum verdict disk_count(faulty_disk *disk, const char *path, int is_sync) {
    if (disk->writes < KINDS_KEPT) disk->kinds[disk->writes] = kind_of(path, is_sync);
    disk->writes += 1;
    if (disk->countdown == 0) return GO_ON;
    disk->countdown -= 1;
    if (disk->countdown > 0) return GO_ON;
    disk->has_struck = 1;
    disk->is_stopped = disk->stops;
    return disk->stops ? CUT_OFF : FAIL;
}

int disk_keep(
    faulty_disk *disk, const char *path, sqlite3_file *file, int64_t offset, int64_t length) {
    struct unsynced *write = calloc(1, sizeof *write);
    if (write == NULL) return -1;
    sqlite3_int64 size = 0;
    file->pMethods->xFileSize(file, &size);
    write->path = strdup(path);
    write->offset = offset;
    write->length = length;
    write->old_size = size;
    write->old_length = size <= offset ? 0 : size - offset < length ? size - offset : length;
    write->old = malloc(write->old_length > 0 ? (size_t)write->old_length : 1);
    int read = SQLITE_OK;
    if (write->path != NULL && write->old != NULL && write->old_length > 0) {
        read = file->pMethods->xRead(file, write->old, (int)write->old_length, offset);
    }
    if (write->path == NULL || write->old == NULL || read != SQLITE_OK) {
        forget(write);
        return -1;
    }
    write->before = disk->newest;
    disk->newest = write;
    return 0;
}

void disk_synced(faulty_disk *disk, const char *path) {
    struct unsynced **link = &disk->newest;
    while (*link != NULL) {
        struct unsynced *write = *link;
        if (strcmp(write->path, path) == 0) {
            *link = write->before;
            forget(write);
        } else {
            link = &write->before;
        }
    }
}

/* Whether a write that was kept, newer than `write`, lies on it or beyond the old end of its file. */
static int is_covered(const struct unsynced *kept, const struct unsynced *write) {
    for (; kept != NULL; kept = kept->before) {
        if (strcmp(kept->path, write->path) != 0) continue;
        if (kept->offset < write->offset + write->length &&
            write->offset < kept->offset + kept->length) {
            return 1;
        }
        if (write->old_size < write->offset + write->length && kept->offset >= write->offset) return 1;
    }
    return 0;
}

static int put_back(const struct unsynced *write) {
    int fd = open(write->path, O_RDWR | O_CLOEXEC);
    /* A file that is gone has nothing to be put back. */
    if (fd < 0) return errno == ENOENT ? 0 : -1;
    int code = 0;
    if (pwrite(fd, write->old, (size_t)write->old_length, write->offset) != write->old_length) code = -1;
    if (write->old_length < write->length && ftruncate(fd, write->old_size) != 0) code = -1;
    close(fd);
    return code;
}

static uint64_t next_random(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int64_t faulty_disk_restore(faulty_disk *disk, uint64_t seed) {
    disk_lock(disk);
    uint64_t state = seed;
    uint64_t mood = next_random(&state) % 3;
    struct unsynced *kept = NULL;
    int64_t lost = 0;
    while (disk->newest != NULL) {
        struct unsynced *write = disk->newest;
        disk->newest = write->before;
        int loses = mood == 0 || (mood == 2 && next_random(&state) % 2 == 0);
        if (loses && !is_covered(kept, write)) {
            if (lost >= 0) lost = put_back(write) == 0 ? lost + 1 : -1;
            forget(write);
        } else {
            write->before = kept;
            kept = write;
        }
    }
    disk->newest = kept;
    forget_all(disk);
    disk->countdown = 0;
    disk->is_stopped = disk->has_struck = 0;
    disk_unlock(disk);
    return lost;
}
