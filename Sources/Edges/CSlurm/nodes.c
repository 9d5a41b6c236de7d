/* slurmctld's nodes, with the partitions that each is in. */
#include "slurm_door.h"

struct csl_nodes {
    node_info_msg_t *message;
    uint32_t place;
};

int csl_nodes_load(csl_nodes **out)
{
    partition_info_msg_t *partitions = NULL;
    csl_nodes *nodes = calloc(1, sizeof *nodes);
    if (!nodes) return ENOMEM;
    errno = 0;
    if (slurm_load_node(0, &nodes->message, SHOW_ALL | SHOW_LOCAL | SHOW_MIXED) != SLURM_SUCCESS
        || !nodes->message) {
        int code = csl_failure();
        free(nodes);
        return code;
    }
    if (slurm_load_partitions(0, &partitions, SHOW_ALL | SHOW_LOCAL) == SLURM_SUCCESS
        && partitions) {
        slurm_populate_node_partitions(nodes->message, partitions);
        slurm_free_partition_info_msg(partitions);
    } else {
        int code = csl_failure();
        csl_nodes_free(nodes);
        return code;
    }
    *out = nodes;
    return 0;
}

int csl_nodes_next(csl_nodes *nodes, csl_node *out)
{
    const node_info_t *node = NULL;
    /* A deleted node leaves a record without a name. */
    while (!node || !node->name) {
        if (nodes->place >= nodes->message->record_count) return 0;
        node = &nodes->message->node_array[nodes->place++];
    }
    *out = (csl_node){
        .name = node->name,
        .features = node->features,
        .active_features = node->features_act,
        .gres = node->gres,
        .tres = node->tres_fmt_str,
        .partitions = node->partitions,
        .state = node->node_state,
        .cpus = csl_16(node->cpus),
        .effective_cpus = csl_16(node->cpus_efctv),
        .boards = csl_16(node->boards),
        .sockets = csl_16(node->sockets),
        .cores = csl_16(node->cores),
        .threads = csl_16(node->threads),
        .real_memory = csl_64(node->real_memory),
        .mem_spec_limit = csl_64(node->mem_spec_limit),
        .core_spec_count = csl_16(node->core_spec_cnt),
        .weight = csl_32(node->weight),
    };
    return 1;
}

void csl_nodes_free(csl_nodes *nodes)
{
    if (!nodes) return;
    slurm_free_node_info_msg(nodes->message);
    free(nodes);
}
