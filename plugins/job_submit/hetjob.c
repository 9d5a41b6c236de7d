// Remembers one het job. Tokens that are forgotten lapse in atolld, as holds whose job never came.
#include "hetjob.h"

uint32_t hetjob_before(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset)
{
    if (offset != hetjob->count || submit_uid != hetjob->submit_uid)
        hetjob_forget(hetjob);
    return hetjob->count;
}

void hetjob_admitted(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset,
                     struct token token)
{
    hetjob_before(hetjob, submit_uid, offset);
    if (offset == 0)
        hetjob->submit_uid = submit_uid;
    if (offset == hetjob->count && offset < HETJOB_COMPONENTS)
        hetjob->tokens[hetjob->count++] = token;
}

void hetjob_unanswered(struct hetjob *hetjob)
{
    hetjob->unanswered = hetjob->count > 0;
}

bool hetjob_is_unanswered(struct hetjob *hetjob, uint32_t submit_uid, uint32_t offset)
{
    return hetjob_before(hetjob, submit_uid, offset) > 0 && hetjob->unanswered;
}

void hetjob_forget(struct hetjob *hetjob)
{
    hetjob->unanswered = false;
    hetjob->count = 0;
}
