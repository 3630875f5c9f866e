/* What the reading of a wish (builtin_wish.c) and its checklist (builtin_item.c) have in common. */
#pragma once

#include "llm/builtin_resolve.h"
#include "llm/builtin_wish.h"

struct worker {
	struct values v;
	struct wish *wish;
	bool prompt;
	const struct words *words;
	const GArray *demands;
	struct meaning *meanings; /* of each demand */
	json_t **params;          /* of each demand: what it assigns, NULL while not understood */
	char **shorts;            /* of each demand: what of it could not be had, or NULL */
};

static inline const struct demand *demand_at(const struct worker *w, guint i)
{
	return &g_array_index(w->demands, struct demand, i);
}

/* "1 m tall", "10 cm taller" of the whole asset: which is for the measured bounds to show, not for any one parameter.
 */
static inline bool is_whole_height(const struct demand *demand)
{
	return demand->kind == DEMAND_MEASURE && demand->thing == 0 && demand->dim == DIM_HEIGHT;
}

/* Adds to the checklist what demand i assigned. */
void item_add(struct worker *w, guint i);
/* Adds an item that no demand stands for. */
void item_add_said(struct worker *w, const char *text, guint thing, json_t *params);
/* Adds the words first..end to those that say nothing to the exemplar. */
void item_ignore(struct worker *w, guint first, guint end);
