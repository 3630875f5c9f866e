/* Runs that make files of a version that exists: "export" in further formats, "render" its full-size pictures. */
#include "base/file.h"
#include "engine/engine_int.h"

static const char *const formats[] = {"blend", "glb", "obj", "stl", "ply", "fbx", "usd", NULL};

bool export_check(struct engine *engine, const json_t *input, GError **error)
{
	size_t i;
	json_t *format;
	const json_t *wanted = json_object_get(input, "formats");
	if (!json_is_array(wanted) || json_array_size(wanted) == 0) {
		g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"no format is named; there are blend, glb, obj, stl, ply, fbx, usd");
		return false;
	}
	json_array_foreach ((json_t *)wanted, i, format) {
		if (json_is_string(format) && g_strv_contains(formats, json_string_value(format)))
			continue;
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"there is no format \"%s\"; there are blend, glb, obj, stl, ply, fbx, usd",
			json_string_value(format));
		return false;
	}
	return true;
}

/* The version that the input names (0: the head). */
static struct store_version *wanted_version(struct run *run, GError **error)
{
	int number = (int)json_int(run->row->input, "version", 0);
	return store_version_load(run->engine->store, run->row->session, number ? number : run->session->head, error);
}

struct place_step {
	const char *folder;
	const json_t *files;
};

static bool place_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	size_t i;
	json_t *file;
	const struct place_step *step = arg;
	g_autoptr(json_t) paths = json_array();
	json_array_foreach ((json_t *)step->files, i, file) {
		gsize size;
		g_autofree char *path = g_build_filename(step->folder, json_str(file, "name", ""), NULL);
		g_autoptr(GBytes) bytes = store_blob_get(run->engine->store, json_str(file, "blob", ""), error);
		const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
		if (!bytes || !file_write_whole(path, data, size, error))
			return false;
		json_array_append_new(paths, json_text(path));
		run_tell(run, EVENT_ARTIFACT_ADDED,
			json_make("{s:O, s:o, s:O, s:O}", "name", json_object_get(file, "name"), "path",
				json_text(path), "size", json_object_get(file, "size"), "blob",
				json_object_get(file, "blob")));
	}
	*result_out = json_make("{s:O}", "files", paths);
	return true;
}

/* One format, so that one that this Blender cannot write keeps no other from being written. Its files are added to
 * `files`, a failure is told and noted in `failed`. */
static bool export_format(
	struct run *run, const char *script, const char *format, json_t *files, GString *failed, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autofree char *key = g_strdup_printf("export/%s", format);
	g_autoptr(json_t) args =
		json_make("{s:o, s:[s], s:s}", "script", json_text(script), "formats", format, "name", "asset");
	if (!step_job(run, key, "export", args, &result, error))
		return false;
	if (json_bool(result, "ok", false))
		json_array_extend(files, json_object_get(result, "attachments"));
	else
		g_string_append_printf(
			failed, "%s%s: %s", failed->len ? "; " : "", format, json_str(result, "message", ""));
	return true;
}

bool export_go(struct run *run, GError **error)
{
	size_t i;
	json_t *format;
	g_autoptr(json_t) files = json_array();
	g_autoptr(json_t) placed = NULL;
	g_autoptr(GString) failed = g_string_new(NULL);
	OWN(store_version) *version = wanted_version(run, error);
	g_autofree char *script = version ? version_script(run->engine, version, error) : NULL;
	if (!script)
		return false;
	json_array_foreach (json_object_get(run->row->input, "formats"), i, format) {
		if (!export_format(run, script, json_string_value(format), files, failed, error))
			return false;
	}
	struct place_step step = {json_str(run->row->input, "dir", run->session->out_dir), files};
	g_autoptr(json_t) request = json_make("{s:s?, s:O}", "dir", step.folder, "files", files);
	if (step.folder && !run_step(run, "export/files", request, place_work, &step, &placed, error))
		return false;
	run->result = placed ? json_incref(placed) : json_make("{s:O}", "files", files);
	if (failed->len > 0)
		g_set_error(
			error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT, "not every format could be written: %s", failed->str);
	return failed->len == 0;
}

bool render_check(struct engine *engine, const json_t *input, GError **error)
{
	return true;
}

static bool names_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const struct store_version *version = arg;
	g_autoptr(json_t) names = json_array();
	g_autoptr(GPtrArray) artifacts = store_artifact_list(run->engine->store, version->session, version->n, error);
	if (!artifacts)
		return false;
	for (guint i = 0; i < artifacts->len; i++)
		json_array_append_new(names, json_string(((struct store_artifact *)artifacts->pdata[i])->name));
	*result_out = json_make("{s:O}", "names", names);
	return true;
}

bool render_go(struct run *run, GError **error)
{
	g_autoptr(json_t) there = NULL;
	OWN(store_version) *version = wanted_version(run, error);
	g_autofree char *script = version ? version_script(run->engine, version, error) : NULL;
	if (!script)
		return false;
	g_autoptr(json_t) request = json_make("{s:i}", "version", version->n);
	if (!run_step(run, "render/names", request, names_work, version, &there, error))
		return false;
	run->result = json_make("{s:i}", "version", version->n);
	return deliver_pictures(run, version->n, script, json_object_get(there, "names"), error);
}
