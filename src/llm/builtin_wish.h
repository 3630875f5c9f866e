/*
 * What a person's words ask of an asset that is already chosen: the words read against an exemplar's things, qualities,
 * materials and styles, and turned into values for the script's parameters. The same reading serves the first prompt
 * and every later wish; relative words ("taller", "two more") start from the current values.
 */
#pragma once

#include "llm/builtin_library.h"
#include "llm/builtin_match.h"

struct wish {
	json_t *items;      /* [{"id", "text", "params", "parts", "counts": part → parameter that counts its pieces,
			       "expect"}], one for each demand understood */
	json_t *values;     /* name → value: what all items assign together */
	json_t *understood; /* ["4 legs", …] */
	json_t *ignored;    /* ["cup holder", …]: the person's words that say nothing to the exemplar */
	json_t *notes;      /* ["6 legs asked, 6 is the most", …] */
	json_t *keeps;      /* parts that were said to stay */
	char *style;        /* "" or the style asked for */
	double scale_m;     /* the height asked for in metres, 0 when none was */
};

/* Reads `words` against `exemplar`, whose parameters have the values of `script` (the exemplar's own script for a first
 * prompt). `match` is NULL for a wish, and says for a prompt where the asset is named. Never fails: what is not
 * understood is in `ignored`. */
struct wish *wish_read(const struct exemplar *exemplar, const struct script *script, const struct words *words,
	const struct match *match);
/* An empty one. */
struct wish *wish_new(void);
void wish_free(struct wish *wish);

OWN_DEFINE(wish, wish_free)

/* The size that the wish asks of the whole asset, as a blueprint has it: [null, null, metres], or null. New reference.
 */
json_t *builtin_scale(const struct wish *wish);
