/*
 * The least that can answer a hook: whatever it is asked, it grants, and neither works out nor records
 * anything. What a submission takes beside it is the plugin's and the machine's own part.
 *
 *     grant SOCKET
 *
 * One client at a time, a question each, as the plugin asks.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listening(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof(address.sun_path)) {
        fprintf(stderr, "%s: too long for the path of a socket\n", path);
        exit(2);
    }
    strcpy(address.sun_path, path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0)
        fail(path);
    if (chmod(path, 0666) < 0)
        fail(path);
    return fd;
}

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
    if (send(client, answer, (size_t)size, MSG_NOSIGNAL) != size)
        return;
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
