# shellcheck shell=bash
# Runs a part, counts its tests from what it printed, and sums up.

begin() {
    LOGS=$ROOT/.build/test-logs
    WORK=$(mktemp -d /tmp/atoll-tests.XXXX)
    chmod 755 -- "$WORK"
    mkdir -p -- "$LOGS"
    rm -f -- "$LOGS"/*.log
    PASSED=0 FAILED=0 ROWS=()
    trap 'on_exit' EXIT
    trap 'note interrupted; exit 130' INT
    trap 'note ended; exit 143' TERM HUP
}

on_exit() {
    trap - ERR
    end_progress
    rm -rf --one-file-system -- "$WORK"
}

# part NAME COUNTER SECONDS [owned] COMMAND…: COMMAND may be one of our functions too; an owned one
# runs as the clone's owner, for what it builds.
part() {
    local name=$1 counter=$2 limit_s=$3 log began_us code=0
    shift 3
    AS_OWNER=()
    if [[ $1 == owned ]]; then
        as_owner
        shift
    fi
    log=$LOGS/${name//[^a-z]/-}.log
    log=${log//--/-}
    if declare -F "$1" >/dev/null; then
        set -- bash -euo pipefail -c "$(declare -p SWIFT_FLAGS); $(declare -f "$1"); $1"
    fi
    now_us
    began_us=$REPLY
    with_progress "$name" "$log" "${AS_OWNER[@]}" timeout -k 20 "$limit_s" "$@" || code=$?
    seconds_since "$began_us"
    "$counter" "$log" "$code"
    # Whatever was counted, an exit code is a failure.
    if ((code != 0 && PART_FAILED == 0)); then PART_FAILED=1; fi
    PASSED=$((PASSED + PART_PASSED)) FAILED=$((FAILED + PART_FAILED))
    ROWS+=("$(printf '%-26s %8d %8d %9s' "$name" "$PART_PASSED" "$PART_FAILED" "$REPLY")")
    if ((PART_FAILED == 0)); then
        say "passed  $name ($REPLY s)"
        grep -ah '^a fresh story found' -- "$log" || :
    else
        say "FAILED  $name ($REPLY s)"
        explain_failure "$log" "$code" "$limit_s"
    fi
}

explain_failure() {
    local log=$1 code=$2 limit_s=$3
    if ((code == 124 || code == 137)); then say "        no end after $limit_s s"; fi
    say "        the failures and the last lines of $log:"
    {
        # None of it may end the run: the summing-up has to come.
        grep -m 20 -aE '(^|: )(error|fatal error): |recorded an issue|^ *(FAIL|FAILED|not ok|not so)\b' \
            -- "$log" || :
        echo ...
        tail -n 25 -- "$log"
    } | cut -c1-300 | sed 's/^/        | /'
}

# Each counter sets PART_PASSED and PART_FAILED from LOG and exit CODE.

as_one() { PART_PASSED=$(($2 == 0)) PART_FAILED=$(($2 != 0)); }

# "12 passed, 0 failed" alone on a line.
by_sum() {
    local line
    as_one "$1" "$2"
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' -- "$1" | tail -n 1) || return 0
    [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]] || return 0
    PART_PASSED=${BASH_REMATCH[1]} PART_FAILED=${BASH_REMATCH[2]}
}

by_swift() {
    PART_PASSED=$(grep -acE ' Test .* passed after [0-9.]+ seconds' -- "$1") || :
    PART_FAILED=$(grep -aE ' Test .* failed after [0-9.]+ seconds' -- "$1" | grep -avc ' Test run with ') || :
    PART_PASSED=$((PART_PASSED - $(grep -acE ' Test run with .* passed after [0-9.]+ seconds' -- "$1" || :)))
    # No tests at all is no success.
    if ((PART_PASSED == 0)); then PART_FAILED=$((PART_FAILED + 1)); fi
}

# What the demo ticks off.
by_marks() {
    PART_PASSED=$(grep -ac '^ *✓ ' -- "$1") || :
    PART_FAILED=$(($2 != 0))
}

sum_up() {
    say
    printf '%-26s %8s %8s %9s\n' part passed failed seconds
    printf '%s\n' "${ROWS[@]}"
    say
    say "$PASSED passed, $FAILED failed"
    ((FAILED == 0)) || exit 1
}
