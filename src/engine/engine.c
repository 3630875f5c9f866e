/*
 * The engine: opens the services, starts and stops runs, answers what there is. See engine.h.
 *
 * Lock order: engine.lock, then the event log's own. Neither is held over the store, a worker or a model.
 */
#include "base/file.h"
#include "engine/engine_int.h"

/* ---- opening and closing ---- */
static void work(void *data, void *arg)
{
	struct run *run = data;
	struct engine *engine = arg;
	run_main(run);
	g_mutex_lock(&engine->lock);
	g_hash_table_remove(engine->active, run->row->session);
	g_cond_broadcast(&engine->ended);
	g_mutex_unlock(&engine->lock);
	run_free(run);
}

/* Runs that were going when the program last ended are interrupted ones. */
static bool mark_interrupted(struct engine *engine, GError **error)
{
	g_autoptr(GPtrArray) runs = store_run_list(engine->store, NULL, "running", error);
	if (!runs)
		return false;
	for (guint i = 0; i < runs->len; i++) {
		const struct store_run *row = runs->pdata[i];
		g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
		json_t *why = json_make("{s:s, s:s}", "code", "program.ended", "message",
			"the program ended in the middle of this run; it can be continued");
		g_ptr_array_add(
			events, eventlog_event(row->session, row->id, EVENT_RUN_FINISHED,
					json_make("{s:s, s:n, s:o}", "state", "interrupted", "result", "error", why)));
		struct store_commit commit = {
			.events = events, .run = row->id, .run_state = "interrupted", .durable = true};
		if (!store_commit(engine->store, &commit, error))
			return false;
	}
	return true;
}

struct engine *engine_open(const struct engine_options *options, GError **error)
{
	struct engine *engine = g_new0(struct engine, 1);
	engine->options = *options;
	engine->closing = cancel_new(NULL, CANCEL_NO_DEADLINE);
	engine->active = g_hash_table_new(g_str_hash, g_str_equal);
	g_mutex_init(&engine->lock);
	g_cond_init(&engine->ended);
	g_mutex_init(&engine->executor_lock);
	engine->store = store_open(options->store_kind, options->store_path, error);
	if (engine->store && mark_interrupted(engine, error))
		engine->instructions = instructions_open(options->instructions_dir, error);
	if (engine->instructions)
		engine->llm = llm_open(&options->llm, error);
	if (!engine->llm) {
		engine_close(engine);
		return NULL;
	}
	engine->rag = knowledge_open(engine);
	engine->events = eventlog_new(engine->store);
	engine->ledger = ledger_new();
	engine->sched = sched_new(work, engine);
	return engine;
}

struct executor *engine_executor(struct engine *engine, GError **error)
{
	g_mutex_lock(&engine->executor_lock);
	if (!engine->executor)
		engine->executor = executor_open(engine->options.executor, &engine->options.exec, error);
	struct executor *executor = engine->executor;
	g_mutex_unlock(&engine->executor_lock);
	return executor;
}

void engine_close(struct engine *engine)
{
	cancel_fire(engine->closing);
	if (engine->sched)
		sched_free(engine->sched);
	if (engine->executor)
		executor_close(engine->executor);
	if (engine->ledger)
		ledger_free(engine->ledger);
	if (engine->instructions)
		instructions_close(engine->instructions);
	if (engine->llm)
		llm_close(engine->llm);
	if (engine->rag)
		rag_close(engine->rag);
	if (engine->events)
		eventlog_free(engine->events);
	if (engine->store)
		store_close(engine->store);
	g_hash_table_unref(engine->active);
	g_mutex_clear(&engine->lock);
	g_cond_clear(&engine->ended);
	g_mutex_clear(&engine->executor_lock);
	cancel_unref(engine->closing);
	g_free(engine);
}

/* ---- starting runs ---- */
/* Enters the run among the active ones and starts its thread; fails when the session has one. Takes `run`. */
static bool start(struct engine *engine, struct run *run, GError **error)
{
	g_mutex_lock(&engine->lock);
	struct run *other;
	while ((other = g_hash_table_lookup(engine->active, run->row->session)) && other->ending)
		g_cond_wait(&engine->ended, &engine->lock);
	if (!other)
		g_hash_table_insert(engine->active, run->row->session, run);
	g_mutex_unlock(&engine->lock);
	if (other) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_BUSY,
			"session %s has a run going; wait for it or cancel it", run->row->session);
		run_free(run);
		return false;
	}
	sched_start(engine->sched, run);
	return true;
}

/* Waits until a run that is about to leave has left, so that its session can be asked for the next thing. */
static void await_ending(struct engine *engine, const char *session)
{
	const struct run *other;
	g_mutex_lock(&engine->lock);
	while ((other = g_hash_table_lookup(engine->active, session)) && other->ending)
		g_cond_wait(&engine->ended, &engine->lock);
	g_mutex_unlock(&engine->lock);
}

static char *submit(struct engine *engine, const struct store_session *session, const json_t *input, GError **error)
{
	const char *kind = json_str(input, "kind", "");
	g_autoptr(GPtrArray) before = store_run_list(engine->store, session->id, NULL, error);
	if (!before)
		return NULL;
	struct store_run *row = g_new0(struct store_run, 1);
	*row = (struct store_run){.id = g_strdup_printf("%s-%u", session->id, before->len + 1),
		.session = g_strdup(session->id),
		.kind = g_strdup(kind),
		.state = g_strdup("running"),
		.input = json_deep_copy(input),
		.created = g_get_real_time() / 1000};
	json_object_set_new(row->input, "base", json_integer(session->head));
	g_autofree char *id = g_strdup(row->id);
	struct run *run = run_new(engine, row, error);
	if (!run)
		return NULL;
	if (!store_run_create(engine->store, row, error)) {
		run_free(run);
		return NULL;
	}
	return start(engine, run, error) ? g_steal_pointer(&id) : NULL;
}

static const struct run_kind *check_input(struct engine *engine, const json_t *input, bool first, GError **error)
{
	const char *name = json_str(input, "kind", "");
	const struct run_kind *kind = run_kind_find(name);
	if (!kind || kind->first != first) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"there is no kind of run \"%s\" that %s a session", name, first ? "starts" : "goes on with");
		return NULL;
	}
	return kind->check(engine, input, error) ? kind : NULL;
}

/* A short name for the folder, from the words of the prompt. */
static char *make_slug(const json_t *input)
{
	static const char *const skipped[] = {"create", "make", "build", "model", "generate", "a", "an", "the", "3d",
		"object", "of", "me", "please", NULL};
	const char *text = json_str(input, "prompt", json_str(input, "name", json_str(input, "wish", "asset")));
	static const char *const ending[] = {"with", "in", "on", "and", "for", "that", "which", NULL};
	g_auto(GStrv) words = g_regex_split_simple("[^a-z0-9]+", text, G_REGEX_CASELESS, 0);
	g_autoptr(GString) slug = g_string_new(NULL);
	for (char **word = words; *word && slug->len < 24; word++) {
		g_autofree char *lower = g_ascii_strdown(*word, -1);
		if (slug->len && g_strv_contains(ending, lower))
			break;
		if (*lower && !g_strv_contains(skipped, lower))
			g_string_append_printf(slug, "%s%s", slug->len ? "-" : "", lower);
	}
	if (slug->len == 0)
		g_string_assign(slug, "asset");
	g_string_truncate(slug, MIN(slug->len, 32));
	return g_string_free(g_steal_pointer(&slug), FALSE);
}

/* `from` is the session that this one goes on from, or NULL: it keeps that one's name, for "make it purple" is none. */
static struct store_session *make_session(
	struct engine *engine, const json_t *input, const struct store_session *from, const char *out_dir)
{
	g_autofree char *uuid = g_uuid_string_random();
	g_auto(GStrv) pieces = g_strsplit(uuid, "-", -1);
	struct store_session *session = g_new0(struct store_session, 1);
	session->id = g_strjoinv("", pieces);
	session->slug = from ? g_strdup(from->slug) : make_slug(input);
	session->prompt = g_strdup(json_str(input, "prompt", json_str(input, "wish", json_str(input, "name", ""))));
	session->state = g_strdup("open");
	session->parent = from ? g_strdup(from->id) : NULL;
	session->options = json_object();
	session->created = g_get_real_time() / 1000;
	const char *parent = out_dir ? out_dir : engine->options.out_dir;
	if (parent) {
		g_autofree char *name = g_strdup_printf("%s-%.8s", session->slug, session->id);
		session->out_dir = g_build_filename(parent, name, NULL);
	}
	return session;
}

static bool tell_created(struct engine *engine, const struct store_session *session, GError **error)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	json_t *body = json_make("{s:s, s:s, s:s?, s:s?}", "slug", session->slug, "prompt", session->prompt, "out_dir",
		session->out_dir, "parent", session->parent);
	g_ptr_array_add(events, eventlog_event(session->id, NULL, EVENT_SESSION_CREATED, body));
	struct store_commit commit = {.events = events, .durable = true};
	return eventlog_append(engine->events, &commit, error);
}

bool engine_create(struct engine *engine, const json_t *input, const char *out_dir, char **session_out, char **run_out,
	GError **error)
{
	/* Asked early, so that a worker comes up while the run plans. */
	if (!check_input(engine, input, true, error) || !engine_executor(engine, error))
		return false;
	/* It may be named by the first digits of its id. */
	const char *named = json_str(input, "session", NULL);
	OWN(store_session) *from = named ? store_session_load(engine->store, named, error) : NULL;
	if (named && !from)
		return false;
	OWN(store_session) *session = make_session(engine, input, from, out_dir);
	/* Now, and not after minutes of work. */
	if (session->out_dir && !file_check_folder(session->out_dir, error))
		return false;
	if (!store_session_create(engine->store, session, error) || !tell_created(engine, session, error))
		return false;
	*run_out = submit(engine, session, input, error);
	if (*run_out)
		*session_out = g_strdup(session->id);
	return *run_out != NULL;
}

char *engine_submit(struct engine *engine, const char *id, const json_t *input, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	if (!session || !check_input(engine, input, false, error) || !engine_executor(engine, error))
		return NULL;
	await_ending(engine, session->id);
	OWN(store_session) *now = store_session_load(engine->store, session->id, error);
	if (!now)
		return NULL;
	if (now->head == 0) {
		g_set_error(
			error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "session %s has no finished version yet", now->id);
		return NULL;
	}
	g_mutex_lock(&engine->lock);
	bool busy = g_hash_table_contains(engine->active, now->id);
	g_mutex_unlock(&engine->lock);
	if (busy) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_BUSY,
			"session %s has a run going; wait for it or cancel it", now->id);
		return NULL;
	}
	return submit(engine, now, input, error);
}

char *engine_continue(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	if (!session || !engine_executor(engine, error))
		return NULL;
	await_ending(engine, session->id);
	g_autoptr(GPtrArray) runs = store_run_list(engine->store, session->id, NULL, error);
	if (!runs)
		return NULL;
	const struct store_run *last = runs->len ? runs->pdata[runs->len - 1] : NULL;
	if (!last || (!g_str_equal(last->state, "interrupted") && !g_str_equal(last->state, "cancelled"))) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_NOTHING,
			"session %s has nothing to continue: its last run is %s", session->id,
			last ? last->state : "missing");
		return NULL;
	}
	struct store_run *row = store_run_load(engine->store, last->id, error);
	struct run *run = row ? run_new(engine, row, error) : NULL;
	if (!run)
		return NULL;
	g_autofree char *run_id = g_strdup(row->id);
	struct store_commit commit = {.run = row->id, .run_state = "running", .durable = true};
	if (!store_commit(engine->store, &commit, error)) {
		run_free(run);
		return NULL;
	}
	return start(engine, run, error) ? g_steal_pointer(&run_id) : NULL;
}

bool engine_cancel(struct engine *engine, const char *id)
{
	GHashTableIter iter;
	gpointer value;
	bool found = false;
	g_mutex_lock(&engine->lock);
	g_hash_table_iter_init(&iter, engine->active);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct run *run = value;
		if (g_str_equal(run->row->id, id)) {
			cancel_fire(run->cancel);
			found = true;
		}
	}
	g_mutex_unlock(&engine->lock);
	return found;
}

/* ---- the tree of versions ---- */
static int redo_target(struct engine *engine, const struct store_session *session, GError **error)
{
	g_autoptr(GPtrArray) versions = store_version_list(engine->store, session->id, error);
	int target = 0;
	for (guint i = 0; versions && i < versions->len; i++) {
		const struct store_version *version = versions->pdata[i];
		if (version->parent == session->head && version->n != session->head)
			target = version->n;
	}
	return target;
}

static int undo_target(struct engine *engine, const struct store_session *session, GError **error)
{
	OWN(store_version) *version = store_version_load(engine->store, session->id, session->head, error);
	return version ? version->parent : 0;
}

int engine_move_head(struct engine *engine, const char *id, int direction, int to, GError **error)
{
	g_autoptr(GError) why = NULL;
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	if (!session)
		return 0;
	int target = to;
	if (to) {
		OWN(store_version) *version = store_version_load(engine->store, session->id, to, error);
		if (!version)
			return 0;
	} else {
		target = direction < 0 ? undo_target(engine, session, &why) : redo_target(engine, session, &why);
	}
	if (target == 0) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_NOTHING, "there is nothing to %s: version %d is the %s",
			direction < 0 ? "undo" : "redo", session->head, direction < 0 ? "first" : "newest");
		return 0;
	}
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_ptr_array_add(events, eventlog_event(session->id, NULL, EVENT_HEAD_MOVED,
					json_make("{s:i, s:i}", "from", session->head, "to", target)));
	struct store_commit commit = {.events = events, .durable = true};
	if (!store_session_set_head(engine->store, session->id, target, error) ||
		!eventlog_append(engine->events, &commit, error) || !deliver_top(engine, session, target, error))
		return 0;
	return target;
}

bool engine_close_session(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	if (!session || !store_session_set_state(engine->store, session->id, "closed", error))
		return false;
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_ptr_array_add(events, eventlog_event(session->id, NULL, EVENT_SESSION_CLOSED, NULL));
	struct store_commit commit = {.events = events, .durable = true};
	g_mutex_lock(&engine->executor_lock);
	if (engine->executor)
		executor_release(engine->executor, session->id);
	g_mutex_unlock(&engine->executor_lock);
	return eventlog_append(engine->events, &commit, error);
}

struct subscription *engine_subscribe(struct engine *engine, const char *session, gint64 after)
{
	return eventlog_subscribe(engine->events, session, after);
}
