/* Unix sockets, both ends: what fails ends the program. */
#ifndef ATOLL_BENCH_LOCAL_SOCKET_H
#define ATOLL_BENCH_LOCAL_SOCKET_H

/* Says what failed and why, and ends with 1. */
_Noreturn void fail(const char *what);

/* A connection to the Unix socket at `path`. */
int connected(const char *path);

/* Listens at `path`, which is made; anybody whom its folder lets in may connect. */
int listening(const char *path);

#endif
