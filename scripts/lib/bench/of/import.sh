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

bench_import() {
    local RECORDS=${RECORDS:-200000}
    declare -gA P50=() P99=()
    ensure_programs atolld atoll
    build_c "$WORK/insert" insert.c client.c local_socket.c -lsqlite3
    say "making $RECORDS records"
    "$ROOT/bench/make-records" "$RECORDS" >"$WORK/dump.psv"
    head -n $((RECORDS / 4 + 1)) "$WORK/dump.psv" | sed 's/^\([0-9]\)/9000\1/; s/|\([0-9]*\)|reef/|9000\1|reef/' \
        >"$WORK/more.psv"
    write_rates
    start_daemon
    export ATOLL_SOCKET=$DAEMON_SOCKET

    timed read taskset -c 0 sha256sum "$WORK/dump.psv"
    timed price taskset -c 0 "$(built atoll)" price --time-zone UTC --rates "$WORK/rates.toml" -P "$WORK/dump.psv"
    timed insert "$WORK/insert" "$WORK/dump.psv" "$WORK/insert.db" 16
    timed import "$(built atoll)" import --time-zone UTC -P "$WORK/dump.psv" --rejects "$WORK/rejected.psv"
    timed again "$(built atoll)" import --time-zone UTC -P "$WORK/dump.psv" --rejects "$WORK/rejected.psv"
    compare_sums

    figure price_per_second "$(per_second "$RECORDS" price)" least 500000
    ratio "${SECONDS_OF[price]}" "${SECONDS_OF[read]}"
    figure price_read_ratio "$REPLY" none
    figure import_per_second "$(per_second "$RECORDS" import)" least 23700
    ratio "${SECONDS_OF[import]}" "${SECONDS_OF[insert]}"
    figure import_insert_ratio "$REPLY" none
    figure again_per_second "$(per_second "$RECORDS" again)" none
    measure_admissions_during "$(built atoll)" import --time-zone UTC -P "$WORK/more.psv" \
        --rejects "$WORK/rejected.psv"
    ratio "${P99[during]}" "${P99[alone]}"
    figure admit_p99_import_ratio "$REPLY" most 2
    figure atolld_mib "$(most_mib)" most 300
    "$(built atoll)" verify >"$WORK/verify.out" 2>&1 || fail_with_log "the books are not sound" "$WORK/verify.out"
}
