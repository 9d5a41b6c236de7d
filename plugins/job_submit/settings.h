// The plugin's settings, as job_submit_atoll.conf beside slurm.conf says them.
#ifndef ATOLL_SETTINGS_H
#define ATOLL_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum when_unreachable { UNREACHABLE_ADMIT, UNREACHABLE_REFUSE };

struct settings {
    char cluster[64];       // "": Slurm's own ClusterName
    char socket_path[108];  // as long as a Unix socket's address can be
    int64_t deadline_ms;    // for connecting, asking and reading together
    int64_t breaker_failures;
    int64_t breaker_pause_s;
    enum when_unreachable when_unreachable;
    char daemon_user[64];   // name or uid; "": none
};

// Told of each problem, ready for a log: "FILE:LINE: KEY: what is wrong".
typedef void settings_problem(void *context, const char *problem);

struct settings settings_default(void);

enum settings_reading {
    SETTINGS_READ,   // nothing to complain about
    SETTINGS_ABSENT, // no such file
    SETTINGS_FAULTY, // problems were told; faulty keys have kept their defaults
};

// Reads the file over the defaults. `settings` always comes back usable.
enum settings_reading settings_read(const char *path, struct settings *settings,
                                    settings_problem *tell, void *context);

#endif
