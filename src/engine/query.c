/* What there is, as JSON for front ends: sessions, versions, parameters, artifacts, differences, recordings. */
#include "engine/engine_int.h"
#include "proto/script.h"

#include <string.h>

/* ---- stored things as runs need them ---- */
static char *blob_text(struct engine *engine, const char *hash, GError **error)
{
	gsize size;
	g_autoptr(GBytes) bytes = store_blob_get(engine->store, hash, error);
	const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	return bytes ? g_strndup(data ? data : "", data ? size : 0) : NULL;
}

char *version_script(struct engine *engine, const struct store_version *version, GError **error)
{
	return blob_text(engine, version->script, error);
}

static json_t *version_report(struct engine *engine, const struct store_version *version, GError **error)
{
	g_autofree char *text = blob_text(engine, version->report, error);
	return text ? json_parse(text, strlen(text), G_MAXSIZE, error) : NULL;
}

struct candidate *head_candidate(struct run *run, struct store_version **version_out, GError **error)
{
	OWN(store_version) *version =
		store_version_load(run->engine->store, run->row->session, run->session->head, error);
	g_autofree char *text = version ? version_script(run->engine, version, error) : NULL;
	g_autoptr(json_t) report = text ? version_report(run->engine, version, error) : NULL;
	OWN(script) *script = report ? script_read(text, strlen(text), error) : NULL;
	if (!script)
		return NULL;
	struct candidate *head = g_new0(struct candidate, 1);
	json_t *findings = json_object_get(report, "findings");
	head->findings = findings ? json_incref(findings) : json_array();
	head->values = script_values(script);
	head->script = g_steal_pointer(&text);
	head->report = g_steal_pointer(&report);
	*version_out = g_steal_pointer(&version);
	return head;
}

/* ---- sessions ---- */
enum { EVENT_PAGE = 1000 };

static json_t *last_run(struct engine *engine, const char *session, GError **error)
{
	g_autoptr(GPtrArray) runs = store_run_list(engine->store, session, NULL, error);
	if (!runs || runs->len == 0)
		return json_null();
	const struct store_run *run = runs->pdata[runs->len - 1];
	return json_make("{s:s, s:s, s:s}", "id", run->id, "kind", run->kind, "state", run->state);
}

static json_t *session_json(struct engine *engine, const struct store_session *session)
{
	return json_make("{s:s, s:s, s:o, s:s, s:s?, s:s?, s:I, s:i, s:o}", "id", session->id, "slug", session->slug,
		"prompt", json_text(session->prompt), "state", session->state, "out_dir", session->out_dir, "parent",
		session->parent, "created", (json_int_t)session->created, "head", session->head, "run",
		last_run(engine, session->id, NULL));
}

json_t *engine_sessions(struct engine *engine, int limit, GError **error)
{
	g_autoptr(GPtrArray) sessions = store_session_list(engine->store, limit, error);
	if (!sessions)
		return NULL;
	json_t *list = json_array();
	for (guint i = 0; i < sessions->len; i++)
		json_array_append_new(list, session_json(engine, sessions->pdata[i]));
	return list;
}

/* The number of the session's last event, or -1. */
static gint64 last_event(struct engine *engine, const char *session, GError **error)
{
	gint64 last = 0;
	while (true) {
		g_autoptr(GPtrArray) events = store_event_list(engine->store, session, last, EVENT_PAGE, error);
		if (!events)
			return -1;
		if (events->len > 0)
			last = ((const struct store_event *)events->pdata[events->len - 1])->seq;
		if (events->len < EVENT_PAGE)
			return last;
	}
}

json_t *engine_session(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	gint64 seq = session ? last_event(engine, session->id, error) : -1;
	if (seq < 0)
		return NULL;
	json_t *json = session_json(engine, session);
	json_object_set_new(json, "seq", json_integer(seq));
	return json;
}

/* ---- versions ---- */
static json_t *artifacts_json(struct engine *engine, const char *session, int version, GError **error)
{
	g_autoptr(GPtrArray) artifacts = store_artifact_list(engine->store, session, version, error);
	if (!artifacts)
		return NULL;
	json_t *list = json_array();
	for (guint i = 0; i < artifacts->len; i++) {
		const struct store_artifact *artifact = artifacts->pdata[i];
		json_array_append_new(list, json_make("{s:s, s:I, s:s}", "name", artifact->name, "size",
						    (json_int_t)artifact->size, "blob", artifact->blob));
	}
	return list;
}

json_t *engine_versions(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	g_autoptr(GPtrArray) versions = session ? store_version_list(engine->store, session->id, error) : NULL;
	if (!versions)
		return NULL;
	g_autoptr(json_t) list = json_array();
	for (guint i = 0; i < versions->len; i++) {
		const struct store_version *version = versions->pdata[i];
		json_t *artifacts = artifacts_json(engine, session->id, version->n, error);
		if (!artifacts)
			return NULL;
		json_array_append_new(list,
			json_make("{s:i, s:i, s:o, s:I, s:b, s:O?, s:o}", "n", version->n, "parent", version->parent,
				"label", json_text(version->label), "created", (json_int_t)version->created, "head",
				version->n == session->head, "facts", version->facts, "artifacts", artifacts));
	}
	return g_steal_pointer(&list);
}

static struct store_version *load_version(struct engine *engine, const char *id, int number, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	if (!session)
		return NULL;
	if (number == 0 && session->head == 0) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_NOTHING, "session %s has no finished version yet",
			session->id);
		return NULL;
	}
	return store_version_load(engine->store, session->id, number ? number : session->head, error);
}

json_t *engine_version(struct engine *engine, const char *id, int number, GError **error)
{
	OWN(store_version) *version = load_version(engine, id, number, error);
	g_autofree char *text = version ? version_script(engine, version, error) : NULL;
	g_autoptr(json_t) report = text ? version_report(engine, version, error) : NULL;
	OWN(script) *script = report ? script_read(text, strlen(text), error) : NULL;
	if (!script)
		return NULL;
	return json_make("{s:i, s:o, s:o, s:O, s:o}", "n", version->n, "label", json_text(version->label), "script",
		json_text(text), "report", report, "params", script_sliders(script));
}

static json_t *changed_values(const char *before, const char *after, GError **error)
{
	OWN(script) *a = script_read(before, strlen(before), error);
	OWN(script) *b = a ? script_read(after, strlen(after), error) : NULL;
	if (!b)
		return NULL;
	json_t *changed = json_object();
	for (guint i = 0; i < b->params->len; i++) {
		const struct script_param *now = b->params->pdata[i];
		const struct script_param *then = script_param(a, now->name);
		if (then && !json_equal(then->value, now->value))
			json_object_set_new(changed, now->name, json_make("[O, O]", then->value, now->value));
	}
	return changed;
}

json_t *engine_compare(
	struct engine *engine, const char *id, int before, int after, struct cancel *cancel, GError **error)
{
	OWN(store_version) *a = load_version(engine, id, before, error);
	OWN(store_version) *b = a ? load_version(engine, id, after, error) : NULL;
	g_autoptr(json_t) report_a = b ? version_report(engine, a, error) : NULL;
	g_autoptr(json_t) report_b = report_a ? version_report(engine, b, error) : NULL;
	g_autofree char *script_a = report_b ? version_script(engine, a, error) : NULL;
	g_autofree char *script_b = script_a ? version_script(engine, b, error) : NULL;
	g_autoptr(json_t) values = script_b ? changed_values(script_a, script_b, error) : NULL;
	if (!values)
		return NULL;
	g_autoptr(json_t) args = json_make("{s:O, s:O}", "before", report_a, "after", report_b);
	struct job job = {.verb = "diff", .args = args, .seconds = 60};
	struct executor *executor = engine_executor(engine, error);
	if (!executor)
		return NULL;
	OWN(job_result) *result = executor_run(executor, a->session, &job, NULL, NULL, cancel, error);
	if (!result)
		return NULL;
	if (!result->ok) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT, "the versions cannot be compared: %s",
			result->message);
		return NULL;
	}
	json_object_set(result->result, "values", values);
	json_object_set_new(result->result, "before", json_integer(a->n));
	json_object_set_new(result->result, "after", json_integer(b->n));
	return json_incref(result->result);
}

/* ---- the lint ---- */
enum { LINT_SECONDS = 120 };

json_t *engine_lint(struct engine *engine, const json_t *input, struct cancel *cancel, GError **error)
{
	if (!json_str(input, "script", NULL)) {
		g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "a script is wanted");
		return NULL;
	}
	struct executor *executor = engine_executor(engine, error);
	if (!executor)
		return NULL;
	g_autoptr(json_t) args = json_make("{s:O, s:O*, s:b}", "script", json_object_get(input, "script"), "rules",
		json_object_get(input, "rules"), "fix", json_bool(input, "fix", false));
	struct job job = {.verb = "lint", .args = args, .seconds = LINT_SECONDS};
	OWN(job_result) *result = executor_run(executor, "lint", &job, NULL, NULL, cancel, error);
	if (!result)
		return NULL;
	if (!result->ok) {
		g_set_error(error, ENGINE_ERROR,
			g_strcmp0(result->code, "request.invalid") == 0 ? ENGINE_ERROR_REQUEST : ENGINE_ERROR_SCRIPT,
			"the script cannot be checked: %s", result->message);
		return NULL;
	}
	g_autoptr(json_t) about = executor_describe(executor, cancel, NULL);
	json_object_set_new(result->result, "blender", json_text(json_str(about, "blender", "?")));
	return json_incref(result->result);
}

/* ---- bytes ---- */
GBytes *engine_artifact(struct engine *engine, const char *id, int number, const char *name, GError **error)
{
	OWN(store_version) *version = load_version(engine, id, number, error);
	g_autoptr(GPtrArray) artifacts =
		version ? store_artifact_list(engine->store, version->session, version->n, error) : NULL;
	if (!artifacts)
		return NULL;
	for (guint i = 0; i < artifacts->len; i++) {
		const struct store_artifact *artifact = artifacts->pdata[i];
		if (g_str_equal(artifact->name, name))
			return store_blob_get(engine->store, artifact->blob, error);
	}
	/* Until its delivery is reported a version has what was measured. */
	if (g_str_equal(name, "report.json"))
		return store_blob_get(engine->store, version->report, error);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "version %d has no file \"%s\"", version->n, name);
	return NULL;
}

GBytes *engine_blob(struct engine *engine, const char *hash, GError **error)
{
	return store_blob_get(engine->store, hash, error);
}

/* ---- recordings ---- */
static bool record_run(struct engine *engine, const char *run, json_t *calls, GError **error)
{
	g_autoptr(GPtrArray) steps = store_step_list(engine->store, run, error);
	if (!steps)
		return false;
	for (guint i = 0; i < steps->len; i++) {
		const struct store_step *step = steps->pdata[i];
		if (!json_object_get(step->result, "text"))
			continue;
		json_t *call = json_copy(step->result);
		json_object_set_new(call, "key", json_text(step->key));
		json_array_append_new(calls, call);
	}
	return true;
}

json_t *engine_recording(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	g_autoptr(GPtrArray) runs = session ? store_run_list(engine->store, session->id, NULL, error) : NULL;
	g_autoptr(json_t) calls = json_array();
	if (!runs)
		return NULL;
	for (guint i = 0; i < runs->len; i++) {
		const struct store_run *run = runs->pdata[i];
		if (!record_run(engine, run->id, calls, error))
			return NULL;
	}
	return json_make("{s:i, s:o, s:O}", "recording", 1, "prompt", json_text(session->prompt), "calls", calls);
}

json_t *engine_describe(struct engine *engine, struct cancel *cancel, GError **error)
{
	struct executor *executor = engine_executor(engine, error);
	g_autoptr(json_t) about = executor ? executor_describe(executor, cancel, error) : NULL;
	if (!about)
		return NULL;
	return json_make("{s:s, s:O, s:s}", "version", LL3M_VERSION, "executor", about, "provider",
		llm_abilities(engine->llm, NULL)->provider);
}

json_t *engine_check_models(struct engine *engine, struct cancel *cancel, GError **error)
{
	size_t i;
	json_t *model;
	json_t *all = llm_check(engine->llm, cancel, error);
	json_array_foreach (all, i, model) {
		json_t *why = json_object_get(model, "error");
		const GError named = {.domain = LLM_ERROR, .code = (int)json_int(why, "code", 0)};
		if (json_is_object(why))
			json_object_set_new(why, "code", json_string(engine_fault(&named)));
	}
	return all;
}
