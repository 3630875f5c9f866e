/* Python literals: what is read, what is refused, and that printing comes back. */
#include "proto/pylit.h"

#include "base/testing.h"

static void literals_become_json(void **state)
{
	static const char *const cases[][2] = {
		{"1", "1"},
		{"-1", "-1"},
		{"+ 2", "2"},
		{"--3", "3"},
		{"1_000", "1000"},
		{"0x1F", "31"},
		{"0b101", "5"},
		{"0o17", "15"},
		{"1.5", "1.5"},
		{".5", "0.5"},
		{"2.", "2.0"},
		{"1e3", "1000.0"},
		{"-2.5E-1", "-0.25"},
		{"0", "0"},
		{"9223372036854775807", "9223372036854775807"},
		{"True", "true"},
		{"False", "false"},
		{"None", "null"},
		{"'a'", "\"a\""},
		{"\"it's\"", "\"it's\""},
		{"'a' 'b' \"c\"", "\"abc\""},
		{"r'a\\n'", "\"a\\\\n\""},
		{"'a\\tb\\x41\\u00e9\\101'", "\"a\\tbAéA\""},
		{"'\\d'", "\"\\\\d\""},
		{"'''a\nb'''", "\"a\\nb\""},
		{"'a\\\nb'", "\"ab\""},
		{"u'x'", "\"x\""},
		{"''", "\"\""},
		{"''''a'''", "\"'a\""},
		{"[]", "[]"},
		{"[1, 2,]", "[1,2]"},
		{"(1, 2)", "[1,2]"},
		{"(1,)", "[1]"},
		{"()", "[]"},
		{"(1)", "1"},
		{"('a'\n 'b')", "\"ab\""},
		{"{'a': 1, \"b\": [True], # c\n}", "{\"a\":1,\"b\":[true]}"},
		{"{'': {}}", "{\"\":{}}"},
		{"[ # x\n1]", "[1]"},
		{"{'k' 'l': (None,)}", "{\"kl\":[null]}"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gsize end = 0;
		g_autoptr(json_t) value = pylit_read(cases[i][0], strlen(cases[i][0]), 0, &end, NULL, &error);
		if (!value)
			fail_msg("%s: %s", cases[i][0], error->message);
		g_autofree char *text = json_print(value);
		assert_string_equal(text, cases[i][1]);
		assert_int_equal(end, strlen(cases[i][0]));
	}
}

static void others_are_refused(void **state)
{
	static const char *const cases[] = {"", "x", "f'a'", "b'a'", "'a", "'a\nb'", "\"\"\"a\"\"", "[1", "[1 2]",
		"{1: 2}", "{'a' 1}", "{'a': 1 'b': 2}", "{'a': 1, 'a': 2}", "{'a'}", "1__0", "1_", "0x", "01", "1.5.2",
		"1e", "-", "-'a'", "1j", "1e999", "9223372036854775808", "'\\x00'", "'\\ud800'", "'\\N{DASH}'",
		"'\\xg1'", "(", "nan", "Truee", "{'a': }", "[,]", "lambda: 1", "."};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		json_t *value = pylit_read(cases[i], strlen(cases[i]), 0, NULL, NULL, &error);
		if (value)
			fail_msg("%s was taken", cases[i]);
		assert_true(g_error_matches(error, PYLIT_ERROR, PYLIT_ERROR_SYNTAX));
	}
}

static void errors_name_their_line(void **state)
{
	g_autoptr(GError) error = NULL;
	const char *text = "{\n'a': 1,\n'b': x,\n}";
	assert_null(pylit_read(text, strlen(text), 0, NULL, NULL, &error));
	assert_string_equal(error->message, "line 3: not a literal value");
}

static void depth_and_size_have_ends(void **state)
{
	g_autoptr(GString) deep = g_string_new(NULL);
	for (int i = 0; i < PYLIT_DEPTH_MAX + 1; i++)
		g_string_append_c(deep, '[');
	g_autoptr(GError) error = NULL;
	assert_null(pylit_read(deep->str, deep->len, 0, NULL, NULL, &error));
	assert_true(g_error_matches(error, PYLIT_ERROR, PYLIT_ERROR_LIMIT));
	g_autoptr(GString) wide = g_string_new("[");
	for (int i = 0; i < PYLIT_VALUES_MAX; i++)
		g_string_append(wide, "1,");
	g_string_append_c(wide, ']');
	g_autoptr(GError) second = NULL;
	assert_null(pylit_read(wide->str, wide->len, 0, NULL, NULL, &second));
	assert_true(g_error_matches(second, PYLIT_ERROR, PYLIT_ERROR_LIMIT));
}

static void entries_know_their_place(void **state)
{
	const char *text = "x = {\n  'a': 12,\n  'b': {'c': 1},\n}";
	g_autoptr(GArray) entries = pylit_entries_new();
	g_autoptr(json_t) value = pylit_read(text, strlen(text), 4, NULL, entries, NULL);
	assert_non_null(value);
	assert_int_equal(entries->len, 2);
	const struct pylit_entry *first = &g_array_index(entries, struct pylit_entry, 0);
	const struct pylit_entry *second = &g_array_index(entries, struct pylit_entry, 1);
	assert_string_equal(first->key, "a");
	assert_int_equal(first->line, 2);
	assert_memory_equal(text + first->from, "12", 2);
	assert_int_equal(first->to - first->from, 2);
	assert_string_equal(second->key, "b");
	assert_memory_equal(text + second->from, "{'c': 1}", 8);
	assert_int_equal(second->to - second->from, 8);
}

static void printing_comes_back(void **state)
{
	static const char *const cases[][2] = {{"0.1", "0.1"}, {"3.0", "3.0"}, {"1e100", "1e+100"},
		{"0.30000000000000004", "0.30000000000000004"}, {"-4", "-4"}, {"True", "True"},
		{"'say \"a\\\\b\"\\n\\x01é'", "\"say \\\"a\\\\b\\\"\\n\\x01é\""}};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) value = pylit_read(cases[i][0], strlen(cases[i][0]), 0, NULL, NULL, NULL);
		assert_non_null(value);
		g_autofree char *text = pylit_print(value);
		assert_string_equal(text, cases[i][1]);
		g_autoptr(json_t) again = pylit_read(text, strlen(text), 0, NULL, NULL, NULL);
		assert_true(json_equal(value, again));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_become_json),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(errors_name_their_line),
		cmocka_unit_test(depth_and_size_have_ends),
		cmocka_unit_test(entries_know_their_place),
		cmocka_unit_test(printing_comes_back),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
