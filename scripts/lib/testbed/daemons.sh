# shellcheck shell=bash
# The daemons, each by three steps: start it, wait until it answers, say so.
#
# `ensure_NAME` leaves a healthy one alone, restarts one that runs and doesn't answer, starts a
# missing one. STARTED counts what had to be done.

STARTED=0
DBD_DAEMONS=(mariadbd slurmdbd)

# The names of this testbed's daemons in starting order; nodes last.
daemon_names() {
    DAEMONS=(munged)
    if [[ $DBD == yes ]]; then DAEMONS+=("${DBD_DAEMONS[@]}"); fi
    DAEMONS+=(slurmctld)
    node_names
    DAEMONS+=("${NODE_NAMES[@]}")
}

log_of() {
    case $1 in
        n[0-9]*) REPLY=$DIR/log/slurmd.$1.log ;;
        slurmctld | slurmdbd) REPLY=$DIR/log/$1.log ;;
        *) REPLY=$DIR/log/$1.out ;;
    esac
    if [[ ! -s $REPLY ]]; then REPLY=$DIR/log/$1.out; fi
}

# ensure NAME SECONDS: with start_NAME and NAME_answers.
ensure() {
    local name=$1 limit_s=$2 began_us pid
    if is_running "$name"; then
        pid=$REPLY
        if "${name}_answers"; then return 0; fi
        say "  $name (pid $pid) runs but doesn't answer: restarting it"
        stop_processes "$name"
    fi
    now_us
    began_us=$REPLY
    STARTED=$((STARTED + 1))
    "start_$name"
    await "$name" "$limit_s"
    is_running "$name" || :
    pid=$REPLY
    seconds_since "$began_us"
    printf '  %-10s pid %-7s %5s s\n' "$name" "$pid" "$REPLY"
    if [[ $name == slurmctld ]]; then wake_nodes; fi
}

# await NAME SECONDS: until it answers; ends with its log when it died or took too long.
await() {
    local name=$1 limit_s=$2 code=0
    GIVE_UP="is_stopped $name" wait_until "waiting for $name" "$limit_s" "${name}_answers" || code=$?
    ((code == 0)) && return 0
    local remedies=("Then run  $0 up $DIR  again; what runs is left alone.")
    if [[ -s $DIR/etc/extra.conf ]]; then
        remedies=("$DIR/etc/extra.conf may be why; without it:  $0 up $DIR --slurm-conf-extra /dev/null"
            "${remedies[@]}")
    fi
    log_of "$name"
    case $code in
        1) fail_with_log "$name doesn't answer after $limit_s s" "$REPLY" "${remedies[@]}" ;;
        2) fail_with_log "$name ended while starting" "$REPLY" "${remedies[@]}" ;;
    esac
}

start_munged() {
    [[ -s $DIR/munge/key ]] || (umask 077 && head -c 1024 /dev/urandom >"$DIR/munge/key")
    rm -f -- "$DIR/munge/sock"
    launch munged munged --foreground --key-file="$DIR/munge/key" --socket="$DIR/munge/sock" \
        --pid-file="$DIR/munge/pid" --log-file="$DIR/log/munged.log" \
        --seed-file="$DIR/munge/seed" --num-threads=4
}

munged_answers() { [[ -S $DIR/munge/sock ]] && timeout 2 munge -S "$DIR/munge/sock" -n >/dev/null 2>&1; }

# Bound to no port. Commits reach the kernel, not the disk: a killed daemon loses nothing, and a
# machine that loses its power loses a testbed.
QUICK_COMMITS=(
    --skip-log-bin --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync
    --innodb-doublewrite=0 --innodb-log-file-size=32M
)

start_mariadbd() {
    local code=0
    if [[ ! -d $DIR/db/data/mysql ]]; then
        run_logged "making the database" "$DIR/log/mariadb-install.out" \
            mariadb-install-db --no-defaults --user=mysql --datadir="$DIR/db/data" \
            "${QUICK_COMMITS[@]}" --skip-test-db --auth-root-authentication-method=socket || code=$?
        ((code == 0)) || {
            rm -rf -- "$DIR/db/data"
            fail_with_log "mariadb-install-db failed" "$DIR/log/mariadb-install.out" \
                "Look for a full disk (df $DIR), then run up again."
        }
    fi
    launch mariadbd mariadbd --no-defaults --user=mysql --datadir="$DIR/db/data" \
        --skip-networking --socket="$DIR/db/sock" --pid-file="$DIR/db/pid" \
        "${QUICK_COMMITS[@]}" --innodb-buffer-pool-size=256M --innodb-lock-wait-timeout=900 \
        --max-allowed-packet=16M
}

mariadbd_answers() {
    [[ -S $DIR/db/sock ]] && timeout 5 mariadb-admin --no-defaults --socket="$DIR/db/sock" \
        --user=root ping >/dev/null 2>&1
}

make_database() {
    timeout 20 mariadb --no-defaults --socket="$DIR/db/sock" --user=root >>"$DIR/log/mariadbd.out" 2>&1 <<-SQL ||
	create database if not exists slurm_acct;
	create user if not exists slurm@localhost identified via unix_socket;
	grant all on slurm_acct.* to slurm@localhost;
	SQL
        fail_with_log "can't make the database slurm_acct" "$DIR/log/mariadbd.out"
}

start_slurmdbd() {
    make_database
    launch slurmdbd slurmdbd -D
}

slurmdbd_answers() {
    is_listening $((BASE_PORT + 2)) && timeout 5 sacctmgr -nP show cluster format=cluster >/dev/null 2>&1
}

# The port first: where nobody listens, scontrol tries for nine seconds.
start_slurmctld() { launch slurmctld slurmctld -D; }

slurmctld_answers() {
    local answer
    is_listening "$BASE_PORT" || return 1
    answer=$(timeout 5 scontrol ping 2>/dev/null) || return 1
    [[ $answer == *' is UP'* ]]
}
