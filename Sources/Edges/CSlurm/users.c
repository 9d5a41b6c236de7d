/* slurmdbd's users: who coordinates which account, and whom Slurm lets change any job. */
#include "accounting.h"

struct csl_users {
    csl_list list;
    csl_walk operators;
    csl_walk coordinators;
    const slurmdb_user_rec_t *user; /* whose accounts are handed out now */
    csl_walk accounts;
};

int csl_users_of(csl_list list, csl_users **out)
{
    if (!list) return csl_failure();
    csl_users *users = calloc(1, sizeof *users);
    if (!users) {
        slurm_list_destroy(list);
        return ENOMEM;
    }
    users->list = list;
    users->operators = slurm_list_iterator_create(list);
    users->coordinators = slurm_list_iterator_create(list);
    *out = users;
    return 0;
}

int csl_users_load(csl_accounting *accounting, csl_users **out)
{
    slurmdb_user_cond_t condition;
    memset(&condition, 0, sizeof condition);
    condition.with_coords = 1;
    errno = 0;
    return csl_users_of(slurmdb_users_get(csl_connection(accounting), &condition), out);
}

int csl_users_next_operator(csl_users *users, const char **name)
{
    for (const slurmdb_user_rec_t *one; (one = slurm_list_next(users->operators));) {
        if (one->admin_level < SLURMDB_ADMIN_OPERATOR) continue;
        *name = one->name;
        return 1;
    }
    return 0;
}

static int next_user(csl_users *users)
{
    if (users->accounts) slurm_list_iterator_destroy(users->accounts);
    users->accounts = NULL;
    while ((users->user = slurm_list_next(users->coordinators))) {
        if (!users->user->coord_accts) continue;
        users->accounts = slurm_list_iterator_create(users->user->coord_accts);
        return 1;
    }
    return 0;
}

int csl_users_next_coordinator(csl_users *users, csl_coordinator *out)
{
    while (users->accounts || next_user(users)) {
        const slurmdb_coord_rec_t *one = slurm_list_next(users->accounts);
        if (one && one->direct) {
            *out = (csl_coordinator){.user = users->user->name, .account = one->name};
            return 1;
        }
        if (!one && !next_user(users)) return 0;
    }
    return 0;
}

void csl_users_free(csl_users *users)
{
    if (!users) return;
    if (users->accounts) slurm_list_iterator_destroy(users->accounts);
    slurm_list_iterator_destroy(users->coordinators);
    slurm_list_iterator_destroy(users->operators);
    slurm_list_destroy(users->list);
    free(users);
}
