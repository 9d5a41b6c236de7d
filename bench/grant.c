/*
 * The least that can answer a hook: whatever it is asked, it grants, and neither works out nor records
 * anything. What a submission takes beside it is the plugin's and the machine's own part.
 *
 *     grant SOCKET
 *
 * One client at a time, a question each, as the plugin asks.
 */
#define _GNU_SOURCE
#include "local_socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Reads one line and grants it: its id is the first text behind "id":". */
static void serve(int client)
{
    static char line[65536], answer[512];
    size_t length = 0;

    do {
        ssize_t count = recv(client, line + length, sizeof(line) - 1 - length, 0);
        if (count <= 0)
            return;
        length += (size_t)count;
    } while (line[length - 1] != '\n' && length < sizeof(line) - 1);
    line[length] = '\0';
    char *id = strstr(line, "\"id\":\"");
    if (id == NULL)
        return;
    id += strlen("\"id\":\"");
    size_t id_length = strcspn(id, "\"");
    if (id_length > 128)
        return;
    int size = snprintf(answer, sizeof(answer),
                        "{\"id\":\"%.*s\",\"ok\":true,\"message\":\"atoll: granted unasked.\"}\n",
                        (int)id_length, id);
    /* A client that has gone is the plugin's to tell of. */
    (void)send(client, answer, (size_t)size, MSG_NOSIGNAL);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: grant SOCKET\n");
        return 2;
    }
    int fd = listening(argv[1]);
    for (;;) {
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            fail("accept");
        serve(client);
        close(client);
    }
}
