# shellcheck shell=bash
# `up`: from whatever is there to a whole testbed. Each step leaves alone what is right already.

command_up() {
    ensure_packages
    now_us
    local began_us=$REPLY
    refuse_foreign_folder
    lock_dir
    load_settings
    take_options
    # First of all, so that a bring-up that fails further down is known as a testbed afterwards.
    mkdir -p -- "$DIR/run"
    save_settings
    make_folders
    choose_ports
    save_settings
    take_files
    ensure_users
    write_configs
    write_env
    stop_what_changed
    start_all
    forget_changes
    seconds_since "$began_us"
    if ((STARTED == 0)); then
        say "$DIR is up already"
    else
        say "$DIR is up: $NODES nodes, slurmctld on port $BASE_PORT ($REPLY s)"
    fi
    say "source $DIR/env.sh"
}

# A folder with somebody's files in it never becomes a testbed, for --purge would take them.
refuse_foreign_folder() {
    is_testbed && return 0
    [[ -e $DIR && ! -d $DIR ]] && fail "$DIR is not a folder" "Take another."
    [[ -d $DIR ]] || return 0
    [[ -z $(find "$DIR" -mindepth 1 -maxdepth 1 ! -name .lock -print -quit) ]] ||
        fail "$DIR holds files and is no testbed" "Take an empty or a new folder."
}

take_options() {
    if is_testbed && [[ -n $OPT_DBD && $OPT_DBD != "$DBD" ]]; then
        fail "$DIR was made with slurmdbd: $DBD; that can't change" \
            "Make a new one, or first:  $0 down --purge $DIR"
    fi
    if is_testbed && [[ -n $OPT_CLUSTER && $OPT_CLUSTER != "$CLUSTER" ]]; then
        fail "$DIR is the cluster $CLUSTER; its name can't change" \
            "Make a new one, or first:  $0 down --purge $DIR"
    fi
    if is_testbed && ((${OPT_NODES:-$NODES} < NODES)); then
        stop_surplus_nodes "$OPT_NODES"
    fi
    NODES_BEFORE=$NODES
    NODES=${OPT_NODES:-$NODES}
    THREADS=${OPT_THREADS:-$THREADS}
    DBD=${OPT_DBD:-$DBD}
    CLUSTER=${OPT_CLUSTER:-$CLUSTER}
    case $OPT_PLUGIN in
        '') ;;
        none) PLUGIN=no ;;
        *) PLUGIN=yes ;;
    esac
    case $OPT_LUA in
        '') ;;
        none) LUA=no ;;
        *) LUA=yes ;;
    esac
}

stop_surplus_nodes() {
    local k names=()
    for ((k = $1 + 1; k <= NODES; k++)); do
        names+=("n$k")
    done
    stop_processes "${names[@]}"
}

# A running testbed keeps its ports; asking for others then is a mistake worth saying.
choose_ports() {
    local old=$BASE_PORT
    if something_runs; then
        [[ -z $OPT_BASE_PORT || $OPT_BASE_PORT == "$old" ]] ||
            fail "$DIR runs on ports from $old" "First:  $0 down $DIR"
        claim_more_ports
        return 0
    fi
    claim_ports "$OPT_BASE_PORT"
    if [[ -n $old && $old != "$BASE_PORT" ]]; then
        say "  ports from $BASE_PORT instead of $old"
    fi
}

something_runs() {
    local name
    daemon_names
    for name in "${DAEMONS[@]}"; do
        if is_running "$name"; then return 0; fi
    done
    return 1
}

take_files() {
    if [[ -n $OPT_PLUGIN && $PLUGIN == yes ]]; then
        replace_file "$DIR/plugins/job_submit_atoll.so" 755 <"$OPT_PLUGIN"
    fi
    if [[ -n $OPT_PLUGIN_CONF ]]; then
        replace_file "$DIR/etc/job_submit_atoll.conf" <"$OPT_PLUGIN_CONF"
    fi
    if [[ -n $OPT_LUA && $LUA == yes ]]; then replace_file "$DIR/etc/job_submit.lua" <"$OPT_LUA"; fi
    if [[ -n $OPT_EXTRA ]]; then replace_file "$DIR/etc/extra.conf" <"$OPT_EXTRA"; fi
    take_accounts_file
}

# A daemon that runs with an older configuration ends here and is started again below.
stop_what_changed() {
    local names=()
    if is_changed slurmdbd.conf; then names+=(slurmdbd); fi
    if is_changed slurm.conf || is_changed gres.conf; then
        node_names
        names+=(slurmctld "${NODE_NAMES[@]}")
    elif is_changed job_submit_atoll.so || is_changed job_submit_atoll.conf ||
        is_changed job_submit.lua; then
        names+=(slurmctld)
    fi
    if ((${#names[@]})); then stop_processes "${names[@]}"; fi
}

start_all() {
    export SLURM_CONF=$DIR/etc/slurm.conf
    ensure munged 10
    if [[ $DBD == yes ]]; then
        ensure mariadbd 30
        ensure slurmdbd 60
        apply_accounts
    fi
    ensure slurmctld 30
    ensure_nodes
}
