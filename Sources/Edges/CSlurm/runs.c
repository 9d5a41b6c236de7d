/* slurmdbd's runs. */
#include "accounting.h"
#include "jobs.h"

#include <stdio.h>

/* How slurmdbd's rows say that a run has ended: by one of these alone. */
static const uint32_t ended[] = {
    JOB_COMPLETE, JOB_CANCELLED, JOB_FAILED,   JOB_TIMEOUT, JOB_NODE_FAIL, JOB_PREEMPTED,
    JOB_BOOT_FAIL, JOB_DEADLINE, JOB_OOM, JOB_REQUEUE, JOB_RESIZING,  JOB_REVOKED,
};
enum { ENDED = sizeof ended / sizeof *ended };

/* Their numbers as words, which is how libslurm wants them, in `words`. */
static csl_list ended_states(char words[ENDED][12])
{
    csl_list list = slurm_list_create(NULL);
    for (int i = 0; list && i < ENDED; i++) {
        snprintf(words[i], sizeof words[i], "%u", ended[i]);
        slurm_list_append(list, words[i]);
    }
    return list;
}

/* The jobs of these ids, in `selected`, which lives as long as the list. */
static csl_list selected_jobs(const uint32_t *ids, size_t count, slurm_selected_step_t *selected)
{
    csl_list list = slurm_list_create(NULL);
    for (size_t i = 0; list && i < count; i++) {
        selected[i] = (slurm_selected_step_t){
            .array_task_id = NO_VAL,
            .het_job_offset = NO_VAL,
            .step_id = { .job_id = ids[i], .step_het_comp = NO_VAL, .step_id = NO_VAL },
        };
        slurm_list_append(list, &selected[i]);
    }
    return list;
}

/* Whether slurmdbd knows the run's reservation, but did not find its name: it takes the name from the
 * reservation's span that began before the run, and not in the same second (22.05). */
static int lacks_reservation_name(const slurmdb_job_rec_t *run)
{
    return csl_id(run->resvid) != CSL_NONE && csl_time(run->start)
           && (!run->resv_name || !*run->resv_name);
}

/* Numbers of reservations, each once, as words: which is how libslurm wants them. */
struct words {
    csl_list list; /* owns them */
    uint32_t *numbers;
    size_t count, room;
};

static int add_word(struct words *words, uint32_t number)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->numbers[i] == number) return 0;
    }
    if (words->count == words->room) {
        size_t room = words->room ? 2 * words->room : 16;
        uint32_t *more = realloc(words->numbers, room * sizeof *more);
        if (!more) return ENOMEM;
        words->numbers = more;
        words->room = room;
    }
    char *word = malloc(12);
    if (!word) return ENOMEM;
    snprintf(word, 12, "%u", number);
    words->numbers[words->count++] = number;
    slurm_list_append(words->list, word);
    return 0;
}

static int keep_name(csl_jobs *jobs, const slurmdb_reservation_rec_t *one)
{
    struct csl_reservation_name *more
        = realloc(jobs->names, (jobs->name_count + 1) * sizeof *more);
    if (!more) return ENOMEM;
    jobs->names = more;
    struct csl_reservation_name name = {
        .id = one->id, .start = one->time_start, .end = one->time_end, .name = strdup(one->name),
        .cluster = one->cluster ? strdup(one->cluster) : NULL,
    };
    more[jobs->name_count++] = name;
    return name.name && (name.cluster || !one->cluster) ? 0 : ENOMEM;
}

/* What slurmdbd calls these reservations in that time; what it doesn't tell is left out. */
static int load_names(csl_accounting *accounting, const char *cluster, csl_list ids, time_t from,
                      time_t to, csl_jobs *jobs)
{
    slurmdb_reservation_cond_t condition = {
        .cluster_list = csl_list_of(cluster), .id_list = ids, .time_start = from, .time_end = to,
    };
    errno = 0;
    csl_list found = slurmdb_reservations_get(csl_connection(accounting), &condition);
    int code = found ? 0 : csl_failure();
    if (condition.cluster_list) slurm_list_destroy(condition.cluster_list);
    if (code) return code;
    for (slurmdb_reservation_rec_t *one; (one = slurm_list_pop(found));) {
        if (!code && one->name && *one->name) code = keep_name(jobs, one);
        slurmdb_destroy_reservation_rec(one);
    }
    slurm_list_destroy(found);
    return code;
}

static int find_reservation_names(csl_accounting *accounting, const char *cluster, csl_jobs *jobs)
{
    struct words words = {.list = slurm_list_create(free)};
    if (!words.list) return ENOMEM;
    int code = 0;
    time_t first = 0, last = 0;
    csl_walk walk = slurm_list_iterator_create(jobs->list);
    for (slurmdb_job_rec_t *run; !code && (run = slurm_list_next(walk));) {
        if (!lacks_reservation_name(run)) continue;
        code = add_word(&words, run->resvid);
        if (!first || run->start < first) first = run->start;
        if (run->start > last) last = run->start;
    }
    slurm_list_iterator_destroy(walk);
    if (!code && words.count)
        code = load_names(accounting, cluster, words.list, first, last + 1, jobs);
    free(words.numbers);
    slurm_list_destroy(words.list);
    return code;
}

/* By the span that the run began in: numbers are given out again. */
static const char *name_of_reservation(const csl_jobs *jobs, const slurmdb_job_rec_t *run)
{
    if (!lacks_reservation_name(run)) return run->resv_name;
    for (size_t i = 0; i < jobs->name_count; i++) {
        const struct csl_reservation_name *one = &jobs->names[i];
        int is_there = !run->cluster || !one->cluster || !strcmp(run->cluster, one->cluster);
        int is_then = one->start <= run->start && (!one->end || run->start <= one->end);
        if (one->id == run->resvid && is_there && is_then) return one->name;
    }
    return NULL;
}

int csl_runs_load(csl_accounting *accounting, const char *cluster, int64_t from, int64_t to,
                  int only_ended, const uint32_t *job_ids, size_t job_count, csl_jobs **out)
{
    char words[ENDED][12];
    slurmdb_job_cond_t condition = {
        .flags = JOBCOND_FLAG_DUP | JOBCOND_FLAG_NO_TRUNC | JOBCOND_FLAG_NO_STEP,
        .db_flags = SLURMDB_JOB_FLAG_NOTSET,
        .usage_start = from,
        .usage_end = to,
    };
    csl_jobs *jobs = calloc(1, sizeof *jobs);
    slurm_selected_step_t *selected = job_count ? calloc(job_count, sizeof *selected) : NULL;
    if (!jobs || (job_count && !selected)) {
        free(jobs);
        free(selected);
        return ENOMEM;
    }
    if (job_count) {
        condition.flags |= JOBCOND_FLAG_NO_WHOLE_HETJOB;
        condition.step_list = selected_jobs(job_ids, job_count, selected);
    }
    condition.cluster_list = csl_list_of(cluster);
    if (only_ended) condition.state_list = ended_states(words);
    errno = 0;
    jobs->list = slurmdb_jobs_get(csl_connection(accounting), &condition);
    int code = jobs->list ? 0 : csl_failure();
    if (condition.cluster_list) slurm_list_destroy(condition.cluster_list);
    if (condition.state_list) slurm_list_destroy(condition.state_list);
    if (condition.step_list) slurm_list_destroy(condition.step_list);
    free(selected);
    if (!code) code = find_reservation_names(accounting, cluster, jobs);
    if (code) {
        csl_jobs_free(jobs);
        return code;
    }
    *out = jobs;
    return 0;
}

void csl_fill_run(const csl_jobs *jobs, const slurmdb_job_rec_t *run, csl_job *out)
{
    int is_het = run->het_job_id != 0 && run->het_job_id != NO_VAL;
    /* -1 while nobody cancelled it. */
    int is_cancelled = run->requid != NO_VAL && run->requid != (uint32_t)-1;
    *out = (csl_job){
        .job_id = run->jobid,
        .array_job_id = csl_id(run->array_job_id),
        .array_task_id = csl_32(run->array_task_id),
        .array_throttle = CSL_NONE,
        .het_job_id = is_het ? (int64_t)run->het_job_id : CSL_NONE,
        .het_job_offset = is_het ? csl_32(run->het_job_offset) : CSL_NONE,
        .uid = run->uid,
        .qos_id = csl_id(run->qosid),
        .submit = csl_time(run->submit),
        .eligible = csl_time(run->eligible),
        .start = csl_time(run->start),
        .end = csl_time(run->end),
        .elapsed = csl_32(run->elapsed),
        .suspended = csl_32(run->suspended),
        .pre_suspended = CSL_NONE,
        .time_limit = csl_32(run->timelimit),
        .time_minimum = CSL_NONE,
        .state = run->state,
        .cancelled_by = is_cancelled ? (int64_t)run->requid : CSL_NONE,
        .nodes = csl_32(run->alloc_nodes),
        .tasks = CSL_NONE,
        .priority = csl_32(run->priority),
        .restarts = CSL_NONE,
        .reservation_id = csl_id(run->resvid),
        .db_index = run->db_index == NO_VAL64 ? UINT64_MAX : run->db_index,
        .exclusive = CSL_NONE,
        .cluster = run->cluster,
        .user = run->user,
        .account = run->account,
        .partition = run->partition,
        .name = run->jobname,
        .array_task_string = run->array_task_str,
        .tres_allocated = run->tres_alloc_str,
        .tres_requested = run->tres_req_str,
        .reservation = name_of_reservation(jobs, run),
        .admin_comment = run->admin_comment,
        .comment = run->derived_es,
    };
}
