/* Meanings of adjectives: see builtin_resolve.h. Each rule is a function; the table in resolve_adjective() is their
 * order. */
#include "llm/builtin_resolve.h"

#include <string.h>

struct question {
	const struct values *v;
	const struct words *words;
	const struct demand *demand;
	const struct atom *atom;
	guint thing;
};

typedef struct meaning (*rule)(const struct question *q);

static struct meaning none(void)
{
	return (struct meaning){.kind = MEANING_NONE};
}

static struct meaning from_reading(const struct reading *reading, enum phase phase)
{
	if (!reading)
		return none();
	return (struct meaning){.kind = MEANING_SET, .phase = phase, .thing = reading->thing, .set = reading->set};
}

static const struct reading *quality_reading(const struct question *q, int thing)
{
	const struct reading *reading = entry_reading(q->atom->entry, READ_QUALITY, thing);
	return reading ? reading : entry_reading(q->atom->verbal, READ_QUALITY, thing);
}

static struct meaning own_quality(const struct question *q)
{
	return from_reading(quality_reading(q, (int)q->thing), PHASE_QUALITY);
}

/* "wooden" asks what "wood" does. */
static const struct reading *material_reading(const struct question *q, int thing)
{
	const struct reading *reading = entry_reading(q->atom->entry, READ_MATERIAL, thing);
	const struct material *material = q->atom->material;
	if (!reading && material)
		reading = entry_reading(vocab_find(q->v->vocab, material->name), READ_MATERIAL, thing);
	return reading;
}

static struct meaning own_material(const struct question *q)
{
	return from_reading(material_reading(q, (int)q->thing), PHASE_MATERIAL);
}

static struct meaning own_choice(const struct question *q)
{
	return from_reading(entry_reading(q->atom->entry, READ_CHOICE, (int)q->thing), PHASE_QUALITY);
}

static struct meaning style(const struct question *q)
{
	struct meaning meaning = from_reading(entry_reading(q->atom->entry, READ_STYLE, -1), PHASE_STYLE);
	meaning.style = q->atom->entry ? q->atom->entry->phrase : "";
	return meaning;
}

static struct meaning own_style(const struct question *q)
{
	return q->thing == 0 ? style(q) : none();
}

/* "taller" turns a size before it is a quality. */
static struct meaning compared_size(const struct question *q)
{
	const struct size_word *size = q->atom->size;
	bool compares = size && (size->comparative || q->demand->degree != DEGREE_PLAIN || q->demand->factor > 0);
	if (!compares || !values_has_dim(q->v, q->thing, size->dim))
		return none();
	return (struct meaning){.kind = MEANING_SIZE, .phase = PHASE_SIZE, .thing = q->thing, .size = size};
}

static struct meaning plain_size(const struct question *q)
{
	if (!q->atom->size || !values_has_dim(q->v, q->thing, q->atom->size->dim))
		return none();
	return (struct meaning){.kind = MEANING_SIZE, .phase = PHASE_SIZE, .thing = q->thing, .size = q->atom->size};
}

/* A colour parameter that is the thing's own: through its list, or that of the only part it shows in. */
static struct meaning own_color(const struct question *q)
{
	bool named =
		q->atom->in_name && entry_reading(q->atom->entry, READ_THING, -1); /* a "coffee" mug is not brown */
	if (!q->atom->color || named || !values_colors(q->v, q->thing))
		return none();
	return (struct meaning){.kind = MEANING_COLOR, .phase = PHASE_COLOR, .thing = q->thing, .hex = q->atom->hex};
}

static struct meaning many_colors(const struct question *q)
{
	bool many = q->atom->colorful || (q->atom->shade && strstr("neon fluorescent pastel", q->atom->shade));
	if (!many || !values_colors(q->v, q->thing))
		return none();
	return (struct meaning){.kind = MEANING_COLORFUL,
		.phase = PHASE_COLOR,
		.thing = q->thing,
		.shade = q->atom->colorful ? NULL : q->atom->shade};
}

static struct meaning shade(const struct question *q)
{
	if (!q->atom->shade || !values_colors(q->v, q->thing))
		return none();
	return (struct meaning){
		.kind = MEANING_SHADE, .phase = PHASE_SHADE, .thing = q->thing, .shade = q->atom->shade};
}

/* A material the thing does not name: what its family does, in the material's tone. */
static struct meaning material_tone(const struct question *q)
{
	const struct material *material = q->atom->material;
	if (!material)
		return none();
	const struct reading *family =
		entry_reading(vocab_find(q->v->vocab, material->family), READ_MATERIAL, (int)q->thing);
	if (!family && !values_colors(q->v, q->thing))
		return none();
	return (struct meaning){.kind = MEANING_TONE,
		.phase = PHASE_MATERIAL,
		.thing = q->thing,
		.set = family ? family->set : NULL,
		.tone = values_colors(q->v, q->thing) ? material->tone : NULL};
}

/* The exemplar is so by itself: its words for the thing, or for its parts, say it. */
static struct meaning shown(const struct question *q)
{
	const struct thing *thing = vocab_thing(q->v->vocab, q->thing);
	guint count = q->atom->end - q->atom->first;
	GString *phrase = g_string_new(NULL);
	for (guint i = 0; i < count; i++)
		g_string_append_printf(phrase, " %s", q->words->word[q->atom->first + i].singular);
	g_string_append_c(phrase, ' ');
	const char *material = q->atom->material ? q->atom->material->name : NULL;
	g_autofree char *bounded = material ? g_strdup_printf(" %s ", material) : NULL;
	const struct entry *named = material ? vocab_find(q->v->vocab, material) : NULL;
	bool is = q->atom->in_name || strstr(thing->shown, phrase->str) || (bounded && strstr(thing->shown, bounded)) ||
		  entry_reading(named, READ_THING, (int)q->thing) ||
		  entry_reading(q->atom->entry, READ_THING, (int)q->thing);
	g_string_free(phrase, TRUE);
	return is ? (struct meaning){.kind = MEANING_SHOWN, .phase = PHASE_QUALITY, .thing = q->thing} : none();
}

/* The whole asset's quality or material, as far as the thing's parts take part in it. */
static struct meaning of_whole(const struct question *q)
{
	const struct reading *reading = quality_reading(q, 0);
	if (!reading)
		reading = material_reading(q, 0);
	struct meaning meaning = from_reading(reading, PHASE_QUALITY);
	meaning.only_own = q->thing != 0;
	return meaning;
}

/* "a glass table": the whole has no such material, but its top has. */
static struct meaning any_material(const struct question *q)
{
	return q->thing == 0 ? from_reading(material_reading(q, -1), PHASE_MATERIAL) : none();
}

/* Said of the whole, meant for the part that knows the word. */
static struct meaning of_any(const struct question *q)
{
	if (q->thing != 0)
		return none();
	const struct reading *reading = quality_reading(q, -1);
	return from_reading(reading ? reading : entry_reading(q->atom->entry, READ_CHOICE, -1), PHASE_QUALITY);
}

/* A plain colour word for a thing whose colour is only said through the whole's parts has nowhere to go; a noun used as
 * an adjective asks for the thing itself. */
static struct meaning as_thing(const struct question *q)
{
	const struct reading *reading = entry_reading(q->atom->entry, READ_THING, -1);
	bool other = reading && reading->thing > 0 && q->thing == 0;
	return other ? (struct meaning){.kind = MEANING_SHOWN, .phase = PHASE_PRESENCE, .thing = reading->thing}
		     : none();
}

struct meaning resolve_adjective(const struct values *v, const struct words *words, const struct demand *demand)
{
	static const rule rules[] = {compared_size, own_quality, own_material, own_choice, own_style, own_color,
		many_colors, shown, any_material, material_tone, shade, plain_size, of_whole, of_any, style, as_thing};
	struct question q = {v, words, demand, demand->atom, demand->thing};
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		struct meaning meaning = rules[i](&q);
		if (meaning.kind != MEANING_NONE)
			return meaning;
	}
	return none();
}

static bool depends(const struct values *v, const char *part, const json_t *params)
{
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)params, name, value) {
		if (script_part_depends(v->script, part, name))
			return true;
	}
	return false;
}

json_t *resolve_parts(const struct values *v, guint thing, const json_t *params)
{
	const struct thing *of = vocab_thing(v->vocab, thing);
	const json_t *list = json_object_get(of->def, "parts");
	if (thing > 0 && json_array_size(list) > 0)
		return json_deep_copy(list);
	json_t *parts = json_array();
	g_autoptr(GPtrArray) all = script_parts(v->script);
	for (guint i = 0; i < all->len; i++) {
		bool own = thing > 0 && g_str_equal(all->pdata[i], of->name);
		bool has_own =
			thing > 0 && json_object_get(json_object_get(v->vocab->exemplar->meta, "parts"), of->name);
		if (own || (!has_own && depends(v, all->pdata[i], params)))
			json_array_append_new(parts, json_string(all->pdata[i]));
	}
	return parts;
}
