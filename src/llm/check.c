/* Trying out what is configured: one tiny request to each model, without retries. */
#include "llm/llm_int.h"

enum { ANSWER_TOKENS = 256 };
#define SECONDS 30.0

static void no_piece(const char *text, void *arg)
{
}

static json_t *usd_or_null(double usd)
{
	return usd < 0 ? json_null() : json_real(usd);
}

static json_t *abilities_told(const struct llm_abilities *a)
{
	return json_make("{s:b, s:b, s:b, s:b, s:I, s:I, s:o, s:o, s:o, s:s}", "known", a->known, "vision", a->vision,
		"schema", a->schema, "reasoning", a->reasoning, "context", (json_int_t)a->context, "output",
		(json_int_t)a->output, "usd_in", usd_or_null(a->usd_in), "usd_cached", usd_or_null(a->usd_cached),
		"usd_out", usd_or_null(a->usd_out), "priced", a->priced);
}

/* Who asks this model; *first_out: it is the first choice of one of them. */
static json_t *agents_of(const struct llm *llm, const struct choice *choice, bool *first_out)
{
	json_t *names = json_array();
	for (guint i = 0; i < llm->seats->len; i++) {
		const struct seat *seat = &g_array_index(llm->seats, struct seat, i);
		guint at = 0;
		if (!g_ptr_array_find(seat->choices, choice, &at) || (i == 0 && llm->seats->len > 1))
			continue;
		json_array_append_new(names, json_string(seat->agent ? seat->agent : "default"));
		*first_out = *first_out || at == 0;
	}
	return names;
}

/* Asks, where there is a service to ask. False with `error` set; outcome and seconds are set in any case. */
static bool try_out(const struct choice *choice, struct cancel *cancel, struct llm_outcome *outcome,
	double *seconds_out, GError **error)
{
	const struct llm_watch watch = {.piece = no_piece};
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_ptr_array_add(messages, llm_message_new("user", "Answer with the one word: ready"));
	const struct llm_request request = {.agent = "doctor", .messages = messages, .max_tokens = ANSWER_TOKENS};
	OWN(cancel) *limit = cancel_new(cancel, MIN(choice->seconds, SECONDS));
	gint64 start = g_get_monotonic_time();
	OWN(llm_reply) *reply = choice->provider->ops->ask(choice->state, &request, &watch, limit, outcome, error);
	*seconds_out = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	return reply != NULL;
}

static json_t *check_choice(const struct llm *llm, const struct choice *choice, struct cancel *cancel, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool first = false;
	double seconds = 0;
	struct llm_outcome outcome = {0};
	g_autoptr(json_t) agents = agents_of(llm, choice, &first);
	bool asked = choice->provider->service != NULL;
	bool good = json_array_size(agents) == 0 || !asked || try_out(choice, cancel, &outcome, &seconds, &why);
	if (!good && why->domain == CANCEL_ERROR && cancel_check(cancel, error))
		return NULL;
	return json_make("{s:O, s:s, s:s, s:b, s:b, s:b, s:o, s:f, s:I, s:I, s:o, s:o}", "agents", agents, "provider",
		choice->abilities.provider, "model", choice->abilities.model, "fallback", !first, "asked", asked, "ok",
		good, "error",
		why ? json_make("{s:i, s:o}", "code", why->code, "message", json_text(why->message)) : json_null(),
		"seconds", seconds, "tokens_in", (json_int_t)outcome.usage.tokens_in, "tokens_out",
		(json_int_t)outcome.usage.tokens_out, "usd", usd_or_null(outcome.usage.usd), "abilities",
		abilities_told(&choice->abilities));
}

json_t *llm_check(struct llm *llm, struct cancel *cancel, GError **error)
{
	g_autoptr(json_t) all = json_array();
	for (guint i = 0; i < llm->choices->len; i++) {
		json_t *checked = check_choice(llm, llm->choices->pdata[i], cancel, error);
		if (!checked)
			return NULL;
		if (json_array_size(json_object_get(checked, "agents")) > 0)
			json_array_append_new(all, checked);
		else
			json_decref(checked);
	}
	return g_steal_pointer(&all);
}
