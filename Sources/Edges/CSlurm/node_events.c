/* Spans in which nodes were down or drained, from slurmdbd. */
#include "accounting.h"

struct csl_node_events {
    csl_list list;
    slurmdb_event_rec_t *current;
};

int csl_node_events_load(csl_accounting *accounting, const char *cluster, int64_t from, int64_t to,
                         csl_node_events **out)
{
    slurmdb_event_cond_t condition = {
        .event_type = SLURMDB_EVENT_NODE, .period_start = from, .period_end = to};
    csl_node_events *events = calloc(1, sizeof *events);
    if (!events) return ENOMEM;
    condition.cluster_list = csl_list_of(cluster);
    errno = 0;
    events->list = slurmdb_events_get(csl_connection(accounting), &condition);
    int code = events->list ? 0 : csl_failure();
    if (condition.cluster_list) slurm_list_destroy(condition.cluster_list);
    if (code) {
        free(events);
        return code;
    }
    *out = events;
    return 0;
}

int csl_node_events_next(csl_node_events *events, csl_node_event *out)
{
    if (events->current) slurmdb_destroy_event_rec(events->current);
    events->current = slurm_list_pop(events->list);
    if (!events->current) return 0;
    *out = (csl_node_event){
        .node = events->current->node_name,
        .tres = events->current->tres_str,
        .start = csl_time(events->current->period_start),
        .end = csl_time(events->current->period_end),
        .is_maintenance = (events->current->state & NODE_STATE_MAINT) != 0,
    };
    return 1;
}

void csl_node_events_free(csl_node_events *events)
{
    if (!events) return;
    if (events->current) slurmdb_destroy_event_rec(events->current);
    slurm_list_destroy(events->list);
    free(events);
}
