/*
 * Google's Gemini API, streamed as server-sent events. Its schemas are a dialect of OpenAPI's: a type that may be null
 * says so beside it, and what else it does not know is left out. It caches by itself.
 */
#include "llm/service.h"

#include <string.h>

static char *path(const struct endpoint *e)
{
	const char *model = g_str_has_prefix(e->model, "models/") ? e->model + strlen("models/") : e->model;
	g_autofree char *safe = g_uri_escape_string(model, NULL, FALSE);
	return g_strdup_printf("/models/%s:streamGenerateContent?alt=sse", safe);
}

/* ---- the request ---- */
static json_t *parts_of(const struct llm_message *message)
{
	json_t *parts = json_array();
	for (guint i = 0; message->images && i < message->images->len; i++) {
		const struct llm_image *image = message->images->pdata[i];
		g_autofree char *data = image_base64(image, false);
		json_array_append_new(
			parts, json_make("{s:{s:s, s:s}}", "inlineData", "mimeType", image->mime, "data", data));
	}
	json_array_append_new(parts, json_make("{s:o}", "text", json_text(message->text)));
	return parts;
}

static void put_messages(json_t *body, const struct llm_request *request)
{
	json_t *system = json_array();
	json_t *contents = json_array();
	json_t *turn = NULL;
	for (guint i = 0; i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		g_autoptr(json_t) parts = parts_of(message);
		if (message_is(request, i, "system")) {
			json_array_extend(system, parts);
			continue;
		}
		if (!turn || !message_is(request, i - 1, message->role)) {
			const char *role = message_is(request, i, "assistant") ? "model" : "user";
			turn = json_array();
			json_array_append_new(contents, json_make("{s:s, s:o}", "role", role, "parts", turn));
		}
		json_array_extend(turn, parts);
	}
	if (json_array_size(system) > 0)
		json_object_set_new(body, "systemInstruction", json_make("{s:O}", "parts", system));
	json_decref(system);
	json_object_set_new(body, "contents", contents);
}

static json_t *dialect(const json_t *schema);

static json_t *dialect_each(const json_t *list)
{
	size_t i;
	json_t *each;
	json_t *out = json_array();
	json_array_foreach ((json_t *)list, i, each)
		json_array_append_new(out, dialect(each));
	return out;
}

/* ["array", "null"] is "array", nullable. */
static void put_type(json_t *out, const json_t *type)
{
	size_t i;
	json_t *each;
	if (json_is_string(type)) {
		g_autofree char *name = g_ascii_strup(json_string_value(type), -1);
		json_object_set_new(out, "type", json_string(name));
	}
	json_array_foreach ((json_t *)type, i, each) {
		if (g_strcmp0(json_string_value(each), "null") == 0)
			json_object_set_new(out, "nullable", json_true());
		else
			put_type(out, each);
	}
}

static json_t *dialect(const json_t *schema)
{
	const char *key;
	json_t *value;
	json_t *out = json_object();
	put_type(out, json_object_get(schema, "type"));
	json_object_foreach ((json_t *)schema, key, value) {
		if (g_str_equal(key, "required") || g_str_equal(key, "enum") || g_str_equal(key, "description"))
			json_object_set(out, key, value);
		else if (g_str_equal(key, "items"))
			json_object_set_new(out, key, dialect(value));
		else if (g_str_equal(key, "anyOf"))
			json_object_set_new(out, key, dialect_each(value));
	}
	json_t *properties = json_object_get(schema, "properties");
	json_t *named = json_object();
	json_t *order = json_array();
	json_object_foreach (properties, key, value) {
		json_object_set_new(named, key, dialect(value));
		json_array_append_new(order, json_string(key));
	}
	if (properties) {
		json_object_set(out, "properties", named);
		json_object_set(out, "propertyOrdering", order);
	}
	json_decref(named);
	json_decref(order);
	return out;
}

/* Older models take a number of tokens, newer ones a word; the model's row shows which by its least. */
static void put_thinking(json_t *config, const struct endpoint *e)
{
	const char *effort = e->reasoning;
	if (!effort)
		return;
	bool off = g_str_equal(effort, "off");
	const char *least = e->least ? e->least : "0";
	json_t *thinking = json_object();
	if (!g_ascii_isdigit(*least))
		json_object_set_new(thinking, "thinkingLevel",
			json_string(off                             ? least
				    : g_str_equal(effort, "medium") ? "high"
								    : effort));
	else
		json_object_set_new(thinking, "thinkingBudget",
			json_integer(off ? g_ascii_strtoll(least, NULL, 10) : endpoint_thinking_tokens(e)));
	json_object_set_new(config, "thinkingConfig", thinking);
}

static json_t *body(const struct endpoint *e, const struct llm_request *request, enum structure structure)
{
	json_t *config =
		json_make("{s:i}", "maxOutputTokens", endpoint_answer_tokens(e, request) + endpoint_thinking_tokens(e));
	json_t *body = json_make("{s:o}", "generationConfig", config);
	put_messages(body, request);
	put_thinking(config, e);
	if (e->temperature_set)
		json_object_set_new(config, "temperature", json_real(e->temperature));
	if (structure != STRUCTURE_NONE)
		json_object_set_new(config, "responseMimeType", json_string("application/json"));
	if (structure == STRUCTURE_SCHEMA)
		json_object_set_new(config, "responseSchema", dialect(request->schema));
	return body;
}

/* ---- the answer ---- */
static void take_usage(struct stream *stream, const json_t *usage)
{
	struct llm_usage *sum = &stream->outcome->usage;
	if (!json_is_object(usage))
		return;
	sum->tokens_in = usage_count(usage, "promptTokenCount", sum->tokens_in);
	sum->tokens_cached = usage_count(usage, "cachedContentTokenCount", sum->tokens_cached);
	sum->tokens_reasoning = usage_count(usage, "thoughtsTokenCount", sum->tokens_reasoning);
	sum->tokens_out = usage_count(usage, "candidatesTokenCount", 0) + sum->tokens_reasoning;
	stream->counted = true;
}

static enum llm_stop stop_of(const char *reason)
{
	if (g_str_equal(reason, "STOP"))
		return LLM_STOP_DONE;
	if (g_str_equal(reason, "MAX_TOKENS"))
		return LLM_STOP_LENGTH;
	if (g_str_equal(reason, "MALFORMED_FUNCTION_CALL") || g_str_equal(reason, "UNEXPECTED_TOOL_CALL"))
		return LLM_STOP_TOOL;
	return LLM_STOP_FILTER; /* SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, LANGUAGE, OTHER */
}

static void event(struct stream *stream, const json_t *event)
{
	size_t i;
	json_t *part;
	const json_t *candidate = json_array_get(json_object_get(event, "candidates"), 0);
	const char *reason = json_str(candidate, "finishReason", NULL);
	json_array_foreach (json_object_get(json_object_get(candidate, "content"), "parts"), i, part) {
		if (!json_bool(part, "thought", false))
			stream_text(stream, json_str(part, "text", NULL));
	}
	take_usage(stream, json_object_get(event, "usageMetadata"));
	if (json_str(json_object_get(event, "promptFeedback"), "blockReason", NULL))
		stream_stop(stream, LLM_STOP_FILTER);
	else if (reason)
		stream_stop(stream, stop_of(reason));
}

const struct wire wire_gemini = {.name = "gemini", .path = path, .body = body, .key = "\"text\"", .event = event};
