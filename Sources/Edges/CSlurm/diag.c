/* How slurmctld and slurmdbd stand: what waits between them, and what slurmdbd keeps for how long. */
#include "accounting.h"

#include <stdio.h>

int csl_statistics(csl_stats *out)
{
    stats_info_request_msg_t request = {.command_id = STAT_COMMAND_GET};
    stats_info_response_msg_t *answer = NULL;
    errno = 0;
    if (slurm_get_statistics(&answer, &request) != SLURM_SUCCESS || !answer) return csl_failure();
    *out = (csl_stats){
        .dbd_agent_queue = csl_32(answer->dbd_agent_queue_size),
        .at = csl_time(answer->req_time),
    };
    /* Not freed: the library's own way to is not among its declared functions, and who asks this
     * ends soon. */
    return 0;
}

int csl_accounting_config(csl_accounting *accounting, char **out)
{
    size_t size = 0;
    errno = 0;
    slurm_list_of_records pairs = slurm_accounting_settings(csl_connection(accounting));
    if (!pairs) return csl_failure();
    *out = NULL;
    FILE *file = open_memstream(out, &size);
    if (file) {
        slurm_print_key_pairs(file, pairs, "");
        fclose(file);
    }
    slurm_list_destroy(pairs);
    return *out ? 0 : ENOMEM;
}

void csl_text_free(char *text)
{
    free(text);
}
