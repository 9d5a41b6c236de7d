#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "golden.h"

static struct answer answer;

static void read_text(const char *text, const char *id)
{
    answer_read(&answer, text, strlen(text), id);
}

static void test_golden(void)
{
    static const struct {
        const char *file;
        int number;
        char last; // of the id
        enum answer_verdict verdict;
        const char *code, *account, *qos, *message_start;
    } rows[] = {
        {"admit-ok.ndjson", 1, '1', ANSWER_OK, "", "astro", "", "atoll: up to 96.00 SU held, 404"},
        {"admit-ok.ndjson", 2, '2', ANSWER_OK, "", "astro", "low", "atoll: 12.50 SU are availabl"},
        {"admit-refused.ndjson", 1, '1', ANSWER_REFUSED, "insufficient_credit", "", "",
         "atoll: refused: this job may cost 96.00 SU, 12.50 SU are available in astro-2026\n"
         "atoll: (granted"},
        {"admit-refused.ndjson", 2, '3', ANSWER_REFUSED, "unknown_account", "", "",
         "atoll: refused: no project has the account a\",\"user_id\":0"},
        {"modify-answer.ndjson", 1, '5', ANSWER_OK, "", "", "", ""},
        {"modify-answer.ndjson", 2, '6', ANSWER_REFUSED, "forbidden", "", "", "atoll: refused: on"},
        {"void-ok.ndjson", 1, '7', ANSWER_OK, "", "", "", ""},
        {"failed.ndjson", 1, '1', ANSWER_UNAVAILABLE, "unavailable", "", "", "atoll: starting"},
        {"failed.ndjson", 2, '1', ANSWER_UNAVAILABLE, "busy", "", "", "atoll: too many"},
        {"failed.ndjson", 3, '1', ANSWER_UNAVAILABLE, "outcome_unknown", "", "", "atoll: ask ag"},
        {"failed.ndjson", 4, '1', ANSWER_REFUSED, "bad_request", "", "", "atoll: not a JSON"},
        {"admit-ok.ndjson", 1, '2', ANSWER_NONSENSE, "", "", "", ""}, // another question's
        {"admit-refused.ndjson", 1, '2', ANSWER_NONSENSE, "", "", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char id[] = "01JDABCDEFGHJKMNPQRSTVWX0?";
        id[25] = rows[i].last;
        read_text(golden_line(rows[i].file, rows[i].number), id);
        CHECK(answer.verdict == rows[i].verdict, "%s:%d", rows[i].file, rows[i].number);
        CHECK(strcmp(answer.code, rows[i].code) == 0, "row %zu: %s", i, answer.code);
        CHECK(strcmp(answer.account, rows[i].account) == 0, "row %zu: %s", i, answer.account);
        CHECK(strcmp(answer.qos, rows[i].qos) == 0, "row %zu: %s", i, answer.qos);
        CHECK(strncmp(answer.message, rows[i].message_start, strlen(rows[i].message_start)) == 0,
              "row %zu: %s", i, answer.message);
    }
}

static void test_nonsense(void)
{
    static const char *const rows[] = {
        "", "ok", "{", "[]", "null", "7", "{}", "{\"ok\":true}", "{\"id\":\"1\"}",
        "{\"id\":1,\"ok\":true}", "{\"id\":null,\"ok\":true}", "{\"id\":\"1\",\"ok\":\"true\"}",
        "{\"id\":\"1\",\"ok\":true} x", "{\"id\":\"1\",\"ok\":true}{}", "{\"id\":\"1\",\"ok\":tru",
        "{\"id\":\"1\",\"ok\":false}", "{\"id\":\"1\",\"ok\":false,\"error\":null}",
        "{\"id\":\"1\",\"ok\":false,\"error\":{}}",
        "{\"id\":\"1\",\"ok\":false,\"error\":{\"code\":7}}",
        "{\"id\":\"1\",\"ok\":true,\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
        "\x00\xff\xfe\x80",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read_text(rows[i], "1");
        CHECK(answer.verdict == ANSWER_NONSENSE, "row %zu: %s", i, rows[i]);
    }
}

static void test_texts(void)
{
    read_text("{\"id\":\"1\",\"ok\":true,\"message\":\"a\\u001b[31m\\tb\\u00e9\\nc\\n\\n\"}", "1");
    CHECK(answer.verdict == ANSWER_OK);
    CHECK(strcmp(answer.message, "a?[31m?b\xc3\xa9\nc") == 0, "%s", answer.message);
    read_text("{\"id\":\"1\",\"ok\":true,\"account\":7,\"message\":null,\"new\":{}}", "1");
    CHECK(answer.verdict == ANSWER_OK && !answer.account[0] && !answer.message[0]);
    read_text("{\"id\":\"1\",\"ok\":false,\"error\":{\"code\":\"no_rate\"}}", "1");
    CHECK(answer.verdict == ANSWER_REFUSED);
    CHECK(strcmp(answer.message, "atoll: refused (no_rate)") == 0, "%s", answer.message);

    // A long message is cut between characters, never inside one.
    static char text[20000];
    for (int shift = 0; shift < 2; shift++) {
        size_t at = (size_t)sprintf(text, "{\"id\":\"1\",\"ok\":true,\"message\":\"%.*s", shift, "x");
        while (at < 9000) {
            memcpy(text + at, "\xc3\xa9", 2);
            at += 2;
        }
        strcpy(text + at, "\"}");
        read_text(text, "1");
        size_t length = strlen(answer.message);
        CHECK(answer.verdict == ANSWER_OK && length < ANSWER_MESSAGE_BYTES && length > 4090);
        CHECK((length - (size_t)shift) % 2 == 0, "%zu bytes", length);
    }
}

void test_answer(void)
{
    test_golden();
    test_nonsense();
    test_texts();
}
