/*
 * The replay provider: a recorded run without its model. The file is {"recording": 1, "calls": [{"agent", "digest",
 * "text", "stop_reason", "usage": {"tokens_in", "tokens_cached", "tokens_out", "usd", …}}]}; a call is given back
 * to the agent who made it, each once. `digest` is that of the request (llm_request_digest); another request than the
 * recorded one is an error that names the call, for then the recording does not tell what the model would have said.
 */
#include "base/file.h"
#include "llm/tape.h"

enum { FILE_MAX = 256 * 1024 * 1024, VERSION = 1 };

char *llm_request_digest(const struct llm_request *request)
{
	g_autoptr(json_t) messages = json_array();
	for (guint i = 0; request->messages && i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		json_t *images = json_array();
		for (guint n = 0; message->images && n < message->images->len; n++) {
			const struct llm_image *image = message->images->pdata[n];
			g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image->bytes);
			json_array_append_new(images, json_text(sum));
		}
		json_array_append_new(messages, json_make("{s:s, s:o, s:o}", "role", message->role, "text",
							json_text(message->text), "images", images));
	}
	g_autoptr(json_t) whole = json_make("{s:s, s:s, s:O}", "agent", request->agent, "output",
		llm_output_name(request->output), "messages", messages);
	return json_digest(whole);
}

/* The recording's calls. */
static json_t *load(const char *path, GError **error)
{
	gsize size = 0;
	g_autofree char *text = file_read(path, FILE_MAX, &size, error);
	g_autoptr(json_t) recording = text ? json_parse(text, size, FILE_MAX, error) : NULL;
	json_t *calls;
	gint64 version;
	if (!recording || !json_need_int(recording, "recording", &version, error) ||
		!json_need_array(recording, "calls", &calls, error))
		return NULL;
	if (version != VERSION) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "it is of version %" G_GINT64_FORMAT ", %d is read",
			version, VERSION);
		return NULL;
	}
	size_t i;
	json_t *call;
	json_array_foreach (calls, i, call) {
		const char *field;
		if (!json_need_string(call, "agent", &field, error) || !json_need_string(call, "text", &field, error)) {
			g_prefix_error(error, "call %zu: ", i + 1);
			return NULL;
		}
	}
	return json_incref(calls);
}

static void *replay_open(struct llm *llm, const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, GError **error)
{
	abilities->known = true;
	abilities->vision = g_strcmp0(options->vision, "no") != 0;
	abilities->parallel = 64;
	return tape_open(options->file, load, "replay provider needs a recording", error);
}

static bool has_digest(const json_t *call, void *arg)
{
	const char *recorded = json_str(call, "digest", NULL);
	return !recorded || g_str_equal(recorded, arg);
}

static struct llm_reply *replay_ask(void *state, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, struct llm_outcome *outcome, GError **error)
{
	gsize number;
	const json_t *other;
	g_autofree char *digest = llm_request_digest(request);
	const json_t *call = tape_take(state, request->agent, has_digest, digest, &number, &other);
	if (!call && !other) {
		g_set_error(
			error, LLM_ERROR, LLM_ERROR_END, "the recording has no more calls of \"%s\"", request->agent);
		return NULL;
	}
	if (!call) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_END,
			"call %" G_GSIZE_FORMAT
			" of the recording (agent \"%s\") answered another request than this one",
			number, request->agent);
		return NULL;
	}
	const char *text = json_str(call, "text", "");
	watch->piece(text, watch->arg);
	struct llm_reply *reply = llm_reply_new(g_strdup(text));
	reply->stop = llm_stop_read(json_str(call, "stop_reason", "done"));
	outcome->usage = llm_usage_read(json_object_get(call, "usage"));
	return reply;
}

const struct llm_ops llm_replay = {
	.open = replay_open,
	.close = tape_close,
	.ask = replay_ask,
};
