/*
 * OpenAI's chat completions, as OpenAI and many others speak them. What the others do differently is in their rows of
 * providers.def; what they add to the format is read where it stands: DeepSeek's and Mistral's counts and chunks,
 * OpenRouter's price.
 */
#include "llm/service.h"

static char *path(const struct endpoint *e)
{
	return g_strdup("/chat/completions");
}

/* ---- the request ---- */
static json_t *content(const struct llm_message *message)
{
	if (!message->images || message->images->len == 0)
		return json_text(message->text);
	json_t *parts = json_array();
	for (guint i = 0; i < message->images->len; i++) {
		g_autofree char *url = image_base64(message->images->pdata[i], true);
		json_array_append_new(parts, json_make("{s:s, s:{s:s}}", "type", "image_url", "image_url", "url", url));
	}
	json_array_append_new(parts, json_make("{s:s, s:o}", "type", "text", "text", json_text(message->text)));
	return parts;
}

static void put_format(json_t *body, const struct llm_request *request, enum structure structure)
{
	if (structure == STRUCTURE_SCHEMA)
		json_object_set_new(body, "response_format",
			json_make("{s:s, s:{s:s, s:b, s:O}}", "type", "json_schema", "json_schema", "name",
				llm_output_name(request->output), "strict", 1, "schema", request->schema));
	else if (structure == STRUCTURE_OBJECT)
		json_object_set_new(body, "response_format", json_make("{s:s}", "type", "json_object"));
}

static void put_effort(json_t *body, const struct endpoint *e)
{
	const char *effort = e->reasoning;
	if (!effort)
		return;
	bool off = g_str_equal(effort, "off");
	const char *word = off ? (e->least ? e->least : "none") : effort;
	switch (e->service->effort) {
	case EFFORT_TEMPLATE:
		json_object_set_new(body, "chat_template_kwargs", json_make("{s:b}", "enable_thinking", !off));
		if (!off)
			json_object_set_new(body, "reasoning_effort", json_string(word));
		break;
	case EFFORT_FIELD:
		json_object_set_new(body, "reasoning_effort", json_string(word));
		break;
	case EFFORT_OBJECT:
		json_object_set_new(
			body, "reasoning", off ? json_make("{s:b}", "enabled", 0) : json_make("{s:s}", "effort", word));
		break;
	case EFFORT_THINKING:
		json_object_set_new(body, "thinking", json_make("{s:s}", "type", off ? "disabled" : "enabled"));
		break;
	case EFFORT_NONE:
		break;
	}
}

static json_t *body(const struct endpoint *e, const struct llm_request *request, enum structure structure)
{
	json_t *messages = json_array();
	json_t *body = json_make("{s:s, s:o, s:b}", "model", e->model, "messages", messages, "stream", 1);
	for (guint i = 0; i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		json_array_append_new(
			messages, json_make("{s:s, s:o}", "role", message->role, "content", content(message)));
	}
	json_object_set_new(body, e->service->length,
		json_integer(endpoint_answer_tokens(e, request) + endpoint_thinking_tokens(e)));
	put_format(body, request, structure);
	put_effort(body, e);
	if (e->temperature_set)
		json_object_set_new(body, "temperature", json_real(e->temperature));
	if (e->service->usage_asked)
		json_object_set_new(body, "stream_options", json_make("{s:b}", "include_usage", 1));
	if (e->service->padded)
		json_object_set_new(json_object_get(body, "stream_options"), "include_obfuscation", json_false());
	if (e->service->cost_asked)
		json_object_set_new(body, "usage", json_make("{s:b}", "include", 1));
	if (e->service->cache_named) {
		g_autofree char *name = g_strconcat("ll3m-", request->agent, NULL);
		json_object_set_new(body, "prompt_cache_key", json_string(name));
	}
	return body;
}

/* ---- the answer ---- */
static void take_usage(struct stream *stream, const json_t *usage)
{
	struct llm_usage *sum = &stream->outcome->usage;
	if (!json_is_object(usage))
		return;
	const json_t *in = json_object_get(usage, "prompt_tokens_details");
	const json_t *out = json_object_get(usage, "completion_tokens_details");
	sum->tokens_in = usage_count(usage, "prompt_tokens", sum->tokens_in);
	sum->tokens_out = usage_count(usage, "completion_tokens", sum->tokens_out);
	sum->tokens_cached =
		usage_count(in, "cached_tokens", usage_count(usage, "prompt_cache_hit_tokens", sum->tokens_cached));
	sum->tokens_reasoning = usage_count(out, "reasoning_tokens", sum->tokens_reasoning);
	stream->usd = json_num(usage, "cost", stream->usd);
	stream->counted = true;
}

/* A text, or a list of chunks of which those that think are passed over. */
static void take_content(struct stream *stream, const json_t *content)
{
	size_t i;
	json_t *chunk;
	stream_text(stream, json_string_value(content));
	json_array_foreach ((json_t *)content, i, chunk) {
		if (g_str_equal(json_str(chunk, "type", ""), "text"))
			stream_text(stream, json_str(chunk, "text", NULL));
	}
}

static enum llm_stop stop_of(const char *reason)
{
	static const struct {
		const char *reason;
		enum llm_stop stop;
	} stops[] = {
		{"length", LLM_STOP_LENGTH},
		{"model_length", LLM_STOP_LENGTH},
		{"content_filter", LLM_STOP_FILTER},
		{"tool_calls", LLM_STOP_TOOL},
		{"function_call", LLM_STOP_TOOL},
		{"refusal", LLM_STOP_REFUSAL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(stops); i++) {
		if (g_str_equal(stops[i].reason, reason))
			return stops[i].stop;
	}
	return LLM_STOP_DONE;
}

static void event(struct stream *stream, const json_t *event)
{
	const json_t *choice = json_array_get(json_object_get(event, "choices"), 0);
	const json_t *delta = json_object_get(choice, "delta");
	const char *reason = json_str(choice, "finish_reason", NULL);
	const char *refusal = json_str(delta, "refusal", NULL);
	take_usage(stream, json_object_get(event, "usage"));
	take_content(stream, json_object_get(delta, "content"));
	if (refusal && *refusal) {
		stream_text(stream, refusal);
		stream_stop(stream, LLM_STOP_REFUSAL);
	}
	if (reason && g_str_equal(reason, "error"))
		blame_event(stream->endpoint, event, stream->outcome, &stream->error);
	else if (reason)
		stream_stop(stream, stop_of(reason));
}

const struct wire wire_openai = {.name = "openai", .path = path, .body = body, .key = "\"content\"", .event = event};
