/* Asking: waits and their ends, fallbacks, keys, requests as they leave, what an answer costs. */
#include "base/file.h"
#include "base/testing.h"
#include "llm/service.h"
#include "llm/test_peer.h"

#include <glib/gstdio.h>
#include <math.h>

#define KEY "sk-secret-0123456789abcdef"
#define GOOD "data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\n" STOP("stop")
#define STOP(reason)                                                                                                   \
	"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason "\"}],\"usage\":{\"prompt_tokens\":1000,"      \
	"\"completion_tokens\":100,\"prompt_tokens_details\":{\"cached_tokens\":400}}}\n\ndata: [DONE]\n\n"
#define JSON "application/json"
#define ERROR(words) "{\"error\":{\"message\":\"" words "\"}}"

struct rig {
	struct fake_clock clock;
	struct llm_options options;
	struct peer *peer, *second;
	char *fallback;
	GString *tries; /* "openai/gpt-5: …" of each try */
};

static int set_up(void **state)
{
	struct rig *rig = g_new0(struct rig, 1);
	fake_clock_init(&rig->clock);
	rig->tries = g_string_new(NULL);
	rig->options = (struct llm_options){
		.provider = "openai", .model = "gpt-5", .key_env = "LL3M_TEST_KEY", .clock = &rig->clock.clock};
	g_setenv("LL3M_TEST_KEY", KEY, TRUE);
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	if (rig->peer)
		peer_free(rig->peer);
	if (rig->second)
		peer_free(rig->second);
	fake_clock_clear(&rig->clock);
	g_string_free(rig->tries, TRUE);
	g_free(rig->fallback);
	g_free(rig);
	return 0;
}

static void serve(struct rig *rig, const struct peer_reply *replies, guint count)
{
	rig->peer = peer_new(replies, count);
	rig->options.base_url = peer_url(rig->peer);
}

/* A second service, as the fallback. */
static void serve_second(struct rig *rig, const struct peer_reply *replies, guint count)
{
	rig->second = peer_new(replies, count);
	rig->fallback = g_strdup_printf("vllm/qwen3:8b@%s", peer_url(rig->second));
	rig->options.fallback = rig->fallback;
}

static void on_tried(const struct llm_try *try, void *arg)
{
	g_string_append_printf(arg, "%s/%s:%d%s ", try->provider, try->model, try->error ? try->error->code : -1,
		try->again ? "+" : "");
}

static struct llm_reply *ask_with(struct rig *rig, struct llm_request *request, struct cancel *cancel, GError **error)
{
	OWN(llm) *llm = llm_open(&rig->options, error);
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	const struct llm_watch watch = {.tried = on_tried, .arg = rig->tries};
	if (!llm)
		return NULL;
	g_ptr_array_add(messages, llm_message_new("system", "Be brief."));
	g_ptr_array_add(messages, llm_message_new("user", "hello"));
	if (!request->messages)
		request->messages = messages;
	return llm_ask(llm, request, &watch, cancel, error);
}

static struct llm_reply *ask(struct rig *rig, GError **error)
{
	struct llm_request request = {.agent = "planner"};
	return ask_with(rig, &request, NULL, error);
}

static double slept(const struct rig *rig, guint i)
{
	assert_true(i < rig->clock.sleeps->len);
	return g_array_index(rig->clock.sleeps, double, i);
}

/* ---- waiting ---- */
static void waits_grow_and_spread(void **state)
{
	static const struct peer_reply replies[] = {{.status = 503, .type = JSON, .body = ERROR("later")}};
	struct rig *rig = *state;
	serve(rig, replies, 1);
	for (int round = 0; round < 3; round++) {
		g_autoptr(GError) error = NULL;
		rig->clock.chance = round / 2.0;
		g_array_set_size(rig->clock.sleeps, 0);
		assert_null(ask(rig, &error));
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_BUSY));
		assert_int_equal(rig->clock.sleeps->len, 5);
		for (guint i = 0; i < 5; i++) {
			double whole = 0.5 * (double)(1 << i);
			assert_true(slept(rig, i) >= whole / 2 - 1e-9 && slept(rig, i) <= whole + 1e-9);
			assert_true(fabs(slept(rig, i) - whole * (0.5 + rig->clock.chance / 2)) < 1e-9);
		}
	}
}

static void retry_after_is_obeyed(void **state)
{
	/* The clock stands at 1763900000, which is Sun, 23 Nov 2025 12:13:20 GMT. */
	static const struct peer_reply replies[] = {
		{.status = 429, .type = JSON, .body = "{}", .header = "Retry-After: 7\r\n"},
		{.status = 503, .type = JSON, .body = "{}", .header = "retry-after: Sun, 23 Nov 2025 12:13:37 GMT\r\n"},
		{.status = 429, .type = JSON, .body = "{}", .header = "retry-after-ms: 1500\r\n"},
		{.status = 429, .type = JSON, .body = "[{\"error\":{\"details\":[{\"retryDelay\":\"12s\"}]}}]"},
		{.status = 429, .type = JSON, .body = "{}", .header = "Retry-After: Sun, 23 Nov 1999 12:13:37 GMT\r\n"},
		{.status = 200, .body = GOOD},
	};
	struct rig *rig = *state;
	serve(rig, replies, G_N_ELEMENTS(replies));
	rig->clock.chance = 0;
	OWN(llm_reply) *reply = ask(rig, NULL);
	assert_non_null(reply);
	assert_string_equal(reply->text, "hello");
	static const double waits[] = {7, 10, 1.5, 12, 0};
	for (guint i = 0; i < 4; i++)
		assert_true(fabs(slept(rig, i) - waits[i]) < 1e-9);
	assert_int_equal(rig->clock.sleeps->len, 4); /* a date that is over waits for nothing */
	assert_string_equal(rig->tries->str, "openai/gpt-5:7+ openai/gpt-5:7+ openai/gpt-5:7+ openai/gpt-5:7+ "
					     "openai/gpt-5:7+ openai/gpt-5:-1 ");
}

/* A wait past the time that is left is not begun. */
static void no_wait_passes_the_deadline(void **state)
{
	static const struct peer_reply replies[] = {
		{.status = 429, .type = JSON, .body = "{}", .header = "Retry-After: 3600\r\n"}};
	struct rig *rig = *state;
	g_autoptr(GError) error = NULL;
	serve(rig, replies, 1);
	assert_null(ask(rig, &error));
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_BUSY));
	assert_int_equal(rig->clock.sleeps->len, 0);
	assert_int_equal(peer_requests(rig->peer), 1);
}

static void *fire_when_asked(void *arg)
{
	struct rig *rig = ((void **)arg)[0];
	while (peer_requests(rig->peer) == 0)
		g_usleep(1000);
	cancel_fire(((void **)arg)[1]);
	return NULL;
}

static void a_cancel_ends_it_at_once(void **state)
{
	static const struct peer_reply replies[] = {{.status = 200, .body = ": \n\n", .hang = true}};
	struct rig *rig = *state;
	g_autoptr(GError) error = NULL;
	OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	serve(rig, replies, 1);
	void *both[] = {rig, cancel};
	GThread *thread = g_thread_new("fire", fire_when_asked, both);
	struct llm_request request = {.agent = "planner"};
	assert_null(ask_with(rig, &request, cancel, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	assert_string_equal(rig->tries->str, "openai/gpt-5:0 ");
	g_thread_join(thread);
}

/* ---- fallbacks ---- */
static void fallbacks_are_asked(void **state)
{
	static const struct {
		struct peer_reply reply;
		const char *tries;
	} cases[] = {
		{{.status = 404, .type = JSON, .body = ERROR("gone")}, "openai/gpt-5:4+ vllm/qwen3:8b:-1 "},
		{{.status = 402, .type = JSON, .body = ERROR("pay")}, "openai/gpt-5:5+ vllm/qwen3:8b:-1 "},
		{{.status = 200, .body = STOP("content_filter")}, "openai/gpt-5:-1+ vllm/qwen3:8b:-1 "},
		{{.status = 401, .type = JSON, .body = ERROR("key")}, "openai/gpt-5:1 "},
		{{.status = 400, .type = JSON, .body = ERROR("what?")}, "openai/gpt-5:0 "},
	};
	static const struct peer_reply good = {.status = 200, .body = GOOD};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct rig *rig;
		set_up((void **)&rig);
		g_autoptr(GError) error = NULL;
		serve(rig, &cases[i].reply, 1);
		serve_second(rig, &good, 1);
		OWN(llm_reply) *reply = ask(rig, &error);
		assert_string_equal(rig->tries->str, cases[i].tries);
		assert_int_equal(reply != NULL, strstr(cases[i].tries, "vllm") != NULL);
		if (reply) {
			assert_string_equal(reply->provider, "vllm");
			assert_string_equal(reply->model, "qwen3:8b");
			/* The refused call was paid, and what a server of one's own costs is not known. */
			assert_int_equal(reply->usage.tokens_in, cases[i].reply.status == 200 ? 2000 : 1000);
			assert_true(reply->usage.usd < 0);
		}
		tear_down((void **)&rig);
	}
	(void)state;
}

/* A picture goes to no fallback that cannot look, and to no first choice either: that is said. */
static void pictures_go_to_who_can_look(void **state)
{
	static const struct peer_reply gone = {.status = 404, .type = JSON, .body = ERROR("gone")};
	static const struct peer_reply good = {.status = 200, .body = GOOD};
	struct rig *rig = *state;
	struct llm_image image = {"image/png", g_bytes_new_static("png", 3)};
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	struct llm_message *message = llm_message_new("user", "Look.");
	message->images = g_ptr_array_new();
	g_ptr_array_add(message->images, &image);
	g_ptr_array_add(messages, message);
	struct llm_request request = {.agent = "critic", .messages = messages};
	serve(rig, &gone, 1);
	serve_second(rig, &good, 1);
	g_autoptr(GError) error = NULL, blind = NULL;
	assert_null(ask_with(rig, &request, NULL, &error));
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_GONE));
	assert_int_equal(peer_requests(rig->second), 0);
	rig->options.vision = "no";
	assert_null(ask_with(rig, &request, NULL, &blind));
	assert_true(g_error_matches(blind, LLM_ERROR, LLM_ERROR_CANNOT));
	assert_int_equal(peer_requests(rig->peer), 1);
	g_bytes_unref(image.bytes);
}

static void a_refusal_without_a_fallback_is_a_reply(void **state)
{
	static const struct peer_reply replies[] = {{.status = 200,
		.body = "data: {\"choices\":[{\"delta\":{\"refusal\":\"I will not.\"}}]}\n\n" STOP("stop")}};
	struct rig *rig = *state;
	serve(rig, replies, 1);
	OWN(llm_reply) *reply = ask(rig, NULL);
	assert_non_null(reply);
	assert_int_equal(reply->stop, LLM_STOP_REFUSAL);
	assert_string_equal(reply->text, "I will not.");
	assert_int_equal(peer_requests(rig->peer), 1);
}

static void agents_have_models_of_their_own(void **state)
{
	static const struct peer_reply good = {.status = 200, .body = GOOD, .keep = true};
	struct rig *rig = *state;
	serve(rig, &good, 1);
	const struct llm_options agents[] = {
		{.agent = "critic", .provider = "ollama", .model = "gemma3:12b", .base_url = rig->options.base_url},
		{0}};
	rig->options.agents = agents;
	OWN(llm) *llm = llm_open(&rig->options, NULL);
	assert_string_equal(llm_abilities(llm, "critic")->model, "gemma3:12b");
	assert_true(llm_abilities(llm, "critic")->vision);
	assert_string_equal(llm_abilities(llm, "coding")->model, "gpt-5");
	assert_int_equal(llm_abilities(llm, "coding")->context, 400000);
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_ptr_array_add(messages, llm_message_new("user", "hello"));
	static const char *const names[] = {"critic", "planner", "critic"};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct llm_request request = {.agent = names[i], .messages = messages};
		OWN(llm_reply) *reply = llm_ask(llm, &request, NULL, NULL, NULL);
		assert_non_null(reply);
		assert_string_equal(reply->model, i == 1 ? "gpt-5" : "gemma3:12b");
	}
	/* One connection was enough for all three. */
	assert_int_equal(peer_requests(rig->peer), 3);
	assert_int_equal(peer_connections(rig->peer), 1);
	/* A server of one's own needs no key, and is not given another's. */
	assert_null(strstr(peer_request(rig->peer, 0)->headers, "Authorization"));
	assert_non_null(strstr(peer_request(rig->peer, 1)->headers, "Authorization: Bearer " KEY));
	g_autoptr(json_t) checked = llm_check(llm, NULL, NULL);
	assert_int_equal(json_array_size(checked), 1);
	assert_true(json_bool(json_array_get(checked, 0), "ok", false));
}

/* ---- keys ---- */
static void check_key_error(struct rig *rig, const char *says)
{
	g_autoptr(GError) error = NULL;
	assert_null(ask(rig, &error));
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_KEY));
	if (!strstr(error->message, says) || strstr(error->message, "secret"))
		fail_msg("it says \"%s\", not \"%s\"", error->message, says);
	assert_int_equal(peer_requests(rig->peer), 0);
}

static void bad_keys_are_refused(void **state)
{
	static const struct peer_reply good = {.status = 200, .body = GOOD};
	struct rig *rig = *state;
	serve(rig, &good, 1);
	g_unsetenv("LL3M_TEST_KEY");
	check_key_error(rig, "put it into $LL3M_TEST_KEY");
	g_setenv("LL3M_TEST_KEY", "", TRUE);
	check_key_error(rig, "is empty");
	g_setenv("LL3M_TEST_KEY", "secret\nsecret", TRUE);
	check_key_error(rig, "line break");
	g_setenv("LL3M_TEST_KEY", "secret secret", TRUE);
	check_key_error(rig, "as a space");
	char *folder = test_folder();
	g_autofree char *path = g_build_filename(folder, "key", NULL);
	rig->options.key_file = path;
	check_key_error(rig, "No such file");
	assert_true(file_write_whole(path, KEY "\n", strlen(KEY) + 1, NULL));
	g_chmod(path, 0644);
	check_key_error(rig, "chmod 600");
	g_chmod(path, 0600);
	OWN(llm_reply) *reply = ask(rig, NULL);
	assert_non_null(reply);
	assert_non_null(strstr(peer_request(rig->peer, 0)->headers, "Authorization: Bearer " KEY "\r\n"));
	assert_true(file_write_whole(path, "secret\nsecret\n", 14, NULL));
	g_chmod(path, 0600);
	rig->options.base_url = "http://127.0.0.1:9";
	g_autoptr(GError) error = NULL;
	assert_null(ask(rig, &error));
	assert_non_null(strstr(error->message, "line break"));
	test_folder_remove(folder);
}

static void bad_options_are_refused(void **state)
{
	static const struct {
		struct llm_options options;
		const char *says;
	} cases[] = {
		{{.provider = "openai"}, "models.default.model is not set"},
		{{.provider = "builtin", .model = "gpt-5"}, "set models.default.provider, too"},
		{{.provider = "compatible", .model = "x"}, "models.default.base_url is not set"},
		{{.provider = "openai", .model = "x", .base_url = "localhost:8000"}, "must begin with https://"},
		{{.provider = "openai", .model = "x", .base_url = "http://key@host/"}, "must not hold a name or a key"},
		{{.provider = "gemini", .model = "x", .base_url = "https://host/v1beta?key=abc"},
			"must not hold a name"},
		{{.provider = "openai", .model = "x", .fallback = "gpt-5"}, "must be PROVIDER/MODEL"},
		{{.provider = "openai", .model = "x", .fallback = "opena/gpt-5"}, "did you mean \"openai\"?"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(llm_open(&cases[i].options, &error));
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CONFIG));
		if (!strstr(error->message, cases[i].says))
			fail_msg("it says \"%s\", not \"%s\"", error->message, cases[i].says);
	}
}

/* ---- schemas, prices ---- */
static void a_service_without_schemas_is_asked_without(void **state)
{
	static const struct peer_reply replies[] = {
		{.status = 400, .type = JSON, .body = ERROR("'response_format.type' must be text")},
		{.status = 400, .type = JSON, .body = ERROR("'response_format' is not supported")},
		{.status = 200, .body = GOOD},
	};
	struct rig *rig = *state;
	g_autoptr(json_t) schema = json_make("{s:s}", "type", "object");
	struct llm_request request = {.agent = "planner", .schema = schema};
	serve(rig, replies, G_N_ELEMENTS(replies));
	OWN(llm_reply) *reply = ask_with(rig, &request, NULL, NULL);
	assert_non_null(reply);
	assert_non_null(strstr(peer_request(rig->peer, 0)->body, "\"json_schema\""));
	assert_non_null(strstr(peer_request(rig->peer, 1)->body, "\"json_object\""));
	assert_null(strstr(peer_request(rig->peer, 2)->body, "response_format"));
	assert_int_equal(rig->clock.sleeps->len, 0);
}

static void answers_are_priced(void **state)
{
	static const struct {
		const char *model;
		bool priced;
		double usd;
	} cases[] = {
		/* 600 fresh, 400 cached, 100 out */
		{"gpt-5", false, (600 * 1.25 + 400 * 0.125 + 100 * 10) / 1e6},
		{"gpt-5-mini-2025-08-07", false, (600 * 0.25 + 400 * 0.025 + 100 * 2) / 1e6},
		{"gpt-77", false, -1},
		{"gpt-77", true, (600 * 3 + 400 * 1 + 100 * 7) / 1e6},
		{"gpt-5-turbo-ultra", false, -1},
	};
	static const struct peer_reply good = {.status = 200, .body = GOOD};
	struct rig *rig = *state;
	serve(rig, &good, 1);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		rig->options.model = cases[i].model;
		rig->options.priced = cases[i].priced;
		rig->options.price_in = 3;
		rig->options.price_cached = 1;
		rig->options.price_out = 7;
		OWN(llm_reply) *reply = ask(rig, NULL);
		assert_non_null(reply);
		if (fabs(reply->usage.usd - cases[i].usd) > 1e-12)
			fail_msg("%s costs %g, not %g", cases[i].model, reply->usage.usd, cases[i].usd);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(waits_grow_and_spread),
		TEST(retry_after_is_obeyed),
		TEST(no_wait_passes_the_deadline),
		TEST(a_cancel_ends_it_at_once),
		TEST(fallbacks_are_asked),
		TEST(pictures_go_to_who_can_look),
		TEST(a_refusal_without_a_fallback_is_a_reply),
		TEST(agents_have_models_of_their_own),
		TEST(bad_keys_are_refused),
		TEST(bad_options_are_refused),
		TEST(a_service_without_schemas_is_asked_without),
		TEST(answers_are_priced),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
