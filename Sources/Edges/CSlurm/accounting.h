/* The connection to slurmdbd. */
#pragma once
#include "slurm_door.h"

struct csl_accounting {
    void *connection;
};

/* The connection, to ask slurmdbd something by it now. */
void *csl_connection(csl_accounting *accounting);

/* A list of this one word, or NULL for NULL. The list does not own the word. */
csl_list csl_list_of(const char *word);

/* Handles for lists of slurmdb's records, however they were asked for. The list is the handle's, and
 * gone where this fails; NULL: errno says why. */
int csl_associations_of(csl_list associations, csl_associations **out);
int csl_users_of(csl_list list, csl_users **out);
int csl_names_of(csl_list tres_or_qos, int of_tres, csl_names **out);
