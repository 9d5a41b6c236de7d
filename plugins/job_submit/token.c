// Makes tokens. They must be unique, not secret: anyone may read them in admin_comment.
#include "token.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32

static void fill_random(uint8_t random[10])
{
    if (getrandom(random, 10, GRND_NONBLOCK) == 10)
        return;
    // Only a machine that has just booted gets here; never wait for its entropy.
    static uint64_t counter;
    uint64_t mix = (uint64_t)clock_now_ns() ^ ((uint64_t)getpid() << 40) ^ ++counter;
    for (int i = 0; i < 10; i++) {
        mix = (mix ^ (mix >> 30)) * UINT64_C(0xbf58476d1ce4e5b9) + counter;
        random[i] = (uint8_t)(mix >> 56);
    }
}

struct token token_from(uint64_t milliseconds, const uint8_t random[10])
{
    struct token token;
    for (int i = 9; i >= 0; i--, milliseconds >>= 5)
        token.text[i] = alphabet[milliseconds & 31];
    uint32_t bits = 0;
    int held = 0, at = 10;
    for (int i = 0; i < 10; i++) {
        bits = (bits << 8) | random[i];
        held += 8;
        while (held >= 5) {
            held -= 5;
            token.text[at++] = alphabet[(bits >> held) & 31];
        }
    }
    token.text[TOKEN_LENGTH] = '\0';
    return token;
}

struct token token_make(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint8_t random[10];
    fill_random(random);
    return token_from((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000, random);
}
