/*
 * A store for tests of everything above it: memory that fails on demand, so that a full disk at the third write needs
 * no full disk. Its path is "N:CODE": the N-th writing call and all after it fail with that code. Reads never fail.
 * Threads: the count is atomic, the memory store below locks for itself.
 */
#include "store/store_int.h"

struct failing_store {
	struct store base;
	struct store *memory;
	gint writes_left; /* atomic; 0 when the next write fails */
	int code;         /* enum store_error_code */
};

static const char *const code_names[] = {
	[STORE_ERROR_OPEN] = "OPEN",
	[STORE_ERROR_DAMAGED] = "DAMAGED",
	[STORE_ERROR_BUSY] = "BUSY",
	[STORE_ERROR_NEWER] = "NEWER",
	[STORE_ERROR_FULL] = "FULL",
	[STORE_ERROR_IO] = "IO",
	[STORE_ERROR_NOT_FOUND] = "NOT_FOUND",
	[STORE_ERROR_CONFLICT] = "CONFLICT",
};

static struct failing_store *failing(struct store *store)
{
	return (struct failing_store *)store;
}

static int code_from_name(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(code_names); i++) {
		if (g_ascii_strcasecmp(code_names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static struct store *failing_open(const char *path, GError **error)
{
	char *colon = NULL;
	guint64 n = path ? g_ascii_strtoull(path, &colon, 10) : 0;
	int code = colon && *colon == ':' ? code_from_name(colon + 1) : -1;
	if (n < 1 || n > G_MAXINT || code < 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN,
			"\"%s\" is not a way to fail: give the number of the write and the error, as in \"3:FULL\"",
			path ? path : "");
		return NULL;
	}
	struct store *memory = store_memory_ops.open(NULL, error);
	if (!memory)
		return NULL;
	struct failing_store *self = g_new0(struct failing_store, 1);
	store_init(&self->base, &store_failing_ops);
	self->memory = memory;
	self->writes_left = (gint)n - 1;
	self->code = code;
	return &self->base;
}

static void failing_close(struct store *store)
{
	store_close(failing(store)->memory);
	store_release(store);
	g_free(store);
}

/* Counts a write; false when it is to fail. */
static bool may_write(struct store *store, GError **error)
{
	struct failing_store *self = failing(store);
	for (gint left = g_atomic_int_get(&self->writes_left); left > 0; left = g_atomic_int_get(&self->writes_left)) {
		if (g_atomic_int_compare_and_exchange(&self->writes_left, left, left - 1))
			return true;
	}
	g_set_error(
		error, STORE_ERROR, self->code, "the failing store was told to fail here: %s", code_names[self->code]);
	return false;
}

static bool failing_session_create(struct store *store, const struct store_session *session, GError **error)
{
	return may_write(store, error) && store_session_create(failing(store)->memory, session, error);
}

static struct store_session *failing_session_load(struct store *store, const char *prefix, GError **error)
{
	return store_session_load(failing(store)->memory, prefix, error);
}

static GPtrArray *failing_session_list(struct store *store, int limit, GError **error)
{
	return store_session_list(failing(store)->memory, limit, error);
}

static bool failing_session_set_state(struct store *store, const char *id, const char *state, GError **error)
{
	return may_write(store, error) && store_session_set_state(failing(store)->memory, id, state, error);
}

static bool failing_session_set_head(struct store *store, const char *id, int version, GError **error)
{
	return may_write(store, error) && store_session_set_head(failing(store)->memory, id, version, error);
}

static bool failing_run_create(struct store *store, const struct store_run *run, GError **error)
{
	return may_write(store, error) && store_run_create(failing(store)->memory, run, error);
}

static struct store_run *failing_run_load(struct store *store, const char *id, GError **error)
{
	return store_run_load(failing(store)->memory, id, error);
}

static GPtrArray *failing_run_list(struct store *store, const char *session, const char *state, GError **error)
{
	return store_run_list(failing(store)->memory, session, state, error);
}

static void failing_commit(struct store *store, struct store_pending *const *batch, guint count)
{
	for (guint i = 0; i < count; i++) {
		struct store_pending *pending = batch[i];
		bool done = may_write(store, &pending->error) &&
			    store_commit(failing(store)->memory, pending->commit, &pending->error);
		g_assert(done == !pending->error);
	}
}

static GPtrArray *failing_step_list(struct store *store, const char *run, GError **error)
{
	return store_step_list(failing(store)->memory, run, error);
}

static GPtrArray *failing_event_list(struct store *store, const char *session, gint64 after, int limit, GError **error)
{
	return store_event_list(failing(store)->memory, session, after, limit, error);
}

static bool failing_spending(struct store *store, const char *session, const char *run, gint64 since,
	struct store_spending *spending, GError **error)
{
	return store_spending(failing(store)->memory, session, run, since, spending, error);
}

static struct store_version *failing_version_load(struct store *store, const char *session, int n, GError **error)
{
	return store_version_load(failing(store)->memory, session, n, error);
}

static GPtrArray *failing_version_list(struct store *store, const char *session, GError **error)
{
	return store_version_list(failing(store)->memory, session, error);
}

static GPtrArray *failing_artifact_list(struct store *store, const char *session, int version, GError **error)
{
	return store_artifact_list(failing(store)->memory, session, version, error);
}

static bool failing_blob_put(struct store *store, GBytes *bytes, char **hash_out, GError **error)
{
	return may_write(store, error) && store_blob_put(failing(store)->memory, bytes, hash_out, error);
}

static GBytes *failing_blob_get(struct store *store, const char *hash, GError **error)
{
	return store_blob_get(failing(store)->memory, hash, error);
}

const struct store_ops store_failing_ops = {
	.name = "failing",
	.open = failing_open,
	.close = failing_close,
	.session_create = failing_session_create,
	.session_load = failing_session_load,
	.session_list = failing_session_list,
	.session_set_state = failing_session_set_state,
	.session_set_head = failing_session_set_head,
	.run_create = failing_run_create,
	.run_load = failing_run_load,
	.run_list = failing_run_list,
	.commit = failing_commit,
	.step_list = failing_step_list,
	.event_list = failing_event_list,
	.spending = failing_spending,
	.version_load = failing_version_load,
	.version_list = failing_version_list,
	.artifact_list = failing_artifact_list,
	.blob_put = failing_blob_put,
	.blob_get = failing_blob_get,
};
