# shellcheck shell=bash
# Debian's other suites, looked at from a folder of our own: the machine's sources, lists and packages
# stay as they are. Needs say.sh.

# debian_mirror: sets REPLY to the address of the mirror that this machine uses.
debian_mirror() {
    # shellcheck disable=SC2016
    REPLY=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Identifier: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }') || REPLY=''
    [[ -n $REPLY ]] || return 1
}

# private_apt DIR SUITE…: makes an apt of our own under DIR; apt_there uses it.
private_apt() {
    local dir=$1 mirror suite
    shift
    debian_mirror || return 1
    mirror=$REPLY
    mkdir -p -- "$dir"/{state,lists/partial,cache/archives/partial}
    : >"$dir/status"
    for suite in "$@"; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
    done >"$dir/sources.list"
    cat >"$dir/apt.conf" <<-CONF
	Dir::State "$dir/state";
	Dir::State::Lists "$dir/lists";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir/cache";
	Dir::Etc::SourceList "$dir/sources.list";
	Dir::Etc::SourceParts "-";
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	CONF
    PRIVATE_APT=$dir/apt.conf
}

apt_there() { APT_CONFIG=$PRIVATE_APT "$@"; }
