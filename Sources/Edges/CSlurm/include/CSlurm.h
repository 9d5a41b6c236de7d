/* libslurm as plain values, so that Swift never sees a layout that changes with Slurm's version.
 *
 * Every function that can fail returns 0 or an error number (errno's, or Slurm's from 1000 on; -1
 * where the library told none). Texts are borrowed from the handle they came with, may be NULL,
 * and die with it. Numbers are int64_t: CSL_NONE where Slurm says NO_VAL, CSL_INFINITE where it
 * says INFINITE. Times are epoch seconds, 0: not set.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

static const int64_t CSL_NONE = INT64_MIN;
static const int64_t CSL_INFINITE = INT64_MAX;

/* Reads slurm.conf. libslurm itself ends the process (exit 1) when that fails. */
void csl_init(void);
/* The text that goes with an error number, never NULL. */
const char *csl_error_text(int code);
/* "22.05.8", the version this was built against. */
const char *csl_built_for(void);
/* Has `message` written to stderr should libslurm end the process; NULL takes that back. */
void csl_say_when_ended(const char *message);
/* Ends the process with `exit_code`, `message` on stderr, unless called again within `seconds`;
 * 0 seconds: no longer. `message` is not copied. */
void csl_deadline(unsigned seconds, const char *message, int exit_code);

/* ---- slurmctld's settings ---- */

typedef struct csl_config csl_config;

typedef struct {
    const char *cluster_name;
    const char *version; /* slurmctld's */
    const char *accounting_storage_type;
    int64_t private_data; /* PRIVATE_DATA_ bits */
    int64_t slurm_user_id;
} csl_config_facts;

int csl_config_load(csl_config **out);
void csl_config_get_facts(const csl_config *config, csl_config_facts *out);
/* All settings as `scontrol show config` prints them, one a line; NULL when memory ran out. */
const char *csl_config_text(csl_config *config);
void csl_config_free(csl_config *config);

/* ---- how it stands ---- */

typedef struct {
    int64_t dbd_agent_queue; /* messages that wait for slurmdbd */
    int64_t at;
} csl_stats;

int csl_statistics(csl_stats *out);

/* ---- jobs and runs ---- */

/* A slurmctld job or a slurmdbd run; what one of them does not know is NULL, 0 or CSL_NONE. */
typedef struct {
    int64_t job_id, array_job_id, array_task_id, array_throttle, het_job_id, het_job_offset;
    int64_t uid, qos_id;
    int64_t submit, eligible, start, end, suspend_time, resize_time;
    int64_t elapsed, suspended, pre_suspended;  /* seconds */
    int64_t time_limit, time_minimum;           /* minutes */
    int64_t state;                              /* base state and flags */
    int64_t cancelled_by;                       /* uid */
    int64_t nodes, tasks, priority, restarts, reservation_id;
    uint64_t db_index; /* all 64 bits since 24.11; UINT64_MAX: none */
    int64_t exclusive;                          /* 0, 1 or CSL_NONE */
    const char *cluster, *user, *account, *partition, *qos, *name, *array_task_string;
    const char *tres_allocated, *tres_requested, *gres_total;
    const char *tres_per_job, *tres_per_node, *tres_per_task;
    const char *node_list, *licenses;           /* slurmctld's only */
    const char *reservation, *admin_comment, *comment;
} csl_job;

typedef struct csl_jobs csl_jobs;

int csl_jobs_load(csl_jobs **out);
/* One job; where its id is an array's or a het job's, all of that. */
int csl_job_load(uint32_t job_id, csl_jobs **out);
/* Fills `out` with the next job and returns 1, or returns 0 behind the last one. The texts are good
 * until the next call. */
int csl_jobs_next(csl_jobs *jobs, csl_job *out);
void csl_jobs_free(csl_jobs *jobs);

/* ---- partitions, nodes, reservations ---- */

typedef struct {
    const char *name, *nodes, *tres, *billing_weights, *qos, *alternate;
    const char *allow_accounts, *deny_accounts, *allow_qos, *deny_qos, *allow_groups;
    int64_t state, flags, select_type, max_share, preempt_mode, priority_tier;
    int64_t total_nodes, total_cpus, min_nodes, max_nodes, max_cpus_per_node;
    int64_t default_time, max_time, over_time_limit; /* minutes */
    int64_t def_mem_per_cpu, def_mem_per_node, max_mem_per_cpu, max_mem_per_node; /* MiB */
    int64_t def_cpu_per_gpu, def_mem_per_gpu;
} csl_partition;

typedef struct csl_partitions csl_partitions;

int csl_partitions_load(csl_partitions **out);
int csl_partitions_next(csl_partitions *partitions, csl_partition *out);
void csl_partitions_free(csl_partitions *partitions);

typedef struct {
    const char *name, *features, *active_features, *gres, *tres, *partitions;
    int64_t state, cpus, effective_cpus, boards, sockets, cores, threads;
    int64_t real_memory, mem_spec_limit, core_spec_count, weight;
} csl_node;

typedef struct csl_nodes csl_nodes;

int csl_nodes_load(csl_nodes **out);
int csl_nodes_next(csl_nodes *nodes, csl_node *out);
void csl_nodes_free(csl_nodes *nodes);

typedef struct {
    const char *cluster, *name, *nodes, *tres, *accounts, *users, *groups, *associations;
    const char *partition, *licenses, *features;
    int64_t id, start, end, start_previous, node_count, core_count, flags;
    double unused_seconds; /* negative: not told */
} csl_reservation;

typedef struct csl_reservations csl_reservations;

int csl_reservations_load(csl_reservations **out);
int csl_reservations_next(csl_reservations *reservations, csl_reservation *out);
void csl_reservations_free(csl_reservations *reservations);

/* ---- slurmdbd ---- */

typedef struct csl_accounting csl_accounting;

/* -1 with no further cause: this site has no slurmdbd. */
int csl_accounting_open(csl_accounting **out);
void csl_accounting_close(csl_accounting *accounting);
/* slurmdbd's settings as sacctmgr prints them, one a line; to be freed with csl_text_free. */
int csl_accounting_config(csl_accounting *accounting, char **out);
void csl_text_free(char *text);

typedef struct csl_names csl_names;

/* TRES ("cpu", "gres/gpu:h200") and QOS by number. */
int csl_tres_names(csl_accounting *accounting, csl_names **out);
int csl_qos_names(csl_accounting *accounting, csl_names **out);
int csl_names_next(csl_names *names, int64_t *id, const char **name);
void csl_names_free(csl_names *names);

/* Runs of `cluster` (NULL: all) that overlap [from, to], or that ended in it: all runs of a job, nothing
 * clipped to the window, no steps.
 *
 * Whoever wants to know which runs overlap a span has the database look at all rows before it; what ended
 * in it is found by the rows' end alone. With `job_count` > 0 it is only runs of these jobs, found by their
 * ids; of an array's own id, the runs of all its tasks. */
int csl_runs_load(csl_accounting *accounting, const char *cluster, int64_t from, int64_t to,
                  int only_ended, const uint32_t *job_ids, size_t job_count, csl_jobs **out);
/* Reservations of `cluster` that overlap [from, to). */
int csl_past_reservations_load(csl_accounting *accounting, const char *cluster, int64_t from,
                               int64_t to, csl_reservations **out);

typedef struct {
    const char *node, *tres; /* tres: by number */
    int64_t start, end, is_maintenance;
} csl_node_event;

typedef struct csl_node_events csl_node_events;

/* When nodes of `cluster` were down or drained, where that overlaps [from, to). */
int csl_node_events_load(csl_accounting *accounting, const char *cluster, int64_t from, int64_t to,
                         csl_node_events **out);
int csl_node_events_next(csl_node_events *events, csl_node_event *out);
void csl_node_events_free(csl_node_events *events);

typedef struct {
    const char *cluster, *account, *user, *partition, *parent_account, *qos; /* qos: by number */
    int64_t id, is_default, default_qos;
} csl_association;

typedef struct csl_associations csl_associations;

int csl_associations_load(csl_accounting *accounting, const char *cluster, int with_deleted,
                          csl_associations **out);
int csl_associations_next(csl_associations *associations, csl_association *out);
void csl_associations_free(csl_associations *associations);

typedef struct {
    const char *user, *account;
} csl_coordinator;

typedef struct csl_users csl_users;

int csl_users_load(csl_accounting *accounting, csl_users **out);
/* Who coordinates which account, those beneath it left out. */
int csl_users_next_coordinator(csl_users *users, csl_coordinator *out);
/* Whom AdminLevel makes an Operator or Administrator, of all clusters. */
int csl_users_next_operator(csl_users *users, const char **name);
void csl_users_free(csl_users *users);

/* ---- slurmctld's own copy of slurmdbd's accounts ---- */

typedef struct csl_ctld_accounts csl_ctld_accounts;

int csl_ctld_accounts_load(csl_ctld_accounts **out);
/* Each may be taken once; what was taken outlives the rest. */
int csl_ctld_associations(csl_ctld_accounts *accounts, csl_associations **out);
int csl_ctld_users(csl_ctld_accounts *accounts, csl_users **out);
int csl_ctld_qos_names(csl_ctld_accounts *accounts, csl_names **out);
void csl_ctld_accounts_free(csl_ctld_accounts *accounts);

/* ---- names of bits ---- */

typedef enum { CSL_PARTITION_FLAGS, CSL_NODE_FLAGS, CSL_RESERVATION_FLAGS, CSL_SELECT_TYPE,
               CSL_PRIVATE_DATA, CSL_PREEMPT_MODE } csl_bits;

/* The names of the bits set in `value`, comma-separated, cut where `size` ends. */
void csl_bit_names(csl_bits kind, int64_t value, char *out, size_t size);
