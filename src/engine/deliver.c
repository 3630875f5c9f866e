/*
 * From a candidate to a version in the person's hands: the version and its artifacts in one commit, the files in the
 * folder, then what takes long: the baked .glb (delivery.c) and the full-size pictures. The version is safe before
 * these are begun, so a person may cancel them and keep the asset.
 *
 * Files of version 3 stand in versions/3/; the head's stand at the top of the folder too. Each appears whole.
 */
#include "base/file.h"
#include "engine/engine_int.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

enum { FULL_WIDTH = 1920, FULL_HEIGHT = 1080 };

/* ---- files ---- */
static bool write_artifact(
	struct engine *engine, const struct store_artifact *artifact, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, artifact->name, NULL);
	g_autoptr(GBytes) bytes = store_blob_get(engine->store, artifact->blob, error);
	if (!bytes)
		return false;
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	return file_write_whole(path, data, size, error);
}

/* The report of a version whose delivery was not reported: what was measured alone. */
static bool write_measured_report(
	struct engine *engine, const struct store_session *session, int number, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "report.json", NULL);
	OWN(store_version) *version = store_version_load(engine->store, session->id, number, error);
	g_autoptr(GBytes) bytes = version ? store_blob_get(engine->store, version->report, error) : NULL;
	gsize size;
	const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	return bytes && file_write_whole(path, data, size, error);
}

static bool write_version(
	struct engine *engine, const struct store_session *session, int version, bool top, GError **error)
{
	if (!session->out_dir)
		return true;
	g_autofree char *number = g_strdup_printf("%d", version);
	g_autofree char *folder =
		top ? g_strdup(session->out_dir) : g_build_filename(session->out_dir, "versions", number, NULL);
	g_autoptr(GPtrArray) artifacts = store_artifact_list(engine->store, session->id, version, error);
	if (!artifacts)
		return false;
	bool reported = false;
	for (guint i = 0; i < artifacts->len; i++) {
		const struct store_artifact *artifact = artifacts->pdata[i];
		reported = reported || g_str_equal(artifact->name, "report.json");
		if (!write_artifact(engine, artifact, folder, error))
			return false;
	}
	return reported || write_measured_report(engine, session, version, folder, error);
}

bool deliver_place(struct engine *engine, const struct store_session *session, const struct store_artifact *artifact,
	GError **error)
{
	if (!session->out_dir)
		return true;
	g_autofree char *number = g_strdup_printf("%d", artifact->version);
	g_autofree char *folder = g_build_filename(session->out_dir, "versions", number, NULL);
	return write_artifact(engine, artifact, folder, error) &&
	       write_artifact(engine, artifact, session->out_dir, error);
}

/* Whether it is a file of the version that is at the top now. */
static bool is_of_head(const GPtrArray *artifacts, const char *name)
{
	if (g_str_equal(name, "report.json"))
		return true;
	for (guint i = 0; i < artifacts->len; i++) {
		if (g_str_equal(((struct store_artifact *)artifacts->pdata[i])->name, name))
			return true;
	}
	return false;
}

/* Files at the top that are another version's alone would lie about this one. `below`: a folder in both, "" at first.
 */
static void remove_stale(const char *version, const char *top, const char *below, const GPtrArray *artifacts)
{
	const char *name;
	g_autofree char *folder = g_build_filename(version, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = *below ? g_build_filename(below, name, NULL) : g_strdup(name);
		g_autofree char *here = g_build_filename(folder, name, NULL);
		g_autofree char *there = g_build_filename(top, inner, NULL);
		if (g_file_test(here, G_FILE_TEST_IS_DIR) && !g_file_test(here, G_FILE_TEST_IS_SYMLINK)) {
			remove_stale(version, top, inner, artifacts);
			g_rmdir(there); /* when nothing is left in it */
		} else if (!is_of_head(artifacts, inner) && g_unlink(there) < 0 && errno != ENOENT) {
			g_debug("%s stays: %m", there);
		}
	}
}

bool deliver_top(struct engine *engine, const struct store_session *session, int version, GError **error)
{
	const char *name;
	if (!session->out_dir)
		return true;
	if (!write_version(engine, session, version, true, error))
		return false;
	g_autoptr(GPtrArray) artifacts = store_artifact_list(engine->store, session->id, version, error);
	if (!artifacts)
		return false;
	g_autofree char *folder = g_build_filename(session->out_dir, "versions", NULL);
	g_autoptr(GDir) versions = g_dir_open(folder, 0, NULL);
	while (versions && (name = g_dir_read_name(versions))) {
		g_autofree char *each = g_build_filename(folder, name, NULL);
		remove_stale(each, session->out_dir, "", artifacts);
	}
	return true;
}

struct files_step {
	int version;
};

static bool files_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const struct files_step *step = arg;
	if (!write_version(run->engine, run->session, step->version, false, error) ||
		!deliver_top(run->engine, run->session, step->version, error))
		return false;
	*result_out = json_make("{s:s?}", "folder", run->session->out_dir);
	return true;
}

static bool write_files(struct run *run, const char *key, int version, GError **error)
{
	struct files_step step = {version};
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) request = json_make("{s:i}", "version", version);
	return run_step(run, key, request, files_work, &step, &result, error);
}

/* ---- the version ---- */
struct accept_step {
	const struct candidate *candidate;
	const char *label;
	json_t *facts;
	const json_t *exports; /* [{name, blob, size}] */
	bool look_only;        /* no full-size pictures follow: the small ones are the version's pictures */
};

void deliver_add_artifact(struct run *run, int version, const char *name, const char *blob, gint64 size)
{
	struct store_artifact *artifact = g_new0(struct store_artifact, 1);
	artifact->session = g_strdup(run->row->session);
	artifact->version = version;
	artifact->name = g_strdup(name);
	artifact->blob = g_strdup(blob);
	artifact->size = size;
	if (!run->artifacts)
		run->artifacts = g_ptr_array_new_with_free_func((GDestroyNotify)store_artifact_free);
	g_ptr_array_add(run->artifacts, artifact);
	run_tell(run, EVENT_ARTIFACT_ADDED,
		json_make("{s:i, s:s, s:I, s:s}", "version", version, "name", name, "size", (json_int_t)size, "blob",
			blob));
}

char *deliver_add_text(struct run *run, int version, const char *name, const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	char *hash = NULL;
	if (!store_blob_put(run->engine->store, bytes, &hash, error))
		return NULL;
	deliver_add_artifact(run, version, name, hash, (gint64)strlen(text));
	return hash;
}

static void add_picture_artifacts(struct run *run, int version, const json_t *pictures, const char *stem)
{
	size_t i;
	json_t *picture;
	json_array_foreach ((json_t *)pictures, i, picture) {
		g_autofree char *name = g_strdup_printf("renders/%s-%zu.png", stem, i + 1);
		deliver_add_artifact(run, version, name, json_str(picture, "blob", ""), json_int(picture, "size", 0));
	}
}

static bool accept_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	size_t i;
	json_t *file;
	const struct accept_step *step = arg;
	int number = run->next_version;
	g_autofree char *report = json_print_pretty(step->candidate->report);
	g_autoptr(GBytes) measured = g_bytes_new(report, strlen(report));
	g_autofree char *script_hash = deliver_add_text(run, number, "draft.py", step->candidate->script, error);
	g_autofree char *report_hash = NULL;
	if (!script_hash || !store_blob_put(run->engine->store, measured, &report_hash, error))
		return false;
	json_array_foreach ((json_t *)step->exports, i, file)
		deliver_add_artifact(
			run, number, json_str(file, "name", ""), json_str(file, "blob", ""), json_int(file, "size", 0));
	add_picture_artifacts(run, number, step->candidate->pictures, step->look_only ? "view" : "look");
	struct store_version *version = g_new0(struct store_version, 1);
	*version = (struct store_version){.session = g_strdup(run->row->session),
		.n = number,
		.parent = run->session->head,
		.run = g_strdup(run->row->id),
		.label = g_strdup(step->label),
		.script = g_strdup(script_hash),
		.report = g_strdup(report_hash),
		.facts = json_incref(step->facts),
		.created = g_get_real_time() / 1000};
	run->version = version;
	*result_out = json_make("{s:i}", "version", number);
	run_tell(run, EVENT_VERSION_ACCEPTED,
		json_make("{s:i, s:i, s:o}", "version", number, "parent", run->session->head, "label",
			json_text(step->label)));
	return true;
}

static bool export_files(struct run *run, const char *script, json_t **files_out, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) args =
		json_make("{s:o, s:[s], s:s}", "script", json_text(script), "formats", "blend", "name", "asset");
	if (!step_job(run, "deliver/export", "export", args, &result, error))
		return false;
	if (!json_bool(result, "ok", false))
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:O, s:O}", "code", json_object_get(result, "code"), "message",
				json_object_get(result, "message")));
	json_t *files = json_object_get(result, "attachments");
	*files_out = files ? json_incref(files) : json_array();
	return true;
}

/* ---- full-size pictures ---- */
static bool picture_keep(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const json_t *picture = arg;
	int version = (int)json_int(picture, "version", 0);
	const char *name = json_str(picture, "name", "");
	deliver_add_artifact(run, version, name, json_str(picture, "blob", ""), json_int(picture, "size", 0));
	if (!deliver_place(run->engine, run->session, run->artifacts->pdata[0], error))
		return false;
	*result_out = json_make("{s:s}", "name", name);
	return true;
}

static bool is_taken(const json_t *taken, const char *name)
{
	size_t i;
	json_t *each;
	json_array_foreach ((json_t *)taken, i, each)
		if (g_str_equal(json_string_value(each), name))
			return true;
	return false;
}

/* A picture that the version has already stays: another one has its size in its name. NULL: that one is there, too. */
static char *picture_name(const json_t *taken, int view, int width, int height)
{
	g_autofree char *name = g_strdup_printf("renders/view-%d.png", view);
	if (!is_taken(taken, name))
		return g_steal_pointer(&name);
	g_autofree char *sized = g_strdup_printf("renders/view-%d-%dx%d.png", view, width, height);
	return is_taken(taken, sized) ? NULL : g_steal_pointer(&sized);
}

static bool make_picture(
	struct run *run, int version, int view, const char *script, const json_t *taken, GError **error)
{
	const struct engine_options *options = &run->engine->options;
	int width = (int)(FULL_WIDTH * options->scale + 0.5);
	int height = (int)(FULL_HEIGHT * options->scale + 0.5);
	g_autofree char *key = g_strdup_printf("pictures/%d", view);
	g_autofree char *keep = g_strdup_printf("pictures/%d/keep", view);
	g_autofree char *name = picture_name(taken, view, width, height);
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) kept = NULL;
	if (!name) {
		g_autofree char *message = g_strdup_printf(
			"renders/view-%d-%dx%d.png is there already, and stays as it is", view, width, height);
		run_tell(run, EVENT_WARNING_GIVEN, json_make("{s:s, s:s}", "code", "render.there", "message", message));
		return true;
	}
	g_autoptr(json_t) args = json_make("{s:o, s:i, s:i, s:i, s:i, s:i, s:b, s:s}", "script", json_text(script),
		"views", 1, "first", view, "width", width, "height", height, "samples", options->samples, "gpu",
		options->gpu, "quality", "final");
	if (!step_job(run, key, "render", args, &result, error))
		return false;
	const json_t *file = json_array_get(json_object_get(result, "attachments"), 0);
	if (!json_bool(result, "ok", false) || !file) {
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:s, s:o}", "code", "render.failed", "message",
				json_text(json_str(result, "message", "no picture came back"))));
		return true;
	}
	run_tell(run, EVENT_RENDER_ADDED,
		json_make("{s:s, s:O, s:s, s:O?}", "name", name, "blob", json_object_get(file, "blob"), "quality",
			"final", "view",
			json_array_get(json_object_get(json_object_get(result, "result"), "views"), 0)));
	g_autoptr(json_t) picture = json_make("{s:i, s:s, s:O, s:O}", "version", version, "name", name, "blob",
		json_object_get(file, "blob"), "size", json_object_get(file, "size"));
	return run_step(run, keep, picture, picture_keep, picture, &kept, error);
}

bool deliver_pictures(struct run *run, int version, const char *script, const json_t *taken, GError **error)
{
	for (int view = 1; view <= run->engine->options.num_images; view++) {
		g_autoptr(GError) why = NULL;
		if (make_picture(run, version, view, script, taken, &why))
			continue;
		if (!g_error_matches(why, CANCEL_ERROR, CANCEL_ERROR_CANCELLED)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		run_tell(run, EVENT_PICTURES_SKIPPED,
			json_make("{s:i, s:i, s:s}", "made", view - 1, "of", run->engine->options.num_images, "why",
				"cancelled"));
		return true;
	}
	return true;
}

int deliver_version(struct run *run, const struct candidate *candidate, const char *label, json_t *facts, bool pictures,
	GError **error)
{
	g_autoptr(json_t) kept = facts;
	g_autoptr(json_t) exports = NULL;
	g_autoptr(json_t) result = NULL;
	bool full = pictures && run->engine->options.full_pictures;
	if (!export_files(run, candidate->script, &exports, error))
		return 0;
	struct accept_step step = {
		.candidate = candidate, .label = label, .facts = kept, .exports = exports, .look_only = !full};
	g_autoptr(json_t) request = json_make(
		"{s:s, s:o, s:O}", "label", label, "script", json_text(candidate->script), "exports", exports);
	if (!run_step(run, "deliver/accept", request, accept_work, &step, &result, error))
		return 0;
	int version = (int)json_int(result, "version", 0);
	g_clear_pointer(&run->result, json_decref);
	run->result = json_make("{s:i}", "version", version);
	if (!write_files(run, "deliver/files", version, error) ||
		!deliver_asset(run, version, candidate, !pictures, error))
		return 0;
	if (full && !deliver_pictures(run, version, candidate->script, NULL, error))
		return 0;
	return version;
}
