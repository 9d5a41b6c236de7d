# shellcheck shell=bash
# From a bare machine to a Slurm with atolld beside it: install, build, start.

PROGRAMS=(atolld atoll atoll-gauge)

bring_up() {
    now_us
    local began_us=$REPLY
    mkdir -p -- "$DIR"/{bin,etc,log,run}
    say "Getting ready"
    find_swift
    ensure_packages
    build_all
    install_programs
    start_slurm
    start_atolld
    write_demo_env
    enter_demo_env
    seconds_since "$began_us"
    say_done "ready" "$REPLY"
}

# For debugging, because that builds soonest and is what `swift test` uses too.
build_all() {
    local program
    as_owner
    "${AS_OWNER[@]}" mkdir -p -- "$ROOT/.build"
    cd -- "$ROOT" || fail "can't enter $ROOT"
    for program in "${PROGRAMS[@]}"; do
        build "$program" "$DIR/log/build-$program.out" swift build --product "$program"
    done
    build job_submit_atoll.so "$DIR/log/build-plugin.out" make -C plugins/job_submit
}

# Copied, for the user atoll may not reach the clone; with the libraries that it may not reach.
install_programs() {
    local program library
    for program in "${PROGRAMS[@]}"; do
        install -m 755 -- "$ROOT/.build/debug/$program" "$DIR/bin/"
    done
    runuser -u nobody -- "$DIR/bin/atolld" --version >/dev/null 2>&1 && return 0
    ldd "$DIR"/bin/* | awk '$3 ~ /^\// && $3 !~ /^\/(usr\/)?lib/ { print $3 }' | sort -u |
        while read -r library; do install -m 755 -- "$library" "$DIR/bin/"; done
    runuser -u nobody -- "$DIR/bin/atolld" --version >"$DIR/log/libraries.out" 2>&1 ||
        fail_with_log "other users can't run $DIR/bin/atolld" "$DIR/log/libraries.out" \
            "Take a folder that they can reach:  $0 --dir DIR"
}

# More patience than in production: a machine that builds and runs all of Slurm may be slow.
start_slurm() {
    local options=()
    if [[ $OPT_DBD == no ]]; then options=(--no-dbd); fi
    cat >"$DIR/etc/job_submit_atoll.conf" <<-CONF
	socket = $DIR/run/atoll.sock
	deadline_ms = 2000
	when_unreachable = refuse
	CONF
    now_us
    local began_us=$REPLY
    with_progress "starting a private Slurm" "$DIR/log/testbed.out" "$TESTBED" up "$REEF" "${options[@]}" \
        --plugin "$ROOT/plugins/job_submit/.build/job_submit_atoll.so" \
        --plugin-conf "$DIR/etc/job_submit_atoll.conf" 7>&- ||
        fail_with_log "the private Slurm did not start" "$DIR/log/testbed.out" "Look:  $TESTBED status $REEF"
    seconds_since "$began_us"
    say_done "a private Slurm started, with the plugin" "$REPLY"
}

write_atolld_settings() {
    cat >"$DIR/etc/atoll.toml" <<-TOML
	[server]
	socket = "$DIR/run/atoll.sock"
	state = "$DIR/state"

	[[cluster]]
	name = "reef"
	gauge = "$DIR/bin/atoll-gauge"
	gauge_environment = { SLURM_CONF = "$REEF/etc/slurm.conf" }
	poll_seconds = 1
	share = "50%"
	TOML
}

# The user atoll was made by the testbed.
start_atolld() {
    local pid began_us
    write_atolld_settings
    install -d -o atoll -g atoll -m 750 -- "$DIR/state"
    chown root:atoll -- "$DIR/run"
    chmod 775 -- "$DIR/run"
    now_us
    began_us=$REPLY
    setsid env -i --default-signal=INT,QUIT PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        setpriv --reuid atoll --regid atoll --init-groups -- \
        "$DIR/bin/atolld" --config "$DIR/etc/atoll.toml" </dev/null >"$DIR/log/atolld.out" 2>&1 7>&- &
    pid=$!
    disown "$pid"
    start_time "$pid" || REPLY=0
    printf '%s %s\n' "$pid" "$REPLY" >"$DIR/run/atolld"
    GIVE_UP='is_stopped atolld' wait_until "waiting for atolld to read the cluster" 60 cluster_is_read ||
        fail_with_log "atolld did not start" "$DIR/log/atolld.out" "Its settings: $DIR/etc/atoll.toml"
    seconds_since "$began_us"
    say_done "atolld started, as user atoll" "$REPLY"
}

cluster_is_read() {
    [[ -S $DIR/run/atoll.sock ]] &&
        timeout 10 "$DIR/bin/atoll" status --socket "$DIR/run/atoll.sock" -n -P -o Cluster,Polled,Problem 2>/dev/null |
        grep -qE '^reef\|[^|]+\|$'
}

write_demo_env() {
    cat >"$DIR/env.sh" <<-ENV
	# Points Slurm's commands and atoll at the demo:  source $DIR/env.sh
	source $REEF/env.sh
	export ATOLL_SOCKET=$DIR/run/atoll.sock
	export PATH=$DIR/bin:\$PATH
	ENV
}

enter_demo_env() {
    # shellcheck source=/dev/null
    source "$DIR/env.sh"
}
