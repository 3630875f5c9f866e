/* The engine over a scripted model and the fake executor: the way of a run, its events, repairs, wishes, versions,
 * failures and what is kept. */
#include "engine/test_rig.h"

#include "base/testing.h"

struct rig {
	char *folder;
	char *answers;
	struct engine *engine;
	char *session, *run;
};

static void rig_open(struct rig *rig, const char *first, const char *faults)
{
	g_autoptr(GError) error = NULL;
	rig->folder = test_folder();
	rig->answers = rig_answers(rig->folder, first, 1);
	struct engine_options options = rig_options("memory", NULL, rig->answers);
	options.exec.blender = faults;
	rig->engine = engine_open(&options, &error);
	if (!rig->engine)
		fail_msg("%s", error->message);
}

static void rig_create(struct rig *rig)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	if (!engine_create(rig->engine, input, NULL, &rig->session, &rig->run, &error))
		fail_msg("%s", error->message);
}

static void rig_close(struct rig *rig)
{
	engine_close(rig->engine);
	test_folder_remove(rig->folder);
	g_free(rig->answers);
	g_free(rig->session);
	g_free(rig->run);
}

static int count_type(const json_t *events, const char *type)
{
	size_t i;
	json_t *event;
	int count = 0;
	json_array_foreach ((json_t *)events, i, event)
		count += g_str_equal(json_str(event, "type", ""), type);
	return count;
}

static void a_prompt_becomes_a_version(void **state)
{
	struct rig rig = {0};
	rig_open(&rig, NULL, NULL);
	rig_create(&rig);
	g_autoptr(json_t) events = json_array();
	g_autoptr(json_t) end = rig_follow(rig.engine, rig.session, rig.run, events);
	assert_string_equal(json_str(end, "state", ""), "completed");
	size_t i;
	json_t *event;
	json_array_foreach (events, i, event)
		assert_int_equal(json_int(event, "seq", 0), i + 1);
	assert_int_equal(count_type(events, "phase.changed"), 2);
	assert_int_equal(count_type(events, "version.accepted"), 1);
	assert_int_equal(count_type(events, "step.started"), count_type(events, "step.finished"));
	g_autoptr(json_t) version = engine_version(rig.engine, rig.session, 0, NULL);
	assert_string_equal(json_str(version, "script", ""), rig_script);
	g_autoptr(GBytes) glb = engine_artifact(rig.engine, rig.session, 1, "asset.glb", NULL);
	assert_non_null(glb);
	rig_close(&rig);
}

static json_t *submit(struct rig *rig, json_t *input, json_t *events)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *run = engine_submit(rig->engine, rig->session, input, &error);
	if (!run)
		fail_msg("%s", error->message);
	json_decref(input);
	return rig_follow(rig->engine, rig->session, run, events);
}

static int head_of(struct rig *rig)
{
	g_autoptr(json_t) session = engine_session(rig->engine, rig->session, NULL);
	return (int)json_int(session, "head", 0);
}

static void versions_form_a_tree(void **state)
{
	struct rig rig = {0};
	g_autoptr(GError) error = NULL;
	rig_open(&rig, NULL, NULL);
	rig_create(&rig);
	json_decref(rig_follow(rig.engine, rig.session, rig.run, NULL));
	g_autoptr(json_t) wish = submit(&rig, json_make("{s:s, s:s}", "kind", "refine", "wish", "three legs"), NULL);
	assert_string_equal(json_str(wish, "state", ""), "completed");
	assert_int_equal(head_of(&rig), 2);
	assert_int_equal(engine_move_head(rig.engine, rig.session, -1, 0, &error), 1);
	assert_int_equal(engine_move_head(rig.engine, rig.session, -1, 0, &error), 0);
	assert_true(g_error_matches(error, ENGINE_ERROR, ENGINE_ERROR_NOTHING));
	assert_int_equal(engine_move_head(rig.engine, rig.session, +1, 0, NULL), 2);
	assert_int_equal(engine_move_head(rig.engine, rig.session, -1, 0, NULL), 1);
	g_autoptr(json_t) set =
		submit(&rig, json_make("{s:s, s:{s:s}}", "kind", "set", "values", "height", "0.7"), NULL);
	assert_string_equal(json_str(set, "state", ""), "completed");
	assert_int_equal(head_of(&rig), 3);
	g_autoptr(json_t) versions = engine_versions(rig.engine, rig.session, NULL);
	assert_int_equal(json_array_size(versions), 3);
	assert_int_equal(json_int(json_array_get(versions, 1), "parent", 0), 1);
	assert_int_equal(json_int(json_array_get(versions, 2), "parent", 0), 1);
	g_autoptr(json_t) difference = engine_compare(rig.engine, rig.session, 1, 2, NULL, NULL);
	assert_int_equal(
		json_integer_value(json_array_get(json_object_get(json_object_get(difference, "values"), "legs"), 1)),
		3);
	rig_close(&rig);
}

static void a_failing_script_is_repaired(void **state)
{
	struct rig rig = {0};
	g_autoptr(json_t) events = json_array();
	rig_open(&rig, "```python\nPARAMS = {}\ndef build(p):\n    pass\n```", NULL);
	rig_create(&rig);
	g_autoptr(json_t) end = rig_follow(rig.engine, rig.session, rig.run, events);
	assert_string_equal(json_str(end, "state", ""), "completed");
	assert_int_equal(count_type(events, "script.revised"), 2);
	assert_int_equal(count_type(events, "lint.reported"), 1);
	rig_close(&rig);
}

static void an_exception_goes_back_to_the_coder(void **state)
{
	struct rig rig = {0};
	g_autofree char *first = g_strdup_printf("```python\n%s```", rig_script);
	g_autoptr(json_t) events = json_array();
	rig_open(&rig, first, "fake:exception=1");
	rig_create(&rig);
	g_autoptr(json_t) end = rig_follow(rig.engine, rig.session, rig.run, events);
	assert_string_equal(json_str(end, "state", ""), "completed");
	/* With what is right where it failed: the nearest members of the type. */
	g_autofree char *told = json_print(events);
	assert_int_equal(count_type(events, "context.found"), 2);
	assert_non_null(strstr(told, "Mesh: attribute"));
	rig_close(&rig);
}

static void a_script_that_never_runs_fails_in_one_line(void **state)
{
	struct rig rig = {0};
	rig_open(&rig, NULL, "fake:exception=1");
	rig_create(&rig);
	/* The script has no second answer to be repaired with but the wish's {"set"}, then the recording ends. */
	g_autoptr(json_t) end = rig_follow(rig.engine, rig.session, rig.run, NULL);
	const json_t *error = json_object_get(end, "error");
	assert_true(g_str_equal(json_str(end, "state", ""), "failed") ||
		    g_str_equal(json_str(end, "state", ""), "completed"));
	if (error && !json_is_null(error))
		assert_null(strchr(json_str(error, "message", "\n"), '\n'));
	rig_close(&rig);
}

static void world_faults_interrupt_and_continue(void **state)
{
	struct rig rig = {0};
	g_autoptr(GError) error = NULL;
	rig_open(&rig, NULL, "fake:broken=2");
	rig_create(&rig);
	struct subscription *subscription = engine_subscribe(rig.engine, rig.session, 0);
	OWN(cancel) *limit = cancel_new(NULL, 30);
	bool ended = false;
	while (!ended) {
		g_autoptr(json_t) event = subscription_next(subscription, limit, NULL);
		assert_non_null(event);
		ended = g_str_equal(json_str(event, "type", ""), "run.finished");
		if (ended)
			assert_string_equal(json_str(json_object_get(event, "body"), "state", ""), "interrupted");
	}
	subscription_free(subscription);
	g_autofree char *again = engine_continue(rig.engine, rig.session, &error);
	assert_non_null(again);
	assert_string_equal(again, rig.run);
	g_autoptr(json_t) events = json_array();
	g_autoptr(json_t) end = rig_follow(rig.engine, rig.session, again, events);
	assert_string_equal(json_str(end, "state", ""), "completed");
	assert_int_equal(count_type(events, "plan.made"), 1);
	assert_int_equal(count_type(events, "run.started"), 1);
	assert_int_equal(count_type(events, "run.continued"), 1);
	rig_close(&rig);
}

static void cancelling_keeps_what_is_finished(void **state)
{
	struct rig rig = {0};
	rig_open(&rig, NULL, "fake:slow=20");
	rig_create(&rig);
	struct subscription *subscription = engine_subscribe(rig.engine, rig.session, 0);
	OWN(cancel) *limit = cancel_new(NULL, 30);
	const char *type = "";
	g_autoptr(json_t) event = NULL;
	while (!g_str_equal(type, "run.finished")) {
		json_decref(event);
		event = subscription_next(subscription, limit, NULL);
		assert_non_null(event);
		type = json_str(event, "type", "");
		if (g_str_equal(type, "job.started"))
			assert_true(engine_cancel(rig.engine, rig.run));
	}
	assert_string_equal(json_str(json_object_get(event, "body"), "state", ""), "cancelled");
	assert_false(engine_cancel(rig.engine, "nobody"));
	subscription_free(subscription);
	rig_close(&rig);
}

static void bad_requests_are_refused(void **state)
{
	static const struct {
		const char *input, *says;
	} cases[] = {
		{"{\"kind\": \"create\", \"prompt\": \"\"}", "empty"},
		{"{\"kind\": \"create\", \"prompt\": \" \\n\"}", "empty"},
		{"{\"kind\": \"create\"}", "empty"},
		{"{\"kind\": \"create\", \"prompt\": \"a\\u0007b\"}", "control character"},
		{"{\"kind\": \"refine\", \"wish\": \"x\"}", "no kind of run"},
		{"{\"kind\": \"fly\"}", "no kind of run"},
		{"{}", "no kind of run"},
		{"{\"kind\": \"branch\", \"session\": \"00000000\", \"wish\": \"x\"}", "session"},
	};
	struct rig rig = {0};
	rig_open(&rig, NULL, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *session = NULL;
		g_autofree char *run = NULL;
		g_autoptr(json_t) input = json_parse(cases[i].input, strlen(cases[i].input), 1000, NULL);
		assert_false(engine_create(rig.engine, input, NULL, &session, &run, &error));
		if (!strstr(error->message, cases[i].says))
			fail_msg("%s: %s", cases[i].input, error->message);
	}
	g_autofree char *long_text = g_strnfill(1024 * 1024, 'x');
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", long_text);
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	g_autoptr(GError) error = NULL;
	assert_false(engine_create(rig.engine, input, NULL, &session, &run, &error));
	assert_non_null(strstr(error->message, "1048576 bytes"));
	rig_close(&rig);
}

static void wrong_values_are_refused_by_name(void **state)
{
	struct rig rig = {0};
	rig_open(&rig, NULL, NULL);
	rig_create(&rig);
	json_decref(rig_follow(rig.engine, rig.session, rig.run, NULL));
	g_autoptr(json_t) unknown =
		submit(&rig, json_make("{s:s, s:{s:s}}", "kind", "set", "values", "legz", "3"), NULL);
	assert_non_null(strstr(json_str(json_object_get(unknown, "error"), "message", ""), "legs"));
	g_autoptr(json_t) range =
		submit(&rig, json_make("{s:s, s:{s:s}}", "kind", "set", "values", "legs", "30"), NULL);
	assert_string_equal(json_str(json_object_get(range, "error"), "code", ""), "param.invalid");
	assert_int_equal(head_of(&rig), 1);
	rig_close(&rig);
}

/* A store that fails at its n-th write, for every n that a run comes to: the run ends, tells so, and nothing hangs. */
static void a_full_disk_ends_the_run_anywhere(void **state)
{
	char *folder = test_folder();
	g_autofree char *answers = rig_answers(folder, NULL, 1);
	int ended = 0;
	for (int n = 1; n < 200 && ended < 3; n++) {
		g_autofree char *path = g_strdup_printf("%d:FULL", n);
		g_autofree char *session = NULL;
		g_autofree char *run = NULL;
		g_autoptr(GError) error = NULL;
		struct engine_options options = rig_options("failing", path, answers);
		OWN(engine) *engine = engine_open(&options, &error);
		assert_non_null(engine);
		g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
		if (!engine_create(engine, input, NULL, &session, &run, &error)) {
			assert_string_equal(engine_fault(error), "store.full");
			continue;
		}
		OWN(subscription) *subscription = engine_subscribe(engine, session, 0);
		OWN(cancel) *limit = cancel_new(NULL, 2);
		const char *state_name = "running";
		g_autoptr(json_t) event = NULL;
		while ((event = subscription_next(subscription, limit, NULL))) {
			bool finished = g_str_equal(json_str(event, "type", ""), "run.finished");
			state_name = finished ? json_str(json_object_get(event, "body"), "state", "") : state_name;
			ended += finished && g_str_equal(state_name, "completed");
			if (finished)
				break;
			g_clear_pointer(&event, json_decref);
		}
	}
	assert_int_equal(ended, 3);
	test_folder_remove(folder);
}

/* Nobody answers at the model's address: each try is told, nothing is recorded, and the run can be continued. */
static void an_absent_model_interrupts(void **state)
{
	struct rig rig = {.folder = test_folder()};
	g_autoptr(GError) error = NULL;
	rig.answers = rig_answers(rig.folder, NULL, 1);
	struct engine_options options = rig_options("memory", NULL, rig.answers);
	options.llm = (struct llm_options){
		.provider = "vllm", .model = "m", .base_url = "http://127.0.0.1:9/v1", .seconds = 1};
	rig.engine = engine_open(&options, &error);
	assert_no_error(error);
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	assert_true(engine_create(rig.engine, input, NULL, &rig.session, &rig.run, &error));
	struct subscription *events = engine_subscribe(rig.engine, rig.session, 0);
	json_t *event = NULL;
	int tries = 0;
	for (bool ended = false; !ended;) {
		event = subscription_next(events, NULL, &error);
		assert_non_null(event);
		const json_t *body = json_object_get(event, "body");
		const char *code = json_str(json_object_get(body, "error"), "code", "");
		ended = g_str_equal(json_str(event, "type", ""), "run.finished");
		if (g_str_equal(json_str(event, "type", ""), "model.tried")) {
			tries++;
			assert_int_equal(json_int(body, "number", 0), tries);
			assert_string_equal(code, "llm.network");
			assert_string_equal(json_str(body, "agent", ""), "planner");
		} else if (ended) {
			assert_string_equal(json_str(body, "state", ""), "interrupted");
			assert_string_equal(code, "llm.network");
		}
		json_decref(event);
	}
	assert_true(tries > 0);
	subscription_free(events);
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prompt_becomes_a_version),
		cmocka_unit_test(versions_form_a_tree),
		cmocka_unit_test(a_failing_script_is_repaired),
		cmocka_unit_test(an_exception_goes_back_to_the_coder),
		cmocka_unit_test(a_script_that_never_runs_fails_in_one_line),
		cmocka_unit_test(world_faults_interrupt_and_continue),
		cmocka_unit_test(cancelling_keeps_what_is_finished),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(wrong_values_are_refused_by_name),
		cmocka_unit_test(a_full_disk_ends_the_run_anywhere),
		cmocka_unit_test(an_absent_model_interrupts),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
