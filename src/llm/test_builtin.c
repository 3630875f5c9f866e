/* The built-in modeler, asked through the provider as an agent would ask it. */
#include "base/json.h"
#include "base/testing.h"
#include "llm/llm.h"
#include "llm/test_builtin_cases.h"
#include "proto/script.h"

#define TESTDATA LL3M_SOURCE_DIR "/src/llm/testdata/library"
#define LIBRARY LL3M_SOURCE_DIR "/library"

static struct llm *open_builtin(const char *library)
{
	struct llm_options options = {.provider = "builtin", .library_dir = library};
	g_autoptr(GError) error = NULL;
	struct llm *llm = llm_open(&options, &error);
	if (!llm)
		fail_msg("%s", error->message);
	return llm;
}

/* Takes the facts. */
static char *ask(struct llm *llm, enum llm_output output, json_t *facts, GError **error)
{
	g_autoptr(json_t) owned = facts;
	struct llm_request request = {.agent = "agent", .output = output, .facts = owned};
	OWN(llm_reply) *reply = llm_ask(llm, &request, NULL, NULL, error);
	return reply ? g_strdup(reply->text) : NULL;
}

/* The JSON of a reply's one block. */
static json_t *ask_json(struct llm *llm, enum llm_output output, json_t *facts, GError **error)
{
	g_autofree char *text = ask(llm, output, facts, error);
	if (!text)
		return NULL;
	assert_true(g_str_has_prefix(text, "```json\n") && g_str_has_suffix(text, "\n```\n"));
	gsize len = strlen(text) - strlen("```json\n") - strlen("\n```\n");
	return json_parse(text + strlen("```json\n"), len, 1 << 20, error);
}

/* The script of a blueprint, its fence taken off. */
static char *draft(struct llm *llm, const json_t *blueprint)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ask(llm, LLM_OUTPUT_SCRIPT, json_make("{s:O}", "blueprint", blueprint), &error);
	if (!text) {
		fail_msg("%s", error->message);
		return NULL;
	}
	assert_true(g_str_has_prefix(text, "```python\n") && g_str_has_suffix(text, "```\n"));
	gsize fence = strlen("```python\n");
	return g_strndup(text + fence, strlen(text) - fence - strlen("```\n"));
}

static char *plain_script(struct llm *llm, const char *exemplar)
{
	g_autoptr(json_t) blueprint = json_make("{s:s, s:[]}", "exemplar", exemplar, "params");
	return draft(llm, blueprint);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "name=value …", names sorted. */
static char *print_values(const json_t *values)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)values, name, value) {
		if (json_is_string(value))
			g_ptr_array_add(lines, g_strdup_printf("%s=%s", name, json_string_value(value)));
		else if (json_is_boolean(value))
			g_ptr_array_add(lines, g_strdup_printf("%s=%s", name, json_is_true(value) ? "on" : "off"));
		else
			g_ptr_array_add(lines, g_strdup_printf("%s=%g", name, json_number_value(value)));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(" ", (char **)lines->pdata);
}

static char *print_words(const json_t *list)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *entry;
	json_array_foreach (list, i, entry) {
		g_string_append_printf(out, "%s%s", i ? "|" : "", json_string_value(entry));
	}
	return g_string_free(out, FALSE);
}

/* What the checklist assigns, and that each item has all its fields. */
static json_t *checklist_values(const json_t *checklist)
{
	json_t *values = json_object();
	size_t i;
	json_t *item;
	json_array_foreach (checklist, i, item) {
		assert_true(*json_str(item, "id", "") && *json_str(item, "text", "") && *json_str(item, "expect", ""));
		assert_true(json_is_array(json_object_get(item, "parts")));
		assert_true(json_is_object(json_object_get(item, "params")));
		json_object_update(values, json_object_get(item, "params"));
	}
	return values;
}

static int failures;

static void check(const struct phrase_case *expected, const char *got, const char *ignored)
{
	bool same = g_strcmp0(expected->expect, got) == 0 && g_str_equal(expected->ignored, ignored);
	if (same)
		return;
	failures++;
	print_error("\"%s\"\n  expected %s [%s]\n  got      %s [%s]\n", expected->text,
		expected->expect ? expected->expect : "a refusal", expected->ignored, got ? got : "a refusal", ignored);
}

static void check_prompt(struct llm *llm, const struct phrase_case *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) plan = ask_json(llm, LLM_OUTPUT_PLAN, json_make("{s:s}", "prompt", expected->text), &error);
	if (!plan) {
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_NO_MATCH));
		check(expected, NULL, "");
		return;
	}
	g_autoptr(json_t) values = json_object();
	size_t i;
	json_t *param;
	json_array_foreach (json_object_get(plan, "params"), i, param) {
		json_object_set(values, json_str(param, "name", ""), json_object_get(param, "value"));
	}
	g_autoptr(json_t) asked = checklist_values(json_object_get(plan, "checklist"));
	assert_true(json_equal(asked, values));
	g_autofree char *text = print_values(values);
	g_autofree char *got = g_strconcat(json_str(plan, "exemplar", ""), *text ? " " : "", text, NULL);
	g_autofree char *ignored = print_words(json_object_get(plan, "ignored"));
	check(expected, got, ignored);
	g_autofree char *script = draft(llm, plan);
	assert_true(*script);
}

static void check_wish(struct llm *llm, const char *script, const struct phrase_case *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) reply = ask_json(llm, LLM_OUTPUT_FEEDBACK,
		json_make("{s:s, s:s, s:n}", "wish", expected->text, "script", script, "exemplar"), &error);
	if (!reply) {
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CANNOT));
		check(expected, NULL, "");
		return;
	}
	g_autoptr(json_t) values = checklist_values(json_object_get(reply, "checklist"));
	g_autofree char *got = print_values(values);
	g_autofree char *ignored = print_words(json_object_get(reply, "ignored"));
	check(expected, got, ignored);
}

static void prompts_become_values(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	failures = 0;
	for (guint i = 0; i < G_N_ELEMENTS(prompt_cases); i++)
		check_prompt(llm, &prompt_cases[i]);
	assert_int_equal(failures, 0);
}

static void wishes_become_values(void **state)
{
	static const struct {
		const char *exemplar;
		const struct phrase_case *cases;
		guint count;
	} groups[] = {{"chair/dining", chair_wishes, G_N_ELEMENTS(chair_wishes)},
		{"lantern/silk", lantern_wishes, G_N_ELEMENTS(lantern_wishes)},
		{"table/plain", table_wishes, G_N_ELEMENTS(table_wishes)}};
	OWN(llm) *llm = open_builtin(TESTDATA);
	failures = 0;
	for (guint g = 0; g < G_N_ELEMENTS(groups); g++) {
		g_autofree char *script = plain_script(llm, groups[g].exemplar);
		for (guint i = 0; i < groups[g].count; i++)
			check_wish(llm, script, &groups[g].cases[i]);
	}
	assert_int_equal(failures, 0);
}

/* ---- the other roles ---- */

static void a_plan_has_parts_and_contacts(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	g_autoptr(json_t) plan = ask_json(llm, LLM_OUTPUT_PLAN,
		json_make("{s:s}", "prompt", "a rustic chair, 3 legs, a cushion, without a back"), NULL);
	assert_string_equal(json_str(plan, "style", ""), "rustic");
	assert_string_equal(json_str(plan, "title", ""), "Dining chair");
	assert_true(json_is_null(json_object_get(plan, "scale_m")));
	static const struct {
		const char *name;
		bool present;
	} wanted[] = {{"seat", true}, {"legs", true}, {"back", false}, {"slats", false}, {"armrests", false},
		{"cushion", true}};
	const json_t *parts = json_object_get(plan, "parts");
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		const json_t *part = json_array_get(parts, i);
		assert_string_equal(json_str(part, "name", ""), wanted[i].name);
		assert_int_equal(json_bool(part, "present", !wanted[i].present), wanted[i].present);
	}
	g_autofree char *legs = json_print(json_array_get(parts, 1));
	assert_string_equal(legs,
		"{\"center_m\":null,\"count\":\"legs\",\"describe\":\"turned "
		"legs\",\"material\":null,\"may_float\":false,"
		"\"name\":\"legs\",\"present\":true,\"size_m\":null,\"touches\":[\"seat\"],\"when\":null}");
	g_autofree char *script = draft(llm, plan);
	assert_true(g_str_has_prefix(script, "\"\"\"Test chair: as much of a chair as the tests need.\n"));
	assert_null(strstr(script, "EXEMPLAR"));
	assert_non_null(strstr(script, "\"legs\": 3,                 # count, 3..6: number of legs\n"));
	g_autoptr(json_t) queries = ask_json(
		llm, LLM_OUTPUT_CONTEXT, json_make("{s:s, s:O}", "prompt", "a chair", "blueprint", plan), NULL);
	assert_int_equal(json_array_size(json_object_get(queries, "queries")), 4);
}

static void a_refusal_names_the_nearest(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ask(llm, LLM_OUTPUT_PLAN, json_make("{s:s}", "prompt", "a garden bench"), &error);
	assert_null(text);
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_NO_MATCH));
	assert_non_null(strstr(error->message, "Nearest are: chair."));
	assert_non_null(strstr(error->message, "models.default.provider"));
}

static void an_edit_sets_the_checklist(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	g_autofree char *script = plain_script(llm, "chair/dining");
	g_autoptr(json_t) reply = ask_json(llm, LLM_OUTPUT_FEEDBACK,
		json_make("{s:s, s:s}", "wish", "add 2 armrests and make the legs red, quickly", "script", script),
		NULL);
	assert_string_equal(json_str(reply, "kind", ""), "params");
	g_autofree char *touches = json_print(json_object_get(reply, "touches"));
	g_autofree char *keeps = json_print(json_object_get(reply, "keeps"));
	assert_string_equal(touches, "[\"legs\",\"armrests\"]");
	assert_string_equal(keeps, "[\"seat\",\"back\",\"slats\",\"cushion\"]");
	g_autoptr(json_t) edit =
		ask_json(llm, LLM_OUTPUT_SCRIPT, json_make("{s:s, s:O}", "script", script, "feedback", reply), NULL);
	g_autofree char *set = json_print(edit);
	assert_string_equal(set, "{\"set\":{\"armrests\":2,\"leg_color\":\"#d01c1f\"}}");
}

static void a_repair_steps_back(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	g_autoptr(json_t) plan = ask_json(llm, LLM_OUTPUT_PLAN,
		json_make("{s:s}", "prompt", "a red chair with a 80 cm tall back and 6 legs"), NULL);
	g_autofree char *script = draft(llm, plan);
	g_autoptr(json_t) repair = ask_json(llm, LLM_OUTPUT_SCRIPT,
		json_make("{s:s, s:[{s:s, s:s, s:[s]}]}", "script", script, "findings", "code", "part.gap", "severity",
			"hard", "parts", "back"),
		NULL);
	g_autofree char *set = json_print(json_object_get(repair, "set"));
	assert_string_equal(set, "{\"back_height\":0.625}");
	assert_int_equal(json_array_size(json_object_get(repair, "notes")), 1);
	g_autofree char *plain = plain_script(llm, "chair/dining");
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ask(llm, LLM_OUTPUT_SCRIPT,
		json_make("{s:s, s:[{s:s}]}", "script", plain, "diagnostics", "message", "boom"), &error);
	assert_null(text);
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CANNOT));
}

static void the_critic_goes_by_hard_findings(void **state)
{
	OWN(llm) *llm = open_builtin(TESTDATA);
	g_autoptr(json_t) soft = ask_json(llm, LLM_OUTPUT_CRITIQUE,
		json_make("{s:[{s:s, s:s}]}", "findings", "code", "part.size", "severity", "soft"), NULL);
	assert_true(json_bool(soft, "accept", false));
	g_autoptr(json_t) hard = ask_json(llm, LLM_OUTPUT_CRITIQUE,
		json_make("{s:[{s:s, s:s, s:[s], s:f, s:f, s:s, s:s}]}", "findings", "code", "part.gap", "severity",
			"hard", "parts", "legs", "value", 0.03, "limit", 0.01, "unit", "m", "hint", "move it down"),
		NULL);
	g_autofree char *text = json_print(hard);
	assert_string_equal(text, "{\"accept\":false,\"changes\":[{\"change\":\"move it "
				  "down\",\"part\":\"legs\",\"why\":\"part.gap: 0.03, the limit is "
				  "0.01 m\"}],\"notes\":[\"the built-in critic looks at measures, not at pictures\"]}");
}

/* The verdict on one item: state, and whether all passed. */
static char *verdict(struct llm *llm, const char *facts)
{
	g_autoptr(GError) error = NULL;
	json_t *parsed = json_parse(facts, strlen(facts), 1 << 16, &error);
	assert_non_null(parsed);
	g_autoptr(json_t) reply = ask_json(llm, LLM_OUTPUT_VERDICT, parsed, NULL);
	const json_t *item = json_array_get(json_object_get(reply, "items"), 0);
	return g_strdup_printf("%s %s", json_str(item, "state", ""), json_bool(reply, "pass", false) ? "pass" : "fail");
}

static void the_verifier_wants_proof(void **state)
{
#define ITEM                                                                                                           \
	"\"checklist\":[{\"id\":\"1\",\"params\":{\"legs\":3},\"parts\":[\"legs\"],\"counts\":{\"legs\":\"legs\"}}],"  \
	"\"values_before\":{\"legs\":4}"
#define PIECES(before, after)                                                                                          \
	"\"before\":{\"parts\":[{\"part\":\"legs\",\"pieces\":" #before                                                \
	"}]},\"after\":{\"parts\":[{\"part\":\"legs\","                                                                \
	"\"pieces\":" #after "}]}"
	static const char *const cases[][2] = {
		{"{" ITEM ",\"values_after\":{\"legs\":3},\"diff\":{\"changed\":[\"legs\"]}," PIECES(4, 3) "}",
			"done pass"},
		{"{" ITEM ",\"values_after\":{\"legs\":3},\"diff\":{\"parts\":[{\"part\":\"legs\",\"state\":\"same\","
		 "\"mesh\":true}]}," PIECES(4, 3) "}",
			"done pass"},
		{"{" ITEM ",\"values_after\":{\"legs\":3},\"diff\":{\"changed\":[\"legs\"]}," PIECES(4, 4) "}",
			"partial fail"},
		{"{" ITEM ",\"values_after\":{\"legs\":3},\"diff\":{\"changed\":[]}," PIECES(4, 3) "}", "partial fail"},
		/* a part that happens to have as many pieces as another's parameter said */
		{"{\"checklist\":[{\"id\":\"1\",\"params\":{\"slats\":3},\"parts\":[\"slats\",\"legs\"],\"counts\":{"
		 "\"slats\":\"slats\"}}],\"values_before\":{\"slats\":4},\"values_after\":{\"slats\":3},"
		 "\"diff\":{\"changed\":[\"slats\"]}," PIECES(4, 4) "}",
			"done pass"},
		{"{" ITEM ",\"values_after\":{\"legs\":4},\"diff\":{\"changed\":[\"legs\"]}," PIECES(4, 4) "}",
			"missing fail"},
		{"{\"checklist\":[{\"id\":\"1\",\"params\":{\"legs\":4},\"parts\":[\"legs\"]}],\"values_before\":{"
		 "\"legs\":4},"
		 "\"values_after\":{\"legs\":4.0},\"diff\":{}}",
			"done pass"},
		{"{" ITEM ",\"values_after\":{\"legs\":3},\"diff\":{\"changed\":[\"legs\"]}," PIECES(
			 4, 3) ",\"findings\":[{\"severity\":\"hard\"}]}",
			"done fail"},
	};
	OWN(llm) *llm = open_builtin(TESTDATA);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = verdict(llm, cases[i][0]);
		assert_string_equal(got, cases[i][1]);
	}
}

/* ---- the real library ---- */

struct published {
	const char *prompt, *exemplar;
	const char *wishes[2];
};

static void check_ignored(const char *text, const json_t *reply)
{
	g_autofree char *ignored = print_words(json_object_get(reply, "ignored"));
	if (*ignored)
		fail_msg("\"%s\": \"%s\" is not understood", text, ignored);
}

static void check_published(struct llm *llm, const struct published *published)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) plan =
		ask_json(llm, LLM_OUTPUT_PLAN, json_make("{s:s}", "prompt", published->prompt), &error);
	if (!plan)
		fail_msg("%s", error->message);
	assert_true(g_str_has_prefix(json_str(plan, "exemplar", ""), published->exemplar));
	check_ignored(published->prompt, plan);
	g_autofree char *text = draft(llm, plan);
	for (guint i = 0; i < G_N_ELEMENTS(published->wishes); i++) {
		g_autoptr(json_t) reply = ask_json(llm, LLM_OUTPUT_FEEDBACK,
			json_make("{s:s, s:s}", "wish", published->wishes[i], "script", text), &error);
		if (!reply)
			fail_msg("%s", error->message);
		check_ignored(published->wishes[i], reply);
		g_autoptr(json_t) edit = ask_json(
			llm, LLM_OUTPUT_SCRIPT, json_make("{s:s, s:O}", "script", text, "feedback", reply), &error);
		assert_non_null(edit);
		OWN(script) *script = script_read(text, strlen(text), NULL);
		g_autofree char *next = script_with(script, json_object_get(edit, "set"), true, NULL);
		assert_non_null(next);
		assert_string_not_equal(next, text);
		g_free(text);
		text = g_steal_pointer(&next);
	}
}

static void published_prompts_are_understood(void **state)
{
	static const struct published all[] = {
		{"create a 3D object of a chair", "chair/",
			{"add 2 armrests on the chair", "change the texture to wooden with dark brown color"}},
		{"create a 3D object of a stylish Chinese lantern with red silk material, golden trim, and intricate "
		 "carved wooden "
		 "frame",
			"lantern/",
			{"add a small golden tassel hanging from the bottom",
				"make the red silk material more translucent and glowing"}},
		{"create a 3D object of a cartoon blue fish with streamlined body, large expressive eyes, flowing tail "
		 "fins, and "
		 "shimmering scales with subtle iridescent highlights",
			"fish/", {"add small bubbles around the fish", "make the scales more metallic and reflective"}},
		{"create a 3D object of a skateboard with wooden deck, colorful grip tape, metal trucks, and smooth "
		 "wheels with "
		 "detailed bearings",
			"skateboard/",
			{"add a cool graphic design pattern on the deck", "make the wheels glow with neon colors"}},
		{"create a 3D object of a bonsai tree with twisted trunk, small green leaves, and moss-covered rocks "
		 "in a ceramic pot",
			"bonsai/",
			{"add small cherry blossoms on the branches",
				"make the ceramic pot more ornate with traditional patterns"}},
		{"create a 3D object of a crystal sword with translucent blue blade, silver hilt with gemstone "
		 "decorations",
			"sword/",
			{"add lightning effects around the blade", "make the gemstones pulse with different colors"}},
	};
	if (!g_file_test(LIBRARY, G_FILE_TEST_IS_DIR))
		skip();
	OWN(llm) *llm = open_builtin(LIBRARY);
	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *family = g_build_filename(LIBRARY, all[i].exemplar, NULL);
		if (g_file_test(family, G_FILE_TEST_IS_DIR))
			check_published(llm, &all[i]);
	}
}

/* Wishes on exemplars whose first prompt set some of their choices. */
static void choices_give_way_to_one_another(void **state)
{
	static const struct {
		const char *prompt;
		struct phrase_case wish;
	} all[] = {
		{"a mug with coffee", {"fill it with tea", "drink=tea", "fill"}},
		{"a mug with coffee", {"remove the tea", "", ""}},
		{"a mug with hearts", {"add polka dots", "pattern=dots", ""}},
		{"a mug", {"make the rim gold", "clay_color=#d4a017", ""}},
		{"a skateboard", {"make the bearings blue", "bearing_color=#2059c9", ""}},
		{"a skateboard with flames", {"add waves", "graphic=waves", ""}},
		{"a crystal sword", {"add flames around the blade", NULL, ""}},
		{"a bonsai", {"add moss", "", ""}},
	};
	if (!g_file_test(LIBRARY, G_FILE_TEST_IS_DIR))
		skip();
	OWN(llm) *llm = open_builtin(LIBRARY);
	failures = 0;
	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(json_t) plan =
			ask_json(llm, LLM_OUTPUT_PLAN, json_make("{s:s}", "prompt", all[i].prompt), NULL);
		assert_non_null(plan);
		g_autofree char *script = draft(llm, plan);
		check_wish(llm, script, &all[i].wish);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prompts_become_values),
		cmocka_unit_test(wishes_become_values),
		cmocka_unit_test(a_plan_has_parts_and_contacts),
		cmocka_unit_test(a_refusal_names_the_nearest),
		cmocka_unit_test(an_edit_sets_the_checklist),
		cmocka_unit_test(a_repair_steps_back),
		cmocka_unit_test(the_critic_goes_by_hard_findings),
		cmocka_unit_test(the_verifier_wants_proof),
		cmocka_unit_test(published_prompts_are_understood),
		cmocka_unit_test(choices_give_way_to_one_another),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
