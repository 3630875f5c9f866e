/* From atoms to demands: see builtin_parse.h. A run is a noun phrase with what stands right behind it. */
#include "llm/builtin_parse_int.h"

static void reset_clause(struct parser *p)
{
	p->predicate = p->place = p->skip = p->negate = p->once = p->forbid = false;
	p->joined_count = 0;
	p->loose = p->amend = -1;
	p->attr = CLASS_NONE;
	p->factor = 0;
}

/* "increase the height" with nothing behind it: by a fifth. */
static void flush_change(struct parser *p)
{
	if (!p->change.pending)
		return;
	p->change.pending = false;
	struct demand demand = {.thing = p->subject,
		.dim = p->change.dim,
		.degree = p->change.up ? DEGREE_MORE : DEGREE_LESS,
		.first = p->change.first,
		.end = p->change.end};
	if (p->attr == CLASS_NUMBER_OF || p->change.count) {
		demand.kind = DEMAND_AMOUNT;
	} else if (p->factor > 0) {
		demand.kind = DEMAND_SCALE;
		demand.value = p->factor;
	} else {
		demand.kind = p->change.dim_said ? DEMAND_SCALE : DEMAND_AMOUNT;
		demand.value = p->change.up ? 1.25 : 0.8;
	}
	g_array_append_val(p->out->demands, demand);
}

static void end_sentence(struct parser *p)
{
	flush_change(p);
	reset_clause(p);
	p->mode = MODE_NONE;
	p->except = false;
	p->subject = 0;
	p->subject_set = p->lost = p->giving = false;
	p->last_added = 0;
	p->replaced = -1;
}

static void begin_verb(struct parser *p, enum mode mode, enum dim dim)
{
	flush_change(p);
	reset_clause(p);
	p->except = false;
	p->mode = mode;
	p->subject = 0;
	p->subject_set = p->lost = p->giving = false;
	p->replaced = -1;
	bool changes = mode == MODE_INCREASE || mode == MODE_DECREASE;
	p->change =
		(struct change){.pending = false, .up = mode == MODE_INCREASE, .dim = dim, .dim_said = dim != DIM_SIZE};
	p->verb_at = changes ? (int)p->at : -1;
}

/* with, having, featuring: what follows is wanted, or replaces what was named. */
static void begin_having(struct parser *p)
{
	p->lost = false;
	p->place = p->skip = p->negate = p->once = p->predicate = false;
	if (p->mode == MODE_REPLACE) {
		p->replacing = true;
		return;
	}
	flush_change(p);
	p->attr = CLASS_NONE;
	if (p->mode != MODE_KEEP)
		p->mode = MODE_HAVE;
}

static void take_to(struct parser *p)
{
	p->place = p->skip = false;
	if (p->mode == MODE_REPLACE) {
		p->replacing = true;
	} else if (p->mode == MODE_MAKE || p->mode == MODE_INCREASE || p->mode == MODE_DECREASE ||
		   p->attr != CLASS_NONE || p->predicate) {
		p->predicate = true;
		p->value_follows = true;
	} else if (p->subject_set && p->mode == MODE_NONE) { /* "… and the legs to blue" */
		p->predicate = true;
	} else {
		p->place = true;
	}
}

/* in, on, by, for: what the next run has to do with what was said. */
static bool take_preposition(struct parser *p, const struct atom *atom)
{
	switch (atom->class) {
	case CLASS_OF:
		p->of = true;
		return true;
	case CLASS_TO:
		take_to(p);
		return true;
	case CLASS_IN:
		p->in = atom->value == 0 || p->mode != MODE_MAKE;
		p->skip = p->quiet = !p->in; /* "from wood to metal" */
		p->negate = false;
		return true;
	case CLASS_AT:
		p->place = true;
		p->skip = p->predicate = false;
		return true;
	case CLASS_BY:
		p->by = p->mode == MODE_INCREASE || p->mode == MODE_DECREASE || p->change.pending || p->amend >= 0;
		p->replacing = p->mode == MODE_REPLACE;
		p->skip = !p->by && !p->replacing;
		return true;
	case CLASS_FOR:
		p->replacing = p->mode == MODE_REPLACE;
		p->skip = !p->replacing;
		p->predicate = false;
		return true;
	case CLASS_INSTEAD:
		p->skip = p->quiet = true;
		return true;
	default:
		return false;
	}
}

/* and, but, except: how the next run stands to the one before. */
static bool take_conjunction(struct parser *p, const struct atom *atom)
{
	switch (atom->class) {
	case CLASS_EXCEPT:
		p->except = true;
		return true;
	case CLASS_AND:
	case CLASS_OR:
		p->place = p->skip = p->quiet = p->predicate = false;
		p->once = p->once && atom->class == CLASS_OR;
		return true;
	case CLASS_BUT:
		if (p->at > 0 && atom_is(parser_atom(p, p->at - 1), CLASS_WHOLE)) { /* "everything but the legs" */
			p->except = true;
			return true;
		}
		flush_change(p);
		reset_clause(p);
		p->mode = MODE_NONE;
		return true;
	default:
		return false;
	}
}

/* is, has, no, without: whether the next run describes, is wanted, or is not. */
static bool take_assertion(struct parser *p, const struct atom *atom)
{
	switch (atom->class) {
	case CLASS_BE:
		p->predicate = true;
		p->place = p->skip = false;
		return true;
	case CLASS_HAVE:
		begin_having(p);
		return true;
	case CLASS_WITHOUT:
		flush_change(p);
		p->negate = true;
		p->predicate = p->place = p->skip = false;
		p->mode = MODE_HAVE;
		return true;
	case CLASS_NO:
		p->once = true;
		p->place = p->predicate = false;
		return true;
	case CLASS_NOT:
		p->denied = true;
		return true;
	default:
		return false;
	}
}

/* Small words that set the stage for the next run. False for those that belong to a run. */
static bool take_small(struct parser *p, const struct atom *atom)
{
	return take_assertion(p, atom) || take_preposition(p, atom) || take_conjunction(p, atom);
}

static bool take_verb(struct parser *p, const struct atom *atom)
{
	static const enum mode modes[] = {[CLASS_ADD] = MODE_ADD,
		[CLASS_GIVE] = MODE_HAVE,
		[CLASS_REMOVE] = MODE_REMOVE,
		[CLASS_MAKE] = MODE_MAKE,
		[CLASS_REPLACE] = MODE_REPLACE,
		[CLASS_INCREASE] = MODE_INCREASE,
		[CLASS_DECREASE] = MODE_DECREASE,
		[CLASS_KEEP] = MODE_KEEP,
		[CLASS_WANT] = MODE_HAVE,
		[CLASS_SHADE] = MODE_SHADE};
	if (atom->class < CLASS_ADD || atom->class > CLASS_SHADE)
		return false;
	bool negated = p->denied;
	p->denied = false;
	begin_verb(p, modes[atom->class], atom->value > 0 ? (enum dim)atom->value : DIM_SIZE);
	p->giving = atom->class == CLASS_GIVE;
	p->forbid = atom->class == CLASS_KEEP && atom->value > 0;
	if (atom->class == CLASS_SHADE)
		p->shade_verb = atom;
	if (negated)
		p->mode = atom->class == CLASS_REMOVE ? MODE_KEEP : MODE_REMOVE;
	return true;
}

static void parse_one(struct parser *p)
{
	const struct atom *atom = parser_atom(p, p->at);
	if (atom->kind == ATOM_STOP) {
		end_sentence(p);
		p->at++;
	} else if (atom->kind == ATOM_COMMA) {
		p->place = p->skip = p->quiet = p->predicate = p->once = false;
		p->at++;
	} else if (atom->kind == ATOM_SMALL &&
		   (take_small(p, atom) || take_verb(p, atom) || atom->class == CLASS_FILL)) {
		p->at++;
	} else {
		parse_run(p);
	}
}

struct reading_result *parse_atoms(const struct vocab *vocab, const GArray *atoms, bool prompt)
{
	struct reading_result *out = g_new0(struct reading_result, 1);
	out->demands = g_array_new(FALSE, TRUE, sizeof(struct demand));
	out->ignored = g_array_new(FALSE, FALSE, sizeof(struct word_span));
	struct parser p = {.vocab = vocab,
		.atoms = atoms,
		.prompt = prompt,
		.replaced = -1,
		.verb_at = -1,
		.loose = -1,
		.amend = -1,
		.out = out};
	while (p.at < atoms->len) {
		guint before = p.at;
		parse_one(&p);
		g_assert(p.at > before);
	}
	end_sentence(&p);
	return out;
}

void reading_result_free(struct reading_result *result)
{
	g_array_unref(result->demands);
	g_array_unref(result->ignored);
	g_free(result);
}
