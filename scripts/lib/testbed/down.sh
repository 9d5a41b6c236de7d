# shellcheck shell=bash
# `down`, and one daemon at a time: stop, start, restart, kill, freeze, thaw.

command_down() {
    if ! is_testbed; then
        [[ -e $DIR ]] && fail "$DIR is no testbed; left alone" "Look:  ls -la $DIR"
        say "$DIR is not there"
        return 0
    fi
    lock_dir
    load_settings
    stop_all
    if [[ $OPT_PURGE == yes ]]; then
        drop_claim
        rm -rf --one-file-system -- "$DIR"
        say "$DIR is down and deleted"
    else
        say "$DIR is down; its data is kept"
    fi
}

# slurmctld first, or it would take the nodes' end for failures.
stop_all() {
    node_names
    stop_processes slurmctld
    stop_processes "${NODE_NAMES[@]}"
    kill_steps
    stop_processes slurmdbd
    stop_processes mariadbd
    stop_processes munged
}

# resolve_daemon NAME: sets TARGETS; "slurmd" means all nodes.
resolve_daemon() {
    local name
    daemon_names
    node_names
    if [[ $1 == slurmd ]]; then
        TARGETS=("${NODE_NAMES[@]}")
        return 0
    fi
    for name in "${DAEMONS[@]}"; do
        if [[ $name == "$1" ]]; then
            TARGETS=("$1")
            return 0
        fi
    done
    usage_error "no daemon '$1' here; there are: slurmd (all nodes) ${DAEMONS[*]}"
}

command_stop() {
    resolve_daemon "$1"
    stop_processes "${TARGETS[@]}"
    say "$1 is stopped"
}

command_start() {
    resolve_daemon "$1"
    export SLURM_CONF=$DIR/etc/slurm.conf
    local name
    for name in "${TARGETS[@]}"; do
        case $name in
            n[0-9]*) if is_stopped "$name"; then start_node "$name"; fi ;;
            *) ensure "$name" 60 ;;
        esac
    done
    case ${TARGETS[0]} in
        n[0-9]*)
            wait_until "waiting for $1" 30 nodes_are_back "${TARGETS[@]}" || explain_bad_nodes
            ;;
    esac
    say "$1 is up"
}

# Only the named ones: others may be stopped on purpose.
nodes_are_back() {
    local name
    bad_nodes || return 1
    for name in "$@"; do
        if [[ $'\n'$REPLY == *$'\n'"$name "* ]]; then return 1; fi
    done
}

command_restart() {
    resolve_daemon "$1"
    stop_processes "${TARGETS[@]}"
    command_start "$1"
}

command_signal() {
    local signal=$1 word=$2 name
    resolve_daemon "$3"
    for name in "${TARGETS[@]}"; do
        is_running "$name" || fail "$name is not running" "Start it:  $0 start $DIR $name"
        kill "-$signal" "$REPLY"
    done
    if [[ $signal == KILL ]]; then
        wait_until "waiting for the kernel" 5 all_stopped "${TARGETS[@]}" || :
    fi
    say "$3 is $word"
}
