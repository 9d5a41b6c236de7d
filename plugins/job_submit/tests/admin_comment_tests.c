#include "admin_comment.h"

#include <string.h>

#include "check.h"

#define OLD "atoll=01ARYZ6S41ZZZZZZZZZZZZZZZZ"
#define NEW "atoll=01JDABCDEFGHJKMNPQRSTVWXYZ"

void test_admin_comment(void)
{
    struct token token = {.text = "01JDABCDEFGHJKMNPQRSTVWXYZ"};
    static const struct {
        const char *before, *after;
    } rows[] = {
        {NULL, NEW},
        {"", NEW},
        {"   ", NEW},
        {"from lua", "from lua " NEW},
        {OLD, NEW},
        {OLD " ", NEW},
        {"a " OLD, "a " NEW},
        {OLD " b", "b " NEW},
        {"a " OLD " b", "a b " NEW},
        {OLD " " OLD " c " OLD, "c " NEW},
        {"atoll=", NEW},
        {"atoll=short b", "b " NEW},
        {"myatoll=1", "myatoll=1 " NEW},
        {"{\"k\": 1}", "{\"k\": 1} " NEW},
    };
    char out[ADMIN_COMMENT_BYTES + 1];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        admin_comment_with(out, rows[i].before, token);
        CHECK(strcmp(out, rows[i].after) == 0, "row %zu: [%s]", i, out);
    }

    char before[3000];
    for (size_t length = 980; length < sizeof before; length += length < 1030 ? 1 : 500) {
        memset(before, 'x', length);
        before[length] = '\0';
        admin_comment_with(out, before, token);
        CHECK(strlen(out) <= ADMIN_COMMENT_BYTES, "%zu", length);
        CHECK(strcmp(out + strlen(out) - strlen(" " NEW), " " NEW) == 0, "%zu", length);
    }
}
