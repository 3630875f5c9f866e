/* The pictures that a person shows: taken in once, reduced to what models look at, and put before those of the asset
 * when an agent compares the two. */
#include "engine/engine_int.h"
#include "image/image.h"

#include <string.h>

/* Models reduce what is larger by themselves, and count the tokens first. */
enum { SIDE = 1568, PICTURES_MOST = 8, HASH_DIGITS = 64 };

json_t *engine_upload(struct engine *engine, GBytes *file, GError **error)
{
	int width, height;
	g_autofree char *hash = NULL;
	g_autoptr(GBytes) jpeg = image_reduce(file, SIDE, &width, &height, error);
	if (!jpeg || !store_blob_put(engine->store, jpeg, &hash, error))
		return NULL;
	return json_make("{s:s, s:s, s:i, s:i}", "blob", hash, "mime", "image/jpeg", "width", width, "height", height);
}

static bool refuse(GError **error, const char *why)
{
	g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "\"images\" %s", why);
	return false;
}

static bool can_look(const struct engine *engine, GError **error)
{
	const struct llm_abilities *model = llm_abilities(engine->llm, "planner");
	if (model->vision)
		return true;
	if (g_str_equal(model->provider, "builtin"))
		g_set_error_literal(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"the built-in modeler cannot look at pictures; --image needs a vision model: set "
			"models.default.provider and models.default.model");
	else
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"%s %s cannot look at pictures, as far as is known: choose another model for the planner, or "
			"set models.default.vision to yes",
			model->provider, model->model);
	return false;
}

bool pictures_check(struct engine *engine, const json_t *input, GError **error)
{
	size_t i;
	json_t *image;
	const json_t *images = json_object_get(input, "images");
	if (!images)
		return true;
	if (!json_is_array(images) || json_array_size(images) == 0 || json_array_size(images) > PICTURES_MOST)
		return refuse(error, "must be 1 to 8 pictures");
	json_array_foreach ((json_t *)images, i, image) {
		const char *hash = json_str(image, "blob", "");
		if (strlen(hash) != HASH_DIGITS || strspn(hash, "0123456789abcdef") != HASH_DIGITS)
			return refuse(error, "must name each picture's \"blob\", as its upload said");
		g_autoptr(GBytes) bytes = store_blob_get(engine->store, hash, error);
		if (!bytes)
			return false;
	}
	return can_look(engine, error);
}

const json_t *pictures_shown(const struct run *run)
{
	return json_object_get(run->row->input, "images");
}

json_t *pictures_beside(const struct run *run, const json_t *views)
{
	size_t i;
	json_t *image;
	json_t *all = json_array();
	json_array_foreach ((json_t *)pictures_shown(run), i, image) {
		json_t *named = json_copy(image);
		json_object_set_new(named, "view", json_make("{s:s}", "name", "what the person showed"));
		json_array_append_new(all, named);
	}
	json_array_extend(all, (json_t *)views);
	return all;
}
