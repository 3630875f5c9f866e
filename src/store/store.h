/*
 * Persistence: sessions, runs, the journal of steps, events, versions, artifacts, and blobs by hash.
 *
 * Nothing is overwritten: a version, a finished step, an event, a blob stays as it was written. What changes are the
 * states of sessions and runs and the head of a session. Sessions, runs, heads and states are on the disk when the call
 * returns, a commit when it is `durable`; the others are with the next call that is, in order.
 *
 * Threads: every function may be called from any thread; calls are serialised inside. All block for the disk, none on
 * the network. Ownership: structs returned are the caller's (x_free); strings in arguments are borrowed for the call.
 * Errors: STORE_ERROR; after one, nothing of the call was written.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);
enum store_error_code {
	STORE_ERROR_OPEN,      /* cannot be opened: path, rights */
	STORE_ERROR_DAMAGED,   /* the file is damaged; a copy was kept, the message names it and what is damaged */
	STORE_ERROR_BUSY,      /* another process has it open for writing; the message names its pid when known */
	STORE_ERROR_NEWER,     /* written by a newer version of this program */
	STORE_ERROR_FULL,      /* no room on the disk; nothing was lost, try again when there is */
	STORE_ERROR_IO,        /* any other fault of the disk */
	STORE_ERROR_NOT_FOUND, /* no such session, run, version, artifact or blob */
	STORE_ERROR_CONFLICT,  /* the id or number is taken, or the expected state has changed */
};

struct store;
struct store_ops; /* store_int.h */

/* Opens the store `kind` ("sqlite", "memory", "failing") at `path` (a folder, made when missing; ignored by memory;
 * "failing" is memory that fails on demand: its path is "N:CODE", the N-th writing call and all after it fail). */
struct store *store_open(const char *kind, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void store_close(struct store *store);

/* ---- sessions ---- */
struct store_session {
	char *id;        /* 32 hex digits */
	char *slug;      /* "chair" */
	char *prompt;    /* the first prompt */
	char *state;     /* "open", "closed" */
	char *out_dir;   /* absolute: the person's folder */
	char *parent;    /* id of the session it continues, or NULL */
	json_t *options; /* what it was created with: an object */
	gint64 created;  /* Unix milliseconds */
	int head;        /* the version that is current, 0 before the first */
};
void store_session_free(struct store_session *session);

bool store_session_create(
	struct store *store, const struct store_session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By id, or by a prefix of at least 6 digits that only one session has. */
struct store_session *store_session_load(struct store *store, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Newest first, of struct store_session; at most `limit`. */
GPtrArray *store_session_list(struct store *store, int limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool store_session_set_state(
	struct store *store, const char *id, const char *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool store_session_set_head(struct store *store, const char *id, int version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- runs ---- */
struct store_run {
	char *id; /* "<session>-<n>" */
	char *session;
	char *kind;    /* "create", "refine", "set", … */
	char *state;   /* "running", "completed", "failed", "cancelled", "interrupted" */
	json_t *input; /* an object */
	gint64 created;
};
void store_run_free(struct store_run *run);

bool store_run_create(struct store *store, const struct store_run *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
struct store_run *store_run_load(struct store *store, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of one session (all sessions when NULL), oldest first, only those in `state` when it is not NULL; of struct
 * store_run. */
GPtrArray *store_run_list(
	struct store *store, const char *session, const char *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- one transaction: what a step did, and the events it caused ---- */
struct store_event {
	gint64 seq; /* per session, from 1, without gaps; given by the store on append */
	char *session;
	char *run;    /* or NULL */
	char *type;   /* "step.finished": a name of proto/event.def */
	json_t *body; /* an object */
	gint64 time;  /* Unix milliseconds */
};
/* A copy that shares nothing with it, and may go to another thread. */
struct store_event *store_event_copy(const struct store_event *event);
void store_event_free(struct store_event *event);

struct store_step {
	char *run;
	int n;          /* position in the run, from 0 */
	char *key;      /* "initial_creation/coding/1" */
	char *request;  /* digest of the request */
	json_t *result; /* an object; blobs are named in it by hash */
	gint64 millis;  /* how long it took */
};
void store_step_free(struct store_step *step);

struct store_version {
	char *session;
	int n;      /* from 1; given by the store on commit when 0 */
	int parent; /* 0 for none */
	char *run;
	char *label;   /* "add 2 armrests on the chair" */
	char *script;  /* blob hash */
	char *report;  /* blob hash */
	json_t *facts; /* an object: params, verdict, … */
	gint64 created;
};
void store_version_free(struct store_version *version);

struct store_artifact {
	char *session;
	int version;
	char *name; /* "asset.glb", "renders/view-1.png" */
	char *blob; /* hash */
	gint64 size;
};
void store_artifact_free(struct store_artifact *artifact);

/* All of one transaction; NULL or empty members are left out. On success each event's seq and a new version's n are
 * set. */
struct store_commit {
	GPtrArray *events; /* of struct store_event */
	struct store_step *step;
	struct store_version *version; /* becomes the session's head */
	GPtrArray *artifacts;          /* of struct store_artifact; a version 0 in them means the new version */
	const char *run;               /* with run_state: the run's new state */
	const char *run_state;
	bool durable; /* on the disk when the call returns; otherwise only after the next durable one */
};
bool store_commit(struct store *store, struct store_commit *commit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The steps of a run in order, of struct store_step. */
GPtrArray *store_step_list(struct store *store, const char *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Events of a session after `seq`, in order, at most `limit`, of struct store_event. */
GPtrArray *store_event_list(
	struct store *store, const char *session, gint64 after, int limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What models and workers have cost, from the bodies of "step.finished" and "model.tried": those with a "usage" are
 * calls of models (doc/events.md). */
struct store_spending {
	gint64 calls;
	gint64 unknown; /* calls whose price nobody knows */
	gint64 tokens_in, tokens_cached, tokens_out;
	double usd;    /* of those that are known */
	gint64 millis; /* of all steps */
};
/* Of one run, or of one session, or, when both are NULL, of everything since `since` (Unix milliseconds). */
bool store_spending(struct store *store, const char *session, const char *run, gint64 since,
	struct store_spending *spending_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
struct store_version *store_version_load(
	struct store *store, const char *session, int n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In order of their numbers, of struct store_version. */
GPtrArray *store_version_list(struct store *store, const char *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of struct store_artifact, by name. */
GPtrArray *store_artifact_list(
	struct store *store, const char *session, int version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- blobs ---- */
/* Keeps the bytes; *hash_out (g_free) is their SHA-256 in hex. The same bytes twice are kept once. On the disk at the
 * latest when the next durable commit returns: commit what names a blob durably, and both are there or neither. */
bool store_blob_put(struct store *store, GBytes *bytes, char **hash_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *store_blob_get(struct store *store, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows of the table, for tests and `--help`; NULL-terminated names. */
const char *const *store_kinds(void);

OWN_DEFINE(store_session, store_session_free)
OWN_DEFINE(store_run, store_run_free)
OWN_DEFINE(store_event, store_event_free)
OWN_DEFINE(store_step, store_step_free)
OWN_DEFINE(store_version, store_version_free)
OWN_DEFINE(store_artifact, store_artifact_free)
OWN_DEFINE(store, store_close)
