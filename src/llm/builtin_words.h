/*
 * Words as the built-in modeler reads them: a person's text cut into lower-case words and numbers, their singulars and
 * stems, and whether one may be another misspelled. English only, by rule and small tables.
 */
#pragma once

#include "base/own.h"

#include <stdbool.h>

enum word_kind { WORD_TEXT, WORD_NUMBER, WORD_COMMA, WORD_STOP };

struct word {
	enum word_kind kind;
	char *text;     /* lower case, without hyphens and apostrophes; "#a0b1c2" for a colour; "cm", "%", "x" behind
			   numbers */
	char *singular; /* "legs" → "leg"; equal to text where there is nothing to cut */
	double number;
	bool hyphen;    /* a hyphen, not a blank, stood before it */
	gsize from, to; /* bytes in the text */
};

enum { WORDS_MAX = 1000 }; /* what is longer is not read */

struct words {
	char *text; /* as the person wrote it */
	struct word *word;
	guint count;
};

/* Cuts `text` (UTF-8). Contractions are written out ("don't" → do not), a possessive 's is left out. */
struct words *words_new(const char *text);
void words_free(struct words *words);

/* The person's own spelling of words first..end. Free with g_free(). */
char *words_quote(const struct words *words, guint first, guint end);

char *word_singular(const char *word); /* free with g_free() */

/* The stem that "glow", "glowing", "glowed" share; for comparing only. Free with g_free(). */
char *word_stem(const char *word);

/* The positive that a comparative may come from ("bigger" → "big", "wider" → "wide", "shinier" → "shiny"), tried in
 * turn by `candidate` 0, 1, 2; NULL when there are no more. Free with g_free(). */
char *word_positive(const char *word, guint candidate);

/* True when `typed` is probably `meant` misspelled: both of at least five letters, one slip of the keyboard apart, and
 * not itself an everyday word of another meaning ("chain" is no chair). */
bool word_misspells(const char *typed, const char *meant);

/* The words of a phrase in singular, one blank between them: "Cherry-Blossoms" → "cherry blossom". Free with g_free().
 */
char *phrase_normal(const char *phrase);

OWN_DEFINE(words, words_free)
