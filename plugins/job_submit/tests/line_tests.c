#include "line.h"

#include <string.h>

#include "check.h"

static struct line line;

static bool is(const char *expected)
{
    return line.length == strlen(expected) && memcmp(line.bytes, expected, line.length) == 0;
}

void test_line(void)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *written;
        bool whole;
    } rows[] = {
        {"", 8, "", true},
        {"gpu:2", 8, "gpu:2", true},
        {"12345678", 8, "12345678", true},
        {"123456789", 8, "12345678", false},
        {"a\"b\\c", 8, "a\\\"b\\\\c", true},
        {"1234567\"", 8, "1234567", false}, // an escape is never cut in two
        {"tab\tnl\n", 8, "tab?nl?", true},
        {"\x7f\x80\xff\x01", 8, "????", true},
        {"\xc3\xa9t\xc3\xa9", 8, "??t??", true},
        {"\",\"op\":\"void", 64, "\\\",\\\"op\\\":\\\"void", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[128] = "{\"k\":\"";
        strcat(strcat(expected, rows[i].written), "\"}\n");
        line_start(&line);
        bool whole = line_text(&line, "k", rows[i].text, rows[i].limit);
        CHECK(line_finish(&line) && is(expected), "row %zu: %.*s", i, (int)line.length, line.bytes);
        CHECK(whole == rows[i].whole, "row %zu", i);
    }

    line_start(&line);
    line_unsigned(&line, "v", 1);
    line_open(&line, "job", '{');
    line_close(&line, '}');
    line_open(&line, "cut", '[');
    line_text(&line, NULL, "a", 9);
    line_text(&line, NULL, "b", 9);
    line_close(&line, ']');
    line_unsigned(&line, "max", UINT64_MAX);
    CHECK(line_finish(&line));
    CHECK(is("{\"v\":1,\"job\":{},\"cut\":[\"a\",\"b\"],\"max\":18446744073709551615}\n"));

    static char long_text[2 * LINE_BYTES];
    memset(long_text, 'x', sizeof long_text - 1);
    line_start(&line);
    line_text(&line, "k", long_text, sizeof long_text);
    CHECK(!line_finish(&line));
    CHECK(line.length <= LINE_BYTES);
}
