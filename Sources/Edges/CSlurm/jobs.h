/* Jobs come from slurmctld as an array and from slurmdbd as a list. */
#pragma once
#include "slurm_door.h"

/* A reservation's name, where slurmdbd gives a run its number alone. */
struct csl_reservation_name {
    uint32_t id;
    time_t start;
    time_t end; /* 0: none yet */
    char *cluster;
    char *name;
};

struct csl_jobs {
    job_info_msg_t *message; /* slurmctld's, or NULL */
    uint32_t place;
    csl_list list; /* slurmdbd's, or NULL */
    slurmdb_job_rec_t *current;
    struct csl_reservation_name *names;
    size_t name_count;
};

void csl_fill_run(const csl_jobs *jobs, const slurmdb_job_rec_t *run, csl_job *out);
