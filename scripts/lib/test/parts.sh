# shellcheck shell=bash
# The parts: a name, how its tests are counted, the longest time it may take, its command.

# The same flags for each call of swift, or it would build anew in between.
SWIFT_FLAGS=(--explicit-target-dependency-import-check error)

quick_parts() {
    part "format" as_one 120 swift format lint --strict -r -p Sources Tests Package.swift
    part "shell scripts" as_one 120 check_scripts
    part "plugin, built" as_one 120 owned make -C plugins/job_submit
    part "plugin, unit tests" by_sum 300 owned plugin_tests
    part "atoll.lua, unit tests" by_sum 120 lua_tests
    part "Slurm's headers" by_sum 300 owned scripts/check-slurm-headers
    part "build" as_one 1500 owned swift build --build-tests "${SWIFT_FLAGS[@]}"
    part "unit tests" by_swift 600 owned swift test --skip SystemTests "${SWIFT_FLAGS[@]}"
    part "away for an hour" by_swift 900 owned \
        env ATOLL_ABSENCES=1 swift test --filter AbsenceTests "${SWIFT_FLAGS[@]}"
    part "simulator, 10,000 steps" as_one 600 owned fresh_stories
    part "simulator, every kind of write" as_one 600 owned scripts/simulate --faults --every 4
}

system_parts() {
    part "programs, built" as_one 1500 owned build_programs
    part "testbed" by_sum 600 Tests/System/testbed-test.sh
    part "plugin in slurmctld" by_sum 600 Tests/System/plugin-test.sh
    part "atoll.lua in slurmctld" by_sum 600 Tests/System/plugin-test.sh --lua
    part "gauge" by_sum 300 scripts/lib/test/with-testbed Tests/System/gauge-test.sh
    if [[ -d Tests/SystemTests ]]; then
        part "atolld with Slurm" by_swift 2400 scripts/lib/test/system-suites
    fi
    part "demo" by_marks 900 scripts/demo --dir "$WORK/demo"
    part "demo, without slurmdbd" by_marks 900 scripts/demo --no-dbd --dir "$WORK/demo"
}

build_programs() {
    local program
    for program in atolld atoll atoll-gauge; do
        swift build --product "$program" "${SWIFT_FLAGS[@]}"
    done
}

# Plain, then under AddressSanitizer: a plugin that crashes takes slurmctld along.
plugin_tests() {
    local how passed=0 line out
    for how in test asan-test; do
        out=$(make -s -C plugins/job_submit $how 2>&1) || { echo "$out"; return 1; }
        echo "$out"
        while read -r line; do passed=$((passed + ${line%% *})); done < <(grep -aE '^[0-9]+ passed, 0 failed' <<<"$out")
    done
    echo "$passed passed, 0 failed"
}

# 5.1 is what slurmctld links in Debian, others elsewhere.
lua_tests() {
    local lua passed=0 line
    for lua in lua5.1 lua5.3; do
        line=$(make -s -C plugins/lua test LUA=$lua)
        echo "$lua: $line"
        passed=$((passed + ${line%% *}))
    done
    echo "$passed passed, 0 failed"
}

# Fresh seeds tell and gate nothing; one that finds something goes into Tests/SimulatorTests/seeds.txt.
fresh_stories() {
    scripts/simulate --stories 5 --steps 2000 ||
        echo "a fresh story found something; keep its seed: see above"
}

check_scripts() {
    local file
    local -a scripts=()
    while read -r file; do
        if [[ $file == *.sh ]] || head -n 1 -- "$file" | grep -qE '^#!.*sh$'; then scripts+=("$file"); fi
    done < <(find scripts Tests/System bench .ci -type f ! -name '*.py' ! -name '*.txt')
    shellcheck -x -S info "${scripts[@]}"
}
