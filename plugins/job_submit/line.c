// Builds one line of JSON. Users' bytes can neither break it nor push it over its size.
#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void append(struct line *line, const char *bytes, size_t count)
{
    if (line->overflow || count > sizeof line->bytes - line->length) {
        line->overflow = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, count);
    line->length += count;
}

static void begin_value(struct line *line, const char *name)
{
    if (line->has_value)
        append(line, ",", 1);
    line->has_value = true;
    if (name) {
        append(line, "\"", 1);
        append(line, name, strlen(name));
        append(line, "\":", 2);
    }
}

void line_start(struct line *line)
{
    line->length = 0;
    line->overflow = false;
    line->has_value = false;
    line_open(line, NULL, '{');
}

bool line_finish(struct line *line)
{
    line_close(line, '}');
    append(line, "\n", 1);
    return !line->overflow;
}

void line_open(struct line *line, const char *name, char bracket)
{
    begin_value(line, name);
    append(line, &bracket, 1);
    line->has_value = false;
}

void line_close(struct line *line, char bracket)
{
    append(line, &bracket, 1);
    line->has_value = true;
}

void line_unsigned(struct line *line, const char *name, uint64_t value)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, value);
    begin_value(line, name);
    append(line, digits, (size_t)count);
}

bool line_text(struct line *line, const char *name, const char *text, size_t limit)
{
    begin_value(line, name);
    append(line, "\"", 1);
    size_t written = 0;
    for (; *text; text++) {
        char escaped[2] = {*text, 0};
        size_t count = 1;
        if (*text < 0x20 || *text > 0x7e) { // also every byte over 0x7f, char signed or not
            escaped[0] = '?';
        } else if (*text == '"' || *text == '\\') {
            escaped[0] = '\\';
            escaped[1] = *text;
            count = 2;
        }
        if (written + count > limit)
            break;
        append(line, escaped, count);
        written += count;
    }
    append(line, "\"", 1);
    return *text == '\0';
}
