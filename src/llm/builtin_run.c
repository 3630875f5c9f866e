/*
 * One run: determiners, numbers, adjectives, a noun, and what describes it from behind. First its extent is found, then
 * its head, then everything in it is told of the head, or of the subject when it has none.
 */
#include "llm/builtin_parse_int.h"

static bool is_content(const struct atom *atom)
{
	if (atom->kind != ATOM_SMALL)
		return atom->kind != ATOM_COMMA && atom->kind != ATOM_STOP;
	switch (atom->class) {
	case CLASS_MORE:
	case CLASS_LESS:
	case CLASS_FEWER:
	case CLASS_VERY:
	case CLASS_SLIGHT:
	case CLASS_TOO:
	case CLASS_ENOUGH:
	case CLASS_TWICE:
	case CLASS_ANOTHER:
	case CLASS_COLOR:
	case CLASS_LOOK:
	case CLASS_DIM:
	case CLASS_NUMBER_OF:
	case CLASS_PLACE:
	case CLASS_OPINION:
	case CLASS_WHOLE:
	case CLASS_THEM:
		return true;
	default:
		return false;
	}
}

static bool is_determiner(const struct atom *atom)
{
	return atom_is(atom, CLASS_DET) || atom_is(atom, CLASS_ALL);
}

static bool is_quantity(const struct atom *atom)
{
	return atom->kind == ATOM_NUMBER || atom->kind == ATOM_MEASURE || atom->kind == ATOM_PERCENT ||
	       atom->kind == ATOM_TIMES || atom_is(atom, CLASS_TWICE) || atom_is(atom, CLASS_ENOUGH);
}

/* ---- extent ---- */

/* True when the run that begins at atom i names a thing. */
static bool names_thing(const struct parser *p, guint i)
{
	const struct atom *atom;
	for (; (atom = parser_atom(p, i)); i++) {
		if (atom_is(atom, CLASS_FILL))
			continue;
		if (!is_content(atom))
			return is_determiner(atom);
		if ((run_noun(atom) && !atom_describes(atom)) || atom_unknown(atom))
			return true;
	}
	return false;
}

/* At a comma or "and" behind the content so far: does the list of adjectives go on? */
static bool goes_on(const struct parser *p, const struct run *run, guint separator)
{
	const struct atom *last = run->count ? run->atom[run->count - 1] : NULL;
	const struct atom *next = parser_atom(p, separator + 1);
	while (next && (atom_is(next, CLASS_FILL) || atom_is(next, CLASS_AND) || next->kind == ATOM_COMMA))
		next = parser_atom(p, ++separator + 1);
	bool plain =
		last && next && (atom_describes(last) || atom_is(last, CLASS_OPINION)) && last->kind != ATOM_NUMBER;
	if (!plain || !is_content(next) || next->kind == ATOM_NUMBER || atom_unknown(last))
		return false;
	bool has_noun = false;
	for (guint i = 0; i + 1 < run->count; i++)
		has_noun = has_noun || (run_noun(run->atom[i]) && !atom_describes(run->atom[i]));
	bool noun_last = run_noun(last) && !p->predicate && !has_noun;
	if (noun_last)
		return false;
	bool predicate = p->predicate || p->in || has_noun || (p->mode == MODE_MAKE && p->subject_set);
	return !(predicate && names_thing(p, separator + 1));
}

/* "a pair of legs", "twice the height": the words between belong to the run. */
static bool bridges(const struct run *run, const struct atom *atom)
{
	const struct atom *last = run->count ? run->atom[run->count - 1] : NULL;
	if (!last)
		return true;
	if (atom_is(atom, CLASS_OF))
		return last->kind == ATOM_NUMBER || atom_is(last, CLASS_TWICE) || atom_is(last, CLASS_MORE);
	return is_determiner(atom) &&
	       (atom_is(last, CLASS_TWICE) || last->kind == ATOM_TIMES || atom_is(last, CLASS_ANOTHER));
}

/* Gathers the run at p->at and moves behind it. */
static void gather(struct parser *p, struct run *run)
{
	const struct atom *atom;
	for (; (atom = parser_atom(p, p->at)) && run->count < RUN_MAX; p->at++) {
		bool separator = atom->kind == ATOM_COMMA || atom_is(atom, CLASS_AND) || atom_is(atom, CLASS_OR);
		if (is_content(atom)) {
			run->atom[run->count++] = atom;
		} else if (is_determiner(atom) && bridges(run, atom)) {
			run->one = run->one || atom->value == 1;
			run->definite = run->definite || atom->value == 0;
		} else if (atom_is(atom, CLASS_OF) && run->count && bridges(run, atom)) {
			continue;
		} else if (separator && goes_on(p, run, p->at)) {
			continue;
		} else if (!atom_is(atom, CLASS_FILL)) {
			break;
		}
	}
}

/* ---- head ---- */

static bool names_thing_before(const struct run *run, guint end)
{
	for (guint i = 0; i < end; i++)
		if (run_noun(run->atom[i]))
			return true;
	return false;
}

static guint resolve_noun(const struct parser *p, const struct atom *atom)
{
	bool it = atom_is(atom, CLASS_WHOLE) && atom->value == 1;
	int thing = atom_thing(atom);
	if (thing > 0)
		return (guint)thing;
	if (atom_is(atom, CLASS_THEM))
		return p->subject_set ? p->subject : p->last_added ? p->last_added : p->last_noun;
	return it && p->last_added ? p->last_added : 0;
}

/* A noun that may as well describe does so behind the noun it describes, and where a predicate is due. */
static bool describes_here(const struct parser *p, const struct run *run, guint i)
{
	const struct atom *atom = run->atom[i];
	if (!run_noun(atom) || atom->whole || !atom_describes(atom))
		return false;
	bool earlier = names_thing_before(run, i);
	struct atom noun = *atom;
	noun.verbal = NULL;
	if (!atom_describes(&noun) && i + 1 < run->count) /* "the wheels glow", but "the silk pattern golden" */
		return false;
	bool changing = p->mode == MODE_MAKE || p->mode == MODE_INCREASE || p->mode == MODE_DECREASE;
	bool predicate = (p->predicate || p->in || p->of || p->replacing) && !run->definite;
	return predicate || (earlier && changing) || (changing && p->subject_set && !run->definite);
}

/* An unknown word behind a noun that only says what it does: "hanging", "gently". */
static bool is_afterthought(const struct parser *p, const struct run *run, guint i)
{
	if (i == 0 || !atom_unknown(run->atom[i]) || !names_thing_before(run, i))
		return false;
	const struct atom *before = run->atom[i - 1];
	return p->mode == MODE_MAKE || atom_is(before, CLASS_WHOLE) || atom_is(before, CLASS_THEM);
}

/* "the blade blue": an unknown noun with its predicate, not an adjective. */
static bool is_foreign_noun(const struct parser *p, const struct run *run)
{
	bool unknown = false;
	for (guint i = 0; i < run->count; i++)
		unknown = unknown || atom_unknown(run->atom[i]);
	return unknown && !p->predicate && !p->in && (p->mode == MODE_MAKE || run->definite);
}

/* Finds the noun. False: it is none of the exemplar's, and takes the run with it. */
static bool find_head(struct parser *p, struct run *run)
{
	guint end = run->count;
	run->head = -1;
	while (end > 0 && is_afterthought(p, run, end - 1)) {
		run_ignore(p, run->atom[end - 1]->first, run->atom[end - 1]->end);
		end--;
	}
	run->count = end;
	if (end > 0 && atom_unknown(run->atom[end - 1]))
		return false;
	for (guint i = end; i-- > 0;) {
		const struct atom *atom = run->atom[i];
		if (!run_noun(atom) || describes_here(p, run, i))
			continue;
		if (i + 1 < end && atom_describes(atom) && !names_thing_before(run, i) &&
			atom_unknown(run->atom[i + 1]))
			continue;
		run->head = (int)i;
		run->thing = resolve_noun(p, atom);
		if (p->giving && names_thing_before(run, i)) /* "give the chair armrests" */
			run->definite = false;
		return true;
	}
	run->thing = p->subject;
	return !is_foreign_noun(p, run);
}

/* ---- the whole run ---- */

/* Single pieces cannot be told apart: "the left leg", "one of the legs", "make one leg red". */
static bool selects_piece(const struct parser *p, const struct run *run)
{
	if (run->head < 0 || run->thing == 0 || !json_object_get(vocab_thing(p->vocab, run->thing)->def, "count"))
		return false;
	bool number = false;
	for (int i = 0; i < run->head; i++) {
		const struct atom *atom = run->atom[i];
		int thing = atom_thing(atom);
		bool back = thing > 0 && thing != (int)run->thing &&
			    g_str_equal(vocab_thing(p->vocab, (guint)thing)->name, "back");
		if ((atom->class == CLASS_PLACE && !run_noun(atom)) || (back && !p->prompt))
			return true;
		number = number || atom->kind == ATOM_NUMBER;
	}
	return number && p->mode == MODE_MAKE && run->head + 1 < (int)run->count;
}

static void ignore_run(const struct parser *p, const struct run *run)
{
	if (run->count)
		run_ignore(p, run->atom[0]->first, run->atom[run->count - 1]->end);
}

static bool only_places(const struct run *run)
{
	for (guint i = 0; i < run->count; i++)
		if (run->atom[i]->class != CLASS_PLACE && !run_noun(run->atom[i]))
			return false;
	return true;
}

/* A run behind "on", "around", "for", "in": true when it only says where, or says nothing of the shape. */
static bool swallow(struct parser *p, const struct run *run)
{
	bool speaks = false;
	for (guint i = 0; i < run->count; i++)
		speaks = speaks || ((int)i != run->head && (is_quantity(run->atom[i]) || atom_describes(run->atom[i])));
	if (run->head < 0 && (p->in || run_attribute(run->atom[run->count - 1])))
		return false;
	if (p->loose >= 0 && run->head >= 0) { /* "metal for the legs": the run before speaks of these */
		for (guint i = (guint)p->loose; i < p->out->demands->len; i++)
			g_array_index(p->out->demands, struct demand, i).thing = run->thing;
		p->subject = run->thing;
		p->subject_set = true;
		return true;
	}
	if (p->attr != CLASS_NONE && run->head >= 0) {
		p->subject = run->thing;
		p->subject_set = true;
		return true;
	}
	if (run->head >= 0 && run->thing > 0 && !p->skip && !run->definite && (p->prompt || speaks))
		return false;
	if (!p->quiet && ((run->head < 0 && !only_places(run)) || (p->skip && speaks)))
		ignore_run(p, run);
	return true;
}

/* The first half of "replace X with Y" is remembered; with the second X goes when Y is another thing. */
static bool take_replacement(struct parser *p, const struct run *run, guint first, guint end)
{
	if (p->mode != MODE_REPLACE)
		return false;
	if (!p->replacing) {
		p->replaced = run->head >= 0 ? (int)run->thing : -1;
		p->subject = run->thing;
		p->subject_set = run->head >= 0;
		return true;
	}
	if (p->replaced > 0 && run->head >= 0 && run->thing > 0 && (int)run->thing != p->replaced)
		tell(p, (struct demand){.kind = DEMAND_ABSENT,
				.thing = (guint)p->replaced,
				.first = first,
				.end = end,
				.dim = DIM_COUNT});
	return false;
}

/* "raise the back", "increase the number of slats": the amount comes later, or never. */
static void begin_change(struct parser *p, const struct run *run, guint first, guint end)
{
	if ((p->mode != MODE_INCREASE && p->mode != MODE_DECREASE) || p->verb_at < 0 || p->by || p->value_follows)
		return;
	bool attribute = p->attr == CLASS_DIM || p->attr == CLASS_NUMBER_OF;
	if (run->head < 0 && !attribute)
		return;
	if (!p->change.pending)
		p->change.first = MIN(parser_atom(p, (guint)p->verb_at)->first, first);
	p->change.pending = true;
	p->change.end = end;
	if (p->attr == CLASS_DIM) {
		p->change.dim = p->attr_dim;
		p->change.dim_said = true;
	}
	p->change.count = p->attr == CLASS_NUMBER_OF;
}

static void set_subject(struct parser *p, const struct run *run)
{
	if (run->head < 0)
		return;
	p->subject = run->thing;
	p->subject_set = true;
	p->lost = false;
	p->last_noun = run->thing > 0 ? run->thing : p->last_noun;
	if (p->mode == MODE_ADD && run->thing > 0)
		p->last_added = run->thing;
}

/* "the seat and the back blue": a bare noun waits for what is said of the next. */
static bool waits(struct parser *p, const struct run *run)
{
	const struct atom *next = parser_atom(p, p->at);
	bool list = next && (next->kind == ATOM_COMMA || atom_is(next, CLASS_AND));
	bool listed =
		p->mode == MODE_MAKE || p->mode == MODE_SHADE || (run->definite && p->mode == MODE_NONE && !p->prompt);
	if (run->head < 0 || run->count > 1 || run->thing == 0 || !list || !listed || p->value_follows ||
		p->joined_count == JOINED_MAX)
		return false;
	p->joined[p->joined_count++] = run->thing;
	return true;
}

/* Tells the things that waited what the run told of its own. */
static void share(struct parser *p, guint before)
{
	guint end = p->out->demands->len;
	for (guint n = 0; n < p->joined_count && end > before; n++) {
		for (guint i = before; i < end; i++) {
			struct demand demand = g_array_index(p->out->demands, struct demand, i);
			demand.thing = p->joined[n];
			if (demand.kind != DEMAND_PRESENT)
				g_array_append_val(p->out->demands, demand);
		}
	}
	if (end > before)
		p->joined_count = 0;
}

static void tell_run(struct parser *p, struct run *run)
{
	guint first = run->atom[0]->first;
	guint end = run->atom[run->count - 1]->end;
	if (take_replacement(p, run, first, end))
		return;
	bool stays = p->mode == MODE_KEEP && (p->forbid || !(run->head >= 0 && run->thing == 0 && run->count > 1));
	bool gone = run->head >= 0 && (p->negate || p->once || p->mode == MODE_REMOVE || stays || p->except);
	bool of_attribute = p->of && p->attr != CLASS_NONE && run->head >= 0;
	set_subject(p, run);
	begin_change(p, run, first, end);
	if (gone) {
		tell_gone(p, run, first, end);
		p->subject = 0; /* what is gone is not spoken of any more */
		p->subject_set = false;
	} else if (p->mode == MODE_SHADE && run->head >= 0) {
		tell(p, (struct demand){.kind = DEMAND_SHADE,
				.thing = run->thing,
				.first = first,
				.end = end,
				.dim = DIM_COUNT,
				.shade = p->shade_verb->value > 1   ? "brighter"
					 : p->shade_verb->value > 0 ? "lighter"
								    : "darker"});
	} else if (!of_attribute) {
		p->denied = p->denied || ((p->negate || p->once) && run->head < 0);
		if (waits(p, run))
			return;
		tell_wanted(p, run, first, end);
	} else if (run->head + 1 < (int)run->count) {
		struct pending w;
		pending_clear(&w);
		tell_content(p, run, (guint)run->head + 1, run->count, &w);
		tell_rest(p, run, &w, end);
	}
}

/* "narrower by 10 %", "taller by 5 cm": of the comparative before. */
static bool amend(struct parser *p, const struct run *run)
{
	if (!p->by || p->amend < 0 || run->count != 1)
		return false;
	struct demand *demand = &g_array_index(p->out->demands, struct demand, (guint)p->amend);
	const struct atom *atom = run->atom[0];
	if (atom->kind == ATOM_MEASURE) {
		demand->kind = DEMAND_MEASURE;
		demand->dim = demand->atom->size->dim;
		demand->value = demand->atom->size->factor < 1 ? -atom->value : atom->value;
		demand->relative = true;
	} else if (atom->kind == ATOM_PERCENT || atom->kind == ATOM_TIMES) {
		demand->factor = atom->kind == ATOM_PERCENT ? 1 + atom->value : atom->value;
	}
	demand->end = atom->end;
	return true;
}

void parse_run(struct parser *p)
{
	struct run run = {.head = -1};
	guint start = p->at;
	enum word_class attr = p->attr;
	gather(p, &run);
	if (p->at == start)
		p->at++;
	if (run.count == 0)
		return;
	p->run++;
	bool carried = false;
	bool known = find_head(p, &run);
	bool bound = p->predicate || p->of || p->in || p->by || p->mode == MODE_MAKE;
	if (!known || (p->lost && bound && run.head < 0)) {
		p->lost = p->lost || !p->place;
		if (!p->quiet)
			ignore_run(p, &run);
	} else if (run.count == 0) {
		carried = true;
	} else if (selects_piece(p, &run)) {
		p->out->selects = true;
		ignore_run(p, &run);
	} else if ((p->place || p->skip || p->in) && swallow(p, &run)) {
		carried = attr != CLASS_NONE;
	} else {
		carried = p->of && attr != CLASS_NONE && run.head >= 0;
		guint before = p->out->demands->len;
		if (!amend(p, &run))
			tell_run(p, &run);
		share(p, before);
		p->loose = run.head < 0 && p->out->demands->len > before && !p->subject_set ? (int)before : -1;
	}
	if (attr != CLASS_NONE && p->attr == attr && !carried && !p->change.pending)
		p->attr = CLASS_NONE;
	p->of = p->in = p->denied = p->once = p->by = p->value_follows = p->place = p->skip = p->quiet = p->predicate =
		false;
}
