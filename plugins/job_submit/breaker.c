// The circuit breaker. Calls are serialised, so the one that finds the pause over is the one probe.
#include "breaker.h"

bool breaker_allows(const struct breaker *breaker, int limit, int64_t now_ns)
{
    return breaker->failures < limit || now_ns >= breaker->retry_at_ns;
}

void breaker_succeeded(struct breaker *breaker)
{
    breaker->failures = 0;
}

void breaker_failed(struct breaker *breaker, int limit, int64_t pause_ns, int64_t now_ns)
{
    if (breaker->failures < limit)
        breaker->failures++;
    if (breaker->failures >= limit)
        breaker->retry_at_ns = now_ns + pause_ns;
}
