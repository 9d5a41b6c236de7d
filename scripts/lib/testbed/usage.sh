# shellcheck shell=bash
# The command line: help, and what is wrong with it (exit 2).

usage() {
    cat <<-HELP
	A private, real Slurm under one folder: munge, MariaDB, slurmdbd, slurmctld, slurmds.
	It touches no other Slurm, database or service of the machine. Needs root.

	  ${0##*/} up DIR [options]       make it, start it, or repair it; says what to source
	  ${0##*/} down DIR [--purge]     stop all of it; --purge deletes DIR too
	  ${0##*/} status DIR             each daemon, its pid, its health; 0 only if all are well
	  ${0##*/} start|stop|restart DIR DAEMON
	  ${0##*/} kill|freeze|thaw DIR DAEMON     SIGKILL, SIGSTOP, SIGCONT

	DAEMON is munged, mariadbd, slurmdbd, slurmctld, slurmd (all nodes) or a node: n1, n2, …

	Options of up; one that is left out keeps its value of the time before:
	  --nodes N                 slurmds, each 64 cores, 256000 MB, 4 GPUs (default 4)
	  --threads-per-core N      CPUs of a core, 1 to 8 (default 1)
	  --no-dbd                  no slurmdbd and no MariaDB (accounting_storage/none)
	  --cluster NAME            ClusterName (default reef)
	  --plugin PATH.so          loaded as job_submit/atoll; a changed one restarts slurmctld;
	                            'none' takes it out again
	  --plugin-conf FILE        copied beside slurm.conf as job_submit_atoll.conf
	  --lua FILE                copied beside slurm.conf as job_submit.lua, and loaded before
	                            atoll; 'none' takes it out again
	  --slurm-conf-extra FILE   lines for slurm.conf; they replace ours of the same key
	  --accounts FILE           sacctmgr commands, one a line, or a sacctmgr
	                            dump; or 'default', 'none'
	  --base-port P             the first of the ports; otherwise free ones are found

	Examples:
	  ${0##*/} up /tmp/reef
	  source /tmp/reef/env.sh
	  as atoll-ada sbatch -n4 --wrap 'sleep 5'
	  sacct -aX
	  ${0##*/} restart /tmp/reef slurmctld
	  ${0##*/} up /tmp/reef --plugin ./job_submit_atoll.so --plugin-conf ./plugin.conf
	  ${0##*/} down /tmp/reef --purge
	HELP
}

usage_error() {
    note "$1"
    printf '  see:  %s --help\n' "$0" >&2
    exit 2
}

# parse_arguments ARGUMENT…: sets COMMAND, the OPT_… and OPERANDS.
parse_arguments() {
    COMMAND='' OPERANDS=()
    OPT_NODES='' OPT_THREADS='' OPT_DBD='' OPT_CLUSTER='' OPT_PLUGIN='' OPT_PLUGIN_CONF='' OPT_LUA=''
    OPT_EXTRA='' OPT_ACCOUNTS='' OPT_BASE_PORT='' OPT_PURGE=no
    while (($#)); do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --no-dbd) only_for up "$1" && OPT_DBD=no ;;
            --purge) only_for down "$1" && OPT_PURGE=yes ;;
            --nodes | --threads-per-core | --cluster | --plugin | --plugin-conf | --lua | \
                --slurm-conf-extra | --accounts | --base-port)
                only_for up "$1"
                (($# > 1)) || usage_error "$1 needs a value"
                take_value "$1" "$2"
                shift
                ;;
            -*) usage_error "unknown option $1" ;;
            *) if [[ -z $COMMAND ]]; then COMMAND=$1; else OPERANDS+=("$1"); fi ;;
        esac
        shift
    done
    check_operands
}

only_for() {
    [[ -z $COMMAND || $COMMAND == "$1" ]] || usage_error "$2 belongs to $1, not to $COMMAND"
}

take_value() {
    case $1 in
        --nodes)
            [[ $2 =~ ^[1-9][0-9]{0,2}$ ]] || usage_error "--nodes $2: a number from 1 to 999"
            OPT_NODES=$2
            ;;
        --threads-per-core)
            [[ $2 =~ ^[1-8]$ ]] || usage_error "--threads-per-core $2: a number from 1 to 8"
            OPT_THREADS=$2
            ;;
        --base-port)
            [[ $2 =~ ^[1-9][0-9]{3,4}$ && $2 -ge 1024 && $2 -le 64000 ]] ||
                usage_error "--base-port $2: a number from 1024 to 64000"
            OPT_BASE_PORT=$2
            ;;
        --cluster)
            [[ $2 =~ ^[a-z][a-z0-9_]{0,39}$ ]] ||
                usage_error "--cluster $2: small letters, digits and _, a letter first"
            OPT_CLUSTER=$2
            ;;
        --accounts)
            [[ $2 == none || $2 == default ]] || readable "$1" "$2"
            OPT_ACCOUNTS=$2
            ;;
        --plugin)
            [[ $2 == none ]] || readable "$1" "$2"
            OPT_PLUGIN=$2
            ;;
        --lua)
            [[ $2 == none ]] || readable "$1" "$2"
            OPT_LUA=$2
            ;;
        --plugin-conf) readable "$1" "$2" && OPT_PLUGIN_CONF=$2 ;;
        --slurm-conf-extra) readable "$1" "$2" && OPT_EXTRA=$2 ;;
    esac
}

readable() { [[ -r $2 && ! -d $2 ]] || usage_error "$1 $2: can't be read"; }

check_operands() {
    local wanted
    case $COMMAND in
        up | down | status) wanted=1 ;;
        start | stop | restart | kill | freeze | thaw) wanted=2 ;;
        '') usage_error "what to do? up, down, status, start, stop, restart, kill, freeze or thaw" ;;
        *) usage_error "unknown command $COMMAND" ;;
    esac
    ((${#OPERANDS[@]} >= 1)) || usage_error "$COMMAND needs the folder"
    ((${#OPERANDS[@]} >= wanted)) || usage_error "$COMMAND needs a daemon after the folder"
    ((${#OPERANDS[@]} == wanted)) || usage_error "one argument too many: ${OPERANDS[wanted]}"
}
