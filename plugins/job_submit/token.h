// A job's token: 26 characters, time-ordered and random, made before anything is sent.
#ifndef ATOLL_TOKEN_H
#define ATOLL_TOKEN_H

#include <stdint.h>

#define TOKEN_LENGTH 26

struct token {
    char text[TOKEN_LENGTH + 1];
};

// A fresh token: a ULID (48 bits of milliseconds since 1970, 80 random bits).
struct token token_make(void);

// The same from given parts, for the tests.
struct token token_from(uint64_t milliseconds, const uint8_t random[10]);

#endif
