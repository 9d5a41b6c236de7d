# shellcheck shell=bash
# What the scripts say: a line a step, a sign of life for whatever takes over two seconds,
# and errors that name the place and the remedy.
#
# Clock: EPOCHREALTIME in microseconds, so that no process is started only to look at the time.

now_us() { REPLY=${EPOCHREALTIME/[.,]/}; }

# seconds_since US: sets REPLY to the seconds since then, with one decimal.
seconds_since() {
    local since_us=$1 spent
    now_us
    spent=$(((REPLY - since_us) / 100000))
    REPLY="$((spent / 10)).$((spent % 10))"
}

say() { printf '%s\n' "$*"; }
note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# fail MESSAGE [REMEDY…]: ends with 1. Each remedy is a line of its own.
fail() {
    note "error: $1"
    shift
    local remedy
    for remedy in "$@"; do
        printf '  %s\n' "$remedy" >&2
    done
    exit 1
}

# fail_with_log MESSAGE LOG [REMEDY…]: shows where to look and the last lines of it.
fail_with_log() {
    local message=$1 log=$2
    shift 2
    note "error: $message"
    if [[ -s $log ]]; then
        printf '  the last lines of %s:\n' "$log" >&2
        tail -n 12 -- "$log" | sed 's/^/    | /' >&2
    else
        printf '  %s is empty\n' "$log" >&2
    fi
    local remedy
    for remedy in "$@"; do
        printf '  %s\n' "$remedy" >&2
    done
    exit 1
}

# wait_until LABEL SECONDS CHECK…: polls CHECK, says after 2, 4, 8, 16, 32 … seconds that it still waits;
# returns 1 when the time is over, 2 as soon as GIVE_UP (a command, if set) succeeds.
wait_until() {
    local label=$1 limit_s=$2 began_us next_us pause=0.02
    shift 2
    now_us
    began_us=$REPLY
    next_us=$((began_us + 2000000))
    until "$@"; do
        if [[ -n ${GIVE_UP-} ]] && $GIVE_UP; then return 2; fi
        now_us
        if ((REPLY - began_us > limit_s * 1000000)); then return 1; fi
        if ((REPLY >= next_us)); then
            next_us=$((REPLY + (REPLY - began_us < 30000000 ? REPLY - began_us : 30000000)))
            seconds_since "$began_us"
            say "  … $label (${REPLY} s)"
        fi
        nap "$pause"
        pause=0.05
    done
}

# nap SECONDS: sleeps without starting a process where bash allows it.
nap() { read -rt "$1" <> <(:) || :; }

# run_logged LABEL LOG COMMAND…: runs with its output in LOG; shows progress, and the log on failure.
run_logged() {
    local label=$1 log=$2 pid
    shift 2
    "$@" >>"$log" 2>&1 </dev/null &
    pid=$!
    wait_until "$label" 900 has_ended "$pid" || fail_with_log "$label: no end after 900 s" "$log"
    wait "$pid" || return $?
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }
