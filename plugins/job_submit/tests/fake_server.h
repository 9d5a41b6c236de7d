// A stand-in for atolld that misbehaves on request, in a process of its own.
#ifndef ATOLL_FAKE_SERVER_H
#define ATOLL_FAKE_SERVER_H

#include <sys/types.h>

#include "scratch.h"

enum fake_mode {
    FAKE_OK, FAKE_REFUSED, FAKE_NO_SAY, FAKE_UNAVAILABLE, FAKE_BUSY_THEN_CLOSE, FAKE_SLOW_20MS, FAKE_HANG,
    FAKE_GARBAGE, FAKE_WRONG_ID, FAKE_HALF_LINE, FAKE_DRIP, FAKE_TOO_LONG, FAKE_CLOSE_AT_ONCE,
    FAKE_NEVER_READS, FAKE_NEVER_ACCEPTS,
};

struct fake {
    pid_t pid;
    char path[SCRATCH_PATH];
};

struct fake fake_start(enum fake_mode mode); // listens when this returns
void fake_stop(struct fake *fake);

#endif
