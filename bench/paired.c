/*
 * Runs one command against two Slurms in turns, and prints how long each took.
 *
 *     paired COUNT USER CONF_A CONF_B COMMAND [ARGUMENT…]
 *
 * Each of COUNT pairs is the command with SLURM_CONF=CONF_A and with CONF_B, the one first in one
 * pair and the other in the next, so that whatever else the machine does meets both. Prints a line a
 * pair: microseconds of A, microseconds of B. Ends with 1 when the command fails.
 */
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t run(char **command, const char *conf)
{
    static char setting[512];
    char *environment[] = {setting, "PATH=/usr/bin:/bin", "LANG=C", NULL};
    posix_spawn_file_actions_t files;
    pid_t child;
    int status;

    snprintf(setting, sizeof setting, "SLURM_CONF=%s", conf);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    int64_t start = now_ns();
    if (posix_spawn(&child, command[0], &files, NULL, command, environment) != 0)
        die(command[0]);
    if (waitpid(child, &status, 0) != child)
        die("waitpid");
    int64_t taken = now_ns() - start;
    posix_spawn_file_actions_destroy(&files);
    if (status != 0) {
        fprintf(stderr, "paired: %s failed with %s\n", command[0], conf);
        exit(1);
    }
    return taken;
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: paired COUNT USER CONF_A CONF_B COMMAND [ARGUMENT...]\n");
        return 2;
    }
    long count = strtol(argv[1], NULL, 10);
    struct passwd *user = getpwnam(argv[2]);
    if (user == NULL)
        die(argv[2]);
    if (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0)
        die("setuid");
    for (long pair = 0; pair < count; pair++) {
        int64_t taken[2];
        for (int turn = 0; turn < 2; turn++) {
            int which = (int)((pair + turn) & 1);
            taken[which] = run(argv + 5, argv[3 + which]);
        }
        printf("%.1f %.1f\n", taken[0] / 1e3, taken[1] / 1e3);
    }
    return 0;
}
