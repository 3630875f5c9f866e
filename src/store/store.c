/*
 * Dispatch: checks what callers hand in, takes the lock, calls the backend (see store_int.h).
 *
 * Group commit: a commit first joins the queue, then waits for the lock. Whoever gets the lock writes everything that
 * is in the queue by then with one flush, so that a thousand runs share the disk's flushes instead of lining up for
 * them; the others find theirs done. A commit is in the queue before its thread waits, hence when its thread holds the
 * lock it is either done or still queued.
 */
#include "base/suggest.h"
#include "store/store_int.h"

#include <string.h>

enum { SESSION_DIGITS = 32, PREFIX_DIGITS = 6, HASH_DIGITS = 64 };

G_DEFINE_QUARK(ll3m_store_error, store_error)

void store_init(struct store *store, const struct store_ops *ops)
{
	store->ops = ops;
	store->queue = g_ptr_array_new();
	g_mutex_init(&store->lock);
	g_mutex_init(&store->queue_lock);
}

void store_release(struct store *store)
{
	g_assert(store->queue->len == 0);
	g_ptr_array_unref(store->queue);
	g_mutex_clear(&store->lock);
	g_mutex_clear(&store->queue_lock);
}

struct store *store_open(const char *kind, const char *path, GError **error)
{
	for (guint i = 0; store_table[i]; i++) {
		if (g_str_equal(store_table[i]->name, kind))
			return store_table[i]->open(path, error);
	}
	const char *near = suggest_nearest(kind, store_kinds());
	g_autofree char *kinds = g_strjoinv(", ", (char **)store_kinds());
	g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "there is no store \"%s\"%s%s%s; there are: %s", kind,
		near ? ", is it \"" : "", near ? near : "", near ? "\"?" : "", kinds);
	return NULL;
}

void store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}

static bool is_hex(const char *text, gsize digits)
{
	return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

static bool is_one_of(const char *word, const char *const *words)
{
	return word && g_strv_contains(words, word);
}

static bool is_session_state(const char *state)
{
	static const char *const states[] = {"open", "closed", NULL};
	return is_one_of(state, states);
}

static bool is_run_state(const char *state)
{
	static const char *const states[] = {"running", "completed", "failed", "cancelled", "interrupted", NULL};
	return is_one_of(state, states);
}

/* ---- sessions and runs ---- */

bool store_session_create(struct store *store, const struct store_session *session, GError **error)
{
	g_assert(is_hex(session->id, SESSION_DIGITS) && is_session_state(session->state) && session->head == 0);
	g_mutex_lock(&store->lock);
	bool done = store->ops->session_create(store, session, error);
	g_mutex_unlock(&store->lock);
	return done;
}

struct store_session *store_session_load(struct store *store, const char *id, GError **error)
{
	g_autofree char *prefix = g_ascii_strdown(id, -1);
	gsize digits = strlen(prefix);
	if (digits > SESSION_DIGITS || !is_hex(prefix, digits)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"\"%s\" is not a session: an id has %d digits 0-9 and a-f, its first %d are enough", id,
			SESSION_DIGITS, PREFIX_DIGITS);
		return NULL;
	}
	if (digits < PREFIX_DIGITS) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"\"%s\" is too short for a session: give at least %d digits of its id", id, PREFIX_DIGITS);
		return NULL;
	}
	g_mutex_lock(&store->lock);
	struct store_session *session = store->ops->session_load(store, prefix, error);
	g_mutex_unlock(&store->lock);
	return session;
}

void store_error_ambiguous(GError **error, const char *prefix, const char *first, const char *second)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		"\"%s\" begins the ids of several sessions (%s, %s): give more digits", prefix, first, second);
}

GPtrArray *store_session_list(struct store *store, int limit, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->session_list(store, MAX(limit, 0), error);
	g_mutex_unlock(&store->lock);
	return list;
}

bool store_session_set_state(struct store *store, const char *id, const char *state, GError **error)
{
	g_assert(is_session_state(state));
	g_mutex_lock(&store->lock);
	bool done = store->ops->session_set_state(store, id, state, error);
	g_mutex_unlock(&store->lock);
	return done;
}

bool store_session_set_head(struct store *store, const char *id, int version, GError **error)
{
	g_mutex_lock(&store->lock);
	bool done = store->ops->session_set_head(store, id, version, error);
	g_mutex_unlock(&store->lock);
	return done;
}

bool store_run_create(struct store *store, const struct store_run *run, GError **error)
{
	g_assert(run->id && run->session && run->kind && is_run_state(run->state));
	g_mutex_lock(&store->lock);
	bool done = store->ops->run_create(store, run, error);
	g_mutex_unlock(&store->lock);
	return done;
}

struct store_run *store_run_load(struct store *store, const char *id, GError **error)
{
	g_mutex_lock(&store->lock);
	struct store_run *run = store->ops->run_load(store, id, error);
	g_mutex_unlock(&store->lock);
	return run;
}

GPtrArray *store_run_list(struct store *store, const char *session, const char *state, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->run_list(store, session, state, error);
	g_mutex_unlock(&store->lock);
	return list;
}

/* ---- commits ---- */

static void check_commit(const struct store_commit *commit)
{
	const struct store_step *step = commit->step;
	const struct store_version *version = commit->version;
	g_assert(!step || (step->run && step->key && step->n >= 0));
	g_assert(!version || (version->session && version->run && version->n >= 0 && version->parent >= 0));
	g_assert(!commit->run_state || (commit->run && is_run_state(commit->run_state)));
	for (guint i = 0; commit->artifacts && i < commit->artifacts->len; i++) {
		const struct store_artifact *artifact = commit->artifacts->pdata[i];
		g_assert(artifact->session && artifact->name && artifact->blob && artifact->version >= 0);
		g_assert(artifact->version > 0 || (version && g_str_equal(version->session, artifact->session)));
	}
	for (guint i = 0; commit->events && i < commit->events->len; i++) {
		const struct store_event *event = commit->events->pdata[i];
		g_assert(event->session && event->type);
	}
}

/* Writes all that is queued. Holds store->lock. */
static void commit_queued(struct store *store)
{
	g_mutex_lock(&store->queue_lock);
	gsize count;
	g_autofree struct store_pending **batch = (struct store_pending **)g_ptr_array_steal(store->queue, &count);
	g_mutex_unlock(&store->queue_lock);
	store->ops->commit(store, batch, (guint)count);
	for (gsize i = 0; i < count; i++)
		batch[i]->done = true;
}

bool store_commit(struct store *store, struct store_commit *commit, GError **error)
{
	struct store_pending pending = {.commit = commit};
	int asked = commit->version ? commit->version->n : 0;
	check_commit(commit);
	g_mutex_lock(&store->queue_lock);
	g_ptr_array_add(store->queue, &pending);
	g_mutex_unlock(&store->queue_lock);
	g_mutex_lock(&store->lock);
	if (!pending.done)
		commit_queued(store);
	g_mutex_unlock(&store->lock);
	if (!pending.error)
		return true;
	if (commit->version)
		commit->version->n = asked;
	for (guint i = 0; commit->events && i < commit->events->len; i++)
		((struct store_event *)commit->events->pdata[i])->seq = 0;
	g_propagate_error(error, pending.error);
	return false;
}

GPtrArray *store_step_list(struct store *store, const char *run, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->step_list(store, run, error);
	g_mutex_unlock(&store->lock);
	return list;
}

GPtrArray *store_event_list(struct store *store, const char *session, gint64 after, int limit, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->event_list(store, session, MAX(after, 0), MAX(limit, 0), error);
	g_mutex_unlock(&store->lock);
	return list;
}

bool store_spending(struct store *store, const char *session, const char *run, gint64 since,
	struct store_spending *spending_out, GError **error)
{
	*spending_out = (struct store_spending){0};
	g_mutex_lock(&store->lock);
	bool done = store->ops->spending(store, session, run, since, spending_out, error);
	g_mutex_unlock(&store->lock);
	return done;
}

struct store_version *store_version_load(struct store *store, const char *session, int n, GError **error)
{
	g_mutex_lock(&store->lock);
	struct store_version *version = store->ops->version_load(store, session, n, error);
	g_mutex_unlock(&store->lock);
	return version;
}

GPtrArray *store_version_list(struct store *store, const char *session, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->version_list(store, session, error);
	g_mutex_unlock(&store->lock);
	return list;
}

GPtrArray *store_artifact_list(struct store *store, const char *session, int version, GError **error)
{
	g_mutex_lock(&store->lock);
	GPtrArray *list = store->ops->artifact_list(store, session, version, error);
	g_mutex_unlock(&store->lock);
	return list;
}

/* ---- blobs ---- */

bool store_blob_put(struct store *store, GBytes *bytes, char **hash_out, GError **error)
{
	return store->ops->blob_put(store, bytes, hash_out, error);
}

GBytes *store_blob_get(struct store *store, const char *hash, GError **error)
{
	if (is_hex(hash, HASH_DIGITS))
		return store->ops->blob_get(store, hash, error);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "\"%s\" is not the hash of a blob", hash);
	return NULL;
}

/* ---- structs ---- */

void store_session_free(struct store_session *session)
{
	if (!session)
		return;
	g_free(session->id);
	g_free(session->slug);
	g_free(session->prompt);
	g_free(session->state);
	g_free(session->out_dir);
	g_free(session->parent);
	json_decref(session->options);
	g_free(session);
}

void store_run_free(struct store_run *run)
{
	if (!run)
		return;
	g_free(run->id);
	g_free(run->session);
	g_free(run->kind);
	g_free(run->state);
	json_decref(run->input);
	g_free(run);
}

void store_event_free(struct store_event *event)
{
	if (!event)
		return;
	g_free(event->session);
	g_free(event->run);
	g_free(event->type);
	json_decref(event->body);
	g_free(event);
}

void store_step_free(struct store_step *step)
{
	if (!step)
		return;
	g_free(step->run);
	g_free(step->key);
	g_free(step->request);
	json_decref(step->result);
	g_free(step);
}

void store_version_free(struct store_version *version)
{
	if (!version)
		return;
	g_free(version->session);
	g_free(version->run);
	g_free(version->label);
	g_free(version->script);
	g_free(version->report);
	json_decref(version->facts);
	g_free(version);
}

void store_artifact_free(struct store_artifact *artifact)
{
	if (!artifact)
		return;
	g_free(artifact->session);
	g_free(artifact->name);
	g_free(artifact->blob);
	g_free(artifact);
}
