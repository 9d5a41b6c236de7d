#include "breaker.h"

#include <stddef.h>

#include "check.h"

// A story: at a second, an event, and whether a question may go out right after it.
void test_breaker(void)
{
    static const struct {
        int second;
        char event; // f(ailed), s(ucceeded), n(othing)
        bool allows;
    } rows[] = {
        {0, 'n', true},   {0, 'f', true},   {1, 'f', true},   {2, 's', true},
        {3, 'f', true},   {4, 'f', true},   {5, 'f', false},  {14, 'n', false},
        {15, 'n', true},                     // the probe
        {15, 'f', false}, {24, 'n', false},  // one failed probe opens it again
        {25, 'n', true},  {25, 's', true},   // a good probe closes it
        {25, 'f', true},  {25, 'f', true},   {25, 'f', false},
    };
    struct breaker breaker = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].event == 'f')
            breaker_failed(&breaker, 3, 10, rows[i].second);
        if (rows[i].event == 's')
            breaker_succeeded(&breaker);
        CHECK(breaker_allows(&breaker, 3, rows[i].second) == rows[i].allows, "row %zu", i);
    }
}
