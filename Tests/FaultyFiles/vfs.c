/* The VFS: every call goes on to the system's own, once the file's disk has been asked. */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

struct file {
    sqlite3_file base;
    faulty_disk *disk;
    /* SQLite keeps the name for as long as the file is open. */
    const char *path;
    sqlite3_file *real;
};

static sqlite3_vfs *system_vfs;

static struct file *as_file(sqlite3_file *file) { return (struct file *)file; }
static sqlite3_file *real_of(sqlite3_file *file) { return as_file(file)->real; }
#define REAL(call, ...) real_of(file)->pMethods->call(real_of(file), ##__VA_ARGS__)

static int file_close(sqlite3_file *file) { return REAL(xClose); }

static int file_read(sqlite3_file *file, void *to, int length, sqlite3_int64 offset) {
    return REAL(xRead, to, length, offset);
}

/* Under the disk's lock. */
static int write_on_disk(
    sqlite3_file *file, faulty_disk *disk, const void *from, int length, sqlite3_int64 offset) {
    if (disk_is_stopped(disk)) return SQLITE_IOERR_WRITE;
    enum verdict verdict = disk_count(disk, as_file(file)->path, 0);
    if (verdict == FAIL) return SQLITE_IOERR_WRITE;
    if (disk_keep(disk, as_file(file)->path, real_of(file), offset, length) != 0) return SQLITE_NOMEM;
    if (verdict == CUT_OFF) {
        if (length > 1) REAL(xWrite, from, length / 2, offset);
        return SQLITE_IOERR_WRITE;
    }
    return REAL(xWrite, from, length, offset);
}

static int file_write(sqlite3_file *file, const void *from, int length, sqlite3_int64 offset) {
    faulty_disk *disk = as_file(file)->disk;
    if (disk == NULL) return REAL(xWrite, from, length, offset);
    disk_lock(disk);
    int code = write_on_disk(file, disk, from, length, offset);
    disk_unlock(disk);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    faulty_disk *disk = as_file(file)->disk;
    if (disk == NULL) return REAL(xTruncate, size);
    disk_lock(disk);
    sqlite3_int64 old_size = 0;
    int code = disk_is_stopped(disk) ? SQLITE_IOERR_TRUNCATE : REAL(xFileSize, &old_size);
    if (code == SQLITE_OK && old_size > size &&
        disk_keep(disk, as_file(file)->path, real_of(file), size, old_size - size) != 0) {
        code = SQLITE_NOMEM;
    }
    if (code == SQLITE_OK) code = REAL(xTruncate, size);
    disk_unlock(disk);
    return code;
}

static int file_sync(sqlite3_file *file, int flags) {
    faulty_disk *disk = as_file(file)->disk;
    if (disk == NULL) return REAL(xSync, flags);
    disk_lock(disk);
    int fails = disk_is_stopped(disk) || disk_count(disk, as_file(file)->path, 1) != GO_ON;
    if (!fails) disk_synced(disk, as_file(file)->path);
    disk_unlock(disk);
    return fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) { return REAL(xFileSize, size); }
static int file_lock(sqlite3_file *file, int lock) { return REAL(xLock, lock); }
static int file_unlock(sqlite3_file *file, int lock) { return REAL(xUnlock, lock); }
static int file_check(sqlite3_file *file, int *out) { return REAL(xCheckReservedLock, out); }
static int file_control(sqlite3_file *file, int op, void *arg) { return REAL(xFileControl, op, arg); }
static int file_sector(sqlite3_file *file) { return REAL(xSectorSize); }
static int file_traits(sqlite3_file *file) { return REAL(xDeviceCharacteristics); }
static int file_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    return REAL(xShmMap, page, size, extend, out);
}
static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    return REAL(xShmLock, offset, n, flags);
}
static void file_barrier(sqlite3_file *file) { REAL(xShmBarrier); }
static int file_unmap(sqlite3_file *file, int deletes) { return REAL(xShmUnmap, deletes); }

/* Version 2: without memory-mapped reading, every write of a file is seen here. */
static const sqlite3_io_methods methods = {
    2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock,
    file_unlock, file_check, file_control, file_sector, file_traits, file_map, file_shm_lock,
    file_barrier, file_unmap, NULL, NULL,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out, int flags, int *given) {
    (void)vfs;
    struct file *file = as_file(out);
    memset(file, 0, sizeof *file);
    file->real = (sqlite3_file *)(file + 1);
    file->path = name;
    file->disk = disk_of(name);
    int code = system_vfs->xOpen(system_vfs, name, file->real, flags, given);
    if (file->real->pMethods != NULL) file->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int syncs) {
    (void)vfs;
    faulty_disk *disk = disk_of(name);
    if (disk == NULL) return system_vfs->xDelete(system_vfs, name, syncs);
    disk_lock(disk);
    int is_stopped = disk_is_stopped(disk);
    if (!is_stopped) disk_synced(disk, name);
    disk_unlock(disk);
    return is_stopped ? SQLITE_IOERR_DELETE : system_vfs->xDelete(system_vfs, name, 0);
}

int faulty_files_install(void) {
    static sqlite3_vfs vfs;
    static int is_installed;
    if (is_installed) return SQLITE_OK;
    is_installed = 1;
    system_vfs = sqlite3_vfs_find(NULL);
    if (system_vfs == NULL) return SQLITE_ERROR;
    /* What is not said otherwise the system's own functions do, and find their data in pAppData. */
    vfs = *system_vfs;
    vfs.pNext = NULL;
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(struct file) + system_vfs->szOsFile;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    return sqlite3_vfs_register(&vfs, 1);
}
