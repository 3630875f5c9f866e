/*
 * A sentence's smallest pieces with all they may mean: small words, numbers with their units, and open words that may
 * be a thing, a quality, a colour, a material, a size at once.
 */
#pragma once

#include "llm/builtin_lexicon.h"
#include "llm/builtin_vocab.h"

enum atom_kind {
	ATOM_SMALL, /* a word of the lexicon: see class */
	ATOM_COMMA,
	ATOM_STOP,
	ATOM_NUMBER,
	ATOM_MEASURE, /* value in metres */
	ATOM_PERCENT, /* value 0.2 for 20 % */
	ATOM_TIMES,   /* value 3 for "3 times", "3x" */
	ATOM_OPEN,
};

struct atom {
	enum atom_kind kind;
	guint first, end;      /* its words */
	enum word_class class; /* of a small word; of an open one that is an attribute or a place too */
	double value;
	/* what an open word may be; an unknown one is nothing of it */
	const struct entry *entry;
	const struct entry *verbal; /* the quality of its stem, when it is a noun itself: "glow" for "glowing" */
	bool color;
	color_hex hex;
	const char *shade; /* "dark", "lighter" without a colour behind it; "neon" of "neon colours" */
	bool colorful;     /* of many colours */
	const struct material *material;
	const struct size_word *size;
	bool comparative; /* "rounder" */
	bool whole;       /* the asset itself */
	bool in_name;     /* it stands before a name it belongs to: the "golden" of "golden trim" */
	bool lacks;       /* "armless": the entry's thing is not wanted */
	bool bears;       /* "legged": what stands before it is told of the entry's thing */
};

/* The atoms of words first..; the asset's own name is at head..head_end when head < head_end. Array of struct atom. */
GArray *atoms_read(const struct vocab *vocab, const struct words *words, guint first, guint head, guint head_end);

bool atom_is(const struct atom *atom, enum word_class class); /* a small word of this class */
/* The thing an atom may stand for, -1 for none; 0 is the whole. */
int atom_thing(const struct atom *atom);
/* It can describe a thing. */
bool atom_describes(const struct atom *atom);
/* An open word that means nothing known. */
bool atom_unknown(const struct atom *atom);
