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
    sed -nE 's/^[[:space:]]*add[[:space:]]+user[[:space:]]+([^[:space:]]+).*/\1/p' \
        "$DIR/etc/accounts.txt" | tr ',' '\n' | grep -xE 'atoll-[a-z0-9-]{1,26}' || :
}

# take_accounts_file: keeps a copy in DIR; a changed one is applied again.
take_accounts_file() {
    case $ACCOUNTS in
        none) echo '# none' | replace_file "$DIR/etc/accounts.txt" ;;
        default) replace_file "$DIR/etc/accounts.txt" <"$DEFAULT_ACCOUNTS" ;;
        *) replace_file "$DIR/etc/accounts.txt" <"$ACCOUNTS" ;;
    esac
}

# One sacctmgr for all lines, before slurmctld starts, so that it finds them all. What is there
# already makes no error. sacctmgr's exit code says nothing: "Nothing new added" is 1 too.
apply_accounts() {
    local log=$DIR/log/accounts.out applied=$DIR/state/accounts.applied
    if cmp -s -- "$DIR/etc/accounts.txt" "$applied"; then return 0; fi
    sed -E "1i add cluster $CLUSTER
        /^[[:space:]]*(#|$)/d" "$DIR/etc/accounts.txt" >"$DIR/run/accounts.commands"
    timeout 60 sacctmgr -i <"$DIR/run/accounts.commands" >"$log" 2>"$log.errors" || :
    if [[ -s $log.errors ]] || grep -qE "Can't|Problem|error" "$log"; then
        cat -- "$log.errors" >>"$log"
        fail_with_log "sacctmgr did not take all of $DIR/etc/accounts.txt" "$log" \
            "Each line of the --accounts file is what comes after 'sacctmgr -i'."
    fi
    cp -- "$DIR/etc/accounts.txt" "$applied"
}
