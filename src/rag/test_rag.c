/* Retrieval over a small library made for the test. */
#include "rag/rag.h"

#include "base/file.h"
#include "base/testing.h"

static const char exemplar[] = "\"\"\"Lamp.\"\"\"\nPARAMS = {}\n\ndef material_brass(p):\n    \"\"\"Brushed brass with "
			       "scratches.\"\"\"\n    return None\n\n"
			       "def build_shade(p):\n    \"\"\"A pleated lampshade.\"\"\"\n    return []\n\ndef "
			       "build(p):\n    build_shade(p)\n";

static int make_library(void **state)
{
	char *folder = test_folder();
	g_autofree char *good = g_build_filename(folder, "lamp", "desk.py", NULL);
	g_autofree char *bad = g_build_filename(folder, "lamp", "broken.py", NULL);
	assert_true(file_write_whole(good, exemplar, strlen(exemplar), NULL));
	assert_true(file_write_whole(bad, "PARAMS = {'a\n", 13, NULL));
	*state = folder;
	return 0;
}

static int remove_library(void **state)
{
	test_folder_remove(*state);
	return 0;
}

static json_t *search(struct rag *rag, const char *queries)
{
	g_autoptr(json_t) list = json_parse(queries, strlen(queries), 1000, NULL);
	return rag_search(rag, list, NULL);
}

static void finds_functions_by_words(void **state)
{
	OWN(rag) *rag = rag_open(*state);
	g_autoptr(json_t) hits = search(rag, "[\"pleated shade\", \"shade\", \"brass scratches\"]");
	assert_int_equal(json_array_size(hits), 2);
	assert_non_null(strstr(json_str(json_array_get(hits, 0), "text", ""), "def build_shade"));
	assert_string_equal(json_str(json_array_get(hits, 1), "source", ""), "lamp/desk.py");
}

static void odd_queries_find_nothing(void **state)
{
	OWN(rag) *rag = rag_open(*state);
	g_autoptr(json_t) hits = search(rag, "[\"\", \"\\\" OR *\", \"(((\", \"zebra\", \"NEAR(qq zz)\"]");
	assert_int_equal(json_array_size(hits), 0);
}

static void a_missing_library_is_empty(void **state)
{
	OWN(rag) *rag = rag_open("/nonexistent");
	g_autoptr(json_t) hits = search(rag, "[\"shade\"]");
	assert_int_equal(json_array_size(hits), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_functions_by_words),
		cmocka_unit_test(odd_queries_find_nothing),
		cmocka_unit_test(a_missing_library_is_empty),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_library, remove_library);
}
