/*
 * Asks over a Unix socket, one request after the other, and prints how long answers take.
 *
 *     roundtrip SOCKET [COUNT [LINE]]
 *
 * LINE is a request; each %ID% in it is replaced by a new id. As many as a tenth of COUNT are asked
 * before, to warm up, and aren't counted. Ends with 1 when an answer is missing or isn't "ok".
 */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const quote =
    "{\"v\":1,\"id\":\"%ID%\",\"op\":\"quote\",\"cluster\":\"reef\",\"job\":{\"user_id\":1001,"
    "\"group_id\":1001,\"account\":\"astro\",\"partition\":\"gpu\",\"qos\":\"normal\","
    "\"time_limit_minutes\":240,\"min_nodes\":1,\"max_nodes\":2,\"num_tasks\":8,"
    "\"cpus_per_task\":4,\"mem_per_cpu_mib\":2000,\"tres_per_node\":\"gres:gpu:h200:4\","
    "\"submit_line\":\"sbatch -A astro -p gpu -t 4:00:00 run.sh\"}}";

static int64_t round_trip(int fd, const char *line, size_t length, char *answer)
{
    int64_t start = now_ns();
    size_t got = 0;

    if (send(fd, line, length, MSG_NOSIGNAL) != (ssize_t)length)
        fail("send");
    do {
        ssize_t count = recv(fd, answer + got, LINE_BYTES - 1 - got, 0);
        if (count <= 0)
            fail("recv");
        got += (size_t)count;
    } while (answer[got - 1] != '\n' && got < LINE_BYTES - 1);
    answer[got] = '\0';
    return now_ns() - start;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static char line[LINE_BYTES], answer[LINE_BYTES];
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 20000;
    const char *template = argc > 3 ? argv[3] : quote;

    if (argc < 2 || argc > 4 || count < 1) {
        fprintf(stderr, "usage: roundtrip SOCKET [COUNT [LINE]]\n");
        return 2;
    }
    int64_t *taken = calloc((size_t)count, sizeof(*taken));
    if (taken == NULL)
        fail("calloc");
    int fd = connected(argv[1]);
    for (long i = -count / 10; i < count; i++) {
        size_t length = write_line(line, template, i + count / 10);
        int64_t ns = round_trip(fd, line, length, answer);
        expect_granted(answer, line);
        if (i >= 0)
            taken[i] = ns;
    }
    qsort(taken, (size_t)count, sizeof(*taken), ascending);
    printf("%ld round trips: p50 %.1f us, p99 %.1f us, max %.1f us\n", count,
           (double)taken[count / 2] / 1000, (double)taken[count * 99 / 100] / 1000,
           (double)taken[count - 1] / 1000);
    free(taken);
    close(fd);
    return 0;
}
