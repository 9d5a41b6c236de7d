#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "scratch.h"

static char told[2048];

static void tell(void *context, const char *problem)
{
    strcat(strcat(told, strstr(problem, context)), "\n");
}

void test_settings(void)
{
    static const struct {
        const char *text, *problems;
    } rows[] = {
        {"", ""},
        {"# only a comment\n\n", ""},
        {"cluster = reef\n", ""},
        {"cluster=\"reef\" # why\n", ""},
        {"deadline_ms = 0\n", "conf:1: deadline_ms: must be a whole number from 1 to 5000\n"},
        {"deadline_ms = 100ms\n", "conf:1: deadline_ms: must be a whole number from 1 to 5000\n"},
        {"deadline_ms = 99999999999999999999\n",
         "conf:1: deadline_ms: must be a whole number from 1 to 5000\n"},
        {"\nwhen_unreachable = perhaps\n", "conf:2: when_unreachable: must be admit or refuse\n"},
        {"socket = run/atoll.sock\n", "conf:1: socket: must be an absolute path\n"},
        {"cluster\n", "conf:1: cluster: expected key = value\n"},
        {"cluster =\n", "conf:1: cluster: has no value\n"},
        {"= reef\n", "conf:1: : no such setting\n"},
        {"colour = red\nbreaker_failures = x\n",
         "conf:1: colour: no such setting\n"
         "conf:2: breaker_failures: must be a whole number from 1 to 1000\n"},
    };
    char directory[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    scratch_path(directory, "atoll-settings-XXXXXX");
    CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/conf", directory);
    struct settings settings;
    CHECK(settings_read(path, &settings, tell, "conf") == SETTINGS_ABSENT);
    CHECK(settings.deadline_ms == 100 && settings.breaker_failures == 3);
    CHECK(strcmp(settings.socket_path, "/run/atoll/atoll.sock") == 0);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        FILE *file = fopen(path, "w");
        fputs(rows[i].text, file);
        fclose(file);
        told[0] = '\0';
        enum settings_reading reading = settings_read(path, &settings, tell, "conf:");
        CHECK((reading == SETTINGS_READ) == !rows[i].problems[0], "row %zu", i);
        CHECK(strcmp(told, rows[i].problems) == 0, "row %zu: %s", i, told);
        CHECK(settings.deadline_ms == 100, "row %zu", i);
    }

    FILE *file = fopen(path, "w");
    fputs("cluster = reef\nsocket = /tmp/a.sock\ndeadline_ms = 250\nbreaker_failures = 5\n"
          "breaker_pause_s = 30\nwhen_unreachable = refuse\ndaemon_user = atoll", file);
    fclose(file);
    CHECK(settings_read(path, &settings, tell, "conf:") == SETTINGS_READ);
    CHECK(strcmp(settings.cluster, "reef") == 0);
    CHECK(strcmp(settings.socket_path, "/tmp/a.sock") == 0);
    CHECK(settings.deadline_ms == 250 && settings.breaker_failures == 5);
    CHECK(settings.breaker_pause_s == 30);
    CHECK(settings.when_unreachable == UNREACHABLE_REFUSE);
    CHECK(strcmp(settings.daemon_user, "atoll") == 0);

    // A line as long as the reader's buffer, and one of a long value.
    file = fopen(path, "w");
    fprintf(file, "socket = /%0200d\n%02000d\ncluster = late\n", 0, 0);
    fclose(file);
    told[0] = '\0';
    CHECK(settings_read(path, &settings, tell, "conf:") == SETTINGS_FAULTY);
    CHECK(strstr(told, "conf:1: socket: is too long") != NULL, "%s", told);
    CHECK(strstr(told, "conf:2: line: is too long") != NULL, "%s", told);
    CHECK(settings.cluster[0] == '\0');
    unlink(path);
    CHECK(settings_read(directory, &settings, tell, "") == SETTINGS_FAULTY);
    rmdir(directory);
}
