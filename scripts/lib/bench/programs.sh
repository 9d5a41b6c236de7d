# shellcheck shell=bash
# What a bench runs: the small C programs in bench/, and ours as they are released.

# ensure_programs PRODUCT…: installs what building needs, then builds all of it.
ensure_programs() {
    # shellcheck disable=SC2034  # read by ensure_packages
    NEEDED_PACKAGES=(gcc libc6-dev libsqlite3-dev zlib1g-dev pkg-config)
    ensure_packages
    build_c "$WORK/echo" echo.c journal.c local_socket.c -lsqlite3
    build_c "$WORK/roundtrip" roundtrip.c client.c local_socket.c
    build_c "$WORK/crowd" crowd.c client.c local_socket.c
    local product
    for product in "$@"; do
        if [[ $OPT_BUILD == yes ]]; then build_product "$product"; fi
        [[ -x $(built "$product") ]] ||
            fail "$product is not built for release" "Leave out --no-build."
    done
}

build_c() {
    local program=$1 word
    local -a words=()
    shift
    for word in "$@"; do
        if [[ $word == -* ]]; then words+=("$word"); else words+=("$ROOT/bench/$word"); fi
    done
    gcc -O2 -Wall -Wextra -o "$program" "${words[@]}" || fail "${words[0]} can't be compiled"
}

build_product() {
    local log=$WORK/build.log
    command -v swift >/dev/null || fail "there is no swift in PATH" "Swift 6.3 builds Atoll: https://swift.org/install"
    say "building $1 for release"
    # As the README has it.
    run_logged "swift build -c release --static-swift-stdlib --product $1" "$log" \
        swift build -c release --static-swift-stdlib --package-path "$ROOT" --product "$1" ||
        fail_with_log "$1 can't be built" "$log"
}

built() { printf '%s\n' "$ROOT/.build/release/$1"; }
