/* What Debian's Slurm commands can't do, asked of slurmctld as they would ask it:
 *
 *     oddities oom JOB         the job's process was ended for want of memory (slurmstepd's word for it,
 *                              where cgroups are)
 *     oddities cron ACCOUNT    scrontab, of one job of two seconds each minute; prints its id
 *     oddities uncron          scrontab -r
 *
 * Linked with libslurmfull, for scrontab's entries are not in libslurm's interface.
 */
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* src/common/slurm_protocol_defs.h: SIG_OOM. */
enum { OUT_OF_MEMORY = 253 };

/* src/common/cron.h, 22.05. */
typedef struct {
    uint32_t flags;
    void *minute, *hour, *day_of_month, *month, *day_of_week;
    char *cronspec, *command;
    uint32_t line_start, line_end;
} cron_entry_t;
enum { EVERY_MINUTE = 0x3e };
extern cron_entry_t *new_cron_entry(void);
extern char *slurm_xstrdup(const char *text);

static int fail(const char *what)
{
    slurm_perror((char *)what);
    return 1;
}

static int cron(const char *account)
{
    job_desc_msg_t job;
    slurm_init_job_desc_msg(&job);
    cron_entry_t *entry = new_cron_entry();
    entry->flags = EVERY_MINUTE;
    entry->cronspec = slurm_xstrdup("* * * * *");
    entry->command = slurm_xstrdup("sleep 2");
    entry->line_start = entry->line_end = 1;
    job.crontab_entry = (void *)entry;
    job.account = (char *)account;
    job.name = "tides";
    job.num_tasks = job.min_cpus = 1;
    job.time_limit = 1;
    job.pn_min_memory = 100;
    job.user_id = getuid();
    job.group_id = getgid();
    job.script = "#!/bin/sh\nsleep 2\n";
    job.work_dir = "/tmp";
    job.std_in = job.std_out = job.std_err = "/dev/null";
    char *environment[] = {"PATH=/usr/bin:/bin", NULL};
    job.environment = environment;
    job.env_size = 1;
    List jobs = slurm_list_create(NULL);
    slurm_list_append(jobs, &job);
    crontab_update_response_msg_t *answer =
        slurm_update_crontab(getuid(), getgid(), "* * * * * sleep 2\n", jobs);
    if (!answer) return fail("scrontab");
    if (answer->return_code || answer->jobids_count != 1) {
        fprintf(stderr, "scrontab: %s\n", answer->err_msg ? answer->err_msg : "refused");
        return 1;
    }
    printf("%u\n", answer->jobids[0]);
    return 0;
}

int main(int count, char **words)
{
    const char *what = count > 1 ? words[1] : "";
    slurm_init(NULL);
    if (!strcmp(what, "oom") && count == 3)
        return slurm_complete_job(atoi(words[2]), OUT_OF_MEMORY) ? fail("oom") : 0;
    if (!strcmp(what, "cron") && count == 3) return cron(words[2]);
    if (!strcmp(what, "uncron"))
        return slurm_remove_crontab(getuid(), getgid()) ? fail("uncron") : 0;
    fprintf(stderr, "oddities oom JOB | cron ACCOUNT | uncron\n");
    return 2;
}
