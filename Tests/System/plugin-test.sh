#!/usr/bin/env bash
# The job_submit plugin inside a real, private slurmctld, against a stand-in for atolld that
# records what it is asked and fails as told. Needs root. Prints `N passed, N failed`.
#
#   Tests/System/plugin-test.sh [--keep]       --keep leaves the testbed up and says where

set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../.." && pwd)
TESTBED=${TESTBED:-$ROOT/scripts/testbed}
HERE=$ROOT/Tests/System/plugin
KEEP=no
[[ ${1-} != --keep ]] || KEEP=yes

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

make -s -C "$ROOT/plugins/job_submit" BUILD="$WORK/build"
cat >"$WORK/plugin.conf" <<CONF
socket = $WORK/atoll.sock
deadline_ms = 100
breaker_failures = 3
breaker_pause_s = 2
daemon_user = atoll
CONF
echo 'Licenses=matlab:10,abaqus:10' >"$WORK/extra.conf"

"$TESTBED" up "$WORK/bed" --nodes 4 --plugin "$WORK/build/job_submit_atoll.so" \
    --plugin-conf "$WORK/plugin.conf" --slurm-conf-extra "$WORK/extra.conf" >"$WORK/up.out" 2>&1 ||
    { cat "$WORK/up.out"; exit 1; }

# shellcheck source=/dev/null
source "$WORK/bed/env.sh"
TESTBED=$TESTBED python3 "$HERE/checks.py" "$WORK"
