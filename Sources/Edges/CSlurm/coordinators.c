/* slurmdbd's coordinators of accounts. */
#include "accounting.h"

struct csl_coordinators {
    csl_list users;
    csl_walk walk;
    const slurmdb_user_rec_t *user; /* whose accounts are handed out now */
    csl_walk accounts;
};

int csl_coordinators_of(csl_list users, csl_coordinators **out)
{
    if (!users) return csl_failure();
    csl_coordinators *coordinators = calloc(1, sizeof *coordinators);
    if (!coordinators) {
        slurm_list_destroy(users);
        return ENOMEM;
    }
    coordinators->users = users;
    coordinators->walk = slurm_list_iterator_create(users);
    *out = coordinators;
    return 0;
}

int csl_coordinators_load(csl_accounting *accounting, csl_coordinators **out)
{
    slurmdb_user_cond_t condition;
    memset(&condition, 0, sizeof condition);
    condition.with_coords = 1;
    errno = 0;
    return csl_coordinators_of(slurmdb_users_get(csl_connection(accounting), &condition), out);
}

static int next_user(csl_coordinators *coordinators)
{
    if (coordinators->accounts) slurm_list_iterator_destroy(coordinators->accounts);
    coordinators->accounts = NULL;
    while ((coordinators->user = slurm_list_next(coordinators->walk))) {
        if (!coordinators->user->coord_accts) continue;
        coordinators->accounts = slurm_list_iterator_create(coordinators->user->coord_accts);
        return 1;
    }
    return 0;
}

int csl_coordinators_next(csl_coordinators *coordinators, csl_coordinator *out)
{
    while (coordinators->accounts || next_user(coordinators)) {
        const slurmdb_coord_rec_t *one = slurm_list_next(coordinators->accounts);
        if (one && one->direct) {
            *out = (csl_coordinator){.user = coordinators->user->name, .account = one->name};
            return 1;
        }
        if (!one && !next_user(coordinators)) return 0;
    }
    return 0;
}

void csl_coordinators_free(csl_coordinators *coordinators)
{
    if (!coordinators) return;
    if (coordinators->accounts) slurm_list_iterator_destroy(coordinators->accounts);
    slurm_list_iterator_destroy(coordinators->walk);
    slurm_list_destroy(coordinators->users);
    free(coordinators);
}
