/*
 * The SQLite store's statements, transactions, and values in and out of rows: see store_sqlite_sql.h.
 *
 * Invariant: no statement is active between calls. Those that run one reset it before anything else happens, so that
 * store_sqlite_fail() may close the connection.
 *
 * Durability: in WAL mode `synchronous = FULL` flushes the log on commit, NORMAL leaves it to the next flush.
 */
#include "store/store_sqlite_sql.h"

#define SESSION_COLUMNS "id, slug, prompt, state, out_dir, parent, options, created, head"
#define RUN_COLUMNS "id, session, kind, state, input, created"
#define VERSION_COLUMNS "session, n, parent, run, label, script, report, facts, created"

#define USAGE(name) "total(json_extract(body, '$.usage." name "'))"
#define SPENDING                                                                                                       \
	"SELECT count(json_extract(body, '$.usage')), count(json_extract(body, '$.usage')) - "                         \
	"count(json_extract(body, '$.usage.usd')), " USAGE("tokens_in") ", " USAGE("tokens_cached") ", " USAGE(        \
		"tokens_out") ", " USAGE("usd") ", total(json_extract(body, '$.millis')) FROM event "                  \
						"WHERE type IN ('step.finished', 'model.tried') AND "

static const char *const statement_sql[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[SAVEPOINT] = "SAVEPOINT one",
	[SAVEPOINT_RELEASE] = "RELEASE one",
	[SAVEPOINT_ROLLBACK] = "ROLLBACK TO one",
	[SESSION_INSERT] = "INSERT INTO session (" SESSION_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)",
	/* 'g' follows the last hex digit. */
	[SESSION_SELECT] =
		"SELECT " SESSION_COLUMNS " FROM session WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 2",
	[SESSION_LIST] = "SELECT " SESSION_COLUMNS " FROM session ORDER BY created DESC, rowid DESC LIMIT ?1",
	[SESSION_STATE] = "UPDATE session SET state = ?2 WHERE id = ?1",
	[SESSION_HEAD] = "UPDATE session SET head = nullif(?2, 0) WHERE id = ?1",
	[RUN_INSERT] = "INSERT INTO run (" RUN_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[RUN_SELECT] = "SELECT " RUN_COLUMNS " FROM run WHERE id = ?1",
	[RUN_LIST] = "SELECT " RUN_COLUMNS " FROM run ORDER BY created, rowid",
	[RUN_LIST_STATE] = "SELECT " RUN_COLUMNS " FROM run WHERE state = ?1 ORDER BY created, rowid",
	[RUN_LIST_SESSION] = "SELECT " RUN_COLUMNS
			     " FROM run WHERE session = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY created, rowid",
	[RUN_STATE] = "UPDATE run SET state = ?2 WHERE id = ?1",
	[STEP_INSERT] = "INSERT INTO step (run, n, key, request, result, millis) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[STEP_LIST] = "SELECT run, n, key, request, result, millis FROM step WHERE run = ?1 ORDER BY n",
	[VERSION_NEXT] = "SELECT coalesce(max(n), 0) + 1 FROM version WHERE session = ?1",
	[VERSION_INSERT] =
		"INSERT INTO version (" VERSION_COLUMNS ") VALUES (?1, ?2, nullif(?3, 0), ?4, ?5, ?6, ?7, ?8, ?9)",
	[VERSION_SELECT] = "SELECT " VERSION_COLUMNS " FROM version WHERE session = ?1 AND n = ?2",
	[VERSION_LIST] = "SELECT " VERSION_COLUMNS " FROM version WHERE session = ?1 ORDER BY n",
	[ARTIFACT_INSERT] = "INSERT INTO artifact (session, version, name, blob, size) VALUES (?1, ?2, ?3, ?4, ?5)",
	[ARTIFACT_LIST] = "SELECT session, version, name, blob, size FROM artifact WHERE session = ?1 AND version = ?2"
			  " ORDER BY name",
	[EVENT_INSERT] = "INSERT INTO event (session, seq, run, type, body, time) VALUES"
			 " (?1, (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE session = ?1), ?2, ?3, ?4, ?5)"
			 " RETURNING seq",
	[EVENT_LIST] = "SELECT session, seq, run, type, body, time FROM event WHERE session = ?1 AND seq > ?2"
		       " ORDER BY seq LIMIT ?3",
	[SPENDING_RUN] = SPENDING "session = (SELECT session FROM run WHERE id = ?1) AND run = ?1",
	[SPENDING_SESSION] = SPENDING "session = ?1",
	[SPENDING_SINCE] = SPENDING "time >= ?1",
	[SMALL_BLOB_INSERT] = "INSERT OR IGNORE INTO small_blob (hash, data) VALUES (?1, ?2)",
	[SMALL_BLOB_SELECT] = "SELECT data FROM small_blob WHERE hash = ?1",
};

/* ---- statements ---- */

sqlite3_stmt *sql_prepare(struct sqlite_store *self, enum statement which, GError **error)
{
	if (!self->db) {
		store_sqlite_still_damaged(self, error);
		return NULL;
	}
	if (!self->statements) {
		self->statements = g_new0(sqlite3_stmt *, STATEMENTS);
		self->statement_count = STATEMENTS;
	}
	sqlite3_stmt **slot = &self->statements[which];
	if (!*slot && sqlite3_prepare_v3(self->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL) !=
			      SQLITE_OK) {
		store_sqlite_fail(self, error, "read %s", self->file);
		return NULL;
	}
	return *slot;
}

void sql_bind_text(sqlite3_stmt *query, int index, const char *text)
{
	sqlite3_bind_text(query, index, text, -1, SQLITE_STATIC);
}

void sql_bind_int(sqlite3_stmt *query, int index, gint64 number)
{
	sqlite3_bind_int64(query, index, number);
}

void sql_bind_json(sqlite3_stmt *query, int index, const json_t *object)
{
	if (object)
		sqlite3_bind_text(query, index, json_print(object), -1, g_free);
	else
		sql_bind_text(query, index, "{}");
}

void sql_bind_bytes(sqlite3_stmt *query, int index, GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	/* A NULL pointer would bind NULL, and the empty blob has one. */
	sqlite3_bind_blob64(query, index, data ? data : "", size, SQLITE_STATIC);
}

static void finish(sqlite3_stmt *query)
{
	sqlite3_reset(query);
	sqlite3_clear_bindings(query);
}

bool sql_execute(struct sqlite_store *self, sqlite3_stmt *query, gint64 *number_out, const char *doing,
	const char *name, GError **error)
{
	int result = sqlite3_step(query);
	if (result == SQLITE_ROW) {
		if (number_out)
			*number_out = sqlite3_column_int64(query, 0);
		result = sqlite3_step(query);
	}
	finish(query);
	return result == SQLITE_DONE || store_sqlite_fail(self, error, "%s %s", doing, name);
}

bool sql_update(struct sqlite_store *self, sqlite3_stmt *query, const char *noun, const char *id, GError **error)
{
	int result = sqlite3_step(query);
	finish(query);
	if (result != SQLITE_DONE)
		return store_sqlite_fail(self, error, "update %s %s", noun, id);
	if (sqlite3_changes(self->db) > 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no %s %s", noun, id);
	return false;
}

bool sql_run(struct sqlite_store *self, enum statement which, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, which, error);
	return query && sql_execute(self, query, NULL, "write", self->file, error);
}

/* ---- transactions ---- */

bool sql_begin(struct sqlite_store *self, bool durable, GError **error)
{
	if (!self->db)
		return store_sqlite_still_damaged(self, error);
	if (self->flushing != durable) {
		const char *sql = durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
		if (!store_sqlite_exec(self, sql, error))
			return false;
		self->flushing = durable;
	}
	return sql_run(self, BEGIN, error);
}

bool sql_end(struct sqlite_store *self, bool done, GError **error)
{
	done = done && sql_run(self, COMMIT, error);
	/* Some failures have rolled back already, damage has closed the connection. */
	if (!done && self->db && !sqlite3_get_autocommit(self->db) && !sql_run(self, ROLLBACK, NULL))
		g_warning("%s: a failed transaction could not be rolled back", self->file);
	return done;
}

/* ---- rows ---- */

char *sql_column_text(sqlite3_stmt *query, int index)
{
	return g_strdup((const char *)sqlite3_column_text(query, index));
}

json_t *sql_column_json(sqlite3_stmt *query, int index)
{
	const char *text = (const char *)sqlite3_column_text(query, index);
	/* Not json_parse(): what came in at its limit of depth has been wrapped since. */
	json_t *value = text ? json_loadb(text, (size_t)sqlite3_column_bytes(query, index), 0, NULL) : NULL;
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

GPtrArray *sql_select(
	struct sqlite_store *self, sqlite3_stmt *query, row_reader *read, GDestroyNotify release, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(release);
	int result = sqlite3_step(query);
	void *row = NULL;
	for (; result == SQLITE_ROW && (row = read(query)); result = sqlite3_step(query))
		g_ptr_array_add(rows, row);
	bool broken = result == SQLITE_ROW;
	finish(query);
	if (result == SQLITE_DONE)
		return g_steal_pointer(&rows);
	if (broken)
		store_sqlite_damaged(self, error, "a row of it is broken");
	else
		store_sqlite_fail(self, error, "read %s", self->file);
	return NULL;
}
