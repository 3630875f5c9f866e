/* Inside llm/: the row a provider fills. */
#pragma once

#include "llm/llm.h"

struct llm_ops {
	const char *name;
	bool vision; /* it can look at pictures */
	/* All required. open() returns the provider's own state; ask() as llm_ask(). */
	void *(*open)(const struct llm_options *options, GError **error);
	void (*close)(void *state);
	struct llm_reply *(*ask)(void *state, const struct llm_request *request, llm_delta_fn delta, void *arg,
		struct cancel *cancel, GError **error);
};

/* The rows, NULL-terminated (providers.c); llm_providers() has their names in the same order. */
extern const struct llm_ops *const llm_table[];
extern const struct llm_ops llm_builtin, llm_scripted, llm_replay;

/* A reply that cost nothing. Takes `text`. */
struct llm_reply *llm_reply_new(char *text);
