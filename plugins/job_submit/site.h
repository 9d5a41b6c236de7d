// The settings as they are in force: read beside slurm.conf, read again when the file changes.
#ifndef ATOLL_SITE_H
#define ATOLL_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "settings.h"

struct site {
    struct settings settings;
    bool has_daemon_uid;
    uint32_t daemon_uid;
};

// At init: may ask the name service. Never fails; problems go to slurmctld's log.
void site_load(void);

// The settings now; looks at the file's times at most once a second.
const struct site *site_now(void);

const char *site_cluster(void);                // "" where nothing says it
bool site_is_administrator(uint32_t uid);      // root or SlurmUser

#endif
