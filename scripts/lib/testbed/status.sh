# shellcheck shell=bash
# `status`: each daemon with its pid and whether it answers; 0 only when all do.

command_status() {
    local name unhealthy=0 state
    export SLURM_CONF=$DIR/etc/slurm.conf
    daemon_names
    if [[ $DBD == yes ]]; then state=slurmdbd; else state="no slurmdbd"; fi
    say "$DIR: cluster $CLUSTER, $NODES nodes, $state, ports from $BASE_PORT"
    node_states
    for name in "${DAEMONS[@]}"; do
        local pid=-
        if is_running "$name"; then
            pid=$REPLY
            state_of "$name" "$pid"
        else
            REPLY=stopped
        fi
        state=$REPLY
        [[ $state == ok* ]] || unhealthy=$((unhealthy + 1))
        printf '  %-10s %-8s %s\n' "$name" "$pid" "$state"
    done
    if ((unhealthy)); then
        say "$unhealthy of ${#DAEMONS[@]} are not healthy; repair:  $0 up $DIR"
        return 1
    fi
    say "all ${#DAEMONS[@]} are healthy;  source $DIR/env.sh"
}

# What slurmctld says of each node, asked once.
node_states() {
    local node state
    declare -gA NODE_STATE=()
    is_listening "$BASE_PORT" || return 0
    while read -r node state; do
        NODE_STATE[$node]=$state
    done < <(timeout 5 sinfo -h -N -o '%N %T' 2>/dev/null || :)
}

state_of() {
    local name=$1 pid=$2
    if is_frozen "$pid"; then
        REPLY="frozen (thaw: $0 thaw $DIR $name)"
    elif [[ $name == n[0-9]* ]]; then
        REPLY=${NODE_STATE[$name]-"unknown to slurmctld"}
        if [[ $REPLY =~ $HEALTHY_NODE ]]; then
            REPLY="ok, $REPLY"
        fi
    elif "${name}_answers"; then
        REPLY=ok
    else
        log_of "$name"
        REPLY="doesn't answer; see $REPLY"
    fi
}
