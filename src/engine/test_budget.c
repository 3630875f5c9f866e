/* Budgets over a scripted model: at the limit the best version so far is handed over, nothing is passed by more than
 * the call in flight, and what was spent holds across stores opened anew. */
#include "engine/test_rig.h"

#include "base/file.h"
#include "base/testing.h"

#include <string.h>

enum { CALL_TOKENS = 1000 };

static json_t *answer(const char *agent, const char *text)
{
	return json_make("{s:s, s:s, s:{s:i, s:i, s:f}}", "agent", agent, "text", text, "usage", "tokens_in",
		CALL_TOKENS - 100, "tokens_out", 100, "usd", 0.5);
}

/* Planner, retrieval, coding: three calls to a first script; then critics who always want another round. */
static char *write_answers(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answers = json_array();
	g_autofree char *script = g_strdup_printf("```python\n%s```", rig_script);
	json_array_append_new(answers,
		answer("planner", "{\"title\": \"Stool\", \"parts\": [{\"name\": \"legs\", \"describe\": \"legs\"}], "
				  "\"checklist\": [{\"id\": \"1\", \"text\": \"a stool\"}]}"));
	json_array_append_new(answers, answer("retrieval", "{\"queries\": []}"));
	json_array_append_new(answers, answer("coding", script));
	for (int round = 0; round < 3; round++) {
		json_array_append_new(answers,
			answer("critic",
				"{\"accept\": false, \"changes\": [{\"part\": \"legs\", \"change\": \"thicker\"}]}"));
		json_array_append_new(answers, answer("coding", "{\"set\": {\"legs\": 5}}"));
	}
	json_array_append_new(
		answers, answer("verification", "{\"items\": [{\"id\": \"1\", \"state\": \"done\"}], \"pass\": true}"));
	g_autofree char *text = json_print(answers);
	char *path = g_build_filename(folder, "answers.json", NULL);
	assert_true(file_write_whole(path, text, strlen(text), &error));
	return path;
}

struct outcome {
	char *state, *fault;
	int version;
	int calls, warned;
	double tokens;
};

static void outcome_clear(struct outcome *outcome)
{
	g_free(outcome->state);
	g_free(outcome->fault);
}

static void note_end(struct outcome *outcome, const json_t *end)
{
	outcome->state = g_strdup(json_str(end, "state", ""));
	outcome->fault = g_strdup(json_str(json_object_get(end, "error"), "code", ""));
	outcome->version = (int)json_int(json_object_get(end, "result"), "version", 0);
}

/* A whole run under a budget. */
static void go(const struct budget_options *budget, struct outcome *outcome)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	g_autofree char *answers = write_answers(folder), *session = NULL, *run = NULL;
	struct engine_options options = rig_options("memory", NULL, answers);
	options.budget = *budget;
	struct engine *engine = engine_open(&options, &error);
	assert_non_null(engine);
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	assert_true(engine_create(engine, input, NULL, &session, &run, &error));
	size_t i;
	json_t *event;
	g_autoptr(json_t) events = json_array();
	g_autoptr(json_t) end = rig_follow_end(engine, session, run, 1, events);
	note_end(outcome, end);
	json_array_foreach (events, i, event)
		outcome->warned += g_str_equal(json_str(event, "type", ""), "budget.warned");
	g_autoptr(json_t) costs = engine_costs(engine, session, &error);
	outcome->calls = (int)json_int(json_object_get(costs, "total"), "calls", 0);
	outcome->tokens = json_num(json_object_get(costs, "total"), "tokens_in", 0) +
			  json_num(json_object_get(costs, "total"), "tokens_out", 0);
	engine_close(engine);
	test_folder_remove(folder);
}

static void a_limit_delivers_the_best_so_far(void **state)
{
	static const struct {
		struct budget_options budget;
		int calls;
		const char *state, *fault;
	} rows[] = {
		{{.run = {.usd = 0}}, 10, "completed", ""},
		{{.run = {.tokens = 1e6}}, 10, "completed", ""},
		/* The fifth call passes it; what the third made is handed over. */
		{{.run = {.tokens = 4500}}, 5, "completed", ""},
		{{.run = {.usd = 2}}, 4, "completed", ""},
		{{.session = {.tokens = 4000}}, 4, "completed", ""},
		{{.day = {.usd = 2.01}}, 5, "completed", ""},
		/* Nothing is there to hand over yet: it can be continued with more. */
		{{.run = {.tokens = 1500}}, 2, "interrupted", "budget.spent"},
		{{.run = {.usd = 0.1}}, 1, "interrupted", "budget.spent"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome outcome = {0};
		go(&rows[i].budget, &outcome);
		if (outcome.calls != rows[i].calls || g_strcmp0(outcome.state, rows[i].state) != 0 ||
			g_strcmp0(outcome.fault, rows[i].fault) != 0)
			fail_msg("row %u: %d calls, %s, %s", i, outcome.calls, outcome.state, outcome.fault);
		assert_int_equal(outcome.version, g_str_equal(rows[i].state, "completed") ? 1 : 0);
		assert_int_equal(outcome.warned > 0, rows[i].calls != 10);
		assert_true(outcome.tokens == outcome.calls * CALL_TOKENS);
		outcome_clear(&outcome);
	}
}

static void raised_it_goes_on(void **state)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	g_autofree char *answers = write_answers(folder), *store = g_build_filename(folder, "store", NULL);
	g_autofree char *session = NULL, *run = NULL;
	struct engine_options options = rig_options("sqlite", store, answers);
	options.budget.run.tokens = 1500;
	struct engine *engine = engine_open(&options, &error);
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	assert_true(engine_create(engine, input, NULL, &session, &run, &error));
	json_decref(rig_follow_end(engine, session, run, 1, NULL));
	engine_close(engine);

	/* The same limit: what the first life spent is still spent. */
	engine = engine_open(&options, &error);
	g_free(engine_continue(engine, session, &error));
	g_autoptr(json_t) again = rig_follow_end(engine, session, run, 2, NULL);
	assert_string_equal(json_str(json_object_get(again, "error"), "code", ""), "budget.spent");
	g_autoptr(json_t) costs = engine_costs(engine, session, &error);
	assert_int_equal(json_int(json_object_get(costs, "total"), "calls", 0), 2);
	engine_close(engine);

	options.budget.run.tokens = 0;
	engine = engine_open(&options, &error);
	g_free(engine_continue(engine, session, &error));
	g_autoptr(json_t) end = rig_follow(engine, session, run, NULL);
	assert_string_equal(json_str(end, "state", ""), "completed");
	engine_close(engine);
	test_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_delivers_the_best_so_far),
		cmocka_unit_test(raised_it_goes_on),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
