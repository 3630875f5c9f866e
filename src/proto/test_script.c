/* Reading a script: outline, sliders, dependencies, and values put back. */
#include "base/file.h"
#include "base/testing.h"
#include "proto/script.h"

static struct script *read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct script *script = script_read(text, strlen(text), &error);
	if (!script)
		fail_msg("%s", error->message);
	return script;
}

static struct script *read_stool(void)
{
	gsize size = 0;
	g_autofree char *text =
		file_read(LL3M_SOURCE_DIR "/src/proto/testdata/script-corpus/stool.py", SCRIPT_MAX, &size, NULL);
	assert_non_null(text);
	return read_text(text);
}

static void a_script_has_an_outline(void **state)
{
	OWN(script) *script = read_stool();
	assert_string_equal(script->doc, "Stool: a round seat on three legs.\n\nMore words.\n");
	assert_true(script->has_params);
	assert_string_equal(json_str(script->exemplar, "title", ""), "Stool");
	static const struct {
		const char *name, *doc, *params;
		int first, last;
	} expected[] = {
		{"_radius", "", "height", 29, 30},
		{"material_wood", "The wood.", "color label", 40, 45},
		{"build_seat", "Round seat.", "color height label wear", 48, 54},
		{"build_legs", "", "legs", 57, 59},
		{"build", "", "color height label legs wear", 62, 63},
	};
	assert_int_equal(script->functions->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		const struct script_function *function = script->functions->pdata[i];
		g_autofree char *params = g_strjoinv(" ", function->params);
		assert_string_equal(function->name, expected[i].name);
		assert_string_equal(function->doc, expected[i].doc);
		assert_string_equal(params, expected[i].params);
		assert_int_equal(function->first, expected[i].first);
		assert_int_equal(function->last, expected[i].last);
	}
	const struct script_function *seat = script->functions->pdata[2];
	assert_true(g_str_has_prefix(script->text + seat->from, "@staticmethod\ndef build_seat"));
	assert_true(g_str_has_prefix(script->text + seat->to, "\n\n\ndef build_legs"));
	g_autoptr(GPtrArray) parts = script_parts(script);
	assert_int_equal(parts->len, 2);
	assert_string_equal(parts->pdata[0], "seat");
	assert_true(script_part_depends(script, "seat", "wear"));
	assert_false(script_part_depends(script, "legs", "style"));
	assert_false(script_part_depends(script, "lid", "wear"));
}

static void comments_make_sliders(void **state)
{
	OWN(script) *script = read_stool();
	g_autoptr(json_t) sliders = script_sliders(script);
	g_autofree char *text = json_print(sliders);
	assert_string_equal(text,
		"[{\"describe\":\"height of the "
		"seat\",\"high\":0.75,\"kind\":\"number\",\"low\":0.25,\"name\":\"height\",\"unit\":\"m\","
		"\"value\":0.5},"
		"{\"describe\":\"number of "
		"legs\",\"high\":6.0,\"kind\":\"count\",\"low\":3.0,\"name\":\"legs\",\"unit\":\"count\","
		"\"value\":3},"
		"{\"describe\":\"how far the legs "
		"lean\",\"high\":10.0,\"kind\":\"number\",\"low\":-10.0,\"name\":\"splay\",\"unit\":"
		"\"deg\",\"value\":-2.5},"
		"{\"describe\":\"worn "
		"edges\",\"high\":1.0,\"kind\":\"number\",\"low\":0.0,\"name\":\"wear\",\"unit\":\"share\","
		"\"value\":0.125},"
		"{\"describe\":\"a cushion\",\"kind\":\"switch\",\"name\":\"cushion\",\"unit\":\"\",\"value\":false},"
		"{\"describe\":\"the wood\",\"kind\":\"color\",\"name\":\"color\",\"unit\":\"\",\"value\":\"#AA5533\"},"
		"{\"choices\":[\"turned\",\"square\"],\"describe\":\"shape of the "
		"legs\",\"kind\":\"choice\",\"name\":\"style\","
		"\"unit\":\"\",\"value\":\"turned\"},"
		"{\"describe\":\"what is written "
		"below\",\"kind\":\"text\",\"name\":\"label\",\"unit\":\"\",\"value\":\"a \\\"b\\\"\"},"
		"{\"describe\":\"a comment of no "
		"kind\",\"kind\":\"count\",\"name\":\"loose\",\"unit\":\"\",\"value\":2},"
		"{\"describe\":\"\",\"kind\":\"text\",\"name\":\"bare\",\"unit\":\"\",\"value\":\"x\"}]");
}

static void typed_values_are_checked(void **state)
{
	static const char *const cases[][3] = {{"height", "0.375", "0.375"}, {"height", "2", NULL},
		{"height", "tall", NULL}, {"height", "nan", NULL}, {"legs", "4", "4"}, {"legs", "4.5", NULL},
		{"legs", "7", NULL}, {"cushion", "on", "true"}, {"cushion", "No", "false"}, {"cushion", "maybe", NULL},
		{"color", "#F80", "\"#ff8800\""}, {"color", "red", NULL}, {"style", " square ", "\"square\""},
		{"style", "round", NULL}, {"label", "red oak", "\"red oak\""}, {"splay", "-10", "-10"},
		{"loose", "99", "99"}};
	OWN(script) *script = read_stool();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		const struct script_param *param = script_param(script, cases[i][0]);
		g_autoptr(json_t) value = script_param_parse(param, cases[i][1], &error);
		if (cases[i][2]) {
			g_autofree char *text = json_print(value);
			assert_string_equal(text, cases[i][2]);
		} else {
			assert_null(value);
			assert_true(g_error_matches(error, SCRIPT_ERROR, SCRIPT_ERROR_PARAM));
		}
	}
	g_autoptr(GError) error = NULL;
	assert_null(script_param_parse(script_param(script, "legs"), "9", &error));
	assert_string_equal(error->message, "legs takes a whole number from 3 to 6, not \"9\"");
}

static void values_go_back_into_the_text(void **state)
{
	OWN(script) *script = read_stool();
	g_autoptr(json_t) values = json_make("{s:f, s:i, s:b, s:s, s:s}", "height", 0.625, "legs", 5, "cushion", 1,
		"label", "new \"one\"", "bare", "y");
	g_autofree char *text = script_with(script, values, true, NULL);
	assert_non_null(strstr(text, "    \"height\": 0.625,       # m, 0.25..0.75: height of the seat\n"));
	assert_non_null(strstr(text, "    \"legs\": 5,             # count"));
	assert_non_null(strstr(text, "    \"cushion\": True,       # switch"));
	assert_non_null(strstr(text, "    \"bare\": \"y\"\n}\n\nLIMITS"));
	assert_null(strstr(text, "EXEMPLAR"));
	OWN(script) *again = read_text(text);
	assert_null(again->exemplar);
	assert_string_equal(json_string_value(script_param(again, "label")->value), "new \"one\"");
	g_autoptr(json_t) nothing = json_object();
	g_autofree char *same = script_with(script, nothing, false, NULL);
	assert_string_equal(same, script->text);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) wrong = json_make("{s:i}", "wings", 2);
	assert_null(script_with(script, wrong, false, &error));
	assert_true(g_error_matches(error, SCRIPT_ERROR, SCRIPT_ERROR_PARAM));
	assert_non_null(strstr(error->message, "there are: height, legs"));
}

static void damaged_scripts_are_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a = 1\nx = 'open\n", "line 2: a string that does not end"},
		{"x = (1,\n", "line 1: a bracket that is not closed"},
		{"x = (1]\n", "line 1: a closing bracket that does not match"},
		{"\nPARAMS = dict(a=1)\n", "line 2: PARAMS is not a literal dict"},
		{"PARAMS = {'a': 1 + 1}\n",
			"PARAMS is not a literal dict: line 1: a comma or a closing brace is missing"},
		{"PARAMS = {'a': 1} | {}\n", "line 1: PARAMS is more than a literal dict"},
		{"PARAMS = {'a': 1,\n 'b': [1]}\n", "line 2: PARAMS[\"b\"] is neither number, boolean nor string"},
		{"PARAMS = {}\nPARAMS = {}\n", "line 2: PARAMS is there twice"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(script_read(cases[i].text, strlen(cases[i].text), &error));
		assert_true(g_error_matches(error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX));
		assert_string_equal(error->message, cases[i].message);
	}
	g_autoptr(GError) error = NULL;
	assert_null(script_read("a\0b", 3, &error));
	assert_true(g_error_matches(error, SCRIPT_ERROR, SCRIPT_ERROR_TEXT));
	g_autoptr(GError) second = NULL;
	g_autofree char *huge = g_strnfill(SCRIPT_MAX + 1, '#');
	assert_null(script_read(huge, SCRIPT_MAX + 1, &second));
	assert_true(g_error_matches(second, SCRIPT_ERROR, SCRIPT_ERROR_TEXT));
}

static void plain_files_are_scripts_too(void **state)
{
	OWN(script) *empty = read_text("");
	assert_string_equal(empty->doc, "");
	assert_false(empty->has_params);
	OWN(script) *annotated =
		read_text("PARAMS: dict[str, int] = {'a': 1}; x = 2\nPARAMS == {}\ndef f(p): return p['a']\n");
	assert_int_equal(annotated->params->len, 1);
	assert_int_equal(annotated->functions->len, 1);
	g_autoptr(json_t) values = script_values(annotated);
	assert_int_equal(json_int(values, "a", 0), 1);
	OWN(script) *loop =
		read_text("PARAMS = {'a': 1}\ndef f(p):\n    return g(p)\ndef g(p):\n    return f(p) or p['a']\n");
	const struct script_function *f = loop->functions->pdata[0];
	assert_string_equal(f->params[0], "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_has_an_outline),
		cmocka_unit_test(comments_make_sliders),
		cmocka_unit_test(typed_values_are_checked),
		cmocka_unit_test(values_go_back_into_the_text),
		cmocka_unit_test(damaged_scripts_are_refused),
		cmocka_unit_test(plain_files_are_scripts_too),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
