/* The doors of llm/: opening what the options name, and the small structs. Asking is ask.c. */
#include "llm/llm_int.h"
#include "net/httpc.h"

#include <string.h>

G_DEFINE_QUARK(ll3m_llm_error, llm_error)

/* ---- names ---- */
const char *llm_output_name(enum llm_output output)
{
	static const char *const names[] = {"plan", "context", "script", "part", "critique", "verdict", "feedback"};
	return names[output];
}

static const char *const stop_names[] = {"done", "length", "refusal", "filter", "tool"};

const char *llm_stop_name(enum llm_stop stop)
{
	return stop_names[stop];
}

enum llm_stop llm_stop_read(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(stop_names); i++) {
		if (g_str_equal(stop_names[i], name))
			return (enum llm_stop)i;
	}
	return LLM_STOP_DONE;
}

/* ---- opening ---- */
static void choice_free(void *data)
{
	struct choice *choice = data;
	if (choice->state)
		choice->provider->ops->close(choice->state);
	g_free(choice->key);
	g_free(choice);
}

/* Two agents with the same words have the same model, its connections and its place in a recording. */
static char *options_key(const struct llm_options *o)
{
	g_autofree char *words = g_strjoin("\n", o->provider, o->model ? o->model : "", o->base_url ? o->base_url : "",
		o->key_env ? o->key_env : "", o->key_file ? o->key_file : "", o->reasoning ? o->reasoning : "",
		o->vision ? o->vision : "", o->structure ? o->structure : "", o->file ? o->file : "",
		o->library_dir ? o->library_dir : "", NULL);
	return g_strdup_printf("%s\n%d %g %d %" G_GINT64_FORMAT " %g %g %g %g %g %d", words, o->max_tokens,
		o->temperature, o->temperature_set, o->context, o->seconds, o->silence_seconds, o->price_in,
		o->price_cached, o->price_out, o->priced);
}

static struct choice *open_choice(struct llm *llm, const struct llm_options *options, GError **error)
{
	const struct llm_provider *provider = llm_provider_find(options->provider, error);
	if (!provider)
		return NULL;
	if (!provider->service && options->model) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"the model %s is named, but the provider is %s, which has none: set models.%s.provider, too",
			options->model, provider->name, options->agent ? options->agent : "default");
		return NULL;
	}
	g_autofree char *key = options_key(options);
	for (guint i = 0; i < llm->choices->len; i++) {
		struct choice *choice = llm->choices->pdata[i];
		if (g_str_equal(choice->key, key))
			return choice;
	}
	struct choice *choice = g_new0(struct choice, 1);
	choice->provider = provider;
	choice->key = g_steal_pointer(&key);
	choice->seconds = options->seconds > 0 ? options->seconds : 600;
	choice->abilities = (struct llm_abilities){
		.provider = provider->name,
		.model = g_intern_string(options->model ? options->model : ""),
		.parallel = 1,
		.priced = "",
	};
	g_ptr_array_add(llm->choices, choice);
	choice->state = provider->ops->open(llm, provider, options, &choice->abilities, error);
	return choice->state ? choice : NULL;
}

/* "PROVIDER/MODEL[@BASE_URL]": what else it needs is the first choice's, where the provider is, too. */
static struct choice *open_fallback(struct llm *llm, const struct llm_options *first, const char *words, GError **error)
{
	g_auto(GStrv) pair = g_strsplit(words, "/", 2);
	const char *agent = first->agent ? first->agent : "default";
	if (!pair[0] || !*pair[0] || !pair[1] || !*pair[1]) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG,
			"models.%s.fallback: \"%s\" must be PROVIDER/MODEL, as in openai/gpt-5-mini", agent, words);
		return NULL;
	}
	char *at = strstr(pair[1], "@http");
	if (at)
		*at++ = '\0';
	bool same = g_str_equal(pair[0], first->provider);
	struct llm_options options = *first;
	options.provider = pair[0];
	options.model = pair[1];
	options.base_url = at ? at : same ? first->base_url : NULL;
	options.context = 0;
	options.priced = false;
	options.vision = options.structure = NULL;
	if (!same)
		options.key_env = options.key_file = NULL;
	struct choice *choice = open_choice(llm, &options, error);
	if (!choice)
		g_prefix_error(error, "models.%s.fallback: ", agent);
	return choice;
}

static bool open_seat(struct llm *llm, const struct llm_options *options, GError **error)
{
	struct seat seat = {.agent = g_intern_string(options->agent), .choices = g_ptr_array_new()};
	g_array_append_val(llm->seats, seat);
	struct choice *choice = open_choice(llm, options, error);
	if (!choice)
		return false;
	g_ptr_array_add(seat.choices, choice);
	g_auto(GStrv) fallbacks = g_strsplit(options->fallback ? options->fallback : "", ",", -1);
	for (char **each = fallbacks; *each; each++) {
		if (!*g_strstrip(*each))
			continue;
		choice = open_fallback(llm, options, *each, error);
		if (!choice)
			return false;
		if (!g_ptr_array_find(seat.choices, choice, NULL))
			g_ptr_array_add(seat.choices, choice);
	}
	return true;
}

static void seat_clear(void *data)
{
	struct seat *seat = data;
	g_ptr_array_unref(seat->choices);
}

struct llm *llm_open(const struct llm_options *options, GError **error)
{
	if (!options->provider) {
		g_set_error_literal(error, LLM_ERROR, LLM_ERROR_CONFIG, "no provider is named");
		return NULL;
	}
	struct llm *llm = g_new0(struct llm, 1);
	llm->clock = options->clock ? *options->clock : llm_clock_real;
	llm->httpc = httpc_new(NULL);
	const char *ca_file = options->ca_file ? options->ca_file : g_getenv("SSL_CERT_FILE");
	if (ca_file && *ca_file)
		httpc_trust(llm->httpc, ca_file);
	llm->choices = g_ptr_array_new_with_free_func(choice_free);
	llm->seats = g_array_new(FALSE, FALSE, sizeof(struct seat));
	g_array_set_clear_func(llm->seats, seat_clear);
	bool good = open_seat(llm, options, error);
	for (const struct llm_options *each = options->agents; good && each && each->provider; each++)
		good = open_seat(llm, each, error);
	if (good)
		return llm;
	llm_close(llm);
	return NULL;
}

void llm_close(struct llm *llm)
{
	if (!llm)
		return;
	g_array_unref(llm->seats);
	g_ptr_array_unref(llm->choices);
	httpc_free(llm->httpc);
	g_free(llm);
}

const struct seat *llm_seat(const struct llm *llm, const char *agent)
{
	for (guint i = 1; i < llm->seats->len; i++) {
		const struct seat *seat = &g_array_index(llm->seats, struct seat, i);
		if (g_strcmp0(seat->agent, agent) == 0)
			return seat;
	}
	return &g_array_index(llm->seats, struct seat, 0);
}

const struct llm_abilities *llm_abilities(const struct llm *llm, const char *agent)
{
	const struct choice *choice = llm_seat(llm, agent)->choices->pdata[0];
	return &choice->abilities;
}

/* ---- messages, replies, usage ---- */
struct llm_message *llm_message_new(const char *role, const char *text)
{
	struct llm_message *message = g_new0(struct llm_message, 1);
	message->role = g_intern_string(role);
	message->text = g_strdup(text);
	return message;
}

void llm_message_free(struct llm_message *message)
{
	if (!message)
		return;
	g_free(message->text);
	if (message->images)
		g_ptr_array_unref(message->images);
	g_free(message);
}

struct llm_reply *llm_reply_new(char *text)
{
	struct llm_reply *reply = g_new0(struct llm_reply, 1);
	reply->text = text;
	return reply;
}

void llm_reply_free(struct llm_reply *reply)
{
	if (!reply)
		return;
	g_free(reply->text);
	g_free(reply);
}

void llm_usage_add(struct llm_usage *sum, const struct llm_usage *more)
{
	sum->tokens_in += more->tokens_in;
	sum->tokens_cached += more->tokens_cached;
	sum->tokens_written += more->tokens_written;
	sum->tokens_out += more->tokens_out;
	sum->tokens_reasoning += more->tokens_reasoning;
	sum->estimated = sum->estimated || more->estimated;
	sum->usd = sum->usd < 0 || more->usd < 0 ? -1 : sum->usd + more->usd;
}

struct llm_usage llm_usage_read(const json_t *usage)
{
	return (struct llm_usage){.tokens_in = json_int(usage, "tokens_in", 0),
		.tokens_cached = json_int(usage, "tokens_cached", 0),
		.tokens_written = json_int(usage, "tokens_written", 0),
		.tokens_out = json_int(usage, "tokens_out", 0),
		.tokens_reasoning = json_int(usage, "tokens_reasoning", 0),
		.usd = json_num(usage, "usd", usage ? -1 : 0),
		.estimated = json_bool(usage, "estimated", false)};
}
