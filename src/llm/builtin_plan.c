/* The planner and the retrieval agent of the built-in modeler: a prompt becomes a blueprint on an exemplar. */
#include "llm/builtin_lexicon.h"
#include "llm/builtin_roles.h"
#include "llm/builtin_wish.h"

/* False, 0 and "none" leave a part out. */
static bool is_off(const json_t *value)
{
	return json_is_false(value) || (json_is_number(value) && json_number_value(value) == 0) ||
	       (json_is_string(value) && g_str_equal(json_string_value(value), "none"));
}

static bool is_present(const json_t *part, const json_t *values)
{
	const char *when = json_str(part, "when", NULL);
	const char *count = json_str(part, "count", NULL);
	return !(when && is_off(json_object_get(values, when))) && !(count && is_off(json_object_get(values, count)));
}

/* Every part that the exemplar can have: `when` and `count` name the parameters that decide, so that the blueprint
 * stays true when they are turned. */
static json_t *plan_parts(const struct exemplar *exemplar, const json_t *values)
{
	json_t *parts = script_plan(exemplar->script);
	size_t i;
	json_t *part;
	json_array_foreach (parts, i, part)
		json_object_set_new(part, "present", json_boolean(is_present(part, values)));
	return parts;
}

static json_t *plan_params(const struct exemplar *exemplar, const json_t *assigned)
{
	json_t *out = json_array();
	for (guint i = 0; i < exemplar->script->params->len; i++) {
		const struct script_param *param = exemplar->script->params->pdata[i];
		json_t *value = json_object_get(assigned, param->name);
		if (value)
			json_array_append_new(out, json_make("{s:s, s:O, s:s}", "name", param->name, "value", value,
							   "describe", param->describe));
	}
	return out;
}

static char *summarise(const struct exemplar *exemplar, const struct wish *wish)
{
	GString *out = g_string_new(exemplar->title);
	size_t i;
	json_t *phrase;
	json_array_foreach (wish->understood, i, phrase) {
		g_string_append_printf(out, "%s%s", i ? ", " : ": ", json_string_value(phrase));
	}
	return g_string_free(out, FALSE);
}

json_t *builtin_scale(const struct wish *wish)
{
	return wish->scale_m > 0 ? json_make("[n, n, f]", wish->scale_m) : json_null();
}

char *builtin_plan(const struct library *library, const json_t *facts, GError **error)
{
	const char *prompt = builtin_need_text(facts, "prompt", error);
	if (!prompt)
		return NULL;
	OWN(words) *words = words_new(prompt);
	struct match match;
	if (!match_prompt(library, words, &match, error))
		return NULL;
	const struct exemplar *exemplar = match.exemplar;
	OWN(wish) *wish = wish_read(exemplar, exemplar->script, words, &match);
	if (match.several)
		json_array_append_new(wish->notes, json_text("one is made, whatever the number asked for"));
	g_autoptr(json_t) values = script_values(exemplar->script);
	json_object_update(values, wish->values);
	g_autofree char *summary = summarise(exemplar, wish);
	return builtin_json_block(json_make("{s:s, s:s, s:s, s:o, s:s, s:o, s:[], s:o, s:O, s:O, s:O, s:O}", "title",
		exemplar->title, "summary", summary, "style", wish->style, "scale_m", builtin_scale(wish), "exemplar",
		exemplar->id, "parts", plan_parts(exemplar, values), "materials", "params",
		plan_params(exemplar, wish->values), "checklist", wish->items, "understood", wish->understood,
		"ignored", wish->ignored, "notes", wish->notes));
}

char *builtin_context(const struct library *library, const json_t *facts, GError **error)
{
	const json_t *blueprint = json_object_get(facts, "blueprint");
	const char *title = json_str(blueprint, "title", json_str(facts, "prompt", "asset"));
	json_t *queries = json_array();
	json_array_append_new(queries, json_text(title));
	size_t i;
	json_t *part;
	json_array_foreach (json_object_get(blueprint, "parts"), i, part) {
		if (!json_bool(part, "present", true))
			continue;
		g_autofree char *query =
			g_strdup_printf("%s: %s", json_str(part, "name", "part"), json_str(part, "describe", "mesh"));
		json_array_append_new(queries, json_text(query));
	}
	return builtin_json_block(json_make("{s:o}", "queries", queries));
}
