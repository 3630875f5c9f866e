/*
 * The headless executor with real Blender and the real bridge, in the cage: what a session does, once through. One
 * executor for all, since a cold start costs seconds.
 */
#include "exec/test_peer.h"

#include <stdio.h>

#define BRIDGE LL3M_SOURCE_DIR "/blender"

static const char head[] = "\"\"\"A box.\"\"\"\n"
			   "import bpy\n\n"
			   "PARAMS = {\n"
			   "    \"size\": 1.0,  # m, 0.1..3: edge length\n"
			   "}\n\n\n";
static const char box[] =
	"def build_box(p):\n"
	"    \"\"\"The box.\"\"\"\n"
	"    s = p[\"size\"] / 2\n"
	"    mesh = bpy.data.meshes.new(\"Box\")\n"
	"    corners = [(x, y, z + s) for x in (-s, s) for y in (-s, s) for z in (-s, s)]\n"
	"    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]\n"
	"    mesh.from_pydata(corners, [], faces)\n"
	"    made = bpy.data.objects.new(\"Box\", mesh)\n"
	"    bpy.context.collection.objects.link(made)\n"
	"    return [made]\n\n\n";
static const char endless[] = "def build_box(p):\n"
			      "    \"\"\"Never done.\"\"\"\n"
			      "    while True:\n"
			      "        p[\"size\"] + 1\n\n\n";
static const char stubborn[] = "def build_box(p):\n"
			       "    \"\"\"Never done, and not to be told.\"\"\"\n"
			       "    while True:\n"
			       "        try:\n"
			       "            while True:\n"
			       "                sum(range(100))\n"
			       "        except BaseException:\n"
			       "            pass\n\n\n";
static const char tail[] = "def build(p):\n"
			   "    \"\"\"The whole.\"\"\"\n"
			   "    root = bpy.data.objects.new(\"Asset\", None)\n"
			   "    bpy.context.collection.objects.link(root)\n"
			   "    for made in build_box(p):\n"
			   "        made.parent = root\n\n\n"
			   "if __name__ == \"__main__\":\n"
			   "    build(PARAMS)\n";

static struct executor *executor;

static json_t *script_args(const char *part)
{
	g_autofree char *text = g_strconcat(head, part, tail, NULL);
	return json_make("{s:s}", "script", text);
}

static struct job_result *build_box(double seconds, const char *part)
{
	return ask(executor, "session", "run", script_args(part), seconds);
}

static void assert_builds(void)
{
	OWN(job_result) *result = build_box(PATIENCE, box);
	assert_code(result, "ok");
	json_t *parts = json_object_get(json_object_get(result->result, "report"), "parts");
	assert_int_equal(json_array_size(parts), 1);
	assert_string_equal(json_str(json_array_get(parts, 0), "part", ""), "box");
}

static void test_describes(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) about = executor_describe(executor, NULL, &error);
	assert_non_null(about);
	assert_string_equal(json_str(about, "sandbox", ""), "bubblewrap");
	assert_true(json_array_size(json_object_get(about, "verbs")) >= 8);
}

static void test_builds(void **state)
{
	assert_builds();
}

static void test_renders(void **state)
{
	json_t *args = script_args(box);
	json_object_set_new(args, "views", json_integer(1));
	json_object_set_new(args, "width", json_integer(64));
	json_object_set_new(args, "height", json_integer(64));
	json_object_set_new(args, "samples", json_integer(2));
	OWN(job_result) *result = ask(executor, "session", "render", args, PATIENCE);
	assert_code(result, "ok");
	assert_int_equal(result->attachments->len, 1);
	const struct job_attachment *view = result->attachments->pdata[0];
	assert_memory_equal(g_bytes_get_data(view->bytes, NULL), "\x89PNG", 4);
}

static void test_exports(void **state)
{
	json_t *args = script_args(box);
	json_object_set_new(args, "formats", json_make("[s, s, s]", "blend", "glb", "obj"));
	json_object_set_new(args, "name", json_string("box"));
	OWN(job_result) *result = ask(executor, "session", "export", args, PATIENCE);
	assert_code(result, "ok");
	assert_true(result->attachments->len >= 3);
}

static void test_failures_are_data(void **state)
{
	OWN(job_result) *raised =
		build_box(PATIENCE, "def build_box(p):\n    \"\"\"Fails.\"\"\"\n    return [1 / 0]\n\n\n");
	assert_code(raised, "script.exception");
	assert_string_equal(json_str(raised->detail, "type", ""), "ZeroDivisionError");
	OWN(job_result) *linted =
		ask(executor, "session", "run", json_make("{s:s}", "script", "import os\n"), PATIENCE);
	assert_code(linted, "script.contract");
	assert_builds();
}

static void test_ends_what_does_not_end(void **state)
{
	OWN(job_result) *late = build_box(0.5, endless);
	assert_code(late, "script.timeout");
	assert_false(json_bool(late->detail, "killed", true));
	OWN(job_result) *kept = build_box(PATIENCE, box);
	assert_code(kept, "ok");
	assert_false(kept->cold);
	OWN(job_result) *deaf = build_box(0.5, stubborn);
	assert_code(deaf, "script.timeout");
	assert_true(json_bool(deaf->detail, "killed", false));
	assert_builds();
}

static void test_warm_jobs_cost_little(void **state)
{
	enum { JOBS = 200 };
	double took[JOBS];
	for (int i = 0; i < JOBS; i++) {
		gint64 begun = g_get_monotonic_time();
		OWN(job_result) *result = ask(executor, "session", "describe", script_args(box), PATIENCE);
		took[i] = (double)(g_get_monotonic_time() - begun) / 1000;
		assert_code(result, "ok");
	}
	for (int i = 1; i < JOBS; i++) {
		for (int k = i; k > 0 && took[k - 1] > took[k]; k--) {
			double swap = took[k];
			took[k] = took[k - 1];
			took[k - 1] = swap;
		}
	}
	print_message("# describe, n=%d: median %.2f ms, 99th %.2f ms\n", JOBS, took[JOBS / 2], took[JOBS * 99 / 100]);
}

int main(void)
{
	g_autoptr(GError) error = NULL;
	struct exec_options options = EXEC_OPTIONS_DEFAULT;
	options.bridge_dir = BRIDGE;
	options.start_seconds = PATIENCE;
	executor = executor_open("headless", &options, &error);
	if (!executor) {
		printf("1..0 # SKIP %s\n", error->message);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_describes),
		cmocka_unit_test(test_builds),
		cmocka_unit_test(test_renders),
		cmocka_unit_test(test_exports),
		cmocka_unit_test(test_failures_are_data),
		cmocka_unit_test(test_ends_what_does_not_end),
		cmocka_unit_test(test_warm_jobs_cost_little),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	executor_close(executor);
	return failed;
}
