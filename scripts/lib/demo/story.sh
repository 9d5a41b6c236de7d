# shellcheck shell=bash
# The story, in order; config/demo-site.toml works its figures out. Each step checks its own.

ASTRO=astro-2026
BIO=bio-2026

tell_story() {
    load_site
    a_job_is_admitted
    it_is_charged_for_what_it_used
    a_job_is_refused
    a_cap_stops_a_member
    a_top_up_lets_the_job_in
    # Without slurmdbd Slurm records no GPUs, so Atoll can't charge them.
    if [[ $OPT_DBD == yes ]]; then what_is_not_covered; fi
    the_top_up_was_used
    if [[ $OPT_DBD == yes ]]; then a_gpu_is_charged_too; fi
    the_books_at_the_end
}

load_site() {
    step "The site: rates, two projects, three users"
    show root atoll apply "$ROOT/config/demo-site.toml"
    check "20 SU are available in $ASTRO" figure_is "$ASTRO" Available 20000000
    check "10 SU are available in $BIO" figure_is "$BIO" Available 10000000
}

a_job_is_admitted() {
    step "A job is admitted, and what it may cost is held"
    tell "A core is 0.01 SU a second here. Held is the price of the whole time limit: 4 × 300 s × 0.01."
    show atoll-ada sbatch -A astro -n4 -t5 --wrap 'sleep 5'
    check "admitted" submitted
    check "12.00 SU held, 8.00 left: said to the user at once" said 'up to 12.00 SU held, 8.00 SU left'
    FIRST=$JOB
    await_state "$FIRST" RUNNING
    show atoll-ada atoll balance --allocation "$ASTRO"
    check "while it runs, 12.00 SU are held" figure_is "$ASTRO" Held 12000000
    check "and 8.00 of 20 are available" figure_is "$ASTRO" Available 8000000
}

it_is_charged_for_what_it_used() {
    step "It has ended: charged is what it used, to the second"
    await_end "$FIRST"
    show_record "$FIRST"
    check_charge "$ASTRO" "$FIRST"
    LEFT=$((20000000 - CHARGE))
    check "nothing is held any more" figure_is "$ASTRO" Held 0
    check "$(amount "$LEFT") SU are available" figure_is "$ASTRO" Available "$LEFT"
    FIRST_CHARGE=$CHARGE
}

a_job_is_refused() {
    local fits_s=$((LEFT / (8 * CORE_RATE) / 60 * 60))
    step "A job that the credit does not cover is refused, with figures"
    show atoll-ada sbatch -A astro -n8 -t5 --wrap 'sleep 2'
    check "refused" refused
    check "it may cost 8 × 300 s × 0.01 = 24.00 SU, $(amount "$LEFT") are available" \
        said "may cost 24.00 SU, $(amount "$LEFT") SU are available"
    check "$((fits_s / 60)) minutes of it would fit" fitting_is "$fits_s"
    printf '\n'
    tell "What would fit can be asked beforehand, with sbatch's own options:"
    show atoll-ada atoll quote -A astro -n8 -t$((fits_s / 60))
    check "it would be admitted" test "$CODE" -eq 0
    check "nothing is held for a question" figure_is "$ASTRO" Held 0
}

a_cap_stops_a_member() {
    local fits_s=$((5000000 / CORE_RATE / 60 * 60)) second
    step "A member's own cap holds, though the allocation has credit"
    show atoll-ben sbatch -A astro -n1 -t10 --wrap 'sleep 3'
    check "refused" refused
    check "it may cost 6.00 SU, ben's cap leaves 5.00" said 'may cost 6.00 SU, 5.00 SU are left of your own cap'
    check "$((fits_s / 60)) minutes of it would fit" fitting_is "$fits_s"
    show atoll-ben sbatch -A astro -n1 -t$((fits_s / 60)) --wrap 'sleep 3'
    check "admitted" submitted
    second=$JOB
    check "4.80 SU are held for it" figure_is "$ASTRO" Held 4800000
    await_end "$second"
    check_charge "$ASTRO" "$second"
    LEFT=$((LEFT - CHARGE))
    check "$(amount "$LEFT") SU are available" figure_is "$ASTRO" Available "$LEFT"
}

a_top_up_lets_the_job_in() {
    step "An operator tops up, and the refused job is admitted"
    show root atoll grant "$ASTRO" 10 --reason 'proposal 7'
    LEFT=$((LEFT + 10000000))
    check "$(amount "$LEFT") SU are available" figure_is "$ASTRO" Available "$LEFT"
    show atoll-ada sbatch -A astro -n8 -t5 --wrap 'sleep 2'
    check "admitted" submitted
    check "24.00 SU held, $(amount $((LEFT - 24000000))) left" \
        said "up to 24.00 SU held, $(amount $((LEFT - 24000000))) SU left"
    THIRD=$JOB
}

what_is_not_covered() {
    step "What an allocation does not cover is refused too"
    show atoll-cleo sbatch -A bio -p gpu --gres=gpu:1 -n1 -t1 --mem=1G --wrap 'sleep 1'
    check "refused" refused
    check "$BIO does not cover GPU" said "allocation $BIO does not cover GPU"
    check "nothing of $BIO was held or charged" figure_is "$BIO" Available 10000000
}

the_top_up_was_used() {
    step "The job that was refused at first is charged like any other"
    await_end "$THIRD"
    check_charge "$ASTRO" "$THIRD"
    LEFT=$((LEFT - CHARGE))
}

a_gpu_is_charged_too() {
    step "A GPU has a rate of its own"
    show atoll-ada sbatch -A astro -p gpu --gres=gpu:1 -n1 -t2 --mem=1G --wrap 'sleep 3'
    check "admitted" submitted
    check "(0.10 + 0.01) × 120 s = 13.20 SU held" said 'up to 13.20 SU held'
    await_end "$JOB"
    check_charge "$ASTRO" "$JOB" 1
    LEFT=$((LEFT - CHARGE))
}

the_books_at_the_end() {
    step "The books at the end"
    show root atoll balance
    check "30 granted = $(amount $((30000000 - LEFT))) charged + $(amount "$LEFT") available" figure_is "$ASTRO" Available "$LEFT"
    check "that is what the jobs were charged, to the micro-SU" figure_is "$ASTRO" Charged $((30000000 - LEFT))
    check "nothing is held" figure_is "$ASTRO" Held 0
    show root atoll statement "$ASTRO"
    check "job $FIRST stands in it with $(amount "$FIRST_CHARGE") SU" said "$FIRST"
    show root atoll verify
    check "the books, rebuilt from the journal, are the same" test "$CODE" -eq 0
    printf '\n%s\n' "$(style 1 'All came out as told.')"
}
