/* Runs that make files of a version that exists: "export" in further formats, "render" its full-size pictures. */
#include "base/file.h"
#include "engine/engine_int.h"

#include <string.h>

/* What the bridge's export verb takes, doc/PROTOCOL.exec.md. */
static const char *const formats[] = {"blend", "glb", "gltf", "obj", "stl", "ply", "fbx", "usdc", "usdz", "3mf", NULL};
static const char *const profiles[] = {"web", "game", "print", "archive", NULL};
/* What each is written in when no format is named; NULL: it is all formats in one, whichever are named. */
static const char *const profile_formats[] = {"glb", "glb", "stl", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(profiles) == G_N_ELEMENTS(profile_formats) + 1);

static bool is_one_of(const char *kind, const char *word, const char *const *known, GError **error)
{
	if (word && g_strv_contains(known, word))
		return true;
	g_autofree char *all = g_strjoinv(", ", (char **)known);
	if (word)
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "there is no %s \"%s\"; there are %s", kind,
			word, all);
	else
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "no %s is named; there are %s", kind, all);
	return false;
}

bool export_check(struct engine *engine, const json_t *input, GError **error)
{
	size_t i;
	json_t *format;
	const json_t *wanted = json_object_get(input, "formats");
	const char *profile = json_str(input, "profile", NULL);
	if (profile && !is_one_of("profile", profile, profiles, error))
		return false;
	if (!json_is_array(wanted) || (json_array_size(wanted) == 0 && !profile))
		return is_one_of("format", NULL, formats, error);
	json_array_foreach ((json_t *)wanted, i, format) {
		if (!is_one_of("format", json_string_value(format), formats, error))
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
	const char *copy; /* a further folder, or NULL */
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
		g_autofree char *copy =
			step->copy ? g_build_filename(step->copy, json_str(file, "name", ""), NULL) : NULL;
		if (copy && !file_write_whole(copy, data, size, error))
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

struct exporting {
	const char *script;
	int version;
	json_t *changes; /* arguments of the export verb that are not as usual */
	json_t *files;   /* attachments of all formats */
	json_t *told;    /* what delivery_told() says of each */
	GString *failed; /* the formats that could not be written, and why */
};

/* One format, so that one that this Blender cannot write keeps no other from being written. */
static bool export_format(struct run *run, struct exporting *all, const char *format, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autofree char *key = g_strdup_printf("export/%s", format ? format : "all");
	g_autoptr(json_t) args = delivery_args(run, all->script, format, all->version, all->changes);
	if (!step_job(run, key, "export", args, &result, error))
		return false;
	if (!json_bool(result, "ok", false)) {
		g_string_append_printf(
			all->failed, "%s%s: %s", all->failed->len ? "; " : "", format, json_str(result, "message", ""));
		return true;
	}
	json_t *told = delivery_told(result);
	json_array_extend(all->files, json_object_get(result, "attachments"));
	json_array_append_new(all->told, told);
	delivery_tell(run, all->version, told);
	return true;
}

/* Notes the files in the report that stands beside them. */
static bool note_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	size_t i;
	json_t *told;
	const struct exporting *all = arg;
	g_autofree char *number = g_strdup_printf("%d", all->version);
	g_autofree char *path = g_build_filename(run->session->out_dir, "versions", number, "report.json", NULL);
	g_autofree char *top = g_build_filename(run->session->out_dir, "report.json", NULL);
	g_autofree char *text = NULL;
	gsize size = 0;
	*result_out = json_object();
	if (!g_file_get_contents(path, &text, &size, NULL))
		return true;
	g_autoptr(json_t) report = json_parse(text, size, G_MAXSIZE, error);
	if (!report)
		return false;
	json_array_foreach (all->told, i, told)
		delivery_into_report(report, told);
	g_autofree char *pretty = json_print_pretty(report);
	bool is_head = all->version == run->session->head;
	return file_write_whole(path, pretty, strlen(pretty), error) &&
	       (!is_head || file_write_whole(top, pretty, strlen(pretty), error));
}

static bool export_formats(struct run *run, struct exporting *all, const char *profile, GError **error)
{
	size_t i;
	json_t *format;
	const json_t *wanted = json_object_get(run->row->input, "formats");
	const char *usual = NULL;
	for (i = 0; i < G_N_ELEMENTS(profile_formats); i++) {
		if (g_strcmp0(profiles[i], profile) == 0)
			usual = profile_formats[i];
	}
	if (profile && (!usual || json_array_size(wanted) == 0))
		return export_format(run, all, usual, error);
	json_array_foreach ((json_t *)wanted, i, format) {
		if (!export_format(run, all, json_string_value(format), error))
			return false;
	}
	return true;
}

/* Writes the files where the input says; else beside the version's own, in a folder of the profile's name when there is
 * one, and at the top while it is the head. The result is NULL when there is nowhere to write. */
static bool place_files(
	struct run *run, const struct exporting *all, const char *profile, json_t **placed_out, GError **error)
{
	const char *wanted = json_str(run->row->input, "dir", NULL);
	const char *below = profile ? profile : "";
	if (!wanted && !run->session->out_dir)
		return true;
	g_autofree char *number = g_strdup_printf("%d", all->version);
	g_autofree char *own = wanted ? NULL : g_build_filename(run->session->out_dir, "versions", number, below, NULL);
	bool is_head = !wanted && all->version == run->session->head;
	g_autofree char *top = is_head ? g_build_filename(run->session->out_dir, below, NULL) : NULL;
	struct place_step step = {wanted ? wanted : top ? top : own, top ? own : NULL, all->files};
	g_autoptr(json_t) request = json_make("{s:s, s:O}", "dir", step.folder, "files", all->files);
	return run_step(run, "export/files", request, place_work, &step, placed_out, error);
}

static bool export_all(struct run *run, struct exporting *all, const char *profile, GError **error)
{
	g_autoptr(json_t) placed = NULL;
	g_autoptr(json_t) noted = NULL;
	if (!export_formats(run, all, profile, error))
		return false;
	if (!place_files(run, all, profile, &placed, error))
		return false;
	if (run->session->out_dir && !run_step(run, "export/report", all->told, note_work, all, &noted, error))
		return false;
	run->result = placed ? json_incref(placed) : json_make("{s:O}", "files", all->files);
	json_object_set(run->result, "delivery", all->told);
	return true;
}

bool export_go(struct run *run, GError **error)
{
	g_autoptr(json_t) files = json_array();
	g_autoptr(json_t) told = json_array();
	const char *profile = json_str(run->row->input, "profile", NULL);
	g_autoptr(json_t) changes = profile ? json_make("{s:s}", "profile", profile) : NULL;
	g_autoptr(GString) failed = g_string_new(NULL);
	OWN(store_version) *version = wanted_version(run, error);
	g_autofree char *script = version ? version_script(run->engine, version, error) : NULL;
	if (!script)
		return false;
	struct exporting all = {script, version->n, changes, files, told, failed};
	if (!export_all(run, &all, profile, error))
		return false;
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
