/* Option rows: every type at its bounds, errors that help, typed reading, origins and dumps. */
#include "base/option.h"

#include "base/testing.h"

#include <math.h>

static const char *const colours[] = {"red", "green", NULL};
static const struct option_row first_rows[] = {
	{.name = "a.on", .type = OPTION_BOOL, .initial = "true", .about = "Whether."},
	{.name = "a.count",
		.type = OPTION_INT,
		.initial = "5",
		.low = 1,
		.high = 10,
		.unit = "s",
		.about = "How many."},
	{.name = "a.scale", .type = OPTION_NUMBER, .initial = "1", .low = 0.1, .high = 1, .about = "How much."},
	{0},
};
static const struct option_row second_rows[] = {
	{.name = "b.name", .type = OPTION_STRING, .initial = "", .about = "Who."},
	{.name = "b.colour", .type = OPTION_CHOICE, .initial = "red", .choices = colours, .about = "Which."},
	{.name = "a.path", .type = OPTION_PATH, .initial = "x", .about = "Where."},
	{.name = "b.limit", .type = OPTION_INT, .low = 1, .high = 9, .about = "How far, if at all."},
	{0},
};
static const struct option_row *const tables[] = {first_rows, second_rows, NULL};

static void test_values(void **state)
{
	static const struct {
		const char *name, *text;
		int code; /* -1: taken */
	} cases[] = {
		{"a.on", "true", -1},
		{"a.on", "false", -1},
		{"a.on", "yes", OPTION_ERROR_TYPE},
		{"a.on", "", OPTION_ERROR_TYPE},
		{"a.count", "1", -1},
		{"a.count", "10", -1},
		{"a.count", "0", OPTION_ERROR_RANGE},
		{"a.count", "11", OPTION_ERROR_RANGE},
		{"a.count", "-1", OPTION_ERROR_RANGE},
		{"a.count", "5x", OPTION_ERROR_TYPE},
		{"a.count", "5.0", OPTION_ERROR_TYPE},
		{"a.count", "05", OPTION_ERROR_TYPE},
		{"a.count", "0x5", OPTION_ERROR_TYPE},
		{"a.count", " 5", OPTION_ERROR_TYPE},
		{"a.count", "99999999999999999999", OPTION_ERROR_TYPE},
		{"a.scale", "0.1", -1},
		{"a.scale", "1e-1", -1},
		{"a.scale", "1", -1},
		{"a.scale", "0.09", OPTION_ERROR_RANGE},
		{"a.scale", "nan", OPTION_ERROR_TYPE},
		{"a.scale", "inf", OPTION_ERROR_TYPE},
		{"a.scale", "1e999", OPTION_ERROR_TYPE},
		{"a.scale", "0,5", OPTION_ERROR_TYPE},
		{"b.name", "Ünï \"q\" \\", -1},
		{"b.name", "two\nlines", OPTION_ERROR_TYPE},
		{"b.name", "\xff", OPTION_ERROR_TYPE},
		{"b.colour", "green", -1},
		{"b.colour", "gren", OPTION_ERROR_RANGE},
		{"a.path", "/tmp/x y", -1},
		{"a.cuont", "1", OPTION_ERROR_UNKNOWN},
	};
	OWN(options) *options = options_new(tables);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		bool taken = options_set(options, cases[i].name, cases[i].text, "test", &error);
		if (taken != (cases[i].code < 0))
			fail_msg("%s = %s", cases[i].name, cases[i].text);
		if (!taken)
			assert_true(g_error_matches(error, OPTION_ERROR, cases[i].code));
	}
}

static void assert_error(struct options *options, const char *name, const char *text, const char *message)
{
	g_autoptr(GError) error = NULL;
	assert_false(options_set(options, name, text, "test", &error));
	assert_string_equal(error->message, message);
}

static void test_messages(void **state)
{
	OWN(options) *options = options_new(tables);
	assert_error(options, "a.count", "50", "a.count cannot be \"50\"; allowed is a whole number from 1 to 10 (s)");
	assert_error(options, "a.scale", "x\ny", "a.scale cannot be \"x y\"; allowed is a number from 0.1 to 1");
	assert_error(options, "b.colour", "gren",
		"b.colour cannot be \"gren\"; allowed is one of red, green; did you mean green?");
	assert_error(options, "a.cuont", "1", "there is no option a.cuont; did you mean a.count?");
	assert_error(options, "other.colour", "1", "there is no option other.colour; did you mean b.colour?");
	assert_error(options, "zzzzzz", "1", "there is no option zzzzzz");
}

static void test_reading(void **state)
{
	OWN(options) *options = options_new(tables);
	assert_true(options_set(options, "a.count", "7", "config.yaml:3", NULL));
	assert_true(options_set(options, "a.scale", "0.25", "environment", NULL));
	assert_true(options_bool(options, "a.on"));
	assert_int_equal(options_int(options, "a.count"), 7);
	assert_true(fabs(options_number(options, "a.scale") - 0.25) < 1e-12);
	assert_string_equal(options_string(options, "b.colour"), "red");
	assert_string_equal(options_origin(options, "a.count"), "config.yaml:3");
	assert_string_equal(options_origin(options, "a.on"), "default");
	assert_null(options_row(options, "a"));
	assert_false(options_has(options, "b.limit"));
	assert_true(options_set(options, "b.limit", "3", "environment", NULL));
	assert_true(options_has(options, "b.limit"));
	assert_int_equal(options_int(options, "b.limit"), 3);
	gsize count = 0;
	const struct option_row *const *rows = options_rows(options, &count);
	assert_int_equal(count, 7);
	assert_ptr_equal(rows[3], &second_rows[0]);
}

static void test_dumps(void **state)
{
	OWN(options) *options = options_new(tables);
	assert_true(options_set(options, "b.name", "a \"b\" \\", "command line", NULL));
	g_autofree char *yaml = options_dump_yaml(options);
	assert_string_equal(yaml, "a:\n"
				  "  on: true  # default\n"
				  "  count: 5  # default\n"
				  "  scale: 1  # default\n"
				  "  path: \"x\"  # default\n"
				  "b:\n"
				  "  name: \"a \\\"b\\\" \\\\\"  # command line\n"
				  "  colour: \"red\"  # default\n");
	g_autoptr(json_t) json = options_dump_json(options);
	g_autofree char *text = json_print(json);
	assert_string_equal(text,
		"{\"a.count\":{\"origin\":\"default\",\"value\":5},\"a.on\":{\"origin\":\"default\",\"value\":true},"
		"\"a.path\":{\"origin\":\"default\",\"value\":\"x\"},\"a.scale\":{\"origin\":\"default\",\"value\":1.0}"
		","
		"\"b.colour\":{\"origin\":\"default\",\"value\":\"red\"},"
		"\"b.name\":{\"origin\":\"command line\",\"value\":\"a \\\"b\\\" \\\\\"}}");
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_dumps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
