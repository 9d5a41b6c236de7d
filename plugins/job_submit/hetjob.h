// The tokens of the het job that is being submitted, component by component.
#ifndef ATOLL_HETJOB_H
#define ATOLL_HETJOB_H

#include <stdbool.h>
#include <stdint.h>

#include "token.h"

#define HETJOB_COMPONENTS 128 // Slurm's own limit

struct hetjob {
    uint32_t submit_uid;
    bool unanswered; // one of them was let in without an answer
    uint32_t count; // components admitted so far; their offsets are 0 … count-1
    struct token tokens[HETJOB_COMPONENTS];
};

// How many tokens belong to the same het job as the component at `offset`, all before it.
// slurmctld submits the components of one job in order in one thread, so a thread that sees anything
// but the next offset of the same user knows that the job remembered was given up.
uint32_t hetjob_before(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset);

// Remembers the token of the component at `offset`, which was admitted.
void hetjob_admitted(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset,
                     struct token token);

// One of the components so far had no answer: those behind it are not to wait for one, too.
void hetjob_unanswered(struct hetjob *hetjob);

// Whether a component before the one at `offset` had none.
bool hetjob_is_unanswered(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset);

void hetjob_forget(struct hetjob *hetjob);

#endif
