/*
 * Budgets: what a run, a session and a day may cost at the most, in dollars, tokens and minutes of work. What was spent
 * is read out of the journal before each call of a model, so it holds across crashes, continues and fallbacks.
 *
 * A call is begun while the sum is below the limit: it is passed by no more than the one call in flight. So where calls
 * go out side by side, a further one waits until those in flight are back, unless all of them together would stay
 * below the limit even at their longest.
 */
#include "engine/engine_int.h"

#define MILLIS_PER_MINUTE 60000.0
enum {
	WARN_PERCENT = 80,
	BYTES_PER_TOKEN = 2,        /* fewer than any language and tokenizer has on average: estimates are ceilings */
	TOKENS_PER_IMAGE = 4096,    /* at the size that pictures are sent in */
	TOKENS_OUT_LOST = 4096,     /* what an answer is taken to have cost that nobody saw the end of */
	TOKENS_OUT_UNKNOWN = 65536, /* an answer of a model whose most is not known */
};

enum scope { RUN, SESSION, DAY, SCOPES };
static const char *const scope_names[SCOPES] = {"run", "session", "day"};

struct cost {
	double usd, tokens, minutes;
};

struct ledger {
	GMutex lock;
	GCond back; /* a call has come back */
	int in_flight;
	struct cost reserved; /* for those in flight, at their longest */
};

struct ledger *ledger_new(void)
{
	struct ledger *ledger = g_new0(struct ledger, 1);
	g_mutex_init(&ledger->lock);
	g_cond_init(&ledger->back);
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	g_mutex_clear(&ledger->lock);
	g_cond_clear(&ledger->back);
	g_free(ledger);
}

static const struct budget *limit_of(const struct engine *engine, enum scope scope)
{
	const struct budget_options *all = &engine->options.budget;
	return scope == RUN ? &all->run : scope == SESSION ? &all->session : &all->day;
}

static bool any_limit(const struct engine *engine)
{
	for (int scope = 0; scope < SCOPES; scope++) {
		const struct budget *limit = limit_of(engine, scope);
		if (limit->usd > 0 || limit->tokens > 0 || limit->minutes > 0)
			return true;
	}
	return false;
}

static gint64 midnight(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	int year, month, day;
	g_date_time_get_ymd(now, &year, &month, &day);
	g_autoptr(GDateTime) start = g_date_time_new_local(year, month, day, 0, 0, 0);
	return g_date_time_to_unix(start) * 1000;
}

static bool spent(const struct run *run, enum scope scope, struct cost *cost_out, GError **error)
{
	struct store_spending sum;
	if (!store_spending(run->engine->store, scope == SESSION ? run->row->session : NULL,
		    scope == RUN ? run->row->id : NULL, scope == DAY ? midnight() : 0, &sum, error))
		return false;
	*cost_out = (struct cost){.usd = sum.usd,
		.tokens = (double)(sum.tokens_in + sum.tokens_out),
		.minutes = (double)sum.millis / MILLIS_PER_MINUTE};
	return true;
}

/* The three kinds of limit side by side, for messages: "0.52 of 0.50 USD". */
static const struct {
	const char *unit;
	size_t cost, limit; /* offsets */
	const char *format;
} kinds[] = {
	{"USD", offsetof(struct cost, usd), offsetof(struct budget, usd), "%.4g of %.4g USD"},
	{"tokens", offsetof(struct cost, tokens), offsetof(struct budget, tokens), "%.0f of %.0f tokens"},
	{"minutes", offsetof(struct cost, minutes), offsetof(struct budget, minutes), "%.3g of %.3g minutes"},
};

static double cost_at(const struct cost *cost, guint kind)
{
	return G_STRUCT_MEMBER(double, cost, kinds[kind].cost);
}

static double limit_at(const struct budget *limit, guint kind)
{
	return G_STRUCT_MEMBER(double, limit, kinds[kind].limit);
}

static char *sum_in_words(guint kind, double cost, double limit)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return g_strdup_printf(kinds[kind].format, cost, limit);
#pragma GCC diagnostic pop
}

/* What the question alone has, in tokens. */
static double question(const struct llm_request *request)
{
	gsize bytes = 0, pictures = 0;
	for (guint i = 0; i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		bytes += strlen(message->text);
		pictures += message->images ? message->images->len : 0;
	}
	return (double)bytes / BYTES_PER_TOKEN + (double)pictures * TOKENS_PER_IMAGE;
}

/* The most that the call can cost. */
static struct cost ceiling(const struct llm_request *request, const struct llm_abilities *model)
{
	double in = question(request);
	double out = model->output > 0 ? (double)model->output : TOKENS_OUT_UNKNOWN;
	return (struct cost){
		.usd = (in * MAX(model->usd_in, model->usd_written) + out * model->usd_out) / 1e6, .tokens = in + out};
}

/* Whether the limits leave room for a call; with `ahead`, for all that is in flight and this one at their longest. */
static bool has_room(struct run *run, const struct cost *ahead, GError **error)
{
	for (int scope = 0; scope < SCOPES; scope++) {
		struct cost sum;
		const struct budget *limit = limit_of(run->engine, scope);
		if (!spent(run, scope, &sum, error))
			return false;
		for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
			double most = limit_at(limit, kind), cost = cost_at(&sum, kind);
			if (most <= 0 || cost + (ahead ? cost_at(ahead, kind) : 0) < most)
				continue;
			g_autofree char *words = sum_in_words(kind, cost, most);
			g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_BUDGET,
				"the budget of this %s is spent: %s; raise budget.%s%s%s and go on", scope_names[scope],
				words, scope == RUN ? "" : scope_names[scope], scope == RUN ? "" : "_",
				kind == 0 ? "usd" : kinds[kind].unit);
			return false;
		}
	}
	return true;
}

static bool price_is_known(const struct engine *engine, const struct llm_abilities *model, GError **error)
{
	bool asked = false;
	for (int scope = 0; scope < SCOPES; scope++)
		asked |= limit_of(engine, scope)->usd > 0;
	bool free_of_charge = !*model->model;
	if (!asked || free_of_charge || (model->usd_in >= 0 && model->usd_out >= 0))
		return true;
	g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_BUDGET,
		"a budget in USD cannot be kept with %s %s, whose price is unknown: set models.default.price_in and "
		"price_out (0 for a model that costs nothing), or budget.tokens instead",
		model->provider, model->model);
	return false;
}

static void add_cost(struct cost *sum, const struct cost *more, double sign)
{
	sum->usd += sign * more->usd;
	sum->tokens += sign * more->tokens;
}

json_t *budget_lost(const struct llm_request *request, const struct llm_abilities *model)
{
	double in = question(request);
	double usd = (in * model->usd_in + TOKENS_OUT_LOST * model->usd_out) / 1e6;
	bool known = model->usd_in >= 0 && model->usd_out >= 0;
	return json_make("{s:I, s:i, s:o, s:b}", "tokens_in", (json_int_t)in, "tokens_out", TOKENS_OUT_LOST, "usd",
		known ? json_real(usd) : json_null(), "estimated", 1);
}

bool budget_enter(struct run *run, const struct llm_request *request, struct budget_pass *pass, GError **error)
{
	struct ledger *ledger = run->engine->ledger;
	const struct llm_abilities *model = llm_abilities(run->engine->llm, request->agent);
	*pass = (struct budget_pass){0};
	if (!any_limit(run->engine))
		return true;
	if (!price_is_known(run->engine, model, error))
		return false;
	struct cost own = ceiling(request, model);
	g_mutex_lock(&ledger->lock);
	while (true) {
		g_autoptr(GError) why = NULL;
		struct cost ahead = ledger->reserved;
		add_cost(&ahead, &own, 1);
		bool room = ledger->in_flight == 0 ? has_room(run, NULL, &why) : has_room(run, &ahead, &why);
		bool wait = !room && ledger->in_flight > 0 && g_error_matches(why, ENGINE_ERROR, ENGINE_ERROR_BUDGET);
		if (room || !wait || cancel_check(run->cancel, error)) {
			if (!room && !wait)
				g_propagate_error(error, g_steal_pointer(&why));
			pass->taken = room;
			break;
		}
		g_cond_wait_until(&ledger->back, &ledger->lock, g_get_monotonic_time() + G_TIME_SPAN_SECOND / 5);
	}
	if (pass->taken) {
		pass->usd = own.usd;
		pass->tokens = own.tokens;
		ledger->in_flight++;
		add_cost(&ledger->reserved, &own, 1);
	}
	g_mutex_unlock(&ledger->lock);
	return pass->taken;
}

/* Tells once a run and limit that most of it is spent. */
static void warn(struct run *run)
{
	for (int scope = 0; scope < SCOPES; scope++) {
		struct cost sum;
		const struct budget *limit = limit_of(run->engine, scope);
		if (!spent(run, scope, &sum, NULL))
			return;
		for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
			double most = limit_at(limit, kind), cost = cost_at(&sum, kind);
			guint bit = 1u << (scope * G_N_ELEMENTS(kinds) + kind);
			if (most <= 0 || cost < most * WARN_PERCENT / 100 ||
				(g_atomic_int_or((guint *)&run->warned, bit) & bit))
				continue;
			g_autofree char *words = sum_in_words(kind, cost, most);
			g_autofree char *message =
				g_strdup_printf("the budget of this %s is nearly spent: %s", scope_names[scope], words);
			run_tell_now(run, EVENT_BUDGET_WARNED,
				json_make("{s:s, s:s, s:f, s:f, s:s}", "scope", scope_names[scope], "unit",
					kinds[kind].unit, "spent", cost, "limit", most, "message", message));
		}
	}
}

void budget_leave(struct run *run, const struct budget_pass *pass)
{
	struct ledger *ledger = run->engine->ledger;
	if (!pass->taken)
		return;
	g_mutex_lock(&ledger->lock);
	ledger->in_flight--;
	add_cost(&ledger->reserved, &(struct cost){.usd = pass->usd, .tokens = pass->tokens}, -1);
	g_cond_broadcast(&ledger->back);
	g_mutex_unlock(&ledger->lock);
	warn(run);
}
