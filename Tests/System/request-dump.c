// A job_submit plugin for tests: writes what a submission asks for, in the protocol's names, to
// `state/request` beside slurm.conf's folder, one line, and lets every job pass.
//
// Built by estimate-probe; never installed.
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char plugin_name[] = "request dump";
const char plugin_type[] = "job_submit/atoll";
const uint32_t plugin_version = SLURM_VERSION_NUMBER;

extern int init(void) { return SLURM_SUCCESS; }
extern int fini(void) { return SLURM_SUCCESS; }

static const char *separator;

static void text(FILE *file, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    fprintf(file, "%s%s=%s", separator, name, value);
    separator = " ";
}

static void number(FILE *file, const char *name, uint32_t value, uint32_t unsaid)
{
    if (value == unsaid)
        return;
    fprintf(file, "%s%s=%u", separator, name, value);
    separator = " ";
}

static void memory(FILE *file, uint64_t value)
{
    if (value == NO_VAL64)
        return;
    const char *name = value & MEM_PER_CPU ? "mem_per_cpu_mib" : "mem_per_node_mib";
    fprintf(file, "%s%s=%llu", separator, name, (unsigned long long)(value & ~MEM_PER_CPU));
    separator = " ";
}

static void write_request(FILE *file, const job_desc_msg_t *job)
{
    separator = "";
    text(file, "account", job->account);
    text(file, "partition", job->partition);
    text(file, "qos", job->qos);
    number(file, "time_limit_minutes", job->time_limit, NO_VAL);
    number(file, "time_min_minutes", job->time_min, NO_VAL);
    number(file, "min_nodes", job->min_nodes, NO_VAL);
    number(file, "max_nodes", job->max_nodes, NO_VAL);
    number(file, "num_tasks", job->num_tasks, NO_VAL);
    number(file, "cpus_per_task", job->cpus_per_task, NO_VAL16);
    number(file, "ntasks_per_node", job->ntasks_per_node, NO_VAL16);
    number(file, "ntasks_per_socket", job->ntasks_per_socket, NO_VAL16);
    number(file, "ntasks_per_core", job->ntasks_per_core, NO_VAL16);
    number(file, "ntasks_per_tres", job->ntasks_per_tres, NO_VAL16);
    number(file, "sockets_per_node", job->sockets_per_node, NO_VAL16);
    number(file, "cores_per_socket", job->cores_per_socket, NO_VAL16);
    number(file, "min_cpus", job->min_cpus, NO_VAL);
    number(file, "max_cpus", job->max_cpus, NO_VAL);
    number(file, "pn_min_cpus", job->pn_min_cpus, NO_VAL16);
    memory(file, job->pn_min_memory);
    number(file, "shared", job->shared, NO_VAL16);
    number(file, "threads_per_core", job->threads_per_core, NO_VAL16);
    number(file, "core_spec", job->core_spec, NO_VAL16);
    number(file, "overcommit", job->overcommit, NO_VAL8);
    text(file, "tres_per_job", job->tres_per_job);
    text(file, "tres_per_node", job->tres_per_node);
    text(file, "tres_per_socket", job->tres_per_socket);
    text(file, "tres_per_task", job->tres_per_task);
    text(file, "cpus_per_tres", job->cpus_per_tres);
    text(file, "mem_per_tres", job->mem_per_tres);
    text(file, "licenses", job->licenses);
    text(file, "features", job->features);
    text(file, "req_nodes", job->req_nodes);
    text(file, "exc_nodes", job->exc_nodes);
    text(file, "array", job->array_inx);
    fprintf(file, "\n");
}

extern int job_submit(struct job_descriptor *job, uint32_t submit_uid, char **err_msg)
{
    (void)submit_uid;
    (void)err_msg;
    char path[4096];
    const char *conf = getenv("SLURM_CONF");
    const char *slash = conf ? strrchr(conf, '/') : NULL;
    if (!slash)
        return SLURM_SUCCESS;
    snprintf(path, sizeof path, "%.*s/../state/request", (int)(slash - conf), conf);
    FILE *file = fopen(path, "w");
    if (file) {
        write_request(file, job);
        fclose(file);
    }
    return SLURM_SUCCESS;
}

extern int job_modify(struct job_descriptor *job, void *job_ptr, uint32_t submit_uid)
{
    (void)job;
    (void)job_ptr;
    (void)submit_uid;
    return SLURM_SUCCESS;
}
