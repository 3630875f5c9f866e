/* Where things are: see places.h. */
#include "cli/places.h"

static char *beside_program(const char *name)
{
	static const char *const roots[] = {"../share/ll3m", ".."};
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = program ? g_path_get_dirname(program) : g_strdup(".");
	for (guint i = 0; i < G_N_ELEMENTS(roots); i++) {
		g_autofree char *path = g_build_filename(folder, roots[i], name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			return g_canonicalize_filename(path, NULL);
	}
	return NULL;
}

static char *set_or(const struct options *options, const char *name, char *otherwise)
{
	const char *set = options_string(options, name);
	if (!*set)
		return otherwise;
	g_free(otherwise);
	return g_canonicalize_filename(set, NULL);
}

bool places_find(struct places *places, const struct options *options, GError **error)
{
	places->library = set_or(options, "library.path", beside_program("library"));
	places->bridge = beside_program("blender");
	places->store = set_or(options, "store.path", g_build_filename(g_get_user_data_dir(), "ll3m", NULL));
	places->cache = g_build_filename(g_get_user_cache_dir(), "ll3m", NULL);
	places->out = set_or(options, "session.out_dir", NULL);
	places->instructions = g_build_filename(g_get_user_config_dir(), "ll3m", "agents", NULL);
	places->blender =
		*options_string(options, "blender.path") ? g_strdup(options_string(options, "blender.path")) : NULL;
	if (places->library && places->bridge)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
		"the program's own %s folder is missing: install it again, or run it from its build folder",
		places->bridge ? "library" : "blender");
	return false;
}

void places_clear(struct places *places)
{
	g_free(places->library);
	g_free(places->bridge);
	g_free(places->store);
	g_free(places->cache);
	g_free(places->out);
	g_free(places->instructions);
	g_free(places->blender);
}
