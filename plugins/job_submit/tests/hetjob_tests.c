#include "hetjob.h"

#include <stddef.h>

#include "check.h"

static struct hetjob hetjob;

void test_hetjob(void)
{
    static const struct {
        uint32_t uid, offset, before;
        bool admitted;
    } rows[] = {
        {1, 0, 0, true},  {1, 1, 1, true},  {1, 2, 2, false}, // refused: two to void
        {1, 0, 0, true},  {1, 1, 1, true},                    // a new one of the same user
        {1, 0, 0, true},                                      // and another
        {2, 1, 0, true},                                      // not this user's: forgotten
        {2, 2, 0, true},                                      // and stays unknown
        {2, 0, 0, true},  {2, 2, 0, true},                    // a gap
        {3, 0, 0, true},  {3, 1, 1, true},  {3, 2, 2, true},
    };
    struct token token = {.text = "00000000000000000000000000"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t before = hetjob_before(&hetjob, rows[i].uid, rows[i].offset);
        CHECK(before == rows[i].before, "row %zu: %u", i, before);
        if (rows[i].admitted)
            hetjob_admitted(&hetjob, rows[i].uid, rows[i].offset, token);
        else
            hetjob_forget(&hetjob);
    }
    // Who let a component in without an answer does not wait for one for those behind it.
    hetjob_admitted(&hetjob, 4, 0, token);
    CHECK(!hetjob_is_unanswered(&hetjob, 4, 1), "it was answered");
    hetjob_unanswered(&hetjob);
    CHECK(hetjob_is_unanswered(&hetjob, 4, 1), "the one before was not");
    hetjob_admitted(&hetjob, 4, 1, token);
    CHECK(hetjob_is_unanswered(&hetjob, 4, 2), "one before was not");
    CHECK(!hetjob_is_unanswered(&hetjob, 5, 2), "another user's job asks");
    hetjob_admitted(&hetjob, 4, 0, token);
    CHECK(!hetjob_is_unanswered(&hetjob, 4, 0), "another job of the same user asks");
    hetjob_admitted(&hetjob, 4, 0, token);
    CHECK(!hetjob_is_unanswered(&hetjob, 4, 1), "and was answered");
    hetjob_forget(&hetjob);
    for (uint32_t offset = 0; offset < 2 * HETJOB_COMPONENTS; offset++)
        hetjob_admitted(&hetjob, 7, offset, token);
    CHECK(hetjob.count <= HETJOB_COMPONENTS);
}
