/* The connection to slurmdbd. */
#pragma once
#include "slurm_door.h"

struct csl_accounting {
    void *connection;
};

/* A list of this one word, or NULL for NULL. The list does not own the word. */
csl_list csl_list_of(const char *word);
