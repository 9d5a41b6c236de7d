#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>

void scratch_path(char path[SCRATCH_PATH], const char *name)
{
    const char *folder = getenv("TMPDIR");
    if (!folder || folder[0] != '/' ||
        snprintf(path, SCRATCH_PATH, "%s/%s", folder, name) >= SCRATCH_PATH)
        snprintf(path, SCRATCH_PATH, "/tmp/%s", name);
}
