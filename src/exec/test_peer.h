/* For the tests of exec/: an executor over the stand-in peer (testdata/peer/worker.py), and jobs in a line. */
#pragma once

#include "exec/exec.h"

#include "base/testing.h"

#define TESTDATA LL3M_SOURCE_DIR "/src/exec/testdata/"
#define STANDIN TESTDATA "standin"
#define PEER TESTDATA "peer"
/* Longer than anything takes, so that only what hangs meets it. */
#define PATIENCE 120
/* Enough for a loaded machine to heed a cancel; what never heeds one costs a test as much. */
#define GRACE 6

static inline struct exec_options peer_options(const char *sandbox)
{
	struct exec_options options = EXEC_OPTIONS_DEFAULT;
	options.blender = STANDIN;
	options.bridge_dir = PEER;
	options.sandbox = sandbox;
	options.spare = 0;
	options.grace_seconds = GRACE;
	options.memory_mb = 2048;
	options.disk_mb = 16;
	return options;
}

static inline struct executor *open_or_fail(const char *kind, const struct exec_options *options)
{
	g_autoptr(GError) error = NULL;
	struct executor *executor = executor_open(kind, options, &error);
	if (!executor)
		fail_msg("executor_open: %s", error->message);
	return executor;
}

/* Runs a job that has an answer; takes `args`. */
static inline struct job_result *ask(
	struct executor *executor, const char *scope, const char *verb, json_t *args, double seconds)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) owned = args;
	const struct job job = {.verb = verb, .args = owned, .seconds = seconds};
	struct job_result *result = executor_run(executor, scope, &job, NULL, NULL, NULL, &error);
	if (!result)
		fail_msg("%s: %s", verb, error->message);
	return result;
}

static inline struct job_result *run_script(struct executor *executor, const char *scope, const char *script)
{
	return ask(executor, scope, "run", json_make("{s:s}", "script", script), PATIENCE);
}

static inline void assert_code(const struct job_result *result, const char *code)
{
	const char *got = result->ok ? "ok" : result->code;
	if (strcmp(got, code) != 0) {
		g_autofree char *detail = result->detail ? json_print(result->detail) : NULL;
		fail_msg("%s, not %s: %s %s", got, code, result->message, detail);
	}
}

/* The scope has a worker that does its work. */
static inline void assert_alive(struct executor *executor, const char *scope)
{
	OWN(job_result) *result = run_script(executor, scope, "RESULT = {'alive': 6 * 7}");
	assert_code(result, "ok");
	assert_int_equal(json_int(result->result, "alive", 0), 42);
}
