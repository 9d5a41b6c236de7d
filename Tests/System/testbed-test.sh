#!/usr/bin/env bash
# What scripts/testbed promises, tried: two testbeds side by side, one with slurmdbd, one without;
# real jobs of different users; faults and repair; nothing left behind.
#
# Needs root. Prints a line a check and at the end `N passed, N failed`; exits 1 if any failed.

set -euo pipefail

HERE=$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")
TESTBED=$HERE/../../scripts/testbed
WORK=$(mktemp -d /tmp/atoll-test.XXXX)
ONE=$WORK/one TWO=$WORK/two
PASSED=0 FAILED=0
chmod 755 "$WORK"
trap 'finish' EXIT

finish() {
    "$TESTBED" down "$ONE" --purge >/dev/null 2>&1 || :
    "$TESTBED" down "$TWO" --purge >/dev/null 2>&1 || :
    rm -rf -- "$WORK"
}

# check WHAT COMMAND…: passes when the command succeeds; its output is shown when it doesn't.
check() {
    local what=$1 output
    shift
    if output=$("$@" 2>&1); then
        PASSED=$((PASSED + 1))
        printf 'ok    %s\n' "$what"
    else
        FAILED=$((FAILED + 1))
        printf 'FAIL  %s\n      %s\n%s\n' "$what" "$*" "$(sed 's/^/      | /' <<<"$output")"
    fi
}

# on DIR COMMAND…: in that testbed's environment.
on() (
    # shellcheck source=/dev/null
    source "$1/env.sh"
    shift
    "$@"
)

# says PATTERN COMMAND…: the output (both streams) has a line like the pattern.
says() {
    local pattern=$1 output
    shift
    output=$("$@" 2>&1) || :
    printf '%s\n' "$output"
    grep -qE -- "$pattern" <<<"$output"
}

exits() {
    local wanted=$1 code=0
    shift
    "$@" || code=$?
    echo "exit $code, wanted $wanted"
    ((code == wanted))
}

fails() { ! "$@"; }

# within SECONDS COMMAND…: succeeds in time.
within() {
    local last=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < last)) || return 1
        sleep 0.1
    done
}

submit() { on "$1" as "$2" sbatch --parsable "${@:3}"; }

# job_row DIR JOB FIELDS: what sacct has.
job_row() { on "$1" sacct -nXP -j "$2" -o "$3"; }

test_command_line() {
    check "help is shown" says '^Examples:' "$TESTBED" --help
    check "an unknown option is usage" exits 2 "$TESTBED" up "$ONE" --frobnicate
    check "an unknown command is usage" exits 2 "$TESTBED" levitate "$ONE"
    check "a folder with files is refused" says 'holds files and is no testbed' "$TESTBED" up "$HERE"
    check "no testbed: status says how to make it" says "testbed up $ONE" "$TESTBED" status "$ONE"
    check "--purge spares what is no testbed" exits 1 "$TESTBED" down "$HERE" --purge
}

# Both at once: they race for ports, users and the claims folder.
test_two_at_once() {
    local one=0 two=0 pid
    "$TESTBED" up "$TWO" --no-dbd --nodes 2 >"$WORK/two.out" 2>&1 &
    pid=$!
    "$TESTBED" up "$ONE" >"$WORK/one.out" 2>&1 || one=$?
    wait "$pid" || two=$?
    check "one comes up, with slurmdbd" exits "$one" cat "$WORK/one.out"
    check "two comes up beside it, without slurmdbd" exits "$two" cat "$WORK/two.out"
    ((one == 0 && two == 0)) || {
        cat "$WORK/one.out" "$WORK/two.out"
        return 1
    }
    check "their ports differ" fails test "$(on "$ONE" printenv ATOLL_TESTBED_CTLD_PORT)" = \
        "$(on "$TWO" printenv ATOLL_TESTBED_CTLD_PORT)"
    check "all of one is healthy" "$TESTBED" status "$ONE"
    check "all of two is healthy" "$TESTBED" status "$TWO"
    check "up again says so" says 'is up already' "$TESTBED" up "$ONE"
    check "everything listens on loopback only" fails listens_elsewhere
}

listens_elsewhere() {
    local pids
    pids=$(cut -d' ' -f1 "$ONE"/run/[a-z]* "$TWO"/run/[a-z]* | paste -sd'|')
    ss -Htlnp | grep -E "pid=($pids)," | awk '{print $4}' | grep -v '^127\.0\.0\.1:'
}

test_jobs() {
    local ada ben cleo two
    ada=$(submit "$ONE" atoll-ada --wrap 'id -un; sleep 1')
    ben=$(submit "$ONE" atoll-ben -p gpu --gres=gpu:2 --mem=100 --wrap 'id -un')
    cleo=$(submit "$ONE" atoll-cleo --array=0-2 --wrap 'id -un')
    two=$(submit "$TWO" atoll-ada -A free --wrap 'id -un; sleep 1')
    check "ada's job completes, charged to astro" within 6 says '^atoll-ada\|astro\|COMPLETED$' \
        job_row "$ONE" "$ada" user,account,state
    check "ben's GPUs are counted with their type" within 6 \
        says '^atoll-ben\|COMPLETED\|.*gres/gpu:h200=2,gres/gpu=2' job_row "$ONE" "$ben" user,state,alloctres
    check "cleo's array has three rows" within 6 says '^3$' count_completed "$ONE" "$cleo"
    check "a job runs as its user" says '^atoll-ada$' cat "$ONE/out/slurm-$ada.out"
    check "without slurmdbd: the job completes" within 6 \
        says 'JobState=COMPLETED' on "$TWO" scontrol show job "$two"
    check "without slurmdbd: its account is free text" says 'Account=free' on "$TWO" scontrol show job "$two"
    check "an account of others is refused" says 'Invalid account' submit "$ONE" atoll-cleo -A astro --wrap true
    check "the daemon's user is an operator" says '^atoll\|Operator$' \
        on "$ONE" sacctmgr -nP show user atoll format=user,adminlevel
    check "runuser works too" within 6 says '^atoll-ben$' \
        on "$ONE" runuser -u atoll-ben -- srun --chdir="$ONE/out" id -un
}

count_completed() { job_row "$1" "$2" state | grep -c COMPLETED; }

test_extra_conf() {
    printf 'MinJobAge=77\nPrologSlurmctld=/bin/true\n' >"$WORK/extra.conf"
    check "the extra lines are taken by a running one" \
        "$TESTBED" up "$TWO" --slurm-conf-extra "$WORK/extra.conf" --threads-per-core 2
    check "they replace ours" says '^1$' grep -ciE '^MinJobAge=' "$TWO/etc/slurm.conf"
    check "its cores have two threads each" says 'CPUTot=128' on "$TWO" scontrol show node n1
    check "slurmctld has them" says 'MinJobAge += 77 sec' on "$TWO" scontrol show config
    echo 'SelectType=select/nope' >"$WORK/bad.conf"
    check "a bad line: the log and the remedy are shown" says "fatal: .*select/nope" \
        "$TESTBED" up "$TWO" --slurm-conf-extra "$WORK/bad.conf"
    check "without it, all is well again" "$TESTBED" up "$TWO" --slurm-conf-extra /dev/null
}

# The smallest plugin that can say no; slurm.h declares neither of the two functions.
write_plugin() {
    cat <<-'C'
	#include <inttypes.h>
	#include <slurm/slurm.h>
	#include <slurm/slurm_errno.h>
	extern char *slurm_xstrdup(const char *text);
	const char plugin_name[] = "refuses long jobs";
	const char plugin_type[] = "job_submit/atoll";
	const uint32_t plugin_version = SLURM_VERSION_NUMBER;
	int init(void) { return SLURM_SUCCESS; }
	int fini(void) { return SLURM_SUCCESS; }
	int job_submit(job_desc_msg_t *job, uint32_t uid, char **message) {
	    if (job->time_limit == NO_VAL || job->time_limit <= 10) return SLURM_SUCCESS;
	    *message = slurm_xstrdup("test: refused");
	    return ESLURM_ACCOUNTING_POLICY;
	}
	int job_modify(job_desc_msg_t *job, void *old, uint32_t uid) { return SLURM_SUCCESS; }
	C
}

test_plugin() {
    command -v cc >/dev/null || {
        echo "skip  plugin: no cc here"
        return 0
    }
    write_plugin >"$WORK/plugin.c"
    check "a plugin is built" cc -shared -fPIC -o "$WORK/plugin.so" "$WORK/plugin.c"
    echo 'deadline_ms = 100' >"$WORK/plugin.conf"
    check "up takes the plugin" "$TESTBED" up "$ONE" --plugin "$WORK/plugin.so" --plugin-conf "$WORK/plugin.conf"
    check "its configuration lies beside slurm.conf" test -f "$ONE/etc/job_submit_atoll.conf"
    check "it refuses" says '^sbatch: error: test: refused' submit "$ONE" atoll-ada -t 20 --wrap true
    check "it admits" submit "$ONE" atoll-ada -t 5 --wrap true
}

test_faults() {
    local job
    job=$(submit "$ONE" atoll-ben --wrap 'sleep 5')
    check "slurmctld restarts" "$TESTBED" restart "$ONE" slurmctld
    check "the job is known after it" on "$ONE" scontrol show job "$job"
    check "jobs start at once after it" within 3 says '^atoll-ada$' on "$ONE" as atoll-ada srun id -un
    check "slurmdbd restarts" "$TESTBED" restart "$ONE" slurmdbd
    check "a node is drained" on "$ONE" scontrol update nodename=n2 state=drain reason=test
    check "up resumes it" says 'n2 is drain.*resuming' "$TESTBED" up "$ONE"
    check "slurmctld is killed" "$TESTBED" kill "$ONE" slurmctld
    check "status sees it" exits 1 "$TESTBED" status "$ONE"
    check "slurmdbd is frozen" "$TESTBED" freeze "$ONE" slurmdbd
    check "status sees that too" says 'slurmdbd .*frozen' "$TESTBED" status "$ONE"
    check "slurmdbd is thawed" "$TESTBED" thaw "$ONE" slurmdbd
    check "a node is stopped" "$TESTBED" stop "$ONE" n3
    check "up repairs" "$TESTBED" up "$ONE"
    check "all is healthy again" "$TESTBED" status "$ONE"
    check "an unknown daemon is usage" exits 2 "$TESTBED" stop "$ONE" n9
}

test_down_keeps_data() {
    local before running
    before=$(on "$ONE" sacct -nXP -aD -o jobid | wc -l)
    running=$(submit "$ONE" atoll-ada --wrap 'sleep 777 & sleep 778')
    check "a job runs" within 4 says RUNNING on "$ONE" squeue -h -j "$running" -o %T
    check "down" "$TESTBED" down "$ONE"
    check "no process is left" fails processes_of "$ONE"
    check "no job's process is left" fails pgrep -fx 'sleep 77[78]'
    check "up with the data kept" "$TESTBED" up "$ONE"
    check "sacct still has the rows" test "$(on "$ONE" sacct -nXP -aD -o jobid | wc -l)" -ge "$before"
    check "the plugin is still loaded" says 'JobSubmitPlugins += atoll' on "$ONE" scontrol show config
    check "jobs still run" within 6 says '^atoll-cleo$' on "$ONE" as atoll-cleo srun id -un
}

processes_of() { grep -lzs "SLURM_CONF=$1/etc/slurm.conf" /proc/[0-9]*/environ; }

test_purge() {
    check "one is purged" "$TESTBED" down "$ONE" --purge
    check "two is untouched by it" "$TESTBED" status "$TWO"
    check "two is purged" "$TESTBED" down "$TWO" --purge
    check "nothing is left" fails test -e "$ONE" -o -e "$TWO"
    check "no process is left of either" fails processes_of "$TWO"
    check "down of nothing is fine" "$TESTBED" down "$ONE"
}

((EUID == 0)) || {
    echo "needs root" >&2
    exit 1
}
test_command_line
if test_two_at_once; then
    test_jobs
    test_extra_conf
    test_plugin
    test_faults
    test_down_keeps_data
    test_purge
fi
printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
((FAILED == 0))
