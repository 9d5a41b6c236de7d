// Runs every room's tests.
#include "check.h"

int main(void)
{
    test_token();
    test_line();
    test_admin_comment();
    test_breaker();
    test_hetjob();
    test_scratch();
    test_settings();
    test_request();
    test_answer();
    test_exchange();
    test_ask();
    return check_sum();
}
