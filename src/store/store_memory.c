/*
 * A store in memory: for tests, and for servers that are to leave nothing behind. It forgets everything when closed.
 *
 * Invariant: a commit is checked whole before any of it is applied; applying cannot fail. Version n is at index n - 1,
 * event seq at index seq - 1. Threads: all but the blobs is guarded by store.lock, the blobs by blob_lock.
 */
#include "store/store_int.h"

#include <string.h>

struct memory_session {
	struct store_session *row;
	GPtrArray *versions;  /* of struct store_version */
	GPtrArray *artifacts; /* of struct store_artifact */
	GPtrArray *events;    /* of struct store_event */
};

struct memory_run {
	struct store_run *row;
	GPtrArray *steps; /* of struct store_step, by n */
};

struct memory_store {
	struct store base;
	GPtrArray *sessions;       /* of struct memory_session, as they were created */
	GPtrArray *runs;           /* of struct memory_run, as they were created */
	GHashTable *session_by_id; /* borrowed */
	GHashTable *run_by_id;     /* borrowed */
	GMutex blob_lock;
	GHashTable *blobs; /* hash to GBytes; guarded by blob_lock */
};

static struct memory_store *memory(struct store *store)
{
	return (struct memory_store *)store;
}

static void free_memory_session(void *pointer)
{
	struct memory_session *session = pointer;
	store_session_free(session->row);
	g_ptr_array_unref(session->versions);
	g_ptr_array_unref(session->artifacts);
	g_ptr_array_unref(session->events);
	g_free(session);
}

static void free_memory_run(void *pointer)
{
	struct memory_run *run = pointer;
	store_run_free(run->row);
	g_ptr_array_unref(run->steps);
	g_free(run);
}

static struct store *memory_open(const char *path, GError **error)
{
	struct memory_store *self = g_new0(struct memory_store, 1);
	store_init(&self->base, &store_memory_ops);
	self->sessions = g_ptr_array_new_with_free_func(free_memory_session);
	self->runs = g_ptr_array_new_with_free_func(free_memory_run);
	self->session_by_id = g_hash_table_new(g_str_hash, g_str_equal);
	self->run_by_id = g_hash_table_new(g_str_hash, g_str_equal);
	g_mutex_init(&self->blob_lock);
	self->blobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
	return &self->base;
}

static void memory_close(struct store *store)
{
	struct memory_store *self = memory(store);
	g_hash_table_unref(self->session_by_id);
	g_hash_table_unref(self->run_by_id);
	g_ptr_array_unref(self->sessions);
	g_ptr_array_unref(self->runs);
	g_hash_table_unref(self->blobs);
	g_mutex_clear(&self->blob_lock);
	store_release(store);
	g_free(self);
}

static struct memory_session *find_session(struct store *store, const char *id, GError **error)
{
	struct memory_session *session = g_hash_table_lookup(memory(store)->session_by_id, id);
	if (!session)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no session %s", id);
	return session;
}

static struct memory_run *find_run(struct store *store, const char *id, GError **error)
{
	struct memory_run *run = g_hash_table_lookup(memory(store)->run_by_id, id);
	if (!run)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no run %s", id);
	return run;
}

static bool has_version(const struct memory_session *session, int n, GError **error)
{
	if (n >= 1 && (guint)n <= session->versions->len)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "session %s has no version %d", session->row->id, n);
	return false;
}

/* ---- sessions ---- */

static bool memory_session_create(struct store *store, const struct store_session *session, GError **error)
{
	struct memory_store *self = memory(store);
	if (g_hash_table_contains(self->session_by_id, session->id)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "session %s exists already", session->id);
		return false;
	}
	if (session->parent && !find_session(store, session->parent, error))
		return false;
	struct memory_session *created = g_new0(struct memory_session, 1);
	created->row = store_session_copy(session);
	created->versions = g_ptr_array_new_with_free_func((GDestroyNotify)store_version_free);
	created->artifacts = g_ptr_array_new_with_free_func((GDestroyNotify)store_artifact_free);
	created->events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_ptr_array_add(self->sessions, created);
	g_hash_table_insert(self->session_by_id, created->row->id, created);
	return true;
}

static struct store_session *memory_session_load(struct store *store, const char *prefix, GError **error)
{
	const GPtrArray *sessions = memory(store)->sessions;
	const struct store_session *found = NULL;
	for (guint i = 0; i < sessions->len; i++) {
		const struct memory_session *session = sessions->pdata[i];
		if (!g_str_has_prefix(session->row->id, prefix))
			continue;
		if (found) {
			store_error_ambiguous(error, prefix, found->id, session->row->id);
			return NULL;
		}
		found = session->row;
	}
	if (found)
		return store_session_copy(found);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no session %s", prefix);
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	gint64 created_a = (*(struct store_session *const *)a)->created;
	gint64 created_b = (*(struct store_session *const *)b)->created;
	return (created_a < created_b) - (created_a > created_b);
}

static GPtrArray *memory_session_list(struct store *store, int limit, GError **error)
{
	const GPtrArray *sessions = memory(store)->sessions;
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	for (guint i = sessions->len; i-- > 0;)
		g_ptr_array_add(rows, ((struct memory_session *)sessions->pdata[i])->row);
	g_ptr_array_sort(rows, newest_first);
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_session_free);
	for (guint i = 0; i < MIN(rows->len, (guint)limit); i++)
		g_ptr_array_add(list, store_session_copy(rows->pdata[i]));
	return list;
}

static bool memory_session_set_state(struct store *store, const char *id, const char *state, GError **error)
{
	struct memory_session *session = find_session(store, id, error);
	if (!session)
		return false;
	g_free(session->row->state);
	session->row->state = g_strdup(state);
	return true;
}

static bool memory_session_set_head(struct store *store, const char *id, int version, GError **error)
{
	struct memory_session *session = find_session(store, id, error);
	if (!session || (version != 0 && !has_version(session, version, error)))
		return false;
	session->row->head = version;
	return true;
}

/* ---- runs ---- */

static bool memory_run_create(struct store *store, const struct store_run *run, GError **error)
{
	struct memory_store *self = memory(store);
	if (g_hash_table_contains(self->run_by_id, run->id)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "run %s exists already", run->id);
		return false;
	}
	if (!find_session(store, run->session, error))
		return false;
	struct memory_run *created = g_new0(struct memory_run, 1);
	created->row = store_run_copy(run);
	created->steps = g_ptr_array_new_with_free_func((GDestroyNotify)store_step_free);
	g_ptr_array_add(self->runs, created);
	g_hash_table_insert(self->run_by_id, created->row->id, created);
	return true;
}

static struct store_run *memory_run_load(struct store *store, const char *id, GError **error)
{
	struct memory_run *run = find_run(store, id, error);
	return run ? store_run_copy(run->row) : NULL;
}

static int oldest_first(const void *a, const void *b)
{
	gint64 created_a = (*(struct store_run *const *)a)->created;
	gint64 created_b = (*(struct store_run *const *)b)->created;
	return (created_a > created_b) - (created_a < created_b);
}

static GPtrArray *memory_run_list(struct store *store, const char *session, const char *state, GError **error)
{
	const GPtrArray *runs = memory(store)->runs;
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_run_free);
	for (guint i = 0; i < runs->len; i++) {
		const struct store_run *row = ((struct memory_run *)runs->pdata[i])->row;
		if ((!session || g_str_equal(row->session, session)) && (!state || g_str_equal(row->state, state)))
			g_ptr_array_add(list, store_run_copy(row));
	}
	g_ptr_array_sort(list, oldest_first);
	return list;
}

/* ---- commits: checked whole, then applied ---- */

static bool check_step(struct store *store, const struct store_step *step, GError **error)
{
	struct memory_run *run = find_run(store, step->run, error);
	for (guint i = 0; run && i < run->steps->len; i++) {
		if (((struct store_step *)run->steps->pdata[i])->n == step->n) {
			g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "run %s has a step %d already", step->run,
				step->n);
			return false;
		}
	}
	return run != NULL;
}

static bool check_version(struct store *store, const struct store_version *version, GError **error)
{
	struct memory_session *session = find_session(store, version->session, error);
	if (!session || !find_run(store, version->run, error))
		return false;
	int next = (int)session->versions->len + 1;
	if (version->n != 0 && version->n != next) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "version %d of session %s is not the next, %d is",
			version->n, version->session, next);
		return false;
	}
	return version->parent == 0 || has_version(session, version->parent, error);
}

static bool same_artifact(
	const struct store_artifact *a, int version_of_a, const struct store_artifact *b, int version_of_b)
{
	return version_of_a == version_of_b && g_str_equal(a->name, b->name) && g_str_equal(a->session, b->session);
}

static bool check_artifact(struct store *store, const struct store_commit *commit, guint index, GError **error)
{
	const struct store_artifact *artifact = commit->artifacts->pdata[index];
	struct memory_session *session = find_session(store, artifact->session, error);
	if (!session)
		return false;
	bool commit_makes_it = commit->version && g_str_equal(commit->version->session, artifact->session);
	int made = commit_makes_it ? (int)session->versions->len + 1 : -1;
	int version = artifact->version ? artifact->version : made;
	if (version != made && !has_version(session, version, error))
		return false;
	bool taken = false;
	for (guint i = 0; i < session->artifacts->len && !taken; i++) {
		const struct store_artifact *other = session->artifacts->pdata[i];
		taken = same_artifact(artifact, version, other, other->version);
	}
	for (guint i = 0; i < index && !taken; i++) {
		const struct store_artifact *other = commit->artifacts->pdata[i];
		taken = same_artifact(artifact, version, other, other->version ? other->version : made);
	}
	if (taken)
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
			"version %d of session %s has an artifact %s already", version, artifact->session,
			artifact->name);
	return !taken;
}

static bool check_commit(struct store *store, const struct store_commit *commit, GError **error)
{
	if (commit->step && !check_step(store, commit->step, error))
		return false;
	if (commit->version && !check_version(store, commit->version, error))
		return false;
	for (guint i = 0; commit->artifacts && i < commit->artifacts->len; i++) {
		if (!check_artifact(store, commit, i, error))
			return false;
	}
	for (guint i = 0; commit->events && i < commit->events->len; i++) {
		const struct store_event *event = commit->events->pdata[i];
		if (!find_session(store, event->session, error) || (event->run && !find_run(store, event->run, error)))
			return false;
	}
	return !commit->run_state || find_run(store, commit->run, error);
}

static int by_n(const void *a, const void *b)
{
	return (*(struct store_step *const *)a)->n - (*(struct store_step *const *)b)->n;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct store_artifact *const *)a)->name, (*(struct store_artifact *const *)b)->name);
}

static void apply_commit(struct store *store, struct store_commit *commit)
{
	if (commit->step) {
		struct memory_run *run = find_run(store, commit->step->run, NULL);
		g_ptr_array_add(run->steps, store_step_copy(commit->step));
		g_ptr_array_sort(run->steps, by_n);
	}
	if (commit->version) {
		struct memory_session *session = find_session(store, commit->version->session, NULL);
		commit->version->n = (int)session->versions->len + 1;
		g_ptr_array_add(session->versions, store_version_copy(commit->version));
		session->row->head = commit->version->n;
	}
	for (guint i = 0; commit->artifacts && i < commit->artifacts->len; i++) {
		struct store_artifact *copy = store_artifact_copy(commit->artifacts->pdata[i]);
		if (copy->version == 0)
			copy->version = commit->version->n;
		g_ptr_array_add(find_session(store, copy->session, NULL)->artifacts, copy);
	}
	for (guint i = 0; commit->events && i < commit->events->len; i++) {
		struct store_event *event = commit->events->pdata[i];
		struct memory_session *session = find_session(store, event->session, NULL);
		event->seq = session->events->len + 1;
		g_ptr_array_add(session->events, store_event_copy(event));
	}
	if (commit->run_state) {
		struct memory_run *run = find_run(store, commit->run, NULL);
		g_free(run->row->state);
		run->row->state = g_strdup(commit->run_state);
	}
}

static void memory_commit(struct store *store, struct store_pending *const *batch, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (check_commit(store, batch[i]->commit, &batch[i]->error))
			apply_commit(store, batch[i]->commit);
	}
}

/* ---- what commits left ---- */

static GPtrArray *memory_step_list(struct store *store, const char *run, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_step_free);
	struct memory_run *found = find_run(store, run, NULL);
	for (guint i = 0; found && i < found->steps->len; i++)
		g_ptr_array_add(list, store_step_copy(found->steps->pdata[i]));
	return list;
}

static GPtrArray *memory_event_list(struct store *store, const char *session, gint64 after, int limit, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	struct memory_session *found = find_session(store, session, NULL);
	for (gint64 i = after; found && i < found->events->len && list->len < (guint)limit; i++)
		g_ptr_array_add(list, store_event_copy(found->events->pdata[i]));
	return list;
}

static void add_spending(struct store_spending *sum, const struct store_event *event)
{
	const json_t *usage = json_object_get(event->body, "usage");
	const json_t *usd = json_object_get(usage, "usd");
	sum->millis += json_int(event->body, "millis", 0);
	if (!json_is_object(usage))
		return;
	sum->calls++;
	sum->unknown += !json_is_number(usd);
	sum->usd += json_number_value(usd);
	sum->tokens_in += json_int(usage, "tokens_in", 0);
	sum->tokens_cached += json_int(usage, "tokens_cached", 0);
	sum->tokens_out += json_int(usage, "tokens_out", 0);
}

static bool memory_spending(struct store *store, const char *session, const char *run, gint64 since,
	struct store_spending *spending, GError **error)
{
	const GPtrArray *sessions = memory(store)->sessions;
	for (guint i = 0; i < sessions->len; i++) {
		const struct memory_session *each = sessions->pdata[i];
		for (guint j = 0; j < each->events->len; j++) {
			const struct store_event *event = each->events->pdata[j];
			bool told =
				g_str_equal(event->type, "step.finished") || g_str_equal(event->type, "model.tried");
			bool wanted = run       ? g_strcmp0(event->run, run) == 0
				      : session ? g_str_equal(event->session, session)
						: event->time >= since;
			if (told && wanted)
				add_spending(spending, event);
		}
	}
	return true;
}

static struct store_version *memory_version_load(struct store *store, const char *session, int n, GError **error)
{
	struct memory_session *found = find_session(store, session, error);
	if (!found || !has_version(found, n, error))
		return NULL;
	return store_version_copy(found->versions->pdata[n - 1]);
}

static GPtrArray *memory_version_list(struct store *store, const char *session, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_version_free);
	struct memory_session *found = find_session(store, session, NULL);
	for (guint i = 0; found && i < found->versions->len; i++)
		g_ptr_array_add(list, store_version_copy(found->versions->pdata[i]));
	return list;
}

static GPtrArray *memory_artifact_list(struct store *store, const char *session, int version, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)store_artifact_free);
	struct memory_session *found = find_session(store, session, NULL);
	for (guint i = 0; found && i < found->artifacts->len; i++) {
		const struct store_artifact *artifact = found->artifacts->pdata[i];
		if (artifact->version == version)
			g_ptr_array_add(list, store_artifact_copy(artifact));
	}
	g_ptr_array_sort(list, by_name);
	return list;
}

/* ---- blobs ---- */

static bool memory_blob_put(struct store *store, GBytes *bytes, char **hash_out, GError **error)
{
	struct memory_store *self = memory(store);
	char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_mutex_lock(&self->blob_lock);
	if (!g_hash_table_contains(self->blobs, hash))
		g_hash_table_insert(self->blobs, g_strdup(hash), g_bytes_ref(bytes));
	g_mutex_unlock(&self->blob_lock);
	*hash_out = hash;
	return true;
}

static GBytes *memory_blob_get(struct store *store, const char *hash, GError **error)
{
	struct memory_store *self = memory(store);
	g_mutex_lock(&self->blob_lock);
	GBytes *bytes = g_hash_table_lookup(self->blobs, hash);
	if (bytes)
		g_bytes_ref(bytes);
	g_mutex_unlock(&self->blob_lock);
	if (!bytes)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no blob %s", hash);
	return bytes;
}

const struct store_ops store_memory_ops = {
	.name = "memory",
	.open = memory_open,
	.close = memory_close,
	.session_create = memory_session_create,
	.session_load = memory_session_load,
	.session_list = memory_session_list,
	.session_set_state = memory_session_set_state,
	.session_set_head = memory_session_set_head,
	.run_create = memory_run_create,
	.run_load = memory_run_load,
	.run_list = memory_run_list,
	.commit = memory_commit,
	.step_list = memory_step_list,
	.event_list = memory_event_list,
	.spending = memory_spending,
	.version_load = memory_version_load,
	.version_list = memory_version_list,
	.artifact_list = memory_artifact_list,
	.blob_put = memory_blob_put,
	.blob_get = memory_blob_get,
};
