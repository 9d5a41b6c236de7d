/* slurmctld's partitions. */
#include "slurm_door.h"

struct csl_partitions {
    partition_info_msg_t *message;
    uint32_t place;
};

int csl_partitions_load(csl_partitions **out)
{
    csl_partitions *partitions = calloc(1, sizeof *partitions);
    if (!partitions) return ENOMEM;
    errno = 0;
    if (slurm_load_partitions(0, &partitions->message, SHOW_ALL | SHOW_LOCAL) != SLURM_SUCCESS
        || !partitions->message) {
        int code = csl_failure();
        free(partitions);
        return code;
    }
    *out = partitions;
    return 0;
}

/* One 64-bit field says both: the top bit makes it "per CPU", 0 is "not set". */
static int64_t memory(uint64_t value, int per_cpu)
{
    if (value == 0 || value == NO_VAL64 || value == INFINITE64) return CSL_NONE;
    if (!(value & MEM_PER_CPU) == !!per_cpu) return CSL_NONE;
    return (int64_t)(value & ~MEM_PER_CPU);
}

static int64_t job_default(csl_list defaults, uint16_t type)
{
    int64_t found = CSL_NONE;
    if (!defaults) return found;
    csl_walk walk = slurm_list_iterator_create(defaults);
    for (job_defaults_t *one; (one = slurm_list_next(walk));)
        if (one->type == type) found = csl_64(one->value);
    slurm_list_iterator_destroy(walk);
    return found;
}

int csl_partitions_next(csl_partitions *partitions, csl_partition *out)
{
    if (partitions->place >= partitions->message->record_count) return 0;
    const partition_info_t *part =
        &partitions->message->partition_array[partitions->place++];
    *out = (csl_partition){
        .name = part->name,
        .nodes = part->nodes,
        .tres = part->tres_fmt_str,
        .billing_weights = part->billing_weights_str,
        .qos = part->qos_char,
        .alternate = part->alternate,
        .allow_accounts = part->allow_accounts,
        .deny_accounts = part->deny_accounts,
        .allow_qos = part->allow_qos,
        .deny_qos = part->deny_qos,
        .allow_groups = part->allow_groups,
        .state = part->state_up,
        .flags = part->flags,
        .select_type = part->cr_type,
        .max_share = part->max_share,
        .preempt_mode = csl_16(part->preempt_mode),
        .priority_tier = part->priority_tier,
        .total_nodes = part->total_nodes,
        .total_cpus = part->total_cpus,
        .min_nodes = csl_32(part->min_nodes),
        .max_nodes = csl_32(part->max_nodes),
        .max_cpus_per_node = csl_32(part->max_cpus_per_node),
        .default_time = csl_32(part->default_time),
        .max_time = csl_32(part->max_time),
        .over_time_limit = csl_16(part->over_time_limit),
        .def_mem_per_cpu = memory(part->def_mem_per_cpu, 1),
        .def_mem_per_node = memory(part->def_mem_per_cpu, 0),
        .max_mem_per_cpu = memory(part->max_mem_per_cpu, 1),
        .max_mem_per_node = memory(part->max_mem_per_cpu, 0),
        .def_cpu_per_gpu = job_default(part->job_defaults_list, JOB_DEF_CPU_PER_GPU),
        .def_mem_per_gpu = job_default(part->job_defaults_list, JOB_DEF_MEM_PER_GPU),
    };
    return 1;
}

void csl_partitions_free(csl_partitions *partitions)
{
    if (!partitions) return;
    slurm_free_partition_info_msg(partitions->message);
    free(partitions);
}
