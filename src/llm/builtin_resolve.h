/*
 * What an adjective means for a thing: its own quality, material, choice, colour or size first, then what the whole
 * asset or another part makes of the word, then what the exemplar already shows.
 */
#pragma once

#include "llm/builtin_values.h"

/* In the order in which demands are carried out: a style is a ground that the rest is painted on. */
enum phase {
	PHASE_STYLE,
	PHASE_PRESENCE,
	PHASE_QUALITY,
	PHASE_MATERIAL,
	PHASE_COLOR,
	PHASE_SHADE,
	PHASE_SIZE,
	PHASE_COUNT
};

enum meaning_kind {
	MEANING_NONE,
	MEANING_SET,      /* set, to a degree */
	MEANING_TONE,     /* set (may be NULL), and the material's tone for the thing's colours */
	MEANING_COLOR,    /* hex, for the thing's colours */
	MEANING_COLORFUL, /* many colours */
	MEANING_SHADE,    /* shade */
	MEANING_SIZE,     /* size */
	MEANING_SHOWN,    /* it is so */
};

struct meaning {
	enum meaning_kind kind;
	enum phase phase;
	guint thing; /* the thing it is carried out on */
	const json_t *set;
	const char *tone, *hex, *shade;
	const struct size_word *size;
	bool only_own;     /* of `set`, only what the named thing's parts depend on */
	const char *style; /* the style's name */
};

struct meaning resolve_adjective(const struct values *v, const struct words *words, const struct demand *demand);

/* The parts a thing shows in. New array of strings; for the whole, those that depend on `params`. */
json_t *resolve_parts(const struct values *v, guint thing, const json_t *params);
