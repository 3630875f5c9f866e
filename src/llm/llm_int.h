/* Inside llm/: the row a provider fills, and what a call to one is. */
#pragma once

#include "llm/llm.h"

struct service;
struct httpc;

/* A provider: a row of providers.def. */
struct llm_provider {
	const char *name;
	const struct llm_ops *ops;
	const struct service *service; /* how it is reached (service.h), or NULL: no wire */
};

/* What a try left, whether it answered or not. */
struct llm_outcome {
	struct llm_usage usage; /* as far as it is known */
	double first_seconds;   /* until the first piece; 0: there was none */
	bool again;             /* the same model may be asked again */
	double wait_seconds;    /* the service asks for this wait first; negative: it says nothing */
};

/* One try; the reply's `text`, `stop` are set by ask(), the rest by its caller. */
struct llm_ops {
	/* All required. open() returns the provider's own state for one model and fills `abilities` in, whose
	 * provider and model are set. */
	void *(*open)(struct llm *llm, const struct llm_provider *provider, const struct llm_options *options,
		struct llm_abilities *abilities, GError **error);
	void (*close)(void *state);
	struct llm_reply *(*ask)(void *state, const struct llm_request *request, const struct llm_watch *watch,
		struct cancel *cancel, struct llm_outcome *outcome, GError **error);
};

/* One model that can be asked, shared by the agents that name it alike. */
struct choice {
	const struct llm_provider *provider;
	void *state;
	struct llm_abilities abilities;
	double seconds; /* for one model to answer */
	char *key;      /* the options it was opened with, as text */
};

/* An agent's choices in order. */
struct seat {
	const char *agent;  /* interned; NULL: of everyone else */
	GPtrArray *choices; /* of struct choice, borrowed */
};

struct llm {
	GPtrArray *choices; /* of struct choice, owned */
	GArray *seats;      /* of struct seat; the first is everyone else's */
	struct llm_clock clock;
	struct httpc *httpc; /* of every service: connections are kept */
};

const struct seat *llm_seat(const struct llm *llm, const char *agent);

extern const struct llm_clock llm_clock_real;

/* The rows, ended by one without a name (providers.c); llm_providers() has their names in the same order. */
extern const struct llm_provider llm_table[];
const struct llm_provider *llm_provider_find(const char *name, GError **error);
extern const struct llm_ops llm_builtin, llm_scripted, llm_replay, llm_service;

/* A reply that cost nothing. Takes `text`. */
struct llm_reply *llm_reply_new(char *text);
/* {"tokens_in", "tokens_cached", "tokens_written", "tokens_out", "tokens_reasoning", "usd"} of a recording. */
struct llm_usage llm_usage_read(const json_t *usage);
