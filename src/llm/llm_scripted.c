/*
 * The scripted provider: answers out of a file, in order for each agent, so that a test can play the model. The file is
 * an array of answers, or a line of JSON each:
 *     {"agent": "coding", "text": "…"}                    the answer; "stop_reason" and "usage" as in a recording
 *     {"agent": "critic", "error": "busy"}                fails so: the names are those of `errors` below
 *     {"agent": "coding", "expect": ["seat"], "text": …}  only for a request with these words in its messages
 *     {"agent": "coding", "seconds": 2.5, "text": …}      after so long
 */
#include "base/file.h"
#include "llm/tape.h"

#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static const struct {
	const char *name;
	enum llm_error_code code;
} errors[] = {
	{"config", LLM_ERROR_CONFIG},
	{"no_match", LLM_ERROR_NO_MATCH},
	{"key", LLM_ERROR_KEY},
	{"cannot", LLM_ERROR_CANNOT},
	{"gone", LLM_ERROR_GONE},
	{"limit", LLM_ERROR_LIMIT},
	{"too_long", LLM_ERROR_TOO_LONG},
	{"busy", LLM_ERROR_BUSY},
	{"network", LLM_ERROR_NETWORK},
	{"refused", LLM_ERROR_REFUSED},
	{"reply", LLM_ERROR_REPLY},
	{"end", LLM_ERROR_END},
};

static json_t *parse_lines(const char *text, GError **error)
{
	g_autoptr(json_t) answers = json_array();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		const char *line = g_strstrip(lines[i]);
		if (!*line)
			continue;
		json_t *answer = json_parse(line, strlen(line), FILE_MAX, error);
		if (!answer) {
			g_prefix_error(error, "line %u: ", i + 1);
			return NULL;
		}
		json_array_append_new(answers, answer);
	}
	return g_steal_pointer(&answers);
}

static json_t *load(const char *path, GError **error)
{
	gsize size = 0;
	g_autofree char *text = file_read(path, FILE_MAX, &size, error);
	if (!text)
		return NULL;
	const char *first = text + strspn(text, " \t\r\n");
	g_autoptr(json_t) answers = *first == '[' ? json_parse(text, size, FILE_MAX, error) : parse_lines(text, error);
	if (!answers)
		return NULL;
	size_t i;
	json_t *answer;
	json_array_foreach (answers, i, answer) {
		const char *agent;
		if (!json_need_string(answer, "agent", &agent, error))
			return NULL;
		if (!json_str(answer, "text", NULL) && !json_str(answer, "error", NULL)) {
			g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "answer %zu has neither \"text\" nor \"error\"",
				i + 1);
			return NULL;
		}
	}
	return g_steal_pointer(&answers);
}

static void *scripted_open(struct llm *llm, const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, GError **error)
{
	abilities->known = true;
	abilities->vision = g_strcmp0(options->vision, "no") != 0;
	abilities->parallel = 64;
	return tape_open(options->file, load, "scripted provider needs a file of answers", error);
}

static bool mentioned(const struct llm_request *request, const char *word)
{
	for (guint i = 0; request->messages && i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		if (message->text && strstr(message->text, word))
			return true;
	}
	return false;
}

/* The first word that an answer expects and the request lacks, or NULL. */
static const char *lacking(const json_t *answer, const struct llm_request *request)
{
	size_t i;
	json_t *word;
	json_array_foreach (json_object_get(answer, "expect"), i, word) {
		if (!json_is_string(word) || !mentioned(request, json_string_value(word)))
			return json_is_string(word) ? json_string_value(word) : "?";
	}
	return NULL;
}

static bool is_expected(const json_t *answer, void *request)
{
	return !lacking(answer, request);
}

static struct llm_reply *scripted_ask(void *state, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, struct llm_outcome *outcome, GError **error)
{
	gsize number;
	const json_t *other;
	const json_t *answer = tape_take(state, request->agent, is_expected, (void *)request, &number, &other);
	if (!answer && !other) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_END, "the script of answers has no more for \"%s\"",
			request->agent);
		return NULL;
	}
	if (!answer) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_END, "the messages to \"%s\" lack the expected \"%s\"",
			request->agent, lacking(other, request));
		return NULL;
	}
	double seconds = json_num(answer, "seconds", 0);
	if (seconds > 0 && !llm_clock_real.sleep(seconds, cancel, NULL, error))
		return NULL;
	const char *failure = json_str(answer, "error", NULL);
	for (guint e = 0; failure && e < G_N_ELEMENTS(errors); e++) {
		if (g_str_equal(errors[e].name, failure)) {
			g_set_error(error, LLM_ERROR, (int)errors[e].code, "scripted failure: %s", failure);
			return NULL;
		}
	}
	if (failure) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "the script of answers names an unknown error \"%s\"",
			failure);
		return NULL;
	}
	const char *text = json_str(answer, "text", "");
	watch->piece(text, watch->arg);
	struct llm_reply *reply = llm_reply_new(g_strdup(text));
	reply->stop = llm_stop_read(json_str(answer, "stop_reason", "done"));
	outcome->usage = llm_usage_read(json_object_get(answer, "usage"));
	return reply;
}

const struct llm_ops llm_scripted = {
	.open = scripted_open,
	.close = tape_close,
	.ask = scripted_ask,
};
