/*
 * How the first script comes about: as a whole, or part by part, side by side. See draft.h.
 *
 * Side by side nobody waits for another: PARAMS and build() follow from the plan, a material falls to the first part
 * that uses it, and what a part needs of its neighbours, their bounds, is in the plan.
 */
#include "engine/draft.h"
#include "proto/script.h"

#include <string.h>

/* ---- which way ---- */
/* Answers shorter than this, or a context smaller than that, do not hold a script of the usual length (tokens). */
enum { WHOLE_OUTPUT = 16000, WHOLE_CONTEXT = 64000 };

static bool by_parts(const struct run *run)
{
	const struct llm_abilities *model = llm_abilities(run->engine->llm, "coding");
	switch (run->engine->options.strategy) {
	case STRATEGY_WHOLE:
		return false;
	case STRATEGY_PARTS:
		return true;
	case STRATEGY_AUTO:
		break;
	}
	return (model->output > 0 && model->output < WHOLE_OUTPUT) ||
	       (model->context > 0 && model->context < WHOLE_CONTEXT);
}

static int parallel(const struct run *run)
{
	const struct llm_abilities *model = llm_abilities(run->engine->llm, "coding");
	return MIN(run->engine->options.parallel, MAX(1, model->parallel));
}

/* ---- what a part's agent is shown ---- */
static json_t *box(const json_t *part)
{
	double low[3], high[3];
	const json_t *size = json_object_get(part, "size_m"), *center = json_object_get(part, "center_m");
	for (size_t axis = 0; axis < 3; axis++) {
		double half = json_number_value(json_array_get(size, axis)) / 2;
		double at = json_number_value(json_array_get(center, axis));
		low[axis] = at - half;
		high[axis] = at + half;
	}
	return json_make("{s:s, s:[f,f,f], s:[f,f,f]}", "part", json_str(part, "name", ""), "min", low[0], low[1],
		low[2], "max", high[0], high[1], high[2]);
}

static const json_t *part_named(const json_t *plan, const char *name)
{
	size_t i;
	json_t *part;
	json_array_foreach (json_object_get(plan, "parts"), i, part) {
		if (g_strcmp0(json_str(part, "name", NULL), name) == 0)
			return part;
	}
	return NULL;
}

static json_t *neighbours(const json_t *plan, const json_t *part)
{
	size_t i;
	json_t *name;
	json_t *boxes = json_array();
	json_array_foreach (json_object_get(part, "touches"), i, name) {
		const json_t *other = part_named(plan, json_string_value(name));
		if (other && json_is_array(json_object_get(other, "size_m")))
			json_array_append_new(boxes, box(other));
	}
	return boxes;
}

/* "material_red_silk" for "Red silk". */
static char *material_function(const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_strcanon(lower, "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
	return g_strdup_printf("material_%s", lower);
}

/* The functions that fall to a part: its own, and the material when no part before it has the same. */
static json_t *functions_of(const json_t *plan, const json_t *part)
{
	size_t i;
	json_t *other = NULL;
	const char *material = json_str(part, "material", "");
	g_autofree char *own = g_strdup_printf("build_%s", json_str(part, "name", ""));
	g_autofree char *wanted = material_function(material);
	json_t *functions = json_make("[s]", own);
	json_array_foreach (json_object_get(plan, "parts"), i, other) {
		g_autofree char *theirs = material_function(json_str(other, "material", ""));
		if (g_str_equal(theirs, wanted))
			break;
	}
	if (*material && other == part)
		json_array_append_new(functions, json_string(wanted));
	return functions;
}

static json_t *part_facts(const json_t *base, const json_t *part, json_t *functions)
{
	const json_t *plan = json_object_get(base, "blueprint");
	g_autofree char *params = assemble_params(plan);
	json_t *facts = json_copy((json_t *)base);
	json_object_set_new(facts, "params", json_text(params));
	json_object_set(facts, "part", (json_t *)part);
	json_object_set_new(facts, "yours", functions);
	json_object_set_new(facts, "neighbours", neighbours(plan, part));
	return facts;
}

/* ---- side by side ---- */
struct parts {
	const json_t *base;
	GPtrArray *wanted; /* of json_t: the plan's parts that are not there yet, borrowed */
	json_t **answers;  /* of each */
};

static const char *code_of(const json_t *answer)
{
	return json_str(answer, "functions", json_str(answer, "script", ""));
}

static bool ask_part(struct run *run, int i, void *arg, GError **error)
{
	struct parts *parts = arg;
	const json_t *part = parts->wanted->pdata[i];
	g_autofree char *key = g_strdup_printf("initial_creation/coding/%s", json_str(part, "name", ""));
	json_t *facts = part_facts(parts->base, part, functions_of(json_object_get(parts->base, "blueprint"), part));
	parts->answers[i] = step_agent(run, PHASE_INITIAL_CREATION, LLM_OUTPUT_PART, key, facts, NULL, error);
	return parts->answers[i] != NULL;
}

static bool is_defined(const struct script *begun, const char *part)
{
	g_autofree char *function = g_strdup_printf("build_%s", part);
	for (guint i = 0; begun && i < begun->functions->len; i++) {
		if (g_str_equal(((const struct script_function *)begun->functions->pdata[i])->name, function))
			return true;
	}
	return false;
}

static char *write_parts(struct run *run, const json_t *base, const char *begun, GError **error)
{
	size_t i;
	json_t *part;
	const json_t *plan = json_object_get(base, "blueprint");
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	OWN(script) *script = begun ? script_read(begun, strlen(begun), NULL) : NULL;
	json_array_foreach (json_object_get(plan, "parts"), i, part) {
		if (!is_defined(script, json_str(part, "name", "")))
			g_ptr_array_add(wanted, part);
	}
	struct parts parts = {.base = base, .wanted = wanted, .answers = g_new0(json_t *, MAX(1, wanted->len))};
	bool done = run_fan(run, (int)wanted->len, parallel(run), ask_part, &parts, error);
	g_autoptr(json_t) written = json_object();
	for (guint k = 0; k < wanted->len; k++) {
		if (parts.answers[k])
			json_object_set_new(
				written, json_str(wanted->pdata[k], "name", ""), json_text(code_of(parts.answers[k])));
		json_decref(parts.answers[k]);
	}
	g_free(parts.answers);
	return done ? assemble_script(plan, script ? begun : NULL, written, error) : NULL;
}

/* ---- as a whole ---- */
/* What is whole of a script that was cut off: all before its last function begins. */
static char *whole_beginning(const char *cut)
{
	g_autofree char *text = g_strdup(cut);
	char *last = g_strrstr(text, "\ndef ");
	if (last)
		last[1] = '\0';
	return last ? g_steal_pointer(&text) : g_strdup("");
}

static char *write_whole(struct run *run, const json_t *base, GError **error)
{
	g_autoptr(json_t) answer = step_agent(run, PHASE_INITIAL_CREATION, LLM_OUTPUT_SCRIPT, "initial_creation/coding",
		json_copy((json_t *)base), pictures_shown(run), error);
	if (!answer)
		return NULL;
	const char *functions = json_str(answer, "functions", NULL);
	if (!functions)
		return attempt_apply(run, "initial_creation/coding", NULL, answer, error);
	g_autofree char *begun = whole_beginning(functions);
	return write_parts(run, base, begun, error);
}

char *draft_write(struct run *run, const json_t *base, GError **error)
{
	return by_parts(run) ? write_parts(run, base, NULL, error) : write_whole(run, base, error);
}

/* ---- one part anew ---- */
char *draft_part_again(
	struct run *run, const json_t *base, const char *script, const char *part, const json_t *why, GError **error)
{
	const json_t *planned = part_named(json_object_get(base, "blueprint"), part);
	if (!planned) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_SCRIPT, "\"%s\" is no part of the plan", part);
		return NULL;
	}
	g_autofree char *own = g_strdup_printf("build_%s", part);
	g_autofree char *key = g_strdup_printf("initial_creation/planned_again/%s", part);
	json_t *facts = part_facts(base, planned, json_make("[s]", own));
	json_object_set(facts, "failure", (json_t *)why);
	g_autoptr(json_t) answer = step_agent(run, PHASE_INITIAL_CREATION, LLM_OUTPUT_PART, key, facts, NULL, error);
	if (!answer)
		return NULL;
	g_autoptr(json_t) functions = json_make("{s:o}", "functions", json_text(code_of(answer)));
	return attempt_apply(run, key, script, functions, error);
}
