/*
 * The checklist of a wish: what each demand that was understood reads like in the person's words, which parts it must
 * show in, what the verifier holds against it; and the words that were not understood.
 */
#include "llm/builtin_wish_int.h"

#include <string.h>

static const char *thing_name(const struct worker *w, guint thing)
{
	return vocab_thing(w->v.vocab, thing)->name;
}

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* What an adjective's degree adds to the person's words, when they do not say it themselves. */
static const char *degree_text(const struct demand *demand, const char *said)
{
	static const char *const less[] = {"less", "fewer", "too", "reduce", "decrease", "lower", "not ", NULL};
	if (demand->kind != DEMAND_ADJECTIVE)
		return "";
	if (demand->degree == DEGREE_NOT)
		return "not ";
	return demand->degree == DEGREE_LESS && !has_any(said, less) ? "less " : "";
}

/* "give it 3 legs" asks for "3 legs". */
static guint after_pronoun(const struct words *words, const struct demand *demand)
{
	static const char *const pronouns[] = {"it", "them", "me", "us", NULL};
	guint first = demand->first;
	while (first < demand->end && first + 1 < demand->end && g_strv_contains(pronouns, words->word[first].text))
		first++;
	return first;
}

static char *item_text(const struct worker *w, guint i)
{
	const struct demand *demand = demand_at(w, i);
	const struct meaning *meaning = &w->meanings[i];
	guint thing = demand->kind == DEMAND_ADJECTIVE && meaning->thing ? meaning->thing : demand->thing;
	g_autofree char *said = words_quote(w->words, after_pronoun(w->words, demand), demand->end);
	g_autofree char *name = g_strdelimit(g_strdup(thing_name(w, thing)), "_", ' ');
	g_autofree char *singular = word_singular(name);
	g_autofree char *lower = g_utf8_strdown(said, -1);
	const char *dim = demand->dim < DIM_COUNT ? dim_names[demand->dim] : "";
	bool sized = demand->kind == DEMAND_MEASURE || demand->kind == DEMAND_SCALE;
	bool fewer = demand->kind == DEMAND_COUNT && demand->relative && demand->value < 0;
	bool named = strstr(lower, singular) != NULL || strstr(lower, name) != NULL;
	if (demand->kind == DEMAND_PRESENT && thing > 0)
		return g_strdup(name);
	if (demand->kind == DEMAND_ABSENT)
		return g_strdup_printf("%s %s", demand->one ? "one less of the" : "no", name);
	if (demand->kind == DEMAND_SHADE)
		return g_strdup_printf("%s %s", demand->shade, name);
	if (fewer)
		return g_strdup_printf("%g %s fewer", -demand->value, name);
	if (sized && !named && !strstr(lower, dim) && !demand->atom)
		return g_strdup_printf("%s%s%s: %s", name, *name ? " " : "", dim, said);
	return g_strdup_printf(
		"%s%s%s%s", degree_text(demand, lower), said, *name && !named ? " " : "", named ? "" : name);
}

static char *expectation(const struct worker *w, const json_t *params)
{
	GString *out = g_string_new(NULL);
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)params, name, value) {
		g_autofree char *text = json_is_string(value)    ? g_strdup(json_string_value(value))
					: json_is_boolean(value) ? g_strdup(json_boolean_value(value) ? "on" : "off")
								 : g_strdup_printf("%g", json_number_value(value));
		g_string_append_printf(out, "%s%s is %s", out->len ? ", " : "", name, text);
	}
	return out->len ? g_string_free(out, FALSE)
			: (g_string_append(out, "as the exemplar shows it"), g_string_free(out, FALSE));
}

/* Leaves out of each item what a later one assigned otherwise, so that no two contradict each other. */
static void settle(struct worker *w, json_t *params)
{
	const char *name;
	void *next;
	json_t *value;
	g_autoptr(json_t) all = json_deep_copy(params);
	json_object_foreach_safe(params, next, name, value)
	{
		if (!json_equal(value, json_object_get(w->v.now, name)))
			json_object_del(params, name);
	}
	if (json_object_size(params) > 0 || json_object_size(all) == 0)
		return;
	json_object_foreach (all, name, value) {
		json_object_set(params, name, json_object_get(w->v.now, name));
	}
}

static bool said_before(const json_t *list, const char *text)
{
	size_t i;
	json_t *entry;
	json_array_foreach (list, i, entry) {
		if (g_ascii_strcasecmp(json_string_value(entry), text) == 0)
			return true;
	}
	return false;
}

/* The item that says the same, or NULL. */
static json_t *find_item(const struct worker *w, const char *text)
{
	size_t i;
	json_t *item;
	json_array_foreach (w->wish->items, i, item) {
		if (g_ascii_strcasecmp(json_str(item, "text", ""), text) == 0)
			return item;
	}
	return NULL;
}

/* Of the parts whose pieces a parameter among these counts: part → parameter. */
static json_t *counted_parts(const struct worker *w, const json_t *params)
{
	json_t *out = json_object();
	const char *part;
	json_t *def;
	json_object_foreach (json_object_get(w->v.vocab->exemplar->meta, "parts"), part, def) {
		const char *count = json_str(def, "count", NULL);
		if (count && json_object_get(params, count))
			json_object_set_new(out, part, json_string(count));
	}
	return out;
}

/* Adds an item to the checklist. Borrowed from it. */
static json_t *new_item(struct worker *w, const char *text, guint thing, json_t *params)
{
	g_autofree char *id = g_strdup_printf("%zu", json_array_size(w->wish->items) + 1);
	g_autofree char *expect = expectation(w, params);
	json_t *item = json_make("{s:s, s:s, s:O, s:o, s:o, s:s}", "id", id, "text", text, "params", params, "parts",
		resolve_parts(&w->v, thing, params), "counts", counted_parts(w, params), "expect", expect);
	json_array_append_new(w->wish->items, item);
	return item;
}

void item_add(struct worker *w, guint i)
{
	const struct demand *demand = demand_at(w, i);
	json_t *params = w->params[i];
	g_autofree char *text = item_text(w, i);
	settle(w, params);
	json_t *earlier = find_item(w, text);
	if (earlier) {
		json_object_update(json_object_get(earlier, "params"), params);
		return;
	}
	guint thing = demand->kind == DEMAND_ADJECTIVE ? w->meanings[i].thing : demand->thing;
	if (w->meanings[i].only_own)
		thing = demand->thing;
	json_t *item = new_item(w, text, thing, params);
	if (is_whole_height(demand))
		json_object_set_new(item, demand->relative ? "grow_m" : "height_m", json_real(demand->value));
	else if (w->shorts[i])
		json_object_set_new(item, "short", json_text(w->shorts[i]));
	json_array_append_new(w->wish->understood, json_text(text));
}

void item_ignore(struct worker *w, guint first, guint end)
{
	g_autofree char *text = words_quote(w->words, first, end);
	if (*text && !said_before(w->wish->ignored, text))
		json_array_append_new(w->wish->ignored, json_text(text));
}

void item_add_said(struct worker *w, const char *text, guint thing, json_t *params)
{
	new_item(w, text, thing, params);
}
