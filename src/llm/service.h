/*
 * A service: a provider at the other end of a wire. What services of one wire format do differently is data, in its row
 * of providers.def; what the three formats do differently is a table of functions, struct wire.
 */
#pragma once

#include "base/secret.h"
#include "llm/llm_int.h"
#include "net/httpc.h"

/* What an answer is held to by the service. A service that does not know how (it answers 400 and says so) is asked for
 * less the next time. */
enum structure { STRUCTURE_NONE, STRUCTURE_OBJECT, STRUCTURE_SCHEMA };

/* How a request says how much to think. */
enum effort {
	EFFORT_NONE,     /* it cannot */
	EFFORT_FIELD,    /* "reasoning_effort": "low" */
	EFFORT_OBJECT,   /* "reasoning": {"effort": "low"} */
	EFFORT_TEMPLATE, /* the field, and "chat_template_kwargs": {"enable_thinking": false} for off */
	EFFORT_THINKING, /* "thinking": {"type": "enabled"} */
};

struct service {
	const struct wire *wire;
	const char *base_url; /* NULL: must be configured */
	const char *key_env;  /* the environment variable that usually holds the key */
	const char *auth;     /* what stands before the key in its header: "Authorization: Bearer " */
	const char *length;   /* the field with the most tokens of an answer */
	enum structure structure;
	enum effort effort;
	bool keyless;     /* it may be used without a key */
	bool local;       /* usually on this machine: one call at a time */
	bool usage_asked; /* counts come when "stream_options" asks for them */
	bool cost_asked;  /* the price comes with them when "usage" asks for it */
	bool padded;      /* pads its events with chance, unless told not to */
	bool cache_named; /* takes a "prompt_cache_key" */
};

/* One model of a service, as it was opened. Read-only but for the two at the end. */
struct endpoint {
	const struct llm_provider *provider;
	const struct service *service;
	const char *model;
	char *base_url;
	char *key_env, *key_file;
	const char *reasoning; /* interned: "off" …; or NULL */
	const char *least;     /* the model's word for the least reasoning, or NULL */
	int max_tokens;
	bool temperature_set;
	double temperature;
	double silence_seconds;
	struct llm_abilities *abilities;
	struct llm *llm;
	GMutex lock;
	struct secret *key; /* NULL before the first question; guarded by lock */
	int structure;      /* enum structure, atomic: what is left of what was asked for */
};

/* What stands around the text of a stream's events; see shape.c. */
struct shape {
	GString *around; /* before the text and after it */
	gsize head;      /* bytes of it that are before; 0: nothing is known yet */
	guint learned;   /* how often it was */
};
/* Learns from an event that was read in full and gave `text`, at the key (in its quotes) where the format has it. */
void shape_learn(struct shape *shape, const char *key, const char *data, gsize size, const char *text);
/* Appends the text of an event of this shape; false when it must be read in full. *same_out: no number was another. */
bool shape_match(const struct shape *shape, const char *data, gsize size, GString *out, bool *same_out);

/* An answer as it comes in. */
struct stream {
	const struct endpoint *endpoint;
	const struct llm_request *request;
	const struct llm_watch *watch;
	struct llm_outcome *outcome;
	struct http_call *call;
	GString *text;
	gsize bytes;              /* of the stream so far */
	gint64 start;             /* steady clock, when it was asked */
	enum llm_stop stop;       /* when `stopped` */
	bool stopped;             /* it said how it ended */
	bool done;                /* it said that nothing more comes */
	bool counted;             /* the service told the usage */
	enum structure structure; /* what the answer was to be held to */
	double usd;               /* the price the service told; negative: none */
	struct shape shape;       /* of its events with text */
	GError *error;            /* what ended it */
};
/* The rest of the members are set by who makes it. */
void stream_init(struct stream *stream, const struct endpoint *endpoint, const struct llm_watch *watch,
	struct llm_outcome *outcome);
void stream_clear(struct stream *stream);

/* A wire format. */
struct wire {
	const char *name;
	/* What follows the base URL. g_free(). */
	char *(*path)(const struct endpoint *endpoint);
	/* Headers beside the key's, NULL-terminated, or NULL. */
	const char *const *headers;
	/* The body of a request, held to `structure` at the most. New reference. */
	json_t *(*body)(const struct endpoint *endpoint, const struct llm_request *request, enum structure structure);
	const char *key; /* where an event has its text: "\"content\"" */
	/* Takes one event's JSON, an object that is no error. Sets stream->error on nonsense. */
	void (*event)(struct stream *stream, const json_t *event);
};
extern const struct wire wire_openai, wire_anthropic, wire_gemini;

/* ---- for the formats: service.c ---- */
void stream_text(struct stream *stream, const char *text); /* NULL and "" add nothing */
void stream_stop(struct stream *stream, enum llm_stop stop);
/* A count of tokens, or `otherwise` when it is none that can be. */
gint64 usage_count(const json_t *usage, const char *key, gint64 otherwise);
/* Takes one event's data; false when nothing more is wanted. For the fuzzers, too. */
bool stream_take(struct stream *stream, const char *data, gsize size);

/* The tokens that an answer may have, and those for thinking on top of them. */
int endpoint_answer_tokens(const struct endpoint *endpoint, const struct llm_request *request);
int endpoint_thinking_tokens(const struct endpoint *endpoint);
/* "data:image/png;base64,…" or, without `mime`, the base64 alone. */
char *image_base64(const struct llm_image *image, bool with_mime);
/* Whether the message is the last of its role's turn, and whether it is a system one. */
bool message_is(const struct llm_request *request, guint i, const char *role);

/* ---- key.c ---- */
/* The endpoint's key, read at the first call; NULL without error when the service needs none and there is none. */
const struct secret *endpoint_key(struct endpoint *endpoint, GError **error);

/* ---- blame.c: what a failing service's answer means ---- */
/* Sets `error` and `outcome` by an answer that is no stream. */
void blame_answer(struct endpoint *endpoint, const struct http_answer *answer, gint64 wall, struct llm_outcome *outcome,
	GError **error);
/* The same by an error object inside a stream. */
void blame_event(const struct endpoint *endpoint, const json_t *event, struct llm_outcome *outcome, GError **error);
/* By an error of the network. */
void blame_network(const struct endpoint *endpoint, const GError *why, struct llm_outcome *outcome, GError **error);
/* Whether a refused request was refused for its schema. */
bool blames_structure(const struct http_answer *answer);
/* Seconds that Retry-After and its kin ask for, negative when they ask for nothing. `wall`: seconds since 1970. */
double retry_after(const struct http_answer *answer, gint64 wall);

/* ---- models.c ---- */
/* Fills in what models.def and the options know; *least_out as in struct endpoint. */
void model_abilities(const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, const char **least_out);
/* The price of a usage. */
double model_price(const struct llm_abilities *abilities, const struct llm_usage *usage);
