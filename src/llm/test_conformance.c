/*
 * The conformance of every service in the table: each row meets each fault, over real sockets on loopback. The streams
 * are in testdata/streams, as the services' documentation has them: one a wire format, and one for each service that
 * does something of its own. A fault is what becomes of such a stream, or an answer instead of it; it says how the call
 * must end and how often the service was asked.
 */
#include "base/file.h"
#include "base/testing.h"
#include "llm/service.h"
#include "llm/test_peer.h"

#define STREAMS LL3M_SOURCE_DIR "/src/llm/testdata/streams/"
#define KEY "sk-secret-0123456789abcdef"
#define TRIES 6

static const char text[] = "{\"title\": \"Grüße – 椅子 🪑\", \"accept\": true}\n";

/* ---- what a fault is ---- */
enum kind {
	WHOLE,   /* the stream as it is */
	CUT,     /* cut in the middle of a character */
	COMMENT, /* with comments and keep-alives between the events */
	CRLF,    /* with the other line ends */
	BARE,    /* the events' names and the end mark left out */
	ANSWER,  /* `body` instead of the stream */
};

struct fault {
	const char *name;
	enum kind kind;
	struct peer_reply reply;
	int code;   /* of LLM_ERROR; -1: it answers */
	guint asks; /* how often the service is asked; 0: as often as it may be */
};

#define JSON "application/json"
#define ERROR(words) "{\"type\":\"error\",\"error\":{\"message\":\"" words "\",\"type\":\"some_error\",\"code\":null}}"
#define PAGE "<!DOCTYPE html>\n<html><body><h1>Welcome to the captive portal</h1></body></html>"
#define PIECES "data: {}\n\n"

static const struct fault faults[] = {
	{"whole", WHOLE, {.status = 200}, -1, 1},
	{"byte by byte", WHOLE, {.status = 200, .step = 1}, -1, 1},
	{"split events", WHOLE, {.status = 200, .step = 7}, -1, 1},
	{"slow trickle", WHOLE, {.status = 200, .step = 200, .pause = 2000}, -1, 1},
	{"comments and keep-alives", COMMENT, {.status = 200}, -1, 1},
	{"other line ends", CRLF, {.status = 200, .step = 5}, -1, 1},
	{"no names, no end mark", BARE, {.status = 200}, -1, 1},
	{"type with a charset", WHOLE, {.status = 200, .type = "text/event-stream; charset=utf-8"}, -1, 1},
	{"no end of the connection", WHOLE, {.status = 200, .hang = true}, -1, 1},
	{"cut in a character", CUT, {.status = 200}, LLM_ERROR_NETWORK, 0},
	{"nothing at all", ANSWER, {.status = 0}, LLM_ERROR_NETWORK, 0},
	{"empty stream", ANSWER, {.status = 200, .body = ""}, LLM_ERROR_REPLY, 0},
	{"empty answer", ANSWER, {.status = 200, .body = "data: [DONE]\n\n"}, LLM_ERROR_NETWORK, 0},
	{"silence", ANSWER, {.status = 200, .body = ": \n\n", .hang = true}, LLM_ERROR_NETWORK, 0},
	{"no JSON", ANSWER, {.status = 200, .body = "data: {\"choices\": [\n\n"}, LLM_ERROR_REPLY, 1},
	{"an event that is a list", ANSWER, {.status = 200, .body = "data: []\n\n"}, LLM_ERROR_REPLY, 1},
	{"no UTF-8", ANSWER, {.status = 200, .body = "data: \"\xff\xfe\"\n\n"}, LLM_ERROR_REPLY, 1},
	{"wrong content type", ANSWER, {.status = 200, .type = JSON, .body = "{\"choices\":[]}"}, LLM_ERROR_REPLY, 0},
	{"an image", ANSWER, {.status = 200, .type = "image/png", .body = "\x89PNG"}, LLM_ERROR_REPLY, 0},
	{"a web page", ANSWER, {.status = 200, .type = "text/html", .body = PAGE}, LLM_ERROR_CONFIG, 1},
	{"a web page, 404", ANSWER, {.status = 404, .type = "text/html", .body = PAGE}, LLM_ERROR_CONFIG, 1},
	{"a web page, 502", ANSWER, {.status = 502, .type = "text/html", .body = PAGE}, LLM_ERROR_BUSY, 0},
	{"a redirect", ANSWER, {.status = 302, .header = "Location: https://login.example\r\n"}, LLM_ERROR_CONFIG, 1},
	{"400", ANSWER, {.status = 400, .type = JSON, .body = ERROR("top_q is unknown")}, LLM_ERROR_CONFIG, 1},
	{"400, too long", ANSWER, {.status = 400, .type = JSON, .body = ERROR("prompt is too long: 300000 tokens")},
		LLM_ERROR_TOO_LONG, 1},
	{"400, filtered", ANSWER, {.status = 400, .type = JSON, .body = ERROR("content_filter triggered")},
		LLM_ERROR_REFUSED, 1},
	{"401", ANSWER, {.status = 401, .type = JSON, .body = ERROR("bad key " KEY)}, LLM_ERROR_KEY, 1},
	{"402", ANSWER, {.status = 402, .type = JSON, .body = ERROR("add credits")}, LLM_ERROR_LIMIT, 1},
	{"403", ANSWER, {.status = 403, .type = JSON, .body = ERROR("not your region")}, LLM_ERROR_KEY, 1},
	{"404", ANSWER, {.status = 404, .type = JSON, .body = ERROR("model not found")}, LLM_ERROR_GONE, 1},
	{"408", ANSWER, {.status = 408, .type = JSON, .body = ERROR("timeout")}, LLM_ERROR_NETWORK, 0},
	{"413", ANSWER, {.status = 413, .type = JSON, .body = ERROR("request_too_large")}, LLM_ERROR_TOO_LONG, 1},
	{"429", ANSWER, {.status = 429, .type = JSON, .body = ERROR("slow down")}, LLM_ERROR_BUSY, 0},
	{"429, out of credit", ANSWER,
		{.status = 429, .type = JSON, .body = ERROR("You exceeded your current quota (insufficient_quota)")},
		LLM_ERROR_LIMIT, 1},
	{"500", ANSWER, {.status = 500, .type = JSON, .body = ERROR("oops")}, LLM_ERROR_BUSY, 0},
	{"503", ANSWER, {.status = 503, .type = JSON, .body = ERROR("UNAVAILABLE")}, LLM_ERROR_BUSY, 0},
	{"529", ANSWER, {.status = 529, .type = JSON, .body = ERROR("Overloaded")}, LLM_ERROR_BUSY, 0},
	{"an error inside", ANSWER, {.status = 200, .body = "event: error\ndata: " ERROR("Overloaded") "\n\n"},
		LLM_ERROR_BUSY, 0},
	{"endless events", ANSWER, {.status = 200, .body = "", .again = PIECES PIECES PIECES PIECES}, LLM_ERROR_NETWORK,
		1},
	{"endless line", ANSWER,
		{.status = 200, .body = "data: ", .again = "                                                        "},
		LLM_ERROR_TOO_LONG, 1},
	{"endless refusal", ANSWER,
		{.status = 500, .type = JSON, .body = "{", .again = "                              "},
		LLM_ERROR_TOO_LONG, 1},
};

/* ---- the streams ---- */
static char *read_stream(const struct llm_provider *provider)
{
	g_autofree char *own = g_strconcat(STREAMS, provider->name, ".sse", NULL);
	g_autofree char *common = g_strconcat(STREAMS, provider->service->wire->name, ".sse", NULL);
	g_autoptr(GError) error = NULL;
	char *bytes = file_read(g_file_test(own, G_FILE_TEST_EXISTS) ? own : common, 1 << 20, NULL, &error);
	assert_no_error(error);
	return bytes;
}

static char *replaced(const char *bytes, const char *what, const char *with)
{
	g_auto(GStrv) pieces = g_strsplit(bytes, what, -1);
	return g_strjoinv(with, pieces);
}

/* What the fault makes of the stream. */
static char *spoil(const char *stream, enum kind kind)
{
	g_autofree char *lines = replaced(stream, "\r\n", "\n");
	switch (kind) {
	case CUT:
		return g_strndup(stream, (gsize)(strstr(stream, "椅子") - stream) + 1);
	case COMMENT:
		return replaced(lines, "\n\n", "\n\n: still here\n\n:\nretry: 10\nid: 7\n\n");
	case CRLF:
		return strstr(stream, "\r\n") ? g_steal_pointer(&lines) : replaced(lines, "\n", "\r\n");
	case BARE: {
		g_autoptr(GRegex) names = g_regex_new("event: [a-z_]+\n|data: \\[DONE\\]\n\n", 0, 0, NULL);
		return g_regex_replace_literal(names, stream, -1, 0, "", 0, NULL);
	}
	default:
		return g_strdup(stream);
	}
}

/* ---- one row, one fault ---- */
struct heard {
	GString *pieces;
	guint restarts, tries;
	bool leaked;
};

static void on_piece(const char *piece, void *arg)
{
	g_string_append(((struct heard *)arg)->pieces, piece);
}

static void on_restart(void *arg)
{
	struct heard *heard = arg;
	heard->restarts++;
	g_string_truncate(heard->pieces, 0);
}

static void on_tried(const struct llm_try *try, void *arg)
{
	struct heard *heard = arg;
	heard->tries++;
	heard->leaked = heard->leaked || (try->error && strstr(try->error->message, KEY));
}

static GPtrArray *make_messages(void)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_ptr_array_add(messages, llm_message_new("system", "You are the critic."));
	g_ptr_array_add(messages, llm_message_new("user", "A chair – 椅子."));
	return messages;
}

static struct llm *open_service(const struct llm_provider *provider, const char *url, double seconds, double silence,
	const struct llm_clock *clock)
{
	g_autoptr(GError) error = NULL;
	struct llm_options options = {.provider = provider->name,
		.model = "some-model",
		.base_url = url,
		.key_env = "LL3M_TEST_KEY",
		.seconds = seconds > 0 ? seconds : 100,
		.silence_seconds = silence,
		.clock = clock};
	struct llm *llm = llm_open(&options, &error);
	assert_no_error(error);
	return llm;
}

static void meet(const struct llm_provider *provider, const struct fault *fault, const char *stream)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *body = fault->kind == ANSWER ? NULL : spoil(stream, fault->kind);
	struct peer_reply reply = fault->reply;
	double silence = !reply.hang ? 60 : fault->code < 0 ? 0.5 : 0.02;
	bool ends_in_time = reply.again && fault->code == LLM_ERROR_NETWORK;
	struct fake_clock clock;
	struct heard heard = {.pieces = g_string_new(NULL)};
	const struct llm_watch watch = {on_piece, on_restart, on_tried, &heard};
	g_autoptr(GPtrArray) messages = make_messages();
	const struct llm_request request = {.agent = "critic", .output = LLM_OUTPUT_CRITIQUE, .messages = messages};
	if (body)
		reply.body = body;
	fake_clock_init(&clock);
	OWN(peer) *peer = peer_new(&reply, 1);
	OWN(llm) *llm = open_service(provider, peer_url(peer), ends_in_time ? 0.2 : 0, silence, &clock.clock);
	OWN(llm_reply) *got = llm_ask(llm, &request, &watch, NULL, &error);
	guint asks = fault->asks ? fault->asks : TRIES;
	if (fault->code < 0 && !got)
		fail_msg("%s, %s: %s", provider->name, fault->name, error->message);
	if (fault->code >= 0 && got)
		fail_msg("%s, %s: it answered \"%s\"", provider->name, fault->name, got->text);
	if (fault->code >= 0 && !g_error_matches(error, LLM_ERROR, fault->code))
		fail_msg("%s, %s: error %d, %s", provider->name, fault->name, error->code, error->message);
	if (peer_requests(peer) != asks || heard.tries != asks)
		fail_msg("%s, %s: asked %u times, told %u, not %u (%s)", provider->name, fault->name,
			peer_requests(peer), heard.tries, asks, error ? error->message : "answered");
	if (got) {
		assert_string_equal(got->text, text);
		assert_string_equal(heard.pieces->str, text);
		assert_int_equal(got->stop, LLM_STOP_DONE);
		assert_int_equal(got->usage.tokens_in, 1200);
		assert_int_equal(got->usage.tokens_out, 90);
		assert_string_equal(got->provider, provider->name);
	}
	assert_false(heard.leaked || (error && strstr(error->message, KEY)));
	g_string_free(heard.pieces, TRUE);
	fake_clock_clear(&clock);
}

static void every_service_meets_every_fault(void **state)
{
	for (const struct llm_provider *provider = llm_table; provider->name; provider++) {
		g_autofree char *stream = provider->service ? read_stream(provider) : NULL;
		for (guint i = 0; stream && i < G_N_ELEMENTS(faults); i++)
			meet(provider, &faults[i], stream);
	}
}

/* ---- a cut, then an answer: the pieces before are taken back ---- */
static void cut_streams_are_asked_again(void **state)
{
	for (const struct llm_provider *provider = llm_table; provider->name; provider++) {
		if (!provider->service)
			continue;
		g_autofree char *stream = read_stream(provider);
		g_autofree char *cut = spoil(stream, CUT);
		const struct peer_reply replies[] = {{.status = 200, .body = cut}, {.status = 200, .body = stream}};
		struct fake_clock clock;
		struct heard heard = {.pieces = g_string_new(NULL)};
		const struct llm_watch watch = {on_piece, on_restart, on_tried, &heard};
		g_autoptr(GPtrArray) messages = make_messages();
		const struct llm_request request = {.agent = "critic", .messages = messages};
		fake_clock_init(&clock);
		OWN(peer) *peer = peer_new(replies, 2);
		OWN(llm) *llm = open_service(provider, peer_url(peer), 0, 60, &clock.clock);
		OWN(llm_reply) *got = llm_ask(llm, &request, &watch, NULL, NULL);
		assert_non_null(got);
		assert_string_equal(heard.pieces->str, text);
		assert_int_equal(heard.restarts, 1);
		assert_int_equal(clock.sleeps->len, 1);
		assert_true(
			g_array_index(clock.sleeps, double, 0) > 0.3 && g_array_index(clock.sleeps, double, 0) < 0.4);
		/* What was paid for the cut stream counts. */
		assert_true(got->usage.tokens_out > 90);
		g_string_free(heard.pieces, TRUE);
		fake_clock_clear(&clock);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_service_meets_every_fault),
		cmocka_unit_test(cut_streams_are_asked_again),
	};
	g_setenv("LL3M_TEST_KEY", KEY, TRUE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
