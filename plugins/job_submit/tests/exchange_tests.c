#include "exchange.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "fake_server.h"
#include "line.h"

static char said[LINE_BYTES];

static int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static struct exchange send_to(const char *path, const char *request, size_t length,
                               int64_t limit_ms, int64_t *took_ms)
{
    int64_t start = clock_now_ns();
    struct exchange done = exchange_line(path, request, length, said, sizeof said,
                                         start + limit_ms * NS_PER_MS);
    *took_ms = (clock_now_ns() - start) / NS_PER_MS;
    return done;
}

static void test_modes(void)
{
    static const struct {
        enum fake_mode mode;
        enum exchange_outcome outcome;
        bool whole_deadline; // it must take just that long; else much less
    } rows[] = {
        {FAKE_OK, EXCHANGE_ANSWERED, false},
        {FAKE_SLOW_20MS, EXCHANGE_ANSWERED, false},
        {FAKE_GARBAGE, EXCHANGE_ANSWERED, false},
        {FAKE_BUSY_THEN_CLOSE, EXCHANGE_ANSWERED, false},
        {FAKE_HALF_LINE, EXCHANGE_BROKEN, false},
        {FAKE_TOO_LONG, EXCHANGE_BROKEN, false},
        {FAKE_CLOSE_AT_ONCE, EXCHANGE_BROKEN, false},
        {FAKE_HANG, EXCHANGE_LATE, true},
        {FAKE_DRIP, EXCHANGE_LATE, true},
        {FAKE_NEVER_READS, EXCHANGE_LATE, true},
    };
    static const char request[] = "{\"v\":1,\"id\":\"7\"}\n";
    int before = open_descriptors();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake = fake_start(rows[i].mode);
        int64_t took;
        struct exchange done = send_to(fake.path, request, sizeof request - 1, 150, &took);
        CHECK(done.outcome == rows[i].outcome, "row %zu: %d, %s", i, done.outcome,
              strerror(done.error));
        if (rows[i].whole_deadline)
            CHECK(took >= 149 && took < 250, "row %zu: %d ms", i, (int)took);
        else
            CHECK(took < 140, "row %zu: %d ms", i, (int)took);
        if (rows[i].mode == FAKE_OK)
            CHECK(done.length > 9 && memcmp(said, "{\"id\":\"7\"", 9) == 0 &&
                  said[done.length] == '\n');
        fake_stop(&fake);
    }
    CHECK(open_descriptors() == before);
}

static void test_nobody(void)
{
    int64_t took;
    struct fake fake = fake_start(FAKE_OK);
    char long_path[300];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    struct exchange done = send_to(long_path, "\n", 1, 100, &took);
    CHECK(done.outcome == EXCHANGE_NOBODY && done.error == ENAMETOOLONG);
    fake_stop(&fake);
    done = send_to(fake.path, "\n", 1, 100, &took);
    CHECK(done.outcome == EXCHANGE_NOBODY && done.error == ENOENT && took < 20);
    done = send_to("/dev/null", "\n", 1, 100, &took);
    CHECK(done.outcome == EXCHANGE_NOBODY && done.error == ECONNREFUSED && took < 20);
}

// A full backlog answers EAGAIN, and a request larger than the socket's buffer never drains.
static void test_full(void)
{
    int64_t took;
    struct fake fake = fake_start(FAKE_NEVER_ACCEPTS);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, fake.path);
    int waiting[8];
    for (int i = 0; i < 8; i++) {
        waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    struct exchange done = send_to(fake.path, "\n", 1, 100, &took);
    CHECK(done.outcome == EXCHANGE_LATE && took >= 97 && took < 200, "%d, %d ms", done.outcome,
          (int)took);
    for (int i = 0; i < 8; i++)
        close(waiting[i]);
    fake_stop(&fake);

    static char large[1 << 22];
    fake = fake_start(FAKE_NEVER_READS);
    done = send_to(fake.path, large, sizeof large, 100, &took);
    CHECK(done.outcome == EXCHANGE_LATE && took >= 99 && took < 200);
    fake_stop(&fake);
}

void test_exchange(void)
{
    test_modes();
    test_nobody();
    test_full();
}
