// The token's place in a job's admin_comment: the word "atoll=<token>".
#ifndef ATOLL_ADMIN_COMMENT_H
#define ATOLL_ADMIN_COMMENT_H

#include <stddef.h>

#include "token.h"

#define ADMIN_COMMENT_BYTES 1024 // slurmctld refuses a longer one

// Writes what stood there, without earlier tokens of ours, then a space and "atoll=<token>".
// Text that would push the token over Slurm's limit is cut at its end. `before` may be NULL.
void admin_comment_with(char out[ADMIN_COMMENT_BYTES + 1], const char *before, struct token token);

#endif
