# shellcheck shell=bash
# The command line: help, and what is wrong with it (exit 2).

DEFAULT_FOLDER=/tmp/atoll-demo

usage() {
    cat <<-HELP
	Shows what Atoll does, with real jobs on a private, real Slurm. Needs root, for jobs of different
	users; Debian 12 and a Swift 6.3 toolchain. Installs missing Debian packages, builds, tells the
	story, checks every figure of it, and stops what it started. Beyond its folder, the packages and
	the users atoll, atoll-ada, atoll-ben, atoll-cleo nothing of the machine is touched.

	  ${0##*/} [--keep] [--anew] [--dir DIR] [--no-dbd]
	  ${0##*/} --stop [--dir DIR]

	  --keep       leave Slurm and atolld running, and say how to talk to them; it is not run again over
	               what it left, until --stop or --anew says so
	  --anew       stop what --keep left, delete it with all its books, and begin anew
	  --stop       stop what --keep left, and delete its folder
	  --dir DIR    the folder for all of it (default $DEFAULT_FOLDER)
	  --no-dbd     a Slurm without slurmdbd

	Exit codes: 0 as told; 1 something came out otherwise, the logs are kept; 2 usage.
	HELP
}

usage_error() {
    note "$1"
    printf '  see:  %s --help\n' "$0" >&2
    exit 2
}

parse_arguments() {
    OPT_KEEP=no OPT_ANEW=no OPT_STOP=no OPT_DBD=yes OPT_DIR=$DEFAULT_FOLDER
    while (($#)); do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --keep) OPT_KEEP=yes ;;
            --anew) OPT_ANEW=yes ;;
            --stop) OPT_STOP=yes ;;
            --no-dbd) OPT_DBD=no ;;
            --dir)
                (($# > 1)) || usage_error "--dir needs a folder"
                OPT_DIR=$2
                shift
                ;;
            *) usage_error "unknown argument $1" ;;
        esac
        shift
    done
    [[ $OPT_STOP == no || $OPT_KEEP == no ]] || usage_error "--keep or --stop, not both"
}
