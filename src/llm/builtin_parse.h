/*
 * A sentence as a list of demands: which thing, and what of it. Grammar only; what a demand does to parameters is
 * builtin_wish.c's business.
 *
 * Adjectives bind to the noun behind them ("red legs"); a predicate binds to the noun before it, or to the whole asset
 * ("the blade is blue", "made of oak", "make it taller"). A noun that is not the exemplar's own takes its adjectives
 * with it into `ignored`: "a red cup holder" makes nothing else red.
 */
#pragma once

#include "llm/builtin_atoms.h"

enum demand_kind {
	DEMAND_PRESENT,   /* it is there */
	DEMAND_ABSENT,    /* it is not */
	DEMAND_COUNT,     /* value: how many; how many more when relative */
	DEMAND_ADJECTIVE, /* atom describes it */
	DEMAND_MEASURE,   /* dim is value metres; so much more when relative */
	DEMAND_SCALE,     /* dim times value */
	DEMAND_AMOUNT,    /* more or less of it: degree */
	DEMAND_SHADE,     /* its colours moved: shade */
	DEMAND_KEEP,      /* it stays as it is */
};

enum degree { DEGREE_PLAIN, DEGREE_MORE, DEGREE_LESS, DEGREE_NOT };

struct demand {
	enum demand_kind kind;
	guint thing; /* 0: the whole */
	double value;
	bool relative;
	enum dim dim; /* DIM_COUNT: not said */
	const struct atom *atom;
	enum degree degree;
	int strength;  /* -1 slightly, 1 very */
	double factor; /* "twice as", "20 %": 0 when not said */
	const char *shade;
	bool added;       /* by a verb that adds: "add legs" wants more than there are */
	bool one;         /* "a leg" */
	bool spoken;      /* its run said more of it: nothing to report when it is there already */
	bool mere;        /* only named, in a wish: says something only when it is not there */
	guint run;        /* which run told it: "red and blue legs" are two colours of one */
	guint first, end; /* its words */
};

struct reading_result {
	GArray *demands; /* of struct demand, in the order of the words */
	GArray *ignored; /* of struct word_span */
	bool selects;    /* single pieces were picked out ("the left leg"), which cannot be done */
};

struct word_span {
	guint first, end;
};

/* `prompt`: the first prompt, where numbers are absolute and a place ("on 3 legs") may name what is wanted. The
 * result's demands point into `atoms`. */
struct reading_result *parse_atoms(const struct vocab *vocab, const GArray *atoms, bool prompt);
void reading_result_free(struct reading_result *result);

OWN_DEFINE(reading_result, reading_result_free)
