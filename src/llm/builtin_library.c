/* Loading the exemplar library: see builtin_library.h. */
#include "llm/builtin_library.h"

#include "base/file.h"
#include "llm/builtin_words.h"
#include "llm/llm.h"
#include <string.h>

static void exemplar_free(struct exemplar *exemplar)
{
	g_free(exemplar->id);
	g_free(exemplar->family);
	g_ptr_array_unref(exemplar->names);
	g_ptr_array_unref(exemplar->kin);
	g_ptr_array_unref(exemplar->tags);
	script_free(exemplar->script);
	g_free(exemplar);
}

static GPtrArray *read_phrases(const json_t *meta, const char *key)
{
	GPtrArray *phrases = g_ptr_array_new_with_free_func(g_free);
	size_t i;
	json_t *phrase;
	json_array_foreach (json_object_get(meta, key), i, phrase) {
		if (json_is_string(phrase))
			g_ptr_array_add(phrases, phrase_normal(json_string_value(phrase)));
	}
	return phrases;
}

/* The nouns of "variants" ask for the exemplar, too. */
static void add_variants(GPtrArray *names, const json_t *meta)
{
	const char *noun;
	json_t *values;
	json_object_foreach (json_object_get(meta, "variants"), noun, values)
		g_ptr_array_add(names, phrase_normal(noun));
}

static struct exemplar *load(const char *folder, const char *family, const char *file, GError **error)
{
	g_autofree char *path = g_build_filename(folder, family, file, NULL);
	gsize size = 0;
	g_autofree char *text = file_read(path, SCRIPT_MAX, &size, error);
	if (!text)
		return NULL;
	OWN(script) *script = script_read(text, size, error);
	if (!script) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	g_autoptr(GPtrArray) names = read_phrases(script->exemplar, "names");
	add_variants(names, script->exemplar);
	if (names->len == 0) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "%s: it has no EXEMPLAR with names", path);
		return NULL;
	}
	struct exemplar *exemplar = g_new0(struct exemplar, 1);
	exemplar->id = g_strdup_printf("%s/%.*s", family, (int)strlen(file) - 3, file);
	exemplar->family = g_strdup(family);
	exemplar->meta = script->exemplar;
	exemplar->title = json_str(exemplar->meta, "title", exemplar->id);
	exemplar->names = g_steal_pointer(&names);
	exemplar->kin = read_phrases(exemplar->meta, "kin");
	exemplar->tags = read_phrases(exemplar->meta, "tags");
	exemplar->script = g_steal_pointer(&script);
	return exemplar;
}

static bool load_family(struct library *library, const char *folder, const char *family, GError **error)
{
	g_autofree char *path = g_build_filename(folder, family, NULL);
	if (family[0] == '.' || !g_file_test(path, G_FILE_TEST_IS_DIR))
		return true;
	g_autoptr(GDir) dir = g_dir_open(path, 0, error);
	if (!dir)
		return false;
	const char *file;
	while ((file = g_dir_read_name(dir))) {
		if (!g_str_has_suffix(file, ".py") || file[0] == '.' || file[0] == '_')
			continue;
		struct exemplar *exemplar = load(folder, family, file, error);
		if (!exemplar)
			return false;
		g_ptr_array_add(library->exemplars, exemplar);
	}
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp((*(struct exemplar *const *)a)->id, (*(struct exemplar *const *)b)->id);
}

static bool load_all(struct library *library, const char *folder, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	const char *family;
	while (dir && (family = g_dir_read_name(dir)))
		if (!load_family(library, folder, family, error))
			return false;
	if (dir && library->exemplars->len == 0)
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "the folder %s holds no exemplar", folder);
	return library->exemplars->len > 0;
}

struct library *library_open(const char *folder, GError **error)
{
	struct library *library = g_new0(struct library, 1);
	library->exemplars = g_ptr_array_new_with_free_func((GDestroyNotify)exemplar_free);
	if (!load_all(library, folder, error)) {
		library_close(library);
		return NULL;
	}
	g_ptr_array_sort(library->exemplars, compare_ids);
	return library;
}

void library_close(struct library *library)
{
	g_ptr_array_unref(library->exemplars);
	g_free(library);
}

const struct exemplar *library_find(const struct library *library, const char *id)
{
	for (guint i = 0; id && i < library->exemplars->len; i++) {
		const struct exemplar *exemplar = library->exemplars->pdata[i];
		if (g_str_equal(exemplar->id, id))
			return exemplar;
	}
	return NULL;
}

const struct exemplar *library_identify(const struct library *library, const struct script *script)
{
	const struct exemplar *best = NULL;
	guint most = 0;
	for (guint i = 0; i < library->exemplars->len; i++) {
		const struct exemplar *exemplar = library->exemplars->pdata[i];
		guint shared = 0;
		for (guint n = 0; n < script->params->len; n++)
			shared += script_param(exemplar->script,
					  ((struct script_param *)script->params->pdata[n])->name) != NULL;
		if (shared > most && shared * 2 > MAX(script->params->len, exemplar->script->params->len)) {
			best = exemplar;
			most = shared;
		}
	}
	return best;
}
