// A connection a question: a kept one would save about 20 µs, and need care when atolld restarts.
#include "exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static struct exchange ended(enum exchange_outcome outcome, int error)
{
    return (struct exchange){.outcome = outcome, .error = error};
}

static struct timespec as_timespec(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

// Waits until the socket is ready; false once the deadline has passed. A negative fd only waits.
static bool wait_for(int fd, short events, int64_t until_ns)
{
    for (;;) {
        int64_t left = until_ns - clock_now_ns();
        if (left <= 0)
            return false;
        struct timespec timeout = as_timespec(left);
        struct pollfd item = {.fd = fd, .events = events};
        int ready = ppoll(&item, 1, &timeout, NULL);
        if (ready > 0)
            return true; // errors show at the next send or recv
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

// Returns 0 or an errno; ETIMEDOUT is the deadline's.
static int connect_by(int fd, const struct sockaddr_un *address, int64_t deadline_ns)
{
    while (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return errno;
        // The listener's backlog is full and Linux can't poll for that: look again in 1 ms.
        int64_t again = clock_now_ns() + NS_PER_MS;
        if (again >= deadline_ns)
            return ETIMEDOUT;
        wait_for(-1, 0, again);
    }
    return 0;
}

static struct exchange send_by(int fd, const char *bytes, size_t count, int64_t deadline_ns)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes += sent;
            count -= (size_t)sent;
        } else if (errno == EAGAIN) {
            if (!wait_for(fd, POLLOUT, deadline_ns))
                return ended(EXCHANGE_LATE, 0);
        } else if (errno == EPIPE || errno == ECONNRESET) {
            break; // it may have answered before it closed (`busy`): go and read
        } else if (errno != EINTR) {
            return ended(EXCHANGE_BROKEN, errno);
        }
    }
    return ended(EXCHANGE_ANSWERED, 0);
}

static struct exchange receive_by(int fd, char *answer, size_t size, int64_t deadline_ns)
{
    size_t length = 0;
    for (;;) {
        ssize_t got = recv(fd, answer + length, size - length, 0);
        if (got > 0) {
            char *newline = memchr(answer + length, '\n', (size_t)got);
            length += (size_t)got;
            if (newline) {
                struct exchange done = ended(EXCHANGE_ANSWERED, 0);
                done.length = (size_t)(newline - answer);
                return done;
            }
            if (length == size)
                return ended(EXCHANGE_BROKEN, EMSGSIZE);
            if (clock_now_ns() >= deadline_ns) // a drip of bytes can't stretch it
                return ended(EXCHANGE_LATE, 0);
        } else if (got == 0) {
            return ended(EXCHANGE_BROKEN, 0);
        } else if (errno == EAGAIN) {
            if (!wait_for(fd, POLLIN, deadline_ns))
                return ended(EXCHANGE_LATE, 0);
        } else if (errno != EINTR) {
            return ended(EXCHANGE_BROKEN, errno);
        }
    }
}

struct exchange exchange_line(const char *socket_path, const char *request, size_t request_length,
                              char *answer, size_t answer_size, int64_t deadline_ns)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(socket_path) >= sizeof address.sun_path)
        return ended(EXCHANGE_NOBODY, ENAMETOOLONG);
    strcpy(address.sun_path, socket_path);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ended(EXCHANGE_NOBODY, errno);
    struct exchange result;
    int refused = connect_by(fd, &address, deadline_ns);
    if (refused == ETIMEDOUT)
        result = ended(EXCHANGE_LATE, 0);
    else if (refused)
        result = ended(EXCHANGE_NOBODY, refused);
    else
        result = send_by(fd, request, request_length, deadline_ns);
    if (result.outcome == EXCHANGE_ANSWERED)
        result = receive_by(fd, answer, answer_size, deadline_ns);
    close(fd);
    return result;
}
