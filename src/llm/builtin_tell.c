/* Telling: what a run says becomes demands on its noun, or on the subject (builtin_run.c finds which). */
#include "llm/builtin_parse_int.h"

bool run_attribute(const struct atom *atom)
{
	return atom->class == CLASS_COLOR || atom->class == CLASS_LOOK || atom->class == CLASS_DIM ||
	       atom->class == CLASS_NUMBER_OF;
}

bool run_noun(const struct atom *atom)
{
	return (atom_thing(atom) >= 0 && !atom->lacks && !atom->bears) || atom_is(atom, CLASS_WHOLE) ||
	       atom_is(atom, CLASS_THEM);
}

void run_ignore(const struct parser *p, guint first, guint end)
{
	GArray *ignored = p->out->ignored;
	struct word_span span = {first, end};
	struct word_span *last = ignored->len ? &g_array_index(ignored, struct word_span, ignored->len - 1) : NULL;
	if (last && last->end == first)
		last->end = end;
	else
		g_array_append_val(ignored, span);
}

/* An adjective takes the words of degree with it; the number stays for the noun. */
static void spend(struct pending *w)
{
	double number = w->number;
	guint first = w->number_first;
	bool relative = w->relative && number >= 0;
	*w = (struct pending){
		.measure = -1, .number = number, .number_first = first, .relative = relative, .first = G_MAXUINT};
}

void pending_clear(struct pending *w)
{
	*w = (struct pending){.number = -1, .measure = -1, .first = G_MAXUINT, .number_first = G_MAXUINT};
}

void tell(const struct parser *p, struct demand demand)
{
	demand.run = p->run;
	g_array_append_val(p->out->demands, demand);
}

static enum degree flipped(enum degree degree)
{
	return degree == DEGREE_LESS ? DEGREE_MORE : DEGREE_LESS;
}

static void tell_adjective(
	struct parser *p, const struct run *run, const struct atom *atom, bool enough, struct pending *w)
{
	struct demand demand = {.kind = DEMAND_ADJECTIVE,
		.thing = run->thing,
		.atom = atom,
		.dim = DIM_COUNT,
		.degree = w->degree,
		.strength = w->strength,
		.factor = w->factor,
		.first = MIN(w->first, atom->first),
		.end = atom->end};
	if (w->measure >= 0 && atom->size) {
		demand.kind = DEMAND_MEASURE;
		demand.dim = atom->size->dim;
		demand.value = atom->size->factor < 1 && atom->size->comparative ? -w->measure : w->measure;
		demand.relative = atom->size->comparative;
	}
	if (p->mode == MODE_INCREASE && demand.degree == DEGREE_PLAIN && !atom->size)
		demand.degree = DEGREE_MORE;
	if (p->mode == MODE_DECREASE && demand.degree == DEGREE_PLAIN && !atom->size)
		demand.degree = DEGREE_LESS;
	if (w->too)
		demand.degree = flipped(demand.degree);
	if (p->denied)
		demand.degree = w->too ? DEGREE_PLAIN : enough ? DEGREE_MORE : DEGREE_NOT;
	if (p->mode == MODE_REMOVE)
		demand.degree = DEGREE_NOT;
	tell(p, demand);
	spend(w);
	p->amend = atom->size && atom->size->comparative ? (int)p->out->demands->len - 1 : -1;
}

/* A measure whose dimension is said by an attribute, or by nothing. */
static void tell_measure(struct parser *p, guint thing, struct pending *w, guint end)
{
	bool by = p->by || (p->change.pending && !p->value_follows);
	double sign = p->mode == MODE_DECREASE ? -1 : 1;
	struct demand demand = {.kind = DEMAND_MEASURE,
		.thing = thing,
		.dim = p->attr == CLASS_DIM                      ? p->attr_dim
		       : p->change.pending && p->change.dim_said ? p->change.dim
								 : DIM_COUNT,
		.value = by ? sign * w->measure : w->measure,
		.relative = by,
		.first = p->change.pending ? p->change.first : w->first,
		.end = end};
	tell(p, demand);
	p->change.pending = false;
	p->attr = CLASS_NONE;
	pending_clear(w);
}

static void tell_factor(struct parser *p, guint thing, struct pending *w, guint end)
{
	double factor = w->factor;
	if (p->mode == MODE_DECREASE && factor > 1)
		factor = 1 / factor;
	struct demand demand = {.kind = DEMAND_SCALE,
		.thing = thing,
		.dim = p->attr == CLASS_DIM ? p->attr_dim
		       : p->change.pending  ? p->change.dim
					    : DIM_SIZE,
		.value = factor,
		.first = p->change.pending ? p->change.first : w->first,
		.end = end};
	if (p->attr == CLASS_NUMBER_OF)
		demand.kind = DEMAND_AMOUNT, demand.factor = factor;
	tell(p, demand);
	p->change.pending = false;
	p->attr = CLASS_NONE;
	pending_clear(w);
}

static void tell_number(struct parser *p, const struct run *run, struct pending *w, guint end)
{
	bool by = p->by || w->relative;
	struct demand demand = {.thing = run->thing,
		.first = MIN(w->first, w->number_first),
		.end = end,
		.value = w->number,
		.dim = DIM_COUNT};
	if (run->thing == 0) /* not a number of its parts: "two chairs" */
		demand.end = w->number_first + 1;
	if (p->attr == CLASS_DIM) { /* a bare number for a height is metres */
		w->measure = w->number;
		tell_measure(p, run->thing, w, end);
		return;
	}
	demand.kind = DEMAND_COUNT;
	demand.relative = by || (p->mode == MODE_ADD && !p->prompt) || p->mode == MODE_REMOVE;
	bool less = p->mode == MODE_REMOVE || p->mode == MODE_DECREASE;
	demand.value = demand.relative && less ? -w->number : w->number;
	p->change.pending = false;
	tell(p, demand);
	pending_clear(w);
}

static void tell_attribute(struct parser *p, const struct run *run, const struct atom *atom, struct pending *w)
{
	p->attr = atom->class;
	p->attr_dim = atom->class == CLASS_DIM ? (enum dim)atom->value : DIM_COUNT;
	if (w->measure >= 0 && atom->class == CLASS_DIM)
		tell_measure(p, run->thing, w, atom->end);
	else if (w->factor > 0 && atom->class == CLASS_DIM && run->head >= 0)
		tell_factor(p, run->thing, w, atom->end);
	else if (w->factor > 0) { /* "double the height of the back": of what comes behind */
		p->factor = w->factor;
		p->change = (struct change){.pending = true,
			.up = true,
			.dim = p->attr_dim,
			.dim_said = true,
			.count = atom->class == CLASS_NUMBER_OF,
			.first = w->first,
			.end = atom->end};
		pending_clear(w);
	}
	if (atom->class == CLASS_DIM && w->degree != DEGREE_PLAIN) {
		tell(p, (struct demand){.kind = DEMAND_SCALE,
				.thing = run->thing,
				.dim = p->attr_dim,
				.value = w->degree == DEGREE_MORE ? 1.25 : 0.8,
				.first = w->first,
				.end = atom->end});
		pending_clear(w);
	}
}

static void note_small(const struct atom *atom, struct pending *w)
{
	w->first = MIN(w->first, atom->first);
	switch (atom->class) {
	case CLASS_MORE:
		w->degree = w->too ? DEGREE_LESS : DEGREE_MORE;
		w->too = false;
		w->relative = true;
		break;
	case CLASS_ANOTHER:
		w->number = w->number > 0 ? w->number : 1;
		w->number_first = MIN(w->number_first, atom->first);
		w->relative = true;
		break;
	case CLASS_LESS:
	case CLASS_FEWER:
		w->degree = DEGREE_LESS;
		w->relative = true;
		break;
	case CLASS_VERY:
		w->strength = 1;
		break;
	case CLASS_SLIGHT:
		w->strength = -1;
		break;
	case CLASS_TOO:
		w->too = true;
		break;
	case CLASS_TWICE:
		w->factor = atom->value;
		break;
	default:
		break;
	}
}

/* Everything of the run but its head is told of the head, or of the subject. */
void tell_content(struct parser *p, struct run *run, guint first, guint end, struct pending *w)
{
	for (guint i = first; i < end; i++) {
		const struct atom *atom = run->atom[i];
		bool bears = i + 1 < end && run->atom[i + 1]->bears;
		bool enough = i + 1 < end && atom_is(run->atom[i + 1], CLASS_ENOUGH);
		if ((int)i == run->head)
			continue;
		if (bears && (atom->kind == ATOM_NUMBER || atom_describes(atom))) { /* "three-legged" */
			struct run borne = {.head = 0, .thing = (guint)atom_thing(run->atom[i + 1])};
			if (atom->kind == ATOM_NUMBER) {
				w->number = atom->value;
				w->number_first = atom->first;
				tell_number(p, &borne, w, run->atom[i + 1]->end);
			} else {
				tell_adjective(p, &borne, atom, false, w);
			}
		} else if (atom->lacks) {
			tell(p, (struct demand){.kind = DEMAND_ABSENT,
					.thing = (guint)atom_thing(atom),
					.first = atom->first,
					.end = atom->end,
					.dim = DIM_COUNT});
		} else if (atom->kind == ATOM_NUMBER) {
			w->number_first = atom->first;
			w->number = atom->value;
		} else if (atom->kind == ATOM_MEASURE) {
			w->first = MIN(w->first, atom->first);
			w->measure = atom->value;
			if (p->attr == CLASS_DIM)
				tell_measure(p, run->thing, w, atom->end);
		} else if (atom->kind == ATOM_PERCENT || atom->kind == ATOM_TIMES) {
			w->first = MIN(w->first, atom->first);
			bool down = p->mode == MODE_DECREASE;
			w->factor = atom->kind == ATOM_TIMES ? atom->value : down ? 1 - atom->value : 1 + atom->value;
			if (atom->kind == ATOM_PERCENT && p->value_follows)
				w->factor = atom->value;
		} else if (run_attribute(atom) && !run_noun(atom)) {
			tell_attribute(p, run, atom, w);
		} else if (atom_describes(atom) || atom_unknown(atom) || atom_is(atom, CLASS_OPINION)) {
			tell_adjective(p, run, atom, enough, w); /* an unknown word may be what the exemplar shows */
		} else if (atom->kind == ATOM_SMALL) {
			note_small(atom, w);
		}
	}
}

/* "more slats", "fewer windows", "too many legs" */
static void tell_amount(struct parser *p, const struct run *run, struct pending *w, guint end)
{
	tell(p, (struct demand){.kind = DEMAND_AMOUNT,
			.thing = run->thing,
			.degree = w->too ? DEGREE_LESS : w->degree,
			.strength = w->strength,
			.first = MIN(w->first, end),
			.end = end,
			.dim = DIM_COUNT});
	pending_clear(w);
}

/* What is left when the run is over: a number is a count, a measure a size. */
void tell_rest(struct parser *p, struct run *run, struct pending *w, guint end)
{
	bool valued = p->by || p->value_follows || p->predicate;
	if (w->measure >= 0)
		tell_measure(p, run->thing, w, end);
	if (w->factor > 0 && (valued || p->change.pending || run->head >= 0 || p->attr == CLASS_DIM))
		tell_factor(p, run->thing, w, end);
	bool counts =
		run->head >= 0 || p->attr == CLASS_NUMBER_OF || p->attr == CLASS_DIM || (valued && p->subject_set);
	if (w->number >= 0 && counts)
		tell_number(p, run, w, end);
	else if (w->number >= 0)
		run_ignore(p, w->number_first, w->number_first + 1);
}

/* What is not wanted, or stays: its adjectives only say which it is; a number says how many of it go. */
void tell_gone(struct parser *p, const struct run *run, guint first, guint end)
{
	struct demand demand = {.kind = DEMAND_ABSENT,
		.thing = run->thing,
		.one = run->one && p->mode == MODE_REMOVE,
		.first = first,
		.end = end,
		.dim = DIM_COUNT};
	if (p->mode == MODE_KEEP || p->except)
		demand.kind = DEMAND_KEEP;
	for (int i = 0; i < run->head && demand.kind == DEMAND_ABSENT && p->mode == MODE_REMOVE; i++) {
		const struct atom *atom = run->atom[i];
		bool one = i + 1 <= run->head && atom->kind == ATOM_NUMBER;
		if (!one)
			continue;
		demand.kind = DEMAND_COUNT;
		demand.relative = true;
		demand.value = -atom->value;
	}
	tell(p, demand);
}

static void tell_present(
	struct parser *p, const struct run *run, const struct pending *w, guint before, guint first, guint end)
{
	bool changing = p->mode == MODE_MAKE || p->change.pending ||
			(p->mode == MODE_REPLACE && (int)run->thing == p->replaced);
	bool pointed = run->definite && p->mode != MODE_ADD && !(p->prompt && p->mode == MODE_HAVE);
	bool counted = false;
	for (guint i = before; i < p->out->demands->len; i++) {
		enum demand_kind kind = g_array_index(p->out->demands, struct demand, i).kind;
		counted = counted || kind == DEMAND_COUNT || kind == DEMAND_AMOUNT;
	}
	const struct atom *next = parser_atom(p, p->at);
	bool introduces = !p->prompt && p->mode == MODE_NONE && next &&
			  (atom_is(next, CLASS_BE) || atom_is(next, CLASS_IN) || atom_is(next, CLASS_TO));
	bool attributed = p->attr != CLASS_NONE && !p->prompt;
	if (attributed || introduces || run->thing == 0 || counted || (changing && run->definite) ||
		(pointed && !p->prompt) || p->predicate)
		return;
	tell(p, (struct demand){.kind = DEMAND_PRESENT,
			.thing = run->thing,
			.first = first,
			.end = end,
			.dim = DIM_COUNT,
			.added = p->mode == MODE_ADD && p->out->demands->len == before,
			.one = run->one,
			.mere = !p->prompt && (p->mode == MODE_NONE || p->mode == MODE_MAKE),
			.spoken = p->out->demands->len > before});
}

/* Adjectives, numbers and amounts of a run that is wanted. */
void tell_wanted(struct parser *p, struct run *run, guint first, guint end)
{
	struct pending w;
	pending_clear(&w);
	guint before = p->out->demands->len;
	guint noun = run->head >= 0 ? (guint)run->head : run->count;
	tell_content(p, run, 0, noun, &w);
	if (run->head >= 0) {
		if (w.number >= 0 && (w.relative || p->attr != CLASS_DIM))
			tell_number(p, run, &w, run->atom[noun]->end);
		else if (w.degree != DEGREE_PLAIN || w.too)
			tell_amount(p, run, &w, run->atom[noun]->end);
		tell_content(p, run, noun + 1, run->count, &w);
	}
	tell_rest(p, run, &w, end);
	if (run->head >= 0)
		tell_present(p, run, &w, before, first, end);
	bool told = p->out->demands->len > before;
	if (told && (p->attr == CLASS_COLOR || p->attr == CLASS_LOOK))
		p->attr = CLASS_NONE;
}
