// job_desc_msg_t to JSON: a fixed list of fields, each absent where Slurm has NO_VAL or NULL.
#include "request.h"

#include <stddef.h>
#include <stdlib.h>

#include "slurm_releases.h"


#define TEXT_BYTES 1024
#define LIST_BYTES 8192 // array indices and host lists

enum kind { U8, U16, U32, TIME, TEXT };

enum {
    PRICED = 1,        // an estimate may depend on it: a cut is named, a change of it asked about
    AT_SUBMISSION = 2, // in an update Slurm keeps something else there, or nothing
    LONG = 4,          // a list that may take LIST_BYTES
};

struct field {
    const char *name;
    size_t offset;
    enum kind kind;
    int flags;
};

// The width is the header's own, whatever a later Slurm makes of it; an unknown type won't compile.
#define FIELD(name, member, flags)                                                             \
    {name, offsetof(job_desc_msg_t, member),                                                   \
     _Generic(((job_desc_msg_t *)0)->member, uint8_t: U8, uint16_t: U16, uint32_t: U32,        \
              time_t: TIME, char *: TEXT),                                                     \
     flags}

static const struct field fields[] = {
    FIELD("user_id", user_id, 0),
    FIELD("group_id", group_id, AT_SUBMISSION),
    FIELD("account", account, PRICED),
    FIELD("partition", partition, PRICED),
    FIELD("qos", qos, PRICED),
    FIELD("reservation", reservation, PRICED),
    FIELD("time_limit_minutes", time_limit, PRICED),
    FIELD("time_min_minutes", time_min, PRICED),
    FIELD("min_nodes", min_nodes, PRICED),
    FIELD("max_nodes", max_nodes, PRICED),
    FIELD("num_tasks", num_tasks, PRICED),
    FIELD("cpus_per_task", cpus_per_task, PRICED),
    FIELD("ntasks_per_node", ntasks_per_node, PRICED),
    FIELD("ntasks_per_socket", ntasks_per_socket, PRICED),
    FIELD("ntasks_per_core", ntasks_per_core, PRICED),
    FIELD("ntasks_per_tres", ntasks_per_tres, PRICED),
    FIELD("sockets_per_node", sockets_per_node, PRICED),
    FIELD("min_cpus", min_cpus, PRICED),
    FIELD("max_cpus", max_cpus, PRICED),
    FIELD("pn_min_cpus", pn_min_cpus, PRICED),
    FIELD("shared", shared, PRICED),
    FIELD("overcommit", overcommit, PRICED),
    FIELD("threads_per_core", threads_per_core, PRICED),
    FIELD("core_spec", core_spec, PRICED),
    FIELD("tres_per_job", tres_per_job, PRICED),
    FIELD("tres_per_node", tres_per_node, PRICED),
    FIELD("tres_per_socket", tres_per_socket, PRICED),
    FIELD("tres_per_task", tres_per_task, PRICED),
    FIELD("cpus_per_tres", cpus_per_tres, PRICED),
    FIELD("mem_per_tres", mem_per_tres, PRICED),
    FIELD("licenses", licenses, PRICED),
    FIELD("features", features, PRICED),
    FIELD("req_nodes", req_nodes, PRICED | LONG),
    FIELD("exc_nodes", exc_nodes, PRICED | LONG),
    FIELD("array", array_inx, PRICED | AT_SUBMISSION | LONG),
    FIELD("het_offset", het_job_offset, AT_SUBMISSION),
    FIELD("begin", begin_time, PRICED),
    FIELD("end", end_time, PRICED), // of updates: moves the time limit
    FIELD("submit_line", submit_line, AT_SUBMISSION),
};

#define FIELD_COUNT (sizeof fields / sizeof *fields)

// What was written of a job.
struct extent {
    bool priced;
    const char *cut[FIELD_COUNT];
    size_t cut_count;
};

// Writes one field; false where Slurm has nothing there.
static bool write_field(struct line *line, const struct field *field, const job_desc_msg_t *job,
                        struct extent *extent)
{
    const void *at = (const char *)job + field->offset;
    uint64_t number;
    switch (field->kind) {
    case U8:
        number = *(const uint8_t *)at;
        if (number == NO_VAL8)
            return false;
        break;
    case U16:
        number = *(const uint16_t *)at;
        if (number == NO_VAL16)
            return false;
        break;
    case U32:
        number = *(const uint32_t *)at;
        if (number == NO_VAL)
            return false;
        break;
    case TIME: {
        time_t time = *(const time_t *)at;
        if (time <= 0)
            return false;
        number = (uint64_t)time;
        break;
    }
    case TEXT:
    default: {
        const char *text = *(char *const *)at;
        if (!text)
            return false;
        size_t limit = (field->flags & LONG) ? LIST_BYTES : TEXT_BYTES;
        bool whole = line_text(line, field->name, text, limit);
        if (!whole && (field->flags & PRICED))
            extent->cut[extent->cut_count++] = field->name;
        return true;
    }
    }
    line_unsigned(line, field->name, number);
    return true;
}

// Memory is one number in Slurm: a node's, or with the top bit set a CPU's.
static bool write_memory(struct line *line, uint64_t memory_mib)
{
    if (memory_mib == NO_VAL64)
        return false;
    if (memory_mib & MEM_PER_CPU)
        line_unsigned(line, "mem_per_cpu_mib", memory_mib & ~MEM_PER_CPU);
    else
        line_unsigned(line, "mem_per_node_mib", memory_mib);
    return true;
}

// In an update Slurm has ArrayTaskThrottle where the indices of an array are: a number alone, 0 for any.
static bool write_throttle(struct line *line, const char *text)
{
    if (!text || *text < '0' || *text > '9')
        return false;
    line_unsigned(line, "array_throttle", strtoul(text, NULL, 10));
    return true;
}

static struct extent write_job(struct line *line, const job_desc_msg_t *job, bool is_submission)
{
    struct extent extent = {0};
    line_open(line, "job", '{');
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if ((fields[i].flags & AT_SUBMISSION) && !is_submission)
            continue;
        if (write_field(line, &fields[i], job, &extent) && (fields[i].flags & PRICED))
            extent.priced = true;
    }
    if (write_memory(line, job->pn_min_memory))
        extent.priced = true;
    if (!is_submission && write_throttle(line, job->array_inx))
        extent.priced = true;
    line_close(line, '}');
    if (extent.cut_count > 0) {
        line_open(line, "cut", '[');
        for (size_t i = 0; i < extent.cut_count; i++)
            line_text(line, NULL, extent.cut[i], TEXT_BYTES);
        line_close(line, ']');
    }
    return extent;
}

static void start(struct line *line, const char *id, const char *operation, const char *cluster)
{
    line_start(line);
    line_unsigned(line, "v", 1);
    line_text(line, "id", id, TEXT_BYTES);
    line_text(line, "op", operation, TEXT_BYTES);
    line_text(line, "cluster", cluster, TEXT_BYTES);
}

bool request_admit(struct line *line, const char *token, const char *cluster,
                   const job_desc_msg_t *job)
{
    start(line, token, "admit", cluster);
    write_job(line, job, true);
    return line_finish(line);
}

bool request_modify(struct line *line, const char *id, const char *cluster, uint32_t caller_uid,
                    const job_desc_msg_t *job)
{
    start(line, id, "modify", cluster);
    // scontrol gives text ("71", "71_4", "71+1"); a call through the API may give the number.
    const char *text = job->job_id_str ? job->job_id_str : "";
    uint32_t number = SLURM_JOB_ID_OF(job);
    line_unsigned(line, "job_id", number != NO_VAL ? number : strtoul(text, NULL, 10));
    if (job->job_id_str)
        line_text(line, "job_id_str", job->job_id_str, TEXT_BYTES);
    line_unsigned(line, "caller_uid", caller_uid);
    struct extent extent = write_job(line, job, false);
    return line_finish(line) && extent.priced;
}

bool request_void(struct line *line, const char *id, const char *cluster, const char *token)
{
    start(line, id, "void", cluster);
    line_text(line, "token", token, TEXT_BYTES);
    return line_finish(line);
}
