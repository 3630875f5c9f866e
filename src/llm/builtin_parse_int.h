/* Inside the parser of the built-in modeler: its state, between the sentence (builtin_parse.c) and the run
 * (builtin_run.c). */
#pragma once

#include "llm/builtin_parse.h"

enum mode {
	MODE_NONE,
	MODE_HAVE, /* with, has, wants, give */
	MODE_ADD,
	MODE_REMOVE,
	MODE_MAKE,
	MODE_REPLACE,
	MODE_INCREASE,
	MODE_DECREASE,
	MODE_KEEP,
	MODE_SHADE
};

/* "increase the height of the back": waits for "by 20 %" or the end. */
struct change {
	bool pending, up;
	enum dim dim;
	bool dim_said, count;
	guint first, end; /* words */
};

enum { JOINED_MAX = 16 };

struct parser {
	const struct vocab *vocab;
	const GArray *atoms;
	guint at;
	bool prompt;
	enum mode mode;
	int verb_at; /* atom of the verb that raises or lowers, -1 for none */
	const struct atom *shade_verb;
	guint subject; /* the thing last spoken of in this clause; 0 the whole */
	bool subject_set;
	bool lost;                 /* the noun before was none of the exemplar's: a predicate of it goes with it */
	bool giving;               /* "give the chair …": the first noun only receives */
	guint last_added;          /* what "it" means behind "add a cushion and …" */
	bool predicate;            /* what follows describes the subject */
	bool value_follows;        /* behind "to": "the height to 80 cm" */
	bool of, in, by;           /* this word stands right before */
	bool place;                /* what follows says where */
	bool skip, quiet;          /* what follows says nothing of the shape; quiet: and need not be reported */
	bool negate, once, denied; /* without …; no …; not … */
	bool except;
	bool replacing;       /* behind the "with" of "replace … with" */
	int replaced;         /* the thing to be replaced, -1 for none */
	enum word_class attr; /* CLASS_COLOR, CLASS_LOOK, CLASS_DIM, CLASS_NUMBER_OF of the subject */
	enum dim attr_dim;
	double factor; /* of "twice the height" */
	struct change change;
	bool forbid;     /* "do not paint it red" */
	guint last_noun; /* what "them" means when nothing is spoken of */
	guint run;       /* number of the run being read */
	int loose;       /* first demand of the run before when it had no noun, -1: "metal" of "metal for the legs" */
	int amend;       /* the demand that "by 10 %" may still speak of, -1 for none */
	guint joined[JOINED_MAX]; /* "the seat and the back blue": things that wait for the predicate */
	guint joined_count;
	struct reading_result *out;
};

static inline const struct atom *parser_atom(const struct parser *p, guint i)
{
	return i < p->atoms->len ? &g_array_index(p->atoms, struct atom, i) : NULL;
}

/* Reads the run at p->at and moves behind it (builtin_run.c). */
void parse_run(struct parser *p);

/* ---- a run ---- */

enum { RUN_MAX = 64 };

struct run {
	const struct atom *atom[RUN_MAX]; /* content, without determiners and filling words */
	guint count;
	bool definite; /* the, its */
	bool one;      /* a, an, another */
	int head;      /* index of the noun, -1 for none */
	guint thing;   /* what it stands for */
};

/* What has been read of a run but not told yet. */
struct pending {
	double number, measure, factor; /* factor 0: none; the others -1 */
	bool relative;                  /* "2 more" */
	enum degree degree;
	int strength;
	bool too;
	guint first, number_first; /* word of the first of them, of the number */
};

bool run_noun(const struct atom *atom); /* it can stand for a thing */
bool run_attribute(const struct atom *atom);

/* ---- telling (builtin_tell.c) ---- */

void run_ignore(const struct parser *p, guint first, guint end);
void tell(const struct parser *p, struct demand demand);
void pending_clear(struct pending *w);
/* Tells what atoms first..end of the run say, but for its head. */
void tell_content(struct parser *p, struct run *run, guint first, guint end, struct pending *w);
/* What is left when the run is over: a number is a count, a measure a size. */
void tell_rest(struct parser *p, struct run *run, struct pending *w, guint end);
/* What is not wanted, or stays: its adjectives only say which it is; a number says how many of it go. */
void tell_gone(struct parser *p, const struct run *run, guint first, guint end);
/* Adjectives, numbers and amounts of a run that is wanted. */
void tell_wanted(struct parser *p, struct run *run, guint first, guint end);
