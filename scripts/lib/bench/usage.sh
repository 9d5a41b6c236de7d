# shellcheck shell=bash
# The command line: help, and what is wrong with it (exit 2).
# shellcheck disable=SC2034  # the OPT_… are read by the others

usage() {
    cat <<-HELP
	Measures what Atoll promises, next to the machine's own part of it, in one run.

	  ${0##*/}                          lists the benches
	  ${0##*/} NAME [options]           runs one
	  ${0##*/} NAME --help              says what it measures

	Options:
	  --rounds N      how often each part is measured, in turns (5 to 1000; default 11)
	  --work DIR      where its files go while it runs (default: a new folder in \${TMPDIR:-/tmp});
	                  the journal lies there, so it decides which disk is measured
	  --no-build      take what is built already

	The last lines are for programs, one a figure:   NAME VALUE TARGET ok|short
	The target is the most or the least wanted; "-" where nothing is promised. A figure that falls
	short is no failure: the exit code is 0 whenever everything could be measured.

	  exit codes    0 measured    1 an error, said on stderr    2 usage

	Examples:
	  ${0##*/} admission
	  ${0##*/} admission --rounds 5 --work /var/lib/atoll-bench
	  ${0##*/} admission | grep -E ' (ok|short)\$'
	HELP
}

list_benches() {
    local name
    for name in "${!ABOUT[@]}"; do
        printf '%-12s %s\n' "$name" "${ABOUT[$name]}"
    done | sort
}

usage_error() {
    note "$1"
    printf '  see:  %s --help\n' "$0" >&2
    exit 2
}

# parse_arguments ARGUMENT…: sets NAME and the OPT_…
parse_arguments() {
    local wants_help=no
    NAME='' OPT_ROUNDS=11 OPT_WORK='' OPT_BUILD=yes
    while (($#)); do
        case $1 in
            -h | --help) wants_help=yes ;;
            --no-build) OPT_BUILD=no ;;
            --rounds | --work)
                (($# > 1)) || usage_error "$1 needs a value"
                take_value "$1" "$2"
                shift
                ;;
            -*) usage_error "unknown option $1" ;;
            *)
                [[ -z $NAME ]] || usage_error "one bench at a time: $NAME or $1?"
                [[ -n ${ABOUT[$1]-} ]] || usage_error "no bench is called $1"
                NAME=$1
                ;;
        esac
        shift
    done
    if [[ $wants_help == yes ]]; then
        if [[ -n $NAME ]]; then "help_$NAME"; else usage; fi
        exit 0
    fi
    if [[ -z $NAME ]]; then
        list_benches
        exit 0
    fi
}

take_value() {
    case $1 in
        --rounds)
            if ! [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || (($2 < 5 || $2 > 1000)); then
                usage_error "--rounds $2: a number from 5 to 1000"
            fi
            OPT_ROUNDS=$2
            ;;
        --work)
            [[ $2 == /* ]] || usage_error "--work $2: a whole path is needed, one that begins with /"
            OPT_WORK=$2
            ;;
    esac
}
