#!/usr/bin/env bash
# What atoll-gauge says of a real Slurm, against what Slurm's own commands say.
#
#   Tests/System/gauge-test.sh DIR        DIR: a running testbed (scripts/testbed up DIR)
#
# The gauge is $ATOLL_GAUGE, or else the one built for debugging. Needs root, as the testbed does.
# It leaves its jobs cancelled; everything else in DIR is as before.
set -u -o pipefail

dir=${1:?usage: gauge-test.sh DIR}
# shellcheck source=/dev/null
source "$dir/env.sh"
[[ $ATOLL_TESTBED_DBD == yes ]] || {
    echo "$dir has no slurmdbd to compare with; make it without --no-dbd" >&2
    exit 2
}
gauge=${ATOLL_GAUGE:-$(cd "$(dirname "$0")/../.." && pwd)/.build/debug/atoll-gauge}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check NAME EXPECTED FOUND
check() {
    if [[ $2 == "$3" ]]; then
        passed=$((passed + 1))
        echo "ok      $1"
    else
        failed=$((failed + 1))
        echo "FAILED  $1"
        diff <(echo "$2") <(echo "$3") | sed 's/^/        /' | head -20
    fi
}

# columns NAME,NAME… < records: those columns of each record, | between.
columns() {
    awk -F'|' -v wanted="$1" '
        /^#/ { next }
        !place_of_known { for (i = 1; i <= NF; i++) place[$i] = i; place_of_known = 1; next }
        { n = split(wanted, names, ","); line = ""
          for (i = 1; i <= n; i++) line = line (i > 1 ? "|" : "") $(place[names[i]])
          print line }'
}

# Each TRES list of a line in one order, as slurmctld and sacct have different ones.
ordered_tres() {
    awk -F'|' -v OFS='|' '{
        for (i = 1; i <= NF; i++) if ($i ~ /=.*,/) {
            n = split($i, part, ",")
            for (a = 2; a <= n; a++)
                for (b = a; b > 1 && part[b] < part[b - 1]; b--) {
                    t = part[b]; part[b] = part[b - 1]; part[b - 1] = t
                }
            $i = part[1]; for (a = 2; a <= n; a++) $i = $i "," part[a]
        }
        print }'
}

# Of a run that still goes on, sacct and the gauge count the seconds a moment apart.
ended_only() { awk -F'|' -v OFS='|' '{ if ($10 == "") $11 = ""; print }'; }

# submit USER ARGUMENT…: the new job's id.
submit() {
    local user=$1
    shift
    as "$user" sbatch --parsable --output /dev/null "$@" --wrap 'sleep 300'
}

# await STATE JOB: until the job shows so, at most 20 s.
await() {
    for _ in $(seq 100); do
        [[ $(scontrol -o show job "$2" 2>/dev/null) == *"JobState=$1"* ]] && return
        sleep 0.2
    done
    echo "job $2 never came to be $1" >&2
}

begin=$(date +%s)

# ---- jobs of every sort -------------------------------------------------------------------------
plain=$(submit atoll-ada -n4 --job-name 'a|b\c')
suspended=$(submit atoll-ada -n2)
requeued=$(submit atoll-ben -n2)
array=$(submit atoll-ben -n1 --array=0-199:3%2)
het=$(submit atoll-cleo -n1 : -n2)
held=$(submit atoll-cleo -n1 --hold -t UNLIMITED -p cpu 2>/dev/null || submit atoll-cleo -n1 --hold)
gpu=$(submit atoll-ada -n1 -p gpu --gres=gpu:h200:2 --mem=1000M)
untyped=$(submit atoll-ada -n1 -p gpu --gpus=1 --mem=1000M)
for job in "$plain" "$suspended" "$requeued" "$gpu" "$untyped"; do await RUNNING "$job"; done
scancel "${array}_30" "${array}_36" "${array}_[60-90]" "${array}_120"
scontrol suspend "$suspended"
sleep 3
scontrol resume "$suspended"
sleep 1
middle=$(date +%s)
scontrol requeue "$requeued"
scancel "$held"
# A requeued job waits two minutes by itself.
sleep 1
scontrol update jobid="$requeued" starttime=now
await RUNNING "$requeued"

"$gauge" jobs >"$work/jobs"
check 'jobs: every record of slurmctld, arrays with all their tasks' \
    "$(SLURM_BITSTR_LEN=0 scontrol -ao show job | sed -E \
        's/^JobId=([0-9]+)( .*ArrayTaskId=([^ ]*))? .*JobName.*/\1|\3/' |
        sed 's/|4294967294$/|/' | sort)" \
    "$(columns JobIDRaw,ArrayTaskID,ArrayTaskStr <"$work/jobs" |
        awk -F'|' '{ print $1 "|" $2 $3 }' | sort)"
check 'jobs: a stream ends with the count of its rows' \
    "#end rows=$(grep -vc '^#' "$work/jobs" | awk '{ print $1 - 1 }')" \
    "$(tail -1 "$work/jobs")"
check 'jobs: state, uid, account, QOS, partition and nodes as scontrol has them' \
    "$(scontrol -ao show job | sed -E \
        's/^JobId=([0-9]+) .*UserId=[^(]*\(([0-9]+)\).* Account=([^ ]*) QOS=([^ ]*) JobState=([^ ]*) .*Partition=([^ ]*) .*NumNodes=([0-9]+).*/\1|\5|\2|\3|\4|\6|\7/' | sort)" \
    "$(columns JobIDRaw,State,UID,Account,QOS,Partition,NNodes <"$work/jobs" | sort)"
for job in "$plain" "$gpu" "$untyped" "$het"; do
    check "jobs: the TRES of job $job are scontrol's" \
        "$(scontrol -o show job "$job" | grep -oE ' (Alloc)?TRES=[^ ]*' | head -1 | cut -d= -f2-)" \
        "$(columns JobIDRaw,AllocTRES <"$work/jobs" | awk -F'|' -v j="$job" '$1 == j { print $2 }')"
done
check 'jobs: a name with | and \ is escaped' 'a\|b\\c' \
    "$(grep "^$plain|" "$work/jobs" | sed 's/.*|0|//')"
check 'jobs: a suspend and a resume show as time and seconds before' "$suspended|RUNNING|yes" \
    "$(columns JobIDRaw,State,SuspendTime,PreSuspended <"$work/jobs" | awk -F'|' -v j="$suspended" \
        -v b="$begin" '$1 == j { print $1 "|" $2 "|" ($3 >= b && $4 > 0 ? "yes" : $3 " " $4) }')"
check 'jobs: a requeued job counts its restart' 1 \
    "$(columns JobIDRaw,Restarts <"$work/jobs" | awk -F'|' -v j="$requeued" '$1 == j { print $2 }')"
check 'jobs: het components tell leader and offset' "$het+0|$het|0
$het+1|$het|1" "$(columns JobID,HetJobID,HetJobOffset <"$work/jobs" | grep "^$het+" | sort)"

# ---- history ------------------------------------------------------------------------------------
scancel "$plain" "$suspended" "$gpu" "$untyped" "$het" "$array" "$requeued"
sleep 6
end=$(($(date +%s) + 1))
fields=JobID,JobIDRaw,User,Account,Partition,QOS,Submit,Eligible,Start,End,ElapsedRaw,State
fields=$fields,NNodes,AllocTRES,ReqTRES,TimelimitRaw,DBIndex
SLURM_TIME_FORMAT=%s sacct -aXDPn --noconvert -S "@$begin" -E "@$end" -o "$fields" 2>/dev/null |
    grep . >"$work/sacct" ||
    SLURM_TIME_FORMAT=%s sacct -aXDPn --noconvert -S "$(date -d "@$begin" +%FT%T)" \
        -E "$(date -d "@$end" +%FT%T)" -o "$fields" >"$work/sacct"
"$gauge" history --start "$begin" --end "$end" >"$work/history"
check 'history: every run as sacct has it' \
    "$(sed -E 's/\|(None|Unknown)/|/g' "$work/sacct" | ended_only | ordered_tres | sort)" \
    "$(columns "$fields" <"$work/history" | ended_only | ordered_tres | sort)"
check 'history: both runs of the requeued job' 2 \
    "$(columns JobIDRaw <"$work/history" | grep -cx "$requeued")"
check 'history: seconds suspended are told apart from those run' yes \
    "$(columns JobIDRaw,Start,End,ElapsedRaw,Suspended <"$work/history" | awk -F'|' \
        -v j="$suspended" '$1 == j { print ($5 > 0 && $3 - $2 == $4 + $5 ? "yes" : $0) }')"
check 'history: a page ending amid the runs writes none twice and loses none' \
    "$(columns DBIndex <"$work/history" | sort)" \
    "$("$gauge" history --start $((middle - 7200)) --end "$end" | columns DBIndex,End | awk -F'|' \
        -v b="$begin" '$2 == "" || $2 >= b { print $1 }' | sort)"
# By name slurmdbd shows also what waits and is not eligible.
for expected in 1 1000000000; do
    check "history: pages for $expected expected runs, the same rows" \
        "$(columns DBIndex <"$work/history" | sort)" \
        "$("$gauge" history --start "$begin" --end "$end" --expect "$expected" | columns DBIndex | sort)"
done
check 'history: only the columns that are asked for, in that order' \
    "End|JobIDRaw $(columns End,JobIDRaw <"$work/history" | sort | cksum)" \
    "$("$gauge" history --start "$begin" --end "$end" --columns End,JobIDRaw >"$work/two"
        sed -n 2p "$work/two") $(columns End,JobIDRaw <"$work/two" | sort | cksum)"
check 'history: of those that ended, columns and pages change nothing' \
    "$("$gauge" history --start "$begin" --end "$end" --ended | columns DBIndex | sort)" \
    "$("$gauge" history --start "$begin" --end "$end" --ended --expect 7 --columns DBIndex |
        columns DBIndex | sort)"
check 'history: of named jobs it is their runs alone, without the other tasks of an array' \
    "$(columns JobIDRaw,DBIndex,Start <"$work/history" |
        awk -F'|' -v a="$requeued" -v b="$array" -v c="$het" \
            '$3 != "" && ($1 == a || $1 == b || $1 == c) { print $2 }' | sort)" \
    "$("$gauge" history --start "$begin" --end "$end" --jobs "$requeued,$array,$het,4000000000" |
        columns DBIndex,Start | awk -F'|' '$2 != "" { print $1 }' | sort)"
check 'history: a named job is found however long ago it is looked for from' \
    "$(columns JobIDRaw,DBIndex <"$work/history" | awk -F'|' -v a="$plain" '$1 == a { print $2 }')" \
    "$("$gauge" history --start 2001-01-01 --end "$end" --jobs "$plain" | columns DBIndex)"
check 'history: needs no slurmctld when it is told the cluster' \
    "$(columns DBIndex <"$work/history" | sort)" \
    "$("$gauge" history --cluster "$ATOLL_TESTBED_CLUSTER" --start "$begin" --end "$end" |
        columns DBIndex | sort)"

# ---- the cluster --------------------------------------------------------------------------------
check 'partitions: name, state, CPUs and nodes as scontrol has them' \
    "$(scontrol -o show partition | sed -E \
        's/^PartitionName=([^ ]*).* State=([^ ]*) TotalCPUs=([0-9]*) TotalNodes=([0-9]*).*/\1|\2|\3|\4/')" \
    "$("$gauge" partitions | columns PartitionName,State,TotalCPUs,TotalNodes)"
check 'nodes: name, CPUs, memory and gres as scontrol has them' \
    "$(scontrol -o show node | sed -E \
        's/^NodeName=([^ ]*).* CPUTot=([0-9]*).* Gres=([^ ]*).* RealMemory=([0-9]*).*/\1|\2|\4|\3/')" \
    "$("$gauge" nodes | columns NodeName,CPUs,RealMemory,Gres)"
check 'config: as scontrol shows it' \
    "$(scontrol show config | sed -n 's/^\(ClusterName\|MinJobAge\|SelectType\) *= /\1|/p')" \
    "$("$gauge" config | grep -E '^(ClusterName|MinJobAge|SelectType)\|')"
check 'associations: as sacctmgr shows them' \
    "$(sacctmgr -nP show associations cluster="$ATOLL_TESTBED_CLUSTER" \
        format=account,user,parentname | sort)" \
    "$("$gauge" associations | columns Account,User,ParentAccount | sort)"
check 'associations: the operators are those that sacctmgr shows' \
    "$(sacctmgr -nP show user format=user,adminlevel | sed -n 's/|\(Operator\|Administrator\)$//p' |
        sort | paste -sd,)" \
    "$("$gauge" associations | columns Account,User,Operators | sed -n 's/^root||//p')"
check 'associations: slurmctld keeps the same' \
    "$("$gauge" associations | grep -v '^#' | sort)" \
    "$("$gauge" associations --from slurmctld | grep -v '^#' | sort)"

# One that is older than a day is kept and marked.
sacctmgr -i add user atoll-cleo account=astro >/dev/null
cleo() {
    mariadb --no-defaults -S "$ATOLL_TESTBED_DB_SOCKET" slurm_acct \
        -e "$1 WHERE user = 'atoll-cleo' AND acct = 'astro'"
}
cleo "UPDATE ${ATOLL_TESTBED_CLUSTER}_assoc_table SET creation_time = creation_time - 86400"
sacctmgr -i delete user atoll-cleo account=astro >/dev/null
check 'associations: a deleted one is there where it is asked for' $'astro|atoll-cleo\n' \
    "$("$gauge" associations --with-deleted | columns Account,User | grep 'astro|atoll-cleo')
$("$gauge" associations | columns Account,User | grep 'astro|atoll-cleo')"
cleo "DELETE FROM ${ATOLL_TESTBED_CLUSTER}_assoc_table"

# ---- reservations -------------------------------------------------------------------------------
scontrol create reservation reservationname=gauge-test starttime=now duration=10 \
    nodes=n1 users=root,atoll-ada flags=ignore_jobs >/dev/null
check 'reservations: as it was made' 'gauge-test|n1|root,atoll-ada|600|yes' \
    "$("$gauge" reservations | columns ReservationName,Nodes,Users,Start,End,Flags |
        awk -F'|' -v OFS='|' '$1 == "gauge-test" {
            print $1, $2, $3, $5 - $4, ($6 ~ /IGNORE_JOBS/ ? "yes" : $6) }')"
sleep 3
scontrol delete reservationname=gauge-test
sleep 2
check 'reservation-history: it stays on record, with its TRES by name' 'gauge-test|cpu=64' \
    "$("$gauge" reservation-history --start "$begin" --end "$((end + 60))" |
        columns ReservationName,TRES | grep gauge-test | cut -d, -f1 | tail -1)"

# ---- nodes that were down -----------------------------------------------------------------------
scontrol update nodename=n4 state=drain reason=gauge-test
sleep 2
scontrol update nodename=n4 state=resume
sleep 1
drained() {
    "$gauge" node-events --start "$begin" --end "$(($(date +%s) + 60))" |
        columns NodeName,Start,End,TRES,IsMaintenance | awk -F'|' -v OFS='|' '$1 == "n4" {
            split($4, tres, ","); print $1, ($3 > $2 ? "yes" : $3), tres[1], $5 }' | tail -1
}
# slurmctld sends it to slurmdbd in its own time.
for _ in $(seq 30); do
    [[ $(drained) != 'n4|yes|'* ]] || break
    sleep 1
done
check 'node-events: when a node was drained, with its TRES by name' 'n4|yes|cpu=64|0' "$(drained)"

# ---- what can go wrong --------------------------------------------------------------------------
# outcome COMMAND…: the exit code, and "said" if the last line of stderr is the gauge's own; above
# it libslurm may have said something ("atoll-gauge: error: …").
outcome() {
    "$@" >/dev/null 2>"$work/stderr"
    echo "$? $(tail -1 "$work/stderr" | grep -v ': error: ' | sed 's/^atoll-gauge: .*/said/')"
}
check 'a missing slurm.conf is an error at once' '1 said' \
    "$(SLURM_CONF=/nonexistent/slurm.conf outcome timeout 5 "$gauge" jobs)"
printf 'NoSuchKey=1\n' >"$work/bad.conf"
check 'libslurm ending the process is explained' '1 said' \
    "$(SLURM_CONF=$work/bad.conf outcome "$gauge" jobs)"
check 'a column that slurmdbd has not is a usage error' 2 \
    "$(outcome "$gauge" history --start "$begin" --columns JobIDRaw,NodeList | cut -d' ' -f1)"
check 'a wrong option is a usage error' 2 "$(outcome "$gauge" history | cut -d' ' -f1)"
for ids in '' 12,x 0 12,,13; do
    check "--jobs '$ids' is a usage error" 2 \
        "$(outcome "$gauge" history --start "$begin" --jobs "$ids" | cut -d' ' -f1)"
done
sed 's/^SlurmctldPort=.*/SlurmctldPort=1/' "$SLURM_CONF" >"$work/slurm.conf"
check 'nobody at slurmctld'\''s port' '3 said' "$(SLURM_CONF=$work/slurm.conf outcome "$gauge" jobs)"
sed 's/^AccountingStoragePort=.*/AccountingStoragePort=1/' "$SLURM_CONF" >"$work/slurm.conf"
check 'nobody at slurmdbd'\''s port' '4 said' \
    "$(SLURM_CONF=$work/slurm.conf outcome "$gauge" history --cluster x --start "$begin")"
check 'a reader that goes away is no reason to complain' '#atoll-records 0' \
    "$("$gauge" config 2>"$work/stderr" | head -1 | cut -d' ' -f1) $(wc -l <"$work/stderr")"

echo "$passed passed, $failed failed"
((failed == 0))
