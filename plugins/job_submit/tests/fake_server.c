// Serves one connection at a time: reads a line, then does what its mode says.
#include "fake_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void answer(int fd, const char *id, const char *rest)
{
    char text[1024];
    say(fd, text, (size_t)snprintf(text, sizeof text, "{\"id\":\"%s\",%s}\n", id, rest));
}

static void wait_for_close(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0)
        ;
}

static void serve(int fd, enum fake_mode mode)
{
    static char line[70001];
    char id[65] = "";
    size_t length = 0;
    if (mode == FAKE_CLOSE_AT_ONCE)
        return;
    if (mode == FAKE_NEVER_READS) {
        pause();
        return;
    }
    if (mode == FAKE_BUSY_THEN_CLOSE) {
        const char busy[] = "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"busy\"}}\n";
        say(fd, busy, sizeof busy - 1);
        return;
    }
    while (length < sizeof line - 1 && !memchr(line, '\n', length)) {
        ssize_t got = recv(fd, line + length, sizeof line - 1 - length, 0);
        if (got <= 0)
            return;
        length += (size_t)got;
    }
    sscanf(line, "{\"v\":1,\"id\":\"%64[^\"]", id);
    switch (mode) {
    case FAKE_OK:
        answer(fd, id, "\"ok\":true,\"message\":\"atoll: fine\",\"account\":\"astro\"");
        break;
    case FAKE_REFUSED:
        answer(fd, id, "\"ok\":false,\"error\":{\"code\":\"no_rate\",\"message\":\"atoll: no\"}");
        break;
    case FAKE_NO_SAY:
        answer(fd, id, "\"ok\":false,\"error\":{\"code\":\"no_say\",\"message\":\"atoll: no\"}");
        break;
    case FAKE_UNAVAILABLE:
        answer(fd, id, "\"ok\":false,\"error\":{\"code\":\"unavailable\",\"message\":\"x\"}");
        break;
    case FAKE_SLOW_20MS:
        usleep(20000);
        answer(fd, id, "\"ok\":true");
        break;
    case FAKE_GARBAGE:
        say(fd, "\x00\xff{{{\n", 6);
        break;
    case FAKE_WRONG_ID:
        answer(fd, "another", "\"ok\":true");
        break;
    case FAKE_HALF_LINE:
        say(fd, "{\"id\":", 6);
        break;
    case FAKE_DRIP:
        for (int i = 0; i < 100; i++, usleep(5000))
            say(fd, "x", 1);
        break;
    case FAKE_TOO_LONG:
        memset(line, 'x', sizeof line);
        say(fd, line, sizeof line);
        break;
    default: // FAKE_HANG
        wait_for_close(fd);
    }
}

struct fake fake_start(enum fake_mode mode)
{
    struct fake fake = {0};
    static int count;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    snprintf(name, sizeof name, "atoll-fake-%d-%d.sock", (int)getpid(), count++);
    scratch_path(fake.path, name);
    strcpy(address.sun_path, fake.path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(fake.path);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, mode == FAKE_NEVER_ACCEPTS ? 0 : 64) != 0)
        abort();
    fake.pid = fork();
    if (fake.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (mode == FAKE_NEVER_ACCEPTS)
            pause();
        for (;;) {
            int fd = accept(listener, NULL, NULL);
            serve(fd, mode);
            close(fd);
        }
    }
    close(listener);
    return fake;
}

void fake_stop(struct fake *fake)
{
    kill(fake->pid, SIGKILL);
    waitpid(fake->pid, NULL, 0);
    unlink(fake->path);
}
