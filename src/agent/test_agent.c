/* Agents: the roster, what a model is shown, answers read strictly, one re-ask. */
#include "agent/agent.h"
#include "agent/extract.h"

#include "base/file.h"
#include "base/testing.h"

/* ---- reading answers ---- */
#define PART "{\"name\": \"seat\", \"describe\": \"a seat\"}"

static void good_answers_are_read(void **state)
{
	static const struct {
		enum llm_output output;
		const char *text;
		const char *key;
	} cases[] = {
		{LLM_OUTPUT_PLAN,
			"Here:\n```json\n{\"title\": \"Chair\", \"parts\": [" PART "], \"checklist\": []}\n```\nDone.",
			"parts"},
		{LLM_OUTPUT_PLAN,
			" {\"title\": \"Chair\", \"parts\": [" PART
			"], \"checklist\": [{\"id\": \"1\", \"text\": \"four legs\"}]} ",
			"checklist"},
		{LLM_OUTPUT_CONTEXT, "~~~json\n{\"queries\": [\"bevel\"]}\n~~~", "queries"},
		{LLM_OUTPUT_SCRIPT,
			"```python\nPARAMS = {}\ndef build_a(p):\n    return []\ndef build(p):\n    pass\n```",
			"script"},
		{LLM_OUTPUT_SCRIPT, "```Python\ndef build_a(p):\n    return []\n", "functions"},
		{LLM_OUTPUT_SCRIPT, "```json\n{\"set\": {\"legs\": 3}}\n```", "set"},
		{LLM_OUTPUT_CRITIQUE, "```json\n{\"accept\": true, \"changes\": []}\n```", "accept"},
		{LLM_OUTPUT_VERDICT,
			"```json\n{\"items\": [{\"id\": \"1\", \"state\": \"done\"}], \"pass\": true}\n```", "items"},
		{LLM_OUTPUT_FEEDBACK, "```json\n{\"checklist\": [{\"id\": \"1\", \"text\": \"arms\"}]}\n```",
			"checklist"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) answer = agent_read_answer(cases[i].output, cases[i].text, &error);
		if (!answer)
			fail_msg("case %u: %s", i, error->message);
		assert_non_null(json_object_get(answer, cases[i].key));
	}
}

static void nonsense_is_told(void **state)
{
	static const struct {
		enum llm_output output;
		const char *text;
		const char *says;
	} cases[] = {
		{LLM_OUTPUT_PLAN, "", "no ```json block"},
		{LLM_OUTPUT_PLAN, "I cannot do that.", "no ```json block"},
		{LLM_OUTPUT_PLAN, "```json\n{}\n```\n```json\n{}\n```", "2 ```json blocks"},
		{LLM_OUTPUT_PLAN, "```json\n{\"title\": \"x\",}\n```", "not valid JSON"},
		{LLM_OUTPUT_PLAN, "```json\n[]\n```", "must be an object"},
		{LLM_OUTPUT_PLAN, "{\"title\": \"x\", \"parts\": [], \"checklist\": []}", "at least one part"},
		{LLM_OUTPUT_PLAN, "{\"title\": \"x\", \"parts\": [" PART ", " PART "], \"checklist\": []}",
			"planned twice"},
		{LLM_OUTPUT_PLAN,
			"{\"title\": \"x\", \"parts\": [{\"name\": \"a b\", \"describe\": \"\"}], \"checklist\": []}",
			"identifier"},
		{LLM_OUTPUT_CONTEXT, "{\"queries\": \"bevel\"}", "array of strings"},
		{LLM_OUTPUT_SCRIPT, "```python\ndef a():\n  pass\n```\n```python\ndef b():\n  pass\n```",
			"2 ```python blocks"},
		{LLM_OUTPUT_SCRIPT, "```python\nprint(1)\n```", "defines no function"},
		{LLM_OUTPUT_SCRIPT, "{\"set\": {}}", "\"set\" must be"},
		{LLM_OUTPUT_CRITIQUE, "{\"accept\": \"yes\", \"changes\": []}", "true or false"},
		{LLM_OUTPUT_VERDICT, "{\"items\": [{\"id\": \"1\", \"state\": \"maybe\"}], \"pass\": false}",
			"done, partial or missing"},
		{LLM_OUTPUT_FEEDBACK, "{\"checklist\": []}", "is empty"},
		{LLM_OUTPUT_FEEDBACK, "\xff{}", "not UTF-8"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) answer = agent_read_answer(cases[i].output, cases[i].text, &error);
		assert_null(answer);
		assert_true(g_error_matches(error, AGENT_ERROR, AGENT_ERROR_NONSENSE));
		if (!strstr(error->message, cases[i].says))
			fail_msg("case %u says \"%s\", not \"%s\"", i, error->message, cases[i].says);
	}
}

static void a_plan_has_at_most_200_parts(void **state)
{
	g_autoptr(GString) text = g_string_new("{\"title\": \"x\", \"checklist\": [], \"parts\": [");
	for (int i = 0; i < 201; i++)
		g_string_append_printf(text, "%s{\"name\": \"p%d\", \"describe\": \"\"}", i ? "," : "", i);
	g_string_append(text, "]}");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answer = agent_read_answer(LLM_OUTPUT_PLAN, text->str, &error);
	assert_null(answer);
	assert_non_null(strstr(error->message, "at most 200"));
}

static void fences_follow_commonmark(void **state)
{
	g_autoptr(GPtrArray) nested = extract_fences("````json\n```\n{}\n```\n````\n", "json");
	assert_int_equal(nested->len, 1);
	assert_string_equal(nested->pdata[0], "```\n{}\n```\n");
	g_autoptr(GPtrArray) indented = extract_fences("    ```json\n{}\n    ```\n", "json");
	assert_int_equal(indented->len, 0);
	g_autoptr(GPtrArray) open = extract_fences("```json\n{}", "json");
	assert_int_equal(open->len, 1);
}

/* ---- invoking ---- */
struct script_of_answers {
	const char *answers[3];
	int asked;
	char *last; /* what the last request's last message said */
};

static char *ask(const struct llm_request *request, int nth, void *arg, GError **error)
{
	struct script_of_answers *script = arg;
	const struct llm_message *message = request->messages->pdata[request->messages->len - 1];
	g_free(script->last);
	script->last = g_strdup(message->text);
	script->asked++;
	assert_int_equal(nth, script->asked);
	if (!script->answers[nth - 1])
		g_set_error_literal(error, LLM_ERROR, LLM_ERROR_NETWORK, "cut");
	return g_strdup(script->answers[nth - 1]);
}

static json_t *invoke(struct script_of_answers *script, GError **error)
{
	g_autoptr(json_t) facts = json_make("{s:s, s:{s:s}}", "prompt", "a chair", "blueprint", "title", "Chair");
	json_t *answer = agent_invoke(
		roster_find(PHASE_INITIAL_CREATION, LLM_OUTPUT_CONTEXT), NULL, facts, NULL, ask, script, error);
	return answer;
}

static void the_model_is_shown_the_facts(void **state)
{
	struct script_of_answers script = {.answers = {"{\"queries\": []}"}};
	g_autoptr(json_t) answer = invoke(&script, NULL);
	assert_non_null(answer);
	assert_non_null(strstr(script.last, "## The person's words\n\na chair"));
	assert_non_null(strstr(script.last, "\"title\": \"Chair\""));
	g_free(script.last);
}

static void nonsense_is_asked_again_once(void **state)
{
	struct script_of_answers script = {.answers = {"what?", "{\"queries\": [\"a\"]}"}};
	g_autoptr(json_t) answer = invoke(&script, NULL);
	assert_non_null(answer);
	assert_int_equal(script.asked, 2);
	assert_non_null(strstr(script.last, "could not be read"));
	g_free(script.last);
}

static void nonsense_twice_is_an_error(void **state)
{
	g_autoptr(GError) error = NULL;
	struct script_of_answers script = {.answers = {"what?", "no"}};
	g_autoptr(json_t) answer = invoke(&script, &error);
	assert_null(answer);
	assert_true(g_error_matches(error, AGENT_ERROR, AGENT_ERROR_NONSENSE));
	g_free(script.last);
}

static void a_failing_model_is_handed_up(void **state)
{
	g_autoptr(GError) error = NULL;
	struct script_of_answers script = {.answers = {NULL}};
	g_autoptr(json_t) answer = invoke(&script, &error);
	assert_null(answer);
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_NETWORK));
	g_free(script.last);
}

static void every_agent_has_instructions(void **state)
{
	int count = 0;
	for (const struct agent *const *agent = roster_all(); *agent; agent++, count++) {
		assert_true(strlen(instructions_of(NULL, *agent)) > 200);
		assert_non_null(strstr(instructions_of(NULL, *agent), "```"));
	}
	assert_int_equal(count, 7);
}

static void own_instructions_go_first(void **state)
{
	static const struct {
		const char *file, *text, *error;
	} rows[] = {
		{"part.md", "Write a part.\n", NULL},
		{"notes.txt", "not read", NULL},
		{"codng.md", "x", "did you mean \"coding\""},
		{"critic.md", " \n", "is empty"},
		{"critic.md", "\xff", "not UTF-8"},
	};
	const struct agent *part = roster_find(PHASE_INITIAL_CREATION, LLM_OUTPUT_PART);
	const struct agent *coding = roster_find(PHASE_INITIAL_CREATION, LLM_OUTPUT_SCRIPT);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		char *folder = test_folder();
		g_autofree char *path = g_build_filename(folder, rows[i].file, NULL);
		assert_true(file_write_whole(path, rows[i].text, strlen(rows[i].text), &error));
		struct instructions *own = instructions_open(folder, &error);
		assert_int_equal(own == NULL, rows[i].error != NULL);
		if (rows[i].error)
			assert_non_null(strstr(error->message, rows[i].error));
		if (i == 0)
			assert_string_equal(instructions_of(own, part), rows[i].text);
		if (own) {
			assert_string_equal(instructions_of(own, coding), instructions_of(NULL, coding));
			instructions_close(own);
		}
		test_folder_remove(folder);
	}
	struct instructions *none = instructions_open("/nowhere", NULL);
	assert_non_null(none);
	instructions_close(none);
}

/* Each object in the schema names all its properties as required and takes no others: the services want it so. */
static void check_schema(const char *agent, const json_t *schema)
{
	const char *key;
	size_t i;
	json_t *each;
	const json_t *properties = json_object_get(schema, "properties");
	if (properties) {
		assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
		assert_int_equal(json_array_size(json_object_get(schema, "required")), json_object_size(properties));
		json_array_foreach (json_object_get(schema, "required"), i, each)
			if (!json_object_get(properties, json_string_value(each)))
				fail_msg("%s: no property %s", agent, json_string_value(each));
	}
	json_object_foreach ((json_t *)properties, key, each)
		check_schema(agent, each);
	json_array_foreach (json_object_get(schema, "anyOf"), i, each)
		check_schema(agent, each);
	if (json_object_get(schema, "items"))
		check_schema(agent, json_object_get(schema, "items"));
}

static void schemas_are_strict(void **state)
{
	guint i = 0;
	for (const struct agent *const *agent = roster_all(); *agent; agent++) {
		g_autoptr(json_t) schema = agent_schema(*agent);
		/* Agents who share a model stand side by side. */
		if (i == 0 || !g_str_equal(agent_name(*agent), llm_option_agents[i - 1]))
			assert_string_equal(agent_name(*agent), llm_option_agents[i++]);
		assert_int_equal(schema != NULL, !g_str_equal(agent_name(*agent), "coding"));
		check_schema(agent_name(*agent), schema);
	}
	assert_null(llm_option_agents[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_answers_are_read),
		cmocka_unit_test(nonsense_is_told),
		cmocka_unit_test(a_plan_has_at_most_200_parts),
		cmocka_unit_test(fences_follow_commonmark),
		cmocka_unit_test(the_model_is_shown_the_facts),
		cmocka_unit_test(nonsense_is_asked_again_once),
		cmocka_unit_test(nonsense_twice_is_an_error),
		cmocka_unit_test(a_failing_model_is_handed_up),
		cmocka_unit_test(every_agent_has_instructions),
		cmocka_unit_test(own_instructions_go_first),
		cmocka_unit_test(schemas_are_strict),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
