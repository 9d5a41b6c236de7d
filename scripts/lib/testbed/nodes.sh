# shellcheck shell=bash
# The nodes: slurmds n1, n2, … on one machine, started together.
#
# A node is healthy when slurmctld gives it jobs; one that is drained or set down, by a fault or by
# hand, is resumed by `up`.

HEALTHY_NODE='^(idle|mixed|allocated|completing|reserved|planned|maint)[+-]?$'

node_names() {
    local k
    NODE_NAMES=()
    for ((k = 1; k <= NODES; k++)); do
        NODE_NAMES+=("n$k")
    done
}

start_node() { launch "$1" slurmd -D -N "$1"; }

ensure_nodes() {
    local began_us name started=0
    now_us
    began_us=$REPLY
    node_names
    for name in "${NODE_NAMES[@]}"; do
        if is_running "$name"; then
            is_frozen "$REPLY" || continue
            kill -CONT "$REPLY"
            say "  $name was frozen: thawed"
        else
            start_node "$name"
        fi
        started=$((started + 1))
    done
    if ((started == 0)) && nodes_answer; then return 0; fi
    STARTED=$((STARTED + 1))
    declare -gA RESUMED=()
    wait_until "waiting for the nodes" 30 nodes_answer_or_resume || explain_bad_nodes
    seconds_since "$began_us"
    printf '  %-10s %-11s %5s s\n' "slurmd" "$NODES nodes" "$REPLY"
}

# A slurmctld that was started under running slurmds asks for them only after four seconds, and
# gives out no job until then; a slurmd that gets HUP registers at once. From 23.11 on HUP would
# start it anew under another pid: there we wait.
wake_nodes() {
    local name
    [[ $(slurmd -V) =~ ' '(22|23\.02)\. ]] || return 0
    node_names
    for name in "${NODE_NAMES[@]}"; do
        if is_running "$name"; then kill -HUP "$REPLY"; fi
    done
}

nodes_answer() { bad_nodes && [[ -z $REPLY ]]; }

# "down" without "*" is a slurmd that answers, in a state that somebody has to lift. Once a node.
nodes_answer_or_resume() {
    local node state
    if nodes_answer; then return 0; fi
    while read -r node state; do
        case $state in
            drained | draining | drng | down)
                [[ -z ${RESUMED[$node]-} ]] || continue
                RESUMED[$node]=1
                say "  $node is $state: resuming it"
                timeout 5 scontrol update nodename="$node" state=resume >/dev/null 2>&1 || :
                ;;
        esac
    done <<<"$REPLY"
    return 1
}

# bad_nodes: sets REPLY to "n2 down*" lines of nodes that can take no job.
bad_nodes() {
    local answer node state
    answer=$(timeout 5 sinfo -h -N -o '%N %T' 2>/dev/null) || answer=''
    REPLY=''
    [[ -n $answer ]] || return 1
    while read -r node state; do
        if [[ ! $state =~ $HEALTHY_NODE && $REPLY != *"$node "* ]]; then
            REPLY+=${REPLY:+$'\n'}"$node $state"
        fi
    done <<<"$answer"
}

explain_bad_nodes() {
    bad_nodes || REPLY="slurmctld doesn't answer sinfo"
    local first=${REPLY%% *}
    fail_with_log "not all nodes are ready: ${REPLY//$'\n'/, }" "$DIR/log/slurmd.$first.log" \
        "Why:  SLURM_CONF=$DIR/etc/slurm.conf sinfo -R" \
        "A dead one:  $0 restart $DIR $first"
}
