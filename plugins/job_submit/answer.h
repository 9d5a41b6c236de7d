// atolld's answer to one question, as values.
#ifndef ATOLL_ANSWER_H
#define ATOLL_ANSWER_H

#include <stddef.h>

#define ANSWER_MESSAGE_BYTES 4096

enum answer_verdict {
    ANSWER_OK,
    ANSWER_REFUSED,     // "refused", or a request that atolld could not read
    ANSWER_UNAVAILABLE, // it says itself that it can't decide now
    ANSWER_NONSENSE,    // not an answer to this question
};

struct answer {
    enum answer_verdict verdict;
    char code[64];    // of an error, else ""
    char account[256]; // to set where the user gave none, else ""
    char qos[256];     // to set, else ""
    char message[ANSWER_MESSAGE_BYTES]; // for the user's screen, else ""
};

// Reads one line without its newline. It must carry `id`; only an error may carry null instead.
void answer_read(struct answer *answer, const char *line, size_t length, const char *id);

#endif
