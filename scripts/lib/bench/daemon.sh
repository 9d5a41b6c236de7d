# shellcheck shell=bash
# atolld with books that never run short, watching the cluster of bench/stand-in-gauge.

# One job for all: two GPUs' worth of a node, as the plugin sends it.
# job_request OPERATION: sets REPLY to a request with %ID% for its id.
job_request() {
    REPLY='{"v":1,"id":"%ID%","op":"'$1'","cluster":"reef","job":{"user_id":'$(id -u)
    REPLY+=',"group_id":'$(id -g)',"account":"astro","partition":"gpu","time_limit_minutes":240'
    REPLY+=',"min_nodes":1,"max_nodes":2,"num_tasks":8,"cpus_per_task":4,"min_cpus":32'
    REPLY+=',"mem_per_cpu_mib":2000,"tres_per_node":"gres:gpu:h200:4","shared":0'
    REPLY+=',"submit_line":"sbatch -A astro -p gpu -N1-2 -n8 -c4 --gres=gpu:h200:4 -t 4:00:00 run.sh"}}'
}

# start_daemon: sets DAEMON_SOCKET and DAEMON_JOURNAL; the site is applied and one job admitted.
start_daemon() {
    DAEMON_SOCKET=$WORK/atoll.sock DAEMON_JOURNAL=$WORK/state/journal.db
    write_settings
    BENCH_USER=$(id -un) launch atolld "$(built atolld)" --config "$WORK/atoll.toml"
    await_socket atolld "$DAEMON_SOCKET" 10
    site_request
    "$WORK/roundtrip" "$DAEMON_SOCKET" 1 "$REPLY" >/dev/null || fail "the site was not applied"
    job_request admit
    # Until the gauge has been read, nothing can be priced.
    wait_until "waiting for the first admission" 10 admits "$REPLY" ||
        fail_with_log "nothing is admitted: $(<"$WORK/admits")" "$WORK/atolld.log"
}

admits() { "$WORK/roundtrip" "$DAEMON_SOCKET" 1 "$1" >"$WORK/admits" 2>&1; }

write_settings() {
    cat >"$WORK/atoll.toml" <<-TOML
	[server]
	socket = "$DAEMON_SOCKET"
	state = "${DAEMON_JOURNAL%/*}"
	[log]
	level = "warning"
	[access]
	hooks = ["$(id -un)"]
	operators = ["$(id -un)"]
	[[cluster]]
	name = "reef"
	gauge = "$ROOT/bench/stand-in-gauge"
	# No job ever shows up for what is admitted: a second look would release it all.
	poll_seconds = 3600
	TOML
}

# site_request: sets REPLY to a site of 200 projects; astro has 10¹¹ SU and its user a cap.
site_request() {
    local n projects=''
    for n in {1..199}; do
        projects+=',{"name":"p'$n'","accounts":["p'$n'"],"allocations":[{"name":"p'$n'-2026"'
        projects+=',"clusters":["reef"],"usu":1000000000000,"start":1767225600,"end":4102444800}]}'
    done
    REPLY='{"v":1,"id":"%ID%","op":"apply","site":{"cluster":[{"name":"reef"}],"resource":['
    REPLY+='{"name":"CPU","type":"CPU","tres":"cpu","rates":[{"su_per_hour":"0.01","start":1767225600}]},'
    REPLY+='{"name":"Memory","type":"Memory","tres":"mem","rates":[{"su_per_hour":"1/1000","start":1767225600}]},'
    REPLY+='{"name":"GPU H200","type":"GPU","tres":"gres/gpu:h200","rates":[{"su_per_hour":"1.5","start":1767225600}]}],'
    REPLY+='"factor":[{"qos":"low","factor":"1/2","start":1767225600}],'
    REPLY+='"project":[{"name":"astro","accounts":["astro"],"allocations":[{"name":"astro-2026"'
    REPLY+=',"clusters":["reef"],"usu":100000000000000000,"start":1767225600,"end":4102444800'
    REPLY+=',"members":[{"user":"'$(id -un)'","cap_usu":100000000000000000}]}]}'$projects']}}'
}
