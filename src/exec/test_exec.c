/* Executors: each row of the table held to the contract of exec.h, options that are refused, and the fake one's faults.
 */
#include "exec/test_peer.h"

#include "exec/exec_int.h"

static struct exec_options options_of(const char *kind)
{
	struct exec_options options = peer_options("none");
	if (strcmp(kind, "fake") == 0)
		options.blender = "fake:slow=0.01";
	return options;
}

/* What exec.h promises, whoever keeps it. */
static void conform(struct executor *executor, const char *kind)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) about = executor_describe(executor, NULL, &error);
	assert_non_null(about);
	assert_string_equal(json_str(about, "executor", ""), kind);
	assert_string_equal(json_str(about, "blender", ""), "3.4.1");

	OWN(job_result) *ran = run_script(executor, "a", "def build_seat(p):\n    return []\n");
	assert_code(ran, "ok");
	assert_true(json_is_object(ran->result));
	assert_null(ran->code);
	assert_true(ran->millis >= 0);

	OWN(job_result) *views =
		ask(executor, "a", "render", json_make("{s:s, s:i}", "script", "", "views", 3), PATIENCE);
	assert_code(views, "ok");
	assert_int_equal(views->attachments->len, 3);

	OWN(job_result) *unknown = ask(executor, "a", "dance", json_object(), PATIENCE);
	assert_code(unknown, "verb.unknown");
	assert_non_null(unknown->message);
	assert_null(strchr(unknown->message, '\n'));

	OWN(cancel) *fired = cancel_new(NULL, CANCEL_NO_DEADLINE);
	cancel_fire(fired);
	g_autoptr(json_t) args = json_make("{s:s}", "script", "RESULT = {}");
	const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
	assert_null(executor_run(executor, "a", &job, NULL, NULL, fired, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));

	executor_release(executor, "a");
	executor_release(executor, "a");
	executor_release(executor, "never seen");
	OWN(job_result) *again = run_script(executor, "a", "RESULT = {}");
	assert_code(again, "ok");
}

static void test_conformance(void **state)
{
	for (const char *const *kind = executor_kinds(); *kind; kind++) {
		const struct exec_options options = options_of(*kind);
		assert_string_equal(executor_find(*kind)->name, *kind);
		struct executor *executor = open_or_fail(*kind, &options);
		conform(executor, *kind);
		executor_close(executor);
	}
}

static void assert_refuses(const char *kind, const struct exec_options *options, int code, const char *says)
{
	g_autoptr(GError) error = NULL;
	assert_null(executor_open(kind, options, &error));
	assert_true(g_error_matches(error, EXEC_ERROR, code));
	if (!strstr(error->message, says))
		fail_msg("\"%s\" does not say \"%s\"", error->message, says);
}

static void test_refuses_to_open(void **state)
{
	struct exec_options options = peer_options("none");
	assert_refuses("headles", &options, EXEC_ERROR_START, "\"headless\"?");
	options.blender = "/nowhere/blender";
	assert_refuses("headless", &options, EXEC_ERROR_NO_BLENDER, "apt-get install blender");
	options = peer_options("none");
	options.bridge_dir = "/nowhere";
	assert_refuses("headless", &options, EXEC_ERROR_START, "/nowhere/worker.py");
	options = peer_options("bublewrap");
	assert_refuses("headless", &options, EXEC_ERROR_NO_SANDBOX, "\"bubblewrap\"?");
	options = peer_options("none");
	options.blender = "fake:explode=1";
	assert_refuses("fake", &options, EXEC_ERROR_START, "explode");
}

static void test_fake_answers(void **state)
{
	static const char script[] =
		"PARAMS = {\n    \"legs\": 4,  # count, 3..6: number of legs\n"
		"    \"cushion\": False,  # switch: a cushion\n}\n\n"
		"def build_seat(p):\n    return []\n\ndef build_legs(p):\n    return p[\"legs\"]\n";
	const struct exec_options options = options_of("fake");
	struct executor *executor = open_or_fail("fake", &options);
	OWN(job_result) *described = ask(executor, "s", "describe", json_make("{s:s}", "script", script), PATIENCE);
	g_autofree char *params = json_print(json_object_get(described->result, "params"));
	assert_string_equal(params,
		"[{\"choices\":null,\"describe\":\"number of legs\",\"high\":6.0,\"kind\":\"count\",\"low\":3.0,"
		"\"name\":\"legs\",\"value\":4},{\"choices\":null,\"describe\":\"a cushion\",\"high\":null,"
		"\"kind\":\"switch\",\"low\":null,\"name\":\"cushion\",\"value\":false}]");
	OWN(job_result) *set = ask(executor, "s", "set",
		json_make("{s:s, s:{s:i, s:b}}", "script", script, "values", "legs", 3, "cushion", 1), PATIENCE);
	assert_non_null(strstr(json_str(set->result, "script", ""), "\"legs\": 3,  # count"));
	assert_non_null(strstr(json_str(set->result, "script", ""), "\"cushion\": True,"));
	OWN(job_result) *spliced = ask(executor, "s", "splice",
		json_make("{s:s, s:s}", "script", script, "functions",
			"def build_legs(p):\n    return []\n\ndef build_back(p):\n    return []\n"),
		PATIENCE);
	OWN(job_result) *before = run_script(executor, "s", script);
	OWN(job_result) *after = run_script(executor, "s", json_str(spliced->result, "script", ""));
	OWN(job_result) *diff = ask(executor, "s", "diff",
		json_make("{s:O, s:O}", "before", json_object_get(before->result, "report"), "after",
			json_object_get(after->result, "report")),
		PATIENCE);
	g_autofree char *changed = json_print(json_object_get(diff->result, "changed"));
	g_autofree char *unchanged = json_print(json_object_get(diff->result, "unchanged"));
	assert_string_equal(changed, "[\"legs\",\"back\"]");
	assert_string_equal(unchanged, "[\"seat\"]");
	OWN(job_result) *files = ask(executor, "s", "export",
		json_make("{s:s, s:[s, s], s:s}", "script", script, "formats", "glb", "obj", "name", "chair"),
		PATIENCE);
	assert_int_equal(files->attachments->len, 2);
	OWN(job_result) *lint = ask(executor, "s", "lint", json_make("{s:s}", "script", script), PATIENCE);
	assert_int_equal(json_array_size(json_object_get(lint->result, "diagnostics")), 0);
	OWN(job_result) *wrong = ask(executor, "s", "run", json_object(), PATIENCE);
	assert_code(wrong, "request.invalid");
	executor_close(executor);
}

static void test_fake_faults(void **state)
{
	struct exec_options options = options_of("fake");
	options.blender = "fake:die=2,exception=2,timeout=4,broken=5";
	struct executor *executor = open_or_fail("fake", &options);
	static const char *const codes[] = {"ok", "worker.died", "script.exception"};
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		OWN(job_result) *result = run_script(executor, "s", "");
		assert_code(result, codes[i]);
	}
	executor_close(executor);
	options.blender = "fake:broken=1,timeout=1";
	executor = open_or_fail("fake", &options);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) args = json_make("{s:s}", "script", "");
	const struct job job = {.verb = "run", .args = args, .seconds = PATIENCE};
	assert_null(executor_run(executor, "s", &job, NULL, NULL, NULL, &error));
	assert_true(g_error_matches(error, EXEC_ERROR, EXEC_ERROR_PROTOCOL));
	OWN(job_result) *late = run_script(executor, "s", "");
	assert_code(late, "script.timeout");
	executor_close(executor);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conformance),
		cmocka_unit_test(test_refuses_to_open),
		cmocka_unit_test(test_fake_answers),
		cmocka_unit_test(test_fake_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
