/*
 * The executor that runs jobs in Blender processes of our own, each in a sandbox. Ties the folder together: finds
 * Blender and the sandbox, takes a worker from the pool (pool.c), has the conversation (talk.c), gives it back.
 *
 * A worker that speaks nonsense is ended and the job repeated once on a new one: jobs can be repeated by design of the
 * protocol. A worker that dies is not: the script did it, and would again.
 *
 * Blender's version is not asked for ahead of time, since `blender --version` costs as much as the hello that tells it.
 */
#include "exec/exec_int.h"
#include "exec/pool_int.h"
#include "exec/talk_int.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No session's name: describing takes a worker that runs nothing. */
#define SCOPE_OF_DESCRIBE ""
#define SPOKEN_NONSENSE_MAX 2

struct headless {
	struct sandbox *sandbox;
	struct worker_setup setup;
	struct pool *pool;
};

/* The real path of Blender: the file that was named, or the first on the PATH. Free with g_free(). */
static char *find_blender(const char *named, GError **error)
{
	static const char hint[] = "install it (Debian: apt-get install blender python3-numpy; or unpack one from "
				   "https://www.blender.org/download/) or name it: --set blender.path=FILE";
	g_autofree char *found = g_find_program_in_path(named ? named : "blender");
	char *real = found ? realpath(found, NULL) : NULL;
	if (!real) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_BLENDER, "there is no Blender%s%s: %s",
			named ? " at " : " on the PATH", named ? named : "", hint);
		return NULL;
	}
	char *path = g_strdup(real);
	free(real);
	return path;
}

/* The root folder of the system that a program belongs to when that is not this host's, else "": ROOT of
 * ROOT/usr/bin/blender, as debootstrap makes one. Free with g_free(). */
static char *find_root(const char *program)
{
	g_autofree char *folder = g_path_get_dirname(program);
	if (!g_str_has_suffix(folder, "/usr/bin"))
		return g_strdup("");
	return g_strndup(folder, strlen(folder) - strlen("/usr/bin"));
}

static char *find_bridge(const char *named, GError **error)
{
	g_autofree char *worker = g_build_filename(named, "worker.py", NULL);
	char *real = g_file_test(worker, G_FILE_TEST_IS_REGULAR) ? realpath(named, NULL) : NULL;
	if (!real) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "the bridge for Blender is not at %s", worker);
		return NULL;
	}
	char *path = g_strdup(real);
	free(real);
	return path;
}

static void headless_close(void *state)
{
	struct headless *headless = state;
	if (headless->pool)
		pool_free(headless->pool);
	g_free(headless->setup.program);
	g_free(headless->setup.root);
	g_free(headless->setup.bridge_dir);
	sandbox_close(headless->sandbox);
	g_free(headless);
}

static void *headless_open(const struct exec_options *options, GError **error)
{
	g_assert(options->spare >= 0 && options->most >= 1 && options->memory_mb > 0 && options->disk_mb > 0 &&
		 options->start_seconds > 0 && options->grace_seconds >= 0);
	struct headless *headless = g_new0(struct headless, 1);
	headless->setup = (struct worker_setup){
		.memory_mb = options->memory_mb,
		.disk_mb = options->disk_mb,
		.gpu = options->gpu,
		.start_seconds = options->start_seconds,
		.grace_seconds = options->grace_seconds,
	};
	if (!(headless->setup.program = find_blender(options->blender, error)) ||
		!(headless->setup.bridge_dir = find_bridge(options->bridge_dir, error)) ||
		!(headless->sandbox = sandbox_open(options->sandbox, error))) {
		headless_close(headless);
		return NULL;
	}
	headless->setup.root = find_root(headless->setup.program);
	headless->setup.sandbox = headless->sandbox;
	headless->pool = pool_new(&headless->setup, options->spare, options->most);
	return headless;
}

static struct job_result *headless_run(void *state, const char *scope, const struct job *job, job_progress_fn progress,
	void *arg, struct cancel *cancel, GError **error)
{
	struct headless *headless = state;
	for (int spoken = 1;; spoken++) {
		bool cold, keep;
		g_autoptr(GError) why = NULL;
		gint64 begun;
		struct worker *worker = pool_take(headless->pool, scope, cancel, &begun, &cold, error);
		if (!worker)
			return NULL;
		struct job_result *result =
			talk_ask(worker, job, headless->setup.grace_seconds, progress, arg, cancel, &keep, &why);
		if (result) {
			result->cold = cold;
			result->millis = (g_get_monotonic_time() - begun) / 1000;
		}
		pool_give(headless->pool, scope, keep);
		if (result)
			return result;
		if (spoken < SPOKEN_NONSENSE_MAX && g_error_matches(why, EXEC_ERROR, EXEC_ERROR_PROTOCOL))
			continue;
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
}

static void headless_release(void *state, const char *scope)
{
	struct headless *headless = state;
	pool_release(headless->pool, scope);
}

static json_t *headless_describe(void *state, struct cancel *cancel, GError **error)
{
	struct headless *headless = state;
	const struct worker_setup *setup = &headless->setup;
	gint64 begun;
	bool cold;
	struct worker *worker = pool_take(headless->pool, SCOPE_OF_DESCRIBE, cancel, &begun, &cold, error);
	if (!worker)
		return NULL;
	json_t *about = json_make("{s:s, s:s, s:o, s:s, s:b, s:i, s:i}", "executor", "headless", "blender",
		json_str(worker->hello, "blender", ""), "path", json_text(setup->program), "sandbox",
		setup->sandbox->ops->name, "isolated", setup->sandbox->ops->isolates, "memory_mb", setup->memory_mb,
		"disk_mb", setup->disk_mb);
	static const char *const told[] = {"build", "python", "verbs"};
	for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
		json_t *value = json_object_get(worker->hello, told[i]);
		if (value)
			json_object_set(about, told[i], value);
	}
	pool_give(headless->pool, SCOPE_OF_DESCRIBE, true);
	return about;
}

const struct executor_ops executor_headless = {
	.name = "headless",
	.open = headless_open,
	.close = headless_close,
	.run = headless_run,
	.release = headless_release,
	.describe = headless_describe,
};
