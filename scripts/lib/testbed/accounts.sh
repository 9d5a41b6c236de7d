# shellcheck shell=bash
# Who may run jobs: the test users of the system, and the accounts and associations in slurmdbd.

DEFAULT_ACCOUNTS=$LIB/testbed/accounts-default.txt
TEST_USERS=(atoll-ada atoll-ben atoll-cleo atoll)

# Real jobs of different users need real Unix users. Those of an accounts file that begin with
# "atoll-" are made too; any other name must exist.
ensure_users() {
    local name
    lock_claims
    for name in "${TEST_USERS[@]}" $(users_in_accounts_file); do
        getent passwd "$name" >/dev/null && continue
        useradd --system --user-group --no-create-home --home-dir /nonexistent \
            --shell /bin/bash "$name" 2>>"$DIR/log/users.out" ||
            fail_with_log "can't make the user $name" "$DIR/log/users.out"
    done
    exec 8>&-
}

users_in_accounts_file() {
    [[ -f $DIR/etc/accounts.txt ]] || return 0
    sed -nE -e "s/^User - '([^']+)'.*/\\1/p" \
        -e 's/^[[:space:]]*add[[:space:]]+user[[:space:]]+([^[:space:]]+).*/\1/p' \
        "$DIR/etc/accounts.txt" | tr ',' '\n' | grep -xE 'atoll-[a-z0-9-]{1,26}' || :
}

# take_accounts_file: keeps a copy in DIR, which later `up`s go by.
take_accounts_file() {
    local kept=$DIR/etc/accounts.txt chosen=$OPT_ACCOUNTS
    if [[ -z $chosen && ! -f $kept ]]; then chosen=default; fi
    case $chosen in
        '') ;;
        none) echo '# none' | replace_file "$kept" ;;
        default) replace_file "$kept" <"$DEFAULT_ACCOUNTS" ;;
        *) replace_file "$kept" <"$chosen" ;;
    esac
}

# Before slurmctld starts, so that it finds them all. What is there already makes no error.
# sacctmgr's exit code says nothing ("Nothing new added" is 1 too), what it complains of does.
apply_accounts() {
    local log=$DIR/log/accounts.out applied=$DIR/state/accounts.applied kept=$DIR/etc/accounts.txt
    if cmp -s -- "$kept" "$applied"; then return 0; fi
    if grep -q '^Cluster - ' "$kept"; then
        timeout 60 sacctmgr -i load "$kept" cluster="$CLUSTER" >"$log" 2>"$log.errors" </dev/null || :
    else
        sed -E "1i add cluster $CLUSTER
            /^[[:space:]]*(#|$)/d" "$kept" >"$DIR/run/accounts.commands"
        timeout 60 sacctmgr -i <"$DIR/run/accounts.commands" >"$log" 2>"$log.errors" || :
    fi
    if grep -qv 'Done adding cluster' "$log.errors" || grep -qE "Can't|Problem|error" "$log"; then
        cat -- "$log.errors" >>"$log"
        fail_with_log "sacctmgr did not take all of $kept" "$log" \
            "An --accounts file holds what comes after 'sacctmgr -i', or what 'sacctmgr dump' wrote." \
            "Back to ours:  $0 up $DIR --accounts default"
    fi
    cp -- "$kept" "$applied"
}
