/*
 * A run and its journal. All that a run does to the outside goes through run_step(): a step's result is stored, with
 * the events it caused, before the run goes on. Started again, the run's function takes the same way: steps that were
 * recorded give their recorded results at once, and the first one that was not is carried out. So a run's function
 * reads no clock, no random number and no environment except inside a step.
 *
 * Events told between steps are stored with the start of the next step; when that start was already stored by an
 * earlier life of the run, they were too, and are dropped. Invariant: `pending` is empty whenever a step function
 * begins.
 */
#include "engine/engine_int.h"

void run_tell(struct run *run, enum event_type type, json_t *body)
{
	g_ptr_array_add(run->pending, eventlog_event(run->row->session, run->row->id, type, body));
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

static bool commit_pending(struct run *run, struct store_commit *commit, GError **error)
{
	commit->events = run->pending;
	bool done = eventlog_append(run->engine->events, commit, error);
	g_ptr_array_set_size(run->pending, 0);
	return done;
}

static bool replay_step(struct run *run, const char *key, const char *digest, json_t **result_out, GError **error)
{
	const struct store_step *step = run->recorded->pdata[run->next];
	if (!g_str_equal(step->key, key) || !g_str_equal(step->request, digest)) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_DIVERGED,
			"step %d of this run was \"%s\" when it was recorded and is \"%s\"%s now: the program or its "
			"library has changed since. Start a new run; the "
			"versions made so far are kept",
			run->next, step->key, key, g_str_equal(step->key, key) ? " with another request" : "");
		return false;
	}
	g_ptr_array_set_size(run->pending, 0);
	run->next++;
	*result_out = json_incref(step->result);
	return true;
}

static bool announce(struct run *run, const char *key, const json_t *request, GError **error)
{
	if (run->announced == run->next) {
		g_ptr_array_set_size(run->pending, 0);
		return true;
	}
	run_tell(run, EVENT_STEP_STARTED,
		json_make("{s:i, s:s, s:s?, s:s?}", "n", run->next, "key", key, "agent",
			json_str(request, "agent", NULL), "verb", json_str(request, "verb", NULL)));
	struct store_commit commit = {0};
	return commit_pending(run, &commit, error);
}

static bool record(struct run *run, const char *key, const char *digest, gint64 millis, json_t *result, GError **error)
{
	struct store_step step = {.run = run->row->id,
		.n = run->next,
		.key = (char *)key,
		.request = (char *)digest,
		.result = result,
		.millis = millis};
	run_tell(run, EVENT_STEP_FINISHED,
		json_make("{s:i, s:s, s:I, s:O?}", "n", run->next, "key", key, "millis", (json_int_t)millis, "usage",
			json_object_get(result, "usage")));
	struct store_commit commit = {
		.step = &step, .version = run->version, .artifacts = run->artifacts, .durable = true};
	bool done = commit_pending(run, &commit, error);
	g_clear_pointer(&run->version, store_version_free);
	g_clear_pointer(&run->artifacts, g_ptr_array_unref);
	if (done)
		run->next++;
	return done;
}

bool run_step(struct run *run, const char *key, const json_t *request, step_fn fn, void *arg, json_t **result_out,
	GError **error)
{
	g_autofree char *digest = json_digest(request);
	if (run->next < (int)run->recorded->len)
		return replay_step(run, key, digest, result_out, error);
	if (cancel_check(run->cancel, error) || !announce(run, key, request, error))
		return false;
	gint64 start = g_get_monotonic_time();
	g_autoptr(json_t) result = NULL;
	if (!fn(run, arg, &result, error)) {
		g_ptr_array_set_size(run->pending, 0);
		g_clear_pointer(&run->version, store_version_free);
		g_clear_pointer(&run->artifacts, g_ptr_array_unref);
		return false;
	}
	if (!record(run, key, digest, (g_get_monotonic_time() - start) / 1000, result, error))
		return false;
	*result_out = g_steal_pointer(&result);
	return true;
}

/* Reads what an earlier life of this run recorded. */
static bool load_journal(struct run *run, GError **error)
{
	run->recorded = store_step_list(run->engine->store, run->row->id, error);
	if (!run->recorded)
		return false;
	run->announced = -1;
	gint64 after = 0;
	while (true) {
		g_autoptr(GPtrArray) events =
			store_event_list(run->engine->store, run->row->session, after, 1000, error);
		if (!events)
			return false;
		for (guint i = 0; i < events->len; i++) {
			const struct store_event *event = events->pdata[i];
			after = event->seq;
			if (g_strcmp0(event->run, run->row->id) == 0 &&
				g_str_equal(event->type, event_name(EVENT_STEP_STARTED)))
				run->announced = (int)json_int(event->body, "n", -1);
		}
		if (events->len < 1000)
			return true;
	}
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
	if (run->recorded->len == 0 && run->announced < 0)
		run_tell(run, EVENT_RUN_STARTED,
			json_make("{s:s, s:O}", "kind", run->row->kind, "input", run->row->input));
	else
		run_tell_now(run, EVENT_RUN_CONTINUED, json_make("{s:i}", "steps", (int)run->recorded->len));
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
	g_clear_pointer(&run->recorded, g_ptr_array_unref);
	g_ptr_array_unref(run->pending);
	g_clear_pointer(&run->result, json_decref);
	g_free(run);
}
