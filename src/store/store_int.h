/*
 * What a storage backend is: one const struct store_ops, one file, one row in stores.c. test_store.c walks the table
 * and holds every backend to the fine print below.
 *
 * - What a call points at and is not there (session, run, parent, version) is STORE_ERROR_NOT_FOUND; an id, step
 *   position or artifact name that is taken is STORE_ERROR_CONFLICT, and so is a version number that is not the next.
 * - Lists of what does not exist are empty, not an error.
 * - Members that name nothing (slug, prompt, out_dir, label, script, report, request) may be NULL and come back so; a
 *   NULL JSON member comes back as an empty object.
 * - Arguments were checked by store.c: ids have their shape, required members are there, limits are not negative.
 */
#pragma once

#include "store/store.h"

/* A caller's commit while it waits for its turn. The backend sets `error` when nothing of it was written. It may write
 * numbers into the commit before it knows the outcome: store.c takes them back after an error. */
struct store_pending {
	struct store_commit *commit;
	GError *error;
	bool done; /* guarded by store.lock */
};

/* All are required. Calls come one at a time, under store.lock, except blob_put and blob_get: those come at any time,
 * so that a picture on its way to the disk holds up nobody. */
struct store_ops {
	const char *name;
	struct store *(*open)(const char *path, GError **error);
	void (*close)(struct store *store);

	bool (*session_create)(struct store *store, const struct store_session *session, GError **error);
	/* By id or prefix, in lower case. */
	struct store_session *(*session_load)(struct store *store, const char *prefix, GError **error);
	GPtrArray *(*session_list)(struct store *store, int limit, GError **error);
	bool (*session_set_state)(struct store *store, const char *id, const char *state, GError **error);
	bool (*session_set_head)(struct store *store, const char *id, int version, GError **error);

	bool (*run_create)(struct store *store, const struct store_run *run, GError **error);
	struct store_run *(*run_load)(struct store *store, const char *id, GError **error);
	GPtrArray *(*run_list)(struct store *store, const char *session, const char *state, GError **error);

	/* The commits of all callers that wait, at least one, in the order they came: each succeeds or fails alone,
	 * unless the disk fails, then all do. One flush makes all of them durable. */
	void (*commit)(struct store *store, struct store_pending *const *batch, guint count);

	GPtrArray *(*step_list)(struct store *store, const char *run, GError **error);
	GPtrArray *(*event_list)(struct store *store, const char *session, gint64 after, int limit, GError **error);
	bool (*spending)(struct store *store, const char *session, const char *run, gint64 since,
		struct store_spending *spending, GError **error);
	struct store_version *(*version_load)(struct store *store, const char *session, int n, GError **error);
	GPtrArray *(*version_list)(struct store *store, const char *session, GError **error);
	GPtrArray *(*artifact_list)(struct store *store, const char *session, int version, GError **error);

	bool (*blob_put)(struct store *store, GBytes *bytes, char **hash_out, GError **error);
	GBytes *(*blob_get)(struct store *store, const char *hash, GError **error);
};

/* The first member of every backend's own struct. Lock order: lock, then queue_lock. */
struct store {
	const struct store_ops *ops;
	GMutex lock;
	GMutex queue_lock;
	GPtrArray *queue; /* of struct store_pending, borrowed; guarded by queue_lock */
};
void store_init(struct store *store, const struct store_ops *ops);
void store_release(struct store *store);

/* The table; ends with NULL. */
extern const struct store_ops *const store_table[];

/* Deep copies, with NULL JSON made an empty object. */
struct store_session *store_session_copy(const struct store_session *session);
struct store_run *store_run_copy(const struct store_run *run);
struct store_step *store_step_copy(const struct store_step *step);
struct store_version *store_version_copy(const struct store_version *version);
struct store_artifact *store_artifact_copy(const struct store_artifact *artifact);

/* The error for a prefix that fits `first`, `second` and perhaps more sessions. */
void store_error_ambiguous(GError **error, const char *prefix, const char *first, const char *second);

extern const struct store_ops store_sqlite_ops;
extern const struct store_ops store_memory_ops;
extern const struct store_ops store_failing_ops;
