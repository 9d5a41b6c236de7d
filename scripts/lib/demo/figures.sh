# shellcheck shell=bash
# Service units as whole micro-SU, so that what is compared is exact.

# The rates of config/demo-site.toml, in micro-SU a second.
CORE_RATE=10000
GPU_RATE=100000

# micro AMOUNT: 19.8 or 1,000.50 → 19800000, 1000500000. Sets REPLY; 1 when it is no amount.
micro() {
    local text=${1//,/} whole fraction
    [[ $text =~ ^(-?)([0-9]+)(\.([0-9]{1,6}))?$ ]] || return 1
    whole=${BASH_REMATCH[2]} fraction=${BASH_REMATCH[4]}000000
    REPLY=${BASH_REMATCH[1]}$((10#$whole * 1000000 + 10#${fraction:0:6}))
    REPLY=$((REPLY))
}

# amount MICRO: 19800000 → 19.80, with at least two decimals. Prints it.
amount() {
    local value=$1 sign='' fraction
    if ((value < 0)); then sign=- value=$((-value)); fi
    printf -v fraction '%06d' $((value % 1000000))
    while [[ ${#fraction} -gt 2 && $fraction == *0 ]]; do fraction=${fraction%0}; done
    printf '%s%d.%s' "$sign" $((value / 1000000)) "$fraction"
}

# read_figure ALLOCATION COLUMN: of the balance, as root sees it. Sets REPLY.
read_figure() {
    quietly root atoll balance --allocation "$1" -n -P -o "$2"
    if ((CODE != 0)) || ! micro "$OUTPUT"; then derailed "atoll balance has no $2 of $1"; fi
}

# figure_is ALLOCATION COLUMN MICRO
figure_is() {
    read_figure "$1" "$2"
    [[ $REPLY -eq $3 ]]
}

# read_charge ALLOCATION JOB: the sum of what the job was charged. Sets REPLY.
read_charge() {
    local job amount sum=0
    quietly root atoll statement "$1" -n -P -o Job,Kind,Amount
    ((CODE == 0)) || derailed "atoll statement fails"
    while IFS='|' read -r job kind amount; do
        if [[ $job != "$2" || $kind != charge ]]; then continue; fi
        micro "$amount" || derailed "atoll statement says $amount, which is no amount"
        sum=$((sum - REPLY))
    done <<<"$OUTPUT"
    REPLY=$sum
}
