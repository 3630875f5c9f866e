/* Requests as they leave, in each wire format: whole bodies compared. */
#include "base/testing.h"
#include "llm/service.h"

static struct endpoint make_endpoint(const char *provider, struct llm_abilities *abilities)
{
	const struct llm_provider *row = llm_provider_find(provider, NULL);
	*abilities = (struct llm_abilities){.provider = row->name, .model = "m", .vision = true};
	return (struct endpoint){.provider = row,
		.service = row->service,
		.model = "m",
		.base_url = (char *)"http://host/v1",
		.max_tokens = 100,
		.abilities = abilities};
}

static void add(GPtrArray *messages, const char *role, const char *text, bool stable, GPtrArray *images)
{
	struct llm_message *message = llm_message_new(role, text);
	message->stable = stable;
	message->images = images;
	g_ptr_array_add(messages, message);
}

static void image_free(void *data)
{
	struct llm_image *image = data;
	g_bytes_unref(image->bytes);
	g_free(image);
}

static GPtrArray *one_image(void)
{
	GPtrArray *images = g_ptr_array_new_with_free_func(image_free);
	struct llm_image *image = g_new(struct llm_image, 1);
	*image = (struct llm_image){"image/png", g_bytes_new_static("\x89PNG", 4)};
	g_ptr_array_add(images, image);
	return images;
}

/* A system text, a turn in two pieces of which one is stable, a picture, an answer, a question again. */
static GPtrArray *make_messages(void)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	add(messages, "system", "Be.", true, NULL);
	add(messages, "user", "Docs.", true, NULL);
	add(messages, "user", "Look.", false, one_image());
	add(messages, "assistant", "{", false, NULL);
	add(messages, "user", "Again.", false, NULL);
	return messages;
}

#define SCHEMA                                                                                                         \
	"{\"type\":\"object\",\"properties\":{\"b\":{\"type\":[\"string\",\"null\"]},\"a\":{\"anyOf\":[{\"type\":"     \
	"\"number\"},{\"type\":\"boolean\"}]}},\"required\":[\"b\",\"a\"],\"additionalProperties\":false}"

static void check_body(struct endpoint *endpoint, enum structure structure, const char *wanted)
{
	g_autoptr(GPtrArray) messages = make_messages();
	g_autoptr(json_t) schema = json_parse(SCHEMA, strlen(SCHEMA), 1000, NULL);
	const struct llm_request request = {
		.agent = "critic", .output = LLM_OUTPUT_CRITIQUE, .messages = messages, .schema = schema};
	g_autoptr(json_t) body = endpoint->service->wire->body(endpoint, &request, structure);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) want = json_parse(wanted, strlen(wanted), 10000, &error);
	assert_no_error(error);
	if (json_equal(body, want))
		return;
	g_autofree char *text = json_print(body);
	fail_msg("%s: the body is %s", endpoint->provider->name, text);
}

static void openai_bodies(void **state)
{
	struct llm_abilities abilities;
	struct endpoint e = make_endpoint("openai", &abilities);
#define OPENAI_MESSAGES                                                                                                \
	"\"messages\":[{\"role\":\"system\",\"content\":\"Be.\"},{\"role\":\"user\",\"content\":\"Docs.\"},"           \
	"{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/"                 \
	"png;base64,iVBORw==\"}},{\"type\":\"text\",\"text\":\"Look.\"}]},"                                            \
	"{\"role\":\"assistant\",\"content\":\"{\"},{\"role\":\"user\",\"content\":\"Again.\"}]"
	check_body(&e, STRUCTURE_SCHEMA,
		"{\"model\":\"m\",\"stream\":true,\"max_completion_tokens\":100,\"prompt_cache_key\":\"ll3m-critic\","
		"\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}," OPENAI_MESSAGES
		",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"critique\",\"strict\":true,"
		"\"schema\":" SCHEMA "}}}");
	e = make_endpoint("deepseek", &abilities);
	e.reasoning = "off";
	e.temperature_set = true;
	e.temperature = 0.5;
	check_body(&e, STRUCTURE_OBJECT,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,\"stream_options\":{\"include_usage\":true},"
		"\"thinking\":{\"type\":\"disabled\"},\"temperature\":0.5," OPENAI_MESSAGES
		",\"response_format\":{\"type\":\"json_object\"}}");
	e = make_endpoint("openrouter", &abilities);
	e.reasoning = "low";
	check_body(&e, STRUCTURE_NONE,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":2148,\"usage\":{\"include\":true},"
		"\"reasoning\":{\"effort\":\"low\"}," OPENAI_MESSAGES "}");
	e = make_endpoint("vllm", &abilities);
	e.reasoning = "off";
	check_body(&e, STRUCTURE_NONE,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,\"stream_options\":{\"include_usage\":true},"
		"\"chat_template_kwargs\":{\"enable_thinking\":false}," OPENAI_MESSAGES "}");
	e = make_endpoint("openai", &abilities);
	e.reasoning = "off";
	e.least = "minimal";
	check_body(&e, STRUCTURE_NONE,
		"{\"model\":\"m\",\"stream\":true,\"max_completion_tokens\":100,\"prompt_cache_key\":\"ll3m-critic\","
		"\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false},"
		"\"reasoning_effort\":\"minimal\"," OPENAI_MESSAGES "}");
}

static void anthropic_bodies(void **state)
{
	struct llm_abilities abilities;
	struct endpoint e = make_endpoint("anthropic", &abilities);
#define CACHED ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define ANTHROPIC_MESSAGES                                                                                             \
	"\"system\":[{\"type\":\"text\",\"text\":\"Be.\"" CACHED "}],\"messages\":[{\"role\":\"user\",\"content\":["   \
	"{\"type\":\"text\",\"text\":\"Docs.\"" CACHED "},{\"type\":\"image\",\"source\":{\"type\":\"base64\","        \
	"\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},{\"type\":\"text\",\"text\":\"Look.\"}]},"               \
	"{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"{\"}]},"                                   \
	"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Again.\"}]}]"
	check_body(&e, STRUCTURE_SCHEMA,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":100," ANTHROPIC_MESSAGES
		",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" SCHEMA "}}}");
	e.temperature_set = true;
	e.temperature = 1.5;
	check_body(&e, STRUCTURE_OBJECT,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,\"temperature\":1.0," ANTHROPIC_MESSAGES
		",\"tools\":[{\"name\":\"answer\",\"description\":\"Gives the answer.\",\"input_schema\":" SCHEMA "}],"
		"\"tool_choice\":{\"type\":\"tool\",\"name\":\"answer\"}}");
	/* With thinking neither a forced tool nor a temperature is allowed. */
	e.reasoning = "medium";
	check_body(&e, STRUCTURE_OBJECT,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":8292," ANTHROPIC_MESSAGES
		",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}}");
}

static void gemini_bodies(void **state)
{
	struct llm_abilities abilities;
	struct endpoint e = make_endpoint("gemini", &abilities);
#define GEMINI_MESSAGES                                                                                                \
	"\"systemInstruction\":{\"parts\":[{\"text\":\"Be.\"}]},\"contents\":[{\"role\":\"user\",\"parts\":["          \
	"{\"text\":\"Docs.\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw==\"}},"                    \
	"{\"text\":\"Look.\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"{\"}]},"                                    \
	"{\"role\":\"user\",\"parts\":[{\"text\":\"Again.\"}]}]"
	check_body(&e, STRUCTURE_SCHEMA,
		"{" GEMINI_MESSAGES ",\"generationConfig\":{\"maxOutputTokens\":100,\"responseMimeType\":"
		"\"application/"
		"json\",\"responseSchema\":{\"type\":\"OBJECT\",\"properties\":{\"b\":{\"type\":\"STRING\","
		"\"nullable\":true},\"a\":{\"anyOf\":[{\"type\":\"NUMBER\"},{\"type\":\"BOOLEAN\"}]}},"
		"\"required\":[\"b\",\"a\"],\"propertyOrdering\":[\"b\",\"a\"]}}}");
	e.reasoning = "off";
	e.least = "128";
	check_body(&e, STRUCTURE_OBJECT,
		"{" GEMINI_MESSAGES ",\"generationConfig\":{\"maxOutputTokens\":100,\"responseMimeType\":"
		"\"application/json\",\"thinkingConfig\":{\"thinkingBudget\":128}}}");
	e.reasoning = "high";
	e.least = "low";
	check_body(&e, STRUCTURE_NONE,
		"{" GEMINI_MESSAGES ",\"generationConfig\":{\"maxOutputTokens\":24676,\"thinkingConfig\":"
		"{\"thinkingLevel\":\"high\"}}}");
}

/* ---- how answers end ---- */
static void no_piece(const char *text, void *arg)
{
}

static void check_stop(const char *provider, const char *data, enum llm_stop stop)
{
	struct llm_abilities abilities;
	struct endpoint e = make_endpoint(provider, &abilities);
	struct llm_outcome outcome = {0};
	const struct llm_watch watch = {.piece = no_piece};
	struct stream stream;
	stream_init(&stream, &e, &watch, &outcome);
	assert_true(stream_take(&stream, data, strlen(data)));
	assert_true(stream.stopped);
	if (stream.stop != stop)
		fail_msg("%s: %s ends with %s", provider, data, llm_stop_name(stream.stop));
	stream_clear(&stream);
}

static void stops_are_told_apart(void **state)
{
	static const struct {
		const char *provider, *format;
		struct {
			const char *word;
			enum llm_stop stop;
		} cases[7];
	} formats[] = {
		{"openai", "{\"choices\":[{\"delta\":{},\"finish_reason\":\"%s\"}]}",
			{{"stop", LLM_STOP_DONE}, {"length", LLM_STOP_LENGTH}, {"content_filter", LLM_STOP_FILTER},
				{"tool_calls", LLM_STOP_TOOL}, {"model_length", LLM_STOP_LENGTH}}},
		{"anthropic", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"}}",
			{{"end_turn", LLM_STOP_DONE}, {"max_tokens", LLM_STOP_LENGTH}, {"refusal", LLM_STOP_REFUSAL},
				{"tool_use", LLM_STOP_TOOL}, {"stop_sequence", LLM_STOP_DONE},
				{"model_context_window_exceeded", LLM_STOP_LENGTH}}},
		{"gemini", "{\"candidates\":[{\"finishReason\":\"%s\"}]}",
			{{"STOP", LLM_STOP_DONE}, {"MAX_TOKENS", LLM_STOP_LENGTH}, {"SAFETY", LLM_STOP_FILTER},
				{"RECITATION", LLM_STOP_FILTER}, {"PROHIBITED_CONTENT", LLM_STOP_FILTER},
				{"MALFORMED_FUNCTION_CALL", LLM_STOP_TOOL}}},
	};
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_auto(GStrv) around = g_strsplit(formats[i].format, "%s", 2);
		for (guint j = 0; formats[i].cases[j].word; j++) {
			g_autofree char *data = g_strconcat(around[0], formats[i].cases[j].word, around[1], NULL);
			check_stop(formats[i].provider, data, formats[i].cases[j].stop);
		}
	}
	check_stop("gemini", "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}", LLM_STOP_FILTER);
	check_stop("openai", "{\"choices\":[{\"delta\":{\"refusal\":\"no\"},\"finish_reason\":\"stop\"}]}",
		LLM_STOP_REFUSAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openai_bodies),
		cmocka_unit_test(anthropic_bodies),
		cmocka_unit_test(gemini_bodies),
		cmocka_unit_test(stops_are_told_apart),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
