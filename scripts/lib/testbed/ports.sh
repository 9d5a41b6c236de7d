# shellcheck shell=bash
# A block of free loopback ports for each testbed, below the ephemeral range.
#
#   base       slurmctld           base + 10 + k   slurmd of node k
#   base + 1   SlurmdPort (unused, Slurm wants one)
#   base + 2   slurmdbd
#
# Claims are kept in one folder under a lock, so that two `up`s at the same time, or a stopped
# testbed and a new one, never get the same block. A claim whose testbed is gone counts for nothing.

CLAIMS=/run/atoll-testbed
FIRST_PORT=17000 LAST_PORT=32000 PORT_STEP=100

block_size() { REPLY=$((11 + NODES)); }

# claim_ports WANTED: sets BASE_PORT. WANTED may be empty; what the testbed had before is taken
# again where it is free.
claim_ports() {
    local wanted=$1 base size
    block_size
    size=$REPLY
    lock_claims
    read_taken_ports
    if [[ -n $wanted ]]; then
        block_is_free "$wanted" "$size" ||
            fail "of the ports $wanted to $((wanted + size - 1)) some are taken: $REPLY" \
                "Leave --base-port out, and free ones are found."
        base=$wanted
    elif [[ -n $BASE_PORT ]] && block_is_free "$BASE_PORT" "$size"; then
        base=$BASE_PORT
    else
        for ((base = FIRST_PORT; base + size <= LAST_PORT; base += PORT_STEP)); do
            if block_is_free "$base" "$size"; then break; fi
        done
        ((base + size <= LAST_PORT)) || fail "no $size free ports in a row from $FIRST_PORT to $LAST_PORT"
    fi
    BASE_PORT=$base
    write_claim
    exec 8>&-
}

# claim_more_ports: for the nodes that a running testbed gets on top.
claim_more_ports() {
    local first=$((BASE_PORT + 11 + NODES_BEFORE)) more=$((NODES - NODES_BEFORE))
    ((more > 0)) || return 0
    lock_claims
    read_taken_ports
    block_is_free "$first" "$more" ||
        fail "the ports for $more more nodes are taken: $REPLY" "First:  $0 down $DIR"
    write_claim
    exec 8>&-
}

lock_claims() {
    mkdir -p -- "$CLAIMS"
    exec 8>"$CLAIMS/lock"
    flock -w 30 8 || fail "$CLAIMS/lock is held for over 30 s" "See who:  fuser -v $CLAIMS/lock"
}

write_claim() {
    block_size
    printf '%s %s %s\n' "$BASE_PORT" "$REPLY" "$DIR" >"$CLAIMS/${DIR//\//%}"
}

drop_claim() { rm -f -- "$CLAIMS/${DIR//\//%}"; }

# TAKEN[port] says by whom: a listener, or another testbed's claim.
read_taken_ports() {
    local address base size dir claim port
    declare -gA TAKEN=()
    while read -r _ _ _ address _; do
        TAKEN[${address##*:}]="a listener"
    done < <(ss -Htln)
    for claim in "$CLAIMS"/%*; do
        [[ -f $claim ]] || continue
        read -r base size dir <"$claim" || continue
        if [[ $dir == "$DIR" ]]; then continue; fi
        if [[ ! -d $dir ]]; then
            rm -f -- "$claim"
            continue
        fi
        for ((port = base; port < base + size; port++)); do
            TAKEN[$port]=$dir
        done
    done
}

block_is_free() {
    local base=$1 size=$2 port
    for ((port = base; port < base + size; port++)); do
        if [[ -n ${TAKEN[$port]-} ]]; then
            REPLY="$port (${TAKEN[$port]})"
            return 1
        fi
    done
}

# is_listening PORT: asked of the kernel, for a probing connection leaves an error in Slurm's log.
is_listening() { [[ -n $(ss -Htln "sport = :$1") ]]; }
