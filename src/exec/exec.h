/*
 * Running scripts in Blender. An executor runs *jobs*: verbs of the exec protocol (doc/PROTOCOL.exec.md), one at a time
 * in each worker. A worker serves one *scope* (a session) at a time, so that one person's script never meets another's;
 * a worker that ran a script is never handed to another scope.
 *
 * Threads: executor_run() may be called from many threads; it blocks until the answer, the deadline or the cancel.
 * Errors: what went wrong in the script is a job_result that is not ok (the model's business: it has code, message,
 * detail); a GError is the world's fault (no Blender, no sandbox, cancelled).
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/own.h"

#define EXEC_ERROR (exec_error_quark())
GQuark exec_error_quark(void);
enum exec_error_code {
	EXEC_ERROR_NO_BLENDER,  /* none found, or the one named cannot be started */
	EXEC_ERROR_OLD_BLENDER, /* older than 3.4 */
	EXEC_ERROR_NO_SANDBOX,  /* bubblewrap missing or namespaces not allowed; the message says how to mend it */
	EXEC_ERROR_START,       /* a worker did not come up; the message has the end of its output */
	EXEC_ERROR_PROTOCOL,    /* it spoke nonsense twice in a row */
	EXEC_ERROR_CLOSED,      /* the executor is being closed */
};

/* The options of this folder; strings are borrowed until executor_close(). */
struct exec_options {
	const char *blender;    /* path, or NULL: "blender" on the PATH */
	const char *bridge_dir; /* folder holding worker.py and ll3m_bridge/ */
	const char *sandbox;    /* "bubblewrap" or "none" */
	int spare;              /* warm workers kept ready, 0 to 4 */
	int most;               /* workers at once, 1 to 64; a job waits for one */
	int memory_mb;          /* address space of a worker */
	int disk_mb;            /* its one writable folder */
	bool gpu;               /* let workers reach the graphics card */
	int start_seconds;      /* to come up */
	int grace_seconds;      /* between cancel and kill */
};
#define EXEC_OPTIONS_DEFAULT                                                                                           \
	{                                                                                                              \
		.sandbox = "bubblewrap", .spare = 1, .most = 4, .memory_mb = 8192, .disk_mb = 1024,                    \
		.start_seconds = 60, .grace_seconds = 2                                                                \
	}

struct job_attachment {
	char *name;
	GBytes *bytes;
};

struct job {
	const char *verb;
	json_t *args;   /* borrowed; an object */
	double seconds; /* the job's own time limit; past it the job is cancelled and the result says script.timeout. A
			   worker that heeds that within the grace is kept, any other is killed and replaced */
};

struct job_result {
	bool ok;
	json_t *result; /* an object when ok */
	char *code;     /* when not ok: a code of the protocol, or "worker.died", "script.timeout", "script.output" */
	char *message;  /* one line */
	json_t *detail; /* or NULL */
	GPtrArray *attachments; /* of struct job_attachment, in order */
	gint64 millis;          /* wall time in the worker, starting it included when `cold` */
	bool cold;              /* a worker had to be started for it */
};
void job_result_free(struct job_result *result);

/* Called on the caller's thread while a job runs: `done` of `of` stages, `what` is being done. */
typedef void (*job_progress_fn)(int done, int of, const char *what, void *arg);

struct executor;

/* `kind` is a row of the table: "headless", "fake". Starts the spare in the background and returns at once. */
struct executor *executor_open(
	const char *kind, const struct exec_options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends all workers and waits for them. No job may be running. */
void executor_close(struct executor *executor);

/* Runs one job in the scope's worker. The new result, or NULL with `error` set (EXEC_ERROR, CANCEL_ERROR). */
struct job_result *executor_run(struct executor *executor, const char *scope, const struct job *job,
	job_progress_fn progress, void *arg, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The scope is over: its worker is ended. */
void executor_release(struct executor *executor, const char *scope);

/* What the executor stands on, for `ll3m doctor`: {"blender": "3.4.1", "path": …, "sandbox": …, …}. New reference, or
 * NULL. */
json_t *executor_describe(struct executor *executor, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *const *executor_kinds(void);

OWN_DEFINE(job_result, job_result_free)
