/*
 * Killed anywhere, continued, the same end: a child process runs "create" with the built-in modeler, the fake executor
 * and the SQLite store; it is killed by SIGKILL at a random moment, and so is each child that continues, until one
 * comes to its end. The script must be that of an undisturbed run, and no step may have been recorded twice. test_kill
 * [ROUNDS [SEED]]   (the test suite runs a few rounds, the benchmark 100)
 */
#include "base/testing.h"
#include "engine/test_rig.h"
#include "store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS_MOST = 6 }; /* of one run; the child after them is left alone */

static struct engine_options options_in(const char *folder)
{
	struct engine_options options = rig_options("sqlite", folder, NULL);
	options.llm.provider = "builtin";
	options.look_views = 2;
	return options;
}

/* What the fake executor measures does not fit the blueprint, so the gate complains at the end of every run, always
 * alike. */
static bool is_end(const char *state)
{
	return g_str_has_prefix(state, "failed: the asset was kept");
}

/* The child: starts the run, or goes on with it, and ends with 0 when it has come to its end. */
static int child(const char *folder)
{
	g_autoptr(GError) error = NULL;
	struct engine_options options = options_in(folder);
	OWN(engine) *engine = engine_open(&options, &error);
	if (!engine)
		g_error("%s", error->message);
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	g_autoptr(json_t) sessions = engine_sessions(engine, 10, &error);
	const json_t *old = json_array_get(sessions, 0);
	const json_t *last = json_object_get(old, "run");
	if (g_str_equal(json_str(last, "state", ""), "failed"))
		return 0;
	if (json_is_object(last)) {
		session = g_strdup(json_str(old, "id", ""));
		run = engine_continue(engine, session, &error);
	} else {
		g_autoptr(json_t) input =
			json_make("{s:s, s:s}", "kind", "create", "prompt", "create a 3D object of a chair");
		if (!engine_create(engine, input, NULL, &session, &run, &error))
			g_error("%s", error->message);
	}
	if (!run)
		g_error("%s", error->message);
	g_autofree char *state = rig_state(engine, session, run);
	if (!is_end(state))
		g_error("the run ended %s", state);
	return 0;
}

static bool run_child(const char *program, const char *folder, int kill_after_us)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execl(program, program, "--child", folder, NULL);
		_exit(9);
	}
	if (kill_after_us >= 0) {
		g_usleep((gulong)kill_after_us);
		kill(pid, SIGKILL);
	}
	if (waitpid(pid, &status, 0) != pid)
		g_error("waitpid: %m");
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		g_error("the child ended with %d", WEXITSTATUS(status));
	return WIFEXITED(status);
}

/* The finished script, after having checked the journal. */
static char *result_of(const char *folder, int *steps_out)
{
	g_autoptr(GError) error = NULL;
	OWN(store) *store = store_open("sqlite", folder, &error);
	if (!store)
		g_error("%s", error->message);
	g_autoptr(GPtrArray) runs = store_run_list(store, NULL, "failed", &error);
	if (!runs || runs->len != 1)
		g_error("%s: %u ended runs, one is wanted", folder, runs ? runs->len : 0);
	const struct store_run *run = runs->pdata[0];
	g_autoptr(GPtrArray) steps = store_step_list(store, run->id, &error);
	for (guint i = 0; i < steps->len; i++) {
		const struct store_step *step = steps->pdata[i];
		if (step->n != (int)i)
			g_error("step %u has the number %d", i, step->n);
	}
	*steps_out = (int)steps->len;
	OWN(store_version) *version = store_version_load(store, run->session, 1, &error);
	g_autoptr(GBytes) script = store_blob_get(store, version->script, &error);
	gsize size;
	const char *data = g_bytes_get_data(script, &size);
	return g_strndup(data, size);
}

int main(int argc, char **argv)
{
	if (argc == 3 && g_str_equal(argv[1], "--child"))
		return child(argv[2]);
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	guint32 seed = argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 1;
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	int kills = 0;
	int steps;
	int first_steps;
	char *undisturbed = test_folder();
	gint64 start = g_get_monotonic_time();
	run_child(argv[0], undisturbed, -1);
	int length = (int)(g_get_monotonic_time() - start);
	g_autofree char *wanted = result_of(undisturbed, &first_steps);
	test_folder_remove(undisturbed);
	for (int round = 0; round < rounds; round++) {
		char *folder = test_folder();
		int left = KILLS_MOST;
		while (!run_child(argv[0], folder, left-- > 0 ? g_rand_int_range(random, 0, length) : -1))
			kills++;
		g_autofree char *script = result_of(folder, &steps);
		if (!g_str_equal(script, wanted) || steps != first_steps)
			g_error("round %d (seed %u): another end than the undisturbed run's", round, seed);
		test_folder_remove(folder);
	}
	printf("%d of %d runs end as the undisturbed one, %d steps each, after %d kills (seed %u)\n", rounds, rounds,
		first_steps, kills, seed);
	return 0;
}
