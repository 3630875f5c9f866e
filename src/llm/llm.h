/*
 * The language-model side: a request goes to a provider, a reply comes back. A provider is a row of providers.def, a
 * known model a row of models.def.
 *
 * Every request carries its content twice: `messages`, the text that a model reads, and `facts`, the structured values
 * which the text was rendered from. Providers that speak to a model send the messages and never the facts; `builtin`
 * reads the facts. Threads: one llm may be used from many threads at once. Errors: LLM_ERROR, whose code tells retry
 * from give up; what could be retried, or answered by a fallback, has been when an error is seen.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/option.h"
#include "base/own.h"

#define LLM_ERROR (llm_error_quark())
GQuark llm_error_quark(void);
enum llm_error_code {
	LLM_ERROR_CONFIG,   /* unknown provider, no model named, an address that is no model server: tell the person */
	LLM_ERROR_KEY,      /* no key, a key file others may read, a key the service does not take: tell the person */
	LLM_ERROR_NO_MATCH, /* builtin: nothing in the library fits; the message lists the nearest families and how to
			       set up a model */
	LLM_ERROR_CANNOT,   /* the model cannot do this kind of thing (a picture without vision, a wish beyond the
			       library) */
	LLM_ERROR_GONE,     /* the service does not know the model, or no longer */
	LLM_ERROR_LIMIT,    /* the account is over its limit or out of credit */
	LLM_ERROR_TOO_LONG, /* the request does not fit the model, or the answer passed its ceiling */
	LLM_ERROR_BUSY,     /* overloaded or rate limited, also after retries: later */
	LLM_ERROR_NETWORK,  /* no connection, cut stream, deadline, also after retries: later */
	LLM_ERROR_REFUSED, /* filtered before there was an answer: give up on this request; see LLM_STOP_REFUSAL, too */
	LLM_ERROR_REPLY,   /* an answer outside the wire format, twice */
	LLM_ERROR_END,     /* scripted, replay: the recording has no more answers, or another request than this one */
};

/* What kind of answer an agent must give; the engine steers by it. */
enum llm_output {
	LLM_OUTPUT_PLAN,
	LLM_OUTPUT_CONTEXT,
	LLM_OUTPUT_SCRIPT,
	LLM_OUTPUT_PART,
	LLM_OUTPUT_CRITIQUE,
	LLM_OUTPUT_VERDICT,
	LLM_OUTPUT_FEEDBACK
};
const char *llm_output_name(enum llm_output output); /* "plan", "context", … */

/* ---- what is asked ---- */
struct llm_image {
	const char *mime; /* "image/png" */
	GBytes *bytes;
};

struct llm_message {
	const char *role; /* "system", "user", "assistant" */
	char *text;
	GPtrArray *images; /* of struct llm_image, or NULL; the model sees them before the text */
	bool stable;       /* a hint: up to its end the messages are the same in many calls, so cache them */
};

struct llm_request {
	const char *agent; /* "planner" */
	enum llm_output output;
	GPtrArray *messages;  /* of struct llm_message; several of one role in a row are one turn in pieces */
	const json_t *schema; /* the JSON Schema the answer must hold to, or NULL: any text. Only type (also a list with
				 "null"), properties, required, additionalProperties, items, enum, anyOf, description;
				 every property is required and no others are allowed, as the services want it */
	int max_tokens;       /* of the answer, reasoning not counted; 0: the configured or the model's most */
	json_t *facts;        /* an object */
};

/* ---- what comes back ---- */
enum llm_stop {
	LLM_STOP_DONE,
	LLM_STOP_LENGTH,  /* cut at the limit of tokens: the text is a beginning */
	LLM_STOP_REFUSAL, /* the model would not; the text says why, or is empty */
	LLM_STOP_FILTER,  /* the service's filter stopped it */
	LLM_STOP_TOOL,    /* it asks for a tool, which nobody offered */
};
const char *llm_stop_name(enum llm_stop stop); /* "done", "length", … */
enum llm_stop llm_stop_read(const char *name); /* LLM_STOP_DONE for an unknown one */

struct llm_usage {
	gint64 tokens_in;        /* all of the input, cached or not */
	gint64 tokens_cached;    /* of these, read from the service's cache */
	gint64 tokens_written;   /* of these, written into it, which some services charge more for */
	gint64 tokens_out;       /* all of the output, reasoning too */
	gint64 tokens_reasoning; /* of these, thought and not shown */
	double usd;              /* negative: unknown */
	bool estimated;          /* the service did not count, or not to the end */
};
/* Adds up; a sum with something unknown is unknown. */
void llm_usage_add(struct llm_usage *sum, const struct llm_usage *more);

struct llm_reply {
	char *text;
	enum llm_stop stop;
	struct llm_usage usage; /* of all tries together */
	const char *provider;   /* who answered; interned */
	const char *model;      /* as configured; interned, "" where there is none */
	double seconds;         /* for all of it */
	double first_seconds;   /* until the answer's first piece, of the try that answered */
};
void llm_reply_free(struct llm_reply *reply);

/* One try of one model: a call may be several, for retries and fallbacks. */
struct llm_try {
	const char *provider, *model;
	int number;          /* from 1 */
	const GError *error; /* NULL: it answered, with `stop` */
	enum llm_stop stop;
	const struct llm_usage *usage; /* what it cost, as far as the service told */
	bool again;                    /* another try follows */
	double wait_seconds;           /* before it */
};

/* Who watches a call; every member may be NULL. Called on the thread of llm_ask(). */
struct llm_watch {
	void (*piece)(const char *text, void *arg);          /* the next piece of the answer */
	void (*restart)(void *arg);                          /* forget the pieces so far: another try begins */
	void (*tried)(const struct llm_try *try, void *arg); /* a try ended; for accounts that hold across crashes */
	void *arg;
};

/* ---- models ---- */
/* What a model can do, from its row of models.def and the configuration. Borrowed from the llm. */
struct llm_abilities {
	const char *provider, *model;
	bool known;     /* it has a row */
	bool vision;    /* pictures may be sent */
	bool schema;    /* the service holds answers to a schema */
	bool reasoning; /* it can think before it answers */
	gint64 context; /* tokens of input and output together; 0: unknown */
	gint64 output;  /* tokens of output at the most; 0: unknown */
	int parallel;   /* calls at once that make sense: 1 for a server on this machine */
	double usd_in, usd_cached, usd_written, usd_out; /* per million tokens; negative: unknown */
	const char *priced; /* "2025-11", when the price was read; "" for an unknown one, "config" for the person's */
};

/* ---- opening ---- */
/* One agent's model. Strings are borrowed until llm_open() returns; NULL and 0 stand for the default unless said. */
struct llm_options {
	const char *agent;     /* whose it is; NULL: of everyone who has none of his own */
	const char *provider;  /* "builtin", "openai", "ollama", … */
	const char *model;     /* as the service names it */
	const char *base_url;  /* up to where "/chat/completions" and the like follow; NULL: the provider's */
	const char *key_env;   /* the environment variable with the key; NULL: the provider's */
	const char *key_file;  /* a file of mode 0600 with the key, instead */
	const char *reasoning; /* "off", "low", "medium", "high"; NULL: as the model does by itself */
	int max_tokens;        /* of an answer */
	double temperature;    /* when `temperature_set`; else as the service does by itself */
	bool temperature_set;
	gint64 context;         /* tokens, where the model's row is wrong or there is none */
	const char *vision;     /* "yes", "no"; NULL: by its row, and no when there is none */
	const char *structure;  /* "schema", "object", "none": what to ask the service for; NULL: by provider and row */
	double seconds;         /* for one model to answer, with its retries; 0: 600 */
	double silence_seconds; /* a stream without a byte for so long is cut; 0: 120 */
	double price_in, price_cached, price_out; /* USD per million tokens, when `priced` */
	bool priced;
	const char *fallback; /* "PROVIDER/MODEL[@BASE_URL], …": asked in turn when this one is gone, refuses, is over
				 its limit or stays away */
	const char *file;     /* scripted and replay: the recording */
	const char *library_dir; /* builtin: the exemplar library */
	const char *ca_file;     /* certificates to trust instead of the system's; of the first options, for all */
	const struct llm_options *agents; /* further ones by agent, ended by one without a provider; or NULL */
	const struct llm_clock *clock;    /* NULL: the machine's own */
};

/* Time and chance, so that a test can hold them. */
struct llm_clock {
	gint64 (*now)(void *arg);    /* microseconds, steady */
	gint64 (*wall)(void *arg);   /* seconds since 1970 */
	double (*chance)(void *arg); /* from 0 to 1 */
	/* Waits; false with CANCEL_ERROR when the token ends first. */
	bool (*sleep)(double seconds, struct cancel *cancel, void *arg, GError **error);
	void *arg;
};

struct llm;
/* Opens what the options name; connects to nothing, and reads keys not before the first question. */
struct llm *llm_open(const struct llm_options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void llm_close(struct llm *llm);

/*
 * Sends the request to the model of its agent and blocks for the whole reply. A reply is whatever a model said,
 * refusals and cut answers, too (see `stop`); an error is that none came. `watch` may be NULL.
 */
struct llm_reply *llm_ask(struct llm *llm, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of the agent's model (of its first choice, where it has fallbacks). Never NULL. */
const struct llm_abilities *llm_abilities(const struct llm *llm, const char *agent);

/* One tiny request to each model that an agent may come to, once, without retries: [{"agents": [name], "provider",
 * "model", "fallback": it is nobody's first choice, "asked": false where there is no service to ask, "ok", "error":
 * {"code", "message"} or null, "seconds", "tokens_in", "tokens_out", "usd" or null, "abilities": {…}}]. New reference,
 * or NULL with CANCEL_ERROR. */
json_t *llm_check(struct llm *llm, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The names of the providers, NULL-terminated. */
const char *const *llm_providers(void);
/* The known models: [{"provider", "model", "context", "output", "vision", "schema", "reasoning", "usd_in",
 * "usd_cached", "usd_out", "priced"}], unknown prices null. New reference. */
json_t *llm_models(void);

/* SHA-256 in hex of what a model would be shown (agent, output, messages, pictures by hash): what a recording knows a
 * call by. Neither the facts nor the hints are part of it. Free with g_free(). */
char *llm_request_digest(const struct llm_request *request);

struct llm_message *llm_message_new(const char *role, const char *text);
void llm_message_free(struct llm_message *message);

/* ---- configuration ---- */
/* The rows "models.default.…" and "models.<agent>.…" for each agent, and the agents' names, NULL-terminated. */
extern const struct option_row llm_option_rows[];
extern const char *const llm_option_agents[];
/* Reads them: one block of memory that borrows its strings from `options`. Free with g_free(). */
struct llm_options *llm_options_read(const struct options *options, const char *library_dir) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(llm_reply, llm_reply_free)
OWN_DEFINE(llm_message, llm_message_free)
OWN_DEFINE(llm, llm_close)
