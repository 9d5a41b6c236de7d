# shellcheck shell=bash
# A room with another Debian, and so another Slurm, in it: a folder to chroot into, with processes,
# ports and host name of its own. Needs say.sh, packages.sh, debian.sh.

# What a room needs beyond what the testbed and the build need.
ROOM_PACKAGES=(procps python3 lua5.1 lua-posix)

# make_room DIR SUITE LOG: from nothing, or from what an interrupted run left.
make_room() {
    local dir=$1 suite=$2 log=$3 include script=()
    if [[ -e $dir/.atoll-room ]]; then return 0; fi
    debian_mirror || fail "no Debian mirror is set up on this machine" "Look at:  apt-get indextargets"
    rm -rf --one-file-system -- "$dir"
    mkdir -p -- "$dir"
    # Suites younger than this machine's debootstrap are made as sid is.
    if [[ ! -e /usr/share/debootstrap/scripts/$suite ]]; then
        script=(/usr/share/debootstrap/scripts/sid)
    fi
    include=$(IFS=,; echo "${NEEDED_PACKAGES[*]},${ROOM_PACKAGES[*]}")
    with_progress "installing Debian $suite" "$log" debootstrap --variant=minbase \
        "--include=$include" "$suite" "$dir" "$REPLY" "${script[@]}" ||
        fail_with_log "debootstrap failed" "$log" "Is $suite a suite of Debian with Slurm in it?"
    : >"$dir/.atoll-room"
}

# headers_of DIR TO: TO/include and TO/lib with nothing in them but the room's Slurm.
headers_of() {
    local libraries=("$1"/usr/lib/*/libslurm.so.*.*.*)
    [[ -e ${libraries[0]} ]] || fail "$1 has no libslurm"
    mkdir -p -- "$2/include" "$2/lib"
    ln -sfn -- "$1/usr/include/slurm" "$2/include/slurm"
    ln -sfn -- "${libraries[0]}" "$2/lib/libslurm.so"
}

# in_room DIR FOLDERS COMMAND…: FOLDERS (a list with : between) are seen in there under the same path.
# All processes end with the command.
in_room() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --net --uts --kill-child --propagation private \
        bash -euo pipefail -c '
            room=$1 folders=$2
            shift 2
            mount -t proc proc "$room/proc"
            mount --rbind /dev "$room/dev"
            mount -t tmpfs tmpfs "$room/run"
            IFS=: read -ra folders <<<"$folders"
            for folder in "${folders[@]}"; do
                mkdir -p -- "$room$folder"
                mount --bind -- "$folder" "$room$folder"
            done
            hostname room
            # A file of its own: the room may be in use twice.
            echo "127.0.0.1 localhost room" >"$room/run/hosts"
            : >>"$room/etc/hosts"
            mount --bind -- "$room/run/hosts" "$room/etc/hosts"
            # Names resolve only where an interface has an address beyond 127.0.0.1.
            chroot "$room" ip link set lo up
            chroot "$room" ip address add 192.0.2.1/32 dev lo
            exec chroot "$room" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
                LC_ALL=C.UTF-8 "$@"
        ' in_room "$@"
}
