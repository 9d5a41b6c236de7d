// The circuit breaker: after repeated failures atolld isn't asked for a while.
#ifndef ATOLL_BREAKER_H
#define ATOLL_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct breaker {
    int failures; // in a row
    int64_t retry_at_ns;
};

// Whether to ask now. Past the pause one question goes out as a probe; its outcome decides.
bool breaker_allows(const struct breaker *breaker, int limit, int64_t now_ns);
void breaker_succeeded(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, int limit, int64_t pause_ns, int64_t now_ns);

#endif
