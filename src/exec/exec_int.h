/* Inside exec/: the row an executor fills, and the making of results. */
#pragma once

#include "exec/exec.h"

struct executor_ops {
	const char *name;
	/* All required. open() returns the executor's own state; the others are as in exec.h. */
	void *(*open)(const struct exec_options *options, GError **error);
	void (*close)(void *state);
	struct job_result *(*run)(void *state, const char *scope, const struct job *job, job_progress_fn progress,
		void *arg, struct cancel *cancel, GError **error);
	void (*release)(void *state, const char *scope);
	json_t *(*describe)(void *state, struct cancel *cancel, GError **error);
};

extern const struct executor_ops executor_headless, executor_fake;

/* The row of that name, or NULL. */
const struct executor_ops *executor_find(const char *kind);

/* Both take the reference of their JSON; `detail` may be NULL. */
struct job_result *job_result_ok(json_t *content);
struct job_result *job_result_failed(const char *code, json_t *detail, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Adds an attachment, copying `name` and referencing `bytes`. */
void job_result_attach(struct job_result *result, const char *name, GBytes *bytes);
