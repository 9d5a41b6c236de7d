/* The only way to Slurm's headers. */
#pragma once
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "CSlurm.h"
#include "slurm_releases.h"

typedef slurm_list_of_records csl_list;
typedef slurm_list_walk csl_walk;

static inline int64_t csl_16(uint16_t value)
{
    if (value == NO_VAL16) return CSL_NONE;
    return value == (uint16_t)INFINITE16 ? CSL_INFINITE : value;
}

static inline int64_t csl_32(uint32_t value)
{
    if (value == NO_VAL) return CSL_NONE;
    return value == INFINITE ? CSL_INFINITE : value;
}

static inline int64_t csl_64(uint64_t value)
{
    if (value == NO_VAL64) return CSL_NONE;
    return value >= INT64_MAX ? CSL_INFINITE : (int64_t)value;
}

/* A run that was cancelled while pending starts at NO_VAL. */
static inline int64_t csl_time(time_t value)
{
    return value <= 0 || value >= (time_t)NO_VAL ? 0 : value;
}

/* 0 says "none" as well in ids that begin with 1. */
static inline int64_t csl_id(uint32_t value)
{
    return value == 0 ? CSL_NONE : csl_32(value);
}

/* What errno says after a call that failed, -1 where it says nothing. */
static inline int csl_failure(void)
{
    return errno ? errno : -1;
}
