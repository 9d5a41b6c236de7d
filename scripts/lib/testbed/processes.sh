# shellcheck shell=bash
# Starting and ending processes by their recorded id.
#
# DIR/run/NAME holds "pid start-time". A process is ours only while both fit, so that an id that
# the kernel gave to somebody else meanwhile is never signalled.

# start_time PID: sets REPLY to field 22 of /proc/PID/stat; 1 when it is gone or a zombie.
start_time() {
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != Z && ${fields[0]} != X ]] || return 1
    REPLY=${fields[19]}
}

# is_running NAME: sets REPLY to its pid.
is_running() {
    local pid='' began=''
    { read -r pid began <"$DIR/run/$1"; } 2>/dev/null || return 1
    start_time "$pid" || return 1
    [[ $REPLY == "$began" ]] || return 1
    REPLY=$pid
}

is_stopped() { ! is_running "$1"; }

# launch NAME COMMAND…: in the background, in a session of its own, with a bare environment;
# what it prints goes to DIR/log/NAME.out.
launch() {
    local name=$1 pid
    shift
    # The shell ignores INT and QUIT for what it starts in the background; jobs would inherit that.
    setsid env -i --default-signal=INT,QUIT PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 ${TZ+"TZ=$TZ"} \
        SLURM_CONF="$DIR/etc/slurm.conf" MYSQL_UNIX_PORT="$DIR/db/sock" \
        "$@" </dev/null >>"$DIR/log/$name.out" 2>&1 8>&- 9>&- &
    pid=$!
    disown "$pid"
    start_time "$pid" || REPLY=0
    printf '%s %s\n' "$pid" "$REPLY" >"$DIR/run/$name"
}

# stop_processes NAME…: TERM to all, wait together, KILL to what is left after ten seconds.
# A frozen one gets CONT, or it would never see the TERM.
stop_processes() {
    local name
    local -a left=()
    for name in "$@"; do
        if is_running "$name"; then
            left+=("$name")
            kill -TERM "$REPLY" 2>/dev/null || :
            kill -CONT "$REPLY" 2>/dev/null || :
        fi
    done
    ((${#left[@]})) || return 0
    wait_until "waiting for the end of ${left[*]}" 10 all_stopped "${left[@]}" || {
        for name in "${left[@]}"; do
            if is_running "$name"; then
                say "  $name (pid $REPLY) did not end within 10 s: killed"
                kill -KILL "$REPLY" 2>/dev/null || :
            fi
        done
        wait_until "waiting for the kernel" 5 all_stopped "${left[@]}" ||
            fail "some of ${left[*]} can't be killed" "Look:  $0 status $DIR"
    }
    for name in "${left[@]}"; do
        rm -f -- "$DIR/run/$name"
    done
}

is_frozen() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    [[ ${stat##*) } == T* ]]
}

all_stopped() {
    local name
    for name in "$@"; do
        if is_running "$name"; then return 1; fi
    done
}

# kill_steps: ends what slurmds leave behind, the slurmstepds of this testbed and the jobs below
# them. A slurmstepd is ours when it holds a file of DIR open.
kill_steps() {
    local pid file comm
    local -a steps=()
    for file in /proc/[0-9]*/comm; do
        # Not $(<file): where the process has gone meanwhile, bash 5.2 would end without a word.
        { read -r comm <"$file"; } 2>/dev/null || continue
        if [[ $comm != slurmstepd ]]; then continue; fi
        pid=${file#/proc/}
        pid=${pid%/comm}
        if holds_file_of_dir "$pid"; then
            steps+=("$pid")
            descendants_of "$pid"
            steps+=("${DESCENDANTS[@]}")
        fi
    done
    if ((${#steps[@]})); then kill -KILL "${steps[@]}" 2>/dev/null || :; fi
}

holds_file_of_dir() {
    local fd target
    for fd in /proc/"$1"/fd/*; do
        target=$(readlink -- "$fd" 2>/dev/null) || continue
        if [[ $target == "$DIR"/* ]]; then return 0; fi
    done
    return 1
}

# Sets DESCENDANTS, from one look at every process's parent (field 4 of its stat).
descendants_of() {
    local stat file parent index=0
    local -A children=()
    local -a fields queue=("$1")
    for file in /proc/[0-9]*/stat; do
        { read -r stat <"$file"; } 2>/dev/null || continue
        read -ra fields <<<"${stat##*) }"
        parent=${fields[1]}
        children[$parent]+=" ${stat%% *}"
    done
    while ((index < ${#queue[@]})); do
        # shellcheck disable=SC2206  # a list of numbers
        queue+=(${children[${queue[index]}]-})
        index=$((index + 1))
    done
    DESCENDANTS=("${queue[@]:1}")
}
