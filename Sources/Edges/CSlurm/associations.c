/* slurmdbd's associations. */
#include "accounting.h"

struct csl_associations {
    csl_list list;
    csl_walk walk;
    char *qos; /* of the last association handed out */
};

int csl_associations_of(csl_list list, csl_associations **out)
{
    if (!list) return csl_failure();
    csl_associations *associations = calloc(1, sizeof *associations);
    if (!associations) {
        slurm_list_destroy(list);
        return ENOMEM;
    }
    associations->list = list;
    associations->walk = slurm_list_iterator_create(list);
    *out = associations;
    return 0;
}

int csl_associations_load(csl_accounting *accounting, const char *cluster, int with_deleted,
                          csl_associations **out)
{
    slurmdb_assoc_cond_t condition;
    memset(&condition, 0, sizeof condition);
    if (with_deleted) SLURM_ASSOC_WITH_DELETED(&condition);
    condition.cluster_list = csl_list_of(cluster);
    errno = 0;
    csl_list list = slurmdb_associations_get(csl_connection(accounting), &condition);
    int code = csl_associations_of(list, out);
    if (condition.cluster_list) slurm_list_destroy(condition.cluster_list);
    return code;
}

/* The numbers in `list`, comma-separated; NULL for none. To be freed. */
static char *joined(csl_list list)
{
    size_t length = 0;
    char *text = NULL, *end;
    if (!list) return NULL;
    csl_walk walk = slurm_list_iterator_create(list);
    for (const char *one; (one = slurm_list_next(walk));) length += strlen(one) + 1;
    if (length && (text = end = malloc(length))) {
        slurm_list_iterator_reset(walk);
        for (const char *one; (one = slurm_list_next(walk)); *end++ = ',')
            end = stpcpy(end, one);
        end[-1] = 0;
    }
    slurm_list_iterator_destroy(walk);
    return text;
}

int csl_associations_next(csl_associations *associations, csl_association *out)
{
    const slurmdb_assoc_rec_t *one = slurm_list_next(associations->walk);
    if (!one) return 0;
    free(associations->qos);
    associations->qos = joined(one->qos_list);
    *out = (csl_association){
        .cluster = one->cluster,
        .account = one->acct,
        .user = one->user,
        .partition = one->partition,
        .parent_account = one->parent_acct,
        .qos = associations->qos,
        .id = one->id,
        .is_default = one->is_def == 1,
        .default_qos = csl_id(one->def_qos_id),
    };
    return 1;
}

void csl_associations_free(csl_associations *associations)
{
    if (!associations) return;
    slurm_list_iterator_destroy(associations->walk);
    slurm_list_destroy(associations->list);
    free(associations->qos);
    free(associations);
}
