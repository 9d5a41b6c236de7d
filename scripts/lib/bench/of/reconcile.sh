# shellcheck shell=bash
# How long reconciliation, import and price take over a slurmdbd's record, next to sacct reading it.

# shellcheck disable=SC2034,SC2154
ABOUT[reconcile]="reconciling, importing and pricing what a slurmdbd keeps, next to sacct (as root)"

help_reconcile() {
    cat <<-HELP
	How long Atoll takes over the record of a slurmdbd, next to sacct reading all of it. RECORDS jobs (default
	1000000; in the environment) of bench/make-records, 100,000 a month, are put into the database of a
	private slurmdbd (scripts/testbed, so as root); before that a tenth of them, to see how time and memory grow.

	  sacct       sacct -aXP of the window, to /dev/null: the floor
	  import      atoll import of sacct's dump into empty books: each run charged, durable
	  price       atoll price of the dump, on one core
	  reconcile   atoll reconcile of the window, with nothing to correct: anything found is an error
	  admit       an admission alone, and while a reconciliation runs

	sacct and reconcile are measured ROUNDS times in turns (default 3; in the environment), the medians count.

	  reconcile_sacct_ratio      reconcile / sacct, in seconds; at most 1.25
	  import_sacct_ratio         import / sacct; at most 2
	  price_per_second           records a second; at least 500000
	  *_growth                   seconds for all records / ten times those for a tenth; 1 is as many
	  admit_p99_reconcile_ratio  an admission's 99th percentile while reconciling / without; at most 2
	  *_mib                      the most memory that each process took, at most 300; *_tenth_mib with a tenth
	HELP
}

ROUNDS=${ROUNDS:-3}

bench_reconcile() {
    ((EUID == 0)) || fail "a private slurmdbd needs root" "Run it with sudo."
    local RECORDS=${RECORDS:-1000000} last
    declare -gA P50=() P99=()
    # sacct and atoll read times in the same zone.
    export TZ=UTC
    ensure_programs atolld atoll atoll-gauge
    build_c "$WORK/peak" peak.c
    last=$((EPOCHSECONDS - 2 * 86400))
    FIRST=$((last - RECORDS * 26))
    say "making $RECORDS records"
    "$ROOT/bench/make-records" "$RECORDS" "$FIRST" "$last" >"$WORK/records"
    bring_slurmdbd_up "$WORK/records"
    write_rates
    sed -i "s/2026-01-01T00:00:00Z/$(date -u -d "@$FIRST" +%FT%TZ)/" "$WORK/rates.toml"

    head -n $((1 + RECORDS / 10 + RECORDS / 110)) "$WORK/records" >"$WORK/tenth"
    measure_record tenth "$WORK/tenth"
    stop_daemon
    measure_record all "$WORK/records"
    measure_admissions_during "$(built atoll)" reconcile -P "${WINDOW[@]}"

    ratio "${SECONDS_OF[reconcile.all]}" "${SECONDS_OF[sacct.all]}"
    figure reconcile_sacct_ratio "$REPLY" most 1.25
    ratio "${SECONDS_OF[import.all]}" "${SECONDS_OF[sacct.all]}"
    figure import_sacct_ratio "$REPLY" most 2
    figure price_per_second "$(per_second "$JOBS" price.all)" least 500000
    local what
    for what in sacct import price reconcile; do
        ratio "${SECONDS_OF[$what.all]}" "$(awk -v s="${SECONDS_OF[$what.tenth]}" 'BEGIN { print 10 * s }')"
        figure "${what}_growth" "$REPLY" none
    done
    ratio "${P99[during]}" "${P99[alone]}"
    figure admit_p99_reconcile_ratio "$REPLY" most 2
    for what in atolld gauge atoll; do
        figure "${what}_mib" "${MIB[$what.all]}" most 300
        figure "${what}_tenth_mib" "${MIB[$what.tenth]}" none
    done
}

declare -gA MIB=()

# measure_record LABEL RECORDS
measure_record() {
    local round start end
    local -a sacct=() reconcile=()
    say "loading $(awk -F'|' 'NR > 1 && $1 !~ /[.]/' "$2" | wc -l) rows into slurmdbd: $1"
    load_slurmdbd "$2"
    start_watching_record
    # So that no job that began in the window ended after it.
    start=$(in_database "SELECT min(time_submit) - 1 FROM reef_job_table")
    end=$(in_database "SELECT max(time_end) + 1 FROM reef_job_table")
    WINDOW=(-S "$(date -u -d "@$start" +%FT%T)" -E "$(date -u -d "@$end" +%FT%T)")
    sacct -aDXP "${WINDOW[@]}" -o "$DUMP_FIELDS" >"$WORK/dump.psv"
    JOBS=$(($(wc -l <"$WORK/dump.psv") - 1))
    timed "import.$1" "$WORK/peak" "$WORK/atoll.$1" "$(built atoll)" import --time-zone UTC -P "$WORK/dump.psv" \
        --rejects "$WORK/rejected.psv"
    timed "price.$1" taskset -c 0 "$WORK/peak" "$WORK/atoll.$1" \
        "$(built atoll)" price --time-zone UTC --rates "$WORK/rates.toml" -P "$WORK/dump.psv"
    cp "$WORK/import.$1.out" "$WORK/import.out" && cp "$WORK/price.$1.out" "$WORK/price.out"
    compare_sums
    for ((round = 0; round < ROUNDS; round++)); do
        timed sacct read_with_sacct
        sacct+=("${SECONDS_OF[sacct]}")
        timed reconcile "$WORK/peak" "$WORK/atoll.$1" "$(built atoll)" reconcile -P "${WINDOW[@]}"
        reconcile+=("${SECONDS_OF[reconcile]}")
    done
    median "${sacct[@]}" && SECONDS_OF[sacct.$1]=$REPLY
    median "${reconcile[@]}" && SECONDS_OF[reconcile.$1]=$REPLY
    MIB[atolld.$1]=$(most_mib)
    MIB[gauge.$1]=$(peak_mib "$WORK/gauge.peak")
    MIB[atoll.$1]=$(peak_mib "$WORK/atoll.$1")
}

read_with_sacct() { sacct -aXP "${WINDOW[@]}" >/dev/null; }

DUMP_FIELDS=Cluster,JobIDRaw,JobID,User,Account,Partition,QOS,Submit,Eligible,Start,End,Elapsed,Suspended
DUMP_FIELDS+=,State,AllocTRES,TimelimitRaw,Reservation

peak_mib() { sort -n "$1" | tail -n 1 | awk '{ printf "%d", $1 / 1024 }'; }

# Empty books that watch the private cluster, with rates and allocations since before its first job.
start_watching_record() {
    rm -rf "$WORK/state" "$WORK/gauge.peak"
    DAEMON_SOCKET=$WORK/atoll.sock DAEMON_JOURNAL=$WORK/state/journal.db
    write_settings
    sed -i -e "s|^gauge = .*|gauge = \"$WORK/peak\"\ngauge_arguments = [\"$WORK/gauge.peak\", \"$(built atoll-gauge)\"]|" \
        -e "\$a gauge_environment = { SLURM_CONF = \"$SLURM_CONF\" }" "$WORK/atoll.toml"
    launch atolld "$(built atolld)" --config "$WORK/atoll.toml"
    await_socket atolld "$DAEMON_SOCKET" 10
    site_request
    "$WORK/roundtrip" "$DAEMON_SOCKET" 1 "${REPLY//1767225600/$FIRST}" >/dev/null || fail "the site was not applied"
    export ATOLL_SOCKET=$DAEMON_SOCKET
    job_request quote
    wait_until "waiting for the first poll" 20 admits "$REPLY" ||
        fail_with_log "nothing is quoted: $(<"$WORK/admits")" "$WORK/atolld.log"
}

stop_daemon() {
    kill -TERM "$PID"
    wait "$PID" 2>/dev/null || :
    STARTED=()
}
