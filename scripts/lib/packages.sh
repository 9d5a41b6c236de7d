#!/usr/bin/env bash
# Installs those Debian packages that the build and the testbed need and that are missing.
#
# Starts no service: while apt-get runs, a policy-rc.d forbids it; one that is there already is
# never touched. Run it, or source it and call ensure_packages.

# Installing goes on in a subshell, whose settings are its own on purpose.
# shellcheck disable=SC2030,SC2031
# shellcheck source=say.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/say.sh"

NEEDED_PACKAGES=(
    slurmctld slurmd slurmdbd slurm-client slurm-wlm-basic-plugins slurm-wlm-mysql-plugin
    munge mariadb-server
    libslurm-dev libsqlite3-dev zlib1g-dev libjson-c-dev pkg-config make gcc libc6-dev git
    iproute2 passwd
)
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK='# atoll: no service starts while packages are installed'

# ensure_packages [MORE…]: those above, and these.
ensure_packages() {
    local missing=()
    NEEDED_PACKAGES+=("$@")
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "these packages are missing, and there is no apt-get: ${missing[*]}" \
            "The testbed needs Debian 12 or a relative of it; install their like by hand."
    ((EUID == 0)) ||
        fail "these packages are missing: ${missing[*]}" \
            "As root:  apt-get install --no-install-recommends ${missing[*]}" \
            "or run this script once as root."
    install_packages "${missing[@]}" || exit 1
}

missing_packages() {
    local name status
    declare -A installed=()
    while read -r name status; do
        if [[ $status == 'install ok installed' ]]; then installed[$name]=1; fi
    done < <(dpkg-query -W -f '${Package} ${Status}\n' "${NEEDED_PACKAGES[@]}" 2>/dev/null)
    for name in "${NEEDED_PACKAGES[@]}"; do
        [[ -n ${installed[$name]-} ]] || say "$name"
    done
}

# A subshell, so that its EXIT trap takes the policy away whatever happens. An interruption ends a
# download, but never the unpacking: a package half installed would spoil the machine.
install_packages() (
    log=$(mktemp -t atoll-packages.XXXXXX.log)
    apt_get=(apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold)
    APT_PID='' APT_UNPACKS=no
    trap 'stop_apt; lift_service_ban' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    forbid_services "$@"
    export DEBIAN_FRONTEND=noninteractive
    say "installing $# packages: $*"
    run_apt "apt-get update" "${apt_get[@]}" update ||
        fail_with_log "apt-get update failed" "$log" "Look at the network and /etc/apt/sources.list."
    run_apt "downloading packages" "${apt_get[@]}" install -y --no-install-recommends --download-only "$@" ||
        fail_with_log "the packages can't be downloaded" "$log" \
            "Try by hand:  apt-get install --no-install-recommends $*"
    APT_UNPACKS=yes
    # What an earlier installation, killed halfway, left behind.
    if [[ -n $(dpkg --audit 2>/dev/null) ]]; then
        run_apt "completing what is half installed" dpkg --configure -a --force-confold || :
    fi
    run_apt "installing packages" "${apt_get[@]}" install -y --no-install-recommends "$@" ||
        fail_with_log "apt-get install failed" "$log" \
            "Try by hand:  apt-get install --no-install-recommends $*"
    rm -f -- "$log"
)

# run_apt LABEL COMMAND…: in a session of its own, where a terminal's Ctrl-C doesn't reach it.
run_apt() {
    local label=$1 code=0
    shift
    setsid "$@" >>"$log" 2>&1 </dev/null &
    APT_PID=$!
    wait_until "$label" 1800 has_ended "$APT_PID" || fail_with_log "$label: no end after 1800 s" "$log"
    wait "$APT_PID" || code=$?
    APT_PID=''
    return "$code"
}

stop_apt() {
    [[ -n $APT_PID ]] || return 0
    if [[ $APT_UNPACKS == yes ]]; then
        note "interrupted; the packages that are being unpacked are finished first"
    else
        kill -TERM "$APT_PID" 2>/dev/null || :
    fi
    wait "$APT_PID" || :
}

# Without a policy ours is linked into place in one step (ln refuses where a file is); with one we
# only ask it.
forbid_services() {
    local draft code=0
    if [[ ! -e $POLICY && ! -L $POLICY ]]; then
        draft=$(mktemp "$POLICY.XXXXXX")
        printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" >"$draft"
        chmod 755 -- "$draft"
        ln -T -- "$draft" "$POLICY" 2>/dev/null || :
        rm -f -- "$draft"
    fi
    "$POLICY" slurmctld start >/dev/null 2>&1 || code=$?
    ((code == 101)) ||
        fail "$POLICY lets installed services start, and it isn't ours to change" \
            "Install by hand where that is all right:" \
            "  apt-get install --no-install-recommends $*"
}

lift_service_ban() {
    if grep -qsxF -- "$POLICY_MARK" "$POLICY"; then rm -f -- "$POLICY"; fi
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    ensure_packages "$@"
fi
