/*
 * What English words mean for shapes, whatever the exemplar: colours, materials, sizes, units, numbers, and the small
 * words that hold a sentence together. Tables and look-ups, no state.
 */
#pragma once

#include "llm/builtin_words.h"

/* ---- colours (builtin_colors.c) ---- */
typedef char color_hex[8]; /* "#rrggbb" */

/* The colour words that begin at word i ("dark brown", "royal blue", "#aa3300"): how many they are, 0 for none. */
guint color_read(const struct words *words, guint i, color_hex out);
/* The colour moved: "darker", "lighter", "brighter"… by name of the modifier; false for an unknown one. */
bool color_shade(const char *modifier, const char *from, color_hex out);
/* True when one word would name both: to tell whether a thing already is "red". */
bool color_alike(const char *a, const char *b);
/* Bright colours that differ, for "colourful"; i counts on for ever. */
const char *color_palette(guint i);

/* ---- materials ---- */
struct material {
	const char *word;   /* as people say it: "wooden", "oak" */
	const char *name;   /* the noun: "wood", "oak" */
	const char *family; /* what it is made like: "wood" */
	const char *tone;   /* its typical colour */
};
const struct material *material_find(const char *word); /* NULL when it is none */

/* ---- sizes ---- */
enum dim { DIM_SIZE, DIM_HEIGHT, DIM_WIDTH, DIM_DEPTH, DIM_LENGTH, DIM_THICKNESS, DIM_COUNT };
extern const char *const dim_names[DIM_COUNT + 1]; /* as EXEMPLAR spells them; NULL-terminated */

struct size_word {
	const char *word;
	enum dim dim;
	float factor;     /* what the adjective makes of the usual size */
	bool comparative; /* "taller": of the current size, and may stand behind a measure */
};
const struct size_word *size_find(const char *word);

double unit_metres(const char *word);            /* "cm" → 0.01; 0 when it is no unit */
bool number_read(const char *word, double *out); /* "seven", "dozen", "pair" */

/* ---- small words ---- */
enum word_class {
	CLASS_NONE,
	CLASS_FILL, /* says nothing here: please, really, some */
	CLASS_AND,
	CLASS_OR,
	CLASS_BUT,
	CLASS_DET,     /* the, a, its */
	CLASS_ALL,     /* all, every, both */
	CLASS_WHOLE,   /* it, everything, model, object */
	CLASS_THEM,    /* them, these, ones */
	CLASS_BE,      /* is, are, looks */
	CLASS_HAVE,    /* has, have, with, having */
	CLASS_NO,      /* no */
	CLASS_NOT,     /* not, never */
	CLASS_WITHOUT, /* without, minus */
	CLASS_OF,      /* of */
	CLASS_TO,      /* to, into */
	CLASS_IN,      /* in, from: predicate or place */
	CLASS_AT,      /* on, around, under: a place */
	CLASS_BY,      /* by */
	CLASS_FOR,     /* for, like, as if: what follows says nothing of the shape */
	CLASS_EXCEPT,  /* except */
	CLASS_INSTEAD, /* instead */
	CLASS_ADD,     /* verbs: add, put */
	CLASS_GIVE,
	CLASS_REMOVE,
	CLASS_MAKE, /* make, turn, paint */
	CLASS_REPLACE,
	CLASS_INCREASE,
	CLASS_DECREASE,
	CLASS_KEEP,
	CLASS_WANT,  /* want, need, like: "I want …" */
	CLASS_SHADE, /* darken, lighten */
	CLASS_MORE,
	CLASS_LESS,
	CLASS_FEWER,
	CLASS_VERY,
	CLASS_SLIGHT,
	CLASS_TOO,
	CLASS_ENOUGH,
	CLASS_TWICE, /* twice, thrice, half: a factor */
	CLASS_ANOTHER,
	CLASS_COLOR,     /* attributes: color, tone */
	CLASS_LOOK,      /* texture, material, finish, style */
	CLASS_DIM,       /* height, width, size */
	CLASS_NUMBER_OF, /* number, amount, count */
	CLASS_PLACE,     /* front, left, bottom: which side */
	CLASS_OPINION,   /* nice, cool: nothing that can be built */
};

struct lexeme {
	const char *word; /* up to three words */
	enum word_class class;
	float value; /* dimension, factor */
	bool starts; /* means this only where a clause starts ("paint the …") */
};

/* The longest entry that begins at word i, NULL for none; `count` gets its words. */
const struct lexeme *lexeme_read(const struct words *words, guint i, bool clause_start, guint *count);
