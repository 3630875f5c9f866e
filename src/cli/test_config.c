/* Configuration files: what is taken, each mistake with its line, setting values in place, and the file we ship. */
#include "cli/config.h"

#include "base/file.h"
#include "base/testing.h"

#include <glib/gstdio.h>
#include <math.h>

static bool load(struct options *options, const char *text, GError **error)
{
	return config_load_text(options, "/f/c.yaml", text, strlen(text), error);
}

static void test_taken(void **state)
{
	OWN(options) *options = options_new(config_tables);
	g_autoptr(GError) error = NULL;
	if (!load(options,
		    "# a comment\n"
		    "blender:\n"
		    "  headless_rendering: yes\n"
		    "  gpu_rendering: On\n"
		    "  path: \"no\"\n"
		    "render: {num_images: 7, resolution_scale: .5}\n"
		    "render.full: OFF\n"
		    "session:\n"
		    "store:\n"
		    "  path: ../x/./y\n"
		    "models:\n"
		    "  default:\n"
		    "    provider: 'replay'\n"
		    "  coding.model: gpt-5\n"
		    "  file: /a/b\n",
		    &error))
		fail_msg("%s", error->message);
	assert_true(options_bool(options, "blender.headless_rendering"));
	assert_true(options_bool(options, "blender.gpu_rendering"));
	assert_false(options_bool(options, "render.full"));
	assert_int_equal(options_int(options, "render.num_images"), 7);
	assert_true(fabs(options_number(options, "render.resolution_scale") - 0.5) < 1e-12);
	assert_string_equal(options_string(options, "blender.path"), "/f/no");
	assert_string_equal(options_string(options, "store.path"), "/x/y");
	assert_string_equal(options_string(options, "models.default.provider"), "replay");
	assert_string_equal(options_string(options, "models.coding.model"), "gpt-5");
	assert_false(options_has(options, "models.critic.model"));
	assert_string_equal(options_string(options, "models.file"), "/a/b");
	assert_string_equal(options_origin(options, "render.num_images"), "/f/c.yaml:6");
	assert_string_equal(options_origin(options, "refine.rounds"), "default");
	static const char *const nothing[] = {"", "# only this\n", "---\n", "\xef\xbb\xbfrender:\n", "{}\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++)
		assert_true(load(options, nothing[i], &error));
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"rendr:\n  num_images: 5\n",
			"2:3: there is no option rendr.num_images; did you mean render.num_images?"},
		{"num_images: 5\n", "1:1: there is no option num_images; did you mean render.num_images?"},
		{"render:\n  num_images: 50\n",
			"2:15: render.num_images cannot be \"50\"; allowed is a whole number from 1 to 10"},
		{"render:\n  num_images: 080\n",
			"2:15: render.num_images cannot be \"080\"; allowed is a whole number from 1 to 10"},
		{"render:\n  num_images: \"5\"\n",
			"2:15: render.num_images is a text in quotes; allowed is a whole number from 1 to 10"},
		{"render:\n  num_images:\n",
			"2:14: render.num_images has no value; allowed is a whole number from 1 to 10"},
		{"render:\n  num_images: 5\n  num_images: 6\n",
			"3:3: render.num_images is given twice; the first is on line 2"},
		{"render:\n  full: true\nrender:\n  num_images: 6\n",
			"3:1: render is given twice; the first is on line 1"},
		{"render.full: true\nrender:\n  full: true\n",
			"3:3: render.full is given twice; the first is on line 1"},
		{"blender:\n  gpu_rendering: y\n",
			"2:18: blender.gpu_rendering cannot be \"y\"; allowed is true or false"},
		{"blender:\n  path: yes\n",
			"2:9: blender.path may be meant as true or false; put it in quotes if it is a "
			"text; allowed is a path of one line"},
		{"sandbox:\n  kind: buble\n",
			"2:9: sandbox.kind cannot be \"buble\"; allowed is one of bubblewrap, none"},
		{"sandbox:\n  kind: bubblewarp\n", "2:9: sandbox.kind cannot be \"bubblewarp\"; allowed is one of "
						   "bubblewrap, none; did you mean bubblewrap?"},
		{"render: 5\n", "1:9: render is a section; allowed are keys below it"},
		{"render:\n  num_images: {a: 1}\n", "2:15: render.num_images takes a value, not a section\n"
						    "2:16: there is no option render.num_images.a"},
		{"render:\n  num_images: [1]\n", "2:15: render.num_images cannot be a list"},
		{"render:\n  num_images: &a 5\n",
			"2:15: anchors and aliases are not taken here; write the value itself"},
		{"render:\n  num_images: !!int 5\n", "2:15: tags are not taken here; write the value alone"},
		{"render:\n  <<: {}\n", "2:3: merging with << is not taken here; write the values out"},
		{"render: {}\n---\nrender: {}\n", "2:1: there may be one document in the file only"},
		{"hello\n", "1:1: the file must hold sections, as \"render:\" with keys below it"},
		{"[1]\n", "1:1: the file must hold sections, as \"render:\" with keys below it"},
		{"? [a]\n: 1\n", "1:3: a key must be one word"},
		{"render:\n\tnum_images: 5\n", "2:1: found character that cannot start any token"},
		{"store:\n  path: /\xfc\n", "2:10: this is not UTF-8"},
		{"store:\n  path: \"a\\nb\"\n", "2:9: store.path cannot be \"/f/a b\"; allowed is a path of one line"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		OWN(options) *options = options_new(config_tables);
		g_autoptr(GError) error = NULL;
		if (load(options, cases[i].text, &error))
			fail_msg("taken: %s", cases[i].text);
		g_auto(GStrv) lines = g_strsplit(error->message, "/f/c.yaml:", -1);
		g_autofree char *message = g_strjoinv("", lines);
		const char *start = strstr(message, cases[i].message);
		if (start != message)
			fail_msg("\n%s\nwanted %s\ngot    %s", cases[i].text, cases[i].message, message);
	}
}

static void test_bounds(void **state)
{
	OWN(options) *options = options_new(config_tables);
	g_autoptr(GError) error = NULL;
	g_autofree char *spaces = g_strnfill(CONFIG_BYTES_MAX, '#');
	assert_true(config_load_text(options, "c", spaces, CONFIG_BYTES_MAX, &error));
	g_autofree char *more = g_strnfill(CONFIG_BYTES_MAX + 1, '#');
	assert_false(config_load_text(options, "c", more, CONFIG_BYTES_MAX + 1, &error));
	g_clear_error(&error);
	assert_false(config_load_text(options, "c", "a: \0", 4, &error));
	assert_string_equal(error->message, "c:1:4: a NUL has no place in the file");
	g_clear_error(&error);
	GString *deep = g_string_new(NULL);
	for (int i = 0; i < 50000; i++)
		g_string_append(deep, "{a: ");
	assert_false(config_load_text(options, "c", deep->str, deep->len, &error));
	g_clear_error(&error);
	g_string_truncate(deep, 0);
	for (int i = 0; i < 15000; i++)
		g_string_append_printf(deep, "wrong%d: 1\n", i);
	assert_false(config_load_text(options, "c", deep->str, deep->len, &error));
	g_string_free(deep, TRUE);
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
	assert_int_equal(g_strv_length(lines), 20);
	/* Nothing of a bad file is taken. */
	g_clear_error(&error);
	assert_false(load(options, "render:\n  num_images: 7\n  full: maybe\n", &error));
	assert_true(g_error_matches(error, CONFIG_ERROR, CONFIG_ERROR_VALUE));
	assert_int_equal(options_int(options, "render.num_images"), 5);
}

static void test_shipped(void **state)
{
	OWN(options) *options = options_new(config_tables);
	OWN(options) *fresh = options_new(config_tables);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(LL3M_SOURCE_DIR, "config", "config.yaml", NULL);
	if (!config_load(options, path, &error))
		fail_msg("%s", error->message);
	gsize count = 0;
	const struct option_row *const *rows = options_rows(options, &count);
	g_autoptr(json_t) got = options_dump_json(options);
	g_autoptr(json_t) want = options_dump_json(fresh);
	for (gsize i = 0; i < count; i++) {
		bool written = strcmp(options_origin(options, rows[i]->name), "default") != 0;
		if (!rows[i]->initial)
			continue;
		assert_true(written != (strcmp(rows[i]->name, "session.out_dir") == 0));
		assert_true(json_equal(json_object_get(json_object_get(got, rows[i]->name), "value"),
			json_object_get(json_object_get(want, rows[i]->name), "value")));
	}
}

static void test_environment(void **state)
{
	OWN(options) *options = options_new(config_tables);
	g_autoptr(GError) error = NULL;
	char three[] = "LL3M_RENDER_NUM_IMAGES=3", other[] = "LL3M_CONFIG=x", many[] = "LL3M_RENDER_NUM_IMAGES=many";
	char *good[] = {three, other, NULL};
	assert_true(config_load_environment(options, good, &error));
	assert_int_equal(options_int(options, "render.num_images"), 3);
	assert_string_equal(options_origin(options, "render.num_images"), "environment");
	char *bad[] = {many, NULL};
	assert_false(config_load_environment(options, bad, &error));
	assert_string_equal(error->message, "LL3M_RENDER_NUM_IMAGES in the environment: render.num_images cannot be "
					    "\"many\"; allowed is a whole number from 1 to 10");
}

static void test_finding(void **state)
{
	char *folder = test_folder();
	g_autofree char *before = g_get_current_dir();
	g_autoptr(GError) error = NULL;
	assert_int_equal(g_chdir(folder), 0);
	g_unsetenv("LL3M_CONFIG");
	g_autofree char *none = config_find(NULL, &error);
	assert_true(!none || g_str_has_prefix(none, g_get_user_config_dir()));
	assert_true(file_write_whole("config/config.yaml", "", 0, NULL));
	g_autofree char *here = config_find(NULL, &error);
	assert_string_equal(here, "config/config.yaml");
	assert_null(config_find("missing.yaml", &error));
	assert_true(g_error_matches(error, CONFIG_ERROR, CONFIG_ERROR_FILE));
	g_clear_error(&error);
	g_setenv("LL3M_CONFIG", "missing.yaml", TRUE);
	assert_null(config_find(NULL, &error));
	g_clear_error(&error);
	assert_true(file_write_whole("other.yaml", "", 0, NULL));
	g_setenv("LL3M_CONFIG", "other.yaml", TRUE);
	g_autofree char *other = config_find(NULL, &error);
	assert_string_equal(other, "other.yaml");
	g_autofree char *named = config_find("config/config.yaml", &error);
	assert_string_equal(named, "config/config.yaml");
	g_unsetenv("LL3M_CONFIG");
	assert_int_equal(g_chdir(before), 0);
	test_folder_remove(folder);
}

static void test_setting(void **state)
{
	static const struct {
		const char *before, *name, *value, *after; /* NULL: refused, and left alone */
	} cases[] = {
		{"", "render.num_images", "7", "render:\n  num_images: 7\n"},
		{"# top\nrender:\n  # how many\n  num_images: 5   # ü pictures\n  full: true\n", "render.num_images",
			"7", "# top\nrender:\n  # how many\n  num_images: 7   # ü pictures\n  full: true\n"},
		{"render:\n    full: true\n", "render.num_images", "7", "render:\n    num_images: 7\n    full: true\n"},
		{"render:\n  # note\n\nstore:\n", "render.num_images", "7",
			"render:\n  num_images: 7\n  # note\n\nstore:\n"},
		{"store:\n  kind: memory", "render.num_images", "7",
			"store:\n  kind: memory\nrender:\n  num_images: 7\n"},
		{"render: {full: true}\n", "render.num_images", "7", "render: {num_images: 7, full: true}\n"},
		{"render: {}\n", "render.num_images", "7", "render: {num_images: 7}\n"},
		{"render.num_images: 5\n", "render.num_images", "7", "render.num_images: 7\n"},
		{"store:\n  path: \"/a\" # b\n", "store.path", "/x \"y\"", "store:\n  path: \"/x \\\"y\\\"\" # b\n"},
		{"store:\n  path: \"/ü\"\nrender:\n  full: yes\n", "render.full", "false",
			"store:\n  path: \"/ü\"\nrender:\n  full: false\n"},
		{"store:\r\n  kind: sqlite\r\n", "store.kind", "memory", "store:\r\n  kind: \"memory\"\r\n"},
		{"render: {full: true}\n...\n", "store.kind", "memory", NULL},
		{"{render: {full: true}}\n", "store.kind", "memory", NULL},
		{"rendr:\n  full: true\n", "render.num_images", "7", NULL},
		{"render:\n", "render.num_images", "70", NULL},
		{"render:\n", "render.num_image", "7", NULL},
	};
	char *folder = test_folder();
	g_autofree char *path = g_build_filename(folder, "config.yaml", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		const char *want = cases[i].after ? cases[i].after : cases[i].before;
		assert_true(file_write_whole(path, cases[i].before, strlen(cases[i].before), NULL));
		bool set = config_set_file(path, config_tables, cases[i].name, cases[i].value, &error);
		g_autofree char *text = file_read(path, 1000, NULL, NULL);
		if (set != (cases[i].after != NULL) || strcmp(text, want) != 0)
			fail_msg("%s\n--- got\n%s\n--- wanted\n%s\n(%s)", cases[i].before, text, want,
				error ? error->message : "taken");
	}
	g_unlink(path);
	g_autoptr(GError) error = NULL;
	assert_true(config_set_file(path, config_tables, "store.path", "x", &error));
	g_autofree char *here = g_get_current_dir();
	g_autofree char *want = g_strdup_printf("store:\n  path: \"%s/x\"\n", here);
	g_autofree char *text = file_read(path, 1000, NULL, NULL);
	assert_string_equal(text, want);
	test_folder_remove(folder);
}

/* Every value of every row, set into the shipped file one after the other, leaves all its comments. */
static void test_setting_shipped(void **state)
{
	char *folder = test_folder();
	g_autofree char *path = g_build_filename(folder, "config.yaml", NULL);
	g_autofree char *shipped = file_read(LL3M_SOURCE_DIR "/config/config.yaml", CONFIG_BYTES_MAX, NULL, NULL);
	assert_true(file_write_whole(path, shipped, strlen(shipped), NULL));
	OWN(options) *options = options_new(config_tables);
	gsize count = 0;
	const struct option_row *const *rows = options_rows(options, &count);
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		const char *value = rows[i]->type == OPTION_PATH ? "/some/where" : rows[i]->initial;
		if (!value)
			value = rows[i]->choices ? rows[i]->choices[0] : rows[i]->high >= 2000 ? "2000" : "1";
		if (!config_set_file(path, config_tables, rows[i]->name, value, &error))
			fail_msg("%s: %s", rows[i]->name, error->message);
	}
	g_autofree char *text = file_read(path, CONFIG_BYTES_MAX, NULL, NULL);
	g_auto(GStrv) lines = g_strsplit(shipped, "\n", -1);
	for (char **line = lines; *line; line++)
		if (strchr(*line, '#'))
			assert_non_null(strstr(text, strchr(*line, '#')));
	test_folder_remove(folder);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_setting_shipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
