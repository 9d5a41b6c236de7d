// Keeps others' text and puts exactly one token at the end, where a reader finds the last word.
#include "admin_comment.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char mark[] = "atoll=";
#define WORD_BYTES (sizeof mark - 1 + TOKEN_LENGTH)

void admin_comment_with(char out[ADMIN_COMMENT_BYTES + 1], const char *before, struct token token)
{
    const size_t room = ADMIN_COMMENT_BYTES - WORD_BYTES - 1;
    size_t length = 0;
    const char *at = before ? before : "";
    while (*at && length < room) {
        bool starts_word = at == before || at[-1] == ' ';
        if (starts_word && strncmp(at, mark, sizeof mark - 1) == 0) {
            at += strcspn(at, " "); // an earlier token goes, with the space after it
            at += *at == ' ';
        } else {
            out[length++] = *at++;
        }
    }
    while (length > 0 && out[length - 1] == ' ')
        length--;
    if (length > 0)
        out[length++] = ' ';
    snprintf(out + length, ADMIN_COMMENT_BYTES + 1 - length, "%s%s", mark, token.text);
}
