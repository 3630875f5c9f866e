/* The providers: dispatch, the conformance of every row of the table, scripted and replayed answers. */
#include "base/file.h"
#include "base/testing.h"
#include "llm/llm_int.h"

struct folder {
	char *path;
	char *file; /* a path in it */
};

static int make_folder(void **state)
{
	struct folder *folder = g_new0(struct folder, 1);
	folder->path = test_folder();
	folder->file = g_build_filename(folder->path, "answers.json", NULL);
	*state = folder;
	return 0;
}

static int drop_folder(void **state)
{
	struct folder *folder = *state;
	test_folder_remove(folder->path);
	g_free(folder->file);
	g_free(folder);
	return 0;
}

static struct llm *open_with(const struct folder *folder, const char *provider, const char *content, GError **error)
{
	if (content)
		assert_true(file_write_whole(folder->file, content, strlen(content), NULL));
	struct llm_options options = {
		.provider = provider, .file = folder->file, .library_dir = LL3M_SOURCE_DIR "/src/llm/testdata/library"};
	return llm_open(&options, error);
}

static struct llm_request request_for(const char *agent, GPtrArray *messages, json_t *facts)
{
	return (struct llm_request){.agent = agent, .output = LLM_OUTPUT_PLAN, .messages = messages, .facts = facts};
}

static void append(const char *text, void *arg)
{
	g_string_append(arg, text);
}

static const char recording[] =
	"{\"recording\":1,\"calls\":[{\"agent\":\"planner\",\"text\":\"hello\",\"stop_reason\":\"length\","
	"\"usage\":{\"tokens_in\":3,\"tokens_out\":5,\"usd\":0.25}}]}";
static const char answers[] = "{\"agent\":\"planner\",\"text\":\"hello\"}\n";

/* What every row promises: a name, a description, an answer whose pieces are its text, a cancel that is obeyed. */
static void check_row(const struct folder *folder, const struct llm_provider *provider)
{
	const char *content = g_str_equal(provider->name, "replay") ? recording : answers;
	g_autoptr(GError) error = NULL;
	OWN(llm) *llm = open_with(folder, provider->name, content, &error);
	if (!llm)
		fail_msg("%s: %s", provider->name, error->message);
	const struct llm_abilities *abilities = llm_abilities(llm, "planner");
	assert_string_equal(abilities->provider, provider->name);
	assert_true(abilities->known && abilities->parallel > 0);
	g_autoptr(json_t) facts = json_make("{s:s}", "prompt", "a chair");
	struct llm_request request = request_for("planner", NULL, facts);
	OWN(cancel) *fired = cancel_new(NULL, CANCEL_NO_DEADLINE);
	cancel_fire(fired);
	assert_null(llm_ask(llm, &request, NULL, fired, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	g_autoptr(GString) pieces = g_string_new(NULL);
	const struct llm_watch watch = {.piece = append, .arg = pieces};
	OWN(llm_reply) *reply = llm_ask(llm, &request, &watch, NULL, NULL);
	assert_non_null(reply);
	assert_string_equal(pieces->str, reply->text);
	assert_int_equal(reply->stop, content == recording ? LLM_STOP_LENGTH : LLM_STOP_DONE);
	assert_string_equal(reply->provider, provider->name);
}

static void every_provider_conforms(void **state)
{
	const char *const *names = llm_providers();
	for (guint i = 0; llm_table[i].name; i++) {
		assert_string_equal(names[i], llm_table[i].name);
		if (!llm_table[i].service)
			check_row(*state, &llm_table[i]);
	}
}

static void unknown_providers_are_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	assert_null(open_with(*state, "buildin", NULL, &error));
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CONFIG));
	assert_true(
		g_str_has_prefix(error->message, "there is no provider \"buildin\" (did you mean \"builtin\"?), there "
						 "are: builtin, scripted, replay, openai"));
	struct llm_options nothing = {0};
	g_autoptr(GError) second = NULL;
	assert_null(llm_open(&nothing, &second));
	assert_true(g_error_matches(second, LLM_ERROR, LLM_ERROR_CONFIG));
	static const char *const needy[] = {"builtin", "scripted", "replay"};
	for (guint i = 0; i < G_N_ELEMENTS(needy); i++) {
		struct llm_options bare = {.provider = needy[i]};
		g_autoptr(GError) why = NULL;
		assert_null(llm_open(&bare, &why));
		assert_true(g_error_matches(why, LLM_ERROR, LLM_ERROR_CONFIG));
	}
}

static void check_answer(struct llm *llm, const char *agent, GPtrArray *messages, const char *expected, int code)
{
	g_autoptr(GError) error = NULL;
	struct llm_request request = request_for(agent, messages, NULL);
	OWN(llm_reply) *reply = llm_ask(llm, &request, NULL, NULL, &error);
	if (expected) {
		assert_non_null(reply);
		assert_string_equal(reply->text, expected);
	} else {
		assert_null(reply);
		assert_true(g_error_matches(error, LLM_ERROR, code));
	}
}

static GPtrArray *one_message(const char *text)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_ptr_array_add(messages, llm_message_new("user", text));
	return messages;
}

static void scripted_answers_in_order(void **state)
{
	OWN(llm) *llm = open_with(*state, "scripted",
		"[{\"agent\":\"a\",\"text\":\"1\"},{\"agent\":\"b\",\"text\":\"2\"},{\"agent\":\"a\",\"error\":"
		"\"busy\"},"
		"{\"agent\":\"a\",\"text\":\"3\",\"expect\":[\"seat\"]},{\"agent\":\"a\",\"text\":\"4\",\"expect\":["
		"\"leg\"]},"
		"{\"agent\":\"a\",\"error\":\"oops\"}]",
		NULL);
	assert_non_null(llm);
	g_autoptr(GPtrArray) messages = one_message("the seat gapes");
	check_answer(llm, "b", messages, "2", 0);
	check_answer(llm, "a", messages, "1", 0);
	check_answer(llm, "a", messages, NULL, LLM_ERROR_BUSY);
	check_answer(llm, "a", messages, "3", 0);
	check_answer(llm, "a", messages, NULL, LLM_ERROR_CONFIG);
	check_answer(llm, "a", messages, NULL, LLM_ERROR_END); /* what is left expects a leg */
	g_autoptr(GPtrArray) legs = one_message("the leg");
	check_answer(llm, "a", legs, "4", 0);
	check_answer(llm, "a", legs, NULL, LLM_ERROR_END);
	check_answer(llm, "b", messages, NULL, LLM_ERROR_END);
}

static void damaged_files_are_refused(void **state)
{
	static const char *const scripts[] = {"[", "{\"text\":\"no agent\"}", "{\"agent\":\"a\"}", "nonsense\n"};
	static const char *const recordings[] = {"[]", "{\"recording\":2,\"calls\":[]}", "{\"recording\":1}",
		"{\"recording\":1,\"calls\":[{\"agent\":\"a\"}]}"};
	for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(open_with(*state, "scripted", scripts[i], &error));
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CONFIG));
	}
	for (guint i = 0; i < G_N_ELEMENTS(recordings); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(open_with(*state, "replay", recordings[i], &error));
		assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_CONFIG));
	}
}

static void replay_knows_its_calls(void **state)
{
	g_autoptr(GPtrArray) messages = one_message("make a chair");
	struct llm_request request = request_for("planner", messages, NULL);
	g_autofree char *digest = llm_request_digest(&request);
	g_autofree char *text = g_strdup_printf("{\"recording\":1,\"calls\":[{\"agent\":\"planner\",\"digest\":\"%s\","
						"\"text\":\"ok\",\"usage\":{\"tokens_in\":7}},"
						"{\"agent\":\"planner\",\"digest\":\"other\",\"text\":\"no\"}]}",
		digest);
	OWN(llm) *llm = open_with(*state, "replay", text, NULL);
	assert_non_null(llm);
	OWN(llm_reply) *reply = llm_ask(llm, &request, NULL, NULL, NULL);
	assert_string_equal(reply->text, "ok");
	assert_int_equal(reply->usage.tokens_in, 7);
	assert_true(reply->usage.usd < 0);
	g_autoptr(GError) error = NULL;
	assert_null(llm_ask(llm, &request, NULL, NULL, &error));
	assert_true(g_error_matches(error, LLM_ERROR, LLM_ERROR_END));
	assert_non_null(strstr(error->message, "call 2"));
	check_answer(llm, "planner", messages, NULL, LLM_ERROR_END);
}

static void digests_see_pictures(void **state)
{
	g_autoptr(GPtrArray) messages = one_message("this");
	struct llm_request request = request_for("planner", messages, NULL);
	g_autofree char *plain = llm_request_digest(&request);
	struct llm_message *message = messages->pdata[0];
	struct llm_image image = {.mime = "image/png", .bytes = g_bytes_new_static("png", 3)};
	message->images = g_ptr_array_new();
	g_ptr_array_add(message->images, &image);
	g_autofree char *pictured = llm_request_digest(&request);
	assert_string_not_equal(plain, pictured);
	g_bytes_unref(image.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_provider_conforms, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(unknown_providers_are_refused, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(scripted_answers_in_order, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(damaged_files_are_refused, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(replay_knows_its_calls, make_folder, drop_folder),
		cmocka_unit_test(digests_see_pictures),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
