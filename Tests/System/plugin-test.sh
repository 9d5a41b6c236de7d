#!/usr/bin/env bash
# The job_submit plugin inside a real, private slurmctld, against a stand-in for atolld that
# records what it is asked and fails as told. Needs root. Prints `N passed, N failed`.
#
#   Tests/System/plugin-test.sh [--lua] [--keep]
#
# --lua: the same of atoll.lua in Slurm's job_submit/lua. --keep leaves the testbed up and says where.

set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../.." && pwd)
TESTBED=${TESTBED:-$ROOT/scripts/testbed}
HERE=$ROOT/Tests/System/plugin
KEEP=no HOOK=plugin
for word in "$@"; do
    case $word in
        --keep) KEEP=yes ;;
        --lua) HOOK=lua ;;
        *) echo "usage: plugin-test.sh [--lua] [--keep]" >&2 && exit 2 ;;
    esac
done

WORK=$(mktemp -d /tmp/atoll-plugin-test.XXXXXX)
chmod 755 "$WORK"

finish() {
    local code=$?
    if [[ $KEEP == yes ]]; then
        echo "kept: $WORK (source $WORK/bed/env.sh; down with: $TESTBED down $WORK/bed --purge)"
    else
        "$TESTBED" down "$WORK/bed" --purge >"$WORK/down.out" 2>&1 || cat "$WORK/down.out"
        rm -rf -- "$WORK"
    fi
    exit "$code"
}
trap finish EXIT

if [[ $HOOK == lua ]]; then
    make -s -C "$ROOT/plugins/lua" install LUADIR="$WORK/lua"
    cat >"$WORK/job_submit.lua" <<LUA
package.path = "$WORK/lua/?.lua;" .. package.path
local atoll = require "atoll"
slurm_job_submit = atoll.job_submit
slurm_job_modify = atoll.job_modify
LUA
    hook=(--lua "$WORK/job_submit.lua")
else
    make -s -C "$ROOT/plugins/job_submit" BUILD="$WORK/build"
    hook=(--plugin "$WORK/build/job_submit_atoll.so")
fi
cat >"$WORK/plugin.conf" <<CONF
socket = $WORK/atoll.sock
deadline_ms = 100
breaker_failures = 3
breaker_pause_s = 2
daemon_user = atoll
CONF
echo 'Licenses=matlab:10,abaqus:10' >"$WORK/extra.conf"

"$TESTBED" up "$WORK/bed" --nodes 4 "${hook[@]}" \
    --plugin-conf "$WORK/plugin.conf" --slurm-conf-extra "$WORK/extra.conf" >"$WORK/up.out" 2>&1 ||
    { cat "$WORK/up.out"; exit 1; }

# shellcheck source=/dev/null
source "$WORK/bed/env.sh"
HOOK=$HOOK TESTBED=$TESTBED python3 "$HERE/checks.py" "$WORK"
