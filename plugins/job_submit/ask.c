// Asks atolld and keeps count of its silences. The log hears of changes, at most once a second.
#include "ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "exchange.h"

static const int64_t quiet_ns = NS_PER_S;

static void describe(char *out, size_t size, struct exchange exchange, const struct answer *answer)
{
    const char *because = exchange.error ? strerror(exchange.error) : "";
    switch (exchange.outcome) {
    case EXCHANGE_NOBODY:
        snprintf(out, size, "nobody listens: %s", because);
        break;
    case EXCHANGE_LATE:
        snprintf(out, size, "no answer within the deadline");
        break;
    case EXCHANGE_BROKEN:
        snprintf(out, size, "the exchange broke off%s%s", *because ? ": " : "", because);
        break;
    case EXCHANGE_ANSWERED:
        if (answer->verdict == ANSWER_UNAVAILABLE)
            snprintf(out, size, "it can't decide now: %.120s",
                     answer->message[0] ? answer->message : answer->code);
        else
            snprintf(out, size, "its answer makes no sense");
        break;
    }
}

static bool may_speak(struct asker *asker, int64_t now_ns)
{
    if (asker->down == asker->down_said)
        return false;
    if (asker->said_at_ns && now_ns - asker->said_at_ns < quiet_ns)
        return false;
    asker->down_said = asker->down;
    asker->said_at_ns = now_ns;
    return true;
}

static void note_answered(struct asker *asker, int64_t now_ns)
{
    breaker_succeeded(&asker->breaker);
    asker->down = false;
    if (!may_speak(asker, now_ns))
        return;
    char text[160];
    snprintf(text, sizeof text,
             "atolld answers again after %" PRId64 " s; %" PRIu64 " requests went without it",
             (now_ns - asker->down_since_ns) / NS_PER_S, asker->unanswered);
    asker->log(text);
}

static void note_unanswered(struct asker *asker, const struct settings *settings, int64_t now_ns,
                            struct exchange exchange, const struct answer *answer)
{
    // Where nothing listens the question took no time: a pause would spare nothing, and would
    // let jobs pass unasked after a mere restart. Only what can cost time opens the breaker.
    if (exchange.outcome != EXCHANGE_NOBODY)
        breaker_failed(&asker->breaker, (int)settings->breaker_failures,
                       settings->breaker_pause_s * NS_PER_S, now_ns);
    if (!asker->down) {
        asker->down = true;
        if (!asker->down_said) {
            asker->down_since_ns = now_ns;
            asker->unanswered = 0;
        }
    }
    asker->unanswered++;
    if (!may_speak(asker, now_ns))
        return;
    char why[192], text[400];
    describe(why, sizeof why, exchange, answer);
    snprintf(text, sizeof text, "atolld can't be reached at %s (%s); when_unreachable = %s",
             settings->socket_path, why,
             settings->when_unreachable == UNREACHABLE_ADMIT ? "admit" : "refuse");
    asker->log(text);
}

bool ask(struct asker *asker, const struct settings *settings, const struct line *request,
         const char *id, int64_t deadline_ns, struct answer *answer)
{
    *answer = (struct answer){.verdict = ANSWER_NONSENSE};
    if (!breaker_allows(&asker->breaker, (int)settings->breaker_failures, clock_now_ns())) {
        asker->unanswered++;
        return false;
    }
    struct exchange exchange = exchange_line(settings->socket_path, request->bytes,
                                             request->length, asker->answer_line,
                                             sizeof asker->answer_line, deadline_ns);
    if (exchange.outcome == EXCHANGE_ANSWERED)
        answer_read(answer, asker->answer_line, exchange.length, id);
    int64_t now_ns = clock_now_ns();
    bool decided = answer->verdict == ANSWER_OK || answer->verdict == ANSWER_REFUSED;
    if (decided)
        note_answered(asker, now_ns);
    else
        note_unanswered(asker, settings, now_ns, exchange, answer);
    return decided;
}
