// Finds and watches job_submit_atoll.conf. A bad file never stops slurmctld: at start the good
// lines count and the bad ones leave defaults; later the settings in force stay as they are.
#include "site.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "slurm_host.h"

static struct site site;
static char path[4096];
static struct stat seen;
static int64_t looked_at_ns;

static void find_path(void)
{
    const char *conf = &slurm_conf ? slurm_conf.slurm_conf : NULL;
    if (!conf)
        conf = getenv("SLURM_CONF");
    if (!conf)
        conf = "/etc/slurm/slurm.conf";
    const char *slash = strrchr(conf, '/');
    snprintf(path, sizeof path, "%.*s/job_submit_atoll.conf", slash ? (int)(slash - conf) : 1,
             slash ? conf : ".");
}

static void tell(void *context, const char *problem)
{
    (void)context;
    slurm_error("job_submit/atoll: %s", problem);
}

// A number costs nothing; a name may ask a slow name service and so is looked up at start only.
static void resolve_daemon(struct site *into, bool at_start)
{
    const char *user = into->settings.daemon_user;
    char *end;
    unsigned long uid = strtoul(user, &end, 10);
    into->has_daemon_uid = false;
    if (!*user)
        return;
    if (!*end && uid < UINT32_MAX) {
        into->has_daemon_uid = true;
        into->daemon_uid = (uint32_t)uid;
    } else if (!at_start && strcmp(user, site.settings.daemon_user) == 0) {
        into->has_daemon_uid = site.has_daemon_uid;
        into->daemon_uid = site.daemon_uid;
    } else if (!at_start) {
        slurm_error("job_submit/atoll: %s: daemon_user: a new name counts from slurmctld's next "
                    "start (a uid counts at once)", path);
    } else {
        struct passwd entry, *found = NULL;
        char buffer[16384];
        if (getpwnam_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found) {
            into->has_daemon_uid = true;
            into->daemon_uid = entry.pw_uid;
        } else {
            slurm_error("job_submit/atoll: %s: daemon_user: no user %s", path, user);
        }
    }
}

static void look(struct stat *now)
{
    looked_at_ns = clock_now_ns();
    if (stat(path, now) != 0)
        *now = (struct stat){0};
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void site_load(void)
{
    find_path();
    look(&seen);
    enum settings_reading reading = settings_read(path, &site.settings, tell, NULL);
    resolve_daemon(&site, true);
    if (!*site_cluster())
        slurm_error("job_submit/atoll: %s: cluster: must be set, for Slurm's own ClusterName "
                    "isn't known here; no submission can be checked", path);
    if (reading == SETTINGS_FAULTY)
        slurm_error("job_submit/atoll: %s has errors; the settings named above have their "
                    "defaults", path);
    slurm_info("job_submit/atoll: cluster %s, socket %s, deadline %d ms, when unreachable: %s%s",
               site_cluster(), site.settings.socket_path, (int)site.settings.deadline_ms,
               site.settings.when_unreachable == UNREACHABLE_ADMIT ? "admit" : "refuse",
               reading == SETTINGS_ABSENT ? " (no job_submit_atoll.conf; defaults)" : "");
}

static void reload(void)
{
    struct site fresh = {0};
    enum settings_reading reading = settings_read(path, &fresh.settings, tell, NULL);
    if (reading != SETTINGS_READ) {
        slurm_error("job_submit/atoll: %s %s; the settings in force stay", path,
                    reading == SETTINGS_ABSENT ? "is gone" : "has errors");
        return;
    }
    resolve_daemon(&fresh, false);
    site = fresh;
    slurm_info("job_submit/atoll: %s read again", path);
}

const struct site *site_now(void)
{
    if (clock_now_ns() - looked_at_ns >= NS_PER_S) {
        struct stat now;
        look(&now);
        if (!same_file(&now, &seen)) {
            seen = now;
            reload();
        }
    }
    return &site;
}

const char *site_cluster(void)
{
    if (site.settings.cluster[0])
        return site.settings.cluster;
    const char *name = &slurm_conf ? slurm_conf.cluster_name : NULL;
    return name ? name : "";
}

bool site_is_administrator(uint32_t uid)
{
    return uid == 0 || (&slurm_conf && uid == slurm_conf.slurm_user_id);
}
