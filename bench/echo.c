/*
 * The least a server can do: sends back what it gets, one client at a time, with epoll as a real
 * server has it. What `roundtrip` measures against it is the machine's part of a round trip.
 *
 *     echo SOCKET [JOURNAL COPY]
 *
 * With a daemon's JOURNAL, a copy of it is made at COPY, and each answer follows a commit there of the
 * rows that an admission leaves: the least a durable answer can take.
 */
#define _GNU_SOURCE
#include "journal.h"
#include "local_socket.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve(int client, bool commits)
{
    static char bytes[65536];
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};

    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, client, &event) < 0)
        fail("epoll");
    for (;;) {
        if (epoll_wait(poll, &event, 1, -1) < 0)
            fail("epoll_wait");
        ssize_t count = recv(client, bytes, sizeof(bytes), 0);
        if (count <= 0)
            break;
        if (commits)
            journal_commit();
        if (send(client, bytes, (size_t)count, MSG_NOSIGNAL) != count)
            break;
    }
    close(poll);
    close(client);
}

int main(int argc, char **argv)
{
    bool commits = argc == 4;

    if (argc != 2 && !commits) {
        fprintf(stderr, "usage: echo SOCKET [JOURNAL COPY]\n");
        return 2;
    }
    if (commits)
        journal_open(argv[2], argv[3]);
    int fd = listening(argv[1]);
    for (;;) {
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            fail("accept");
        serve(client, commits);
    }
}
