/*
 * What leaves the program: files with baked materials, each read back and held against the asset in Blender, and the
 * result told in report.json under "delivery". An accepted version is safe before its bake is begun, so a person may
 * cancel that and keep the asset. It holds no knowledge of formats: the bridge names them and checks them.
 */
#include "engine/engine_int.h"

static json_t *provenance_of(const struct run *run, int version)
{
	const struct delivery_options *options = &run->engine->options.delivery;
	if (!options->provenance)
		return NULL;
	return json_make("{s:o, s:i, s:s, s:s}", "prompt", json_text(run->session->prompt), "version", version,
		"program", "ll3m " LL3M_VERSION, "licence", options->licence ? options->licence : "");
}

json_t *delivery_args(const struct run *run, const char *script, const char *format, int version, const json_t *changes)
{
	const struct delivery_options *options = &run->engine->options.delivery;
	g_autoptr(json_t) provenance = provenance_of(run, version);
	json_t *args = json_make("{s:o, s:o, s:s, s:b, s:i, s:i, s:i, s:b, s:i, s:f, s:b, s:O?}", "script",
		json_text(script), "formats", format ? json_make("[s]", format) : json_array(), "name", "asset", "bake",
		options->bake, "size", options->size, "bake_seconds", options->seconds, "bake_memory",
		options->memory_mb, "occlusion", options->occlusion, "triangles", options->triangles, "print_height_mm",
		options->print_height_mm, "check", options->check, "provenance", provenance);
	if (changes)
		json_object_update(args, (json_t *)changes);
	return args;
}

/* ---- what came of a job, for the report ---- */
static json_t *fallback_finding(const char *note)
{
	return json_make("{s:s, s:s, s:[], s:[], s:n, s:n, s:s, s:o}", "code", "delivery.fallback", "severity", "soft",
		"parts", "objects", "value", "limit", "unit", "", "hint", json_text(note));
}

json_t *delivery_told(const json_t *job)
{
	size_t i;
	json_t *row, *note;
	const json_t *result = json_object_get(job, "result");
	const json_t *bake = json_object_get(result, "bake");
	const json_t *profile = json_object_get(result, "profile");
	g_autoptr(json_t) findings = json_array();
	g_autoptr(json_t) files = json_array();
	if (!json_bool(job, "ok", false)) {
		g_autofree char *why = g_strdup_printf("could not be written: %s", json_str(job, "message", ""));
		json_array_append_new(findings, fallback_finding(why));
	}
	json_array_foreach (json_object_get(result, "files"), i, row) {
		const json_t *check = json_object_get(row, "check");
		json_array_append(files, row);
		if (json_is_object(check))
			json_array_extend(findings, json_object_get(check, "findings"));
	}
	json_array_extend(findings, json_object_get(profile, "findings"));
	json_array_foreach (json_object_get(bake, "notes"), i, note)
		json_array_append_new(findings, fallback_finding(json_string_value(note)));
	return json_make(
		"{s:O, s:O?, s:O?, s:O}", "files", files, "bake", bake, "profile", profile, "findings", findings);
}

void delivery_into_report(json_t *report, const json_t *told)
{
	size_t i, j;
	json_t *row, *old;
	json_t *delivery = json_object_get(report, "delivery");
	if (!json_is_object(delivery)) {
		delivery = json_object();
		json_object_set_new(report, "delivery", delivery);
	}
	const char *profile = json_str(json_object_get(told, "profile"), "name", NULL);
	json_array_foreach (json_object_get(told, "files"), i, row) {
		g_autofree char *name = g_strdup_printf(
			"%s%s%s", profile ? profile : "", profile ? "/" : "", json_str(row, "name", ""));
		json_object_set(delivery, name, row);
	}
	static const char *const sections[] = {"bake", "profile"};
	for (gsize section = 0; section < G_N_ELEMENTS(sections); section++) {
		json_t *told_of = json_object_get(told, sections[section]);
		if (json_is_object(told_of))
			json_object_set(delivery, sections[section], told_of);
	}
	json_t *findings = json_object_get(report, "findings");
	json_array_foreach (json_object_get(told, "findings"), i, row) {
		bool known = false;
		json_array_foreach (findings, j, old)
			known = known || json_equal(old, row);
		if (!known)
			json_array_append(findings, row);
	}
}

void delivery_tell(struct run *run, int version, const json_t *told)
{
	run_tell(run, EVENT_DELIVERY_REPORTED,
		json_make("{s:i, s:O, s:O?, s:O?, s:O}", "version", version, "files", json_object_get(told, "files"),
			"bake", json_object_get(told, "bake"), "profile", json_object_get(told, "profile"), "findings",
			json_object_get(told, "findings")));
}

/* ---- the .glb of an accepted version ---- */
struct keep_step {
	int version;
	const json_t *report;
	const json_t *files; /* [{name, blob, size}] */
};

static bool keep_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	size_t at;
	json_t *file;
	const struct keep_step *step = arg;
	g_autofree char *text = json_print_pretty(step->report);
	json_array_foreach ((json_t *)step->files, at, file)
		deliver_add_artifact(run, step->version, json_str(file, "name", ""), json_str(file, "blob", ""),
			json_int(file, "size", 0));
	g_autofree char *hash = deliver_add_text(run, step->version, "report.json", text, error);
	if (!hash)
		return false;
	for (guint i = 0; i < run->artifacts->len; i++) {
		if (!deliver_place(run->engine, run->session, run->artifacts->pdata[i], error))
			return false;
	}
	*result_out = json_make("{s:i}", "version", step->version);
	return true;
}

/* Quick ones have shapes and plain colours; the report says so. */
static json_t *quick_note(void)
{
	return json_make("{s:[{s:s, s:s, s:b, s:s}], s:n, s:[]}", "files", "name", "asset.glb", "format", "glb",
		"baked", 0, "why",
		"made in a hurry: shapes and plain colours; ll3m export ID --format glb bakes the look", "bake",
		"findings");
}

bool deliver_asset(struct run *run, int version, const struct candidate *candidate, bool quick, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) job = NULL;
	g_autoptr(json_t) kept = NULL;
	g_autoptr(json_t) hurry = quick ? json_make("{s:b, s:b}", "bake", 0, "check", 0) : NULL;
	g_autoptr(json_t) args = delivery_args(run, candidate->script, "glb", version, hurry);
	bool ran = step_job(run, "deliver/glb", "export", args, &job, &why);
	if (!ran && !g_error_matches(why, CANCEL_ERROR, CANCEL_ERROR_CANCELLED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (!ran) {
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:s, s:s}", "code", "cancelled", "message",
				"asset.glb was not made: the asset is kept, ll3m export ID --format glb makes it"));
		return true;
	}
	g_autoptr(json_t) told = quick && json_bool(job, "ok", false) ? quick_note() : delivery_told(job);
	g_autoptr(json_t) report = json_deep_copy(candidate->report);
	json_t *files = json_object_get(job, "attachments");
	g_autoptr(json_t) none = json_array();
	delivery_into_report(report, told);
	delivery_tell(run, version, told);
	struct keep_step step = {version, report, files ? files : none};
	g_autoptr(json_t) request =
		json_make("{s:i, s:O, s:O}", "version", version, "report", report, "files", step.files);
	return run_step(run, "deliver/keep", request, keep_work, &step, &kept, error);
}
