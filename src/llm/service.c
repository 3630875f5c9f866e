/*
 * A question over the wire: the body is made by the wire format, sent, and the answer's events are given to the format
 * one by one. Everything has an end: a body, a line, an answer and a stream have ceilings, silence and the whole call
 * have time limits. An answer counts when the service said how it ended; a stream that just stops was cut.
 *
 * Threads: an endpoint serves many calls at once.
 */
#include "llm/service.h"

#include "net/net.h"
#include "net/sse.h"

#include <stdlib.h>
#include <string.h>

enum {
	REQUEST_MAX = 64 << 20, /* bytes of a request */
	ANSWER_MAX = 4 << 20,   /* of an answer's text */
	EVENT_MAX = 6 << 20,    /* of one event: it may hold a whole answer, with escapes */
	STREAM_MAX = 256 << 20, /* of a stream: a delta of one letter may be 500 bytes long */
	OTHER_MAX = 1 << 20,    /* of an answer that is no stream */
	COUNT_MAX = 1 << 30,    /* of tokens */
	TOKENS_USUAL = 32768,   /* of an answer, when nothing says otherwise */
};
#define LINGER_SECONDS 2 /* for the end of the stream, once all has been said */

/* ---- opening ---- */
static char *trimmed_url(const char *url)
{
	gsize size = strlen(url);
	while (size > 0 && url[size - 1] == '/')
		size--;
	return g_strndup(url, size);
}

static bool check_options(const struct llm_provider *provider, const struct llm_options *options, GError **error)
{
	const char *agent = options->agent ? options->agent : "default";
	const char *url = options->base_url;
	if (!options->model || !*options->model)
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"models.%s.model is not set: which model of %s shall answer? (ll3m models lists known ones)",
			agent, provider->name);
	else if (!url && !provider->service->base_url)
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"models.%s.base_url is not set: where is %s? (as in https://example.com/v1)", agent,
			provider->name);
	else if (url && !g_str_has_prefix(url, "https://") && !g_str_has_prefix(url, "http://"))
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"models.%s.base_url must begin with https:// or http://, not \"%s\"", agent, url);
	else if (url && (strchr(url, '@') || strstr(url, "key=") || strstr(url, "token=")))
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"models.%s.base_url must not hold a name or a key: keys belong into the environment", agent);
	else
		return true;
	return false;
}

static void *service_open(struct llm *llm, const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, GError **error)
{
	if (!check_options(provider, options, error))
		return NULL;
	struct endpoint *e = g_new0(struct endpoint, 1);
	e->provider = provider;
	e->service = provider->service;
	e->model = abilities->model;
	e->base_url = trimmed_url(options->base_url ? options->base_url : provider->service->base_url);
	e->key_env = g_strdup(options->key_env);
	e->key_file = g_strdup(options->key_file);
	e->reasoning = g_intern_string(options->reasoning);
	e->max_tokens = options->max_tokens;
	e->temperature = options->temperature;
	e->temperature_set = options->temperature_set;
	e->silence_seconds = options->silence_seconds > 0 ? options->silence_seconds : 120;
	e->abilities = abilities;
	model_abilities(provider, options, abilities, &e->least);
	if (abilities->known && !abilities->reasoning)
		e->reasoning = NULL; /* it would be refused */
	e->structure = (int)provider->service->structure;
	if (options->structure)
		e->structure = g_str_equal(options->structure, "schema")   ? STRUCTURE_SCHEMA
			       : g_str_equal(options->structure, "object") ? STRUCTURE_OBJECT
									   : STRUCTURE_NONE;
	else if (abilities->known && !abilities->schema)
		e->structure = MIN(e->structure, (int)STRUCTURE_OBJECT);
	abilities->schema = e->structure == STRUCTURE_SCHEMA;
	e->llm = llm;
	g_mutex_init(&e->lock);
	return e;
}

static void service_close(void *state)
{
	struct endpoint *e = state;
	secret_free(e->key);
	g_mutex_clear(&e->lock);
	g_free(e->base_url);
	g_free(e->key_env);
	g_free(e->key_file);
	g_free(e);
}

/* ---- what the formats share ---- */
int endpoint_answer_tokens(const struct endpoint *endpoint, const struct llm_request *request)
{
	gint64 most = endpoint->max_tokens > 0 ? endpoint->max_tokens : TOKENS_USUAL;
	if (request->max_tokens > 0)
		most = MIN(most, request->max_tokens);
	if (endpoint->abilities->output > 0)
		most = MIN(most, endpoint->abilities->output - endpoint_thinking_tokens(endpoint));
	return (int)MAX(most, 1);
}

int endpoint_thinking_tokens(const struct endpoint *endpoint)
{
	static const struct {
		const char *name;
		int tokens;
	} budgets[] = {{"low", 2048}, {"medium", 8192}, {"high", 24576}};
	gint64 most = endpoint->abilities->output > 0 ? endpoint->abilities->output / 2 : G_MAXINT;
	for (guint i = 0; endpoint->reasoning && i < G_N_ELEMENTS(budgets); i++) {
		if (g_str_equal(budgets[i].name, endpoint->reasoning))
			return (int)MIN(budgets[i].tokens, most);
	}
	return 0;
}

char *image_base64(const struct llm_image *image, bool with_mime)
{
	gsize size = 0;
	const guchar *bytes = g_bytes_get_data(image->bytes, &size);
	g_autofree char *data = g_base64_encode(bytes, size);
	return with_mime ? g_strdup_printf("data:%s;base64,%s", image->mime, data) : g_steal_pointer(&data);
}

bool message_is(const struct llm_request *request, guint i, const char *role)
{
	const struct llm_message *message = i < request->messages->len ? request->messages->pdata[i] : NULL;
	return message && g_str_equal(message->role, role);
}

/* ---- the answer ---- */
void stream_init(struct stream *stream, const struct endpoint *endpoint, const struct llm_watch *watch,
	struct llm_outcome *outcome)
{
	*stream = (struct stream){.endpoint = endpoint,
		.watch = watch,
		.outcome = outcome,
		.text = g_string_new(NULL),
		.shape = {.around = g_string_new(NULL)},
		.start = g_get_monotonic_time(),
		.usd = -1};
}

void stream_clear(struct stream *stream)
{
	g_string_free(stream->text, TRUE);
	g_string_free(stream->shape.around, TRUE);
	g_clear_error(&stream->error);
}

/* The text has grown from `before` on. */
static void tell_text(struct stream *stream, gsize before)
{
	if (stream->text->len == before)
		return;
	if (stream->outcome->first_seconds <= 0)
		stream->outcome->first_seconds = (double)(g_get_monotonic_time() - stream->start) / G_USEC_PER_SEC;
	if (stream->text->len > ANSWER_MAX)
		g_set_error(&stream->error, LLM_ERROR, LLM_ERROR_TOO_LONG, "the answer of %s %s passed %d MiB",
			stream->endpoint->provider->name, stream->endpoint->model, ANSWER_MAX >> 20);
	else
		stream->watch->piece(stream->text->str + before, stream->watch->arg);
}

void stream_text(struct stream *stream, const char *text)
{
	gsize before = stream->text->len;
	if (!text || stream->error)
		return;
	g_string_append(stream->text, text);
	tell_text(stream, before);
}

void stream_stop(struct stream *stream, enum llm_stop stop)
{
	if (!stream->stopped || stream->stop == LLM_STOP_DONE)
		stream->stop = stop;
	stream->stopped = true;
}

gint64 usage_count(const json_t *usage, const char *key, gint64 otherwise)
{
	gint64 count = json_int(usage, key, otherwise);
	return count >= 0 && count <= COUNT_MAX ? count : otherwise;
}

/* Reads an event as JSON. */
static void take_whole(struct stream *stream, const char *data, gsize size)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) event = json_parse(data, size, EVENT_MAX, &why);
	if (!json_is_object(event))
		g_set_error(&stream->error, LLM_ERROR, LLM_ERROR_REPLY,
			"%s %s sent an event that is no JSON object%s%s", stream->endpoint->provider->name,
			stream->endpoint->model, why ? ": " : "", why ? why->message : "");
	else if (json_object_get(event, "error") && !json_is_null(json_object_get(event, "error")))
		blame_event(stream->endpoint, event, stream->outcome, &stream->error);
	else
		stream->endpoint->service->wire->event(stream, event);
}

bool stream_take(struct stream *stream, const char *data, gsize size)
{
	gsize before = stream->text->len;
	if (stream->done)
		return true;
	bool same = true;
	if (shape_match(&stream->shape, data, size, stream->text, &same)) {
		stream->counted = stream->counted && same; /* a count that was passed over */
		tell_text(stream, before);
		return !stream->error;
	}
	if (size == strlen("[DONE]") && memcmp(data, "[DONE]", size) == 0) {
		stream->done = true;
		return true;
	}
	take_whole(stream, data, size);
	if (!stream->error && !stream->stopped && stream->text->len > before)
		shape_learn(
			&stream->shape, stream->endpoint->service->wire->key, data, size, stream->text->str + before);
	return !stream->error;
}

static bool on_event(const struct sse_event *event, void *arg)
{
	struct stream *stream = arg;
	bool go_on = stream_take(stream, event->data, event->size);
	if (stream->done || stream->stopped)
		stream->call->silence_seconds = MIN(stream->call->silence_seconds, LINGER_SECONDS);
	return go_on;
}

struct reader {
	struct stream *stream;
	struct sse *sse;
};

static bool on_bytes(const char *bytes, gsize size, void *arg, GError **error)
{
	struct reader *reader = arg;
	struct stream *stream = reader->stream;
	stream->bytes += size;
	if (stream->bytes > STREAM_MAX) {
		g_set_error(error, NET_ERROR, NET_ERROR_TOO_LONG, "the stream passed %d MiB without an end",
			STREAM_MAX >> 20);
		return false;
	}
	return sse_push(reader->sse, bytes, size, error);
}

/* What was said and heard, where the service did not count it: four characters are a token, a picture a thousand. */
static void estimate(const struct stream *stream, struct llm_usage *usage)
{
	gsize size = 0;
	for (guint i = 0; stream->request->messages && i < stream->request->messages->len; i++) {
		const struct llm_message *message = stream->request->messages->pdata[i];
		size += strlen(message->text) + (message->images ? message->images->len * 4000 : 0);
	}
	usage->tokens_in = MAX(usage->tokens_in, (gint64)size / 4);
	usage->tokens_out = MAX(usage->tokens_out, (gint64)stream->text->len / 4);
	usage->estimated = true;
}

/* A call that came as far as a stream is paid, whatever became of it. */
static void count(struct stream *stream)
{
	struct llm_usage *usage = &stream->outcome->usage;
	bool counted = stream->counted && (usage->tokens_out > 0 || stream->text->len == 0);
	if (!counted && stream->bytes > 0)
		estimate(stream, usage);
	if (stream->bytes > 0)
		usage->usd = stream->usd >= 0 ? stream->usd : model_price(stream->endpoint->abilities, usage);
}

static struct llm_reply *finish(struct stream *stream, GError **error)
{
	const struct endpoint *e = stream->endpoint;
	if (!stream->stopped && stream->done && stream->text->len > 0)
		stream_stop(stream, LLM_STOP_DONE);
	stream->outcome->again = true;
	if (!stream->stopped) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_NETWORK, "the answer of %s %s was cut", e->provider->name,
			e->model);
		return NULL;
	}
	if (stream->stop == LLM_STOP_DONE && stream->text->len == 0) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_REPLY, "%s %s answered nothing", e->provider->name, e->model);
		return NULL;
	}
	struct llm_reply *reply = llm_reply_new(g_strdup(stream->text->str));
	reply->stop = stream->stop;
	return reply;
}

/* ---- the question ---- */
static bool has_pictures(const struct llm_request *request)
{
	for (guint i = 0; i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		if (message->images && message->images->len > 0)
			return true;
	}
	return false;
}

static GBytes *make_body(
	const struct endpoint *e, const struct llm_request *request, enum structure structure, GError **error)
{
	if (has_pictures(request) && !e->abilities->vision) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"the model %s of %s cannot look at pictures; name one that can, or set "
			"models.default.vision: yes if it does",
			e->model, e->provider->name);
		return NULL;
	}
	g_autoptr(json_t) body = e->service->wire->body(e, request, structure);
	/* In the order it was made: a model fills a schema in as it stands there. */
	char *text = json_dumps(body, JSON_COMPACT);
	gsize size = strlen(text);
	if (size <= REQUEST_MAX)
		return g_bytes_new_with_free_func(text, size, free, text);
	free(text);
	g_set_error(error, LLM_ERROR, LLM_ERROR_TOO_LONG,
		"the request is %" G_GSIZE_FORMAT " MiB long, at most %d are sent", size >> 20, REQUEST_MAX >> 20);
	return NULL;
}

/* The format's path goes before a query: Azure's addresses may have one. */
static char *make_url(const struct endpoint *e)
{
	g_autofree char *path = e->service->wire->path(e);
	const char *query = strchr(e->base_url, '?');
	int size = query ? (int)(query - e->base_url) : (int)strlen(e->base_url);
	const char *added = query && strchr(path, '?') ? "&" : "";
	return g_strdup_printf("%.*s%s%s%s", size, e->base_url, path, added, query ? query + (*added ? 1 : 0) : "");
}

static char **make_headers(const struct endpoint *e, const struct secret *key)
{
	GPtrArray *headers = g_ptr_array_new();
	g_ptr_array_add(headers, g_strdup("Accept: text/event-stream"));
	for (const char *const *each = e->service->wire->headers; each && *each; each++)
		g_ptr_array_add(headers, g_strdup(*each));
	if (key)
		g_ptr_array_add(headers, g_strconcat(e->service->auth, secret_reveal(key), NULL));
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static void free_headers(char **headers)
{
	for (char **each = headers; *each; each++)
		explicit_bzero(*each, strlen(*each));
	g_strfreev(headers);
}

/* Sends and reads; what went wrong in `error`, without any trace of the key. */
static struct llm_reply *exchange(
	struct endpoint *e, const struct secret *key, struct stream *stream, struct cancel *cancel, GError **error)
{
	g_autoptr(GError) why = NULL;
	struct reader reader = {stream, sse_new(EVENT_MAX, on_event, stream)};
	char **headers = make_headers(e, key);
	stream->call->headers = (const char *const *)headers;
	OWN(http_answer) *answer = httpc_stream(e->llm->httpc, stream->call, on_bytes, &reader, cancel, &why);
	sse_free(reader.sse);
	free_headers(headers);
	count(stream);
	if (stream->error)
		g_propagate_error(error, g_steal_pointer(&stream->error));
	else if (why && why->domain == CANCEL_ERROR)
		g_propagate_error(error, g_steal_pointer(&why));
	else if (answer && stream->bytes == 0)
		blame_answer(e, answer, e->llm->clock.wall(e->llm->clock.arg), stream->outcome, error);
	else if (answer || stream->done || stream->stopped)
		return finish(stream, error);
	else
		blame_network(e, why, stream->outcome, error);
	/* A service that cannot hold answers to a schema is asked again without. */
	if (answer && stream->bytes == 0 && stream->structure != STRUCTURE_NONE && blames_structure(answer)) {
		g_atomic_int_compare_and_exchange(&e->structure, (int)stream->structure, (int)stream->structure - 1);
		stream->outcome->again = true;
		stream->outcome->wait_seconds = 0;
	}
	return NULL;
}

static struct llm_reply *service_ask(void *state, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, struct llm_outcome *outcome, GError **error)
{
	struct endpoint *e = state;
	GError *why = NULL;
	enum structure structure = request->schema ? (enum structure)g_atomic_int_get(&e->structure) : STRUCTURE_NONE;
	g_autoptr(GBytes) body = make_body(e, request, structure, error);
	const struct secret *key = body ? endpoint_key(e, &why) : NULL;
	if (!body || why) {
		if (why)
			g_propagate_error(error, why);
		return NULL;
	}
	g_autofree char *url = make_url(e);
	struct http_call call = {.url = url,
		.body = body,
		.max = OTHER_MAX,
		.silence_seconds = e->silence_seconds,
		.stream_type = "text/event-stream"};
	struct stream stream;
	stream_init(&stream, e, watch, outcome);
	stream.request = request;
	stream.call = &call;
	stream.structure = structure;
	struct llm_reply *reply = exchange(e, key, &stream, cancel, &why);
	stream_clear(&stream);
	if (why) {
		g_autofree char *hidden = secret_hide(key, why->message);
		g_set_error_literal(error, why->domain, why->code, hidden);
		g_error_free(why);
	}
	return reply;
}

const struct llm_ops llm_service = {service_open, service_close, service_ask};
