# shellcheck shell=bash
# Figures: medians over rounds, ratios, and the closing lines that programs read.

FIGURES=()

# median NUMBER…: sets REPLY to the one in the middle (of an even count, the lower).
median() {
    local -a sorted
    mapfile -t sorted < <(printf '%s\n' "$@" | sort -g)
    REPLY=${sorted[(${#sorted[@]} - 1) / 2]}
}

# ratio A B: sets REPLY to A/B with two decimals.
ratio() { REPLY=$(awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'); }

# figure NAME VALUE most|least|none [TARGET]: keeps one for the end.
figure() {
    local verdict=ok
    if [[ $3 != none ]]; then
        verdict=$(awk -v value="$2" -v target="$4" -v kind="$3" 'BEGIN {
            print (kind == "most" ? value <= target : value >= target) ? "ok" : "short" }')
    fi
    FIGURES+=("$1 $2 ${4:--} $verdict")
}

print_figures() {
    say ''
    printf '%s\n' "${FIGURES[@]}"
}

describe_machine() {
    local filesystem model
    filesystem=$(df --output=fstype -- "$WORK" | tail -n 1)
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    say "$(nproc) CPUs (${model:-unknown}), $(uname -sr), journal on $filesystem"
    describe_load
    if [[ $filesystem == tmpfs ]]; then
        say "  tmpfs keeps nothing: durable answers look faster than they are; see --work"
    fi
}

describe_load() {
    local load
    read -r load </proc/loadavg
    say "load average ${load% * *}"
}
