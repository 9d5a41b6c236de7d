# shellcheck shell=bash
# A private slurmdbd (scripts/testbed) with generated jobs in its database.

# bring_slurmdbd_up RECORDS: with the accounts and users of these; sets SLURM_CONF and the like.
bring_slurmdbd_up() {
    "$ROOT/bench/slurmdbd-rows" accounts <"$1" >"$WORK/accounts"
    chmod 755 "$WORK"
    say "bringing a slurmdbd up"
    trap 'take_slurmdbd_down; clean_up' EXIT
    run_logged "testbed up" "$WORK/reef.up" \
        "$ROOT/scripts/testbed" up "$WORK/reef" --nodes 1 --cluster reef --accounts "$WORK/accounts" ||
        fail_with_log "the testbed did not come up" "$WORK/reef.up"
    # shellcheck source=/dev/null
    source "$WORK/reef/env.sh"
    sacctmgr -i add qos low >/dev/null || fail "sacctmgr added no QOS"
    # Whose jobs job_request asks about.
    sacctmgr -i add user "$(id -un)" account=astro >/dev/null || fail "sacctmgr added no user"
}

take_slurmdbd_down() {
    if [[ -d $WORK/reef ]]; then
        "$ROOT/scripts/testbed" down "$WORK/reef" --purge >/dev/null 2>&1 || :
    fi
}

in_database() { mariadb --socket="$ATOLL_TESTBED_DB_SOCKET" --local-infile=1 -N slurm_acct -e "$1"; }

# load_slurmdbd RECORDS: its job table has these and nothing else.
load_slurmdbd() {
    in_database "SELECT 'tres', id, IF(name = '', type, CONCAT(type, '/', name)) FROM tres_table;
        SELECT 'qos', id, name FROM qos_table;
        SELECT 'association', id_assoc, acct, user FROM reef_assoc_table WHERE user <> ''" |
        tr '\t' ' ' >"$WORK/numbers"
    "$ROOT/bench/slurmdbd-rows" jobs "$WORK/numbers" <"$1" >"$WORK/rows"
    in_database "TRUNCATE reef_job_table; SET unique_checks = 0;
        LOAD DATA LOCAL INFILE '$WORK/rows' INTO TABLE reef_job_table
            ($("$ROOT/bench/slurmdbd-rows" columns));
        ANALYZE TABLE reef_job_table" >"$WORK/load.log" || fail_with_log "the jobs were not loaded" "$WORK/load.log"
    rm -f "$WORK/rows"
}
