#include "token.h"

#include <string.h>
#include <time.h>

#include "check.h"

void test_token(void)
{
    static const struct {
        uint64_t milliseconds;
        uint8_t random[10];
        const char *text;
    } rows[] = {
        {0, {0}, "00000000000000000000000000"},
        {1, {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "00000000010000000000000001"},
        // The example of the ULID specification's time, and all random bits set.
        {1469918176385, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
         "01ARYZ6S41ZZZZZZZZZZZZZZZZ"},
        {(UINT64_C(1) << 48) - 1, {0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10},
         "7ZZZZZZZZZGGGGGGGGGGGGGGGG"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct token token = token_from(rows[i].milliseconds, rows[i].random);
        CHECK(strcmp(token.text, rows[i].text) == 0, "%s, not %s", token.text, rows[i].text);
    }

    // Later ones sort later, and none comes twice.
    struct token first = token_make();
    struct timespec pause = {.tv_nsec = 3000000};
    nanosleep(&pause, NULL);
    struct token second = token_make();
    CHECK(strlen(first.text) == TOKEN_LENGTH);
    CHECK(strcmp(first.text, second.text) < 0, "%s then %s", first.text, second.text);
    bool all_differ = true;
    for (int i = 0; i < 10000; i++) {
        struct token next = token_make();
        all_differ &= strcmp(next.text, second.text) != 0;
        second = next;
    }
    CHECK(all_differ);
}
