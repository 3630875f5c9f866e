/* The nearest right word, and silence when there is none. */
#include "base/suggest.h"

#include "base/testing.h"

#include <glib.h>

static const char *const words[] = {"create", "refine", "export", "list", "serve", "go", "Modell", "x", NULL};

static void test_near(void **state)
{
	static const struct {
		const char *word;
		const char *near;
	} cases[] = {
		{"create", "create"},
		{"CREATE", "create"},
		{"craete", "create"},
		{"crete", "create"},
		{"creates", "create"},
		{"exprot", "export"},
		{"lsit", "list"},
		{"modell", "Modell"},
		{"og", "go"},
		{"X", "x"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_string_equal(suggest_nearest(cases[i].word, words), cases[i].near);
}

static void test_far(void **state)
{
	g_autofree char *longest = g_strnfill(10000, 'c');
	const char *const far[] = {"", "banana", "cr", "ab", "y", "listening", longest, "größe"};
	for (guint i = 0; i < G_N_ELEMENTS(far); i++) {
		const char *near = suggest_nearest(far[i], words);
		if (near)
			fail_msg("\"%s\" is not near \"%s\"", near, far[i]);
	}
}

static void test_odd_words(void **state)
{
	g_autofree char *longest = g_strnfill(10000, 'c');
	g_autofree char *edge = g_strnfill(64, 'd');
	const char *const odd[] = {longest, "", edge, NULL};
	const char *const none[] = {NULL};
	assert_null(suggest_nearest("create", odd));
	assert_null(suggest_nearest("create", none));
	assert_string_equal(suggest_nearest(edge + 1, odd), edge);
	/* Of equally near words the first. */
	const char *const equal[] = {"cat", "car", NULL};
	assert_string_equal(suggest_nearest("caz", equal), "cat");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_odd_words),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base_suggest", tests, NULL, NULL);
}
