/* What assimp finds in files is noted, and what it cannot read is told; without assimp nothing is said. */
#include "base/testing.h"
#include "exec/apart_int.h"

#include <string.h>

static const char box[] = "v 0 0 0\nv 2 0 0\nv 0 3 0\nv 0 0 4\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 2 3 4\n";

/* An export of one file; the worker tells of a box with these sides. */
static struct job_result *exported(const char *format, const char *text, double x, double y, double z)
{
	g_autofree char *name = g_strdup_printf("asset.%s", format);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	struct job_result *result = job_result_ok(json_make("{s:[{s:s, s:s, s:{s:b, s:[f, f, f], s:[]}}]}", "files",
		"name", name, "format", format, "check", "read", 1, "size", x, y, z, "findings"));
	job_result_attach(result, name, bytes);
	return result;
}

static json_t *check_of(const struct job_result *result)
{
	return json_object_get(json_array_get(json_object_get(result->result, "files"), 0), "check");
}

static void test_sizes(void **state)
{
	double sizes[3];
	assert_true(apart_sizes("x\nMinimum point      (-1.5 0 2)\nMaximum point      (1 2 2)\n", sizes));
	assert_true(sizes[0] == 2.5 && sizes[1] == 2 && sizes[2] == 0);
	static const char *const none[] = {"", "Minimum point (1 2 3)", "Maximum point (1 2 3) Minimum point (",
		"Minimum point (1 2 nan) Maximum point (1 2 3)", "Minimum point (1 2) Maximum point (1 2 3)",
		"Minimum point (0 0 0) Maximum point (1e999 2 3)"};
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		assert_false(apart_sizes(none[i], sizes));
}

static void test_without_it(void **state)
{
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	OWN(sandbox) *sandbox = sandbox_open("none", NULL);
	OWN(job_result) *result = exported("obj", box, 2, 3, 4);
	g_setenv("PATH", "/nowhere", TRUE);
	apart_read(sandbox, result, NULL);
	g_setenv("PATH", path, TRUE);
	assert_null(json_object_get(check_of(result), "apart"));
	assert_int_equal(json_array_size(json_object_get(check_of(result), "findings")), 0);
}

static void test_with_it(void **state)
{
	static const struct {
		const char *format, *text;
		double z;
		bool asked, read, finding;
	} cases[] = {
		{"obj", box, 4, true, true, false},
		{"obj", box, 5, true, true, true},
		{"obj", "nonsense", 4, true, false, true},
		{"glb", "glTF and then nothing of it", 4, true, false, true},
		{"usdz", box, 4, false, false, false},
	};
	static const char *const cages[] = {"none", "bubblewrap"};
	g_autofree char *program = g_find_program_in_path("assimp");
	if (!program)
		skip();
	for (size_t i = 0; i < G_N_ELEMENTS(cages) * G_N_ELEMENTS(cases); i++) {
		size_t at = i % G_N_ELEMENTS(cases);
		OWN(sandbox) *sandbox = sandbox_open(cages[i / G_N_ELEMENTS(cases)], NULL);
		if (!sandbox)
			continue; /* no namespaces here */
		OWN(job_result) *result = exported(cases[at].format, cases[at].text, 3, 2, cases[at].z);
		apart_read(sandbox, result, NULL);
		const json_t *apart = json_object_get(check_of(result), "apart");
		assert_int_equal(json_is_object(apart), cases[at].asked);
		assert_int_equal(json_is_number(json_object_get(apart, "size_off")), cases[at].read);
		assert_int_equal(
			json_array_size(json_object_get(check_of(result), "findings")), cases[at].finding ? 1 : 0);
	}
}

static void test_cancelled(void **state)
{
	OWN(sandbox) *sandbox = sandbox_open("none", NULL);
	OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	OWN(job_result) *result = exported("obj", box, 2, 3, 4);
	cancel_fire(cancel);
	apart_read(sandbox, result, cancel);
	assert_null(json_object_get(check_of(result), "apart"));
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_without_it),
		cmocka_unit_test(test_with_it),
		cmocka_unit_test(test_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
