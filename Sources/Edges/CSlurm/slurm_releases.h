/* What differs between Slurm's releases, 22.05 to 26.05: the shim and the job_submit plugin read it
 * here and look at no version themselves. docs/slurm-releases.md says which of them were run. */
#pragma once
#include <slurm/slurm.h>
#include <slurm/slurmdb.h>

#define SLURM_SINCE(year, month) (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(year, month, 0))

#if !SLURM_SINCE(22, 5)
#error "Slurm 22.05 or later is needed"
#endif

/* 23.02: job_modify may tell the user something. */
#define SLURM_MODIFY_TAKES_MESSAGE SLURM_SINCE(23, 2)

/* 23.11 names the list types anew. */
#if SLURM_SINCE(23, 11)
typedef list_t *slurm_list_of_records;
typedef list_itr_t *slurm_list_walk;
#else
typedef List slurm_list_of_records;
typedef ListIterator slurm_list_walk;
#endif

/* 24.11: flags take the place of members of slurmdb's conditions. */
#if SLURM_SINCE(24, 11)
#define SLURM_QOS_WITH_DELETED(condition) ((condition)->flags |= QOS_COND_FLAG_WITH_DELETED)
#define SLURM_ASSOC_WITH_DELETED(condition) ((condition)->flags |= ASSOC_COND_FLAG_WITH_DELETED)
#else
#define SLURM_QOS_WITH_DELETED(condition) ((condition)->with_deleted = 1)
#define SLURM_ASSOC_WITH_DELETED(condition) ((condition)->with_deleted = 1)
#endif

/* 25.11: the bits of SelectTypeParameters are an enum of other names and the same values. */
#if SLURM_SINCE(25, 11)
#define SLURM_SELECT_BIT(name) SELECT_##name
#else
#define SLURM_SELECT_BIT(name) CR_##name
#endif

/* 25.11: the job of a request stands in its step_id. */
#if SLURM_SINCE(25, 11)
#define SLURM_JOB_ID_OF(request) ((request)->step_id.job_id)
#else
#define SLURM_JOB_ID_OF(request) ((request)->job_id)
#endif

/* 26.05: one job is asked for by a step_id, and the settings are freed by another name. */
#if SLURM_SINCE(26, 5)
static inline int slurm_load_one_job(job_info_msg_t **out, uint32_t job_id, uint16_t flags)
{
    slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;
    id.job_id = job_id;
    return slurm_load_job(out, id, flags);
}
#define slurm_free_settings slurm_free_conf
#else
#define slurm_load_one_job slurm_load_job
#define slurm_free_settings slurm_free_ctl_conf
#endif

/* 26.05: slurmdbd's settings come as a record of their own, from which the pairs are made. It isn't
 * freed: what frees it is declared and not exported, and who asks ends soon. */
static inline slurm_list_of_records slurm_accounting_settings(void *connection)
{
#if SLURM_SINCE(26, 5)
    slurmdbd_conf_t *settings = NULL;
    if (slurmdb_config_get(connection, &settings) != SLURM_SUCCESS || !settings) return NULL;
    return slurmdb_config_get_keypairs(settings);
#else
    return slurmdb_config_get(connection);
#endif
}
