// What slurmctld's library exports to a plugin but slurm.h does not declare.
#ifndef ATOLL_SLURM_HOST_H
#define ATOLL_SLURM_HOST_H

#include "slurm_releases.h"

// Strings that cross into Slurm must come from its allocator: it checks a header before each.
extern char *slurm_xstrdup(const char *text);
extern void slurm_xfree_ptr(void *text);

extern void slurm_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern void slurm_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

// slurmctld's own configuration. Its layout is slurm.h's: Slurm refuses to load a plugin that was
// built for another micro release. Weak: were it gone one day, its address is NULL.
extern slurm_conf_t slurm_conf __attribute__((weak));

#endif
