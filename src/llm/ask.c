/*
 * Asking: one call is as many tries as it takes, of the agent's model and then of its fallbacks. A model is asked again
 * after what passes (overload, a cut stream), with growing waits spread by chance, or the wait the service asks for, as
 * long as its time lasts. The next one is asked when a model is gone, refuses, is over its limit or stays away; not
 * when the person's configuration is wrong, which a fallback would only hide.
 */
#include "llm/llm_int.h"

#include <poll.h>

enum { TRIES_MAX = 6 };
#define WAIT_FIRST 0.5 /* seconds */
#define WAIT_MOST 30.0

/* ---- the machine's clock ---- */
static gint64 real_now(void *arg)
{
	return g_get_monotonic_time();
}

static gint64 real_wall(void *arg)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static double real_chance(void *arg)
{
	return g_random_double();
}

static bool real_sleep(double seconds, struct cancel *cancel, void *arg, GError **error)
{
	gint64 end = g_get_monotonic_time() + (gint64)(seconds * G_USEC_PER_SEC);
	for (;;) {
		if (cancel_check(cancel, error))
			return false;
		gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
		if (left <= 0)
			return true;
		int limit = cancel_timeout_ms(cancel);
		struct pollfd news = {.fd = cancel_fd(cancel), .events = POLLIN};
		poll(&news, cancel ? 1 : 0, (int)(limit >= 0 ? MIN(left, limit) : MIN(left, 60000)));
	}
}

const struct llm_clock llm_clock_real = {real_now, real_wall, real_chance, real_sleep, NULL};

/* ---- one call ---- */
struct call {
	struct llm *llm;
	const struct llm_request *request;
	const struct llm_watch *watch;
	struct cancel *cancel;
	struct llm_usage usage; /* of all tries so far */
	int number;             /* of tries */
	bool pieces;            /* the watcher was given some */
};

static void on_piece(const char *text, void *arg)
{
	struct call *call = arg;
	call->pieces = true;
	if (call->watch && call->watch->piece)
		call->watch->piece(text, call->watch->arg);
}

/* Whether another model may do better. */
static bool moves_on(const GError *error)
{
	static const enum llm_error_code codes[] = {LLM_ERROR_GONE, LLM_ERROR_LIMIT, LLM_ERROR_TOO_LONG, LLM_ERROR_BUSY,
		LLM_ERROR_NETWORK, LLM_ERROR_REPLY, LLM_ERROR_REFUSED};
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		if (g_error_matches(error, LLM_ERROR, (int)codes[i]))
			return true;
	}
	return false;
}

/* The wait before the next try of the same model; negative: there is none. `nth` tries have been. */
static double next_wait(const struct call *call, const struct llm_outcome *outcome, int nth, gint64 end)
{
	const struct llm_clock *clock = &call->llm->clock;
	if (!outcome->again || nth >= TRIES_MAX)
		return -1;
	double chance = clock->chance(clock->arg);
	double grown = MIN(WAIT_FIRST * (double)(1 << (nth - 1)), WAIT_MOST);
	double wait =
		outcome->wait_seconds >= 0 ? outcome->wait_seconds * (1 + chance / 10) : grown * (0.5 + chance / 2);
	double left = (double)(end - clock->now(clock->arg)) / G_USEC_PER_SEC;
	return wait < left ? wait : -1;
}

static void tell_try(struct call *call, const struct choice *choice, const struct llm_reply *reply, const GError *error,
	const struct llm_usage *usage, double wait, bool again)
{
	if (!call->watch || !call->watch->tried)
		return;
	const struct llm_try try = {.provider = choice->abilities.provider,
		.model = choice->abilities.model,
		.number = call->number,
		.error = error,
		.stop = reply ? reply->stop : LLM_STOP_DONE,
		.usage = usage,
		.again = again,
		.wait_seconds = MAX(wait, 0)};
	call->watch->tried(&try, call->watch->arg);
}

/* A deadline of ours is the model's failing, the caller's is his own. */
static void blame(struct call *call, const struct choice *choice, GError **why)
{
	if (!g_error_matches(*why, CANCEL_ERROR, CANCEL_ERROR_DEADLINE) || cancel_check(call->cancel, NULL))
		return;
	g_clear_error(why);
	g_set_error(why, LLM_ERROR, LLM_ERROR_NETWORK, "%s %s did not answer in %g s", choice->abilities.provider,
		choice->abilities.model, choice->seconds);
}

static bool refused(const struct llm_reply *reply)
{
	return reply->stop == LLM_STOP_REFUSAL || reply->stop == LLM_STOP_FILTER;
}

/* One model until it answers or its tries are over. `last`: no other follows. */
static struct llm_reply *ask_choice(struct call *call, const struct choice *choice, bool last, GError **error)
{
	const struct llm_clock *clock = &call->llm->clock;
	const struct llm_watch watch = {.piece = on_piece, .arg = call};
	gint64 end = clock->now(clock->arg) + (gint64)(choice->seconds * G_USEC_PER_SEC);
	OWN(cancel) *limit = cancel_new(call->cancel, choice->seconds);
	for (int nth = 1;; nth++) {
		GError *why = NULL;
		struct llm_outcome outcome = {.wait_seconds = -1};
		if (call->pieces && call->watch && call->watch->restart)
			call->watch->restart(call->watch->arg);
		call->pieces = false;
		call->number++;
		struct llm_reply *reply =
			choice->provider->ops->ask(choice->state, call->request, &watch, limit, &outcome, &why);
		llm_usage_add(&call->usage, &outcome.usage);
		if (reply) {
			tell_try(call, choice, reply, NULL, &outcome.usage, 0, refused(reply) && !last);
			reply->provider = choice->abilities.provider;
			reply->model = choice->abilities.model;
			reply->first_seconds = outcome.first_seconds;
			return reply;
		}
		blame(call, choice, &why);
		double wait = next_wait(call, &outcome, nth, end);
		tell_try(call, choice, NULL, why, &outcome.usage, wait, wait >= 0 || (!last && moves_on(why)));
		if (wait < 0) {
			g_propagate_error(error, why);
			return NULL;
		}
		g_error_free(why);
		if (wait > 0 && !clock->sleep(wait, limit, clock->arg, error)) {
			blame(call, choice, error);
			return NULL;
		}
	}
}

static bool has_pictures(const struct llm_request *request)
{
	for (guint i = 0; request->messages && i < request->messages->len; i++) {
		const struct llm_message *message = request->messages->pdata[i];
		if (message->images && message->images->len > 0)
			return true;
	}
	return false;
}

/* The agent's models that are asked in turn: a fallback that cannot look is none for a request with pictures. */
static GPtrArray *list_choices(const struct call *call)
{
	const struct seat *seat = llm_seat(call->llm, call->request->agent);
	bool pictures = has_pictures(call->request);
	GPtrArray *choices = g_ptr_array_new();
	for (guint i = 0; i < seat->choices->len; i++) {
		const struct choice *choice = seat->choices->pdata[i];
		if (i == 0 || !pictures || choice->abilities.vision)
			g_ptr_array_add(choices, seat->choices->pdata[i]);
	}
	return choices;
}

struct llm_reply *llm_ask(struct llm *llm, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, GError **error)
{
	struct call call = {.llm = llm, .request = request, .watch = watch, .cancel = cancel};
	gint64 start = llm->clock.now(llm->clock.arg);
	OWN(llm_reply) *reply = NULL;
	g_autoptr(GError) why = NULL;
	if (cancel_check(cancel, error))
		return NULL;
	g_autoptr(GPtrArray) choices = list_choices(&call);
	for (guint i = 0; i < choices->len && (i == 0 || !why || moves_on(why)); i++) {
		g_clear_error(&why);
		struct llm_reply *next = ask_choice(&call, choices->pdata[i], i + 1 == choices->len, &why);
		if (next) {
			llm_reply_free(reply);
			reply = next;
		}
		if (next && !refused(next))
			break;
	}
	/* A refusal says more than that the fallback stayed away. */
	if (!reply) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	reply->usage = call.usage;
	reply->seconds = (double)(llm->clock.now(llm->clock.arg) - start) / G_USEC_PER_SEC;
	return g_steal_pointer(&reply);
}
