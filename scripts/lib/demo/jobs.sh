# shellcheck shell=bash
# Jobs sent and watched. All waiting has an end and a sign of life.

# submitted: the last sbatch was taken; sets JOB.
submitted() {
    ((CODE == 0)) && [[ $OUTPUT =~ Submitted\ batch\ job\ ([0-9]+) ]] || return 1
    JOB=${BASH_REMATCH[1]}
}

# refused: the last sbatch was not, and says so in Atoll's words.
refused() { ((CODE != 0)) && said 'atoll: refused: '; }

# await_state JOB PATTERN
await_state() {
    wait_until "waiting for job $1" 60 is_in_state "$1" "$2" || {
        quietly root squeue -t all -j "$1"
        derailed "job $1 did not become $2 within 60 s"
    }
}

is_in_state() { [[ $(squeue -h -t all -j "$1" -o %T 2>/dev/null) =~ ^($2)$ ]]; }

# await_end JOB: sets ELAPSED_S and CORES as Slurm has them: of sacct, or of slurmctld where there
# is no slurmdbd.
await_end() {
    await_state "$1" 'COMPLETED'
    ELAPSED_S='' CORES=''
    wait_until "waiting for job $1 in Slurm's records" 30 read_record "$1" ||
        derailed "Slurm has no record of job $1"
}

read_record() {
    local start end state
    if [[ $OPT_DBD == yes ]]; then
        IFS='|' read -r state CORES ELAPSED_S < <(sacct -nXP -j "$1" -o State,AllocCPUS,ElapsedRaw) || return 1
    else
        IFS='|' read -r state CORES start end < <(squeue -h -t all -j "$1" -o '%T|%C|%S|%e') || return 1
        ELAPSED_S=$(($(date -d "$end" +%s) - $(date -d "$start" +%s)))
    fi
    [[ $state == COMPLETED && -n $CORES && -n $ELAPSED_S ]]
}

# show_record JOB: what Slurm says of it.
show_record() {
    if [[ $OPT_DBD == yes ]]; then
        show root sacct -X -j "$1" -o JobID,User,Account,AllocCPUS,Start,End,Elapsed,State
    else
        show root squeue -t all -j "$1" -o '%.6i %.10u %.8a %.4C %S %e %.8M %T'
    fi
}

# check_charge ALLOCATION JOB [GPUS]: of an ended job, against Slurm's own seconds. Sets CHARGE.
check_charge() {
    local allocation=$1 job=$2 gpus=${3:-0} what
    wait_until "waiting for the charge of job $job" 60 is_charged "$allocation" "$job" ||
        derailed "nothing was charged for job $job within 60 s of its end"
    CHARGE=$((ELAPSED_S * (CORES * CORE_RATE + gpus * GPU_RATE)))
    what="$CORES cores × $ELAPSED_S s × $(amount "$CORE_RATE")"
    if ((CORES == 1)); then what=${what/cores/core}; fi
    if ((gpus)); then what="($gpus GPU × $(amount "$GPU_RATE") + $CORES core × $(amount "$CORE_RATE")) × $ELAPSED_S s"; fi
    read_charge "$allocation" "$job"
    check "$what = $(amount "$CHARGE") SU charged for job $job" test "$REPLY" -eq "$CHARGE"
}

is_charged() {
    read_charge "$1" "$2"
    ((REPLY > 0))
}

# duration_seconds TEXT: [D-][[H:]M:]S as the refusals have it. Sets REPLY.
duration_seconds() {
    local text=$1 days=0 part
    if [[ $text == *-* ]]; then
        days=${text%%-*} text=${text#*-}
    fi
    REPLY=0
    for part in ${text//:/ }; do
        REPLY=$((REPLY * 60 + 10#$part))
    done
    REPLY=$((REPLY + days * 86400))
}

# fitting_is SECONDS: the refusal names this as the longest time limit that would fit.
fitting_is() {
    [[ $OUTPUT =~ At\ most\ ([0-9:-]+)\ of\ -t\ would\ fit ]] || return 1
    duration_seconds "${BASH_REMATCH[1]}"
    ((REPLY == $1))
}
