/* Names of bits, as scontrol shows them. */
#include <stdio.h>

#include "slurm_door.h"

typedef struct {
    uint64_t bit;
    const char *name;
} named_bit;

static const named_bit partition_flags[] = {
    {PART_FLAG_DEFAULT, "DEFAULT"},   {PART_FLAG_HIDDEN, "HIDDEN"},
    {PART_FLAG_NO_ROOT, "NO_ROOT"},   {PART_FLAG_ROOT_ONLY, "ROOT_ONLY"},
    {PART_FLAG_REQ_RESV, "REQ_RESV"}, {PART_FLAG_LLN, "LLN"},
    {PART_FLAG_EXCLUSIVE_USER, "EXCLUSIVE_USER"},
    {0, NULL},
};

static const named_bit node_flags[] = {
    {NODE_STATE_RES, "RESERVED"},
    {NODE_STATE_CLOUD, "CLOUD"},
    {NODE_STATE_DRAIN, "DRAIN"},
    {NODE_STATE_COMPLETING, "COMPLETING"},
    {NODE_STATE_NO_RESPOND, "NOT_RESPONDING"},
    {NODE_STATE_FAIL, "FAIL"},
    {NODE_STATE_MAINT, "MAINTENANCE"},
    {NODE_STATE_POWERED_DOWN, "POWERED_DOWN"},
    {NODE_STATE_POWERING_UP, "POWERING_UP"},
    {NODE_STATE_POWERING_DOWN, "POWERING_DOWN"},
    {NODE_STATE_REBOOT_REQUESTED, "REBOOT_REQUESTED"},
    {NODE_STATE_REBOOT_ISSUED, "REBOOT_ISSUED"},
    {NODE_STATE_PLANNED, "PLANNED"},
    {NODE_STATE_INVALID_REG, "INVALID_REG"},
    {0, NULL},
};

static const named_bit reservation_flags[] = {
    {RESERVE_FLAG_MAINT, "MAINT"},
    {RESERVE_FLAG_HOURLY, "HOURLY"},
    {RESERVE_FLAG_DAILY, "DAILY"},
    {RESERVE_FLAG_WEEKDAY, "WEEKDAY"},
    {RESERVE_FLAG_WEEKEND, "WEEKEND"},
    {RESERVE_FLAG_WEEKLY, "WEEKLY"},
    {RESERVE_FLAG_IGN_JOBS, "IGNORE_JOBS"},
    {RESERVE_FLAG_ANY_NODES, "ANY_NODES"},
    {RESERVE_FLAG_STATIC, "STATIC"},
    {RESERVE_FLAG_PART_NODES, "PART_NODES"},
    {RESERVE_FLAG_OVERLAP, "OVERLAP"},
    {RESERVE_FLAG_SPEC_NODES, "SPEC_NODES"},
    {RESERVE_FLAG_TIME_FLOAT, "TIME_FLOAT"},
    {RESERVE_FLAG_REPLACE, "REPLACE"},
    {RESERVE_FLAG_REPLACE_DOWN, "REPLACE_DOWN"},
    {RESERVE_FLAG_ALL_NODES, "ALL_NODES"},
    {RESERVE_FLAG_PURGE_COMP, "PURGE_COMP"},
    {RESERVE_FLAG_FLEX, "FLEX"},
    {RESERVE_FLAG_NO_HOLD_JOBS, "NO_HOLD_JOBS_AFTER_END"},
    {RESERVE_FLAG_MAGNETIC, "MAGNETIC"},
    {0, NULL},
};

/* Named as slurm.conf names them, whatever the header does. */
#define SELECT_BIT(name) {SLURM_SELECT_BIT(name), "CR_" #name}

static const named_bit select_type[] = {
    SELECT_BIT(CPU),        SELECT_BIT(SOCKET),
    SELECT_BIT(CORE),       SELECT_BIT(BOARD),
    SELECT_BIT(MEMORY),     SELECT_BIT(ONE_TASK_PER_CORE),
    SELECT_BIT(PACK_NODES), SELECT_BIT(CORE_DEFAULT_DIST_BLOCK),
    SELECT_BIT(LLN),        {0, NULL},
};

static const named_bit private_data[] = {
    {PRIVATE_DATA_JOBS, "jobs"},
    {PRIVATE_DATA_NODES, "nodes"},
    {PRIVATE_DATA_PARTITIONS, "partitions"},
    {PRIVATE_DATA_USAGE, "usage"},
    {PRIVATE_DATA_USERS, "users"},
    {PRIVATE_DATA_ACCOUNTS, "accounts"},
    {PRIVATE_DATA_RESERVATIONS, "reservations"},
    {PRIVATE_DATA_EVENTS, "events"},
    {0, NULL},
};

static const named_bit preempt_mode[] = {
    {PREEMPT_MODE_SUSPEND, "SUSPEND"}, {PREEMPT_MODE_REQUEUE, "REQUEUE"},
    {PREEMPT_MODE_CANCEL, "CANCEL"},   {PREEMPT_MODE_WITHIN, "WITHIN"},
    {PREEMPT_MODE_GANG, "GANG"},       {0, NULL},
};

static const named_bit *table(csl_bits kind)
{
    switch (kind) {
    case CSL_PARTITION_FLAGS: return partition_flags;
    case CSL_NODE_FLAGS: return node_flags;
    case CSL_RESERVATION_FLAGS: return reservation_flags;
    case CSL_SELECT_TYPE: return select_type;
    case CSL_PRIVATE_DATA: return private_data;
    case CSL_PREEMPT_MODE: return preempt_mode;
    }
    return NULL;
}

void csl_bit_names(csl_bits kind, int64_t value, char *out, size_t size)
{
    size_t used = 0;
    if (size) *out = 0;
    for (const named_bit *one = table(kind); one && one->name && used < size; one++)
        if ((uint64_t)value & one->bit)
            used += (size_t)snprintf(out + used, size - used, used ? ",%s" : "%s", one->name);
}
