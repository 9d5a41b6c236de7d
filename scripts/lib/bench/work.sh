# shellcheck shell=bash
# The folder and the processes of one run: both gone when it ends, however it ends.

STARTED=()

make_work_folder() {
    if [[ -n $OPT_WORK ]]; then
        mkdir -p -- "$OPT_WORK" || fail "$OPT_WORK can't be made"
        WORK=$(mktemp -d -- "$OPT_WORK/atoll-bench.XXXXXX")
    else
        WORK=$(mktemp -d -t atoll-bench.XXXXXX)
    fi
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # A socket's path has room for 107 bytes.
    ((${#WORK} <= 80)) || fail "$WORK is too long for the path of a socket" "Choose a shorter --work."
}

clean_up() {
    local pid
    for pid in "${STARTED[@]}"; do
        kill -TERM "$pid" 2>/dev/null || :
    done
    for pid in "${STARTED[@]}"; do
        GIVE_UP='' wait_until "waiting for the end of process $pid" 10 has_ended "$pid" ||
            kill -KILL "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    done
    STARTED=()
    rm -rf -- "$WORK"
}

# launch NAME COMMAND…: in the background, with its output in NAME.log; sets PID.
launch() {
    local log=$WORK/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null &
    PID=$!
    STARTED+=("$PID")
}

# await_socket NAME SOCKET SECONDS: until the process just launched listens.
await_socket() {
    GIVE_UP="has_ended $PID" wait_until "waiting for $1" "$3" test -S "$2" ||
        fail_with_log "$1 did not come up" "$WORK/$1.log"
}
