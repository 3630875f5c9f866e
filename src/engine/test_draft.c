/* The first script, written part by part: what each part's agent is shown, how the pieces are put together, what a cut
 * or wrong answer costs, and that a run killed among parallel calls goes on. */
#include "engine/draft.h"
#include "engine/test_rig.h"

#include "base/file.h"
#include "base/testing.h"
#include "proto/script.h"

#include <string.h>

static const char plan_text[] =
	"{\"title\": \"Small \\\"stool\\\"\", \"summary\": \"three legs\", \"parts\": ["
	"{\"name\": \"seat\", \"describe\": \"round board\", \"size_m\": [0.3, 0.3, 0.04], \"center_m\": [0, 0, 0.4], "
	"\"touches\": [\"legs\"], \"material\": \"Pale oak\"},"
	"{\"name\": \"legs\", \"describe\": \"turned\", \"touches\": [\"seat\"], \"material\": \"Pale oak\"},"
	"{\"name\": \"cushion\", \"describe\": \"soft\", \"touches\": [\"seat\"], \"material\": \"cloth\", \"when\": "
	"\"cushion\"}],"
	"\"params\": [{\"name\": \"height\", \"value\": 0.4, \"slider\": \"m, 0.3..0.6\", \"describe\": \"of "
	"the\\nseat\"},"
	"{\"name\": \"legs\", \"value\": 3, \"slider\": \"nonsense\", \"describe\": \"how many\"},"
	"{\"name\": \"cushion\", \"value\": true, \"describe\": \"\\\"\\\"\\\" import os\"},"
	"{\"name\": \"color\", \"value\": \"#aabbcc\", \"describe\": \"\"}, {\"name\": \"not one\", \"value\": 1, "
	"\"describe\": \"\"}],"
	"\"checklist\": []}";

static json_t *plan(void)
{
	json_t *value = json_parse(plan_text, strlen(plan_text), sizeof plan_text, NULL);
	assert_non_null(value);
	return value;
}

static void pieces_make_a_script(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) planned = plan();
	g_autoptr(json_t) written = json_make("{s:s, s:s, s:s}", "seat",
		"import math\nimport bpy\nfrom mathutils import Vector\n\n_STEPS = 12\n\n\ndef _ring(n):\n    return "
		"n\n\n\n"
		"def material_pale_oak(p):\n    \"\"\"Oak.\"\"\"\n    return 1\n\n\ndef build_seat(p):\n    "
		"\"\"\"Seat.\"\"\"\n    return [_ring(_STEPS)]\n",
		"legs",
		"import math\n\n\ndef _ring(n):\n    return n + 1\n\n\ndef build_legs(p):\n    \"\"\"Legs.\"\"\"\n    "
		"return [_ring(p[\"legs\"])]\n",
		"cushion",
		"def material_cloth(p):\n    return 2\n\n\ndef build_cushion(p):\n    \"\"\"Cushion.\"\"\"\n    return "
		"[p[\"color\"]]\n"
		"\n\ndef build(p):\n    return None\n\n\nbuild(PARAMS)\n");
	g_autofree char *text = assemble_script(planned, NULL, written, &error);
	assert_non_null(text);
	OWN(script) *script = script_read(text, strlen(text), &error);
	if (!script)
		fail_msg("%s\n%s", error->message, text);
	assert_int_equal(script->params->len, 4);
	assert_true(script_param(script, "height")->high == 0.6);
	assert_int_equal(script_param(script, "legs")->kind, PARAM_COUNT);
	assert_int_equal(script_param(script, "cushion")->kind, PARAM_SWITCH);
	assert_int_equal(script_param(script, "color")->kind, PARAM_COLOR);
	static const char *const names[] = {"_ring", "material_pale_oak", "build_seat", "_legs_ring", "build_legs",
		"material_cloth", "build_cushion", "build"};
	assert_int_equal(script->functions->len, G_N_ELEMENTS(names));
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		assert_string_equal(((struct script_function *)script->functions->pdata[i])->name, names[i]);
	assert_non_null(strstr(text, "return [_legs_ring(p[\"legs\"])]"));
	assert_non_null(strstr(text, "_STEPS = 12\n"));
	assert_non_null(strstr(text, "\nimport math\n"));
	assert_null(strstr(strstr(text, "\nimport math\n") + 1, "\nimport math\n"));
	assert_non_null(strstr(
		text, "    if p[\"cushion\"] not in (0, False, \"none\"):\n        objects += build_cushion(p)\n"));
	assert_non_null(strstr(text, "bpy.data.objects.new(\"Small \\\"stool\\\"\", None)"));
	assert_null(strstr(text, "\"\"\" import os"));
}

/* ---- whole runs ---- */
static void add(json_t *answers, const char *agent, const char *expect, const char *text)
{
	json_t *answer = json_make("{s:s, s:s}", "agent", agent, "text", text);
	if (expect)
		json_object_set_new(answer, "expect", json_make("[s]", expect));
	json_array_append_new(answers, answer);
}

static char *part_code(const char *part, const char *material)
{
	g_autofree char *own =
		material ? g_strdup_printf("def material_%s(p):\n    \"\"\"M.\"\"\"\n    return None\n\n\n", material)
			 : g_strdup("");
	return g_strdup_printf("```python\n%sdef build_%s(p):\n    \"\"\"Part.\"\"\"\n    return []\n```", own, part);
}

static void add_part(json_t *answers, const char *part, const char *material)
{
	g_autofree char *code = part_code(part, material);
	g_autofree char *mine = g_strdup_printf("\"build_%s\"", part);
	add(answers, "coding", mine, code);
}

static void add_ends(json_t *answers)
{
	add(answers, "planner", NULL, plan_text);
	add(answers, "retrieval", NULL, "{\"queries\": []}");
	add(answers, "critic", NULL, "{\"accept\": true, \"changes\": []}");
	add(answers, "verification", NULL, "{\"items\": [], \"pass\": true}");
}

/* A run to its end; the version's script (g_free), or NULL with the fault's message in *message_out. */
static char *go(json_t *answers, enum strategy strategy, char **message_out)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	g_autofree char *path = g_build_filename(folder, "answers.json", NULL), *text = json_print(answers);
	g_autofree char *session = NULL, *run = NULL;
	assert_true(file_write_whole(path, text, strlen(text), &error));
	struct engine_options options = rig_options("memory", NULL, path);
	options.strategy = strategy;
	options.rounds = 0; /* what the fake executor measures is not this plan */
	struct engine *engine = engine_open(&options, &error);
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	assert_true(engine_create(engine, input, NULL, &session, &run, &error));
	g_autoptr(json_t) end = rig_follow_end(engine, session, run, 1, NULL);
	g_autoptr(json_t) version = engine_version(engine, session, 0, NULL);
	char *script = version ? g_strdup(json_str(version, "script", "")) : NULL;
	*message_out = g_strdup(json_str(json_object_get(end, "error"), "message", ""));
	engine_close(engine);
	test_folder_remove(folder);
	return script;
}

static void parts_are_written_side_by_side(void **state)
{
	g_autofree char *message = NULL;
	g_autoptr(json_t) answers = json_array();
	add_ends(answers);
	add_part(answers, "cushion", "cloth");
	add_part(answers, "legs", NULL);
	add_part(answers, "seat", "pale_oak");
	g_autofree char *script = go(answers, STRATEGY_PARTS, &message);
	if (!script)
		fail_msg("%s", message);
	assert_non_null(strstr(script, "def build_legs(p):"));
	assert_true(strstr(script, "def build_seat(p):") < strstr(script, "def build_legs(p):"));
}

/* An answer that leaves its part out is asked for once more; twice is an error that names the part. */
static void a_part_left_out_is_asked_again(void **state)
{
	for (int fails = 1; fails <= 2; fails++) {
		g_autofree char *message = NULL;
		g_autoptr(json_t) answers = json_array();
		add_ends(answers);
		add_part(answers, "cushion", "cloth");
		add_part(answers, "seat", "pale_oak");
		for (int i = 0; i < fails; i++)
			add(answers, "coding", "\"build_legs\"", "```python\ndef build_feet(p):\n    return []\n```");
		if (fails == 1)
			add_part(answers, "legs", NULL);
		g_autofree char *script = go(answers, STRATEGY_PARTS, &message);
		assert_int_equal(script != NULL, fails == 1);
		assert_int_equal(strstr(message, "build_legs") != NULL, fails == 2);
	}
}

/* A whole script that was cut off: what stands before the cut stays, the rest is asked for by part. */
static void a_cut_script_costs_what_is_missing(void **state)
{
	g_autofree char *message = NULL;
	g_autoptr(json_t) answers = json_array();
	add_ends(answers);
	add(answers, "coding", "Blueprint",
		"```python\n\"\"\"A stool.\"\"\"\nimport bpy\n\nPARAMS = {\n    \"legs\": 5,  # count, 3..6: legs\n    "
		"\"cushion\": False,  "
		"# switch: cushion\n}\n\n\ndef material_pale_oak(p):\n    \"\"\"Oak.\"\"\"\n    return None\n\n\ndef "
		"build_seat(p):\n    \"\"\"Begun "
		"seat.\"\"\"\n    return []\n\n\ndef build_legs(p):\n    \"\"\"Legs.\"\"\"\n    return [make(");
	add_part(answers, "legs", NULL);
	add_part(answers, "cushion", "cloth");
	g_autofree char *script = go(answers, STRATEGY_WHOLE, &message);
	if (!script)
		fail_msg("%s", message);
	assert_non_null(strstr(script, "Begun seat."));
	assert_non_null(strstr(script, "\"legs\": 5,"));
	assert_non_null(strstr(script, "def build_cushion(p):"));
	assert_null(strstr(script, "make("));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_make_a_script),
		cmocka_unit_test(parts_are_written_side_by_side),
		cmocka_unit_test(a_part_left_out_is_asked_again),
		cmocka_unit_test(a_cut_script_costs_what_is_missing),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
