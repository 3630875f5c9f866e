/* A tape of answers: a list of objects {"agent": …} out of a file, each agent's given back once, in order where
 * several fit. Any threads. */
#pragma once

#include "llm/llm_int.h"

struct tape;

/* Reads the list with `load` (a new array, or NULL with `error` set). `needs` says what the provider needs when there
 * is none: "replay provider needs a recording". NULL with LLM_ERROR_CONFIG. */
struct tape *tape_open(const char *file, json_t *(*load)(const char *path, GError **error), const char *needs,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of a struct tape; the close() of a provider whose state it is. */
void tape_close(void *tape);

/* Whether an object is one that may be given now. */
typedef bool (*tape_fits_fn)(const json_t *object, void *arg);
/* The agent's first object (borrowed) that was not given yet and fits; calls that are made side by side come in any
 * order. NULL when there is none: then *other_out is its first that was not given, or NULL. *number_out is the number
 * of either, from 1. */
const json_t *tape_take(struct tape *tape, const char *agent, tape_fits_fn fits, void *arg, gsize *number_out,
	const json_t **other_out);
