# shellcheck shell=bash
# The command line of scripts/try-slurm: help, and what is wrong with it (exit 2).

usage() {
    cat <<-HELP
	Runs Atoll on the Slurm of another Debian: installs that Debian into a folder, builds the gauge
	and the plugin against its Slurm, and runs the system tests inside, with processes and ports of
	its own. Changes nothing of this machine's Slurm. Needs root, debootstrap and about 1.5 GB.

	  ${0##*/} SUITE                  all system tests, as long as in CI; the first time it installs
	  ${0##*/} SUITE --tests REGEX    only those, such as 'SystemTests/(Admissions|Modifications)'
	  ${0##*/} SUITE --shell          a shell inside, in the clone
	  ${0##*/} SUITE --run COMMAND…   a command inside instead of the tests
	  ${0##*/} SUITE --purge          deletes the folder and what was built for it

	  --dir DIR       the folder (default /var/tmp/atoll-slurm-SUITE; stays for the next time)

	SUITE is trixie (Slurm 24.11), forky or sid (26.05), or any other with Slurm in it.
	Exit codes: 0 all passed; 1 something failed; 2 usage.

	Examples:
	  ${0##*/} trixie
	  ${0##*/} trixie --tests SystemTests/Modifications
	  ${0##*/} sid --run scripts/testbed up /tmp/reef
	HELP
}

usage_error() {
    note "$1"
    printf '  see:  %s --help\n' "$0" >&2
    exit 2
}

parse_arguments() {
    OPT_SUITE='' OPT_DIR='' OPT_TESTS='SystemTests/' OPT_PURGE=no COMMAND=()
    while (($#)); do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --tests | --dir) (($# > 1)) || usage_error "$1 needs a value" ;;&
            --tests)
                OPT_TESTS=$2
                shift
                ;;
            --dir)
                OPT_DIR=$(realpath -m -- "$2")
                shift
                ;;
            --purge) OPT_PURGE=yes ;;
            --shell) COMMAND=(bash) ;;
            --run)
                shift
                (($#)) || usage_error "--run needs a command"
                COMMAND=("$@")
                break
                ;;
            -*) usage_error "unknown option $1" ;;
            *)
                [[ -z $OPT_SUITE ]] || usage_error "one argument too many: $1"
                [[ $1 =~ ^[a-z][a-z-]*$ ]] || usage_error "$1: no name of a suite"
                OPT_SUITE=$1
                ;;
        esac
        shift
    done
    [[ -n $OPT_SUITE ]] || usage_error "which Debian? trixie, forky, sid …"
    ROOM=${OPT_DIR:-/var/tmp/atoll-slurm-$OPT_SUITE}
}
