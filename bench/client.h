/* What the programs that ask have in common: requests with ids of their own, time. */
#ifndef ATOLL_BENCH_CLIENT_H
#define ATOLL_BENCH_CLIENT_H

#include "local_socket.h"

#include <stddef.h>
#include <stdint.h>

enum { LINE_BYTES = 65536 };

/*
 * Writes `template` into `line` (LINE_BYTES) with a newline, each %ID% in it replaced by an id that
 * no other process and no other number gives; returns the length.
 */
size_t write_line(char *line, const char *template, long number);

/* Ends with 1 where `answer` is neither granted nor an echo of `line`. */
void expect_granted(const char *answer, const char *line);

int64_t now_ns(void);

#endif
