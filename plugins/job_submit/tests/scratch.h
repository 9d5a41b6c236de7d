// Where tests may put what they need on disk.
#ifndef ATOLL_SCRATCH_H
#define ATOLL_SCRATCH_H

enum { SCRATCH_PATH = 108 }; // sun_path's length: any of these may be a socket

// `name` in TMPDIR; in /tmp where that is no absolute path or too long for a socket.
void scratch_path(char path[SCRATCH_PATH], const char *name);

#endif
