// A submission or a change of a job, as a line of the protocol (docs/protocol.md).
#ifndef ATOLL_REQUEST_H
#define ATOLL_REQUEST_H

#include <slurm/slurm.h>
#include <stdbool.h>
#include <stdint.h>

#include "line.h"

// Each builds one whole line, or returns false where the line must not be sent.

bool request_admit(struct line *line, const char *token, const char *cluster,
                   const job_desc_msg_t *job);

// False also where nothing changes that a price could depend on: there is nothing to ask.
bool request_modify(struct line *line, const char *id, const char *cluster, uint32_t caller_uid,
                    const job_desc_msg_t *job);

bool request_void(struct line *line, const char *id, const char *cluster, const char *token);

#endif
