/*
 * What went wrong at a service, as an error whose code tells what to do next. The services agree on status codes more
 * or less; where a status means several things, the words decide.
 */
#include "llm/service.h"
#include "net/net.h"

#include <stdio.h>
#include <string.h>

enum { SAID_MAX = 300 };

static bool holds(const char *text, const char *const *words)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	for (; *words; words++) {
		if (strstr(lower, *words))
			return true;
	}
	return false;
}

static const char *const words_of_length[] = {"context length", "context_length", "context window", "too many tokens",
	"prompt is too long", "maximum number of tokens", "exceeds the maximum", "input is too long",
	"exceeds the available context", "request_too_large", NULL};
static const char *const words_of_credit[] = {"insufficient_quota", "insufficient balance", "credit balance", "billing",
	"exceeded your current quota", "perday", "per day", "out of credits", "more credits", "payment", NULL};
static const char *const words_of_key[] = {"api key not valid", "api_key_invalid", "invalid api key", "invalid_api_key",
	"incorrect api key", "authentication", NULL};
static const char *const words_of_filter[] = {
	"content_filter", "content management policy", "content_policy", "moderation", "safety system", NULL};
static const char *const words_of_pictures[] = {
	"image input", "image_url", "does not support image", "support vision", "not a multimodal", "mmproj", NULL};
static const char *const words_of_structure[] = {"response_format", "json_schema", "output_config", "output_format",
	"responseschema", "response_schema", "responsemimetype", "tool_choice", "tools", "grammar", "schema", NULL};
static const char *const words_of_absence[] = {"model_not_found", "model not found", "does not exist",
	"no endpoints found", "not_found_error", "is not found", "decommissioned", NULL};
static const char *const words_of_load[] = {"overloaded", "rate_limit", "rate limit", "resource_exhausted",
	"unavailable", "server_error", "internal", "api_error", "timeout", "try again", NULL};

/* ---- reading an answer ---- */
/* The first text of an error object: {"error": {"message", "type", "code"}}, {"error": "…"}, {"message"}, {"detail"}.
 */
static char *said_in(const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	if (json_is_array(body))
		return said_in(json_array_get(body, 0));
	if (json_is_string(error))
		return g_strdup(json_string_value(error));
	const char *message = json_str(error, "message", NULL);
	if (!message)
		message = json_str(body, "message", NULL);
	if (!message)
		message = json_str(body, "detail", "");
	return g_strdup(message);
}

/* A text for people: one line, valid, not too long. */
static char *one_line(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *cut =
		g_utf8_strlen(valid, -1) > SAID_MAX ? g_utf8_substring(valid, 0, SAID_MAX) : g_strdup(valid);
	GString *line = g_string_new(NULL);
	for (const char *p = cut; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
			if (line->len > 0 && line->str[line->len - 1] != ' ')
				g_string_append_c(line, ' ');
		} else {
			g_string_append_unichar(line, c);
		}
	}
	g_strchomp(line->str);
	return g_string_free(line, FALSE);
}

static json_t *body_of(const struct http_answer *answer)
{
	gsize size = 0;
	const char *bytes = g_bytes_get_data(answer->body, &size);
	return bytes ? json_parse(bytes, size, G_MAXINT, NULL) : NULL;
}

static bool is_page(const struct http_answer *answer)
{
	gsize size = 0;
	const char *bytes = g_bytes_get_data(answer->body, &size);
	if (g_ascii_strncasecmp(answer->type, "text/html", 9) == 0)
		return true;
	g_autofree char *start = g_strndup(bytes ? bytes : "", MIN(size, 64));
	g_strstrip(start);
	return g_ascii_strncasecmp(start, "<!doctype", 9) == 0 || g_ascii_strncasecmp(start, "<html", 5) == 0;
}

bool blames_structure(const struct http_answer *answer)
{
	g_autoptr(json_t) body = body_of(answer);
	if (!body || (answer->status != 400 && answer->status != 422))
		return false;
	g_autofree char *text = json_print(body);
	return holds(text, words_of_structure);
}

/* ---- when to come back ---- */
static double read_date(const char *text, gint64 wall)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4];
	int day, year, hour, minute, second;
	if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute, &second) != 6)
		return -1;
	const char *at = strstr(months, month);
	if (!at || (at - months) % 3 != 0)
		return -1;
	g_autoptr(GDateTime) date = g_date_time_new_utc(year, (int)(at - months) / 3 + 1, day, hour, minute, second);
	return date ? (double)MAX(g_date_time_to_unix(date) - wall, 0) : -1;
}

static double read_seconds(const char *text)
{
	char *end = NULL;
	double seconds = g_ascii_isdigit(*text) ? g_ascii_strtod(text, &end) : -1;
	return end && (*end == '\0' || g_str_equal(end, "s")) && seconds < 1e9 ? seconds : -1;
}

/* Gemini's way: {"error": {"details": [{"retryDelay": "12s"}]}}. */
static double read_details(const struct http_answer *answer)
{
	size_t i;
	json_t *detail;
	g_autoptr(json_t) body = body_of(answer);
	const json_t *error = json_object_get(json_is_array(body) ? json_array_get(body, 0) : body, "error");
	json_array_foreach (json_object_get(error, "details"), i, detail) {
		const char *delay = json_str(detail, "retryDelay", NULL);
		if (delay)
			return read_seconds(delay);
	}
	return -1;
}

double retry_after(const struct http_answer *answer, gint64 wall)
{
	const char *millis = http_answer_header(answer, "retry-after-ms");
	const char *after = http_answer_header(answer, "retry-after");
	double wait = millis ? read_seconds(millis) : -1;
	if (wait >= 0)
		return wait / 1000;
	if (after)
		wait = read_seconds(after);
	if (after && wait < 0)
		wait = read_date(after, wall);
	return wait >= 0 ? wait : read_details(answer);
}

/* ---- judging ---- */
struct judgement {
	enum llm_error_code code;
	bool again;
	const char *what; /* "%s" has been said of the service */
};

/* A request that was not liked. */
static struct judgement judge_request(const char *words)
{
	if (holds(words, words_of_key))
		return (struct judgement){LLM_ERROR_KEY, false, "does not take the key"};
	if (holds(words, words_of_credit))
		return (struct judgement){LLM_ERROR_LIMIT, false, "is over its limit"};
	if (holds(words, words_of_length))
		return (struct judgement){LLM_ERROR_TOO_LONG, false, "finds the request too long"};
	if (holds(words, words_of_filter))
		return (struct judgement){LLM_ERROR_REFUSED, false, "filtered the request"};
	if (holds(words, words_of_absence))
		return (struct judgement){LLM_ERROR_GONE, false, "does not have this model"};
	if (holds(words, words_of_pictures))
		return (struct judgement){LLM_ERROR_CANNOT, false, "does not take the pictures"};
	return (struct judgement){LLM_ERROR_CONFIG, false, "does not take the request"};
}

static struct judgement judge_status(int status, const char *words)
{
	switch (status) {
	case 401:
		return (struct judgement){LLM_ERROR_KEY, false, "does not take the key"};
	case 402:
		return (struct judgement){LLM_ERROR_LIMIT, false, "is over its limit"};
	case 403:
		if (holds(words, words_of_filter))
			return (struct judgement){LLM_ERROR_REFUSED, false, "filtered the request"};
		return (struct judgement){LLM_ERROR_KEY, false, "does not let this key in"};
	case 404:
	case 410:
		return (struct judgement){
			LLM_ERROR_GONE, false, "does not know this model (or base_url is not where the models are)"};
	case 408:
		return (struct judgement){LLM_ERROR_NETWORK, true, "gave up waiting"};
	case 409:
	case 425:
		return (struct judgement){LLM_ERROR_BUSY, true, "is busy"};
	case 413:
		return (struct judgement){LLM_ERROR_TOO_LONG, false, "finds the request too long"};
	case 429:
		if (holds(words, words_of_credit))
			return (struct judgement){LLM_ERROR_LIMIT, false, "is over its limit"};
		return (struct judgement){LLM_ERROR_BUSY, true, "asks for fewer requests"};
	case 400:
	case 422:
		return judge_request(words);
	default:
		if (status >= 500)
			return (struct judgement){
				LLM_ERROR_BUSY, true, status == 503 || status == 529 ? "is overloaded" : "failed"};
		return (struct judgement){LLM_ERROR_CONFIG, false, "answered in a way that no model server does"};
	}
}

static void tell(const struct endpoint *e, struct judgement judgement, int status, const char *said,
	struct llm_outcome *outcome, GError **error)
{
	g_autofree char *line = one_line(said);
	g_autofree char *number = status > 0 ? g_strdup_printf(" (%d)", status) : g_strdup("");
	outcome->again = judgement.again;
	g_set_error(error, LLM_ERROR, (int)judgement.code, "%s %s %s%s%s%s", e->provider->name, e->model,
		judgement.what, number, *line ? ": " : "", line);
}

void blame_answer(
	struct endpoint *e, const struct http_answer *answer, gint64 wall, struct llm_outcome *outcome, GError **error)
{
	g_autoptr(json_t) body = body_of(answer);
	g_autofree char *words = body ? json_print(body) : g_strdup("");
	g_autofree char *said = body ? said_in(body) : g_strdup("");
	bool page = is_page(answer);
	outcome->wait_seconds = retry_after(answer, wall);
	if (answer->status / 100 == 3) {
		const char *to = http_answer_header(answer, "location");
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"%s redirects to %.200s: set base_url to where the models are", e->base_url,
			to ? to : "another place");
	} else if (page && answer->status < 500) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"%s answered a web page (%d): it is no model server; mend base_url of %s", e->base_url,
			answer->status, e->provider->name);
	} else if (answer->status / 100 == 2 && body && json_object_get(body, "error")) {
		tell(e, judge_request(words), answer->status, said, outcome, error);
	} else if (answer->status / 100 == 2 && g_bytes_get_size(answer->body) == 0) {
		outcome->again = true;
		g_set_error(error, LLM_ERROR, LLM_ERROR_REPLY, "%s %s answered nothing", e->provider->name, e->model);
	} else if (answer->status / 100 == 2) {
		outcome->again = true;
		g_set_error(error, LLM_ERROR, LLM_ERROR_REPLY, "%s answered %s instead of a stream of events",
			e->base_url, *answer->type ? answer->type : "something without a type");
	} else {
		tell(e, judge_status(answer->status, words), answer->status, page ? "" : said, outcome, error);
	}
}

void blame_event(const struct endpoint *e, const json_t *event, struct llm_outcome *outcome, GError **error)
{
	g_autofree char *words = json_print(event);
	g_autofree char *said = said_in(event);
	const json_t *inner = json_object_get(event, "error");
	int status = (int)json_int(inner, "code", json_int(inner, "status", 0));
	struct judgement judgement = status >= 400 && status < 600 ? judge_status(status, words) : judge_request(words);
	/* In the middle of an answer, what has no better name is the service's own trouble. */
	if (judgement.code == LLM_ERROR_CONFIG || (status == 0 && holds(words, words_of_load)))
		judgement = (struct judgement){LLM_ERROR_BUSY, true, "failed in the middle of its answer"};
	tell(e, judgement, status, said, outcome, error);
}

void blame_network(const struct endpoint *e, const GError *why, struct llm_outcome *outcome, GError **error)
{
	enum llm_error_code code = LLM_ERROR_NETWORK;
	bool net = why->domain == NET_ERROR;
	if (net && (why->code == NET_ERROR_ADDRESS || why->code == NET_ERROR_TLS))
		code = LLM_ERROR_CONFIG;
	else if (net && why->code == NET_ERROR_TOO_LONG)
		code = LLM_ERROR_TOO_LONG;
	else if (net && why->code == NET_ERROR_PROTOCOL)
		code = LLM_ERROR_REPLY;
	outcome->again = code == LLM_ERROR_NETWORK || code == LLM_ERROR_REPLY;
	g_set_error(error, LLM_ERROR, (int)code, "%s %s: %s", e->provider->name, e->model, why->message);
}
