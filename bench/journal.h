/*
 * The rows that an admission leaves, committed by the C API of SQLite: what a durable answer costs
 * without any of ours.
 */
#ifndef ATOLL_BENCH_JOURNAL_H
#define ATOLL_BENCH_JOURNAL_H

/* Copies the journal of a daemon at `path`, which has an admission in it, to `copy`; opens that. */
void journal_open(const char *path, const char *copy);

/* Commits the last admission's rows once more, under new numbers and a new token. */
void journal_commit(void);

#endif
