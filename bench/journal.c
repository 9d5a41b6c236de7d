#include "journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS_MOST = 32, POSTINGS_MOST = 8 };

/* A row of the admission that is written again and again. */
struct row {
    int count;
    sqlite3_value *values[COLUMNS_MOST];
};

/* Columns by their place in Schema.swift. */
enum { ENTRY_SEQ = 0, ENTRY_COMMAND_ID = 4, ENTRY_PREVIOUS = 9, ENTRY_HASH = 10 };
enum { POSTING_ENTRY = 0, POSTING_TO_LOT = 4, POSTING_AMOUNT = 6, POSTING_ALLOCATION = 7,
       POSTING_USER = 8, POSTING_CLAIM = 9 };
enum { CLAIM_ID = 0, CLAIM_TOKEN = 4, CLAIM_ENTRY = 22 };
enum { COMMAND_ID = 1, COMMAND_ENTRY = 4 };

static sqlite3 *db;
static struct row entry, claim, command, postings[POSTINGS_MOST];
static int posting_count;
static sqlite3_stmt *begin, *epoch, *add_entry, *add_posting, *add_claim, *add_command, *move_lot,
    *move_use, *commit;
static sqlite3_int64 seq, claim_id;

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        give_up(sql);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        give_up(sql);
    return statement;
}

/* A row like `row`: columns that a later schema adds come after those that are told here. */
static sqlite3_stmt *inserting(const char *table, const struct row *row)
{
    char sql[64 + 3 * COLUMNS_MOST];
    int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);

    for (int i = 1; i < row->count; i++)
        length += snprintf(sql + length, sizeof sql - (size_t)length, ", ?");
    snprintf(sql + length, sizeof sql - (size_t)length, ")");
    return prepared(sql);
}

/* Reads up to `most` rows of the entry `seq` and returns how many there are. */
static int read_rows(const char *sql, struct row *rows, int most)
{
    sqlite3_stmt *statement = prepared(sql);
    int count = 0, state;

    sqlite3_bind_int64(statement, 1, seq);
    while ((state = sqlite3_step(statement)) == SQLITE_ROW && count < most) {
        struct row *row = &rows[count++];
        row->count = sqlite3_column_count(statement);
        if (row->count > COLUMNS_MOST)
            give_up("too many columns");
        for (int i = 0; i < row->count; i++)
            row->values[i] = sqlite3_value_dup(sqlite3_column_value(statement, i));
    }
    if (state != SQLITE_DONE || count == 0)
        give_up(sql);
    sqlite3_finalize(statement);
    return count;
}

static sqlite3_int64 number(const char *sql)
{
    sqlite3_stmt *statement = prepared(sql);

    if (sqlite3_step(statement) != SQLITE_ROW)
        give_up(sql);
    sqlite3_int64 value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void copy_journal(const char *path, const char *copy)
{
    sqlite3_stmt *statement;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        give_up(path);
    statement = prepared("VACUUM INTO ?");
    sqlite3_bind_text(statement, 1, copy, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        give_up(copy);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

void journal_open(const char *path, const char *copy)
{
    copy_journal(path, copy);
    if (sqlite3_open(copy, &db) != SQLITE_OK)
        give_up(copy);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    seq = number("SELECT max(seq) FROM entries WHERE kind = 'admitted'");
    read_rows("SELECT * FROM entries WHERE seq = ?", &entry, 1);
    posting_count = read_rows("SELECT * FROM postings WHERE entry = ?", postings, POSTINGS_MOST);
    read_rows("SELECT * FROM claims WHERE entry = ?", &claim, 1);
    read_rows("SELECT * FROM commands WHERE entry = ?", &command, 1);
    seq = number("SELECT max(seq) FROM entries");
    claim_id = number("SELECT max(id) FROM claims");

    begin = prepared("BEGIN IMMEDIATE");
    epoch = prepared("SELECT value FROM meta WHERE key = 'epoch'");
    add_entry = inserting("entries", &entry);
    add_posting = inserting("postings", &postings[0]);
    add_claim = inserting("claims", &claim);
    add_command = inserting("commands", &command);
    move_lot = prepared("UPDATE lots SET available = available - ?2, held = held + ?2"
                        " WHERE id = ?1");
    move_use = prepared("UPDATE member_use SET held = held + ?3"
                        " WHERE allocation = ?1 AND user = ?2");
    commit = prepared("COMMIT");
}

static void bind_row(sqlite3_stmt *statement, const struct row *row)
{
    for (int i = 0; i < row->count; i++)
        sqlite3_bind_value(statement, i + 1, row->values[i]);
}

static void step(sqlite3_stmt *statement)
{
    int state = sqlite3_step(statement);

    if (state != SQLITE_DONE && state != SQLITE_ROW)
        give_up(sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void add_postings(void)
{
    for (int i = 0; i < posting_count; i++) {
        sqlite3_value **values = postings[i].values;
        bind_row(add_posting, &postings[i]);
        sqlite3_bind_int64(add_posting, POSTING_ENTRY + 1, seq);
        sqlite3_bind_int64(add_posting, POSTING_CLAIM + 1, claim_id);
        step(add_posting);
        sqlite3_bind_value(move_lot, 1, values[POSTING_TO_LOT]);
        sqlite3_bind_value(move_lot, 2, values[POSTING_AMOUNT]);
        step(move_lot);
        sqlite3_bind_value(move_use, 1, values[POSTING_ALLOCATION]);
        sqlite3_bind_value(move_use, 2, values[POSTING_USER]);
        sqlite3_bind_value(move_use, 3, values[POSTING_AMOUNT]);
        step(move_use);
    }
}

void journal_commit(void)
{
    char token[32];
    unsigned char hash[32];

    seq++;
    claim_id++;
    snprintf(token, sizeof(token), "again-%lld", (long long)seq);
    sqlite3_randomness(sizeof(hash), hash);
    step(begin);
    step(epoch);
    bind_row(add_entry, &entry);
    sqlite3_bind_int64(add_entry, ENTRY_SEQ + 1, seq);
    sqlite3_bind_text(add_entry, ENTRY_COMMAND_ID + 1, token, -1, SQLITE_STATIC);
    sqlite3_bind_blob(add_entry, ENTRY_PREVIOUS + 1, hash, sizeof(hash), SQLITE_STATIC);
    sqlite3_bind_blob(add_entry, ENTRY_HASH + 1, hash, sizeof(hash), SQLITE_STATIC);
    step(add_entry);
    bind_row(add_claim, &claim);
    sqlite3_bind_int64(add_claim, CLAIM_ID + 1, claim_id);
    sqlite3_bind_text(add_claim, CLAIM_TOKEN + 1, token, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add_claim, CLAIM_ENTRY + 1, seq);
    step(add_claim);
    add_postings();
    bind_row(add_command, &command);
    sqlite3_bind_text(add_command, COMMAND_ID + 1, token, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add_command, COMMAND_ENTRY + 1, seq);
    step(add_command);
    step(commit);
}
