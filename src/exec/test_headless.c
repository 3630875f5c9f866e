/* The headless executor against a peer that misbehaves in every way the protocol knows of. */
#include "exec/test_peer.h"

#include "base/file.h"

static void fire_soon(int done, int of, const char *what, void *arg)
{
	cancel_fire(arg);
}

static void *fire_on_thread(void *arg)
{
	g_usleep(50 * 1000);
	cancel_fire(arg);
	return NULL;
}

/* A bridge folder whose worker has a fault with its hello. Free with test_folder_remove(). */
static char *make_bridge(const char *fault)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	g_autofree char *worker = file_read(PEER "/worker.py", 1 << 20, NULL, &error);
	assert_non_null(worker);
	g_autofree char *worker_path = g_build_filename(folder, "worker.py", NULL);
	g_autofree char *fault_path = g_build_filename(folder, "fault", NULL);
	assert_true(g_file_set_contents(worker_path, worker, -1, &error));
	assert_true(g_file_set_contents(fault_path, fault, -1, &error));
	return folder;
}

static void test_hello_faults(void **state)
{
	static const struct {
		const char *fault;
		int code;
		const char *says;
	} rows[] = {
		{"exit", EXEC_ERROR_START, "cannot open display"},
		{"silent", EXEC_ERROR_START, "the time for this is over"},
		{"garbage", EXEC_ERROR_START, "are taken"},
		{"protocol", EXEC_ERROR_START, "speaks protocol 2"},
		{"old", EXEC_ERROR_OLD_BLENDER, "2.93 is too old"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *bridge = make_bridge(rows[i].fault);
		struct exec_options options = peer_options("none");
		options.bridge_dir = bridge;
		options.start_seconds = strcmp(rows[i].fault, "silent") == 0 ? 1 : PATIENCE;
		options.spare = (int)(i % 2); /* a spare that does not come up is no other case */
		struct executor *executor = open_or_fail("headless", &options);
		g_autoptr(GError) error = NULL;
		assert_null(executor_describe(executor, NULL, &error));
		if (!g_error_matches(error, EXEC_ERROR, rows[i].code) || !strstr(error->message, rows[i].says))
			fail_msg("%s: %s", rows[i].fault, error->message);
		executor_close(executor);
		test_folder_remove(bridge);
	}
}

static void test_faults(void **state)
{
	static const struct {
		const char *kind, *code;
		double seconds;
		const char *says; /* in the message or the detail */
	} rows[] = {
		{"none", "ok", PATIENCE, ""},
		{"slow", "ok", PATIENCE, ""},
		{"noise", "ok", PATIENCE, ""},
		{"exit", "worker.died", PATIENCE, "exit code 7"},
		{"exit", "worker.died", PATIENCE, "last words"},
		{"half", "worker.died", PATIENCE, "exit code 0"},
		{"hang up", "worker.died", PATIENCE, "signal 9"},
		{"flood", "script.output", PATIENCE, "xxx"},
		{"silent", "script.timeout", 0.2, "did not heed"},
		{"late", "ok", 0.2, ""},
		{"refused", "script.timeout", PATIENCE, "refused"},
	};
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		OWN(job_result) *result =
			ask(executor, "s", "fault", json_make("{s:s}", "kind", rows[i].kind), rows[i].seconds);
		g_autofree char *detail = result->detail ? json_print(result->detail) : g_strdup("");
		print_message("# %s: %s, %s\n", rows[i].kind, result->ok ? "ok" : result->code, result->message);
		assert_code(result, rows[i].code);
		assert_true(result->ok || strstr(result->message, rows[i].says) || strstr(detail, rows[i].says));
		assert_alive(executor, "s");
	}
	executor_close(executor);
}

static void test_nonsense(void **state)
{
	static const char *const kinds[] = {"nonsense", "huge", "other id", "no result"};
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) args = json_make("{s:s}", "kind", kinds[i]);
		const struct job job = {.verb = "fault", .args = args, .seconds = PATIENCE};
		assert_null(executor_run(executor, "s", &job, NULL, NULL, NULL, &error));
		assert_true(g_error_matches(error, EXEC_ERROR, EXEC_ERROR_PROTOCOL));
		assert_alive(executor, "s");
	}
	/* Once is forgiven. */
	char *folder = test_folder();
	g_autofree char *mark = g_build_filename(folder, "mark", NULL);
	OWN(job_result) *result =
		ask(executor, "s", "fault", json_make("{s:s, s:s}", "kind", "nonsense once", "mark", mark), PATIENCE);
	assert_code(result, "ok");
	assert_true(result->cold);
	test_folder_remove(folder);
	executor_close(executor);
}

static void test_cancel_keeps_a_worker_that_heeds_it(void **state)
{
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	OWN(job_result) *marked = run_script(executor, "s", "import builtins\nbuiltins.mark = 1\nRESULT = {}");
	assert_code(marked, "ok");
	static const struct {
		const char *script;
		bool kept;
	} rows[] = {
		{"while True: pass", true},
		{"import time\nwhile True:\n try:\n  while True: time.sleep(0.001)\n except BaseException: pass",
			false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) args = json_make("{s:s}", "script", rows[i].script);
		const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
		GThread *thread = g_thread_new("fire", fire_on_thread, cancel);
		assert_null(executor_run(executor, "s", &job, NULL, NULL, cancel, &error));
		g_thread_join(thread);
		assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
		OWN(job_result) *after =
			run_script(executor, "s", "import builtins\nRESULT = {'kept': hasattr(builtins, 'mark')}");
		assert_code(after, "ok");
		assert_int_equal(json_bool(after->result, "kept", !rows[i].kept), rows[i].kept);
	}
	executor_close(executor);
}

static void test_timeout_keeps_a_worker_that_heeds_it(void **state)
{
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	OWN(job_result) *result = ask(executor, "s", "run", json_make("{s:s}", "script", "while True: pass"), 0.2);
	assert_code(result, "script.timeout");
	assert_false(json_bool(result->detail, "killed", true));
	OWN(job_result) *after = run_script(executor, "s", "RESULT = {}");
	assert_false(after->cold);
	executor_close(executor);
}

static void count_up(int done, int of, const char *what, void *arg)
{
	int *count = arg;
	assert_int_equal(done, (*count)++);
	assert_int_equal(of, 3);
	assert_true(g_str_has_prefix(what, "view "));
}

static void test_progress_and_attachments(void **state)
{
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	g_autoptr(json_t) args = json_object();
	const struct job job = {.verb = "render", .args = args, .seconds = PATIENCE};
	int count = 0;
	OWN(job_result) *result = executor_run(executor, "s", &job, count_up, &count, NULL, NULL);
	assert_int_equal(count, 3);
	assert_int_equal(result->attachments->len, 3);
	for (guint i = 0; i < 3; i++) {
		const struct job_attachment *each = result->attachments->pdata[i];
		g_autofree char *name = g_strdup_printf("view-%u.png", i);
		assert_string_equal(each->name, name);
		assert_int_equal(g_bytes_get_size(each->bytes), i * 300000);
	}
	/* The callback may cancel its own job. */
	OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	g_autoptr(GError) error = NULL;
	assert_null(executor_run(executor, "s", &job, fire_soon, cancel, cancel, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	assert_alive(executor, "s");
	executor_close(executor);
}

static void test_job_too_large_to_send(void **state)
{
	const struct exec_options options = peer_options("none");
	struct executor *executor = open_or_fail("headless", &options);
	g_autofree char *large = g_strnfill(33 * 1024 * 1024, ' ');
	OWN(job_result) *result = run_script(executor, "s", large);
	assert_code(result, "request.invalid");
	OWN(job_result) *after = run_script(executor, "s", "RESULT = {}");
	assert_false(after->cold);
	executor_close(executor);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello_faults),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_cancel_keeps_a_worker_that_heeds_it),
		cmocka_unit_test(test_timeout_keeps_a_worker_that_heeds_it),
		cmocka_unit_test(test_progress_and_attachments),
		cmocka_unit_test(test_job_too_large_to_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
