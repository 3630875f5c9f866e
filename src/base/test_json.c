/* JSON at the edges: what is refused, and with which words. */
#include "base/json.h"

#include "base/testing.h"

static json_t *parse(const char *text, GError **error)
{
	return json_parse(text, strlen(text), 1 << 20, error);
}

static void expect(GError **error, enum json_edge_error code, const char *words)
{
	assert_non_null(*error);
	assert_true(g_error_matches(*error, JSON_ERROR, (int)code));
	if (!strstr((*error)->message, words))
		fail_msg("\"%s\" lacks \"%s\"", (*error)->message, words);
	g_clear_error(error);
}

static void test_parse(void **state)
{
	static const char *const good[] = {"{}", "[1,2.5,true,null,\"\\u00e4\"]", "\"alone\"", " 7 ", "null"};
	g_autoptr(GError) error = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(json_t) value = parse(good[i], &error);
		assert_non_null(value);
		assert_null(error);
	}
}

static void test_parse_refused(void **state)
{
	static const char *const bad[] = {"", "{", "{\"a\":1,\"a\":2}", "{} {}", "[1,]", "'a'", "\"\xff\"",
		"\"\\u0000\"", "\"\\ud800\"", "NaN", "1e999", "99999999999999999999"};
	g_autoptr(GError) error = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_null(parse(bad[i], &error));
		expect(&error, JSON_ERROR_SYNTAX, "not valid JSON: line ");
	}
	assert_null(json_parse("\"a\0b\"", 5, 99, &error));
	expect(&error, JSON_ERROR_SYNTAX, "not valid JSON");
	assert_null(json_parse("[1,\n 2 3]", 9, 99, &error));
	expect(&error, JSON_ERROR_SYNTAX, "line 2, ");
	assert_null(json_parse("12345", 5, 4, &error));
	expect(&error, JSON_ERROR_TOO_LONG, "5 bytes of JSON, at most 4 are taken");
}

static void test_depth(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) deep = g_string_new("[\"\\\"[[[[{{{{\"");
	for (int i = 1; i < 256; i++)
		g_string_append(deep, ",[1");
	for (int i = 0; i < 256; i++)
		g_string_append_c(deep, ']');
	g_autoptr(json_t) value = parse(deep->str, &error);
	assert_non_null(value);
	assert_null(error);
	g_autoptr(json_t) many = parse("[[],[],{}]", NULL);
	assert_non_null(many);
	g_string_prepend_c(deep, '[');
	g_string_append_c(deep, ']');
	assert_null(parse(deep->str, &error));
	expect(&error, JSON_ERROR_SYNTAX, "more than 256 deep");
	g_autofree char *open = g_strnfill(1000000, '{');
	assert_null(parse(open, &error));
	expect(&error, JSON_ERROR_SYNTAX, "more than 256 deep");
}

static void test_print(void **state)
{
	g_autoptr(json_t) value = json_make("{s:i, s:[f, n], s:s}", "b", 1, "a", 1.0, "ü", "\n");
	g_autofree char *text = json_print(value);
	g_autofree char *pretty = json_print_pretty(value);
	g_autofree char *scalar = json_print(json_true());
	assert_string_equal(text, "{\"a\":[1.0,null],\"b\":1,\"ü\":\"\\n\"}");
	assert_true(g_str_has_prefix(pretty, "{\n  \"a\": [\n"));
	assert_string_equal(scalar, "true");

	g_autoptr(json_t) other = parse("{\"ü\":\"\\n\",\"b\":1,\"a\":[1.0,null]}", NULL);
	g_autofree char *digest = json_digest(value);
	g_autofree char *same = json_digest(other);
	assert_int_equal(strlen(digest), 64);
	assert_string_equal(digest, same);
	json_object_set_new(other, "b", json_integer(2));
	g_autofree char *changed = json_digest(other);
	assert_string_not_equal(digest, changed);
}

static void test_numbers_round_trip(void **state)
{
	static const double numbers[] = {0.1, 1.0 / 3, 1e300, 5e-324, -0.0, 123456789.123456789};
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(json_t) value = json_real(numbers[i]);
		g_autofree char *text = json_print(value);
		g_autoptr(json_t) back = parse(text, NULL);
		assert_true(json_is_real(back));
		assert_memory_equal(&(double){json_real_value(back)}, &numbers[i], sizeof(double));
	}
}

static void test_need(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) object = json_make(
		"{s:s, s:{}, s:[], s:i, s:n, s:f}", "text", "x", "object", "list", "int", 7, "null", "real", 0.5);
	const char *text;
	json_t *child;
	gint64 number;
	assert_true(json_need_string(object, "text", &text, &error));
	assert_string_equal(text, "x");
	assert_true(json_need_object(object, "object", &child, &error));
	assert_true(json_is_object(child));
	assert_true(json_need_array(object, "list", &child, &error));
	assert_true(json_is_array(child));
	assert_true(json_need_int(object, "int", &number, &error));
	assert_int_equal(number, 7);

	assert_false(json_need_string(object, "absent", &text, &error));
	expect(&error, JSON_ERROR_MISSING, "\"absent\" is missing");
	assert_false(json_need_object(object, "null", &child, &error));
	expect(&error, JSON_ERROR_MISSING, "\"null\" is missing");
	assert_false(json_need_string(object, "int", &text, &error));
	expect(&error, JSON_ERROR_TYPE, "\"int\" is an integer, it must be a string");
	assert_false(json_need_object(object, "list", &child, &error));
	expect(&error, JSON_ERROR_TYPE, "is an array, it must be an object");
	assert_false(json_need_array(object, "object", &child, &error));
	expect(&error, JSON_ERROR_TYPE, "is an object, it must be an array");
	assert_false(json_need_int(object, "real", &number, &error));
	expect(&error, JSON_ERROR_TYPE, "is a number, it must be an integer");
	assert_false(json_need_int(NULL, "int", &number, &error));
	expect(&error, JSON_ERROR_MISSING, "\"int\" is missing");
}

static void test_lenient(void **state)
{
	g_autoptr(json_t) object = json_make("{s:s, s:i, s:f, s:b}", "s", "x", "i", 7, "f", 0.5, "b", true);
	assert_string_equal(json_str(object, "s", "other"), "x");
	assert_string_equal(json_str(object, "i", "other"), "other");
	assert_null(json_str(object, "absent", NULL));
	assert_int_equal(json_int(object, "i", 1), 7);
	assert_int_equal(json_int(object, "f", 1), 1);
	assert_float_equal(json_num(object, "f", 1), 0.5, 0);
	assert_float_equal(json_num(object, "i", 1), 7, 0);
	assert_float_equal(json_num(object, "s", 1), 1, 0);
	assert_true(json_bool(object, "b", false));
	assert_true(json_bool(object, "s", true));
	assert_false(json_bool(NULL, "b", false));
}

static void test_text(void **state)
{
	g_autoptr(json_t) none = json_text(NULL);
	g_autoptr(json_t) plain = json_text("Zoë");
	g_autoptr(json_t) broken = json_text("a\xff\xc3");
	g_autoptr(json_t) surrogate = json_text("\xed\xa0\x80");
	assert_true(json_is_null(none));
	assert_string_equal(json_string_value(plain), "Zoë");
	assert_string_equal(json_string_value(broken), "a\uFFFD\uFFFD");
	assert_true(json_is_string(surrogate));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refused),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_numbers_round_trip),
		cmocka_unit_test(test_need),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_text),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base_json", tests, NULL, NULL);
}
