/* Running SQL: what store_sqlite.c needs of SQLite. Only under store.lock. */
#pragma once

#include "store/store_sqlite_int.h"

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	SAVEPOINT,
	SAVEPOINT_RELEASE,
	SAVEPOINT_ROLLBACK,
	SESSION_INSERT,
	SESSION_SELECT,
	SESSION_LIST,
	SESSION_STATE,
	SESSION_HEAD,
	RUN_INSERT,
	RUN_SELECT,
	RUN_LIST,
	RUN_LIST_STATE,
	RUN_LIST_SESSION,
	RUN_STATE,
	STEP_INSERT,
	STEP_LIST,
	VERSION_NEXT,
	VERSION_INSERT,
	VERSION_SELECT,
	VERSION_LIST,
	ARTIFACT_INSERT,
	ARTIFACT_LIST,
	EVENT_INSERT,
	EVENT_LIST,
	SPENDING_RUN,
	SPENDING_SESSION,
	SPENDING_SINCE,
	SMALL_BLOB_INSERT,
	SMALL_BLOB_SELECT,
	STATEMENTS
};

/* A statement ready for values, or NULL with `error` set. */
sqlite3_stmt *sql_prepare(struct sqlite_store *self, enum statement which, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Values for ?1, ?2, …; text is borrowed until the statement has run, NULL text is NULL, NULL JSON an empty object. */
void sql_bind_text(sqlite3_stmt *query, int index, const char *text);
void sql_bind_int(sqlite3_stmt *query, int index, gint64 number);
void sql_bind_json(sqlite3_stmt *query, int index, const json_t *object);
void sql_bind_bytes(sqlite3_stmt *query, int index, GBytes *bytes);

/* Runs a statement to its end. *number_out (may be NULL) is the first column of its only row, when it has one. `doing`
 * and `name` are for the error: "cannot <doing> <name>". */
bool sql_execute(struct sqlite_store *self, sqlite3_stmt *query, gint64 *number_out, const char *doing,
	const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for an UPDATE that must find its row: "there is no <noun> <id>". */
bool sql_update(struct sqlite_store *self, sqlite3_stmt *query, const char *noun, const char *id,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for one without values or rows. */
bool sql_run(struct sqlite_store *self, enum statement which, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool sql_begin(struct sqlite_store *self, bool durable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Commits when `done`, else rolls back and returns false. */
bool sql_end(struct sqlite_store *self, bool done, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes a struct of a row; NULL when the row is broken. */
typedef void *row_reader(sqlite3_stmt *query);

/* Columns from 0. Text is the caller's; JSON that is not an object, which only damage can bring about, is NULL. */
char *sql_column_text(sqlite3_stmt *query, int index);
json_t *sql_column_json(sqlite3_stmt *query, int index);

/* The rows of a statement; elements are freed with `release`. */
GPtrArray *sql_select(struct sqlite_store *self, sqlite3_stmt *query, row_reader *read, GDestroyNotify release,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
