// Plays slurmctld to the whole plugin: what Slurm hands over comes back as Slurm may take it, whatever
// atolld does. Meant to be run under AddressSanitizer and valgrind, too.
#include <slurm/slurm_errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../check.h"
#include "../fake_server.h"
#include "clock.h"
#include "slurmctld.h"

int init(void);
int job_submit(job_desc_msg_t *job, uint32_t submit_uid, char **err_msg);
#if SLURM_MODIFY_TAKES_MESSAGE
int job_modify(job_desc_msg_t *job, void *job_record, uint32_t submit_uid, char **err_msg);
#else
int job_modify(job_desc_msg_t *job, void *job_record, uint32_t submit_uid);
#endif

#define USER 1001
#define DAEMON 990
#define STRANGER 4242
#define DEADLINE_MS 500

static char folder[SCRATCH_PATH];

static job_desc_msg_t unsaid(void)
{
    job_desc_msg_t job = {
        .user_id = USER, .group_id = USER, .time_limit = NO_VAL, .time_min = NO_VAL,
        .min_nodes = NO_VAL, .max_nodes = NO_VAL, .num_tasks = NO_VAL, .cpus_per_task = NO_VAL16,
        .ntasks_per_node = NO_VAL16, .ntasks_per_socket = NO_VAL16, .ntasks_per_core = NO_VAL16,
        .ntasks_per_tres = NO_VAL16, .sockets_per_node = NO_VAL16, .min_cpus = NO_VAL,
        .max_cpus = NO_VAL, .pn_min_cpus = NO_VAL16, .shared = NO_VAL16, .overcommit = NO_VAL8,
        .threads_per_core = NO_VAL16, .core_spec = NO_VAL16, .het_job_offset = NO_VAL,
        .pn_min_memory = NO_VAL64,
    };
    SLURM_JOB_ID_OF(&job) = NO_VAL;
    return job;
}

// The strings are Slurm's, as are those that the plugin puts in their place.
static job_desc_msg_t submitted(void)
{
    job_desc_msg_t job = unsaid();
    job.time_limit = 60;
    job.num_tasks = 4;
    job.admin_comment = slurm_text("kept");
    job.submit_line = slurm_text("sbatch -n4 -t60 job.sh");
    return job;
}

static void forget(job_desc_msg_t *job)
{
    slurm_text_free(&job->account);
    slurm_text_free(&job->qos);
    slurm_text_free(&job->admin_comment);
    slurm_text_free(&job->submit_line);
}

static void begin(const char *socket, const char *rest)
{
    char path[SCRATCH_PATH + 32];
    snprintf(path, sizeof path, "%s/job_submit_atoll.conf", folder);
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    fprintf(file, "socket = %s\ndeadline_ms = %d\nbreaker_failures = 1000\ndaemon_user = %d\n%s",
            socket, DEADLINE_MS, DAEMON, rest);
    fclose(file);
    CHECK(init() == SLURM_SUCCESS, "%s", rest);
}

static bool has_token(const job_desc_msg_t *job)
{
    const char *token = strstr(job->admin_comment ? job->admin_comment : "", "atoll=");
    return token && strlen(token) == strlen("atoll=") + 26;
}

static void submit_to(enum fake_mode mode, const char *rest, int result, const char *message)
{
    struct fake fake = fake_start(mode);
    begin(fake.path, rest);
    job_desc_msg_t job = submitted();
    char *shown = NULL;
    CHECK(job_submit(&job, USER, &shown) == result, "mode %d", mode);
    CHECK(strcmp(shown ? shown : "", message) == 0, "mode %d: %s", mode, shown);
    CHECK(strncmp(job.admin_comment, "kept", 4) == 0, "mode %d", mode);
    CHECK(has_token(&job) == (result == SLURM_SUCCESS), "mode %d: %s", mode, job.admin_comment);
    slurm_text_free(&shown);
    // Not every caller wants the words.
    CHECK(job_submit(&job, USER, NULL) == result, "mode %d", mode);
    forget(&job);
    fake_stop(&fake);
    CHECK(slurm_texts() == 0, "mode %d: %d", mode, slurm_texts());
}

static void submissions(void)
{
    submit_to(FAKE_OK, "", SLURM_SUCCESS, "atoll: fine");
    submit_to(FAKE_REFUSED, "", ESLURM_ACCOUNTING_POLICY, "atoll: no");
    for (enum fake_mode mode = FAKE_UNAVAILABLE; mode <= FAKE_NEVER_READS; mode++)
        submit_to(mode, "", SLURM_SUCCESS, "");
    submit_to(FAKE_GARBAGE, "when_unreachable = refuse\n", ESLURM_ACCOUNTING_POLICY,
              "atoll: refused: accounting can't be reached, and this cluster admits no job "
              "without it.\natoll: Nothing was submitted. Try again in a minute; if this lasts, "
              "tell the support staff.");
}

static void what_earlier_plugins_said_stays(void)
{
    struct fake fake = fake_start(FAKE_REFUSED);
    begin(fake.path, "");
    job_desc_msg_t job = submitted();
    char *shown = slurm_text("first");
    job_submit(&job, USER, &shown);
    CHECK(strcmp(shown, "first\natoll: no") == 0, "%s", shown);
    slurm_text_free(&shown);
    forget(&job);
    fake_stop(&fake);
}

static void het_job_waits_for_one_deadline(void)
{
    struct fake fake = fake_start(FAKE_HANG);
    begin(fake.path, "");
    int64_t began = clock_now_ns();
    for (uint32_t offset = 0; offset < 8; offset++) {
        job_desc_msg_t job = submitted();
        job.het_job_offset = offset;
        CHECK(job_submit(&job, USER, NULL) == SLURM_SUCCESS, "%u", offset);
        CHECK(has_token(&job), "%u", offset);
        forget(&job);
    }
    // Eight deadlines would be four seconds.
    CHECK(clock_now_ns() - began < 4 * DEADLINE_MS * NS_PER_MS, "%lld ns",
          (long long)(clock_now_ns() - began));
    fake_stop(&fake);
}

static int modify(job_desc_msg_t *job, uint32_t uid)
{
#if SLURM_MODIFY_TAKES_MESSAGE
    char *shown = NULL;
    int result = job_modify(job, NULL, uid, &shown);
    // Whether it would fit is not for who has no say in it.
    if (result == ESLURM_USER_ID_MISSING || result == ESLURM_ACCESS_DENIED)
        CHECK(!shown, "%s", shown);
    slurm_text_free(&shown);
    return result;
#else
    return job_modify(job, NULL, uid);
#endif
}

static void changes(void)
{
    struct {
        enum fake_mode mode;
        const char *rest;
        uint32_t uid;
        bool raises;
        int result;
    } rows[] = {
        {FAKE_OK, "", USER, true, SLURM_SUCCESS},
        {FAKE_REFUSED, "", USER, true, ESLURM_ACCOUNTING_POLICY},
        {FAKE_NO_SAY, "", STRANGER, true, ESLURM_USER_ID_MISSING}, // as Slurm itself refuses one
        {FAKE_NO_SAY, "", USER, true, ESLURM_ACCESS_DENIED},
        {FAKE_REFUSED, "", DAEMON, true, SLURM_SUCCESS}, // it does not ask itself
        {FAKE_REFUSED, "", USER, false, SLURM_SUCCESS},  // nothing that a price depends on
        {FAKE_GARBAGE, "", USER, true, SLURM_SUCCESS},
        {FAKE_GARBAGE, "when_unreachable = refuse\n", USER, true, ESLURM_ACCOUNTING_POLICY},
        {FAKE_GARBAGE, "when_unreachable = refuse\n", 0, true, SLURM_SUCCESS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake = fake_start(rows[i].mode);
        begin(fake.path, rows[i].rest);
        job_desc_msg_t job = unsaid();
        SLURM_JOB_ID_OF(&job) = 7;
        if (rows[i].raises)
            job.time_limit = 120;
        CHECK(modify(&job, rows[i].uid) == rows[i].result, "row %zu", i);
        fake_stop(&fake);
    }
    CHECK(slurm_texts() == 0, "%d", slurm_texts());
}

static void texts_of_any_kind(void)
{
    struct fake fake = fake_start(FAKE_OK);
    begin(fake.path, "");
    char *long_line = malloc(1 << 20);
    if (!long_line)
        abort();
    memset(long_line, 'x', (1 << 20) - 1);
    long_line[(1 << 20) - 1] = 0;
    const char *lines[] = {"", "\xff\xfe\x01", "\"\\\n\t\x7f", "{\"v\":1}", long_line};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        job_desc_msg_t job = submitted();
        slurm_text_free(&job.submit_line);
        job.submit_line = slurm_text(lines[i]);
        job.account = slurm_text(i % 2 ? "astro\xff" : "");
        slurm_text_free(&job.admin_comment); // none at all
        char *shown = NULL;
        CHECK(job_submit(&job, USER, &shown) == SLURM_SUCCESS, "row %zu", i);
        CHECK(shown != NULL, "row %zu: it was answered", i);
        CHECK(has_token(&job), "row %zu", i);
        slurm_text_free(&shown);
        forget(&job);
    }
    free(long_line);
    fake_stop(&fake);
    CHECK(slurm_texts() == 0, "%d", slurm_texts());
}

static void settings_with_errors_stop_nothing(void)
{
    struct fake fake = fake_start(FAKE_OK);
    slurm_has_logged("");
    begin(fake.path, "deadline_ms = soon\nnonsense\n");
    CHECK(slurm_has_logged("has errors"));
    job_desc_msg_t job = submitted();
    CHECK(job_submit(&job, USER, NULL) == SLURM_SUCCESS);
    CHECK(has_token(&job));
    forget(&job);
    fake_stop(&fake);
}

int main(void)
{
    scratch_path(folder, "atoll-plays-slurmctld-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    char conf[SCRATCH_PATH + 32];
    snprintf(conf, sizeof conf, "%s/slurm.conf", folder);
    slurm_conf.slurm_conf = conf;
    submissions();
    what_earlier_plugins_said_stays();
    het_job_waits_for_one_deadline();
    changes();
    texts_of_any_kind();
    settings_with_errors_stop_nothing();
    snprintf(conf, sizeof conf, "%s/job_submit_atoll.conf", folder);
    unlink(conf);
    rmdir(folder);
    return check_sum();
}
