/* Jobs come from slurmctld as an array and from slurmdbd as a list. */
#pragma once
#include "slurm_door.h"

struct csl_jobs {
    job_info_msg_t *message; /* slurmctld's, or NULL */
    uint32_t place;
    csl_list list; /* slurmdbd's, or NULL */
    slurmdb_job_rec_t *current;
};

void csl_fill_run(const slurmdb_job_rec_t *run, csl_job *out);
