/*
 * The run "create": a prompt becomes a first version. Initial creation: planner, retrieval, coding, attempt. Auto
 * refinement: look, critique, change, attempt, and the better of the two stays, for as many rounds as the critic finds
 * something and the options allow.
 */
#include "engine/draft.h"
#include "gate/gate.h"

#include <string.h>

enum { PROMPT_MAX = 64 * 1024 };

bool prompt_check(const char *what, const char *text, GError **error)
{
	const char *bad;
	g_autofree char *stripped = text ? g_strstrip(g_strdup(text)) : NULL;
	if (!stripped || !*stripped) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"the %s is empty: say what to make, as in \"create a 3D object of a chair\"", what);
		return false;
	}
	if (strlen(text) > PROMPT_MAX) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"the %s has %zu bytes, at most %d are taken: shorten it", what, strlen(text), PROMPT_MAX);
		return false;
	}
	if (!g_utf8_validate(text, -1, &bad)) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "the %s is not UTF-8: byte %td cannot be read",
			what, bad - text + 1);
		return false;
	}
	for (const char *at = text; *at; at++) {
		if (g_ascii_iscntrl(*at) && !g_ascii_isspace(*at)) {
			g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
				"the %s holds a control character (0x%02x) at byte %td", what, (unsigned char)*at,
				at - text + 1);
			return false;
		}
	}
	return true;
}

/* What is asked for when a person shows a picture and says nothing. */
static const char shown[] = "Make the thing that the picture shows.";

bool create_check(struct engine *engine, const json_t *input, GError **error)
{
	if (json_object_get(input, "images") && !*json_str(input, "prompt", ""))
		return pictures_check(engine, input, error);
	return pictures_check(engine, input, error) && prompt_check("prompt", json_str(input, "prompt", NULL), error);
}

static void tell_plan(struct run *run, const json_t *plan)
{
	size_t i;
	json_t *part;
	json_t *names = json_array();
	json_array_foreach (json_object_get(plan, "parts"), i, part) {
		if (json_bool(part, "present", true))
			json_array_append(names, json_object_get(part, "name"));
	}
	json_t *told = json_make("{s:O, s:o}", "title", json_object_get(plan, "title"), "parts", names);
	static const char *const copied[] = {"summary", "understood", "ignored", "notes"};
	for (guint k = 0; k < G_N_ELEMENTS(copied); k++) {
		if (json_object_get(plan, copied[k]))
			json_object_set(told, copied[k], json_object_get(plan, copied[k]));
	}
	run_tell(run, EVENT_PLAN_MADE, told);
}

/* ---- retrieval ---- */
static bool retrieve(struct run *run, const char *prompt, const json_t *plan, json_t **context_out, GError **error)
{
	g_autoptr(json_t) asked =
		step_agent(run, PHASE_INITIAL_CREATION, LLM_OUTPUT_CONTEXT, "initial_creation/retrieval",
			json_make("{s:s, s:O}", "prompt", prompt, "blueprint", plan), NULL, error);
	if (!asked)
		return false;
	return step_search(run, "initial_creation/search", json_object_get(asked, "queries"), context_out, error);
}

/* ---- the two phases ---- */
static struct candidate *first_draft(struct run *run, const char *prompt, const json_t *plan, GError **error)
{
	g_autoptr(json_t) context = NULL;
	if (!retrieve(run, prompt, plan, &context, error))
		return NULL;
	g_autoptr(json_t) base = json_make("{s:s, s:O, s:O}", "prompt", prompt, "blueprint", plan, "context", context);
	char *script = draft_write(run, base, error);
	if (!script)
		return NULL;
	struct attempt attempt = {.phase = PHASE_INITIAL_CREATION,
		.key = "initial_creation/draft",
		.reason = "first draft",
		.base = base,
		.blueprint = plan,
		.repairs = run->engine->options.repairs};
	return attempt_run(run, &attempt, script, error);
}

static json_t *critique(struct run *run, const char *prompt, const json_t *plan, const struct candidate *best,
	int round, GError **error)
{
	g_autofree char *key = g_strdup_printf("auto_refinement/%d/critic", round);
	g_autoptr(json_t) views = pictures_beside(run, best->pictures);
	json_t *facts = json_make("{s:s, s:O, s:O?, s:O, s:O, s:O}", "prompt", prompt, "blueprint", plan, "checklist",
		json_object_get(plan, "checklist"), "report", best->report, "findings", best->findings, "views", views);
	json_t *answer = step_agent(run, PHASE_AUTO_REFINEMENT, LLM_OUTPUT_CRITIQUE, key, facts, views, error);
	if (answer)
		run_tell(run, EVENT_CRITIQUE_GIVEN, json_incref(answer));
	return answer;
}

static json_t *verify(
	struct run *run, const char *key, const json_t *plan, const struct candidate *candidate, GError **error)
{
	g_autoptr(json_t) views = pictures_beside(run, candidate->pictures);
	json_t *facts = json_make("{s:O?, s:O, s:O, s:O, s:O}", "checklist", json_object_get(plan, "checklist"),
		"after", candidate->report, "values_after", candidate->values, "findings", candidate->findings, "views",
		views);
	json_t *verdict = step_agent(run, PHASE_AUTO_REFINEMENT, LLM_OUTPUT_VERDICT, key, facts, views, error);
	if (verdict)
		run_tell(run, EVENT_VERDICT_GIVEN, verdict_told(verdict, json_object_get(plan, "checklist")));
	return verdict;
}

/* One round's change: the critique becomes a new candidate, or NULL with `error` set. */
static struct candidate *change(struct run *run, const json_t *base, const json_t *plan, const struct candidate *best,
	const json_t *wanted, int round, GError **error)
{
	g_autofree char *key = g_strdup_printf("auto_refinement/%d/coding", round);
	g_autofree char *draft = g_strdup_printf("auto_refinement/%d/draft", round);
	g_autofree char *look = g_strdup_printf("auto_refinement/%d/look", round);
	json_t *facts = json_copy((json_t *)base);
	json_object_set_new(facts, "script", json_text(best->script));
	json_object_set(facts, "critique", (json_t *)wanted);
	json_object_set(facts, "findings", best->findings);
	g_autoptr(json_t) answer = step_agent(run, PHASE_AUTO_REFINEMENT, LLM_OUTPUT_SCRIPT, key, facts, NULL, error);
	char *script = answer ? attempt_apply(run, key, best->script, answer, error) : NULL;
	if (!script)
		return NULL;
	struct attempt attempt = {.phase = PHASE_AUTO_REFINEMENT,
		.key = draft,
		.reason = "refinement",
		.base = base,
		.blueprint = plan,
		.repairs = run->engine->options.repairs};
	OWN(candidate) *candidate = attempt_run(run, &attempt, script, error);
	if (!candidate || !step_look(run, look, candidate->script, &candidate->pictures, error))
		return NULL;
	return g_steal_pointer(&candidate);
}

/* What keeps a round from ending the run: the best so far stays. A stop, or the world's fault, does end it. */
static bool round_may_fail(const GError *error)
{
	return error->domain == AGENT_ERROR || g_error_matches(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT) ||
	       g_error_matches(error, ENGINE_ERROR, ENGINE_ERROR_BUDGET) ||
	       g_error_matches(error, LLM_ERROR, LLM_ERROR_CANNOT) ||
	       g_error_matches(error, LLM_ERROR, LLM_ERROR_REFUSED);
}

/* A spent budget ends the refinement, and what there is so far is handed over, unverified. */
static bool ends_quietly(struct run *run, const GError *error)
{
	if (!g_error_matches(error, ENGINE_ERROR, ENGINE_ERROR_BUDGET))
		return false;
	run_tell(run, EVENT_WARNING_GIVEN,
		json_make("{s:s, s:o}", "code", "budget.spent", "message", json_text(error->message)));
	return true;
}

static bool refine(struct run *run, const char *prompt, const json_t *plan, struct candidate **best,
	json_t **verdict_out, GError **error)
{
	g_autoptr(json_t) base = json_make("{s:s, s:O}", "prompt", prompt, "blueprint", plan);
	if (!step_look(run, "auto_refinement/look", (*best)->script, &(*best)->pictures, error))
		return false;
	run->deliverable = true;
	for (int round = 1; round <= run->engine->options.rounds; round++) {
		g_autoptr(GError) why = NULL;
		g_autoptr(json_t) wanted = critique(run, prompt, plan, *best, round, &why);
		if (!wanted && ends_quietly(run, why))
			return true;
		if (!wanted) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (json_bool(wanted, "accept", false) && gate_count((*best)->findings, "hard") == 0)
			break;
		OWN(candidate) *next = change(run, base, plan, *best, wanted, round, &why);
		if (!next && !round_may_fail(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (!next || gate_compare(next->findings, (*best)->findings) > 0) {
			run_tell(run, EVENT_CANDIDATE_REJECTED,
				json_make("{s:o}", "why", json_text(next ? "it is worse by measure" : why->message)));
			if (!next)
				break;
			continue;
		}
		candidate_free(*best);
		*best = g_steal_pointer(&next);
	}
	g_autoptr(GError) why = NULL;
	*verdict_out = verify(run, "auto_refinement/verification", plan, *best, &why);
	if (*verdict_out || ends_quietly(run, why))
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool create_go(struct run *run, GError **error)
{
	const char *said = json_str(run->row->input, "prompt", "");
	const char *prompt = *said ? said : shown;
	g_autoptr(json_t) verdict = NULL;
	run_tell(run, EVENT_PHASE_CHANGED, json_make("{s:s}", "phase", agent_phase_name(PHASE_INITIAL_CREATION)));
	g_autoptr(json_t) plan = step_agent(run, PHASE_INITIAL_CREATION, LLM_OUTPUT_PLAN, "initial_creation/planner",
		json_make("{s:s}", "prompt", prompt), pictures_shown(run), error);
	if (!plan)
		return false;
	tell_plan(run, plan);
	OWN(candidate) *best = first_draft(run, prompt, plan, error);
	if (!best)
		return false;
	run_tell(run, EVENT_PHASE_CHANGED, json_make("{s:s}", "phase", agent_phase_name(PHASE_AUTO_REFINEMENT)));
	if (!refine(run, prompt, plan, &best, &verdict, error))
		return false;
	if (gate_count(best->findings, "hard") > 0) {
		const json_t *first = json_array_get(best->findings, 0);
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:s, s:o}", "code", "gate.blocked", "message",
				json_text(json_str(first, "hint", "hard findings remain"))));
	}
	json_t *facts = json_make("{s:O, s:O, s:O?, s:i}", "values", best->values, "blueprint", plan, "verdict",
		verdict, "hard", gate_count(best->findings, "hard"));
	if (!deliver_version(run, best, prompt, facts, true, error))
		return false;
	if (gate_count(best->findings, "hard") > 0) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_GATE,
			"the asset was kept, but %d hard findings remain; see report.json",
			gate_count(best->findings, "hard"));
		return false;
	}
	return true;
}
