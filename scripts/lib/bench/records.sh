# shellcheck shell=bash
# What benches of past usage share: commands that are timed, sums that are compared, rates.

declare -gA SECONDS_OF=()

# timed NAME COMMAND…: its output in NAME.out, its seconds in SECONDS_OF.
timed() {
    local name=$1 began_us
    shift
    now_us
    began_us=$REPLY
    "$@" >"$WORK/$name.out" 2>"$WORK/$name.err" || fail_with_log "$name failed" "$WORK/$name.err"
    now_us
    SECONDS_OF[$name]=$(awk -v a="$began_us" -v b="$REPLY" 'BEGIN { printf "%.3f", (b - a) / 1000000 }')
    say "  $name: ${SECONDS_OF[$name]} s"
}

# per_second COUNT NAME
per_second() { awk -v n="$1" -v s="${SECONDS_OF[$2]}" 'BEGIN { printf "%d", n / s }'; }

# Both list an account a line; price's other columns don't matter.
compare_sums() {
    awk -F'|' 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        { print $column["Account"] "|" $column["SU"] }' "$WORK/price.out" | sort >"$WORK/price.sums"
    awk -F'|' 'NR > 1 { print $1 "|" $4 }' "$WORK/import.out" | sort >"$WORK/import.sums"
    cmp -s "$WORK/price.sums" "$WORK/import.sums" ||
        fail "import and price come to other sums: $(diff "$WORK/price.sums" "$WORK/import.sums" | head -n 3)"
    say "  $(wc -l <"$WORK/price.sums") accounts come to the same sums"
}

# measure_admissions_during COMMAND…: the 99th percentile alone and while the command runs, in P99.
measure_admissions_during() {
    local pid
    job_request admit
    for _ in 1 2 3 4 5; do measure alone "$DAEMON_SOCKET" 1000 "$REPLY"; done
    job_request admit
    "$@" >"$WORK/more.out" 2>&1 &
    pid=$!
    sleep 0.2
    while kill -0 "$pid" 2>/dev/null; do measure during "$DAEMON_SOCKET" 1000 "$REPLY"; done
    wait "$pid" || fail_with_log "$1 failed" "$WORK/more.out"
    take_medians alone
    take_medians during
}

most_mib() {
    local pid=${STARTED[0]}
    awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$pid/status"
}

# As site_request declares them.
write_rates() {
    cat >"$WORK/rates.toml" <<-TOML
	[[cluster]]
	name = "reef"
	[[resource]]
	name = "CPU"
	type = "CPU"
	tres = "cpu"
	rate = [{ su_per_hour = "0.01", start = 2026-01-01T00:00:00Z }]
	[[resource]]
	name = "Memory"
	type = "Memory"
	tres = "mem"
	rate = [{ su_per_hour = "1/1000", start = 2026-01-01T00:00:00Z }]
	[[resource]]
	name = "GPU H200"
	type = "GPU"
	tres = "gres/gpu:h200"
	rate = [{ su_per_hour = "1.5", start = 2026-01-01T00:00:00Z }]
	[[factor]]
	qos = "low"
	factor = "1/2"
	start = 2026-01-01T00:00:00Z
	TOML
}
