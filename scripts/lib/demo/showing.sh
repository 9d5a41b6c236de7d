# shellcheck shell=bash
# How the story looks: steps, commands as they would be typed, their real output, and checks.

STEP=0

# style CODE TEXT: as a terminal shows it; plain elsewhere.
style() {
    if [[ -t 1 && -z ${NO_COLOR-} ]]; then printf '\e[%sm%s\e[0m' "$1" "$2"; else printf '%s' "$2"; fi
}

# step TITLE
step() {
    STEP=$((STEP + 1))
    printf '\n%s\n' "$(style 1 "$STEP. $1")"
}

# tell TEXT…: what is about to be seen, and why.
tell() { printf '   %s\n' "$@"; }

# show USER COMMAND…: as typed, and what it prints. Sets OUTPUT and CODE.
show() {
    local user=$1
    shift
    local prompt="$user \$"
    if [[ $user == root ]]; then prompt='root #'; fi
    typed "$@"
    printf '\n   %s %s\n' "$(style 36 "$prompt")" "$(style 1 "$REPLY")"
    quietly "$user" "$@"
    if [[ -n $OUTPUT ]]; then printf '%s\n' "$OUTPUT" | sed 's/^/     /'; fi
}

# quietly USER COMMAND…: sets OUTPUT, both streams, and CODE.
quietly() {
    LAST_COMMAND="${*:2}"
    CODE=0
    OUTPUT=$(as "$1" timeout 60 "${@:2}" 2>&1 </dev/null 7>&-) || CODE=$?
}

# typed WORD…: sets REPLY to the line that a shell would take.
typed() {
    local word
    REPLY=''
    for word in "$@"; do
        if [[ ! $word =~ ^[A-Za-z0-9_./:,=@%+-]+$ ]]; then word="'${word//\'/\'\\\'\'}'"; fi
        REPLY+="${REPLY:+ }$word"
    done
}

# check WHAT COMMAND…: WHAT is said when the command succeeds; otherwise the story ends here.
check() {
    local what=$1
    shift
    "$@" || derailed "this was to be seen, and wasn't: $what"
    printf '   %s %s\n' "$(style 32 '✓')" "$what"
}

# said TEXT: the last command's output has it.
said() { [[ $OUTPUT == *"$1"* ]]; }

# derailed WHAT: ends with 1, and with all that helps to see why.
derailed() {
    printf '\n' >&2
    note "error: step $STEP: $1"
    printf '  the last command was: %s\n' "${LAST_COMMAND-}" >&2
    if [[ -n ${OUTPUT-} ]]; then printf '%s\n' "$OUTPUT" | tail -n 12 | sed 's/^/    | /' >&2; fi
    show_end_of "$DIR/log/atolld.out"
    show_end_of "$REEF/log/slurmctld.log"
    exit 1
}

show_end_of() {
    printf '  the last lines of %s:\n' "$1" >&2
    tail -n 12 -- "$1" 2>/dev/null | cut -c1-300 | sed 's/^/    | /' >&2
}
