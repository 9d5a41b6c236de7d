// The golden lines of the wire, shared with the daemon's tests.
#ifndef ATOLL_GOLDEN_H
#define ATOLL_GOLDEN_H

#include <stddef.h>

// Line `number` (from 1) of a file in $GOLDEN, without its newline; "" where there is none.
// The text lives until the next call.
const char *golden_line(const char *file, int number);

#endif
