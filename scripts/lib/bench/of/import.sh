# shellcheck shell=bash
# How fast past usage is priced and taken into the books, and what admissions notice of it.

# shellcheck disable=SC2034,SC2154
ABOUT[import]="how fast dumps are priced and imported, next to a bare read and a bare insert"

help_import() {
    cat <<-HELP
	How fast a dump of job records is priced and imported. Its records are made by bench/make-records, RECORDS
	of them (default 200000; in the environment).

	  read      the file's SHA-256 by sha256sum, on one core
	  price     atoll price of the file, on one core
	  insert    each line hashed and inserted by SQLite's C API, durable, 16 a transaction
	  import    atoll import of the file into empty books: each run charged, durable
	  again     the same a second time: everything is in
	  admit     an admission alone, and while an import runs

	  price_per_second        records a second; wanted are 500000
	  price_read_ratio        price / read, in seconds
	  import_per_second       records a second. sacct was seen to print 47400 a second out of slurmdbd, and an
	                          import may take twice its time
	  import_insert_ratio     import / insert, in seconds
	  again_per_second        records a second
	  admit_p99_import_ratio  an admission's 99th percentile while an import runs / without; at most 2
	  atolld_mib, atoll_mib   the most memory that each took; at most 300

	The sums by account that import and price come to are compared: to the micro-SU, or it is an error.
	HELP
}

RECORDS=${RECORDS:-200000}

bench_import() {
    local began_us seconds
    declare -gA P50=() P99=()
    ensure_programs atolld atoll
    build_c "$WORK/insert" insert.c client.c -lsqlite3
    say "making $RECORDS records"
    "$ROOT/bench/make-records" "$RECORDS" >"$WORK/dump.psv"
    head -n $((RECORDS / 4 + 1)) "$WORK/dump.psv" | sed 's/^\([0-9]\)/9000\1/; s/|\([0-9]*\)|reef/|9000\1|reef/' \
        >"$WORK/more.psv"
    write_rates
    start_daemon
    export ATOLL_SOCKET=$DAEMON_SOCKET

    timed read taskset -c 0 sha256sum "$WORK/dump.psv"
    timed price taskset -c 0 "$(built atoll)" price --rates "$WORK/rates.toml" -P "$WORK/dump.psv"
    timed insert "$WORK/insert" "$WORK/dump.psv" "$WORK/insert.db" 16
    timed import "$(built atoll)" import --time-zone UTC -P "$WORK/dump.psv" --rejects "$WORK/rejected.psv"
    timed again "$(built atoll)" import --time-zone UTC -P "$WORK/dump.psv" --rejects "$WORK/rejected.psv"
    compare_sums

    figure price_per_second "$(per_second price)" least 500000
    ratio "${SECONDS_OF[price]}" "${SECONDS_OF[read]}"
    figure price_read_ratio "$REPLY" none
    figure import_per_second "$(per_second import)" least 23700
    ratio "${SECONDS_OF[import]}" "${SECONDS_OF[insert]}"
    figure import_insert_ratio "$REPLY" none
    figure again_per_second "$(per_second again)" none
    measure_admissions
    figure atolld_mib "$(most_mib)" most 300
    "$(built atoll)" verify >"$WORK/verify.out" 2>&1 || fail_with_log "the books are not sound" "$WORK/verify.out"
}

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

per_second() { awk -v n="$RECORDS" -v s="${SECONDS_OF[$1]}" 'BEGIN { printf "%d", n / s }'; }

# Both list an account a line; price's other columns don't matter.
compare_sums() {
    awk -F'|' 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        { print $column["Account"] "|" $column["SU"] }' "$WORK/price.out" | sort >"$WORK/price.sums"
    awk -F'|' 'NR > 1 { print $1 "|" $4 }' "$WORK/import.out" | sort >"$WORK/import.sums"
    cmp -s "$WORK/price.sums" "$WORK/import.sums" ||
        fail "import and price come to other sums: $(diff "$WORK/price.sums" "$WORK/import.sums" | head -n 3)"
    say "  $(wc -l <"$WORK/price.sums") accounts come to the same sums"
}

measure_admissions() {
    local round pid
    job_request admit
    for round in 1 2 3 4 5; do measure alone "$DAEMON_SOCKET" 1000 "$REPLY"; done
    job_request admit
    "$(built atoll)" import --time-zone UTC -P "$WORK/more.psv" --rejects "$WORK/rejected.psv" >"$WORK/more.out" 2>&1 &
    pid=$!
    sleep 0.2
    while kill -0 "$pid" 2>/dev/null; do measure during "$DAEMON_SOCKET" 1000 "$REPLY"; done
    wait "$pid" || fail_with_log "the import failed" "$WORK/more.out"
    take_medians alone
    take_medians during
    ratio "${P99[during]}" "${P99[alone]}"
    figure admit_p99_import_ratio "$REPLY" most 2
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
