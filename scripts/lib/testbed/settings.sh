# shellcheck shell=bash
# What a testbed was made with: kept in DIR/testbed.settings, read again by every later command.
# An option that isn't given keeps the value of the time before.

SETTINGS=(NODES THREADS DBD CLUSTER BASE_PORT PLUGIN LUA)

# The longest path made below DIR is a step's socket, spool/n100/n100_1234567.4294967291, and a
# Unix socket's path ends at 107 bytes.
LONGEST_DIR=70

# use_dir DIR: sets DIR to the absolute path and refuses what Slurm's files could not hold.
use_dir() {
    DIR=$(realpath -m -- "$1")
    [[ $DIR =~ ^/[A-Za-z0-9/._+-]+$ ]] ||
        fail "$DIR: only letters, digits and ._+-/ may be in the path (slurm.conf can't quote)" \
            "Take another folder, such as /tmp/reef."
    ((${#DIR} <= LONGEST_DIR)) ||
        fail "$DIR is longer than $LONGEST_DIR characters, too long for the sockets below it" \
            "Take a shorter one, such as /tmp/reef."
}

is_testbed() { [[ -f $DIR/testbed.settings ]]; }

require_testbed() {
    is_testbed || fail "$DIR is no testbed" "Make it:  $0 up $DIR"
}

default_settings() {
    NODES=4 THREADS=1 DBD=yes CLUSTER=reef BASE_PORT='' PLUGIN=no LUA=no
}

load_settings() {
    default_settings
    # shellcheck source=/dev/null
    if is_testbed; then source "$DIR/testbed.settings"; fi
}

save_settings() {
    local name
    for name in "${SETTINGS[@]}"; do
        printf '%s=%q\n' "$name" "${!name}"
    done | replace_file "$DIR/testbed.settings"
}

# replace_file PATH [MODE [OWNER]]: puts stdin there in one step. A change is marked in DIR/run,
# so that even a later `up` knows which daemon still has to take it.
replace_file() {
    local path=$1 mode=${2-644} owner=${3-root} draft=$1.new
    (umask 077 && cat >"$draft")
    chmod "$mode" -- "$draft"
    chown "$owner" -- "$draft"
    if cmp -s -- "$draft" "$path"; then
        rm -f -- "$draft"
    else
        : >"$DIR/run/.changed.${path##*/}"
        mv -f -- "$draft" "$path"
    fi
}

is_changed() { [[ -e $DIR/run/.changed.$1 ]]; }
forget_changes() { rm -f -- "$DIR"/run/.changed.*; }

# A lock a folder: two commands on one testbed take turns. Daemons are started without it.
lock_dir() {
    mkdir -p -- "$DIR"
    exec 9>"$DIR/.lock"
    flock -n 9 || {
        say "another command works on $DIR; waiting for it"
        flock -w 120 9 || fail "$DIR is still locked after 120 s" "See who:  fuser -v $DIR/.lock"
    }
}
