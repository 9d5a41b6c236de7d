/*
 * Many clients at once, each asking again as soon as it is answered; prints how many are answered.
 *
 *     crowd SOCKET CLIENTS COUNT LINE
 *
 * COUNT requests in all; LINE as for roundtrip. Ends with 1 when an answer isn't "ok".
 */
#include "client.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MOST = 512 };

static struct pollfd clients[CLIENTS_MOST];
static long asked, answered;

static void ask(int fd, const char *template)
{
    static char line[LINE_BYTES];
    size_t length = write_line(line, template, asked);

    if (send(fd, line, length, MSG_NOSIGNAL) != (ssize_t)length)
        fail("send");
    asked++;
}

static void take_answer(int fd)
{
    static char answer[LINE_BYTES];
    ssize_t count = recv(fd, answer, sizeof(answer) - 1, 0);

    if (count <= 0)
        fail("recv");
    answer[count] = '\0';
    /* An answer to a hook is short: it comes in one piece. */
    if (answer[count - 1] != '\n') {
        fprintf(stderr, "part of an answer: %s\n", answer);
        exit(1);
    }
    expect_granted(answer, "");
    answered++;
}

int main(int argc, char **argv)
{
    long count = argc == 5 ? strtol(argv[2], NULL, 10) : 0;
    long total = argc == 5 ? strtol(argv[3], NULL, 10) : 0;

    if (count < 1 || count > CLIENTS_MOST || total < count) {
        fprintf(stderr, "usage: crowd SOCKET CLIENTS COUNT LINE (at most %d clients)\n",
                CLIENTS_MOST);
        return 2;
    }
    for (long i = 0; i < count; i++)
        clients[i] = (struct pollfd){.fd = connected(argv[1]), .events = POLLIN};
    int64_t start = now_ns();
    for (long i = 0; i < count; i++)
        ask(clients[i].fd, argv[4]);
    while (answered < total) {
        if (poll(clients, (nfds_t)count, -1) < 0)
            fail("poll");
        for (long i = 0; i < count; i++) {
            if (clients[i].revents == 0)
                continue;
            take_answer(clients[i].fd);
            if (asked < total)
                ask(clients[i].fd, argv[4]);
        }
    }
    printf("%ld clients: %.0f answers a second\n", count,
           (double)total * 1e9 / (double)(now_ns() - start));
    return 0;
}
