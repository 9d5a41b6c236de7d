/* slurmctld's settings. */
#include <stdio.h>

#include "slurm_door.h"

struct csl_config {
    slurm_conf_t *conf;
    char *text;
};

int csl_config_load(csl_config **out)
{
    csl_config *config = calloc(1, sizeof *config);
    if (!config) return ENOMEM;
    errno = 0;
    if (slurm_load_ctl_conf(0, &config->conf) != SLURM_SUCCESS || !config->conf) {
        int code = csl_failure();
        free(config);
        return code;
    }
    *out = config;
    return 0;
}

void csl_config_get_facts(const csl_config *config, csl_config_facts *out)
{
    const slurm_conf_t *conf = config->conf;
    *out = (csl_config_facts){
        .cluster_name = conf->cluster_name,
        .version = conf->version,
        .accounting_storage_type = conf->accounting_storage_type,
        .private_data = conf->private_data,
        .slurm_user_id = conf->slurm_user_id,
    };
}

const char *csl_config_text(csl_config *config)
{
    size_t size = 0;
    if (config->text) return config->text;
    FILE *file = open_memstream(&config->text, &size);
    if (!file) return NULL;
    slurm_print_ctl_conf(file, config->conf);
    fclose(file);
    return config->text;
}

void csl_config_free(csl_config *config)
{
    if (!config) return;
    slurm_free_settings(config->conf);
    free(config->text);
    free(config);
}
