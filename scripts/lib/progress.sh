# shellcheck shell=bash
# Long commands with a sign of life: one line rewritten on a terminal, a plain line now and then
# elsewhere. Their output goes to a log. Needs say.sh.

PROGRESS_GROUP=''

# with_progress LABEL LOG COMMAND…: returns what the command returns. It runs in a process group of
# its own, which end_progress ends.
with_progress() {
    local label=$1 log=$2 began_us code=0
    shift 2
    now_us
    began_us=$REPLY
    # The shell ignores INT and QUIT for what it starts in the background.
    setsid env --default-signal=INT,QUIT "$@" >"$log" 2>&1 </dev/null &
    PROGRESS_GROUP=$!
    watch_progress "$label" "$log" "$began_us"
    wait "$PROGRESS_GROUP" || code=$?
    PROGRESS_GROUP=''
    return "$code"
}

watch_progress() {
    local label=$1 log=$2 began_us=$3 elapsed_us next_us=2000000
    while ! has_ended "$PROGRESS_GROUP"; do
        nap 0.1
        now_us
        elapsed_us=$((REPLY - began_us))
        if ((elapsed_us < next_us)); then continue; fi
        show_progress "$label" "$((elapsed_us / 1000000))" "$log"
        if [[ -t 1 ]]; then
            next_us=$((elapsed_us + 500000))
        else
            # After 2, 4, 8, 16, 32 seconds, then each half a minute.
            next_us=$((elapsed_us + (elapsed_us < 30000000 ? elapsed_us : 30000000)))
        fi
    done
    clear_progress
}

show_progress() {
    local text
    last_log_line "$3"
    text="  … $1 ($2 s) $REPLY"
    if [[ -t 1 ]]; then
        printf '\r\033[K%s' "${text:0:$((${COLUMNS:-80} - 1))}"
    else
        printf '%s\n' "${text:0:100}"
    fi
}

clear_progress() { if [[ -t 1 ]]; then printf '\r\033[K'; fi; }

# last_log_line LOG: sets REPLY to what a build says last, such as "[31/542] Compiling Units".
last_log_line() {
    REPLY=$(tail -c 400 -- "$1" 2>/dev/null | tr '\r' '\n' | grep -aE '[^[:space:]]' | tail -n 1) || REPLY=''
}

# end_progress: ends what with_progress started, if it still runs.
end_progress() {
    [[ -n $PROGRESS_GROUP ]] || return 0
    local group=$PROGRESS_GROUP
    PROGRESS_GROUP=''
    clear_progress
    kill -TERM -- "-$group" 2>/dev/null || return 0
    wait_until "waiting for its end" 10 leader_has_ended "$group" || :
    kill -KILL -- "-$group" 2>/dev/null || :
    wait "$group" 2>/dev/null || :
}

# In a trap the shell buries no child, so a zombie counts as ended.
leader_has_ended() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${stat##*) } == [ZX]* ]]
}
