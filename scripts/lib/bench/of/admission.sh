# shellcheck shell=bash
# How long a submission waits for its answer, next to what the machine itself takes.

# shellcheck disable=SC2034,SC2154
ABOUT[admission]="how long a submission waits: quote and admit, next to a bare echo and a bare commit"

help_admission() {
    cat <<-HELP
	How long a submission waits for its answer. Over one Unix socket each, by one client program:

	  echo      what came is sent back: the machine's part of a round trip
	  commit    the same after a commit of the rows of an admission by SQLite's C API, in a copy of
	            the journal (WAL, synchronous=FULL, the checks and indexes of our schema)
	  quote     atolld works out what a job may cost
	  admit     atolld holds the credit, durably

	They take turns, so that whatever else the machine does meets all of them; each figure is the
	median over the rounds. Then 64 clients at once, each asking again as soon as it is answered.

	  quote_p50_ratio              quote / echo, at the median
	  admit_p50_ratio              admit / commit, at the median
	  quote_p99_ratio, admit_p99_ratio      the same at the 99th percentile
	  *_us                         microseconds behind them
	  admit_per_second_64          admissions a second of 64 clients together
	  admit_64_gain                the same, by those of one client alone

	A load average over 1 says that something else runs: figures of the 99th percentile are then its.
	HELP
}

# How often each is asked in a round; the durable ones take longer.
QUICK_COUNT=4000 DURABLE_COUNT=1000

bench_admission() {
    local round part
    declare -gA P50=() P99=()
    ensure_programs atolld
    start_daemon
    launch echo "$WORK/echo" "$WORK/echo.sock"
    await_socket echo "$WORK/echo.sock" 5
    launch commit "$WORK/echo" "$WORK/commit.sock" "$DAEMON_JOURNAL" "$WORK/copy.db"
    await_socket commit "$WORK/commit.sock" 10
    say "$OPT_ROUNDS rounds of echo, commit, quote, admit"
    local began_us
    now_us
    began_us=$REPLY
    for ((round = 1; round <= OPT_ROUNDS; round++)); do
        job_request quote
        measure echo "$WORK/echo.sock" "$QUICK_COUNT" "$REPLY"
        measure quote "$DAEMON_SOCKET" "$QUICK_COUNT" "$REPLY"
        job_request admit
        measure commit "$WORK/commit.sock" "$DURABLE_COUNT" "$REPLY"
        measure admit "$DAEMON_SOCKET" "$DURABLE_COUNT" "$REPLY"
        seconds_since "$began_us"
        say "  round $round after $REPLY s: $(latest echo) $(latest commit) $(latest quote) $(latest admit)"
    done
    for part in echo commit quote admit; do take_medians "$part"; done
    compare quote echo 5
    compare admit commit 1.5
    measure_crowd
}

# measure PART SOCKET COUNT REQUEST: adds a round's p50 and p99, in microseconds.
measure() {
    local out
    out=$("$WORK/roundtrip" "$2" "$3" "$4") || fail_with_log "$1 gave no answer" "$WORK/atolld.log"
    [[ $out =~ p50\ ([0-9.]+)\ us,\ p99\ ([0-9.]+)\ us ]] || fail "roundtrip said: $out"
    P50[$1]+=" ${BASH_REMATCH[1]}"
    P99[$1]+=" ${BASH_REMATCH[2]}"
}

latest() { printf '%s %s/%s' "$1" "${P50[$1]##* }" "${P99[$1]##* }"; }

take_medians() {
    # shellcheck disable=SC2086  # a list of numbers
    median ${P50[$1]}
    P50[$1]=$REPLY
    # shellcheck disable=SC2086
    median ${P99[$1]}
    P99[$1]=$REPLY
    figure "$1_p50_us" "${P50[$1]}" none
    figure "$1_p99_us" "${P99[$1]}" none
}

# compare OURS THEIRS MOST
compare() {
    ratio "${P50[$1]}" "${P50[$2]}"
    figure "$1_p50_ratio" "$REPLY" most "$3"
    ratio "${P99[$1]}" "${P99[$2]}"
    figure "$1_p99_ratio" "$REPLY" most "$3"
}

# What group commit gains: at least four times what one client alone gets.
measure_crowd() {
    local out round alone
    local -a rates=()
    job_request admit
    say "5 rounds of 64 clients at once"
    for ((round = 0; round < 5; round++)); do
        out=$("$WORK/crowd" "$DAEMON_SOCKET" 64 10000 "$REPLY") ||
            fail_with_log "64 clients were not answered" "$WORK/atolld.log"
        [[ $out =~ ([0-9]+)\ answers ]] || fail "crowd said: $out"
        rates+=("${BASH_REMATCH[1]}")
    done
    median "${rates[@]}"
    figure admit_per_second_64 "$REPLY" none
    ratio 1000000 "${P50[admit]}"
    alone=$REPLY
    median "${rates[@]}"
    ratio "$REPLY" "$alone"
    figure admit_64_gain "$REPLY" least 4
}
