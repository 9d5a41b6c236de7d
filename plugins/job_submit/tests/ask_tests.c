#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "fake_server.h"
#include "token.h"

static struct asker asker;
static struct answer answer;
static struct line request;
static char logged[2048];

static void log_line(const char *text)
{
    strcat(strcat(logged, text), "\n");
}

static bool ask_at(const char *path, struct settings settings)
{
    struct token id = token_make();
    strcpy(settings.socket_path, path);
    line_start(&request);
    line_unsigned(&request, "v", 1);
    line_text(&request, "id", id.text, 64);
    line_finish(&request);
    return ask(&asker, &settings, &request, id.text,
               clock_now_ns() + settings.deadline_ms * NS_PER_MS, &answer);
}

static void fresh(void)
{
    memset(&asker, 0, sizeof asker);
    asker.log = log_line;
    logged[0] = '\0';
}

static void test_verdicts(struct settings settings)
{
    static const struct {
        enum fake_mode mode;
        bool decided;
        int failures; // what the breaker counts
    } rows[] = {
        {FAKE_OK, true, 0},          {FAKE_REFUSED, true, 0},       {FAKE_SLOW_20MS, true, 0},
        {FAKE_UNAVAILABLE, false, 1}, {FAKE_BUSY_THEN_CLOSE, false, 1}, {FAKE_GARBAGE, false, 1},
        {FAKE_WRONG_ID, false, 1},   {FAKE_HALF_LINE, false, 1},    {FAKE_TOO_LONG, false, 1},
        {FAKE_CLOSE_AT_ONCE, false, 1}, {FAKE_HANG, false, 1},      {FAKE_DRIP, false, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake = fake_start(rows[i].mode);
        fresh();
        CHECK(ask_at(fake.path, settings) == rows[i].decided, "row %zu", i);
        CHECK(asker.breaker.failures == rows[i].failures, "row %zu", i);
        CHECK(!logged[0] == rows[i].decided, "row %zu: %s", i, logged);
        fake_stop(&fake);
    }
}

static void test_breaker_story(struct settings settings)
{
    fresh();
    struct fake hanging = fake_start(FAKE_HANG), good = fake_start(FAKE_OK);
    for (int i = 0; i < 3; i++)
        CHECK(!ask_at(hanging.path, settings));
    CHECK(strstr(logged, "can't be reached") != NULL, "%s", logged);
    CHECK(strchr(logged, '\n') == logged + strlen(logged) - 1, "one line: %s", logged);

    int64_t start = clock_now_ns();
    for (int i = 0; i < 1000; i++)
        CHECK(!ask_at(good.path, settings)); // open: not even a good one is asked
    int64_t each_ns = (clock_now_ns() - start) / 1000;
    CHECK(each_ns < NS_PER_MS, "%d ns", (int)each_ns);
    printf("open breaker: %d ns a question\n", (int)each_ns);

    asker.breaker.retry_at_ns = 0; // the pause is over
    CHECK(!ask_at(hanging.path, settings));
    CHECK(!ask_at(good.path, settings));
    asker.breaker.retry_at_ns = 0;
    asker.said_at_ns -= 2 * NS_PER_S;
    CHECK(ask_at(good.path, settings));
    CHECK(ask_at(good.path, settings));
    CHECK(strstr(logged, "answers again after 0 s; 1005 requests went without it\n") != NULL,
          "%s", logged);
    fake_stop(&hanging);
    fake_stop(&good);
}

// A restart of atolld: nobody listens for a moment. That costs no time and so opens no breaker.
static void test_restart(struct settings settings)
{
    fresh();
    for (int i = 0; i < 20; i++)
        CHECK(!ask_at("/tmp/atoll-nobody-listens-here", settings));
    struct fake good = fake_start(FAKE_OK);
    CHECK(ask_at(good.path, settings));
    CHECK(strcmp(answer.account, "astro") == 0);
    fake_stop(&good);
}

static void measure(struct settings settings)
{
    enum { COUNT = 2000 };
    static int64_t took[COUNT];
    struct fake good = fake_start(FAKE_OK);
    fresh();
    for (int i = 0; i < COUNT; i++) {
        int64_t start = clock_now_ns();
        ask_at(good.path, settings);
        took[i] = clock_now_ns() - start;
    }
    for (int i = 1; i < COUNT; i++) // insertion sort: COUNT is small
        for (int j = i; j > 0 && took[j - 1] > took[j]; j--) {
            int64_t swap = took[j];
            took[j] = took[j - 1];
            took[j - 1] = swap;
        }
    printf("connect, ask and read: %d µs at the median, %d µs at the 99th percentile\n",
           (int)(took[COUNT / 2] / 1000), (int)(took[COUNT * 99 / 100] / 1000));
    fake_stop(&good);
}

void test_ask(void)
{
    struct settings settings = settings_default();
    test_verdicts(settings);
    test_breaker_story(settings);
    test_restart(settings);
    measure(settings);
}
