/*
 * Runs a program and writes down the most memory it took, in KiB, on a line of its own at the end of FILE.
 *
 *     peak FILE PROGRAM [ARGUMENT…]
 *
 * Ends as the program did.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage used;
    int status;
    pid_t child;
    FILE *file;

    if (argc < 3) {
        fprintf(stderr, "peak FILE PROGRAM [ARGUMENT…]\n");
        return 2;
    }
    child = fork();
    if (child == 0) {
        execv(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("peak");
        return 1;
    }
    file = fopen(argv[1], "a");
    if (!file) {
        perror(argv[1]);
        return 1;
    }
    fprintf(file, "%ld\n", used.ru_maxrss);
    fclose(file);
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}
