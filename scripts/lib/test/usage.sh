# shellcheck shell=bash
# The command line: help, and what is wrong with it (exit 2).

usage() {
    cat <<-HELP
	Runs every check and test, and goes on where one fails. Installs missing Debian packages first.

	  ${0##*/}              all of it (needs root, for the system tests)
	  ${0##*/} --quick      format, build with warnings as errors, unit tests
	  ${0##*/} --system     the tests with a real, private Slurm, and the demo (needs root)

	Each part's output is kept in .build/test-logs/; where a system test could not go on, atolld's log is in
	its folder attachments. The last line is the sum: N passed, N failed.
	Exit codes: 0 all passed; 1 something failed; 2 usage.
	HELP
}

usage_error() {
    note "$1"
    printf '  see:  %s --help\n' "$0" >&2
    exit 2
}

parse_arguments() {
    OPT_QUICK=yes OPT_SYSTEM=yes
    case ${1-} in
        '') ;;
        --quick) OPT_SYSTEM=no ;;
        --system) OPT_QUICK=no ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) usage_error "unknown argument $1" ;;
    esac
    (($# < 2)) || usage_error "one argument too many: $2"
    ((EUID == 0)) || [[ $OPT_SYSTEM == no ]] ||
        fail "the system tests need root, for jobs of different users" "Run it with sudo, or:  $0 --quick"
}
