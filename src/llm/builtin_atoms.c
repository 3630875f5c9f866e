/* Cutting words into atoms: see builtin_atoms.h. */
#include "llm/builtin_atoms.h"

#include <string.h>

struct cutter {
	const struct vocab *vocab;
	const struct words *words;
	guint at;
	bool clause_start;
	GArray *atoms;
};

bool atom_is(const struct atom *atom, enum word_class class)
{
	return atom->kind == ATOM_SMALL && atom->class == class;
}

int atom_thing(const struct atom *atom)
{
	if (atom->whole)
		return 0;
	const struct reading *best = NULL;
	for (guint i = 0; atom->kind == ATOM_OPEN && atom->entry && i < atom->entry->readings->len; i++) {
		const struct reading *reading = &g_array_index(atom->entry->readings, struct reading, i);
		if (reading->kind == READ_THING && (!best || best->thing == 0))
			best = reading;
	}
	return best ? (int)best->thing : -1;
}

bool atom_describes(const struct atom *atom)
{
	if (atom->kind != ATOM_OPEN)
		return false;
	if (atom->in_name || atom->verbal || atom->color || atom->shade || atom->colorful || atom->material ||
		atom->size)
		return true;
	for (guint i = 0; atom->entry && i < atom->entry->readings->len; i++)
		if (g_array_index(atom->entry->readings, struct reading, i).kind != READ_THING)
			return true;
	return false;
}

bool atom_unknown(const struct atom *atom)
{
	return atom->kind == ATOM_OPEN && !atom->whole && !atom->entry && !atom_describes(atom) &&
	       atom->class == CLASS_NONE;
}

static const char *text_at(const struct cutter *c, guint i)
{
	return i < c->words->count && c->words->word[i].kind == WORD_TEXT ? c->words->word[i].text : "";
}

static void push(struct cutter *c, struct atom atom, guint count)
{
	atom.first = c->at;
	atom.end = c->at + count;
	g_array_append_val(c->atoms, atom);
	c->at += count;
	bool lead = atom.kind == ATOM_SMALL && (atom.class == CLASS_FILL || atom.class == CLASS_AND ||
						       atom.class == CLASS_BUT || atom.class == CLASS_WANT);
	c->clause_start = lead || atom.kind == ATOM_STOP || atom.kind == ATOM_COMMA;
}

/* ---- numbers ---- */

static bool is_thing_word(const struct cutter *c, guint i)
{
	const struct entry *entry = vocab_read(c->vocab, c->words, i, 1);
	return entry && entry_reading(entry, READ_THING, -1) && !size_find(text_at(c, i + 1));
}

/* What stands behind a number of `count` words: its unit, or nothing. */
static void push_number(struct cutter *c, double value, guint count)
{
	guint i = c->at + count;
	const char *unit = text_at(c, i);
	double more = 0;
	if ((g_str_equal(unit, "dozen") || g_str_equal(unit, "hundred")) && number_read(unit, &more)) {
		push_number(c, value * more, count + 1);
		return;
	}
	bool joined = i < c->words->count && i > 0 && c->words->word[i].from == c->words->word[i - 1].to;
	bool half = value == 0.5 && (g_str_equal(unit, "a") || g_str_equal(unit, "of")) &&
		    unit_metres(text_at(c, i + 1)) > 0;
	double metres = unit_metres(half ? text_at(c, i + 1) : joined && g_str_equal(unit, "in") ? "inch" : unit);
	if (metres > 0 && !is_thing_word(c, i))
		push(c, (struct atom){.kind = ATOM_MEASURE, .value = value * metres}, count + 1 + half);
	else if (g_str_equal(unit, "%") || g_str_equal(unit, "percent"))
		push(c, (struct atom){.kind = ATOM_PERCENT, .value = value / 100}, count + 1);
	else if (g_str_equal(unit, "x") || g_str_equal(unit, "times"))
		push(c, (struct atom){.kind = ATOM_TIMES, .value = value}, count + 1);
	else
		push(c, (struct atom){.kind = ATOM_NUMBER, .value = value}, count);
}

/* ---- open words ---- */

static bool is_colorful(const struct cutter *c, guint *count)
{
	static const char *const one[] = {
		"colorful", "colourful", "multicolored", "multicoloured", "multicolor", "rainbow", "multicolour", NULL};
	static const char *const first[] = {
		"different", "various", "many", "multi", "multiple", "changing", "several", "bright", NULL};
	static const char *const second[] = {"color", "colour", "colored", "coloured", "hue", NULL};
	*count = g_strv_contains(one, text_at(c, c->at)) ? 1
		 : g_strv_contains(first, text_at(c, c->at)) && c->at + 1 < c->words->count &&
				 g_strv_contains(second, c->words->word[c->at + 1].singular)
			 ? 2
			 : 0;
	return *count > 0;
}

/* A modifier of colours that stands alone. */
static const char *lone_shade(const char *word)
{
	static const char *const shades[] = {"dark", "darker", "light", "lighter", "pale", "paler", "bright",
		"brighter", "pastel", "neon", "fluorescent", "vivid", "vibrant", "muted", NULL};
	for (guint i = 0; shades[i]; i++)
		if (g_str_equal(shades[i], word))
			return shades[i];
	return NULL;
}

/* True when the first words of a thing's phrase only describe it: what is left is a phrase for the same thing. */
static bool splits(const struct cutter *c, const struct entry *entry)
{
	const struct reading *whole = entry_reading(entry, READ_THING, -1);
	color_hex unused;
	if (!whole || entry->words < 2)
		return false;
	bool describes = color_read(c->words, c->at, unused) == 1 || material_find(text_at(c, c->at));
	const struct entry *first = vocab_read(c->vocab, c->words, c->at, 1);
	for (guint i = 0; first && i < first->readings->len; i++)
		describes = describes || g_array_index(first->readings, struct reading, i).kind != READ_THING;
	const struct thing *thing = vocab_thing(c->vocab, whole->thing);
	g_autofree char *bounded = g_strdup_printf(" %s ", c->words->word[c->at].singular);
	describes = describes || strstr(thing->shown, bounded);
	const struct entry *rest = vocab_read(c->vocab, c->words, c->at + 1, entry->words - 1);
	return describes && rest && rest->words == entry->words - 1 &&
	       entry_reading(rest, READ_THING, (int)whole->thing);
}

/* Everything the one word (or phrase of the entry) at c->at may be. */
static struct atom open_atom(const struct cutter *c, const struct entry *entry, guint count)
{
	struct atom atom = {.kind = ATOM_OPEN, .entry = entry};
	const char *word = text_at(c, c->at);
	atom.color = color_read(c->words, c->at, atom.hex) == count;
	if (count == 1) {
		bool noun = entry && !entry_reading(entry, READ_QUALITY, -1);
		const struct entry *like = noun ? vocab_find_like(c->vocab, word) : NULL;
		atom.verbal = entry_reading(like, READ_QUALITY, -1) ? like : NULL;
		atom.material = material_find(word);
		atom.size = size_find(word);
		atom.shade = atom.color ? NULL : lone_shade(word);
		atom.comparative = atom.size ? atom.size->comparative : false;
	}
	return atom;
}

/* A word that is not there as it is written: a comparative, a stem, "armless", "legged", a slip. */
static struct atom distant_atom(const struct cutter *c)
{
	struct atom atom = open_atom(c, NULL, 1);
	const char *word = text_at(c, c->at);
	for (guint n = 0;; n++) {
		g_autofree char *positive = word_positive(word, n);
		const struct entry *entry = positive ? vocab_find(c->vocab, positive) : NULL;
		if (entry) {
			atom.entry = entry;
			atom.comparative = true;
			return atom;
		}
		if (!positive)
			break;
	}
	if (atom_describes(&atom))
		return atom;
	gsize len = strlen(word);
	gsize tail = g_str_has_suffix(word, "less") ? 4 : g_str_has_suffix(word, "ed") ? 2 : 0;
	for (guint doubled = 0; tail && doubled < 2 && len > tail + doubled + 2; doubled++) {
		g_autofree char *stem = g_strndup(word, len - tail - doubled);
		g_autofree char *singular = word_singular(stem);
		const struct entry *entry = vocab_find(c->vocab, singular);
		if (entry && entry_reading(entry, READ_THING, -1)) {
			atom.entry = entry;
			atom.lacks = tail == 4;
			atom.bears = tail == 2;
			return atom;
		}
	}
	atom.entry = vocab_find_like(c->vocab, c->words->word[c->at].singular);
	return atom;
}

/* ---- choosing ---- */

/* Small words that stay what they are, even where an exemplar lists them as words of its own. */
static bool is_grammar(enum word_class class)
{
	switch (class) {
	case CLASS_NONE:
	case CLASS_FILL:
	case CLASS_WHOLE:
	case CLASS_COLOR:
	case CLASS_LOOK:
	case CLASS_DIM:
	case CLASS_PLACE:
	case CLASS_OPINION:
	case CLASS_NUMBER_OF:
	case CLASS_ADD:
	case CLASS_REMOVE:
	case CLASS_MAKE:
	case CLASS_REPLACE:
	case CLASS_INCREASE:
	case CLASS_DECREASE:
	case CLASS_GIVE:
	case CLASS_KEEP:
	case CLASS_SHADE:
	case CLASS_FOR:
	case CLASS_AT:
		return false;
	default:
		return true;
	}
}

static bool is_verb(enum word_class class)
{
	return class >= CLASS_ADD && class <= CLASS_SHADE;
}

/* A word that names an attribute may be a thing of the exemplar too; the atom keeps both. */
static bool is_attribute(enum word_class class)
{
	return class == CLASS_COLOR || class == CLASS_LOOK || class == CLASS_DIM || class == CLASS_NUMBER_OF ||
	       class == CLASS_PLACE;
}

/* Modifiers of colours that are qualities rather, where the exemplar knows them: a "soft yellow cushion". */
static bool is_vague(const char *word)
{
	static const char *const vague[] = {"soft", "rich", "warm", "cool", "metallic", "glossy", "matte", "strong",
		"faded", "dull", "electric", NULL};
	return g_strv_contains(vague, word);
}

/* "a little" is an amount before a comparative only: not in "a little table". */
static bool is_little(const struct cutter *c, const struct lexeme *lexeme, guint count)
{
	if (!lexeme || lexeme->class != CLASS_SLIGHT || !g_str_equal(text_at(c, c->at + count - 1), "little"))
		return false;
	const char *next = text_at(c, c->at + count);
	const struct size_word *size = size_find(next);
	return !(size && size->comparative) && !g_str_has_suffix(next, "er") && !g_str_equal(next, "more") &&
	       !g_str_equal(next, "less");
}

/* "color the legs", not "color of the legs": the word is a verb when something to work on follows. */
static bool has_object(const struct cutter *c)
{
	guint count;
	const struct lexeme *next = lexeme_read(c->words, c->at + 1, false, &count);
	return c->at + 1 < c->words->count &&
	       !(next && (next->class == CLASS_OF || next->class == CLASS_TO || next->class == CLASS_BE ||
				 next->class == CLASS_FOR || next->class == CLASS_IN));
}

/* "a round blue one" */
static bool is_pronoun_one(const struct cutter *c)
{
	const struct atom *before = c->atoms->len ? &g_array_index(c->atoms, struct atom, c->atoms->len - 1) : NULL;
	return g_str_equal(text_at(c, c->at), "one") && before && atom_describes(before);
}

static void push_word(struct cutter *c)
{
	guint small = 0;
	guint many = 0;
	color_hex hex;
	double number;
	const struct lexeme *lexeme = lexeme_read(c->words, c->at, c->clause_start, &small);
	if (lexeme && lexeme->starts && lexeme->class == CLASS_MAKE && !has_object(c))
		lexeme = lexeme_read(c->words, c->at, false, &small);
	static const struct lexeme a = {"a", CLASS_DET, 1, false};
	if (is_little(c, lexeme, small)) {
		lexeme = &a;
		small = 1;
	}
	const struct entry *entry = vocab_read(c->vocab, c->words, c->at, G_MAXUINT);
	guint known = entry ? entry->words : 0;
	guint colored = color_read(c->words, c->at, hex);
	if (colored > known && known == 1 && is_vague(text_at(c, c->at)) && entry_reading(entry, READ_QUALITY, -1))
		colored = 0;
	bool split = entry && splits(c, entry);
	if (split) {
		entry = vocab_read(c->vocab, c->words, c->at, known - 1);
		known = entry ? entry->words : 0;
	}
	bool grammar = lexeme && small >= known && is_grammar(lexeme->class);
	bool verb = lexeme && small >= known && c->clause_start && is_verb(lexeme->class);
	if (is_colorful(c, &many) && many > known) {
		push(c, (struct atom){.kind = ATOM_OPEN, .colorful = true}, many);
	} else if (grammar && lexeme->class == CLASS_NO && number_read(text_at(c, c->at), &number)) {
		push_number(c, number, 1);
	} else if (grammar || verb) {
		push(c, (struct atom){.kind = ATOM_SMALL, .class = lexeme->class, .value = lexeme->value}, small);
	} else if (known > 0 && known >= colored && known + (lexeme && !is_attribute(lexeme->class)) >= small) {
		struct atom atom = open_atom(c, entry, known);
		atom.in_name = split;
		atom.class = lexeme && small == known && is_attribute(lexeme->class) ? lexeme->class : CLASS_NONE;
		atom.value = atom.class != CLASS_NONE ? lexeme->value : 0;
		push(c, atom, known);
	} else if (colored > 0 && colored >= small) {
		struct atom atom = open_atom(c, known == colored ? entry : NULL, colored);
		atom.in_name = split;
		push(c, atom, colored);
	} else if (is_pronoun_one(c)) {
		push(c, (struct atom){.kind = ATOM_SMALL, .class = CLASS_THEM}, 1);
	} else if (number_read(text_at(c, c->at), &number) && small <= 1) {
		push_number(c, number, 1);
	} else if (lexeme && lexeme->class == CLASS_TWICE && unit_metres(text_at(c, c->at + 2)) > 0) {
		push_number(c, lexeme->value, 1);
	} else if (lexeme) {
		push(c, (struct atom){.kind = ATOM_SMALL, .class = lexeme->class, .value = lexeme->value}, small);
	} else {
		struct atom atom = distant_atom(c);
		atom.in_name = split;
		push(c, atom, 1);
	}
}

GArray *atoms_read(const struct vocab *vocab, const struct words *words, guint first, guint head, guint head_end)
{
	struct cutter c = {.vocab = vocab, .words = words, .at = first, .clause_start = true};
	c.atoms = g_array_new(FALSE, FALSE, sizeof(struct atom));
	while (c.at < words->count) {
		const struct word *word = &words->word[c.at];
		if (c.at == head && head < head_end)
			push(&c, (struct atom){.kind = ATOM_OPEN, .whole = true}, head_end - head);
		else if (word->kind == WORD_COMMA)
			push(&c, (struct atom){.kind = ATOM_COMMA}, 1);
		else if (word->kind == WORD_STOP)
			push(&c, (struct atom){.kind = ATOM_STOP}, 1);
		else if (word->kind == WORD_NUMBER)
			push_number(&c, word->number, 1);
		else
			push_word(&c);
	}
	return c.atoms;
}
