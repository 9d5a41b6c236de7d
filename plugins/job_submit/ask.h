// Asking atolld: deadline, circuit breaker, answer, and what a log should hear of it.
#ifndef ATOLL_ASK_H
#define ATOLL_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "breaker.h"
#include "line.h"
#include "settings.h"

typedef void ask_log(const char *text);

// What is known of atolld between two questions.
struct asker {
    ask_log *log;
    struct breaker breaker;
    bool down;              // the last question had no answer
    bool down_said;         // what the log was told last
    int64_t down_since_ns;
    int64_t said_at_ns;
    uint64_t unanswered;    // questions since it went down
    char answer_line[LINE_BYTES];
};

// Sends `request` and fills `answer`; true when atolld decided (OK or REFUSED). False is
// "unreachable": silence, nonsense, its own "can't decide now", or a pause of the breaker.
bool ask(struct asker *asker, const struct settings *settings, const struct line *request,
         const char *id, int64_t deadline_ns, struct answer *answer);

#endif
