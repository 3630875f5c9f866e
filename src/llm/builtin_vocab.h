/*
 * An exemplar's vocabulary: which phrases mean which of its things, qualities, materials, styles and choices, as
 * EXEMPLAR says. One phrase may mean several ("gold": the trim, and what it is made of); which is meant is for the
 * reader of the sentence to say.
 */
#pragma once

#include "llm/builtin_library.h"
#include "llm/builtin_words.h"

enum reading_kind { READ_THING, READ_QUALITY, READ_MATERIAL, READ_STYLE, READ_CHOICE };

struct reading {
	enum reading_kind kind;
	guint thing;       /* index into vocab.things */
	const json_t *set; /* assignments; NULL for a thing */
};

struct entry {
	char *phrase; /* normal */
	guint words;
	GArray *readings; /* of struct reading */
};

struct thing {
	const char *name;  /* "" for the whole */
	const json_t *def; /* its dict in EXEMPLAR */
	char *shown;       /* normal text of what describes its parts, with a blank at both ends */
};

struct vocab {
	const struct exemplar *exemplar;
	GArray *things;      /* of struct thing; 0 is the whole */
	GHashTable *entries; /* phrase → struct entry */
	GPtrArray *owned;    /* json_t made for choices */
	guint longest;       /* words of the longest phrase */
};

struct vocab *vocab_new(const struct exemplar *exemplar);
void vocab_free(struct vocab *vocab);

const struct thing *vocab_thing(const struct vocab *vocab, guint thing);
/* The longest phrase that begins at word i and is no longer than `most` words; NULL for none. */
const struct entry *vocab_read(const struct vocab *vocab, const struct words *words, guint i, guint most);
/* One phrase, by its normal spelling; NULL for none. */
const struct entry *vocab_find(const struct vocab *vocab, const char *phrase);
/* One word by its stem ("pulse" for "pulsing"), or misspelled; NULL for none. */
const struct entry *vocab_find_like(const struct vocab *vocab, const char *word);

/* The first reading of a kind, of one thing or of any (thing < 0); NULL for none. */
const struct reading *entry_reading(const struct entry *entry, enum reading_kind kind, int thing);

OWN_DEFINE(vocab, vocab_free)
