/*
 * What demands do to parameters: pure functions from a thing and the current values to new assignments. Each returns a
 * new object name → value, empty when nothing is to be changed, or NULL when the thing cannot do that. Values are held
 * to their ranges; what was cut off is said in `notes`.
 */
#pragma once

#include "llm/builtin_parse.h"

struct values {
	const struct vocab *vocab;
	const struct script *script; /* whose parameters and ranges count */
	json_t *now;                 /* name → value, as assigned so far */
	json_t *notes;
};

/* The assignments of a quality, a material, a style: to the degree asked. */
json_t *values_express(const struct values *v, const json_t *set, enum degree degree, int strength);

bool values_present(const struct values *v, guint thing);
/* Makes a thing be there. `count` 0: not said. */
json_t *values_add(const struct values *v, guint thing, int count);
json_t *values_remove(const struct values *v, guint thing);
/* Sets the number of pieces, to `count` or by it. */
json_t *values_count(const struct values *v, guint thing, double count, bool relative);
/* More or less of a thing: pieces, or what its `add` turns. factor 0: not said. */
json_t *values_amount(const struct values *v, guint thing, enum degree degree, int strength, double factor);

bool values_has_dim(const struct values *v, guint thing, enum dim dim);
json_t *values_scale(const struct values *v, guint thing, enum dim dim, double factor);
json_t *values_measure(const struct values *v, guint thing, enum dim dim, double metres, bool relative);

/* The colour parameters of a thing; NULL when it takes none. Borrowed. */
const json_t *values_colors(const struct values *v, guint thing);
json_t *values_shade(const struct values *v, guint thing, const char *shade);
