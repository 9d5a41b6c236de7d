// Reads "key = value" lines; `#` starts a comment, a value may stand in double quotes.
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const char *path;
    int line;
    int problems;
    settings_problem *tell;
    void *context;
};

static void complain(struct reading *reading, const char *key, const char *what)
{
    char text[512];
    snprintf(text, sizeof text, "%s:%d: %.64s: %s", reading->path, reading->line, key, what);
    reading->problems++;
    reading->tell(reading->context, text);
}

struct settings settings_default(void)
{
    return (struct settings){
        .socket_path = "/run/atoll/atoll.sock",
        .deadline_ms = 100,
        .breaker_failures = 3,
        .breaker_pause_s = 10,
        .when_unreachable = UNREACHABLE_ADMIT,
    };
}

static void set_text(struct reading *reading, const char *key, const char *value, char *out,
                     size_t size)
{
    if (strlen(value) >= size)
        complain(reading, key, "is too long");
    else
        strcpy(out, value);
}

static void set_number(struct reading *reading, const char *key, const char *value, int64_t low,
                       int64_t high, int64_t *out)
{
    char *end, what[96];
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno || end == value || *end || number < low || number > high) {
        snprintf(what, sizeof what, "must be a whole number from %lld to %lld", (long long)low,
                 (long long)high);
        complain(reading, key, what);
        return;
    }
    *out = number;
}

static void set(struct reading *reading, struct settings *settings, const char *key,
                const char *value)
{
    if (strcmp(key, "cluster") == 0)
        set_text(reading, key, value, settings->cluster, sizeof settings->cluster);
    else if (strcmp(key, "socket") == 0 && *value != '/')
        complain(reading, key, "must be an absolute path");
    else if (strcmp(key, "socket") == 0)
        set_text(reading, key, value, settings->socket_path, sizeof settings->socket_path);
    else if (strcmp(key, "deadline_ms") == 0)
        set_number(reading, key, value, 1, 5000, &settings->deadline_ms);
    else if (strcmp(key, "breaker_failures") == 0)
        set_number(reading, key, value, 1, 1000, &settings->breaker_failures);
    else if (strcmp(key, "breaker_pause_s") == 0)
        set_number(reading, key, value, 1, 3600, &settings->breaker_pause_s);
    else if (strcmp(key, "when_unreachable") == 0 && strcmp(value, "admit") == 0)
        settings->when_unreachable = UNREACHABLE_ADMIT;
    else if (strcmp(key, "when_unreachable") == 0 && strcmp(value, "refuse") == 0)
        settings->when_unreachable = UNREACHABLE_REFUSE;
    else if (strcmp(key, "when_unreachable") == 0)
        complain(reading, key, "must be admit or refuse");
    else if (strcmp(key, "daemon_user") == 0)
        set_text(reading, key, value, settings->daemon_user, sizeof settings->daemon_user);
    else
        complain(reading, key, "no such setting");
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

static void read_line(struct reading *reading, struct settings *settings, char *line)
{
    line[strcspn(line, "#")] = '\0';
    char *key = trim(line);
    if (!*key)
        return;
    char *equals = strchr(key, '=');
    if (!equals) {
        complain(reading, key, "expected key = value");
        return;
    }
    *equals = '\0';
    key = trim(key);
    char *value = trim(equals + 1);
    size_t length = strlen(value);
    if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
        value[length - 1] = '\0';
        value++;
    }
    if (*value)
        set(reading, settings, key, value);
    else
        complain(reading, key, "has no value");
}

enum settings_reading settings_read(const char *path, struct settings *settings,
                                    settings_problem *tell, void *context)
{
    struct reading reading = {.path = path, .tell = tell, .context = context};
    *settings = settings_default();
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return SETTINGS_ABSENT;
    if (!file) {
        complain(&reading, "open", strerror(errno));
        return SETTINGS_FAULTY;
    }
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        reading.line++;
        if (!strchr(line, '\n') && !feof(file)) {
            complain(&reading, "line", "is too long; the rest of the file is left out");
            break;
        }
        read_line(&reading, settings, line);
    }
    if (ferror(file))
        complain(&reading, "read", "failed");
    fclose(file);
    return reading.problems ? SETTINGS_FAULTY : SETTINGS_READ;
}
