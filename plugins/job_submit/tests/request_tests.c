#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "golden.h"
#include "slurm_releases.h"

static struct line line;

// What slurm_init_job_desc_msg leaves: everything unsaid.
static job_desc_msg_t unsaid(void)
{
    job_desc_msg_t job = {
        .user_id = NO_VAL, .group_id = NO_VAL, .time_limit = NO_VAL, .time_min = NO_VAL,
        .min_nodes = NO_VAL, .max_nodes = NO_VAL, .num_tasks = NO_VAL, .cpus_per_task = NO_VAL16,
        .ntasks_per_node = NO_VAL16, .ntasks_per_socket = NO_VAL16, .ntasks_per_core = NO_VAL16,
        .ntasks_per_tres = NO_VAL16, .sockets_per_node = NO_VAL16, .min_cpus = NO_VAL, .max_cpus = NO_VAL,
        .pn_min_cpus = NO_VAL16, .shared = NO_VAL16, .overcommit = NO_VAL8,
        .threads_per_core = NO_VAL16, .core_spec = NO_VAL16, .het_job_offset = NO_VAL,
        .pn_min_memory = NO_VAL64,
    };
    SLURM_JOB_ID_OF(&job) = NO_VAL;
    return job;
}

static job_desc_msg_t plain(void)
{
    job_desc_msg_t job = unsaid();
    job.user_id = job.group_id = 1001;
    job.time_limit = 60;
    job.min_nodes = 1;
    job.num_tasks = job.min_cpus = 4;
    job.submit_line = "sbatch -n4 -t 1:00:00 job.sh";
    return job;
}

static job_desc_msg_t everything(void)
{
    job_desc_msg_t job = {
        .user_id = 1002, .group_id = 100, .account = "astro", .partition = "gpu,cpu",
        .qos = "high", .reservation = "maint", .time_limit = INFINITE, .time_min = 30,
        .min_nodes = 2, .max_nodes = 4, .num_tasks = 8, .cpus_per_task = 2, .ntasks_per_node = 4,
        .ntasks_per_socket = 2, .ntasks_per_core = 1, .ntasks_per_tres = 3,
        .sockets_per_node = 2, .min_cpus = 16,
        .max_cpus = 64, .pn_min_cpus = 8, .shared = 0, .overcommit = 1, .threads_per_core = 1,
        .core_spec = 2, .tres_per_job = "gres:gpu:h200:8",
        .tres_per_node = "gres:gpu:2,gres:nvme:1", .tres_per_socket = "gres:gpu:1",
        .tres_per_task = "gres:gpu:1", .cpus_per_tres = "gres:gpu:4",
        .mem_per_tres = "gres:gpu:4096", .licenses = "matlab:2,abaqus",
        .features = "[skylake*2&icelake]", .req_nodes = "n[1-4]", .exc_nodes = "n16",
        .array_inx = "0-99:3%2", .het_job_offset = NO_VAL, .begin_time = 1763712000,
        .submit_line = "sbatch --exclusive j.sh", .pn_min_memory = MEM_PER_CPU | 2000,
    };
    SLURM_JOB_ID_OF(&job) = NO_VAL;
    return job;
}

static job_desc_msg_t hostile(void)
{
    job_desc_msg_t job = unsaid();
    job.user_id = 1003;
    job.account = "a\",\"user_id\":0,\"x\":\"";
    job.submit_line = "sbatch --wrap \"echo 'h\xc3\xa9llo' \\\\ \x1b[31m\n\"";
    job.pn_min_memory = 0;
    return job;
}

static job_desc_msg_t component(void)
{
    job_desc_msg_t job = unsaid();
    job.user_id = job.group_id = 1001;
    job.num_tasks = job.min_cpus = 1;
    job.het_job_offset = 1;
    job.submit_line = "sbatch -n1 : -n1 job.sh";
    job.pn_min_memory = 4096;
    return job;
}

static void matches(const char *file, int number)
{
    const char *expected = golden_line(file, number);
    CHECK(line.length == strlen(expected) + 1 && line.bytes[line.length - 1] == '\n' &&
              memcmp(line.bytes, expected, line.length - 1) == 0,
          "%s:%d\n  got  %.*s  want %s", file, number, (int)line.length, line.bytes, expected);
}

static bool has(const char *text)
{
    return memmem(line.bytes, line.length, text, strlen(text)) != NULL;
}

static char *filled(size_t count, char byte)
{
    char *text = malloc(count + 1);
    memset(text, byte, count);
    text[count] = '\0';
    return text;
}

static void test_golden(void)
{
    job_desc_msg_t (*jobs[])(void) = {plain, everything, hostile, component};
    for (int i = 0; i < 4; i++) {
        char id[] = "01JDABCDEFGHJKMNPQRSTVWX01";
        id[25] = (char)('1' + i);
        job_desc_msg_t job = jobs[i]();
        CHECK(request_admit(&line, id, "reef", &job));
        matches("admit-request.ndjson", i + 1);
    }

    job_desc_msg_t job = unsaid();
    job.user_id = 1001;
    SLURM_JOB_ID_OF(&job) = 71;
    job.job_id_str = "71";
    job.time_limit = 120;
    CHECK(request_modify(&line, "01JDABCDEFGHJKMNPQRSTVWX05", "reef", 0, &job));
    matches("modify-request.ndjson", 1);
    SLURM_JOB_ID_OF(&job) = job.time_limit = NO_VAL;
    job.job_id_str = "71_1";
    job.account = "bio";
    job.qos = "";
    CHECK(request_modify(&line, "01JDABCDEFGHJKMNPQRSTVWX06", "reef", 1001, &job));
    matches("modify-request.ndjson", 2);

    CHECK(request_void(&line, "01JDABCDEFGHJKMNPQRSTVWX07", "reef", "01JDABCDEFGHJKMNPQRSTVWX04"));
    matches("void-request.ndjson", 1);
}

static void test_what_a_change_must_touch(void)
{
    job_desc_msg_t job = unsaid();
    SLURM_JOB_ID_OF(&job) = 71;
    job.user_id = job.group_id = 1001;
    job.name = "new name";
    job.comment = "text";
    job.admin_comment = "text";
    job.priority = 0;
    job.het_job_offset = 0;  // Slurm sets it in every update
    CHECK(!request_modify(&line, "1", "reef", 0, &job)); // name, comments, hold: nothing to ask
    job.pn_min_memory = 100;
    CHECK(request_modify(&line, "1", "reef", 0, &job));
    CHECK(!has("het_offset") && !has("array") && !has("group_id"));
    job.pn_min_memory = NO_VAL64;
    job.array_inx = "2"; // ArrayTaskThrottle
    CHECK(request_modify(&line, "1", "reef", 0, &job) && has("\"array_throttle\":2}"));
    CHECK(!has("\"array\""));
    job.array_inx = "0";
    CHECK(request_modify(&line, "1", "reef", 0, &job) && has("\"array_throttle\":0}"));
    job.array_inx = "all";
    CHECK(!request_modify(&line, "1", "reef", 0, &job));
    job.array_inx = NULL;
    job.pn_min_memory = NO_VAL64;
    job.min_cpus = 3;
    CHECK(request_modify(&line, "1", "reef", 0, &job));
    job.min_cpus = NO_VAL;
    job.end_time = 1763712000;
    CHECK(request_modify(&line, "1", "reef", 0, &job) && has("\"end\":1763712000"));
}

static void test_cut(void)
{
    job_desc_msg_t job = plain();
    job.submit_line = filled(1 << 20, '"');
    CHECK(request_admit(&line, "1", "reef", &job));
    CHECK(!has("\"cut\"")); // only a hint: cut in silence
    CHECK(line.length < 2000);
    free(job.submit_line);

    job = everything();
    char *text = filled(70000, '\\'), *list = filled(8192, '1'), *longer = filled(8193, '1');
    job.array_inx = list;
    CHECK(request_admit(&line, "1", "reef", &job) && !has("\"cut\""));
    job.array_inx = longer;
    CHECK(request_admit(&line, "1", "reef", &job) && has("},\"cut\":[\"array\"]}\n"));

    // The longest line there can be: everything cut, everything escaped.
    job.account = job.partition = job.qos = job.reservation = text;
    job.tres_per_job = job.tres_per_node = job.tres_per_socket = job.tres_per_task = text;
    job.cpus_per_tres = job.mem_per_tres = job.licenses = job.features = text;
    job.req_nodes = job.exc_nodes = job.array_inx = job.submit_line = text;
    CHECK(request_admit(&line, text, text, &job));
    CHECK(has("\"cut\":[\"account\",\"partition\",\"qos\",\"reservation\",\"tres_per_job\","));
    CHECK(has(",\"features\",\"req_nodes\",\"exc_nodes\",\"array\"]}\n"));
    CHECK(line.length < LINE_BYTES - 8192, "%zu bytes", line.length);
    free(text);
    free(list);
    free(longer);
}

// Whatever bytes stand in whichever field: one line of plain ASCII comes of it.
static void test_any_bytes(void)
{
    char bytes[256], *list = malloc(8 * 10000);
    for (int i = 0; i < 255; i++)
        bytes[i] = (char)(255 - i);
    bytes[255] = '\0';
    job_desc_msg_t job = everything();
    job.account = job.partition = job.qos = job.reservation = bytes;
    job.tres_per_job = job.tres_per_node = job.tres_per_socket = job.tres_per_task = bytes;
    job.cpus_per_tres = job.mem_per_tres = job.licenses = job.features = bytes;
    job.req_nodes = job.exc_nodes = job.array_inx = job.submit_line = bytes;
    CHECK(request_admit(&line, "1", "reef", &job) && !has("\"cut\""));
    for (size_t i = 0; i + 1 < line.length; i++)
        CHECK(line.bytes[i] >= 0x20 && line.bytes[i] <= 0x7e, "byte %zu", i);
    CHECK(line.bytes[line.length - 1] == '\n');

    // 10,000 indices of an array: the request says that they were cut.
    job = plain();
    size_t length = 0;
    for (int i = 1; i < 20000; i += 2)
        length += (size_t)sprintf(list + length, "%d,", i);
    job.array_inx = list;
    CHECK(request_admit(&line, "1", "reef", &job) && has("\"cut\":[\"array\"]"));
    free(list);
}

void test_request(void)
{
    test_golden();
    test_what_a_change_must_touch();
    test_cut();
    test_any_bytes();
}
