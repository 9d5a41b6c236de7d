// One question and its answer over the Unix socket, within one hard deadline.
#ifndef ATOLL_EXCHANGE_H
#define ATOLL_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

enum exchange_outcome {
    EXCHANGE_ANSWERED, // one whole line
    EXCHANGE_NOBODY,   // nothing listens: known at once, without waiting
    EXCHANGE_LATE,     // the deadline passed
    EXCHANGE_BROKEN,   // closed early, a line too long, or a failing system call
};

struct exchange {
    enum exchange_outcome outcome;
    int error;     // errno where a system call failed, else 0
    size_t length; // of the answer, without its newline
};

// Connects, sends `request` and reads one line into `answer`. Everything together ends by
// `deadline_ns` of the monotonic clock; no descriptor outlives the call, no signal is raised.
struct exchange exchange_line(const char *socket_path, const char *request, size_t request_length,
                              char *answer, size_t answer_size, int64_t deadline_ns);

#endif
