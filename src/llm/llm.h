/*
 * The language-model side: a request goes to a provider, a reply comes back. A provider is a row of providers.c.
 *
 * Every request carries its content twice: `messages`, the text that a model reads, and `facts`, the structured values
 * which the text was rendered from. Providers that speak to a model send the messages and never the facts; `builtin`
 * reads the facts. Threads: one llm may be used from many threads. Errors: LLM_ERROR, whose code tells retry from give
 * up.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/own.h"

#define LLM_ERROR (llm_error_quark())
GQuark llm_error_quark(void);
enum llm_error_code {
	LLM_ERROR_CONFIG,   /* unknown provider, missing key or file: give up, tell the person */
	LLM_ERROR_NO_MATCH, /* builtin: nothing in the library fits; the message lists the nearest families and how to
			       set up a model */
	LLM_ERROR_CANNOT,   /* the provider cannot do this kind of thing (a picture without vision, a wish beyond the
			       library) */
	LLM_ERROR_BUSY,     /* overloaded or rate limited: retry later */
	LLM_ERROR_NETWORK,  /* no connection, cut stream: retry */
	LLM_ERROR_REFUSED,  /* refused or filtered: give up on this request */
	LLM_ERROR_REPLY,    /* an answer outside the wire format: retry once */
	LLM_ERROR_END, /* scripted, replay: the recording has no more answers, or another request than the recorded one
			*/
};

/* What kind of answer an agent must give; the engine steers by it. */
enum llm_output {
	LLM_OUTPUT_PLAN,
	LLM_OUTPUT_CONTEXT,
	LLM_OUTPUT_SCRIPT,
	LLM_OUTPUT_CRITIQUE,
	LLM_OUTPUT_VERDICT,
	LLM_OUTPUT_FEEDBACK
};
const char *llm_output_name(enum llm_output output); /* "plan", "context", … */

struct llm_image {
	const char *mime; /* "image/png" */
	GBytes *bytes;
};

struct llm_message {
	const char *role; /* "system", "user", "assistant" */
	char *text;
	GPtrArray *images; /* of struct llm_image, or NULL */
};

struct llm_request {
	const char *agent; /* "planner" */
	enum llm_output output;
	GPtrArray *messages; /* of struct llm_message */
	json_t *facts;       /* an object */
};

struct llm_usage {
	gint64 tokens_in, tokens_cached, tokens_out;
	double usd; /* negative: unknown */
};

struct llm_reply {
	char *text;
	const char *stop_reason; /* "done", "length", "refusal", "filter" */
	struct llm_usage usage;
};
void llm_reply_free(struct llm_reply *reply);

struct llm_options {
	const char *provider;    /* "builtin", "scripted", "replay" */
	const char *file;        /* scripted and replay: the recording */
	const char *library_dir; /* builtin: the exemplar library */
};

struct llm;
struct llm *llm_open(const struct llm_options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void llm_close(struct llm *llm);

typedef void (*llm_delta_fn)(const char *text, void *arg);

/* Sends the request and blocks for the whole reply; `delta` (may be NULL) is called with each piece as it comes. */
struct llm_reply *llm_ask(struct llm *llm, const struct llm_request *request, llm_delta_fn delta, void *arg,
	struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool llm_has_vision(const struct llm *llm);
const char *llm_provider_name(const struct llm *llm);
const char *const *llm_providers(void);

/* SHA-256 in hex of what a model would be shown (agent, output, messages, pictures by hash): what a recording knows a
 * call by. The facts are not part of it. Free with g_free(). */
char *llm_request_digest(const struct llm_request *request);

struct llm_message *llm_message_new(const char *role, const char *text);
void llm_message_free(struct llm_message *message);

OWN_DEFINE(llm_reply, llm_reply_free)
OWN_DEFINE(llm_message, llm_message_free)
OWN_DEFINE(llm, llm_close)
