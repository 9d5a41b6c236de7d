# shellcheck shell=bash
# Finds the Swift toolchain, and builds what the scripts need. Needs say.sh and progress.sh; ROOT is
# the clone.

SWIFT_PLACES=(/opt/swift/usr/bin /usr/local/swift/usr/bin /usr/share/swift/usr/bin)

# find_swift: puts swift on PATH where sudo or a bare environment left it out, and checks its age.
find_swift() {
    local place home version
    if ! command -v swift >/dev/null; then
        home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6) || home=''
        for place in "${SWIFT_PLACES[@]}" "$home/.local/share/swiftly/bin" "$home"/swift*/usr/bin; do
            if [[ -x $place/swift ]]; then
                PATH=$place:$PATH
                break
            fi
        done
    fi
    command -v swift >/dev/null ||
        fail "there is no swift on PATH" \
            "Install Swift 6.3 for Debian 12, see https://www.swift.org/install/linux/, and then, with" \
            "its folder of programs:  sudo env PATH=/where/it/is/usr/bin:\$PATH $0"
    version=$(swift --version 2>/dev/null) || version=''
    [[ $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] ||
        fail "$(command -v swift) doesn't say its version" "Try:  swift --version"
    ((BASH_REMATCH[1] > 6 || (BASH_REMATCH[1] == 6 && BASH_REMATCH[2] >= 2))) ||
        fail "$(command -v swift) is version ${BASH_REMATCH[1]}.${BASH_REMATCH[2]}; Atoll needs 6.3" \
            "See https://www.swift.org/install/linux/"
}

# as_owner: sets AS_OWNER, the words before a build's command. With sudo from a user's own clone the
# build is that user's, or later builds without sudo could not write there.
as_owner() {
    AS_OWNER=()
    if ((EUID == 0)) && [[ -n ${SUDO_USER-} && $SUDO_USER != root ]] &&
        [[ $(stat -c %U -- "$ROOT") == "$SUDO_USER" ]]; then
        AS_OWNER=(setpriv --reuid "$SUDO_USER" --regid "$(id -g "$SUDO_USER")" --init-groups
            env "HOME=$(getent passwd "$SUDO_USER" | cut -d: -f6)")
    fi
}

# build LABEL LOG COMMAND…: in the clone, as its owner; ends with the log where it fails.
build() {
    local label=$1 log=$2 began_us
    shift 2
    now_us
    began_us=$REPLY
    as_owner
    with_progress "building $label" "$log" "${AS_OWNER[@]}" "$@" || {
        show_errors "$log"
        fail_with_log "building $label failed" "$log" "Try by hand, in $ROOT:  $*"
    }
    seconds_since "$began_us"
    say_done "$label built" "$REPLY"
}

# A compiler says what is wrong well before its last lines.
show_errors() { grep -aE '(^|: )(fatal )?error: ' -- "$1" | sort -u | head -n 12 | sed 's/^/  /' >&2 || :; }

# say_done WHAT SECONDS
say_done() { printf '  %-44s %7s s\n' "$1" "$2"; }
