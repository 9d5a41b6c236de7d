# shellcheck shell=bash
# The demo's folder: made, recognised by a mark, cleared at the end. What isn't ours is left alone.
#
#   reef/   the testbed          bin/  etc/  state/   atolld's        log/  run/   logs, pids

MARK=.atoll-demo
# reef/ below it must fit the testbed's own limit.
LONGEST_FOLDER=60
ENDED_WELL=no

use_folder() {
    DIR=$(realpath -m -- "$OPT_DIR")
    REEF=$DIR/reef
    [[ $DIR =~ ^/[A-Za-z0-9/._+-]+$ && ${#DIR} -le $LONGEST_FOLDER ]] ||
        fail "$DIR: at most $LONGEST_FOLDER of the letters, digits and ._+-/ may be in the path" \
            "Take another folder, such as $DEFAULT_FOLDER."
    [[ ! -e $DIR || -f $DIR/$MARK || -d $DIR && -z $(ls -A -- "$DIR") ]] ||
        fail "$DIR is there and is no demo's folder" "Take an empty or a new one:  $0 --dir DIR"
}

lock_folder() {
    mkdir -p -- "$DIR"
    : >"$DIR/$MARK"
    exec 7<"$DIR"
    flock -n 7 || fail "another demo works in $DIR" "Take another folder:  $0 --dir DIR"
}

# What --keep left is somebody's: it goes only where that is said.
spare_kept() {
    [[ $OPT_ANEW == no && -f $DIR/kept ]] || return 0
    local dir=
    if [[ $DIR != "$DEFAULT_FOLDER" ]]; then dir=" --dir $DIR"; fi
    fail "what --keep left is there in $DIR" \
        "Use it:  source $DIR/env.sh    Stop it:  $0 --stop$dir    Begin anew:  $0 --anew$dir"
}

# What an aborted run left, or one with --keep.
clear_leftovers() {
    [[ -d $DIR/run || -d $REEF ]] || return 0
    say "stopping and clearing what an earlier run left in $DIR"
    take_down
}

# take_down: stops the daemons and empties the folder.
take_down() {
    stop_daemons --purge
    find "$DIR" -xdev -mindepth 1 -maxdepth 1 ! -name "$MARK" -exec rm -rf --one-file-system -- {} +
}

# stop_daemons [--purge]
stop_daemons() {
    if [[ -d $DIR/run ]]; then stop_processes atolld; fi
    if [[ -f $REEF/testbed.settings ]]; then
        "$TESTBED" down "$REEF" "$@" >"$DIR/down.out" 2>&1 7>&- ||
            fail_with_log "the testbed did not go down" "$DIR/down.out" "Look:  $TESTBED status $REEF"
    fi
}

# Deletes the folder too; its lock goes with it.
stop_demo() {
    if [[ ! -d $DIR/run && ! -d $REEF ]]; then
        say "nothing is there in $DIR"
    else
        take_down
        say "stopped, and $DIR deleted"
    fi
    rm -rf --one-file-system -- "$DIR"
}

interrupted() {
    trap '' INT TERM HUP
    clear_progress
    note "interrupted; stopping what was started"
    exit "$1"
}

# Every way out comes through here: as told, failed, interrupted.
on_exit() {
    local code=$1
    trap - ERR EXIT
    trap '' INT TERM HUP
    set +e
    end_progress
    if [[ $ENDED_WELL == yes && $OPT_KEEP == yes ]]; then
        : >"$DIR/kept"
        say_how_to_talk
        exit 0
    fi
    if ((code == 0 || code >= 128)); then
        stop_demo
    else
        (stop_daemons)
        note "everything is stopped; its logs are kept: $DIR/log, $REEF/log"
    fi
    exit "$code"
}

say_how_to_talk() {
    cat <<-TEXT

	It all goes on running. In a shell of root:

	  source $DIR/env.sh                # Slurm's commands, atoll, and 'as USER COMMAND'
	  as atoll-ben atoll balance
	  as atoll-ada sbatch -A astro -n2 -t3 --wrap 'sleep 20'
	  atoll holds
	  tail -f $DIR/log/atolld.out

	Stop it:  $0 --stop$(if [[ $DIR != "$DEFAULT_FOLDER" ]]; then echo " --dir $DIR"; fi)
	TEXT
}
