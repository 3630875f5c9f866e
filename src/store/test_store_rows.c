/* Sample rows for the store's tests. */
#include "store/test_store_rows.h"

char *test_session_id(guint n)
{
	return g_strdup_printf("%08x%024x", n, n);
}

struct store_session *test_session(guint n)
{
	struct store_session *session = g_new0(struct store_session, 1);
	session->id = test_session_id(n);
	session->slug = g_strdup_printf("chair-%u", n);
	session->prompt = g_strdup("Ein Stuhl für Zoë, 椅子, 🪑, 'quoted' \"twice\"\nsecond line");
	session->state = g_strdup("open");
	session->out_dir = g_strdup_printf("/home/zoë/ll3m-out/%u", n);
	session->options = json_make("{s:s, s:f, s:i}", "model", "büro", "budget", 1.0, "rounds", 3);
	session->created = 1700000000000 + n;
	return session;
}

void test_populate(struct store *store, guint n)
{
	g_autoptr(GError) error = NULL;
	struct store_session *session = test_session(n);
	g_autofree char *id = g_strdup_printf("%s-1", session->id);
	g_autoptr(json_t) input = json_make("{s:s}", "prompt", session->prompt);
	struct store_run run = {id, session->id, (char *)"create", (char *)"running", input, 1700000000000 + n};
	assert_true(store_session_create(store, session, &error));
	assert_true(store_run_create(store, &run, &error));
	store_session_free(session);
}

void test_add_event(struct store_commit *commit, const char *session, const char *run, const char *text)
{
	struct store_event *event = g_new0(struct store_event, 1);
	event->session = g_strdup(session);
	event->run = g_strdup(run);
	event->type = g_strdup("step.finished");
	event->body = json_make("{s:s}", "text", text);
	event->time = 1700000000123;
	if (!commit->events)
		commit->events = g_ptr_array_new_with_free_func((GDestroyNotify)store_event_free);
	g_ptr_array_add(commit->events, event);
}

struct store_commit test_event_commit(const char *session, const char *text)
{
	struct store_commit commit = {.durable = false};
	test_add_event(&commit, session, NULL, text);
	return commit;
}

void test_commit_clear(struct store_commit *commit)
{
	if (commit->events)
		g_ptr_array_unref(commit->events);
	if (commit->artifacts)
		g_ptr_array_unref(commit->artifacts);
	store_step_free(commit->step);
	store_version_free(commit->version);
	*commit = (struct store_commit){0};
}

struct store_step *test_step(const char *run, int n)
{
	struct store_step *step = g_new0(struct store_step, 1);
	step->run = g_strdup(run);
	step->n = n;
	step->key = g_strdup_printf("initial_creation/coding/%d", n);
	step->request = g_strdup("c0ffee");
	step->result = json_make("{s:s, s:[f, i, n, b]}", "script", "µ", "list", 0.1, 42, true);
	step->millis = 1234;
	return step;
}

struct store_version *test_version(const char *session, const char *run, int n, int parent)
{
	struct store_version *version = g_new0(struct store_version, 1);
	version->session = g_strdup(session);
	version->n = n;
	version->parent = parent;
	version->run = g_strdup(run);
	version->label = g_strdup("add 2 armrests on the chair");
	version->script = g_strdup("aa");
	version->report = g_strdup("bb");
	version->facts = json_make("{s:{s:f}}", "params", "height", 0.45);
	version->created = 1700000000456;
	return version;
}

void test_add_artifact(
	struct store_commit *commit, const char *session, int version, const char *name, const char *blob)
{
	struct store_artifact *artifact = g_new0(struct store_artifact, 1);
	artifact->session = g_strdup(session);
	artifact->version = version;
	artifact->name = g_strdup(name);
	artifact->blob = g_strdup(blob);
	artifact->size = 99;
	if (!commit->artifacts)
		commit->artifacts = g_ptr_array_new_with_free_func((GDestroyNotify)store_artifact_free);
	g_ptr_array_add(commit->artifacts, artifact);
}

void assert_json_equal(const json_t *a, const json_t *b)
{
	g_autofree char *text_a = json_print(a);
	g_autofree char *text_b = json_print(b);
	assert_string_equal(text_a, text_b);
}

static void assert_text_equal(const char *a, const char *b)
{
	assert_string_equal(a ? a : "(null)", b ? b : "(null)");
}

void assert_session_equal(const struct store_session *a, const struct store_session *b)
{
	assert_string_equal(a->id, b->id);
	assert_text_equal(a->slug, b->slug);
	assert_text_equal(a->prompt, b->prompt);
	assert_string_equal(a->state, b->state);
	assert_text_equal(a->out_dir, b->out_dir);
	assert_text_equal(a->parent, b->parent);
	assert_json_equal(a->options, b->options);
	assert_int_equal(a->created, b->created);
	assert_int_equal(a->head, b->head);
}

void test_expect(GError **error, enum store_error_code code)
{
	assert_non_null(*error);
	if (!g_error_matches(*error, STORE_ERROR, (int)code))
		fail_msg("wanted code %d, got %s %d: %s", code, g_quark_to_string((*error)->domain), (*error)->code,
			(*error)->message);
	assert_true((*error)->message[0] != '\0');
	g_clear_error(error);
}
