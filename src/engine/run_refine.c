/*
 * The run "refine": a wish in plain words becomes a new version. The wish becomes a checklist; the change is tried,
 * measured, compared with the version before part by part, looked at, and each item verified. What was not to change
 * must not have changed. The version before stays when the wish could not be carried out.
 */
#include "engine/engine_int.h"
#include "gate/gate.h"

bool refine_check(struct engine *engine, const json_t *input, GError **error)
{
	return prompt_check("instruction", json_str(input, "wish", NULL), error);
}

/* One wish under way. */
struct wish {
	const char *text;
	const struct candidate *before;
	json_t *blueprint; /* or NULL */
	json_t *feedback;
	json_t *diff;    /* of the last candidate against the version before */
	json_t *verdict; /* of the last candidate */
};

static void wish_clear(struct wish *wish)
{
	json_decref(wish->blueprint);
	json_decref(wish->feedback);
	json_decref(wish->diff);
	json_decref(wish->verdict);
}

/* Where a part stood is no plan any more for one that the wish changes. */
static void forget_places(const struct wish *wish)
{
	size_t i, j;
	json_t *name, *part;
	json_array_foreach (json_object_get(wish->feedback, "touches"), i, name) {
		json_array_foreach (json_object_get(wish->blueprint, "parts"), j, part) {
			if (json_equal(json_object_get(part, "name"), name))
				json_object_del(part, "bounds");
		}
	}
}

static bool understand(struct run *run, struct wish *wish, const json_t *version_facts, GError **error)
{
	const json_t *exemplar = json_object_get(wish->blueprint, "exemplar");
	json_t *facts = json_make("{s:s, s:o, s:O, s:O?}", "wish", wish->text, "script",
		json_text(wish->before->script), "report", wish->before->report, "exemplar", exemplar);
	wish->feedback = step_agent(run, PHASE_USER_GUIDED_REFINEMENT, LLM_OUTPUT_FEEDBACK,
		"user_guided_refinement/feedback", facts, NULL, error);
	if (!wish->feedback)
		return false;
	json_t *told = json_copy(wish->feedback);
	json_object_set_new(told, "wish", json_text(wish->text));
	run_tell(run, EVENT_FEEDBACK_UNDERSTOOD, told);
	/* The size that was asked for once is not asked for any more, unless this wish does. */
	json_t *scale = json_object_get(wish->feedback, "scale_m");
	if (wish->blueprint)
		json_object_set_new(wish->blueprint, "scale_m", scale ? json_incref(scale) : json_null());
	/* Parts that the wish brings are planned from now on. */
	size_t i;
	json_t *part;
	json_array_foreach (json_object_get(wish->feedback, "parts"), i, part) {
		if (json_is_array(json_object_get(wish->blueprint, "parts")) &&
			json_is_string(json_object_get(part, "name")))
			json_array_append(json_object_get(wish->blueprint, "parts"), part);
	}
	forget_places(wish);
	return true;
}

/* A part that was to stay and changed is a hard finding. */
static void find_collateral(const struct wish *wish, struct candidate *candidate)
{
	size_t i, j;
	json_t *kept, *part;
	json_array_foreach (json_object_get(wish->feedback, "keeps"), i, kept) {
		json_array_foreach (json_object_get(wish->diff, "parts"), j, part) {
			const char *name = json_str(part, "part", "");
			if (g_strcmp0(name, json_string_value(kept)) != 0 ||
				g_str_equal(json_str(part, "state", "same"), "same"))
				continue;
			g_autofree char *hint = g_strdup_printf(
				"\"%s\" was to stay as it is and changed: leave build_%s and what it depends on alone",
				name, name);
			json_array_append_new(candidate->findings,
				json_make("{s:s, s:s, s:[s], s:n, s:n, s:s, s:s}", "code", "edit.collateral",
					"severity", "hard", "parts", name, "value", "limit", "unit", "", "hint", hint));
		}
	}
}

static bool compare(struct run *run, struct wish *wish, const char *prefix, struct candidate *candidate, GError **error)
{
	g_autofree char *key = g_strdup_printf("%s/diff", prefix);
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) args = json_make("{s:O, s:O}", "before", wish->before->report, "after", candidate->report);
	if (!step_job(run, key, "diff", args, &result, error))
		return false;
	json_decref(wish->diff);
	wish->diff = json_incref(json_object_get(result, "result"));
	find_collateral(wish, candidate);
	return true;
}

static bool verify(
	struct run *run, struct wish *wish, const char *prefix, const struct candidate *candidate, GError **error)
{
	g_autofree char *key = g_strdup_printf("%s/verification", prefix);
	json_t *facts = json_make("{s:O?, s:O, s:O, s:O, s:O, s:O?, s:O, s:O?}", "checklist",
		json_object_get(wish->feedback, "checklist"), "before", wish->before->report, "after",
		candidate->report, "values_before", wish->before->values, "values_after", candidate->values, "diff",
		wish->diff, "findings", candidate->findings, "views", candidate->pictures);
	json_decref(wish->verdict);
	wish->verdict = step_agent(
		run, PHASE_USER_GUIDED_REFINEMENT, LLM_OUTPUT_VERDICT, key, facts, candidate->pictures, error);
	if (!wish->verdict)
		return false;
	json_t *told = verdict_told(wish->verdict, json_object_get(wish->feedback, "checklist"));
	if (json_object_get(wish->diff, "unchanged"))
		json_object_set(told, "unchanged", json_object_get(wish->diff, "unchanged"));
	run_tell(run, EVENT_VERDICT_GIVEN, told);
	return true;
}

/* One round: the coding agent's change, tried, compared and verified. */
static struct candidate *carry_out(
	struct run *run, struct wish *wish, const struct candidate *from, int round, GError **error)
{
	g_autofree char *prefix = g_strdup_printf("user_guided_refinement/%d", round);
	g_autofree char *coding = g_strdup_printf("%s/coding", prefix);
	g_autofree char *look = g_strdup_printf("%s/look", prefix);
	g_autoptr(json_t) base = json_make(
		"{s:s, s:O, s:O?}", "prompt", wish->text, "feedback", wish->feedback, "blueprint", wish->blueprint);
	json_t *facts = json_copy(base);
	json_object_set_new(facts, "script", json_text(from->script));
	if (wish->verdict) {
		json_object_set(facts, "critique", wish->verdict);
		json_object_set(facts, "findings", from->findings);
	}
	g_autoptr(json_t) answer =
		step_agent(run, PHASE_USER_GUIDED_REFINEMENT, LLM_OUTPUT_SCRIPT, coding, facts, NULL, error);
	char *script = answer ? attempt_apply(run, coding, from->script, answer, error) : NULL;
	if (!script)
		return NULL;
	struct attempt attempt = {.phase = PHASE_USER_GUIDED_REFINEMENT,
		.key = prefix,
		.reason = wish->text,
		.base = base,
		.blueprint = wish->blueprint,
		.repairs = run->engine->options.repairs};
	OWN(candidate) *candidate = attempt_run(run, &attempt, script, error);
	if (!candidate || !compare(run, wish, prefix, candidate, error) ||
		!step_look(run, look, candidate->script, &candidate->pictures, error) ||
		!verify(run, wish, prefix, candidate, error))
		return NULL;
	return g_steal_pointer(&candidate);
}

/* Good enough to become the version: every item done, and no hard finding that the version before did not have. */
static bool passes(const struct wish *wish, const struct candidate *candidate)
{
	return json_bool(wish->verdict, "pass", false) &&
	       gate_count(candidate->findings, "hard") <= gate_count(wish->before->findings, "hard");
}

static const char *first_unmet(const struct wish *wish, const struct candidate *candidate)
{
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(wish->verdict, "items"), i, item) {
		if (!g_str_equal(json_str(item, "state", "done"), "done"))
			return json_str(item, "why", json_str(item, "id", ""));
	}
	json_array_foreach (candidate->findings, i, item) {
		if (g_str_equal(json_str(item, "severity", ""), "hard"))
			return json_str(item, "hint", "");
	}
	return "the verification did not pass";
}

static bool wish_go(struct run *run, struct wish *wish, GError **error)
{
	OWN(candidate) *candidate = NULL;
	int rounds = MAX(1, run->engine->options.rounds);
	for (int round = 1; round <= rounds; round++) {
		g_autoptr(GError) why = NULL;
		struct candidate *next = carry_out(run, wish, candidate ? candidate : wish->before, round, &why);
		bool cannot = !next && candidate && g_error_matches(why, LLM_ERROR, LLM_ERROR_CANNOT);
		if (!next && !cannot) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (next) {
			if (candidate)
				candidate_free(candidate);
			candidate = next;
		}
		if (cannot || passes(wish, candidate))
			break;
		run_tell(run, EVENT_CANDIDATE_REJECTED,
			json_make("{s:o}", "why", json_text(first_unmet(wish, candidate))));
	}
	if (!passes(wish, candidate)) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_WISH,
			"the wish could not be carried out, the version before stays: %s",
			first_unmet(wish, candidate));
		return false;
	}
	json_t *facts = json_make("{s:O, s:O?, s:O, s:O, s:O?, s:i}", "values", candidate->values, "blueprint",
		wish->blueprint, "verdict", wish->verdict, "feedback", wish->feedback, "diff", wish->diff, "hard",
		gate_count(candidate->findings, "hard"));
	return deliver_version(run, candidate, wish->text, facts, true, error) != 0;
}

bool refine_wish(struct run *run, const char *text, GError **error)
{
	OWN(store_version) *version = NULL;
	OWN(candidate) *before = head_candidate(run, &version, error);
	if (!before)
		return false;
	run_tell(run, EVENT_PHASE_CHANGED, json_make("{s:s}", "phase", agent_phase_name(PHASE_USER_GUIDED_REFINEMENT)));
	struct wish wish = {.text = text,
		.before = before,
		.blueprint = json_deep_copy(json_object_get(version->facts, "blueprint"))};
	bool done = understand(run, &wish, version->facts, error) && wish_go(run, &wish, error);
	wish_clear(&wish);
	return done;
}

bool refine_go(struct run *run, GError **error)
{
	return refine_wish(run, json_str(run->row->input, "wish", ""), error);
}
