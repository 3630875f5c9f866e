/*
 * The pool of workers: scopes that never meet, waiting for room, many threads, and nothing left behind. Run as
 * `test_pool victim SANDBOX` it is the program that another test kills.
 */
#include "exec/test_peer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_number(const GArray *numbers, int number)
{
	for (guint i = 0; i < numbers->len; i++) {
		if (g_array_index(numbers, int, i) == number)
			return true;
	}
	return false;
}

static void test_scopes_never_meet(void **state)
{
	struct exec_options options = peer_options("none");
	options.spare = 1;
	options.most = 2;
	struct executor *executor = open_or_fail("headless", &options);
	g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(int));
	/* More scopes than workers: the idle ones give way, and nobody gets a used one. */
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 4; i++) {
			g_autofree char *scope = g_strdup_printf("scope %d", i);
			OWN(job_result) *result =
				run_script(executor, scope, "import os\nRESULT = {'pid': os.getpid()}");
			int pid = (int)json_int(result->result, "pid", 0);
			assert_false(has_number(seen, pid));
			g_array_append_val(seen, pid);
			OWN(job_result) *same = run_script(executor, scope, "import os\nRESULT = {'pid': os.getpid()}");
			assert_int_equal(json_int(same->result, "pid", 0), pid);
			assert_false(same->cold);
		}
	}
	executor_close(executor);
}

struct looper {
	struct executor *executor;
	struct cancel *cancel;
};

/* Keeps the only worker busy until it is cancelled. */
static void *loop_on_thread(void *arg)
{
	struct looper *looper = arg;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) args = json_make("{s:s}", "script", "while True: pass");
	const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
	assert_null(executor_run(looper->executor, "a", &job, NULL, NULL, looper->cancel, &error));
	return NULL;
}

static void test_waits_for_room(void **state)
{
	struct exec_options options = peer_options("none");
	options.most = 1;
	struct executor *executor = open_or_fail("headless", &options);
	OWN(cancel) *outer = cancel_new(NULL, CANCEL_NO_DEADLINE);
	struct looper looper = {executor, outer};
	assert_alive(executor, "a");
	GThread *thread = g_thread_new("loop", loop_on_thread, &looper);
	g_usleep(200 * 1000);
	/* Both the same scope and another one wait, and a wait can be cancelled. */
	static const char *const scopes[] = {"a", "b"};
	g_autoptr(json_t) args = json_make("{s:s}", "script", "RESULT = {}");
	const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
	for (gsize i = 0; i < G_N_ELEMENTS(scopes); i++) {
		OWN(cancel) *brief = cancel_new(NULL, 0.05);
		g_autoptr(GError) error = NULL;
		assert_null(executor_run(executor, scopes[i], &job, NULL, NULL, brief, &error));
		assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_DEADLINE));
	}
	/* A scope that is released while it works goes when its job is over. */
	executor_release(executor, "a");
	cancel_fire(outer);
	g_thread_join(thread);
	assert_alive(executor, "b");
	OWN(job_result) *back = run_script(executor, "a", "RESULT = {}");
	assert_true(back->cold);
	executor_close(executor);
}

struct swarm {
	struct executor *executor;
	int seed;
	int jobs, cancelled; /* how the thread's jobs ended */
};

static void *swarm_on_thread(void *arg)
{
	struct swarm *swarm = arg;
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)swarm->seed);
	for (int i = 0; i < 12; i++) {
		g_autofree char *scope = g_strdup_printf("scope %d", g_rand_int_range(rand, 0, 5));
		bool loop = g_rand_int_range(rand, 0, 4) == 0;
		OWN(cancel) *cancel = cancel_new(NULL, loop ? 0.02 : CANCEL_NO_DEADLINE);
		g_autoptr(json_t) args = json_make("{s:s}", "script",
			loop                                ? "while True: pass"
			: g_rand_int_range(rand, 0, 8) == 0 ? "import os\nos._exit(1)"
							    : "RESULT = {}");
		const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
		g_autoptr(GError) error = NULL;
		OWN(job_result) *result = executor_run(swarm->executor, scope, &job, NULL, NULL, cancel, &error);
		if (result && (result->ok || g_str_equal(result->code, "worker.died")))
			swarm->jobs++;
		if (!result && error->domain == CANCEL_ERROR)
			swarm->cancelled++;
		if (g_rand_int_range(rand, 0, 6) == 0)
			executor_release(swarm->executor, scope);
	}
	return NULL;
}

static void test_many_threads(void **state)
{
	struct exec_options options = peer_options("none");
	options.most = 3;
	options.spare = 1;
	struct executor *executor = open_or_fail("headless", &options);
	struct swarm swarms[6];
	GThread *threads[G_N_ELEMENTS(swarms)];
	int ended = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(swarms); i++) {
		swarms[i] = (struct swarm){.executor = executor, .seed = (int)i};
		threads[i] = g_thread_new("swarm", swarm_on_thread, &swarms[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(swarms); i++) {
		g_thread_join(threads[i]);
		ended += swarms[i].jobs + swarms[i].cancelled;
	}
	assert_int_equal(ended, 12 * G_N_ELEMENTS(swarms));
	executor_close(executor);
	/* Every worker was reaped. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_closes_while_a_spare_starts(void **state)
{
	struct exec_options options = peer_options("none");
	options.spare = 2;
	for (int i = 0; i < 5; i++)
		executor_close(open_or_fail("headless", &options));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* The processes below `root`, at this moment. */
static void add_descendants(int root, GArray *found)
{
	GDir *processes = g_dir_open("/proc", 0, NULL);
	for (const char *name; (name = g_dir_read_name(processes));) {
		g_autofree char *path = g_build_filename("/proc", name, "stat", NULL);
		g_autofree char *stat = NULL;
		int parent;
		const char *behind;
		if (!g_ascii_isdigit(name[0]) || !g_file_get_contents(path, &stat, NULL, NULL) ||
			!(behind = strrchr(stat, ')')) || sscanf(behind, ") %*c %d", &parent) != 1 || parent != root)
			continue;
		int pid = (int)g_ascii_strtoll(name, NULL, 10);
		g_array_append_val(found, pid);
		add_descendants(pid, found);
	}
	g_dir_close(processes);
}

static bool is_running(int pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *stat = NULL;
	const char *behind = g_file_get_contents(path, &stat, NULL, NULL) ? strrchr(stat, ')') : NULL;
	return behind && behind[2] != 'Z' && behind[2] != 'X';
}

/* Whether all of them are gone, waiting for it. */
static bool all_gone(const GArray *pids)
{
	for (int tries = 0; tries < PATIENCE * 20; tries++) {
		bool running = false;
		for (guint i = 0; i < pids->len; i++)
			running = running || is_running(g_array_index(pids, int, i));
		if (!running)
			return true;
		g_usleep(50 * 1000);
	}
	return false;
}

static void kill_a_program(const char *sandbox)
{
	const char *const argv[] = {"/proc/self/exe", "victim", sandbox, NULL};
	g_autoptr(GError) error = NULL;
	GPid pid;
	int out;
	char ready[8] = "";
	char *folder = test_folder(); /* for the folders of workers, which a killed program cannot remove */
	g_auto(GStrv) env = g_environ_setenv(g_get_environ(), "TMPDIR", folder, TRUE);
	assert_true(g_spawn_async_with_pipes(
		NULL, (char **)argv, env, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, &error));
	ssize_t got = read(out, ready, sizeof(ready));
	g_autoptr(GArray) workers = g_array_new(FALSE, FALSE, sizeof(int));
	add_descendants(pid, workers);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(out);
	bool gone = all_gone(workers);
	test_folder_remove(folder);
	if (got == 0) { /* no sandbox on this machine: test_sandbox says so */
		assert_string_equal(sandbox, "bubblewrap");
		return;
	}
	assert_true(workers->len >= 2);
	assert_true(gone);
}

static void test_no_orphans_when_the_program_is_killed(void **state)
{
	kill_a_program("none");
	kill_a_program("bubblewrap");
}

static int be_victim(const char *sandbox)
{
	struct exec_options options = peer_options(sandbox);
	options.spare = 1;
	struct executor *executor = executor_open("headless", &options, NULL);
	if (!executor)
		return 0;
	g_autoptr(json_t) args = json_make("{s:s}", "script", "RESULT = {}");
	const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
	OWN(job_result) *result = executor_run(executor, "s", &job, NULL, NULL, NULL, NULL);
	if (result && write(STDOUT_FILENO, "ready", 5) == 5)
		pause();
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "victim") == 0)
		return be_victim(argv[2]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scopes_never_meet),
		cmocka_unit_test(test_waits_for_room),
		cmocka_unit_test(test_many_threads),
		cmocka_unit_test(test_closes_while_a_spare_starts),
		cmocka_unit_test(test_no_orphans_when_the_program_is_killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
