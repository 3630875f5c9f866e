/* A tape of answers: a list of objects {"agent": …} out of a file, each agent's given back in order. Any threads. */
#pragma once

#include "llm/llm_int.h"

struct tape;

/* Reads the list with `load` (a new array, or NULL with `error` set). `needs` says what the provider needs when there
 * is none: "replay provider needs a recording". NULL with LLM_ERROR_CONFIG. */
struct tape *tape_open(const char *file, json_t *(*load)(const char *path, GError **error), const char *needs,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of a struct tape; the close() of a provider whose state it is. */
void tape_close(void *tape);

/* The agent's next object (borrowed) and, when wanted, its number from 1; NULL when it has none left. */
const json_t *tape_next(struct tape *tape, const char *agent, gsize *number_out);
