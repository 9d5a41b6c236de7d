/* Reservations: slurmctld's present ones and slurmdbd's past ones. */
#include "accounting.h"

struct csl_reservations {
    reserve_info_msg_t *message; /* slurmctld's, or NULL */
    uint32_t place;
    csl_list list; /* slurmdbd's, or NULL */
    slurmdb_reservation_rec_t *current;
};

int csl_reservations_load(csl_reservations **out)
{
    csl_reservations *reservations = calloc(1, sizeof *reservations);
    if (!reservations) return ENOMEM;
    errno = 0;
    if (slurm_load_reservations(0, &reservations->message) != SLURM_SUCCESS
        || !reservations->message) {
        int code = csl_failure();
        free(reservations);
        return code;
    }
    *out = reservations;
    return 0;
}

int csl_past_reservations_load(csl_accounting *accounting, const char *cluster, int64_t from,
                               int64_t to, csl_reservations **out)
{
    slurmdb_reservation_cond_t condition = {.time_start = from, .time_end = to};
    csl_reservations *reservations = calloc(1, sizeof *reservations);
    if (!reservations) return ENOMEM;
    condition.cluster_list = csl_list_of(cluster);
    errno = 0;
    reservations->list = slurmdb_reservations_get(csl_connection(accounting), &condition);
    int code = reservations->list ? 0 : csl_failure();
    if (condition.cluster_list) slurm_list_destroy(condition.cluster_list);
    if (code) {
        free(reservations);
        return code;
    }
    *out = reservations;
    return 0;
}

static void fill_present(const reserve_info_t *one, csl_reservation *out)
{
    *out = (csl_reservation){
        .name = one->name,
        .nodes = one->node_list,
        .tres = one->tres_str,
        .accounts = one->accounts,
        .users = one->users,
        .groups = one->groups,
        .partition = one->partition,
        .licenses = one->licenses,
        .features = one->features,
        .id = CSL_NONE,
        .start = csl_time(one->start_time),
        .end = csl_time(one->end_time),
        .node_count = csl_32(one->node_cnt),
        .core_count = csl_32(one->core_cnt),
        .flags = (int64_t)one->flags,
        .unused_seconds = -1,
    };
}

static void fill_past(const slurmdb_reservation_rec_t *one, csl_reservation *out)
{
    *out = (csl_reservation){
        .cluster = one->cluster,
        .name = one->name,
        .nodes = one->nodes,
        .tres = one->tres_str,
        .associations = one->assocs,
        .id = csl_32(one->id),
        .start = csl_time(one->time_start),
        .end = csl_time(one->time_end),
        .start_previous = csl_time(one->time_start_prev),
        .node_count = CSL_NONE,
        .core_count = CSL_NONE,
        .flags = (int64_t)one->flags,
        .unused_seconds = one->unused_wall,
    };
}

int csl_reservations_next(csl_reservations *reservations, csl_reservation *out)
{
    if (reservations->message) {
        if (reservations->place >= reservations->message->record_count) return 0;
        fill_present(&reservations->message->reservation_array[reservations->place++], out);
        return 1;
    }
    if (reservations->current) slurmdb_destroy_reservation_rec(reservations->current);
    reservations->current = reservations->list ? slurm_list_pop(reservations->list) : NULL;
    if (!reservations->current) return 0;
    fill_past(reservations->current, out);
    return 1;
}

void csl_reservations_free(csl_reservations *reservations)
{
    if (!reservations) return;
    if (reservations->message) slurm_free_reservation_info_msg(reservations->message);
    if (reservations->current) slurmdb_destroy_reservation_rec(reservations->current);
    if (reservations->list) slurm_list_destroy(reservations->list);
    free(reservations);
}
