/* The connection to slurmdbd, and what it names by number. */
#include "accounting.h"

#include <stdio.h>

int csl_accounting_open(csl_accounting **out)
{
    csl_accounting *accounting = calloc(1, sizeof *accounting);
    if (!accounting) return ENOMEM;
    errno = 0;
    accounting->connection = slurmdb_connection_get(NULL);
    /* With nobody at the port it is not NULL, only errno tells (22.05). */
    int code = errno;
    if (!accounting->connection || code) {
        csl_accounting_close(accounting);
        return code ? code : -1;
    }
    *out = accounting;
    return 0;
}

void csl_accounting_close(csl_accounting *accounting)
{
    if (!accounting) return;
    if (accounting->connection) slurmdb_connection_close(&accounting->connection);
    free(accounting);
}

csl_list csl_list_of(const char *word)
{
    if (!word) return NULL;
    csl_list list = slurm_list_create(NULL);
    if (list) slurm_list_append(list, (void *)word);
    return list;
}

struct csl_names {
    csl_list list;
    csl_walk walk;
    int of_tres;
    char text[512];
};

int csl_names_of(csl_list list, int of_tres, csl_names **out)
{
    if (!list) return csl_failure();
    csl_names *names = calloc(1, sizeof *names);
    if (!names) {
        slurm_list_destroy(list);
        return ENOMEM;
    }
    names->list = list;
    names->walk = slurm_list_iterator_create(list);
    names->of_tres = of_tres;
    *out = names;
    return 0;
}

int csl_tres_names(csl_accounting *accounting, csl_names **out)
{
    slurmdb_tres_cond_t condition;
    memset(&condition, 0, sizeof condition);
    slurmdb_init_tres_cond(&condition, 0);
    errno = 0;
    return csl_names_of(slurmdb_tres_get(accounting->connection, &condition), 1, out);
}

int csl_qos_names(csl_accounting *accounting, csl_names **out)
{
    slurmdb_qos_cond_t condition;
    memset(&condition, 0, sizeof condition);
    /* Deleted ones still stand in old runs. */
    SLURM_QOS_WITH_DELETED(&condition);
    errno = 0;
    return csl_names_of(slurmdb_qos_get(accounting->connection, &condition), 0, out);
}

int csl_names_next(csl_names *names, int64_t *id, const char **name)
{
    void *record = slurm_list_next(names->walk);
    if (!record) return 0;
    if (names->of_tres) {
        const slurmdb_tres_rec_t *tres = record;
        *id = tres->id;
        snprintf(names->text, sizeof names->text, tres->name ? "%s/%s" : "%s",
                 tres->type ? tres->type : "", tres->name);
        *name = names->text;
    } else {
        const slurmdb_qos_rec_t *qos = record;
        *id = qos->id;
        *name = qos->name ? qos->name : "";
    }
    return 1;
}

void csl_names_free(csl_names *names)
{
    if (!names) return;
    slurm_list_iterator_destroy(names->walk);
    slurm_list_destroy(names->list);
    free(names);
}
