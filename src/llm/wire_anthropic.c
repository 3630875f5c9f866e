/*
 * Anthropic's Messages. What does not change between calls is marked for its cache. An answer that must hold to a
 * schema is asked for in the format's own way where the model has it, else as the input of the one tool that there is,
 * which the model must then use; not together with thinking, which the service does not allow.
 */
#include "llm/service.h"

enum { BREAKPOINTS_MAX = 4 }; /* marks that the service takes */

static const char tool_name[] = "answer";

static char *path(const struct endpoint *e)
{
	return g_strdup(g_str_has_suffix(e->base_url, "/v1") ? "/messages" : "/v1/messages");
}

/* ---- the request ---- */
static void put_blocks(json_t *blocks, const struct llm_message *message, int *marks)
{
	for (guint i = 0; message->images && i < message->images->len; i++) {
		const struct llm_image *image = message->images->pdata[i];
		g_autofree char *data = image_base64(image, false);
		json_array_append_new(blocks, json_make("{s:s, s:{s:s, s:s, s:s}}", "type", "image", "source", "type",
						      "base64", "media_type", image->mime, "data", data));
	}
	if (!*message->text)
		return;
	json_t *block = json_make("{s:s, s:o}", "type", "text", "text", json_text(message->text));
	if (message->stable && *marks < BREAKPOINTS_MAX) {
		json_object_set_new(block, "cache_control", json_make("{s:s}", "type", "ephemeral"));
		(*marks)++;
	}
	json_array_append_new(blocks, block);
}

/* Messages of one role in a row are the blocks of one turn. */
static void put_messages(json_t *body, const struct llm_request *request)
{
	int marks = 0;
	json_t *system = json_array();
	json_t *messages = json_array();
	json_t *blocks = NULL;
	for (guint i = 0; i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		if (message_is(request, i, "system")) {
			put_blocks(system, message, &marks);
			continue;
		}
		if (!blocks || !message_is(request, i - 1, message->role)) {
			blocks = json_array();
			json_array_append_new(
				messages, json_make("{s:s, s:o}", "role", message->role, "content", blocks));
		}
		put_blocks(blocks, message, &marks);
	}
	if (json_array_size(system) > 0)
		json_object_set(body, "system", system);
	json_decref(system);
	json_object_set_new(body, "messages", messages);
}

static json_t *body(const struct endpoint *e, const struct llm_request *request, enum structure structure)
{
	int thinking = endpoint_thinking_tokens(e);
	json_t *body = json_make("{s:s, s:i, s:b}", "model", e->model, "max_tokens",
		endpoint_answer_tokens(e, request) + thinking, "stream", 1);
	put_messages(body, request);
	if (structure == STRUCTURE_SCHEMA) {
		json_object_set_new(body, "output_config",
			json_make("{s:{s:s, s:O}}", "format", "type", "json_schema", "schema", request->schema));
	} else if (structure == STRUCTURE_OBJECT && thinking == 0) {
		json_object_set_new(body, "tools",
			json_make("[{s:s, s:s, s:O}]", "name", tool_name, "description", "Gives the answer.",
				"input_schema", request->schema));
		json_object_set_new(body, "tool_choice", json_make("{s:s, s:s}", "type", "tool", "name", tool_name));
	}
	if (thinking > 0)
		json_object_set_new(
			body, "thinking", json_make("{s:s, s:i}", "type", "enabled", "budget_tokens", thinking));
	else if (e->temperature_set)
		json_object_set_new(body, "temperature", json_real(MIN(e->temperature, 1)));
	return body;
}

/* ---- the answer ---- */
static void take_usage(struct stream *stream, const json_t *usage)
{
	struct llm_usage *sum = &stream->outcome->usage;
	if (!json_is_object(usage))
		return;
	gint64 fresh = sum->tokens_in - sum->tokens_cached - sum->tokens_written;
	fresh = usage_count(usage, "input_tokens", fresh);
	sum->tokens_cached = usage_count(usage, "cache_read_input_tokens", sum->tokens_cached);
	sum->tokens_written = usage_count(usage, "cache_creation_input_tokens", sum->tokens_written);
	sum->tokens_in = fresh + sum->tokens_cached + sum->tokens_written;
	sum->tokens_out = usage_count(usage, "output_tokens", sum->tokens_out);
}

static void take_stop(struct stream *stream, const char *reason)
{
	if (g_str_equal(reason, "max_tokens") || g_str_equal(reason, "model_context_window_exceeded"))
		stream_stop(stream, LLM_STOP_LENGTH);
	else if (g_str_equal(reason, "refusal"))
		stream_stop(stream, LLM_STOP_REFUSAL);
	else if (g_str_equal(reason, "tool_use") && stream->structure != STRUCTURE_OBJECT)
		stream_stop(stream, LLM_STOP_TOOL);
	else
		stream_stop(stream, LLM_STOP_DONE);
}

static void event(struct stream *stream, const json_t *event)
{
	const char *type = json_str(event, "type", "");
	const json_t *delta = json_object_get(event, "delta");
	if (g_str_equal(type, "content_block_delta")) {
		stream_text(stream, json_str(delta, "text", NULL));
		stream_text(stream, json_str(delta, "partial_json", NULL));
	} else if (g_str_equal(type, "message_start")) {
		take_usage(stream, json_object_get(json_object_get(event, "message"), "usage"));
	} else if (g_str_equal(type, "message_delta")) {
		const char *reason = json_str(delta, "stop_reason", NULL);
		take_usage(stream, json_object_get(event, "usage"));
		stream->counted = stream->counted || json_is_object(json_object_get(event, "usage"));
		if (reason)
			take_stop(stream, reason);
	} else if (g_str_equal(type, "message_stop")) {
		stream->done = true;
	}
}

static const char *const headers[] = {"anthropic-version: 2023-06-01", NULL};
const struct wire wire_anthropic = {
	.name = "anthropic", .path = path, .headers = headers, .body = body, .key = "\"text\"", .event = event};
