/* What slurmctld keeps of slurmdbd's accounts: it answers where slurmdbd doesn't. */
#include "accounting.h"

struct csl_ctld_accounts {
    assoc_mgr_info_msg_t *message;
};

int csl_ctld_accounts_load(csl_ctld_accounts **out)
{
    assoc_mgr_info_request_msg_t request;
    csl_ctld_accounts *accounts = calloc(1, sizeof *accounts);
    if (!accounts) return ENOMEM;
    memset(&request, 0, sizeof request);
    request.flags =
        ASSOC_MGR_INFO_FLAG_ASSOC | ASSOC_MGR_INFO_FLAG_USERS | ASSOC_MGR_INFO_FLAG_QOS;
    errno = 0;
    if (slurm_load_assoc_mgr_info(&request, &accounts->message) != SLURM_SUCCESS) {
        int code = csl_failure();
        free(accounts);
        return code;
    }
    *out = accounts;
    return 0;
}

/* Takes a list out of the message; an empty one where slurmctld sent none. */
static csl_list taken(csl_list *list)
{
    csl_list it = *list;
    *list = NULL;
    return it ? it : slurm_list_create(NULL);
}

int csl_ctld_associations(csl_ctld_accounts *accounts, csl_associations **out)
{
    return csl_associations_of(taken(&accounts->message->assoc_list), out);
}

int csl_ctld_users(csl_ctld_accounts *accounts, csl_users **out)
{
    return csl_users_of(taken(&accounts->message->user_list), out);
}

int csl_ctld_qos_names(csl_ctld_accounts *accounts, csl_names **out)
{
    return csl_names_of(taken(&accounts->message->qos_list), 0, out);
}

void csl_ctld_accounts_free(csl_ctld_accounts *accounts)
{
    if (!accounts) return;
    slurm_free_assoc_mgr_info_msg(accounts->message);
    free(accounts);
}
