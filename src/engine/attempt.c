/*
 * One script tried: lint, run, measure, gate; and when it fails, repaired by the coding agent, who sees what failed.
 * What comes out ran.
 */
#include "engine/draft.h"
#include "gate/gate.h"
#include "lint/lint.h"
#include "proto/script.h"

#include <string.h>

void candidate_free(struct candidate *candidate)
{
	g_free(candidate->script);
	json_decref(candidate->report);
	json_decref(candidate->findings);
	json_decref(candidate->values);
	json_decref(candidate->pictures);
	g_free(candidate);
}

/* ---- what an answer makes of a script ---- */
static char *apply_values(const char *script, const json_t *values, GError **error)
{
	OWN(script) *parsed = script_read(script, strlen(script), error);
	return parsed ? script_with(parsed, values, false, error) : NULL;
}

static char *apply_functions(
	struct run *run, const char *key, const char *script, const json_t *functions, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autofree char *splice = g_strdup_printf("%s/splice", key);
	g_autoptr(json_t) args = json_make("{s:o, s:O}", "script", json_text(script), "functions", functions);
	if (!step_job(run, splice, "splice", args, &result, error))
		return NULL;
	if (!json_bool(result, "ok", false)) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT, "the new functions do not fit the script: %s",
			json_str(result, "message", ""));
		return NULL;
	}
	return g_strdup(json_str(json_object_get(result, "result"), "script", ""));
}

char *attempt_apply(struct run *run, const char *key, const char *script, const json_t *answer, GError **error)
{
	const char *whole = json_str(answer, "script", NULL);
	if (whole)
		return g_strdup(whole);
	if (!script) {
		g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT,
			"the coding agent changed a script before it wrote one");
		return NULL;
	}
	if (json_object_get(answer, "set"))
		return apply_values(script, json_object_get(answer, "set"), error);
	return apply_functions(run, key, script, json_object_get(answer, "functions"), error);
}

/* ---- trying ---- */
/* Keeps the text as a blob and tells it. */
static bool revise_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const json_t *told = arg;
	const char *text = json_str(told, "script", "");
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autofree char *hash = NULL;
	if (!store_blob_put(run->engine->store, bytes, &hash, error))
		return false;
	int lines = 0;
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	*result_out = json_make("{s:s, s:i}", "blob", hash, "lines", lines);
	run_tell(run, EVENT_SCRIPT_REVISED,
		json_make("{s:s, s:i, s:O}", "blob", hash, "lines", lines, "reason", json_object_get(told, "reason")));
	return true;
}

static bool revise(struct run *run, const char *key, const char *script, const char *reason, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) told = json_make("{s:o, s:s}", "script", json_text(script), "reason", reason);
	g_autofree char *step = g_strdup_printf("%s/script", key);
	return run_step(run, step, told, revise_work, told, &result, error);
}

/* The lint's diagnostics, ours and the bridge's. */
static json_t *lint(struct run *run, const char *key, const char *script, GError **error)
{
	g_autoptr(json_t) diagnostics = lint_check(script, strlen(script));
	if (!lint_blocks(diagnostics)) {
		g_autoptr(json_t) result = NULL;
		g_autoptr(json_t) args = json_make("{s:o}", "script", json_text(script));
		g_autofree char *step = g_strdup_printf("%s/lint", key);
		if (!step_job(run, step, "lint", args, &result, error))
			return NULL;
		json_array_extend(diagnostics, json_object_get(json_object_get(result, "result"), "diagnostics"));
	}
	if (json_array_size(diagnostics) > 0)
		run_tell(run, EVENT_LINT_REPORTED, json_make("{s:O}", "diagnostics", diagnostics));
	return g_steal_pointer(&diagnostics);
}

/* What a script that nobody planned should be: its own EXEMPLAR, or NULL. New reference. */
static json_t *own_plan(const struct script *script)
{
	if (!script->exemplar)
		return NULL;
	return json_make(
		"{s:O?, s:o}", "title", json_object_get(script->exemplar, "title"), "parts", script_plan(script));
}

static struct candidate *measure(
	struct run *run, const struct attempt *attempt, const char *script, const json_t *result, GError **error)
{
	const json_t *report = json_object_get(json_object_get(result, "result"), "report");
	OWN(script) *parsed = script_read(script, strlen(script), error);
	if (!parsed)
		return NULL;
	struct candidate *candidate = g_new0(struct candidate, 1);
	candidate->script = g_strdup(script);
	candidate->report = json_deep_copy(report);
	candidate->values = script_values(parsed);
	g_autoptr(json_t) own = attempt->blueprint ? NULL : own_plan(parsed);
	candidate->findings = gate_check(report, attempt->blueprint ? attempt->blueprint : own, candidate->values);
	json_object_set(candidate->report, "findings", candidate->findings);
	run_tell(run, EVENT_GATE_REPORTED,
		json_make("{s:O, s:i, s:i, s:i, s:O?}", "findings", candidate->findings, "hard",
			gate_count(candidate->findings, "hard"), "soft", gate_count(candidate->findings, "soft"),
			"parts", (int)json_array_size(json_object_get(report, "parts")), "triangles",
			json_object_get(json_object_get(report, "asset"), "triangles")));
	return candidate;
}

/* Tries the script once. True with *candidate_out set when it ran, with *why_out (facts for the repair) when it did
 * not; false when the world failed. */
static bool try_once(struct run *run, const struct attempt *attempt, const char *key, const char *script,
	struct candidate **candidate_out, json_t **why_out, GError **error)
{
	g_autofree char *step = g_strdup_printf("%s/run", key);
	g_autoptr(json_t) result = NULL;
	if (!revise(run, key, script, attempt->reason, error))
		return false;
	g_autoptr(json_t) diagnostics = lint(run, key, script, error);
	if (!diagnostics)
		return false;
	if (lint_blocks(diagnostics)) {
		*why_out = json_make("{s:O}", "diagnostics", diagnostics);
		return true;
	}
	g_autoptr(json_t) args =
		json_make("{s:o, s:i}", "script", json_text(script), "seconds", run->engine->options.script_seconds);
	if (!step_job(run, step, "run", args, &result, error))
		return false;
	if (!json_bool(result, "ok", false)) {
		*why_out = json_make("{s:{s:O?, s:O?, s:O?}}", "failure", "code", json_object_get(result, "code"),
			"message", json_object_get(result, "message"), "detail", json_object_get(result, "detail"));
		return true;
	}
	*candidate_out = measure(run, attempt, script, result, error);
	return *candidate_out != NULL;
}

static const char *why_in_words(const json_t *why)
{
	const json_t *failure = json_object_get(why, "failure");
	if (failure)
		return json_str(failure, "message", "");
	return json_str(json_array_get(json_object_get(why, "diagnostics"), 0), "message", "");
}

/* The planned part whose function failed: the one in the traceback, or the one that the first diagnostic stands in.
 * NULL when it is none. */
static char *failing_part(const struct attempt *attempt, const char *text, const json_t *why)
{
	if (attempt->phase != PHASE_INITIAL_CREATION || !attempt->blueprint)
		return NULL;
	const json_t *detail = json_object_get(json_object_get(why, "failure"), "detail");
	gint64 line = json_int(json_array_get(json_object_get(why, "diagnostics"), 0), "line", 0);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GRegex) frame = g_regex_new(", in build_(\\w+)", 0, 0, NULL);
	if (g_regex_match(frame, json_str(detail, "traceback", ""), 0, &match))
		return g_match_info_fetch(match, 1);
	OWN(script) *script = line > 0 ? script_read(text, strlen(text), NULL) : NULL;
	for (guint i = 0; script && i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		if (line >= function->first && line <= function->last && g_str_has_prefix(function->name, "build_"))
			return g_strdup(function->name + strlen("build_"));
	}
	return NULL;
}

/* The next text to try: repaired, or, when its repairs are used up, with the failing part planned anew, once. NULL when
 * nothing is left to try or it cannot be had. */
static char *next_text(struct run *run, const struct attempt *attempt, const char *text, int nth, const json_t *why,
	bool *again, GError **error)
{
	if (nth >= attempt->repairs) {
		g_autofree char *part = *again ? NULL : failing_part(attempt, text, why);
		g_autoptr(GError) cannot = NULL;
		char *anew = part ? draft_part_again(run, attempt->base, text, part, why, &cannot) : NULL;
		*again = true;
		if (anew)
			return anew;
		if (cannot && engine_fault_passes(cannot)) {
			g_propagate_error(error, g_steal_pointer(&cannot));
			return NULL;
		}
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT, "the script does not run%s: %s",
			nth ? " after its repairs" : "", why_in_words(why));
		return NULL;
	}
	g_autofree char *ask = g_strdup_printf("%s/repair%d/coding", attempt->key, nth + 1);
	g_autofree char *known = g_strdup_printf("%s/repair%d/explain", attempt->key, nth + 1);
	g_autoptr(json_t) facts = json_copy((json_t *)attempt->base);
	json_object_update(facts, (json_t *)why);
	json_object_set_new(facts, "script", json_text(text));
	if (!step_explain(run, known, text, why, facts, error))
		return NULL;
	g_autoptr(json_t) answer =
		step_agent(run, attempt->phase, LLM_OUTPUT_SCRIPT, ask, json_incref(facts), NULL, error);
	return answer ? attempt_apply(run, ask, text, answer, error) : NULL;
}

struct candidate *attempt_run(struct run *run, const struct attempt *attempt, char *script, GError **error)
{
	bool again = false;
	g_autofree char *text = script;
	for (int nth = 0;; nth++) {
		g_autofree char *key =
			nth == 0 ? g_strdup(attempt->key) : g_strdup_printf("%s/repair%d", attempt->key, nth);
		struct candidate *candidate = NULL;
		g_autoptr(json_t) why = NULL;
		if (!try_once(run, attempt, key, text, &candidate, &why, error))
			return NULL;
		if (candidate)
			return candidate;
		char *next = next_text(run, attempt, text, nth, why, &again, error);
		if (!next)
			return NULL;
		g_free(text);
		text = next;
	}
}
