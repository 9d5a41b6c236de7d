# shellcheck shell=bash
# The instance's Slurm configuration: slurm.conf, gres.conf, slurmdbd.conf.
#
# Every path and port is the instance's own, every address loopback. Nothing under /etc is read.

HOST=$(hostname -s)

make_folders() {
    local folder
    for folder in etc run log munge db state spool dev plugins out; do
        mkdir -p -- "$DIR/$folder"
        chmod 755 -- "$DIR/$folder"
    done
    chmod 755 -- "$DIR"
    chmod 1777 -- "$DIR/out"
    chown slurm -- "$DIR/state"
    chown slurm -- "$DIR/log"
    chown mysql -- "$DIR/db"
    make_gpu_devices
    check_users_can_reach
}

# Slurm counts a GPU only where File= is a character device; these are further names of /dev/null.
make_gpu_devices() {
    local k
    for k in 0 1 2 3; do
        [[ -c $DIR/dev/gpu$k ]] || mknod -m 666 "$DIR/dev/gpu$k" c 1 3 2>/dev/null ||
            fail "can't make a device in $DIR/dev: Slurm counts a GPU only on one" \
                "Take a folder on a file system, and in a container, that allows mknod."
    done
}

check_users_can_reach() {
    runuser -u nobody -- test -x "$DIR/out" 2>/dev/null ||
        fail "other users can't reach $DIR/out, so their jobs could not run there" \
            "Open the folders above it (chmod o+x), or take another, such as /tmp/reef."
}

write_configs() {
    # Known only now: the packages may have come a moment ago.
    SYSTEM_PLUGINS=$(echo /usr/lib/*/slurm-wlm)
    : >>"$DIR/etc/extra.conf"
    : >>"$DIR/etc/plugstack.conf"
    slurm_conf | replace_file "$DIR/etc/slurm.conf"
    gres_conf | replace_file "$DIR/etc/gres.conf"
    cgroup_conf | replace_file "$DIR/etc/cgroup.conf"
    if [[ $DBD == yes ]]; then
        slurmdbd_conf | replace_file "$DIR/etc/slurmdbd.conf" 600 slurm
    fi
}

# What the extra file says replaces our line of the same key (of the same node or partition).
slurm_conf() {
    {
        generated_slurm_conf
        if [[ $DBD == yes ]]; then accounting_with_dbd; else accounting_without_dbd; fi
        job_submit_plugins
        nodes_and_partitions
    } | awk -v extra="$DIR/etc/extra.conf" '
        function key(line,  words, k) {
            sub(/^[ \t]+/, "", line)
            split(line, words, /[ \t]+/)
            k = tolower(words[1])
            if (k !~ /^(nodename|partitionname|downnodes)=/) sub(/=.*/, "", k)
            return k
        }
        BEGIN {
            while ((getline line < extra) > 0)
                if (line !~ /^[ \t]*(#|$)/) told[key(line)] = 1
        }
        !(key($0) in told)
    '
    if [[ -s $DIR/etc/extra.conf ]]; then
        echo "# told by --slurm-conf-extra"
        cat -- "$DIR/etc/extra.conf"
    fi
}

job_submit_plugins() {
    case $LUA,$PLUGIN in
        yes,yes) echo "JobSubmitPlugins=lua,atoll" ;;
        yes,no) echo "JobSubmitPlugins=lua" ;;
        no,yes) echo "JobSubmitPlugins=atoll" ;;
    esac
}

generated_slurm_conf() {
    cat <<-CONF
	# Written by scripts/testbed; changes are lost. Use --slurm-conf-extra.
	ClusterName=$CLUSTER
	SlurmctldHost=$HOST(127.0.0.1)
	SlurmctldPort=$BASE_PORT
	SlurmdPort=$((BASE_PORT + 1))
	SlurmUser=slurm
	SlurmdUser=root
	AuthType=auth/munge
	# A requeued job waits until the credential of its last run has expired: 120 s by default.
	AuthInfo=socket=$DIR/munge/sock,cred_expire=10
	CredType=cred/munge
	CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
	StateSaveLocation=$DIR/state
	SlurmdSpoolDir=$DIR/spool/%n
	SlurmctldPidFile=$DIR/state/slurmctld.pid
	SlurmdPidFile=$DIR/spool/%n.pid
	SlurmctldLogFile=$DIR/log/slurmctld.log
	SlurmdLogFile=$DIR/log/slurmd.%n.log
	PluginDir=$DIR/plugins:$SYSTEM_PLUGINS
	PlugStackConfig=$DIR/etc/plugstack.conf
	ProctrackType=proctrack/linuxproc
	TaskPlugin=task/none
	JobAcctGatherType=jobacct_gather/none
	SwitchType=switch/none
	MpiDefault=none
	MailProg=/bin/true
	ReturnToService=2
	KillWait=2
	MinJobAge=300
	OverTimeLimit=0
	SchedulerType=sched/backfill
	SchedulerParameters=sched_min_interval=0,sched_interval=1,batch_sched_delay=0,bf_interval=1
	SelectType=select/cons_tres
	SelectTypeParameters=CR_Core_Memory
	PriorityType=priority/multifactor
	SlurmdParameters=config_overrides
	GresTypes=gpu
	MaxArraySize=100001
	MaxJobCount=200000
	CONF
}

accounting_with_dbd() {
    cat <<-CONF
	AccountingStorageType=accounting_storage/slurmdbd
	AccountingStorageTRES=gres/gpu,gres/gpu:h200
	AccountingStorageHost=127.0.0.1
	AccountingStoragePort=$((BASE_PORT + 2))
	AccountingStoragePass=$DIR/munge/sock
	AccountingStorageEnforce=associations,limits
	CONF
}

# Without slurmdbd, AccountingStorageTRES with a GRES, or a billing weight on one, is fatal.
accounting_without_dbd() { echo "AccountingStorageType=accounting_storage/none"; }

nodes_and_partitions() {
    local gpu_weight=',GRES/gpu=16'
    if [[ $DBD == no ]]; then gpu_weight=''; fi
    cat <<-CONF
	NodeName=n[1-$NODES] NodeHostname=$HOST NodeAddr=127.0.0.1 Port=[$((BASE_PORT + 11))-$((BASE_PORT + 10 + NODES))] CPUs=$((64 * THREADS)) Sockets=2 CoresPerSocket=32 ThreadsPerCore=$THREADS RealMemory=256000 Gres=gpu:h200:4 State=UNKNOWN
	PartitionName=cpu Nodes=n[1-$NODES] Default=YES MaxTime=7-0 DefaultTime=1:00:00 DefMemPerCPU=1000 State=UP
	PartitionName=gpu Nodes=n[1-$(((NODES + 1) / 2))] MaxTime=2-0 TRESBillingWeights="CPU=1.0,Mem=0.25G$gpu_weight" State=UP
	CONF
}

# Nothing here uses cgroups, but slurmd loads a plugin for them all the same, and that of v2 ends it
# where the machine has no systemd or both versions mounted. That of v1 looks only when it is used.
cgroup_conf() { echo "CgroupPlugin=cgroup/v1"; }

gres_conf() { echo "NodeName=n[1-$NODES] Name=gpu Type=h200 File=$DIR/dev/gpu[0-3]"; }

slurmdbd_conf() {
    cat <<-CONF
	# Written by scripts/testbed; changes are lost.
	DbdHost=localhost
	DbdAddr=127.0.0.1
	DbdPort=$((BASE_PORT + 2))
	SlurmUser=slurm
	AuthType=auth/munge
	AuthInfo=socket=$DIR/munge/sock
	CommunicationParameters=NoInAddrAny
	StorageType=accounting_storage/mysql
	StorageHost=localhost
	StorageUser=slurm
	StorageLoc=slurm_acct
	PidFile=$DIR/state/slurmdbd.pid
	LogFile=$DIR/log/slurmdbd.log
	PluginDir=$SYSTEM_PLUGINS
	CONF
}

write_env() {
    cat <<-ENV | replace_file "$DIR/env.sh"
	# Points Slurm's commands at this testbed:  source $DIR/env.sh
	export SLURM_CONF=$DIR/etc/slurm.conf
	export ATOLL_TESTBED=$DIR
	export ATOLL_TESTBED_CLUSTER=$CLUSTER
	export ATOLL_TESTBED_NODES=$NODES
	export ATOLL_TESTBED_DBD=$DBD
	export ATOLL_TESTBED_CTLD_PORT=$BASE_PORT
	export ATOLL_TESTBED_DBD_PORT=$((BASE_PORT + 2))
	export ATOLL_TESTBED_DB_SOCKET=$DIR/db/sock
	export SBATCH_OUTPUT=$DIR/out/slurm-%j.out
	case ":\$PATH:" in *:/usr/sbin:*) ;; *) export PATH=\$PATH:/usr/sbin ;; esac
	# as USER COMMAND…: as that user, in a folder the user may write; this environment is kept.
	as() {
	    local user=\$1
	    shift
	    (cd "\$ATOLL_TESTBED/out" && exec setpriv --reuid "\$user" --regid "\$user" --init-groups -- "\$@")
	}
	ENV
}
