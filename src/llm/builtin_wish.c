/*
 * From words to assignments: see builtin_wish.h. The words become atoms, the atoms demands, and each demand becomes one
 * checklist item or is ignored. Demands are carried out by phase, not by order: "dark brown oak" is oak first and dark
 * brown afterwards.
 */
#include "llm/builtin_wish_int.h"

#include <string.h>

static void merge(struct worker *w, const json_t *params)
{
	json_object_update(w->v.now, (json_t *)params);
	json_object_update(w->wish->values, (json_t *)params);
}

/* ---- adjectives ---- */

/* Whether demand n is a colour of the same thing, said in the same breath, as demand i. */
static bool same_colors(const struct worker *w, guint n, guint i)
{
	return w->meanings[n].kind == MEANING_COLOR && w->meanings[n].thing == w->meanings[i].thing &&
	       demand_at(w, n)->run == demand_at(w, i)->run;
}

/* How many different colours demand i's run names for its thing; `turn_out` gets which of them it is. */
static guint colors_asked(const struct worker *w, guint i, guint *turn_out)
{
	guint count = 0;
	for (guint n = 0; n < w->demands->len; n++) {
		bool repeated = false;
		for (guint m = 0; m < n && same_colors(w, n, i); m++)
			repeated = repeated ||
				   (same_colors(w, m, i) && g_str_equal(w->meanings[m].hex, w->meanings[n].hex));
		if (!same_colors(w, n, i) || repeated)
			continue;
		if (g_str_equal(w->meanings[n].hex, w->meanings[i].hex))
			*turn_out = count;
		count++;
	}
	return count;
}

static json_t *assign_color(const struct worker *w, guint n)
{
	const struct demand *demand = demand_at(w, n);
	const struct meaning *meaning = &w->meanings[n];
	const json_t *list = values_colors(&w->v, meaning->thing);
	guint turn = 0;
	guint asked = colors_asked(w, n, &turn);
	const char *first = json_string_value(json_object_get(w->v.now, json_string_value(json_array_get(list, 0))));
	if (demand->degree == DEGREE_NOT || demand->degree == DEGREE_LESS)
		return NULL;
	json_t *out = json_object();
	bool plain = demand->atom->end - demand->atom->first == 1;
	bool held = (demand->atom->in_name || w->prompt) && plain && meaning->thing == 0 && json_array_size(list) > 1 &&
		    first && color_alike(first, meaning->hex);
	for (size_t i = 0; i < json_array_size(list) && !held; i++) {
		const char *name = json_string_value(json_array_get(list, i));
		if (name && script_param(w->v.script, name) && (asked == 1 || i == turn))
			json_object_set_new(out, name, json_string(meaning->hex));
	}
	if (held || json_object_size(out) > 0)
		return out;
	json_decref(out);
	return NULL;
}

static json_t *assign_many_colors(const struct worker *w, const struct meaning *meaning)
{
	json_t *out = json_object();
	size_t i;
	json_t *name;
	json_array_foreach (values_colors(&w->v, meaning->thing), i, name) {
		color_hex hex;
		g_strlcpy(hex, color_palette((guint)i), sizeof hex);
		if (meaning->shade)
			color_shade(meaning->shade, color_palette((guint)i + 2), hex);
		if (script_param(w->v.script, json_string_value(name)))
			json_object_set_new(out, json_string_value(name), json_string(hex));
	}
	return out;
}

static json_t *assign_tone(const struct worker *w, const struct demand *demand, const struct meaning *meaning)
{
	json_t *out = meaning->set ? values_express(&w->v, meaning->set, demand->degree, 0) : json_object();
	size_t i;
	json_t *name;
	if (demand->degree == DEGREE_NOT || demand->degree == DEGREE_LESS || !meaning->tone)
		return out;
	json_array_foreach (values_colors(&w->v, meaning->thing), i, name) {
		if (script_param(w->v.script, json_string_value(name)))
			json_object_set_new(out, json_string_value(name), json_string(meaning->tone));
	}
	return out;
}

static double size_factor(const struct demand *demand, const struct size_word *size)
{
	double factor = size->factor;
	bool shrinks = factor < 1;
	if (demand->factor > 0)
		return demand->factor < 1 ? demand->factor
		       : shrinks          ? (demand->factor < 2 ? 2 - demand->factor : 1 / demand->factor)
					  : demand->factor;
	if (demand->strength != 0)
		factor = 1 + (factor - 1) * (demand->strength > 0 ? (shrinks ? 1.4 : 1.7) : 0.4);
	if (demand->degree == DEGREE_LESS || demand->degree == DEGREE_NOT)
		factor = 1 / factor;
	return factor;
}

/* The object, or NULL when nothing is in it. Takes it. */
static json_t *nonempty(json_t *params)
{
	if (json_object_size(params) > 0)
		return params;
	json_decref(params);
	return NULL;
}

/* Of a set for the whole, what the parts of the thing depend on. */
static json_t *keep_own(const struct worker *w, guint thing, json_t *params)
{
	json_t *own = json_object();
	const char *name;
	json_t *value;
	json_object_foreach (params, name, value) {
		g_autoptr(json_t) one = json_make("{s:O}", name, value);
		g_autoptr(json_t) parts = resolve_parts(&w->v, thing, one);
		size_t i;
		json_t *part;
		json_array_foreach (parts, i, part) {
			if (script_part_depends(w->v.script, json_string_value(part), name))
				json_object_set(own, name, value);
		}
	}
	json_decref(params);
	return nonempty(own);
}

/* "too dark" asks for lighter. */
static const char *moved_shade(const char *shade, enum degree degree)
{
	static const char *const light[] = {"light", "lighter", "pale", "paler", "bright", "brighter", "pastel", NULL};
	if (degree == DEGREE_LESS || degree == DEGREE_NOT)
		return g_strv_contains(light, shade) ? "darker" : "lighter";
	return shade;
}

static json_t *assign_adjective(struct worker *w, guint n)
{
	const struct demand *demand = demand_at(w, n);
	const struct meaning *meaning = &w->meanings[n];
	enum degree degree = demand->degree;
	if (degree == DEGREE_PLAIN && demand->atom->comparative)
		degree = DEGREE_MORE;
	json_t *out = NULL;
	switch (meaning->kind) {
	case MEANING_SET:
		out = values_express(&w->v, meaning->set, degree, demand->strength);
		if (meaning->style && degree == DEGREE_PLAIN) {
			g_free(w->wish->style);
			w->wish->style = g_strdup(meaning->style);
		}
		return meaning->only_own ? keep_own(w, demand->thing, out) : nonempty(out);
	case MEANING_TONE:
		return assign_tone(w, demand, meaning);
	case MEANING_COLOR:
		return assign_color(w, n);
	case MEANING_COLORFUL:
		return assign_many_colors(w, meaning);
	case MEANING_SHADE:
		return values_shade(&w->v, meaning->thing, moved_shade(meaning->shade, degree));
	case MEANING_SIZE:
		return values_scale(&w->v, meaning->thing, meaning->size->dim, size_factor(demand, meaning->size));
	case MEANING_SHOWN:
		if (degree == DEGREE_NOT || degree == DEGREE_LESS)
			return NULL;
		return meaning->phase == PHASE_PRESENCE ? values_add(&w->v, meaning->thing, 0) : json_object();
	default:
		return NULL;
	}
}

/* What a thing is told to be like, it must be there for. */
static void need_thing(struct worker *w, guint thing, json_t *params)
{
	if (thing == 0 || !params || values_present(&w->v, thing))
		return;
	g_autoptr(json_t) add = values_add(&w->v, thing, 0);
	json_object_update_missing(params, add);
}

/* ---- other demands ---- */

static json_t *assign_presence(const struct worker *w, const struct demand *demand)
{
	bool present = values_present(&w->v, demand->thing);
	const json_t *def = vocab_thing(w->v.vocab, demand->thing)->def;
	bool counted = json_object_get(def, "count") != NULL;
	if (present && (demand->spoken || demand->mere))
		return NULL;
	const json_t *add = json_object_get(def, "add");
	const char *count = json_str(def, "count", "");
	bool full = json_num(add, count, G_MAXDOUBLE) <= json_num(w->v.now, count, 0);
	if (demand->added && present && counted && !full)
		return demand->one ? values_count(&w->v, demand->thing, 1, true)
				   : values_amount(&w->v, demand->thing, DEGREE_MORE, 0, 0);
	return values_add(&w->v, demand->thing, demand->one && counted && !present ? 1 : 0);
}

/* "remove a slat": one of several. */
static json_t *assign_absence(const struct worker *w, const struct demand *demand)
{
	const char *count = json_str(vocab_thing(w->v.vocab, demand->thing)->def, "count", NULL);
	bool several = count && json_num(w->v.now, count, 0) > 1;
	return demand->one && several ? values_count(&w->v, demand->thing, -1, true)
				      : values_remove(&w->v, demand->thing);
}

static json_t *assign_measure(struct worker *w, const struct demand *demand)
{
	json_t *out = values_measure(&w->v, demand->thing, demand->dim, demand->value, demand->relative);
	if (out && is_whole_height(demand) && !demand->relative)
		w->wish->scale_m = demand->value;
	return out;
}

static json_t *assign(struct worker *w, guint n)
{
	const struct demand *demand = demand_at(w, n);
	switch (demand->kind) {
	case DEMAND_PRESENT:
		return assign_presence(w, demand);
	case DEMAND_ABSENT:
		return assign_absence(w, demand);
	case DEMAND_COUNT:
		return values_count(&w->v, demand->thing, demand->value, demand->relative);
	case DEMAND_ADJECTIVE:
		return assign_adjective(w, n);
	case DEMAND_MEASURE:
		return assign_measure(w, demand);
	case DEMAND_SCALE:
		return values_scale(
			&w->v, demand->thing, demand->dim == DIM_COUNT ? DIM_SIZE : demand->dim, demand->value);
	case DEMAND_AMOUNT:
		return values_amount(&w->v, demand->thing, demand->degree, demand->strength, demand->factor);
	case DEMAND_SHADE:
		return values_shade(&w->v, demand->thing, demand->shade);
	default:
		return NULL;
	}
}

static enum phase phase_of(const struct worker *w, guint i)
{
	const struct demand *demand = demand_at(w, i);
	switch (demand->kind) {
	case DEMAND_ADJECTIVE:
		return w->meanings[i].phase;
	case DEMAND_MEASURE:
	case DEMAND_SCALE:
		return PHASE_SIZE;
	case DEMAND_AMOUNT:
		return PHASE_QUALITY;
	case DEMAND_SHADE:
		return PHASE_SHADE;
	default:
		return PHASE_PRESENCE;
	}
}

/* The thing a demand is carried out on. */
static guint target_of(const struct worker *w, guint i)
{
	bool moved = demand_at(w, i)->kind == DEMAND_ADJECTIVE && w->meanings[i].kind != MEANING_NONE;
	return moved ? w->meanings[i].thing : demand_at(w, i)->thing;
}

static void carry_out_phase(struct worker *w, enum phase phase, bool whole)
{
	for (guint i = 0; i < w->demands->len; i++) {
		const struct demand *demand = demand_at(w, i);
		if (phase_of(w, i) != phase || demand->kind == DEMAND_KEEP || (target_of(w, i) == 0) != whole)
			continue;
		size_t before = json_array_size(w->wish->notes);
		w->params[i] = assign(w, i);
		const json_t *note = json_array_get(w->wish->notes, before);
		if (note)
			w->shorts[i] = g_strdup(json_string_value(note));
		if (demand->kind == DEMAND_ADJECTIVE || demand->kind == DEMAND_MEASURE || demand->kind == DEMAND_SCALE)
			need_thing(w, demand->thing, w->params[i]);
		if (w->params[i])
			merge(w, w->params[i]);
	}
}

/* What is said of the whole first, so that "a blue lantern with silver trim" keeps its silver. */
static void carry_out(struct worker *w)
{
	for (int part = 0; part < 2; part++)
		for (enum phase phase = PHASE_STYLE; phase < PHASE_COUNT; phase++)
			carry_out_phase(w, phase, part == 0);
}

/* ---- keeping ---- */

/* Takes back what was assigned to a thing that was said to stay. */
static void keep(struct worker *w, guint thing)
{
	static const char *const fields[] = {"color", "count", "switch", "size", "height", "width", "depth", "length",
		"thickness", "materials", "qualities", "add"};
	const json_t *def = vocab_thing(w->v.vocab, thing)->def;
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const json_t *field = json_object_get(def, fields[i]);
		g_autofree char *text = field ? json_print(field) : g_strdup("");
		const char *name;
		void *next;
		json_t *value;
		json_object_foreach_safe(w->wish->values, next, name, value)
		{
			g_autofree char *quoted = g_strdup_printf("\"%s\"", name);
			if (!strstr(text, quoted))
				continue;
			for (guint d = 0; d < w->demands->len; d++)
				json_object_del(w->params[d], name);
			json_object_del(w->wish->values, name);
		}
	}
	g_autoptr(json_t) parts = resolve_parts(&w->v, thing, NULL);
	json_array_extend(w->wish->keeps, parts);
}

/* ---- the checklist ---- */

static void write_down(struct worker *w, const struct reading_result *reading)
{
	for (guint i = 0; i < w->demands->len; i++)
		if (demand_at(w, i)->kind == DEMAND_KEEP && demand_at(w, i)->thing > 0)
			keep(w, demand_at(w, i)->thing);
	for (guint i = 0; i < w->demands->len; i++) {
		const struct demand *demand = demand_at(w, i);
		if (w->params[i])
			item_add(w, i);
		else if (demand->kind != DEMAND_KEEP &&
			 !(demand->kind == DEMAND_PRESENT && (demand->spoken || demand->mere)))
			item_ignore(w, demand->first, demand->end);
	}
	for (guint i = 0; i < reading->ignored->len; i++) {
		struct word_span span = g_array_index(reading->ignored, struct word_span, i);
		item_ignore(w, span.first, span.end);
	}
	if (reading->selects)
		json_array_append_new(
			w->wish->notes, json_text("single pieces cannot be changed apart from their like"));
}

/* What the noun itself asks for, as an armchair does: it comes before anything else that is said. NULL for nothing. New
 * reference. */
static json_t *variant_values(struct worker *w, const struct match *match, char **said_out)
{
	*said_out = words_quote(w->words, match->head, match->end);
	g_autofree char *noun = phrase_normal(*said_out);
	json_t *values = json_object_get(json_object_get(match->exemplar->meta, "variants"), noun);
	if (!values)
		return NULL;
	json_object_update(w->v.now, values);
	json_object_update(w->wish->values, values);
	return json_copy(values);
}

/* Its item comes last, with what other words have left of it: "a small coffee table" is smaller than a coffee table. */
static void add_variant(struct worker *w, json_t *values, const char *said)
{
	json_object_update_existing(values, w->wish->values);
	item_add_said(w, said, 0, values);
	json_array_insert_new(w->wish->understood, 0, json_text(said));
}

/* The shortest end of the head that is a name by itself: what stands before it describes ("red" lantern). */
static guint bare_head(const struct vocab *vocab, const struct words *words, const struct match *match)
{
	for (guint at = match->end - 1; at > match->head; at--) {
		const struct entry *entry = vocab_read(vocab, words, at, match->end - at);
		if (entry && entry->words == match->end - at && entry_reading(entry, READ_THING, 0))
			return at;
	}
	return match->head;
}

struct wish *wish_read(const struct exemplar *exemplar, const struct script *script, const struct words *words,
	const struct match *match)
{
	struct wish *wish = wish_new();
	OWN(vocab) *vocab = vocab_new(exemplar);
	guint head = match ? bare_head(vocab, words, match) : 0;
	g_autoptr(GArray) atoms = atoms_read(vocab, words, match ? match->read_from : 0, head, match ? match->end : 0);
	OWN(reading_result) *reading = parse_atoms(vocab, atoms, match != NULL);
	g_autoptr(json_t) now = script_values(script);
	struct worker w = {.v = {vocab, script, now, wish->notes},
		.wish = wish,
		.prompt = match != NULL,
		.words = words,
		.demands = reading->demands};
	w.meanings = g_new0(struct meaning, reading->demands->len + 1);
	w.params = g_new0(json_t *, reading->demands->len + 1);
	w.shorts = g_new0(char *, reading->demands->len + 1);
	for (guint i = 0; i < reading->demands->len; i++)
		if (demand_at(&w, i)->kind == DEMAND_ADJECTIVE)
			w.meanings[i] = resolve_adjective(&w.v, words, demand_at(&w, i));
	g_autofree char *said = NULL;
	g_autoptr(json_t) variant = match ? variant_values(&w, match, &said) : NULL;
	carry_out(&w);
	write_down(&w, reading);
	if (variant)
		add_variant(&w, variant, said);
	for (guint i = 0; i < reading->demands->len; i++)
		json_decref(w.params[i]);
	for (guint i = 0; i < reading->demands->len; i++)
		g_free(w.shorts[i]);
	g_free(w.shorts);
	g_free(w.params);
	g_free(w.meanings);
	return wish;
}
