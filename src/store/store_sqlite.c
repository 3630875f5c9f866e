/*
 * Sessions, runs and commits in SQLite. store_sqlite_sql.c has the statements, store_sqlite_open.c opens and closes,
 * blob_files.c has the blobs.
 *
 * Every write is one transaction; what fails is rolled back before the call returns. In a batch of commits each is a
 * savepoint, so that one's mistake is not another's. Only a batch that nobody wants durable goes without a flush.
 *
 * Threads: store.lock is held around all of this but the blobs, which take it for themselves where they need it.
 */
#include "store/store_sqlite_sql.h"

static struct sqlite_store *sqlite(struct store *store)
{
	return (struct sqlite_store *)store;
}

/* ---- rows ---- */

static void *read_session(sqlite3_stmt *query)
{
	struct store_session *session = g_new0(struct store_session, 1);
	session->id = sql_column_text(query, 0);
	session->slug = sql_column_text(query, 1);
	session->prompt = sql_column_text(query, 2);
	session->state = sql_column_text(query, 3);
	session->out_dir = sql_column_text(query, 4);
	session->parent = sql_column_text(query, 5);
	session->options = sql_column_json(query, 6);
	session->created = sqlite3_column_int64(query, 7);
	session->head = sqlite3_column_int(query, 8);
	if (session->options)
		return session;
	store_session_free(session);
	return NULL;
}

static void *read_run(sqlite3_stmt *query)
{
	struct store_run *run = g_new0(struct store_run, 1);
	run->id = sql_column_text(query, 0);
	run->session = sql_column_text(query, 1);
	run->kind = sql_column_text(query, 2);
	run->state = sql_column_text(query, 3);
	run->input = sql_column_json(query, 4);
	run->created = sqlite3_column_int64(query, 5);
	if (run->input)
		return run;
	store_run_free(run);
	return NULL;
}

static void *read_step(sqlite3_stmt *query)
{
	struct store_step *step = g_new0(struct store_step, 1);
	step->run = sql_column_text(query, 0);
	step->n = sqlite3_column_int(query, 1);
	step->key = sql_column_text(query, 2);
	step->request = sql_column_text(query, 3);
	step->result = sql_column_json(query, 4);
	step->millis = sqlite3_column_int64(query, 5);
	if (step->result)
		return step;
	store_step_free(step);
	return NULL;
}

static void *read_version(sqlite3_stmt *query)
{
	struct store_version *version = g_new0(struct store_version, 1);
	version->session = sql_column_text(query, 0);
	version->n = sqlite3_column_int(query, 1);
	version->parent = sqlite3_column_int(query, 2);
	version->run = sql_column_text(query, 3);
	version->label = sql_column_text(query, 4);
	version->script = sql_column_text(query, 5);
	version->report = sql_column_text(query, 6);
	version->facts = sql_column_json(query, 7);
	version->created = sqlite3_column_int64(query, 8);
	if (version->facts)
		return version;
	store_version_free(version);
	return NULL;
}

static void *read_artifact(sqlite3_stmt *query)
{
	struct store_artifact *artifact = g_new0(struct store_artifact, 1);
	artifact->session = sql_column_text(query, 0);
	artifact->version = sqlite3_column_int(query, 1);
	artifact->name = sql_column_text(query, 2);
	artifact->blob = sql_column_text(query, 3);
	artifact->size = sqlite3_column_int64(query, 4);
	return artifact;
}

static void *read_event(sqlite3_stmt *query)
{
	struct store_event *event = g_new0(struct store_event, 1);
	event->session = sql_column_text(query, 0);
	event->seq = sqlite3_column_int64(query, 1);
	event->run = sql_column_text(query, 2);
	event->type = sql_column_text(query, 3);
	event->body = sql_column_json(query, 4);
	event->time = sqlite3_column_int64(query, 5);
	if (event->body)
		return event;
	store_event_free(event);
	return NULL;
}

/* ---- sessions ---- */

static bool insert_session(struct sqlite_store *self, const struct store_session *session, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, SESSION_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, session->id);
	sql_bind_text(query, 2, session->slug);
	sql_bind_text(query, 3, session->prompt);
	sql_bind_text(query, 4, session->state);
	sql_bind_text(query, 5, session->out_dir);
	sql_bind_text(query, 6, session->parent);
	sql_bind_json(query, 7, session->options);
	sql_bind_int(query, 8, session->created);
	return sql_execute(self, query, NULL, "create session", session->id, error);
}

static bool sqlite_session_create(struct store *store, const struct store_session *session, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	return sql_begin(self, true, error) && sql_end(self, insert_session(self, session, error), error);
}

static struct store_session *sqlite_session_load(struct store *store, const char *prefix, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	sqlite3_stmt *query = sql_prepare(self, SESSION_SELECT, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, prefix);
	g_autoptr(GPtrArray) rows = sql_select(self, query, read_session, (GDestroyNotify)store_session_free, error);
	if (!rows)
		return NULL;
	if (rows->len == 1)
		return g_ptr_array_steal_index(rows, 0);
	if (rows->len == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no session %s", prefix);
	else
		store_error_ambiguous(error, prefix, ((struct store_session *)rows->pdata[0])->id,
			((struct store_session *)rows->pdata[1])->id);
	return NULL;
}

static GPtrArray *sqlite_session_list(struct store *store, int limit, GError **error)
{
	sqlite3_stmt *query = sql_prepare(sqlite(store), SESSION_LIST, error);
	if (!query)
		return NULL;
	sql_bind_int(query, 1, limit);
	return sql_select(sqlite(store), query, read_session, (GDestroyNotify)store_session_free, error);
}

static bool update_session_state(struct sqlite_store *self, const char *id, const char *state, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, SESSION_STATE, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, id);
	sql_bind_text(query, 2, state);
	return sql_update(self, query, "session", id, error);
}

static bool sqlite_session_set_state(struct store *store, const char *id, const char *state, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	return sql_begin(self, true, error) && sql_end(self, update_session_state(self, id, state, error), error);
}

static bool update_session_head(struct sqlite_store *self, const char *id, int version, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, SESSION_HEAD, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, id);
	sql_bind_int(query, 2, version);
	return sql_update(self, query, "session", id, error);
}

static bool sqlite_session_set_head(struct store *store, const char *id, int version, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	return sql_begin(self, true, error) && sql_end(self, update_session_head(self, id, version, error), error);
}

/* ---- runs ---- */

static bool insert_run(struct sqlite_store *self, const struct store_run *run, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, RUN_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, run->id);
	sql_bind_text(query, 2, run->session);
	sql_bind_text(query, 3, run->kind);
	sql_bind_text(query, 4, run->state);
	sql_bind_json(query, 5, run->input);
	sql_bind_int(query, 6, run->created);
	return sql_execute(self, query, NULL, "create run", run->id, error);
}

static bool sqlite_run_create(struct store *store, const struct store_run *run, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	return sql_begin(self, true, error) && sql_end(self, insert_run(self, run, error), error);
}

static struct store_run *sqlite_run_load(struct store *store, const char *id, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	sqlite3_stmt *query = sql_prepare(self, RUN_SELECT, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, id);
	g_autoptr(GPtrArray) rows = sql_select(self, query, read_run, (GDestroyNotify)store_run_free, error);
	if (rows && rows->len > 0)
		return g_ptr_array_steal_index(rows, 0);
	if (rows)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no run %s", id);
	return NULL;
}

static GPtrArray *sqlite_run_list(struct store *store, const char *session, const char *state, GError **error)
{
	enum statement which = session ? RUN_LIST_SESSION : state ? RUN_LIST_STATE : RUN_LIST;
	sqlite3_stmt *query = sql_prepare(sqlite(store), which, error);
	if (!query)
		return NULL;
	if (which != RUN_LIST)
		sql_bind_text(query, 1, session ? session : state);
	if (which == RUN_LIST_SESSION)
		sql_bind_text(query, 2, state);
	return sql_select(sqlite(store), query, read_run, (GDestroyNotify)store_run_free, error);
}

/* ---- commits ---- */

static bool insert_step(struct sqlite_store *self, const struct store_step *step, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, STEP_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, step->run);
	sql_bind_int(query, 2, step->n);
	sql_bind_text(query, 3, step->key);
	sql_bind_text(query, 4, step->request);
	sql_bind_json(query, 5, step->result);
	sql_bind_int(query, 6, step->millis);
	return sql_execute(self, query, NULL, "add a step to run", step->run, error);
}

/* Gives the version its number, which must be the one asked for, if any was. */
static bool number_version(struct sqlite_store *self, struct store_version *version, GError **error)
{
	gint64 next = 0;
	sqlite3_stmt *query = sql_prepare(self, VERSION_NEXT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, version->session);
	if (!sql_execute(self, query, &next, "number a version of session", version->session, error))
		return false;
	if (version->n != 0 && version->n != next) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "version %d of session %s is not the next, %d is",
			version->n, version->session, (int)next);
		return false;
	}
	/* A row may reference itself, so the foreign key would let the version be its own parent. */
	if (version->parent >= next) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "session %s has no version %d", version->session,
			version->parent);
		return false;
	}
	version->n = (int)next;
	return true;
}

static bool insert_version(struct sqlite_store *self, struct store_version *version, GError **error)
{
	if (!number_version(self, version, error))
		return false;
	sqlite3_stmt *query = sql_prepare(self, VERSION_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, version->session);
	sql_bind_int(query, 2, version->n);
	sql_bind_int(query, 3, version->parent);
	sql_bind_text(query, 4, version->run);
	sql_bind_text(query, 5, version->label);
	sql_bind_text(query, 6, version->script);
	sql_bind_text(query, 7, version->report);
	sql_bind_json(query, 8, version->facts);
	sql_bind_int(query, 9, version->created);
	return sql_execute(self, query, NULL, "add a version to session", version->session, error) &&
	       update_session_head(self, version->session, version->n, error);
}

static bool insert_artifact(
	struct sqlite_store *self, const struct store_artifact *artifact, int version, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, ARTIFACT_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, artifact->session);
	sql_bind_int(query, 2, version);
	sql_bind_text(query, 3, artifact->name);
	sql_bind_text(query, 4, artifact->blob);
	sql_bind_int(query, 5, artifact->size);
	return sql_execute(self, query, NULL, "add artifact", artifact->name, error);
}

static bool insert_event(struct sqlite_store *self, struct store_event *event, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, EVENT_INSERT, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, event->session);
	sql_bind_text(query, 2, event->run);
	sql_bind_text(query, 3, event->type);
	sql_bind_json(query, 4, event->body);
	sql_bind_int(query, 5, event->time);
	return sql_execute(self, query, &event->seq, "add an event to session", event->session, error);
}

static bool update_run_state(struct sqlite_store *self, const char *id, const char *state, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, RUN_STATE, error);
	if (!query)
		return false;
	sql_bind_text(query, 1, id);
	sql_bind_text(query, 2, state);
	return sql_update(self, query, "run", id, error);
}

static bool apply_commit(struct sqlite_store *self, struct store_commit *commit, GError **error)
{
	if (commit->step && !insert_step(self, commit->step, error))
		return false;
	if (commit->version && !insert_version(self, commit->version, error))
		return false;
	for (guint i = 0; commit->artifacts && i < commit->artifacts->len; i++) {
		const struct store_artifact *artifact = commit->artifacts->pdata[i];
		g_assert(artifact->version || commit->version);
		int version = artifact->version ? artifact->version : commit->version->n;
		if (!insert_artifact(self, artifact, version, error))
			return false;
	}
	for (guint i = 0; commit->events && i < commit->events->len; i++) {
		if (!insert_event(self, commit->events->pdata[i], error))
			return false;
	}
	return !commit->run_state || update_run_state(self, commit->run, commit->run_state, error);
}

/* One commit of a batch. False with `error` when the whole batch is lost; what only this commit did wrong is undone and
 * told to its caller. */
static bool apply_pending(struct sqlite_store *self, struct store_pending *pending, GError **error)
{
	GError *why = NULL;
	if (!sql_run(self, SAVEPOINT, error))
		return false;
	if (apply_commit(self, pending->commit, &why))
		return sql_run(self, SAVEPOINT_RELEASE, error);
	if (why->code != STORE_ERROR_NOT_FOUND && why->code != STORE_ERROR_CONFLICT) {
		g_propagate_error(error, why);
		return false;
	}
	pending->error = why;
	return sql_run(self, SAVEPOINT_ROLLBACK, error) && sql_run(self, SAVEPOINT_RELEASE, error);
}

static void sqlite_commit(struct store *store, struct store_pending *const *batch, guint count)
{
	struct sqlite_store *self = sqlite(store);
	g_autoptr(GError) lost = NULL;
	bool durable = false;
	for (guint i = 0; i < count; i++)
		durable = durable || batch[i]->commit->durable;
	bool done = sql_begin(self, durable, &lost);
	for (guint i = 0; done && i < count; i++)
		done = apply_pending(self, batch[i], &lost);
	if (sql_end(self, done, &lost))
		return;
	for (guint i = 0; i < count; i++) {
		if (!batch[i]->error)
			batch[i]->error = g_error_copy(lost);
	}
}

/* ---- what commits left ---- */

static GPtrArray *sqlite_step_list(struct store *store, const char *run, GError **error)
{
	sqlite3_stmt *query = sql_prepare(sqlite(store), STEP_LIST, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, run);
	return sql_select(sqlite(store), query, read_step, (GDestroyNotify)store_step_free, error);
}

static GPtrArray *sqlite_event_list(struct store *store, const char *session, gint64 after, int limit, GError **error)
{
	sqlite3_stmt *query = sql_prepare(sqlite(store), EVENT_LIST, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, session);
	sql_bind_int(query, 2, after);
	sql_bind_int(query, 3, limit);
	return sql_select(sqlite(store), query, read_event, (GDestroyNotify)store_event_free, error);
}

static void *read_spending(sqlite3_stmt *query)
{
	struct store_spending *spending = g_new0(struct store_spending, 1);
	gint64 *const numbers[] = {&spending->calls, &spending->unknown, &spending->tokens_in, &spending->tokens_cached,
		&spending->tokens_out, NULL, &spending->millis};
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (numbers[i])
			*numbers[i] = sqlite3_column_int64(query, (int)i);
	}
	spending->usd = sqlite3_column_double(query, 5);
	return spending;
}

static bool sqlite_spending(struct store *store, const char *session, const char *run, gint64 since,
	struct store_spending *spending, GError **error)
{
	enum statement which = run ? SPENDING_RUN : session ? SPENDING_SESSION : SPENDING_SINCE;
	sqlite3_stmt *query = sql_prepare(sqlite(store), which, error);
	if (!query)
		return false;
	if (which == SPENDING_SINCE)
		sql_bind_int(query, 1, since);
	else
		sql_bind_text(query, 1, run ? run : session);
	g_autoptr(GPtrArray) rows = sql_select(sqlite(store), query, read_spending, g_free, error);
	if (rows && rows->len == 1)
		*spending = *(struct store_spending *)rows->pdata[0];
	return rows != NULL;
}

static struct store_version *sqlite_version_load(struct store *store, const char *session, int n, GError **error)
{
	struct sqlite_store *self = sqlite(store);
	sqlite3_stmt *query = sql_prepare(self, VERSION_SELECT, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, session);
	sql_bind_int(query, 2, n);
	g_autoptr(GPtrArray) rows = sql_select(self, query, read_version, (GDestroyNotify)store_version_free, error);
	if (rows && rows->len > 0)
		return g_ptr_array_steal_index(rows, 0);
	if (rows)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "session %s has no version %d", session, n);
	return NULL;
}

static GPtrArray *sqlite_version_list(struct store *store, const char *session, GError **error)
{
	sqlite3_stmt *query = sql_prepare(sqlite(store), VERSION_LIST, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, session);
	return sql_select(sqlite(store), query, read_version, (GDestroyNotify)store_version_free, error);
}

static GPtrArray *sqlite_artifact_list(struct store *store, const char *session, int version, GError **error)
{
	sqlite3_stmt *query = sql_prepare(sqlite(store), ARTIFACT_LIST, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, session);
	sql_bind_int(query, 2, version);
	return sql_select(sqlite(store), query, read_artifact, (GDestroyNotify)store_artifact_free, error);
}

/* ---- blobs ---- */

/* Blobs up to this size stand in the database (schema/002.sql), larger ones in files. */
enum { SMALL_BLOB = 64 * 1024 };

static bool put_small(struct sqlite_store *self, GBytes *bytes, const char *hash, GError **error)
{
	bool done = sql_begin(self, false, error);
	sqlite3_stmt *query = done ? sql_prepare(self, SMALL_BLOB_INSERT, error) : NULL;
	if (query) {
		sql_bind_text(query, 1, hash);
		sql_bind_bytes(query, 2, bytes);
	}
	return done && sql_end(self, query && sql_execute(self, query, NULL, "keep blob", hash, error), error);
}

static bool sqlite_blob_put(struct store *store, GBytes *bytes, char **hash_out, GError **error)
{
	if (g_bytes_get_size(bytes) > SMALL_BLOB)
		return blob_files_put(sqlite(store)->blobs, bytes, hash_out, error);
	g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_mutex_lock(&store->lock);
	bool done = put_small(sqlite(store), bytes, hash, error);
	g_mutex_unlock(&store->lock);
	if (done)
		*hash_out = g_steal_pointer(&hash);
	return done;
}

static void *read_blob(sqlite3_stmt *query)
{
	return g_bytes_new(sqlite3_column_blob(query, 0), (gsize)sqlite3_column_bytes(query, 0));
}

/* The blob if it is a small one; NULL without error when it is not. */
static GBytes *get_small(struct sqlite_store *self, const char *hash, GError **error)
{
	sqlite3_stmt *query = sql_prepare(self, SMALL_BLOB_SELECT, error);
	if (!query)
		return NULL;
	sql_bind_text(query, 1, hash);
	g_autoptr(GPtrArray) rows = sql_select(self, query, read_blob, (GDestroyNotify)g_bytes_unref, error);
	if (!rows || rows->len == 0)
		return NULL;
	g_autoptr(GBytes) bytes = g_ptr_array_steal_index(rows, 0);
	g_autofree char *now = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	if (g_str_equal(now, hash))
		return g_steal_pointer(&bytes);
	g_set_error(error, STORE_ERROR, STORE_ERROR_DAMAGED,
		"blob %s in %s is damaged: its bytes are not those it was kept with", hash, self->file);
	return NULL;
}

static GBytes *sqlite_blob_get(struct store *store, const char *hash, GError **error)
{
	GError *why = NULL;
	g_mutex_lock(&store->lock);
	GBytes *bytes = get_small(sqlite(store), hash, &why);
	g_mutex_unlock(&store->lock);
	if (why)
		g_propagate_error(error, why);
	return bytes || why ? bytes : blob_files_get(sqlite(store)->blobs, hash, error);
}

const struct store_ops store_sqlite_ops = {
	.name = "sqlite",
	.open = store_sqlite_open,
	.close = store_sqlite_close,
	.session_create = sqlite_session_create,
	.session_load = sqlite_session_load,
	.session_list = sqlite_session_list,
	.session_set_state = sqlite_session_set_state,
	.session_set_head = sqlite_session_set_head,
	.run_create = sqlite_run_create,
	.run_load = sqlite_run_load,
	.run_list = sqlite_run_list,
	.commit = sqlite_commit,
	.step_list = sqlite_step_list,
	.event_list = sqlite_event_list,
	.spending = sqlite_spending,
	.version_load = sqlite_version_load,
	.version_list = sqlite_version_list,
	.artifact_list = sqlite_artifact_list,
	.blob_put = sqlite_blob_put,
	.blob_get = sqlite_blob_get,
};
