/*
 * Configuration of the models: one family of option rows, "models.default.…" for everyone and "models.<agent>.…" for
 * one agent, which goes before it value by value. An agent who names a provider of his own takes nothing of the
 * default's that belongs to a provider: model, address, key and prices.
 */
#include "llm/llm_int.h"

static const char *const provider_names[] = {
#define PROVIDER(name, ops) name,
#define SERVICE(name, ...) name,
#include "llm/providers.def"
#undef PROVIDER
#undef SERVICE
	NULL};
static const char *const reasoning_names[] = {"off", "low", "medium", "high", NULL};
static const char *const structure_names[] = {"schema", "object", "none", NULL};
static const char *const yes_no[] = {"yes", "no", NULL};

/* Each agent's name; the roster's test holds them against it. */
#define AGENTS(X) X("planner") X("retrieval") X("coding") X("critic") X("verification") X("feedback")

#define NAME(name) name,
const char *const llm_option_agents[] = {AGENTS(NAME) NULL};
#undef NAME

#define NOT_LIKE(name) NULL
#define LIKE(name) "models.default." name

/* clang-format off */
#define ROW(who, like_, key, kind, ...) \
	{.name = "models." who "." key, .type = OPTION_##kind, .like = like_(key), __VA_ARGS__},
#define FAMILY(who, like, provider) \
	ROW(who, like, "provider", CHOICE, .initial = provider, .choices = provider_names, \
		.about = "Who answers; builtin needs no network and no key.") \
	ROW(who, like, "model", STRING, .about = "The model, as its service names it.") \
	ROW(who, like, "base_url", STRING, \
		.about = "Where the service is, up to what the wire format itself adds (as in http://localhost:11434/v1).") \
	ROW(who, like, "key_env", STRING, \
		.about = "The environment variable that holds the key, where it is not the service's usual one.") \
	ROW(who, like, "key_file", PATH, .about = "A file of mode 0600 that holds the key, instead of a variable.") \
	ROW(who, like, "fallback", STRING, \
		.about = "Further models, PROVIDER/MODEL[@BASE_URL] with commas between, for when the first is gone, refuses, is over its limit or stays away.") \
	ROW(who, like, "reasoning", CHOICE, .choices = reasoning_names, \
		.about = "How long the model may think before it answers; without a value as it does by itself.") \
	ROW(who, like, "max_tokens", INT, .low = 1, .high = 10000000, \
		.about = "Length of an answer at the most; without a value what the model can, 32768 at the most.") \
	ROW(who, like, "temperature", NUMBER, .low = 0, .high = 2, \
		.about = "How much chance is in an answer; without a value as the service does by itself.") \
	ROW(who, like, "context", INT, .low = 1024, .high = 100000000, .unit = "tokens", \
		.about = "Context of the model, where it is not a known one or a local server gives it less.") \
	ROW(who, like, "vision", CHOICE, .choices = yes_no, \
		.about = "Whether the model can look at pictures, where it is not a known one.") \
	ROW(who, like, "structure", CHOICE, .choices = structure_names, \
		.about = "What the service is asked to hold answers to, where it is not a known one: a JSON schema, any JSON object, nothing.") \
	ROW(who, like, "seconds", INT, .low = 1, .high = 86400, .unit = "s", \
		.about = "How long one model has for an answer, with its retries; without a value 600.") \
	ROW(who, like, "silence_seconds", INT, .low = 1, .high = 86400, .unit = "s", \
		.about = "A stream without a byte for so long is cut; without a value 120.") \
	ROW(who, like, "price_in", NUMBER, .low = 0, .high = 100000, .unit = "USD per million tokens", \
		.about = "Price of input, where it is not known or not the list price; 0 for a model that costs nothing.") \
	ROW(who, like, "price_cached", NUMBER, .low = 0, .high = 100000, .unit = "USD per million tokens", \
		.about = "Price of input read from the service's cache; without a value that of input.") \
	ROW(who, like, "price_out", NUMBER, .low = 0, .high = 100000, .unit = "USD per million tokens", \
		.about = "Price of output.")
/* clang-format on */

#define AGENT_FAMILY(name) FAMILY(name, LIKE, NULL)
const struct option_row llm_option_rows[] = {
	FAMILY("default", NOT_LIKE, "builtin") AGENTS(AGENT_FAMILY){
		.name = "models.file",
		.type = OPTION_PATH,
		.initial = "",
		.about = "The recording that the scripted and replay providers answer from.",
	},
	{
		.name = "models.ca_file",
		.type = OPTION_PATH,
		.initial = "",
		.about = "Certificates to trust instead of the system's, a PEM file; empty for $SSL_CERT_FILE, if set.",
	},
	{0},
};

/* ---- reading them ---- */
struct reader {
	const struct options *options;
	const char *agent; /* "default" for everyone */
	bool alone;        /* it names a provider of its own */
	char *name;        /* of the row found last */
};

/* The agent's own value, or the default's. */
static bool find(struct reader *reader, const char *key, bool of_provider)
{
	const char *const whose[] = {reader->agent, of_provider && reader->alone ? NULL : "default", NULL};
	for (const char *const *who = whose; *who; who++) {
		g_free(reader->name);
		reader->name = g_strdup_printf("models.%s.%s", *who, key);
		if (options_has(reader->options, reader->name))
			return true;
	}
	return false;
}

static const char *text(struct reader *reader, const char *key, bool of_provider)
{
	const char *value = find(reader, key, of_provider) ? options_string(reader->options, reader->name) : "";
	return *value ? value : NULL;
}

static double number(struct reader *reader, const char *key, bool of_provider, double otherwise)
{
	return find(reader, key, of_provider) ? options_number(reader->options, reader->name) : otherwise;
}

static void read_agent(const struct options *options, const char *agent, struct llm_options *out)
{
	g_autofree char *own = g_strdup_printf("models.%s.provider", agent);
	bool everyone = g_str_equal(agent, "default");
	struct reader reader = {.options = options, .agent = agent, .alone = !everyone && options_has(options, own)};
	out->agent = everyone ? NULL : agent;
	out->provider = text(&reader, "provider", false);
	out->model = text(&reader, "model", true);
	out->base_url = text(&reader, "base_url", true);
	out->key_env = text(&reader, "key_env", true);
	out->key_file = text(&reader, "key_file", true);
	out->fallback = text(&reader, "fallback", false);
	out->reasoning = text(&reader, "reasoning", false);
	out->max_tokens = (int)number(&reader, "max_tokens", false, 0);
	out->temperature_set = find(&reader, "temperature", false);
	out->temperature = number(&reader, "temperature", false, 0);
	out->context = (gint64)number(&reader, "context", true, 0);
	out->vision = text(&reader, "vision", true);
	out->structure = text(&reader, "structure", true);
	out->seconds = number(&reader, "seconds", false, 0);
	out->silence_seconds = number(&reader, "silence_seconds", false, 0);
	out->price_in = number(&reader, "price_in", true, -1);
	out->price_cached = number(&reader, "price_cached", true, out->price_in);
	out->price_out = number(&reader, "price_out", true, -1);
	out->priced = out->price_in >= 0 || out->price_out >= 0;
	g_free(reader.name);
}

struct llm_options *llm_options_read(const struct options *options, const char *library_dir)
{
	guint count = G_N_ELEMENTS(llm_option_agents) - 1;
	struct llm_options *all = g_new0(struct llm_options, count + 2);
	const char *file = options_string(options, "models.file");
	const char *ca_file = options_string(options, "models.ca_file");
	for (guint i = 0; i <= count; i++) {
		read_agent(options, i == 0 ? "default" : llm_option_agents[i - 1], &all[i]);
		all[i].file = *file ? file : NULL;
		all[i].ca_file = *ca_file ? ca_file : NULL;
		all[i].library_dir = library_dir;
	}
	all[0].agents = all + 1;
	return all;
}
