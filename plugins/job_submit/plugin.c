// Slurm's entry points: each submission and each change that costs is put to atolld.
//
// slurmctld calls these with its job lock held. So everything ends by a hard deadline, no
// thread or signal is used, and whatever goes wrong here ends in a return value.
#include <pthread.h>
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <stdio.h>
#include <string.h>

#include "admin_comment.h"
#include "ask.h"
#include "clock.h"
#include "hetjob.h"
#include "request.h"
#include "site.h"
#include "slurm_host.h"
#include "token.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT const char plugin_name[] = "Atoll credit accounting";
EXPORT const char plugin_type[] = "job_submit/atoll";
EXPORT const uint32_t plugin_version = SLURM_VERSION_NUMBER;
// Which Atoll it belongs to; `atoll doctor` reads it.
EXPORT const char atoll_version[] = "0.1.0";

static const char unreachable_message[] =
    "atoll: refused: accounting can't be reached, and this cluster admits no job without it.\n"
    "atoll: Nothing was submitted. Try again in a minute; if this lasts, tell the support staff.";

// Slurm 22.05 calls us with its job write lock held, 24.11 with a read lock: several at a time.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct line request;
static struct answer answer;
static struct asker asker;
static _Thread_local struct hetjob hetjob; // one thread submits all components of a job

static void log_line(const char *text)
{
    slurm_info("job_submit/atoll: %s", text);
}

static void replace(char **slurm_text, const char *with)
{
    char *old = *slurm_text;
    *slurm_text = slurm_xstrdup(with);
    slurm_xfree_ptr(old);
}

// Shows `text` to the user, after what an earlier plugin may have said.
static void show(char **err_msg, const char *text)
{
    if (!err_msg || !*text)
        return;
    char both[2 * ANSWER_MESSAGE_BYTES];
    snprintf(both, sizeof both, "%s%s%s", *err_msg ? *err_msg : "", *err_msg ? "\n" : "", text);
    replace(err_msg, both);
}

static int64_t deadline(const struct settings *settings)
{
    return clock_now_ns() + settings->deadline_ms * NS_PER_MS;
}

static void write_token(job_desc_msg_t *job, struct token token)
{
    char comment[ADMIN_COMMENT_BYTES + 1];
    admin_comment_with(comment, job->admin_comment, token);
    replace(&job->admin_comment, comment);
}

// Gives back what the components before a refused one hold, in what is left of the deadline.
static void void_components_before(const struct settings *settings, const job_desc_msg_t *job,
                                   uint32_t submit_uid, int64_t until_ns)
{
    uint32_t count = hetjob_before(&hetjob, submit_uid, job->het_job_offset);
    static struct answer ignored;
    for (uint32_t i = 0; i < count; i++) {
        struct token id = token_make();
        if (!request_void(&request, id.text, site_cluster(), hetjob.tokens[i].text) ||
            !ask(&asker, settings, &request, id.text, until_ns, &ignored))
            break; // the rest lapses by itself, as holds whose job never appears
    }
    hetjob_forget(&hetjob);
}

static void take_answer(job_desc_msg_t *job, char **err_msg)
{
    if (answer.account[0] && (!job->account || !job->account[0]))
        replace(&job->account, answer.account);
    if (answer.qos[0])
        replace(&job->qos, answer.qos);
    show(err_msg, answer.message);
}

static int submit(job_desc_msg_t *job, uint32_t submit_uid, char **err_msg)
{
    const struct settings *settings = &site_now()->settings;
    bool is_component = job->het_job_offset != NO_VAL;
    struct token token = token_make();
    int64_t until_ns = deadline(settings);
    // slurmctld hands over a het job's components one by one: the job waits for one deadline in all.
    bool is_worth_asking =
        !is_component || !hetjob_is_unanswered(&hetjob, submit_uid, job->het_job_offset);
    bool decided = is_worth_asking && *site_cluster() && request_admit(&request, token.text, site_cluster(), job) &&
                   ask(&asker, settings, &request, token.text, until_ns, &answer);

    if (decided && answer.verdict == ANSWER_REFUSED) {
        show(err_msg, answer.message);
        if (is_component)
            void_components_before(settings, job, submit_uid, until_ns);
        return ESLURM_ACCOUNTING_POLICY;
    }
    if (!decided && settings->when_unreachable == UNREACHABLE_REFUSE) {
        show(err_msg, unreachable_message);
        return ESLURM_ACCOUNTING_POLICY;
    }
    if (decided)
        take_answer(job, err_msg);
    write_token(job, token); // on every outcome but a refusal: the hold's answer may be lost
    if (is_component)
        hetjob_admitted(&hetjob, submit_uid, job->het_job_offset, token);
    if (is_component && !decided)
        hetjob_unanswered(&hetjob);
    return SLURM_SUCCESS;
}

// What Slurm itself would say: who has no say in a job must not learn what its project has left.
static int refusal(const job_desc_msg_t *job, uint32_t submit_uid)
{
    if (strcmp(answer.code, "no_say") != 0)
        return ESLURM_ACCOUNTING_POLICY;
    return submit_uid == job->user_id ? ESLURM_ACCESS_DENIED : ESLURM_USER_ID_MISSING;
}

static int modify(job_desc_msg_t *job, uint32_t submit_uid, char **err_msg)
{
    const struct site *site = site_now();
    const struct settings *settings = &site->settings;
    if (site->has_daemon_uid && submit_uid == site->daemon_uid)
        return SLURM_SUCCESS; // atolld's own update must not wait for atolld
    struct token id = token_make();
    if (!*site_cluster() ||
        !request_modify(&request, id.text, site_cluster(), submit_uid, job))
        return SLURM_SUCCESS; // nothing that a price depends on

    if (ask(&asker, settings, &request, id.text, deadline(settings), &answer)) {
        bool is_slurms_own = strcmp(answer.code, "no_say") == 0; // what fits is not for a stranger
        if (!is_slurms_own)
            show(err_msg, answer.message);
        if (answer.verdict == ANSWER_OK)
            return SLURM_SUCCESS;
        if (!err_msg || is_slurms_own) // Slurm before 23.02 has no way to tell the user why
            slurm_info("job_submit/atoll: update by uid %u refused: %.*s", submit_uid,
                       (int)strcspn(answer.message, "\n"), answer.message);
        return refusal(job, submit_uid);
    }
    if (settings->when_unreachable == UNREACHABLE_ADMIT || site_is_administrator(submit_uid))
        return SLURM_SUCCESS;
    show(err_msg, unreachable_message);
    return ESLURM_ACCOUNTING_POLICY;
}

EXPORT int init(void)
{
    asker.log = log_line;
    site_load();
    return SLURM_SUCCESS; // an error here would end slurmctld
}

EXPORT void fini(void)
{
}

EXPORT int job_submit(job_desc_msg_t *job, uint32_t submit_uid, char **err_msg)
{
    pthread_mutex_lock(&lock);
    int result = submit(job, submit_uid, err_msg);
    pthread_mutex_unlock(&lock);
    return result;
}

#if SLURM_MODIFY_TAKES_MESSAGE
EXPORT int job_modify(job_desc_msg_t *job, void *job_record, uint32_t submit_uid, char **err_msg)
{
#else
EXPORT int job_modify(job_desc_msg_t *job, void *job_record, uint32_t submit_uid)
{
    char **err_msg = NULL;
#endif
    (void)job_record;
    pthread_mutex_lock(&lock);
    int result = modify(job, submit_uid, err_msg);
    pthread_mutex_unlock(&lock);
    return result;
}
