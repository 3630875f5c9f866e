/*
 * A run and its journal. All that a run does to the outside goes through run_step(): a step's result is stored, with
 * the events it caused, before the run goes on. Started again, the run's function takes the same way: steps that were
 * recorded give their recorded results at once, and the first one that was not is carried out. So a run's function
 * reads no clock, no random number and no environment except inside a step.
 *
 * Events told between steps are stored with the start of the next step; when that start was already stored by an
 * earlier life of the run, they were too, and are dropped. Invariant: `pending` is empty whenever a step function
 * begins.
 *
 * Where steps do not need each other a run may fan out into branches, each on a thread. A recorded step is found by its
 * key, so it does not matter in which order the branches of an earlier life came to theirs.
 */
#include "engine/engine_int.h"

void run_tell(struct run *run, enum event_type type, json_t *body)
{
	g_mutex_lock(&run->lock);
	g_ptr_array_add(run->pending, eventlog_event(run->row->session, run->row->id, type, body));
	g_mutex_unlock(&run->lock);
}

void run_tell_now(struct run *run, enum event_type type, json_t *body)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_autoptr(GError) error = NULL;
	g_ptr_array_add(events, eventlog_event(run->row->session, run->row->id, type, body));
	struct store_commit commit = {.events = events};
	/* Progress is worth nothing tomorrow: when it cannot be stored the step itself will say so. */
	if (!eventlog_append(run->engine->events, &commit, &error))
		g_debug("progress of %s not stored: %s", run->row->id, error->message);
}

/* Both of these: with the run's lock held. */
static void drop_pending(struct run *run)
{
	g_ptr_array_set_size(run->pending, 0);
}

static bool commit_pending(struct run *run, struct store_commit *commit, GError **error)
{
	commit->events = run->pending;
	bool done = eventlog_append(run->engine->events, commit, error);
	drop_pending(run);
	return done;
}

static void drop_step(struct run *run)
{
	g_mutex_lock(&run->lock);
	drop_pending(run);
	g_clear_pointer(&run->version, store_version_free);
	g_clear_pointer(&run->artifacts, g_ptr_array_unref);
	g_mutex_unlock(&run->lock);
}

static bool diverged(const struct run *run, const char *key, const char *why, GError **error)
{
	g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_DIVERGED,
		"step \"%s\" of run %s %s: the program or its library has changed since. Start a new run; the "
		"versions made so far are kept",
		key, run->row->id, why);
	return false;
}

/* The recorded result of a step, NULL when it has none; false when the run has left its recorded way. */
static bool find_recorded(struct run *run, const char *key, const char *digest, json_t **result_out, GError **error)
{
	g_mutex_lock(&run->lock);
	const struct store_step *step = g_hash_table_lookup(run->recorded, key);
	bool same = step && g_str_equal(step->request, digest);
	/* A run in branches may have recorded later steps of one before earlier steps of another. */
	bool skipped = !step && run->branches == 0 && run->replayed < (int)g_hash_table_size(run->recorded);
	if (same) {
		drop_pending(run);
		run->replayed++;
		*result_out = json_incref(step->result);
	}
	g_mutex_unlock(&run->lock);
	if (skipped)
		return diverged(run, key, "was not taken when the run was recorded", error);
	return !step || same || diverged(run, key, "was asked something else when it was recorded", error);
}

/* Tells that the step begins, unless an earlier life of the run told it; its number, or -1. */
static int announce(struct run *run, const char *key, const json_t *request, GError **error)
{
	int n = -1;
	g_mutex_lock(&run->lock);
	const int *told = g_hash_table_lookup(run->announced, key);
	if (told) {
		drop_pending(run);
		n = *told;
	} else {
		struct store_commit commit = {0};
		g_ptr_array_add(run->pending,
			eventlog_event(run->row->session, run->row->id, EVENT_STEP_STARTED,
				json_make("{s:i, s:s, s:s?, s:s?}", "n", run->next, "key", key, "agent",
					json_str(request, "agent", NULL), "verb", json_str(request, "verb", NULL))));
		if (commit_pending(run, &commit, error))
			n = run->next++;
	}
	g_mutex_unlock(&run->lock);
	return n;
}

static bool record(
	struct run *run, int n, const char *key, const char *digest, gint64 millis, json_t *result, GError **error)
{
	struct store_step step = {.run = run->row->id,
		.n = n,
		.key = (char *)key,
		.request = (char *)digest,
		.result = result,
		.millis = millis};
	json_t *told = json_make("{s:i, s:s, s:I, s:O?}", "n", n, "key", key, "millis", (json_int_t)millis, "usage",
		json_object_get(result, "usage"));
	static const char *const who[] = {"agent", "provider", "model"};
	for (guint i = 0; i < G_N_ELEMENTS(who); i++) {
		if (json_object_get(result, who[i]))
			json_object_set(told, who[i], json_object_get(result, who[i]));
	}
	g_mutex_lock(&run->lock);
	g_ptr_array_add(run->pending, eventlog_event(run->row->session, run->row->id, EVENT_STEP_FINISHED, told));
	struct store_commit commit = {
		.step = &step, .version = run->version, .artifacts = run->artifacts, .durable = true};
	bool done = commit_pending(run, &commit, error);
	g_clear_pointer(&run->version, store_version_free);
	g_clear_pointer(&run->artifacts, g_ptr_array_unref);
	g_mutex_unlock(&run->lock);
	return done;
}

bool run_step(struct run *run, const char *key, const json_t *request, step_fn fn, void *arg, json_t **result_out,
	GError **error)
{
	g_autofree char *digest = json_digest(request);
	g_autoptr(json_t) result = NULL;
	if (!find_recorded(run, key, digest, result_out, error))
		return false;
	if (*result_out)
		return true;
	if (cancel_check(run->cancel, error))
		return false;
	int n = announce(run, key, request, error);
	if (n < 0)
		return false;
	gint64 start = g_get_monotonic_time();
	if (!fn(run, arg, &result, error)) {
		drop_step(run);
		return false;
	}
	if (!record(run, n, key, digest, (g_get_monotonic_time() - start) / 1000, result, error))
		return false;
	*result_out = g_steal_pointer(&result);
	return true;
}

/* ---- branches ---- */
struct fan;
struct branch {
	struct fan *fan;
	int i;
};

struct fan {
	struct run *run;
	branch_fn fn;
	void *arg;
	GMutex lock;
	GError *first; /* what went wrong first */
};

static void go_branch(gpointer data, gpointer user)
{
	const struct branch *branch = data;
	struct fan *fan = branch->fan;
	GError *error = NULL;
	g_mutex_lock(&fan->lock);
	bool over = fan->first != NULL;
	g_mutex_unlock(&fan->lock);
	if (over || fan->fn(fan->run, branch->i, fan->arg, &error))
		return;
	g_mutex_lock(&fan->lock);
	if (!fan->first)
		fan->first = g_steal_pointer(&error);
	g_mutex_unlock(&fan->lock);
	g_clear_error(&error);
}

bool run_fan(struct run *run, int count, int parallel, branch_fn fn, void *arg, GError **error)
{
	struct fan fan = {.run = run, .fn = fn, .arg = arg};
	g_mutex_init(&fan.lock);
	g_autofree struct branch *branches = g_new(struct branch, (gsize)MAX(1, count));
	run->branches++;
	GThreadPool *pool = g_thread_pool_new(go_branch, NULL, MAX(1, parallel), FALSE, NULL);
	for (int i = 0; i < count; i++) {
		g_autoptr(GError) late = NULL;
		branches[i] = (struct branch){&fan, i};
		/* The branch is queued even when no thread could be made for it now. */
		if (!g_thread_pool_push(pool, &branches[i], &late))
			g_debug("a branch waits for a thread: %s", late->message);
	}
	g_thread_pool_free(pool, FALSE, TRUE);
	run->branches--;
	g_mutex_clear(&fan.lock);
	if (fan.first)
		g_propagate_error(error, fan.first);
	return !fan.first;
}

static void note_announced(struct run *run, const json_t *started)
{
	int n = (int)json_int(started, "n", 0);
	g_hash_table_insert(run->announced, g_strdup(json_str(started, "key", "")), g_memdup2(&n, sizeof n));
	run->next = MAX(run->next, n + 1);
}

/* `begun`: step's key → body of "model.begun", of the calls whose end was not told so far. */
static void note_event(struct run *run, const struct store_event *event, json_t *begun)
{
	const char *key = json_str(event->body, "key", "");
	switch (event_by_name(event->type)) {
	case EVENT_STEP_STARTED:
		note_announced(run, event->body);
		break;
	case EVENT_MODEL_BEGUN:
		json_object_set(begun, key, event->body);
		break;
	case EVENT_MODEL_TRIED:
		if (!json_bool(event->body, "again", false))
			json_object_del(begun, key);
		break;
	case EVENT_STEP_FINISHED:
		json_object_del(begun, key);
		break;
	default:
		break;
	}
}

/* Calls of models that an earlier life did not see the end of: they may have cost what they could. */
static void tell_lost(struct run *run, const json_t *begun)
{
	const char *key;
	json_t *body;
	json_object_foreach ((json_t *)begun, key, body) {
		json_t *told = json_copy(body);
		json_object_set(told, "usage", json_object_get(body, "lost"));
		json_object_del(told, "lost");
		json_object_set_new(told, "again", json_false());
		json_object_set_new(told, "error",
			json_make("{s:s, s:s}", "code", "lost", "message",
				"the program ended while this call was under way; its cost is estimated"));
		run_tell_now(run, EVENT_MODEL_TRIED, told);
	}
}

/* Reads what an earlier life of this run recorded, and what it began. */
static bool load_journal(struct run *run, GError **error)
{
	g_autoptr(GPtrArray) steps = store_step_list(run->engine->store, run->row->id, error);
	if (!steps)
		return false;
	for (guint i = 0; i < steps->len; i++) {
		struct store_step *step = steps->pdata[i];
		g_hash_table_insert(run->recorded, step->key, step);
	}
	g_ptr_array_set_free_func(steps, NULL); /* they are the table's now */
	g_autoptr(json_t) begun = json_object();
	gint64 after = 0;
	while (true) {
		g_autoptr(GPtrArray) events =
			store_event_list(run->engine->store, run->row->session, after, 1000, error);
		if (!events)
			return false;
		for (guint i = 0; i < events->len; i++) {
			const struct store_event *event = events->pdata[i];
			after = event->seq;
			if (g_strcmp0(event->run, run->row->id) == 0)
				note_event(run, event, begun);
		}
		if (events->len < 1000)
			break;
	}
	tell_lost(run, begun);
	return true;
}

static bool load_next_version(struct run *run, GError **error)
{
	g_autoptr(GPtrArray) versions = store_version_list(run->engine->store, run->row->session, error);
	if (!versions)
		return false;
	run->next_version = (int)versions->len + 1;
	/* A version that this very run has made is counted again when its step is replayed. */
	for (guint i = 0; i < versions->len; i++) {
		const struct store_version *version = versions->pdata[i];
		if (g_strcmp0(version->run, run->row->id) == 0) {
			run->next_version = version->n;
			break;
		}
	}
	return true;
}

static bool run_prepare(struct run *run, GError **error)
{
	if (!load_journal(run, error) || !load_next_version(run, error))
		return false;
	if (g_hash_table_size(run->announced) == 0)
		run_tell(run, EVENT_RUN_STARTED,
			json_make("{s:s, s:O}", "kind", run->row->kind, "input", run->row->input));
	else
		run_tell_now(
			run, EVENT_RUN_CONTINUED, json_make("{s:i}", "steps", (int)g_hash_table_size(run->recorded)));
	return true;
}

static const char *end_state(const GError *error)
{
	if (!error)
		return "completed";
	if (g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED))
		return "cancelled";
	return engine_fault_passes(error) ? "interrupted" : "failed";
}

static void run_finish(struct run *run, const GError *error)
{
	g_autoptr(GError) unstored = NULL;
	const char *state = end_state(error);
	json_t *why = error ? json_make("{s:s, s:o}", "code", engine_fault(error), "message", json_text(error->message))
			    : json_null();
	json_t *body = json_make("{s:s, s:O?, s:o}", "state", state, "result", run->result, "error", why);
	run_tell(run, EVENT_RUN_FINISHED, body);
	struct store_commit commit = {.events = run->pending, .run = run->row->id, .run_state = state, .durable = true};
	if (!eventlog_append(run->engine->events, &commit, &unstored)) {
		g_info("the end of run %s (%s) could not be stored: %s", run->row->id, state, unstored->message);
		eventlog_tell_unstored(run->engine->events, run->pending->pdata[run->pending->len - 1]);
	}
	g_ptr_array_set_size(run->pending, 0);
}

struct run *run_new(struct engine *engine, struct store_run *row, GError **error)
{
	struct run *run = g_new0(struct run, 1);
	run->engine = engine;
	run->row = row;
	run->recorded = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)store_step_free);
	run->announced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	run->pending = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_mutex_init(&run->lock);
	run->cancel = cancel_new(engine->closing, CANCEL_NO_DEADLINE);
	run->session = store_session_load(engine->store, row->session, error);
	if (!run->session) {
		run_free(run);
		return NULL;
	}
	/* The version it starts from is its own: continued later, it must start from the same one. */
	run->session->head = (int)json_int(row->input, "base", 0);
	return run;
}

void run_main(struct run *run)
{
	g_autoptr(GError) error = NULL;
	if (run_prepare(run, &error))
		run_kind_find(run->row->kind)->go(run, &error);
	g_mutex_lock(&run->engine->lock);
	run->ending = true;
	g_mutex_unlock(&run->engine->lock);
	run_finish(run, error);
}

void run_free(struct run *run)
{
	store_run_free(run->row);
	store_session_free(run->session);
	cancel_unref(run->cancel);
	g_hash_table_unref(run->recorded);
	g_hash_table_unref(run->announced);
	g_ptr_array_unref(run->pending);
	g_mutex_clear(&run->lock);
	g_clear_pointer(&run->result, json_decref);
	g_free(run);
}
