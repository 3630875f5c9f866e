/* Retrieval over a small library and a piece of a real API dump: found, explained, kept in a file, built anew. */
#include "rag/rag_int.h"
#include "rag/tokens.h"

#include "base/file.h"
#include "base/testing.h"

static const char exemplar[] = "\"\"\"Lamp.\"\"\"\nPARAMS = {}\n\ndef material_brass(p):\n    \"\"\"Brushed brass with "
			       "scratches.\"\"\"\n    return None\n\n"
			       "def build_shade(p):\n    \"\"\"A pleated lampshade.\"\"\"\n    return []\n\ndef "
			       "build(p):\n    \"\"\"All.\"\"\"\n    build_shade(p)\n";

/* What the tests share: a library, a cache, and a Blender whose key can change. */
struct world {
	char *folder, *library, *cache;
	GBytes *dump;
	const char *python; /* part of the key */
	int dumps;          /* how often the whole dump was given */
	struct rag_options options;
};

static bool give_api(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	struct world *world = arg;
	*key_out = json_make("{s:s, s:s}", "blender", "3.4.1", "python", world->python);
	if (known && json_equal((json_t *)known, *key_out))
		return true;
	world->dumps++;
	/* The dump says itself which Blender it is of. */
	gsize size;
	const char *text = g_bytes_get_data(world->dump, &size);
	g_autoptr(json_t) dump = json_parse(text, size, size, NULL);
	json_object_set(dump, "key", *key_out);
	char *print = json_print(dump);
	*dump_out = g_bytes_new_take(print, strlen(print));
	return true;
}

static int make_world(void **state)
{
	struct world *world = g_new0(struct world, 1);
	gsize size;
	world->folder = test_folder();
	world->library = g_build_filename(world->folder, "library", NULL);
	world->cache = g_build_filename(world->folder, "cache", NULL);
	world->python = "3.11";
	g_autofree char *good = g_build_filename(world->library, "lamp", "desk.py", NULL);
	g_autofree char *copy = g_build_filename(world->library, "lamp", "floor.py", NULL);
	g_autofree char *bad = g_build_filename(world->library, "lamp", "broken.py", NULL);
	assert_true(file_write_whole(good, exemplar, strlen(exemplar), NULL));
	assert_true(file_write_whole(copy, exemplar, strlen(exemplar), NULL));
	assert_true(file_write_whole(bad, "PARAMS = {'a\n", 13, NULL));
	char *dump = file_read(LL3M_SOURCE_DIR "/src/rag/testdata/dump-corpus/small", 1 << 20, &size, NULL);
	assert_non_null(dump);
	world->dump = g_bytes_new_take(dump, size);
	world->options = (struct rag_options){world->library, world->cache, give_api, world};
	*state = world;
	return 0;
}

static int remove_world(void **state)
{
	struct world *world = *state;
	g_bytes_unref(world->dump);
	test_folder_remove(world->folder);
	g_free(world->library);
	g_free(world->cache);
	g_free(world);
	return 0;
}

static json_t *search(struct rag *rag, const char *queries, const struct rag_limits *limits)
{
	g_autoptr(json_t) list = json_parse(queries, strlen(queries), 1000, NULL);
	return rag_search(rag, list, limits, NULL, NULL);
}

static const char *title(const json_t *hits, size_t nth)
{
	return json_str(json_array_get(hits, nth), "title", "");
}

static bool found(const json_t *hits, const char *wanted)
{
	size_t i;
	json_t *hit;
	json_array_foreach ((json_t *)hits, i, hit) {
		if (g_str_equal(json_str(hit, "title", ""), wanted))
			return true;
	}
	return false;
}

/* ---- words ---- */
static void words_fall_apart_at_humps(void **state)
{
	static const char *const cases[][2] = {{"bpy.types.BMFaceSeq", "bpy typ bm fac seq"},
		{"from_pydata", "from pydata"}, {"ShaderNodeTexNoise", "shader nod tex nois"}, {"UVs", "uv"},
		{"bevelled edges", "bevel edg"}, {"its mesh's colour", "it mesh color"}, {"subdividing", "subdivid"},
		{"subdivide", "subdivid"}, {"", ""}, {"copies", "copi"}, {"copy", "copi"}};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *joined = tokens_joined(cases[i][0]);
		assert_string_equal(joined, cases[i][1]);
	}
}

static void identifiers_stay_whole(void **state)
{
	g_autoptr(GPtrArray) found_ones =
		tokens_identifiers("Use (bpy.ops.mesh.bevel), from_pydata and BevelModifier. Not Mesh or 3.4!");
	assert_int_equal(found_ones->len, 3);
	assert_string_equal(found_ones->pdata[0], "bpy.ops.mesh.bevel");
	assert_string_equal(found_ones->pdata[1], "from_pydata");
	assert_string_equal(found_ones->pdata[2], "BevelModifier");
}

static void words_of_prose_say_nothing(void **state)
{
	assert_true(token_is_empty("the"));
	assert_true(token_is_empty("exampl"));
	assert_false(token_is_empty("bevel"));
}

/* ---- finding ---- */
static void finds_functions_by_words(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"pleated lampshade\"]", NULL);
	assert_string_equal(title(hits, 0), "lamp/desk.py build_shade");
	assert_string_equal(json_str(json_array_get(hits, 0), "source", ""), "lamp/desk.py");
	assert_non_null(strstr(json_str(json_array_get(hits, 0), "text", ""), "def build_shade"));
	assert_false(found(hits, "lamp/floor.py build_shade")); /* a copy */
}

static void finds_what_artists_call_it(void **state)
{
	static const char *const cases[][2] = {{"[\"round the edges\"]", "bpy.types.BevelModifier"},
		{"[\"chamfer\"]", "bpy.ops.mesh.bevel"}, {"[\"shiny plastic\"]", "bpy.types.ShaderNodeBsdfPrincipled"},
		{"[\"mottled random variation\"]", "bpy.types.ShaderNodeTexNoise"},
		{"[\"add a box\"]", "bpy.ops.mesh.primitive_cube_add"}};
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) hits = search(rag, cases[i][0], NULL);
		if (!found(hits, cases[i][1]))
			fail_msg("%s is not found by %s", cases[i][1], cases[i][0]);
	}
}

static void finds_identifiers_first(void **state)
{
	static const char *const cases[][2] = {{"[\"bpy.ops.mesh.bevel\"]", "bpy.ops.mesh.bevel"},
		{"[\"bmesh.ops.bevel(bm)\"]", "bmesh.ops.bevel"}, {"[\"BevelModifier\"]", "bpy.types.BevelModifier"},
		{"[\"ShaderNodeTexNoise scale\"]", "bpy.types.ShaderNodeTexNoise"},
		{"[\"Mesh.calc_normals\"]", "bpy.types.Mesh.calc_normals"}, {"[\"Vector\"]", "mathutils.Vector"}};
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) hits = search(rag, cases[i][0], NULL);
		assert_string_equal(title(hits, 0), cases[i][1]);
	}
}

static void chunks_say_how_a_thing_is_made(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"ShaderNodeTexNoise w\", \"BevelModifier\"]", NULL);
	const char *noise = json_str(json_array_get(hits, 0), "text", ""),
		   *bevel = json_str(json_array_get(hits, 1), "text", "");
	assert_non_null(strstr(noise, "nodes.new(\"ShaderNodeTexNoise\")"));
	assert_non_null(strstr(noise, "W: float = 0.0, only with noise_dimensions=1D|4D"));
	assert_non_null(strstr(bevel, "object.modifiers.new(name, 'BEVEL')"));
}

static void odd_queries_find_nothing(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"\", \"\\\" *\", \"(((\", \"zebra\", \"AND(qq zz)\", 5, null]", NULL);
	assert_int_equal(json_array_size(hits), 0);
}

static void answers_keep_their_budget(void **state)
{
	const struct rag_limits limits = {.hits = 3, .bytes = 2500};
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"bevel\", \"mesh\", \"node\", \"bevel\"]", &limits);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	gsize bytes = 0, i;
	json_t *hit;
	assert_in_range(json_array_size(hits), 1, 3);
	json_array_foreach (hits, i, hit) {
		bytes += strlen(json_str(hit, "text", ""));
		assert_true(g_hash_table_add(seen, (char *)json_str(hit, "text", "")));
	}
	assert_in_range(bytes, 1, 2500);
}

static void a_missing_library_is_empty(void **state)
{
	const struct rag_options options = {.library_dir = "/nonexistent"};
	OWN(rag) *rag = rag_open(&options);
	g_autoptr(json_t) hits = search(rag, "[\"shade\"]", NULL);
	assert_non_null(hits);
	assert_int_equal(json_array_size(hits), 0);
}

/* ---- explaining ---- */
static char *explained(struct rag *rag, const char *script, const char *message, int line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) why = json_make("{s:{s:s, s:{s:i}}}", "failure", "message", message, "detail", "line", line);
	g_autoptr(json_t) chunks = rag_explain(rag, script, why, NULL, &error);
	assert_no_error(error);
	return json_print(chunks);
}

static void failures_are_explained(void **state)
{
	static const struct {
		const char *script, *message, *wanted;
	} cases[] = {
		{"me.use_auto_smooth_x = 1",
			"AttributeError: 'Mesh' object has no attribute 'use_autosmooth' (line 1, in build)",
			"Nearest of what it has:\\n  use_auto_smooth: bool"},
		{"me.nam", "'Mesh' object has no attribute 'nam'", "  name: str"}, /* of its base */
		{"n = nodes['Principled BSDF']; n.inputs['Speculr'].default_value = 0",
			"KeyError: 'bpy_prop_collection[key]: key \"Speculr\" not found'",
			"ShaderNodeBsdfPrincipled has no input \\\"Speculr\\\". Nearest of what it has:\\n  Specular: "
			"float"},
		{"bpy.ops.mesh.primitive_cube_add(siz=2)",
			"TypeError: Converting py args to operator properties: : keyword \"siz\" unrecognized",
			"  size: float = 2"},
		{"bpy.ops.mesh.bevl()",
			"AttributeError: Calling operator \"bpy.ops.mesh.bevl\" error, could not be found",
			"bpy.ops.mesh.bevel"},
		{"bmesh.ops.bevel(bm, offst=1)", "TypeError: bevel: keyword \"offst\" is invalid for this operator",
			"  offset = 0.0"},
		{"bmesh.ops.extrude_face(bm)",
			"AttributeError: BMeshOpsModule: operator \"extrude_face\" doesn't exist",
			"bmesh.ops.extrude_face_region"},
		{"nodes.new('ShaderNodeTexNoize')", "RuntimeError: Error: Node type ShaderNodeTexNoize undefined",
			"bpy.types.ShaderNodeTexNoise"},
		{"m.limit_method = 'ANGEL'",
			"TypeError: bpy_struct: item.attr = val: enum \"ANGEL\" not found in ('NONE', 'ANGLE')",
			"BevelModifier.limit_method: enum NONE|ANGLE"},
		{"bpy.data.meshes.new(nam='a')",
			"TypeError: BlendDataMeshes.new(): required parameter \"name\" not specified",
			"BlendDataMeshes.new(name)"},
		{"mathutils.Vectr()", "AttributeError: module 'mathutils' has no attribute 'Vectr'", "  Vector"},
	};
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = explained(rag, cases[i].script, cases[i].message, 1);
		if (!strstr(text, cases[i].wanted))
			fail_msg("%s is explained by %s", cases[i].message, text);
	}
}

static void diagnostics_are_explained(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) why = json_make("{s:[{s:s, s:i}, {s:s}]}", "diagnostics", "message",
		"Mesh has no attribute \"auto_smooth_angel\"", "line", 1, "message", "nobody knows this");
	g_autoptr(json_t) chunks = rag_explain(rag, "me.auto_smooth_angel = 1", why, NULL, NULL);
	g_autofree char *text = json_print(chunks);
	assert_non_null(strstr(text, "auto_smooth_angle: float"));
}

static void what_is_unknown_is_not_explained(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	g_autofree char *text = explained(rag, "", "ZeroDivisionError: division by zero", 0);
	assert_string_equal(text, "[]");
}

/* ---- the file ---- */
static char *path_of(struct rag *rag)
{
	g_autoptr(json_t) status = rag_status(rag);
	return g_strdup(json_str(status, "path", NULL));
}

static void the_index_is_kept(void **state)
{
	struct world *world = *state;
	g_autofree char *path = NULL;
	for (int i = 0; i < 2; i++) {
		OWN(rag) *rag = rag_open(&world->options);
		assert_true(rag_build(rag, false, NULL, NULL));
		g_autofree char *note = rag_note(rag);
		assert_null(note);
		g_free(path);
		path = path_of(rag);
	}
	assert_int_equal(world->dumps, 1);
	assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void another_blender_has_another_index(void **state)
{
	struct world *world = *state;
	OWN(rag) *rag = rag_open(&world->options);
	assert_true(rag_build(rag, false, NULL, NULL));
	g_autofree char *before = path_of(rag);
	world->python = "3.12";
	OWN(rag) *other = rag_open(&world->options);
	assert_true(rag_build(other, false, NULL, NULL));
	g_autofree char *after = path_of(other);
	assert_string_not_equal(before, after);
	assert_int_equal(world->dumps, 2);
}

static void another_library_needs_no_new_dump(void **state)
{
	struct world *world = *state;
	g_autofree char *more = g_build_filename(world->library, "lamp", "table.py", NULL);
	OWN(rag) *rag = rag_open(&world->options);
	assert_true(rag_build(rag, false, NULL, NULL));
	g_autofree char *text =
		g_strdup_printf("%s\n\ndef build_cord(p):\n    \"\"\"A braided cord.\"\"\"\n    return []\n", exemplar);
	assert_true(file_write_whole(more, text, strlen(text), NULL));
	OWN(rag) *other = rag_open(&world->options);
	g_autoptr(json_t) hits = search(other, "[\"braided cord\"]", NULL);
	assert_string_equal(title(hits, 0), "lamp/table.py build_cord");
	assert_int_equal(world->dumps, 1);
}

/* Whatever happens to the file, the search answers and says in one line what happened. */
static void damaged_files_are_built_anew(void **state)
{
	struct world *world = *state;
	for (int kind = 0; kind < 5; kind++) {
		OWN(rag) *first = rag_open(&world->options);
		assert_true(rag_build(first, false, NULL, NULL));
		g_autofree char *path = path_of(first);
		gsize size;
		g_autofree char *bytes = file_read(path, 1 << 26, &size, NULL);
		assert_non_null(bytes);
		if (kind == 0)
			size = 0;
		else if (kind == 1)
			size = size / 2;
		else if (kind == 2)
			memset(bytes, 'x', 100);
		else if (kind == 3)
			memset(bytes + 8192, 0, size - 8192);
		else
			memset(bytes + 2 * 8192, 0xff, 4 * 8192);
		assert_true(file_write_whole(path, bytes, size, NULL));
		OWN(rag) *rag = rag_open(&world->options);
		g_autoptr(json_t) hits = search(rag, "[\"bevel edges\", \"pleated lampshade\"]", NULL);
		g_autofree char *note = rag_note(rag);
		assert_true(json_array_size(hits) > 1);
		assert_non_null(note);
		assert_non_null(strstr(note, "built anew"));
		assert_null(strchr(note, '\n'));
	}
}

static void a_damaged_dump_is_asked_for_again(void **state)
{
	struct world *world = *state;
	{
		OWN(rag) *rag = rag_open(&world->options);
		assert_true(rag_build(rag, false, NULL, NULL));
	}
	g_autoptr(GDir) dir = g_dir_open(world->cache, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(world->cache, name, NULL);
		if (g_str_has_prefix(name, "dump-"))
			assert_true(file_write_whole(path, "{\"schema\": 1", 12, NULL));
	}
	g_autofree char *more = g_build_filename(world->library, "lamp", "wall.py", NULL);
	assert_true(file_write_whole(more, exemplar, strlen(exemplar), NULL)); /* the index has to be built */
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"bevel edges\"]", NULL);
	assert_true(json_array_size(hits) > 0);
	assert_int_equal(world->dumps, 2);
}

static void without_a_cache_it_lives_in_memory(void **state)
{
	struct world *world = *state;
	g_autofree char *blocked = g_build_filename(world->library, "lamp", "desk.py", "cache", NULL);
	world->options.cache_dir = blocked; /* below a file */
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"bevel edges\"]", NULL);
	g_autofree char *note = rag_note(rag);
	assert_true(json_array_size(hits) > 0);
	assert_non_null(strstr(note, "cannot be kept"));
}

static bool refuse(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	g_set_error_literal(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED, "cancelled");
	return false;
}

static void the_worlds_faults_are_handed_up(void **state)
{
	struct world *world = *state;
	g_autoptr(GError) error = NULL;
	world->options.api = refuse;
	OWN(rag) *rag = rag_open(&world->options);
	assert_false(rag_build(rag, false, NULL, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
}

static bool babble(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	*key_out = json_make("{s:s}", "blender", "9.9");
	*dump_out = g_bytes_new("{\"schema\": 99}", 14);
	return true;
}

static void a_dump_that_cannot_be_read_leaves_the_exemplars(void **state)
{
	struct world *world = *state;
	world->options.api = babble;
	OWN(rag) *rag = rag_open(&world->options);
	g_autoptr(json_t) hits = search(rag, "[\"pleated lampshade\"]", NULL);
	g_autofree char *note = rag_note(rag);
	assert_int_equal(json_array_size(hits), 1);
	assert_non_null(strstr(note, "the exemplars alone"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, remove_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_fall_apart_at_humps),
		cmocka_unit_test(identifiers_stay_whole),
		cmocka_unit_test(words_of_prose_say_nothing),
		TEST(finds_functions_by_words),
		TEST(finds_what_artists_call_it),
		TEST(finds_identifiers_first),
		TEST(chunks_say_how_a_thing_is_made),
		TEST(odd_queries_find_nothing),
		TEST(answers_keep_their_budget),
		cmocka_unit_test(a_missing_library_is_empty),
		TEST(failures_are_explained),
		TEST(diagnostics_are_explained),
		TEST(what_is_unknown_is_not_explained),
		TEST(the_index_is_kept),
		TEST(another_blender_has_another_index),
		TEST(another_library_needs_no_new_dump),
		TEST(damaged_files_are_built_anew),
		TEST(a_damaged_dump_is_asked_for_again),
		TEST(without_a_cache_it_lives_in_memory),
		TEST(the_worlds_faults_are_handed_up),
		TEST(a_dump_that_cannot_be_read_leaves_the_exemplars),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
