/* What the VFS tells a disk, and what the disk answers. */
#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <sqlite3.h>

#include "FaultyFiles.h"

enum verdict { GO_ON, FAIL, CUT_OFF };

/* The disk whose folder `path` is in; NULL: none. */
faulty_disk *disk_of(const char *path);

/* Between these two a disk's state and files change for nobody else. */
void disk_lock(faulty_disk *disk);
void disk_unlock(faulty_disk *disk);

int disk_is_stopped(const faulty_disk *disk);
/* Counts a write or sync of `path`. */
enum verdict disk_count(faulty_disk *disk, const char *path, int is_sync);
/* Keeps what `length` bytes at `offset` were; `size` is the file's. 0, or out of memory. */
int disk_keep(
    faulty_disk *disk, const char *path, sqlite3_file *file, int64_t offset, int64_t length);
/* What was written to `path` is safe. */
void disk_synced(faulty_disk *disk, const char *path);

#endif
