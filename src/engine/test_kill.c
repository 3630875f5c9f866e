/*
 * Killed anywhere, continued, the same end: a child process runs "create" with the built-in modeler, the fake executor
 * and the SQLite store; it is killed by SIGKILL at a random moment, and so is each child that continues, until one
 * comes to its end. The script must be that of an undisturbed run, no step may have been recorded twice, and no job may
 * have been carried out again once it was recorded. A kill that came before or after the run does not count: as many as
 * were asked for hit it. With "parts" the script is written part by part, side by side, by a scripted model.
 * test_kill [KILLS [SEED [parts]]]   (the test suite makes a few, the benchmark 100)
 */
#include "base/file.h"
#include "base/testing.h"
#include "engine/test_rig.h"
#include "store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	KILLS_MOST = 6,    /* of one run; the child after them is left alone */
	TRIES_A_KILL = 20, /* runs without one before the test gives up */
	STEPS_MOST = 200,
};

/* How the script is written; handed on to the children in their environment. */
#define WAY "LL3M_TEST_KILL_WAY"

static bool by_parts(void)
{
	return g_getenv(WAY) != NULL;
}

static void add_answer(json_t *answers, const char *agent, const char *expect, const char *text)
{
	json_t *answer = json_make("{s:s, s:s, s:f}", "agent", agent, "text", text, "seconds", 0.05);
	if (expect)
		json_object_set_new(answer, "expect", json_make("[s]", expect));
	json_array_append_new(answers, answer);
}

/* Answers for a chair of six parts; each child reads them anew. */
static char *part_answers(const char *folder)
{
	static const char *const names[] = {"seat", "legs", "back", "arms", "rails", "feet"};
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answers = json_array(), parts = json_array();
	char *path = g_build_filename(folder, "answers.json", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *mine = g_strdup_printf("\"build_%s\"", names[i]);
		g_autofree char *code = g_strdup_printf(
			"```python\ndef build_%s(p):\n    \"\"\"Part.\"\"\"\n    return []\n```", names[i]);
		json_array_append_new(parts, json_make("{s:s, s:s}", "name", names[i], "describe", "a part"));
		add_answer(answers, "coding", mine, code);
	}
	g_autoptr(json_t) plan = json_make("{s:s, s:O, s:[{s:s, s:s}]}", "title", "Chair", "parts", parts, "checklist",
		"id", "1", "text", "a chair");
	g_autofree char *planned = json_print(plan);
	add_answer(answers, "planner", NULL, planned);
	add_answer(answers, "retrieval", NULL, "{\"queries\": [\"legs\"]}");
	add_answer(answers, "verification", NULL, "{\"items\": [], \"pass\": true}");
	g_autofree char *text = json_print(answers);
	if (!g_file_test(path, G_FILE_TEST_EXISTS) && !file_write_whole(path, text, strlen(text), &error))
		g_error("%s", error->message);
	return path;
}

/* `answers` (g_free) has to live as long as the options. */
static struct engine_options options_in(const char *folder, char **answers)
{
	struct engine_options options = rig_options("sqlite", folder, NULL);
	*answers = by_parts() ? part_answers(folder) : NULL;
	options.llm.provider = by_parts() ? "scripted" : "builtin";
	options.llm.file = *answers;
	options.strategy = by_parts() ? STRATEGY_PARTS : STRATEGY_WHOLE;
	options.rounds = by_parts() ? 0 : 3;
	options.look_views = 2;
	return options;
}

static const char *end_state(void)
{
	return by_parts() ? "completed" : "failed";
}

/* What the fake executor measures does not fit the builtin's blueprint, so the gate complains at the end of every such
 * run, always alike. */
static bool is_end(const char *state)
{
	return g_str_has_prefix(state, by_parts() ? "completed" : "failed: the asset was kept");
}

/* The child: starts the run, or goes on with it, and ends with 0 when it has come to its end. */
static int child(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *answers = NULL;
	struct engine_options options = options_in(folder, &answers);
	OWN(engine) *engine = engine_open(&options, &error);
	if (!engine)
		g_error("%s", error->message);
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	g_autoptr(json_t) sessions = engine_sessions(engine, 10, &error);
	const json_t *old = json_array_get(sessions, 0);
	const json_t *last = json_object_get(old, "run");
	if (g_str_equal(json_str(last, "state", ""), end_state()))
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

/* ---- what a run left ---- */
struct left {
	char *script;
	int steps, jobs;
	int lives; /* of processes that came so far as to tell events */
};

static void check_steps(struct store *store, const struct store_run *run, struct left *left)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) steps = store_step_list(store, run->id, &error);
	if (!steps)
		g_error("%s", error->message);
	for (guint i = 0; i < steps->len; i++) {
		const struct store_step *step = steps->pdata[i];
		if (step->n != (int)i)
			g_error("step %u has the number %d", i, step->n);
	}
	left->steps = (int)steps->len;
}

/* Each life begins where the record ends, and carries out what it then records, and the job in hand when it was killed:
 * so nothing that was recorded is carried out again. */
static void check_lives(struct store *store, const struct store_run *run, struct left *left)
{
	g_autoptr(GError) error = NULL;
	bool seen[STEPS_MOST] = {false};
	int finished = 0;
	int in_hand = 0;
	g_autoptr(GPtrArray) events = store_event_list(store, run->session, 0, 1000, &error);
	if (!events || events->len == 1000)
		g_error("%s", error ? error->message : "more events than one run can have");
	for (guint i = 0; i < events->len; i++) {
		const struct store_event *event = events->pdata[i];
		int n = (int)json_int(event->body, "n", -1);
		if (g_str_equal(event->type, "step.finished")) {
			if (n < 0 || n >= STEPS_MOST || seen[n] || (!by_parts() && n != finished))
				g_error("step %d was finished again", n);
			seen[n] = true;
			finished++;
		}
		if (g_str_equal(event->type, "job.started") && ++in_hand > 1)
			g_error("a job was started before the one in hand was recorded");
		if (g_str_equal(event->type, "job.finished")) {
			in_hand--;
			left->jobs++;
		}
		if (g_str_equal(event->type, "run.started"))
			left->lives++;
		if (g_str_equal(event->type, "run.continued")) {
			left->lives++;
			in_hand = 0;
			if (json_int(event->body, "steps", -1) != finished)
				g_error("a life began at step %d, %d were finished",
					(int)json_int(event->body, "steps", -1), finished);
		}
	}
	if (finished != left->steps || in_hand != 0)
		g_error("%d steps finished, %d recorded, %d jobs open", finished, left->steps, in_hand);
}

static struct left read_left(const char *folder)
{
	g_autoptr(GError) error = NULL;
	struct left left = {0};
	gsize size;
	OWN(store) *store = store_open("sqlite", folder, &error);
	if (!store)
		g_error("%s", error->message);
	g_autoptr(GPtrArray) runs = store_run_list(store, NULL, end_state(), &error);
	if (!runs || runs->len != 1)
		g_error("%s: %u ended runs, one is wanted", folder, runs ? runs->len : 0);
	const struct store_run *run = runs->pdata[0];
	check_steps(store, run, &left);
	check_lives(store, run, &left);
	OWN(store_version) *version = store_version_load(store, run->session, 1, &error);
	g_autoptr(GBytes) script = version ? store_blob_get(store, version->script, &error) : NULL;
	if (!script)
		g_error("%s", error->message);
	const char *data = g_bytes_get_data(script, &size);
	left.script = g_strndup(data, size);
	return left;
}

/* One run, killed up to `most` times at moments within `length` microseconds. How often that was inside the run: a kill
 * before its first event, or after its last one, is none. */
static int killed_run(const char *program, GRand *random, int most, int length, const struct left *wanted)
{
	int kills = 0;
	char *folder = test_folder();
	while (!run_child(program, folder, kills < most ? g_rand_int_range(random, 0, length) : -1))
		kills++;
	struct left left = read_left(folder);
	if (!g_str_equal(left.script, wanted->script) || left.steps != wanted->steps || left.jobs != wanted->jobs)
		g_error("after %d kills another end than the undisturbed run's", kills);
	if (left.lives > kills + 1)
		g_error("%d lives after %d kills", left.lives, kills);
	g_free(left.script);
	test_folder_remove(folder);
	return left.lives - 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && g_str_equal(argv[1], "--child"))
		return child(argv[2]);
	int wanted_kills = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	if (argc > 3 && g_str_equal(argv[3], "parts"))
		g_setenv(WAY, "parts", TRUE);
	guint32 seed = argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 1;
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	char *undisturbed = test_folder();
	gint64 start = g_get_monotonic_time();
	run_child(argv[0], undisturbed, -1);
	int length = (int)(g_get_monotonic_time() - start);
	struct left wanted = read_left(undisturbed);
	test_folder_remove(undisturbed);
	int kills = 0;
	int runs = 0;
	for (int tries = 0; kills < wanted_kills; tries++) {
		if (tries > TRIES_A_KILL * wanted_kills)
			g_error("only %d of %d kills hit a run (seed %u)", kills, wanted_kills, seed);
		int more = killed_run(argv[0], random, MIN(KILLS_MOST, wanted_kills - kills), length, &wanted);
		kills += more;
		runs += more > 0;
	}
	printf("%d of %d kills went on to the undisturbed end, in %d runs of %d steps and %d jobs, none done again "
	       "(seed %u)\n",
		kills, wanted_kills, runs, wanted.steps, wanted.jobs, seed);
	g_free(wanted.script);
	return 0;
}
