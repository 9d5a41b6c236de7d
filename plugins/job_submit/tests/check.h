// The smallest test kit that will do: rows are checked and counted, a failure says where.
#ifndef ATOLL_CHECK_H
#define ATOLL_CHECK_H

#include <stdbool.h>

#define CHECK(condition, ...) check((condition), __FILE__, __LINE__, #condition, " " __VA_ARGS__)

void check(bool condition, const char *file, int line, const char *text, const char *row, ...)
    __attribute__((format(printf, 5, 6)));
int check_sum(void); // prints the closing line; 1 where something failed

void test_admin_comment(void);
void test_answer(void);
void test_ask(void);
void test_breaker(void);
void test_exchange(void);
void test_hetjob(void);
void test_line(void);
void test_request(void);
void test_scratch(void);
void test_settings(void);
void test_token(void);

#endif
