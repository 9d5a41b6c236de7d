/* slurmctld's jobs, and the walk over jobs and runs. */
#include "jobs.h"

int csl_jobs_load(csl_jobs **out)
{
    csl_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs) return ENOMEM;
    errno = 0;
    if (slurm_load_jobs(0, &jobs->message, SHOW_ALL | SHOW_LOCAL) != SLURM_SUCCESS
        || !jobs->message) {
        int code = csl_failure();
        free(jobs);
        return code;
    }
    *out = jobs;
    return 0;
}

int csl_job_load(uint32_t job_id, csl_jobs **out)
{
    csl_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs) return ENOMEM;
    errno = 0;
    if (slurm_load_one_job(&jobs->message, job_id, SHOW_ALL | SHOW_LOCAL) != SLURM_SUCCESS
        || !jobs->message) {
        int code = csl_failure();
        free(jobs);
        return code;
    }
    *out = jobs;
    return 0;
}

static void fill_job(const slurm_job_info_t *job, csl_job *out)
{
    int is_het = job->het_job_id != 0 && job->het_job_id != NO_VAL;
    *out = (csl_job){
        .job_id = job->job_id,
        .array_job_id = csl_id(job->array_job_id),
        .array_task_id = csl_32(job->array_task_id),
        .array_throttle = csl_id(job->array_max_tasks),
        .het_job_id = is_het ? (int64_t)job->het_job_id : CSL_NONE,
        .het_job_offset = is_het ? csl_32(job->het_job_offset) : CSL_NONE,
        .uid = job->user_id,
        .qos_id = CSL_NONE,
        .submit = csl_time(job->submit_time),
        .eligible = csl_time(job->eligible_time),
        .start = csl_time(job->start_time),
        .end = csl_time(job->end_time),
        .suspend_time = csl_time(job->suspend_time),
        .resize_time = csl_time(job->resize_time),
        .elapsed = CSL_NONE,
        .suspended = CSL_NONE,
        .pre_suspended = job->pre_sus_time,
        .time_limit = csl_32(job->time_limit),
        /* 0: the user named no shortest time. */
        .time_minimum = job->time_min ? csl_32(job->time_min) : CSL_NONE,
        .state = job->job_state,
        .cancelled_by = CSL_NONE,
        .nodes = csl_32(job->num_nodes),
        .tasks = csl_32(job->num_tasks),
        .priority = csl_32(job->priority),
        .restarts = job->restart_cnt,
        .reservation_id = CSL_NONE,
        .db_index = UINT64_MAX,
        .exclusive = job->shared == JOB_SHARED_NONE,
        .cluster = job->cluster,
        .user = job->user_name,
        .account = job->account,
        .partition = job->partition,
        .qos = job->qos,
        .name = job->name,
        .array_task_string = job->array_task_str,
        .tres_allocated = job->tres_alloc_str,
        .tres_requested = job->tres_req_str,
        .gres_total = job->gres_total,
        .tres_per_job = job->tres_per_job,
        .tres_per_node = job->tres_per_node,
        .tres_per_task = job->tres_per_task,
        .node_list = job->nodes,
        .licenses = job->licenses,
        .reservation = job->resv_name,
        .admin_comment = job->admin_comment,
        .comment = job->comment,
    };
}

int csl_jobs_next(csl_jobs *jobs, csl_job *out)
{
    if (jobs->message) {
        if (jobs->place >= jobs->message->record_count) return 0;
        fill_job(&jobs->message->job_array[jobs->place++], out);
        return 1;
    }
    /* Freed one by one: a page of runs is the largest thing this program holds. */
    if (jobs->current) slurmdb_destroy_job_rec(jobs->current);
    jobs->current = jobs->list ? slurm_list_pop(jobs->list) : NULL;
    if (!jobs->current) return 0;
    csl_fill_run(jobs, jobs->current, out);
    return 1;
}

void csl_jobs_free(csl_jobs *jobs)
{
    if (!jobs) return;
    if (jobs->message) slurm_free_job_info_msg(jobs->message);
    if (jobs->current) slurmdb_destroy_job_rec(jobs->current);
    if (jobs->list) slurm_list_destroy(jobs->list);
    for (size_t i = 0; i < jobs->name_count; i++) {
        free(jobs->names[i].cluster);
        free(jobs->names[i].name);
    }
    free(jobs->names);
    free(jobs);
}
