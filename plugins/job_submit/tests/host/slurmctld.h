// A stand-in for what slurmctld is to the plugin: its allocator, its log, its configuration.
#ifndef ATOLL_TEST_SLURMCTLD_H
#define ATOLL_TEST_SLURMCTLD_H

#include <stdbool.h>

#include "slurm_host.h"

// A string as Slurm's own code would have made it.
char *slurm_text(const char *text);
void slurm_text_free(char **text);

// Strings made and not freed since.
int slurm_texts(void);

// Whether the log has had this since it was asked last.
bool slurm_has_logged(const char *text);

#endif
