/*
 * The coder and the feedback reader of the built-in modeler. A first draft is the exemplar with its values set; an edit
 * is values set again. A repair takes back, step by step, what the person asked for beyond the exemplar's own values,
 * since nothing else can be at fault in a script that is known to build.
 */
#include "llm/builtin_roles.h"
#include "llm/builtin_wish.h"
#include "llm/llm.h"

#include <math.h>

/* ---- drafts ---- */

static char *draft(const struct library *library, const json_t *blueprint, GError **error)
{
	const char *id = json_str(blueprint, "exemplar", NULL);
	const struct exemplar *exemplar = library_find(library, id);
	if (!exemplar) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"the blueprint stands on no exemplar of the library. %s", match_advice);
		return NULL;
	}
	g_autoptr(json_t) values = json_object();
	size_t i;
	json_t *param;
	json_array_foreach (json_object_get(blueprint, "params"), i, param) {
		const char *name = json_str(param, "name", NULL);
		if (name && script_param(exemplar->script, name))
			json_object_set(values, name, json_object_get(param, "value"));
	}
	g_autoptr(GError) why = NULL;
	g_autofree char *text = script_with(exemplar->script, values, true, &why);
	if (!text) {
		g_set_error(
			error, LLM_ERROR, LLM_ERROR_CANNOT, "the blueprint's parameters do not fit: %s", why->message);
		return NULL;
	}
	return g_strdup_printf("```python\n%s%s```\n", text, g_str_has_suffix(text, "\n") ? "" : "\n");
}

static json_t *checklist_values(const json_t *checklist, const struct script *script)
{
	json_t *values = json_object();
	size_t i;
	json_t *item;
	json_array_foreach (checklist, i, item) {
		const char *name;
		json_t *value;
		json_object_foreach (json_object_get(item, "params"), name, value) {
			const struct script_param *param = script_param(script, name);
			if (param && script_param_check(param, value, NULL))
				json_object_set(values, name, value);
		}
	}
	return values;
}

/* ---- repair ---- */

/* Names of the parts that the findings or changes speak of. */
static GHashTable *blamed_parts(const json_t *facts)
{
	static const char *const lists[] = {"findings", "diagnostics", NULL};
	GHashTable *parts = g_hash_table_new(g_str_hash, g_str_equal);
	size_t i;
	size_t n;
	json_t *entry;
	json_t *part;
	for (guint l = 0; lists[l]; l++)
		json_array_foreach (json_object_get(facts, lists[l]), i, entry) {
			json_array_foreach (json_object_get(entry, "parts"), n, part) {
				if (json_is_string(part))
					g_hash_table_add(parts, (char *)json_string_value(part));
			}
		}
	json_array_foreach (json_object_get(json_object_get(facts, "critique"), "changes"), i, entry) {
		const char *name = json_str(entry, "part", NULL);
		if (name)
			g_hash_table_add(parts, (char *)name);
	}
	return parts;
}

static bool is_to_blame(const struct script *script, const char *param, GHashTable *parts)
{
	if (g_hash_table_size(parts) == 0)
		return true;
	GHashTableIter iter;
	void *part;
	g_hash_table_iter_init(&iter, parts);
	while (g_hash_table_iter_next(&iter, &part, NULL))
		if (script_part_depends(script, part, param))
			return true;
	return false;
}

/* Half the way back to the exemplar's own value, all of it when little is left. New reference. */
static json_t *step_back(const struct script_param *now, const struct script_param *own)
{
	if (now->kind == PARAM_NUMBER && json_is_number(own->value)) {
		double from = json_number_value(now->value);
		double to = json_number_value(own->value);
		double span = MAX(fabs(own->high - own->low), 1e-9);
		return fabs(from - to) < 0.12 * span ? json_real(to)
						     : json_real(floor((from + to) / 2 * 1000 + 0.5) / 1000);
	}
	return json_incref(own->value);
}

/* ---- the asked height ---- */

/* The finding that the asset's height is not the one asked for, or NULL. */
static const json_t *height_finding(const json_t *facts)
{
	size_t i;
	json_t *finding;
	json_array_foreach (json_object_get(facts, "findings"), i, finding) {
		if (g_str_equal(json_str(finding, "code", ""), "asset.size") && json_num(finding, "value", 0) > 0)
			return finding;
	}
	return NULL;
}

/* What makes the asset's height, times what is wanted over what was measured. NULL when nothing is left to turn. */
static char *reach_height(const struct exemplar *exemplar, const struct script *script, const json_t *finding)
{
	double factor = json_num(finding, "limit", 0) / json_num(finding, "value", 1);
	const json_t *whole = json_object_get(json_object_get(exemplar->meta, "things"), "");
	const json_t *list = json_object_get(whole, json_object_get(whole, "height") ? "height" : "size");
	g_autoptr(json_t) set = json_object();
	size_t i;
	json_t *name;
	json_array_foreach (list, i, name) {
		const struct script_param *param = script_param(script, json_string_value(name));
		if (!param || param->kind != PARAM_NUMBER || !g_str_equal(param->unit, "m") || param->low > param->high)
			continue;
		double value =
			floor(CLAMP(json_number_value(param->value) * factor, param->low, param->high) * 10000 + 0.5) /
			10000;
		if (value != json_number_value(param->value))
			json_object_set_new(set, param->name, json_real(value));
	}
	return json_object_size(set) > 0 ? builtin_json_block(json_make("{s:O}", "set", set)) : NULL;
}

static char *repair(const struct library *library, const struct script *script, const json_t *facts, GError **error)
{
	const json_t *blueprint = json_object_get(facts, "blueprint");
	const struct exemplar *exemplar = library_find(library, json_str(blueprint, "exemplar", NULL));
	if (!exemplar)
		exemplar = library_identify(library, script);
	const json_t *height = height_finding(facts);
	char *reached = exemplar && height ? reach_height(exemplar, script, height) : NULL;
	if (reached)
		return reached;
	g_autoptr(GHashTable) parts = blamed_parts(facts);
	g_autoptr(json_t) set = json_object();
	g_autoptr(json_t) notes = json_array();
	for (guint i = 0; exemplar && i < script->params->len; i++) {
		const struct script_param *now = script->params->pdata[i];
		const struct script_param *own = script_param(exemplar->script, now->name);
		bool shape = now->kind != PARAM_COLOR && now->kind != PARAM_TEXT;
		if (!own || !shape || own->kind != now->kind || json_equal(now->value, own->value) ||
			!is_to_blame(script, now->name, parts))
			continue;
		json_t *value = step_back(now, own);
		g_autofree char *from = json_print(now->value);
		g_autofree char *to = json_print(value);
		g_autofree char *note = g_strdup_printf(
			"%s taken back from %s towards the exemplar's own value: %s", now->name, from, to);
		json_object_set_new(set, now->name, value);
		json_array_append_new(notes, json_text(note));
	}
	if (json_object_size(set) > 0)
		return builtin_json_block(json_make("{s:O, s:O}", "set", set, "notes", notes));
	g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
		"the built-in modeler can only turn parameters, and none that was set explains this. %s", match_advice);
	return NULL;
}

char *builtin_script(const struct library *library, const json_t *facts, GError **error)
{
	if (!json_object_get(facts, "script"))
		return draft(library, json_object_get(facts, "blueprint"), error);
	OWN(script) *script = builtin_need_script(facts, error);
	if (!script)
		return NULL;
	const json_t *checklist = json_object_get(json_object_get(facts, "feedback"), "checklist");
	bool failed = json_array_size(json_object_get(facts, "findings")) > 0 ||
		      json_array_size(json_object_get(facts, "diagnostics")) > 0 || json_object_get(facts, "critique");
	if (failed || !checklist)
		return repair(library, script, facts, error);
	g_autoptr(json_t) values = checklist_values(checklist, script);
	if (json_object_size(values) == 0) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"what was asked for is so already, and the asset stays as it is. %s", match_advice);
		return NULL;
	}
	return builtin_json_block(json_make("{s:O}", "set", values));
}

/* ---- feedback ---- */

/* What this asset can do: its things and qualities, for a refusal. */
static char *abilities(const struct exemplar *exemplar)
{
	GString *out = g_string_new(NULL);
	const char *name;
	json_t *thing;
	json_object_foreach (json_object_get(exemplar->meta, "things"), name, thing) {
		if (*name)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", name);
	}
	const json_t *whole = json_object_get(json_object_get(exemplar->meta, "things"), "");
	size_t i;
	json_t *quality;
	json_array_foreach (json_object_get(whole, "qualities"), i, quality) {
		const json_t *word = json_array_get(json_object_get(quality, "words"), 0);
		if (json_is_string(word))
			g_string_append_printf(out, "%s%s", i ? ", " : "; how it is: ", json_string_value(word));
	}
	g_strdelimit(out->str, "_", ' ');
	return g_string_free(out, FALSE);
}

static json_t *touched_parts(const struct script *script, const json_t *values, bool touched)
{
	g_autoptr(GPtrArray) parts = script_parts(script);
	json_t *out = json_array();
	for (guint i = 0; i < parts->len; i++) {
		bool depends = false;
		const char *name;
		json_t *value;
		json_object_foreach ((json_t *)values, name, value) {
			const struct script_param *param = script_param(script, name);
			depends = depends || (param && !json_equal(param->value, value) &&
						     script_part_depends(script, parts->pdata[i], name));
		}
		if (depends == touched)
			json_array_append_new(out, json_text(parts->pdata[i]));
	}
	return out;
}

/* "10 cm taller" is so much more than what was measured. */
static void settle_growth(struct wish *wish, const json_t *report)
{
	size_t i;
	json_t *item;
	const json_t *bounds = json_object_get(json_object_get(report, "asset"), "bounds");
	double now = json_number_value(json_array_get(json_object_get(bounds, "max"), 2)) -
		     json_number_value(json_array_get(json_object_get(bounds, "min"), 2));
	json_array_foreach (wish->items, i, item) {
		double grow = json_num(item, "grow_m", 0);
		if (grow == 0 || now + grow <= 0)
			continue;
		wish->scale_m = now + grow;
		json_object_set_new(item, "height_m", json_real(now + grow));
	}
}

char *builtin_feedback(const struct library *library, const json_t *facts, GError **error)
{
	const char *text = builtin_need_text(facts, "wish", error);
	OWN(script) *script = text ? builtin_need_script(facts, error) : NULL;
	if (!script)
		return NULL;
	const struct exemplar *exemplar = library_find(library, json_str(facts, "exemplar", NULL));
	if (!exemplar)
		exemplar = library_identify(library, script);
	if (!exemplar) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT, "this script stands on no exemplar of the library. %s",
			match_advice);
		return NULL;
	}
	OWN(words) *words = words_new(text);
	OWN(wish) *wish = wish_read(exemplar, script, words, NULL);
	bool nothing = json_object_size(wish->values) == 0 && json_array_size(wish->ignored) > 0;
	if (json_array_size(wish->items) == 0 || nothing) {
		g_autofree char *can = abilities(exemplar);
		const json_t *note = json_array_get(wish->notes, 0);
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"\"%s\": %s, and the asset stays as it is. The %s can be changed in: %s. %s", text,
			note ? json_string_value(note) : "nothing of it can be done",
			(const char *)exemplar->names->pdata[0], can, match_advice);
		return NULL;
	}
	settle_growth(wish, json_object_get(facts, "report"));
	return builtin_json_block(json_make("{s:s, s:O, s:o, s:o, s:O, s:O, s:O, s:O, s:o}", "kind", "params",
		"checklist", wish->items, "touches", touched_parts(script, wish->values, true), "keeps",
		touched_parts(script, wish->values, false), "understood", wish->understood, "ignored", wish->ignored,
		"notes", wish->notes, "params", wish->values, "scale_m", builtin_scale(wish)));
}
