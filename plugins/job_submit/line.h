// One line of JSON under construction, in a buffer of fixed size: nothing here allocates.
#ifndef ATOLL_LINE_H
#define ATOLL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_BYTES 65536 // a line with its newline, docs/protocol.md

struct line {
    size_t length;
    bool overflow;  // something did not fit; the line must not be sent
    bool has_value; // the next value in the open object or list needs a comma
    char bytes[LINE_BYTES];
};

void line_start(struct line *line);
bool line_finish(struct line *line); // adds the newline; false when anything overflowed

void line_open(struct line *line, const char *name, char bracket); // '{' or '[', name may be NULL
void line_close(struct line *line, char bracket);                  // '}' or ']'
void line_unsigned(struct line *line, const char *name, uint64_t value);

// Writes a string and says whether it is whole. Bytes that aren't printable ASCII become '?', a
// quote and a backslash are escaped, and what would pass `limit` bytes, counted as escaped, is cut.
bool line_text(struct line *line, const char *name, const char *text, size_t limit);

#endif
