/* The SQLite store's own struct and what its files share: store_sqlite.c has the operations,
 * store_sqlite_sql.c the statements, store_sqlite_open.c the way in and out, store_sqlite_damage.c what happens when
 * the file is broken. */
#pragma once

#include "store/blob_files.h"
#include "store/store_int.h"

#include <sqlite3.h>

#define STORE_SQLITE_FILE "store.db"

struct sqlite_store {
	struct store base;
	char *folder;
	char *file;    /* folder/store.db */
	char *trouble; /* why there is no connection any more: the message of the DAMAGED error; else NULL */
	int lock_fd;
	struct blob_files *blobs;
	sqlite3 *db;               /* NULL once found damaged */
	sqlite3_stmt **statements; /* made when first used; store_sqlite_sql.c knows how many */
	guint statement_count;
	bool checked;  /* opening came to its end: the file is in order and may be written */
	bool flushing; /* PRAGMA synchronous is FULL now, not NORMAL */
};

struct store *store_sqlite_open(const char *path, GError **error);
void store_sqlite_close(struct store *store);

/* Runs SQL that returns nothing of interest. */
bool store_sqlite_exec(struct sqlite_store *self, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Turns the connection's last failure into an error, "cannot <doing>: …". No statement may be active: when the failure
 * is damage, the connection is closed. Always false. */
bool store_sqlite_fail(struct sqlite_store *self, GError **error, const char *doing, ...) G_GNUC_PRINTF(3, 4);

/* Closes the connection without touching the file, keeps a copy, and sets the error that every later call gets too.
 * Always false. */
bool store_sqlite_damaged(struct sqlite_store *self, GError **error, const char *what);
/* Sets the error of a store that was found damaged before. Always false. */
bool store_sqlite_still_damaged(const struct sqlite_store *self, GError **error);

/* Looks at the header and the size of a database file that is not open: NULL when they are in order or there is no
 * file, else what is wrong (g_free). */
char *store_sqlite_check_header(const char *file);
