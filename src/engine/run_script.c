/*
 * Runs that start a session from something that exists: "script" from a person's own file, "branch" from a version of
 * another session, with a wish to carry out next.
 */
#include "engine/engine_int.h"
#include "gate/gate.h"

bool script_check(struct engine *engine, const json_t *input, GError **error)
{
	const char *script;
	return json_need_string(input, "script", &script, error);
}

bool script_go(struct run *run, GError **error)
{
	const char *name = json_str(run->row->input, "name", "script");
	struct attempt attempt = {.phase = PHASE_INITIAL_CREATION, .key = "script", .reason = name};
	run_tell(run, EVENT_PHASE_CHANGED, json_make("{s:s}", "phase", agent_phase_name(PHASE_INITIAL_CREATION)));
	OWN(candidate) *candidate =
		attempt_run(run, &attempt, g_strdup(json_str(run->row->input, "script", "")), error);
	if (!candidate || !step_look(run, "script/look", candidate->script, &candidate->pictures, error))
		return false;
	int hard = gate_count(candidate->findings, "hard");
	json_t *facts = json_make("{s:O, s:i}", "values", candidate->values, "hard", hard);
	if (!deliver_version(run, candidate, name, facts, true, error))
		return false;
	if (hard > 0)
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_GATE,
			"the asset was kept, but %d hard findings remain; see report.json", hard);
	return hard == 0;
}

bool branch_check(struct engine *engine, const json_t *input, GError **error)
{
	const char *session;
	if (!json_need_string(input, "session", &session, error) ||
		!prompt_check("instruction", json_str(input, "wish", NULL), error))
		return false;
	OWN(store_session) *parent = store_session_load(engine->store, session, error);
	if (!parent)
		return false;
	if (parent->head == 0) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"session %s has no finished version to go on from", parent->id);
		return false;
	}
	return true;
}

/* The parent's version becomes this session's first. */
static bool adopt_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const char *id = json_str(run->row->input, "session", "");
	int number = (int)json_int(run->row->input, "version", 0);
	OWN(store_session) *parent = store_session_load(run->engine->store, id, error);
	OWN(store_version) *version =
		parent ? store_version_load(run->engine->store, parent->id, number ? number : parent->head, error)
		       : NULL;
	g_autoptr(GPtrArray) artifacts =
		version ? store_artifact_list(run->engine->store, parent->id, version->n, error) : NULL;
	if (!artifacts)
		return false;
	for (guint i = 0; i < artifacts->len; i++) {
		struct store_artifact *artifact = artifacts->pdata[i];
		g_free(artifact->session);
		artifact->session = g_strdup(run->row->session);
		artifact->version = run->next_version;
	}
	g_free(version->session);
	g_free(version->run);
	version->session = g_strdup(run->row->session);
	version->run = g_strdup(run->row->id);
	version->n = run->next_version;
	version->parent = 0;
	*result_out = json_make("{s:i, s:s}", "version", version->n, "label", version->label);
	run_tell(run, EVENT_VERSION_ACCEPTED,
		json_make("{s:i, s:i, s:s}", "version", version->n, "parent", 0, "label", version->label));
	run->version = g_steal_pointer(&version);
	run->artifacts = g_steal_pointer(&artifacts);
	return true;
}

bool branch_go(struct run *run, GError **error)
{
	g_autoptr(json_t) adopted = NULL;
	g_autoptr(json_t) request = json_make("{s:O}", "session", json_object_get(run->row->input, "session"));
	if (!run_step(run, "branch/adopt", request, adopt_work, NULL, &adopted, error))
		return false;
	run->session->head = (int)json_int(adopted, "version", 1);
	run->next_version = run->session->head + 1;
	return refine_wish(run, json_str(run->row->input, "wish", ""), error);
}
