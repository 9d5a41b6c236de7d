/*
 * The least a durable import can take: each line of a dump is hashed into a chain and inserted into a
 * table with a unique key, by SQLite's C API (WAL, synchronous=FULL), so many lines a transaction.
 *
 *     insert DUMP DATABASE LINES_A_TRANSACTION
 *
 * Prints the seconds it took. The hash is FNV-1a: a real one costs little beside the rest.
 */
#define _GNU_SOURCE
#include "client.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *db;

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    long count = 0, batch;
    uint64_t chain = 14695981039346656037u;
    sqlite3_stmt *insert;
    FILE *dump;
    int64_t begun;

    if (argc != 4 || (batch = strtol(argv[3], NULL, 10)) < 1) {
        fprintf(stderr, "insert DUMP DATABASE LINES_A_TRANSACTION\n");
        return 2;
    }
    if ((dump = fopen(argv[1], "r")) == NULL)
        fail(argv[1]);
    if (sqlite3_open(argv[2], &db) != SQLITE_OK)
        fail(argv[2]);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("CREATE TABLE rows(id INTEGER PRIMARY KEY, job TEXT NOT NULL, chain INTEGER NOT NULL, "
        "line BLOB NOT NULL, UNIQUE (job, id)) STRICT");
    sqlite3_prepare_v2(db, "INSERT INTO rows VALUES (?, ?, ?, ?)", -1, &insert, NULL);
    begun = now_ns();
    run("BEGIN IMMEDIATE");
    while ((length = getline(&line, &room, dump)) > 0) {
        const char *bar = memchr(line, '|', (size_t)length);
        for (ssize_t place = 0; place < length; place++)
            chain = (chain ^ (unsigned char)line[place]) * 1099511628211u;
        sqlite3_bind_int64(insert, 1, ++count);
        sqlite3_bind_text(insert, 2, line, bar ? (int)(bar - line) : 0, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 3, (sqlite3_int64)chain);
        sqlite3_bind_blob(insert, 4, line, (int)length, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) {
            fprintf(stderr, "line %ld: %s\n", count, sqlite3_errmsg(db));
            return 1;
        }
        sqlite3_reset(insert);
        if (count % batch == 0) {
            run("COMMIT");
            run("BEGIN IMMEDIATE");
        }
    }
    run("COMMIT");
    printf("%.3f s\n", (double)(now_ns() - begun) / 1e9);
    return 0;
}
