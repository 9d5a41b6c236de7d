# shellcheck shell=bash
# What Atoll adds to sbatch, on two private Slurms of which one has the plugin.

# shellcheck disable=SC2034,SC2154
ABOUT[submission]="what Atoll adds to sbatch: paired runs with and without the plugin (as root)"

help_submission() {
    cat <<-HELP
	What Atoll adds to a submission. Two private Slurms of one configuration (scripts/testbed, so as
	root), one with the plugin and atolld; the same sbatch is given to one and to the other in turns,
	100 pairs a round, and half way they change roles, so that neither the machine nor a difference
	between the two can be taken for the plugin's. Every job is admitted and held: once with
	durability = "full", once with "rebuild". And once bench/grant.c grants whatever the plugin asks,
	unlooked at and unrecorded: the least that asking anybody takes.

	  full_mean_ratio        sbatch with / without: the mean of all pairs
	  full_mean_error        half the width of its 95 % confidence interval
	  full_median_ratio      the same at the median
	  full_added_us          what it adds, at the median of the pairs' differences
	  full_slurmctld_us      what slurmctld itself spends more (sdiag, the mean)
	  rebuild_*              the same where a hold's answer does not wait for the disk
	  granted_*              the same where the answer is neither decided nor recorded
	  open_breaker_added_us  as full_added_us, with atolld frozen: after the first three, submissions
	                         pass unasked
	  *_us                   microseconds
	HELP
}

PAIRS_A_ROUND=100
declare -A BED_DIR=() CONF=() SPENT=()

bench_submission() {
    ((EUID == 0)) || fail "two private Slurms need root" "Run it with sudo."
    ensure_programs atolld atoll-gauge
    build_c "$WORK/paired" paired.c
    build_c "$WORK/grant" grant.c local_socket.c
    make -s -C "$ROOT/plugins/job_submit" BUILD="$WORK/plugin" || fail "the plugin can't be built"
    chmod 755 "$WORK"
    trap 'take_beds_down; clean_up' EXIT
    bring_beds_up
    start_watching
    launch grant "$WORK/grant" "$WORK/grant.sock"
    await_socket grant "$WORK/grant.sock" 5
    local half mode began_us
    now_us
    began_us=$REPLY
    for half in 1 2; do
        if ((half == 2)); then change_roles; fi
        for mode in full rebuild granted; do
            set_mode "$mode"
            answers_as "$mode"
            pairs 20 >/dev/null
            run_rounds "$mode" $(((OPT_ROUNDS + 2 - half) / 2)) "$began_us"
        done
    done
    for mode in full rebuild; do sum_up_pairs "$mode" "most 1.02"; done
    sum_up_pairs granted none
    set_mode full
    freeze_and_measure
}

# set_mode full|rebuild|granted
set_mode() {
    if [[ $1 == granted ]]; then
        point_plugin_at "$WORK/grant.sock"
    else
        set_durability "$1"
        point_plugin_at "$WORK/run/atoll.sock"
    fi
}

# point_plugin_at SOCKET
point_plugin_at() {
    sed "s|^socket = .*|socket = $1|" "$WORK/plugin.conf" >"$WORK/${BED_DIR[with]}/etc/job_submit_atoll.conf"
    # It looks at its file once a second.
    sleep 1.1
}

# run_rounds MODE COUNT BEGAN_US
run_rounds() {
    local round bed
    for bed in with without; do sdiag_of "$bed" -r >/dev/null; done
    for ((round = 0; round < $2; round++)); do
        pairs "$PAIRS_A_ROUND" | tee -a "$WORK/pairs.$1" >"$WORK/round"
        seconds_since "$3"
        say "  after $REPLY s, $1: $(awk '{ a += $1; b += $2 }
            END { printf "%.0f us with, %.0f without, %.3f", a / NR, b / NR, a / b }' "$WORK/round")"
    done
    for bed in with without; do SPENT[$1.$bed]+=" $(spent_on "$bed")"; done
}

# The two Slurms: same options, but for their names and ports.
bring_beds_up() {
    local bed
    printf 'socket = %s\ndeadline_ms = 1000\ndaemon_user = atoll\n' "$WORK/run/atoll.sock" \
        >"$WORK/plugin.conf"
    for bed in reef lagoon; do
        say "bringing up $bed"
        run_logged "testbed up" "$WORK/$bed.up" \
            "$ROOT/scripts/testbed" up "$WORK/$bed" --no-dbd --nodes 1 --cluster "$bed" \
            --plugin-conf "$WORK/plugin.conf" ||
            fail_with_log "$bed did not come up" "$WORK/$bed.up"
        CONF[$bed]=$WORK/$bed/etc/slurm.conf
    done
    with_plugin reef "$WORK/plugin/job_submit_atoll.so"
    BED_DIR=([with]=reef [without]=lagoon)
}

# with_plugin BED PLUGIN|none
with_plugin() {
    "$ROOT/scripts/testbed" up "$WORK/$1" --plugin "$2" >"$WORK/$1.up" 2>&1 ||
        fail_with_log "$1 did not come up with plugin $2" "$WORK/$1.up"
}

change_roles() {
    local bed
    say "they change roles"
    for bed in reef lagoon; do SLURM_CONF=${CONF[$bed]} scancel -u atoll-ada; done
    with_plugin reef none
    with_plugin lagoon "$WORK/plugin/job_submit_atoll.so"
    BED_DIR=([with]=lagoon [without]=reef)
}

take_beds_down() {
    local bed
    for bed in reef lagoon; do
        if [[ -d $WORK/$bed ]]; then
            "$ROOT/scripts/testbed" down "$WORK/$bed" --purge >/dev/null 2>&1 || :
        fi
    done
}

# atolld as its own user, watching both.
start_watching() {
    local bed
    mkdir -p "$WORK/run" "$WORK/bin"
    cp -- "$(built atolld)" "$(built atoll-gauge)" "$WORK/bin/"
    write_toml full
    chown -R atoll: "$WORK/run"
    launch atolld setpriv --reuid atoll --regid atoll --init-groups -- \
        "$WORK/bin/atolld" --config "$WORK/run/atoll.toml"
    ATOLLD=$PID
    await_socket atolld "$WORK/run/atoll.sock" 20
    site_request
    REPLY=${REPLY/'[{"name":"reef"}]'/'[{"name":"reef"},{"name":"lagoon"}]'}
    REPLY=${REPLY/'"clusters":["reef"],"usu":100000000000000000'/'"clusters":["reef","lagoon"],"usu":100000000000000000'}
    "$WORK/roundtrip" "$WORK/run/atoll.sock" 1 "$REPLY" >/dev/null || fail "the site was not applied"
    wait_until "waiting for the first admission" 20 is_held ||
        fail_with_log "nothing is admitted: $(<"$WORK/said")" "$WORK/atolld.log"
}

write_toml() {
    local bed
    {
        printf '[server]\nsocket = "%s"\nstate = "%s"\n' "$WORK/run/atoll.sock" "$WORK/run/state"
        printf '[log]\nlevel = "notice"\n[access]\noperators = ["root"]\n'
        printf '[admission]\ndurability = "%s"\n' "$1"
        for bed in reef lagoon; do
            printf '[[cluster]]\nname = "%s"\ngauge = "%s"\n' "$bed" "$WORK/bin/atoll-gauge"
            printf 'gauge_environment = { SLURM_CONF = "%s" }\n' "${CONF[$bed]}"
        done
    } >"$WORK/run/atoll.toml"
}

set_durability() {
    local before
    before=$(grep -c 'settings read again' "$WORK/atolld.log" || :)
    write_toml "$1"
    kill -HUP "$ATOLLD"
    wait_until "waiting for the settings to be read" 5 has_read_more "$before" ||
        fail_with_log "atolld did not read its settings" "$WORK/atolld.log"
}

has_read_more() { (($(grep -c 'settings read again' "$WORK/atolld.log" || :) > $1)); }

SBATCH=(/usr/bin/sbatch -A astro -n4 -t60 -H -o /dev/null --wrap true)

# answers_as MODE: an error where the plugin's question is answered by somebody else, or by nobody.
answers_as() {
    local words='SU held'
    [[ $1 != granted ]] || words='granted unasked'
    SLURM_CONF=${CONF[${BED_DIR[with]}]} runuser -u atoll-ada -- "${SBATCH[@]}" >"$WORK/said" 2>&1 || :
    grep -q "$words" "$WORK/said" || fail "$1: sbatch was not told \"$words\": $(<"$WORK/said")"
}

is_held() {
    SLURM_CONF=${CONF[${BED_DIR[with]}]} runuser -u atoll-ada -- "${SBATCH[@]}" >"$WORK/said" 2>&1 &&
        grep -q 'SU held' "$WORK/said"
}

pairs() {
    "$WORK/paired" "$1" atoll-ada "${CONF[${BED_DIR[with]}]}" "${CONF[${BED_DIR[without]}]}" \
        "${SBATCH[@]}" || fail_with_log "a submission failed" "$WORK/atolld.log"
}

sdiag_of() { SLURM_CONF=${CONF[${BED_DIR[$1]}]} sdiag "${@:2}"; }

# spent_on BED: the microseconds that slurmctld spent on a submission since they were last counted.
spent_on() {
    sdiag_of "$1" | awk '/REQUEST_SUBMIT_BATCH_JOB/ {
        for (i = 1; i <= NF; i++) if ($i ~ /^ave_time:/) { sub(/.*:/, "", $i); print $i } }'
}

# shellcheck disable=SC2016  # awk's own
# sum_up_pairs MODE WANTED
sum_up_pairs() {
    local with without error count
    local -a wanted
    read -ra wanted <<<"$2"
    read -r count with without error < <(awk '
        { a += $1; b += $2; d = $1 - $2; s += d; q += d * d }
        END { m = s / NR; v = (q - NR * m * m) / (NR - 1)
              printf "%d %.1f %.1f %.4f\n", NR, a / NR, b / NR, 1.96 * sqrt(v / NR) / (b / NR) }' \
        "$WORK/pairs.$1")
    say "$1: $count pairs"
    figure "$1_mean_with_us" "$with" none
    figure "$1_mean_without_us" "$without" none
    figure "$1_mean_ratio" "$(quotient "$with" "$without")" "${wanted[@]}"
    figure "$1_mean_error" "$error" none
    median_of "$1" 'print $1' && with=$REPLY
    median_of "$1" 'print $2' && without=$REPLY
    figure "$1_median_with_us" "$with" none
    figure "$1_median_without_us" "$without" none
    figure "$1_median_ratio" "$(quotient "$with" "$without")" "${wanted[@]}"
    median_of "$1" 'print $1 - $2'
    figure "$1_added_us" "$REPLY" none
    with=$(mean_of "${SPENT[$1.with]}") without=$(mean_of "${SPENT[$1.without]}")
    figure "$1_slurmctld_us" "$((with - without))" none
}

quotient() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", a / b }'; }

# median_of NAME AWK: sets REPLY to that of what it prints for each pair.
median_of() {
    # shellcheck disable=SC2046  # a list of numbers
    median $(awk "{ $2 }" "$WORK/pairs.$1")
}

mean_of() { tr ' ' '\n' <<<"$1" | awk 'NF { s += $1; n++ } END { printf "%.0f", s / n }'; }

# Nobody answers: the first three wait for the deadline, then the breaker is open.
# shellcheck disable=SC2016
freeze_and_measure() {
    say "atolld is frozen"
    kill -STOP "$ATOLLD"
    pairs 4 >/dev/null
    pairs "$PAIRS_A_ROUND" >"$WORK/pairs.frozen"
    kill -CONT "$ATOLLD"
    median_of frozen 'print $1 - $2'
    figure open_breaker_added_us "$REPLY" most 1000
}
