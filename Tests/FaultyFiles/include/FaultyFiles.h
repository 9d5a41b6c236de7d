/*
 * A disk that fails or stops when it is told to: a SQLite VFS over the system's own.
 *
 * Files in a folder that has a disk keep the old bytes of every write until it is synced, so that
 * a loss of power can be played: what was not synced is lost, in part or wholly. Nothing is synced
 * for real; all other files pass through untouched.
 */
#ifndef FAULTY_FILES_H
#define FAULTY_FILES_H

#include <stdint.h>

typedef struct faulty_disk faulty_disk;

/* Makes it SQLite's default VFS for files opened from now on; again: nothing. 0, or SQLite's code. */
int faulty_files_install(void);

/* The disk of `folder`, which exists; kept until it is removed. NULL: no memory or no folder. */
faulty_disk *faulty_disk_new(const char *folder);
/* All files of it are closed. */
void faulty_disk_remove(faulty_disk *disk);

/* The `writes`-th write or sync from now fails, once. 0: none. */
void faulty_disk_fail(faulty_disk *disk, int64_t writes);
/* The `writes`-th write or sync from now is cut off half way, and none happens any more. */
void faulty_disk_stop(faulty_disk *disk, int64_t writes);
/* Whether what was asked for has happened. */
int faulty_disk_has_struck(faulty_disk *disk);
/* Writes and syncs so far. */
int64_t faulty_disk_writes(faulty_disk *disk);
/*
 * What the `write`-th of them was, counted from 1: of the file itself 'd', its write-ahead log 'w', its
 * rollback journal 'j' or another 'o'; large where it was synced. 0: too late to be kept.
 */
char faulty_disk_kind(faulty_disk *disk, int64_t write);

/*
 * Turns the power on again, with all files closed: of the writes that were not synced, as `seed`
 * has it, all are lost, none, or some. Returns how many; -1: a file could not be put back.
 */
int64_t faulty_disk_restore(faulty_disk *disk, uint64_t seed);

#endif
