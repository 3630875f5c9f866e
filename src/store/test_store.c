/*
 * The conformance test: every row of the table, the failing store included when it is told to fail too late, must give
 * the same answers. What only the SQLite store promises is in test_store_sqlite.c, failing on time in
 * test_store_failing.c.
 */
#include "store/test_store_rows.h"

#include <string.h>

enum { THREADS = 8, COMMITS = 25 };

struct fixture {
	const char *kind;
	char *folder;
	struct store *store;
	GError *error;
};

static struct store *open_kind(const struct fixture *fixture, GError **error)
{
	bool failing = g_str_equal(fixture->kind, "failing");
	return store_open(fixture->kind, failing ? "1000000:IO" : fixture->folder, error);
}

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);
	fixture->kind = *state;
	fixture->folder = test_folder();
	fixture->store = open_kind(fixture, &fixture->error);
	assert_no_error(fixture->error);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	store_close(fixture->store);
	test_folder_remove(fixture->folder);
	assert_no_error(fixture->error);
	g_free(fixture);
	return 0;
}

/* A session loaded back, or NULL. */
static struct store_session *load(struct fixture *f, const char *id)
{
	return store_session_load(f->store, id, &f->error);
}

static void test_sessions(void **state)
{
	struct fixture *f = *state;
	OWN(store_session) *first = test_session(1);
	OWN(store_session) *second = test_session(2);
	second->parent = g_strdup(first->id);
	assert_false(store_session_create(f->store, second, &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_true(store_session_create(f->store, first, &f->error));
	assert_true(store_session_create(f->store, second, &f->error));
	assert_false(store_session_create(f->store, first, &f->error));
	test_expect(&f->error, STORE_ERROR_CONFLICT);

	OWN(store_session) *loaded = load(f, second->id);
	assert_no_error(f->error);
	assert_session_equal(loaded, second);
	assert_true(store_session_set_state(f->store, second->id, "closed", &f->error));
	OWN(store_session) *closed = load(f, second->id);
	assert_string_equal(closed->state, "closed");
	OWN(store_session) *other = load(f, first->id);
	assert_session_equal(other, first);

	g_autofree char *missing = test_session_id(99);
	assert_false(store_session_set_state(f->store, missing, "closed", &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_false(store_session_set_head(f->store, missing, 0, &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_false(store_session_set_head(f->store, first->id, 1, &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_true(store_session_set_head(f->store, first->id, 0, &f->error));
}

static void test_session_bare(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(5);
	struct store_session bare = {.id = id, .state = (char *)"open"};
	g_autoptr(json_t) empty = json_object();
	assert_true(store_session_create(f->store, &bare, &f->error));
	OWN(store_session) *loaded = load(f, id);
	bare.options = empty;
	assert_session_equal(loaded, &bare);
}

static void test_prefix(void **state)
{
	struct fixture *f = *state;
	static const char *const ids[] = {"abcdef00000000000000000000000000", "abcdef10000000000000000000000000",
		"ffffffffffffffffffffffffffffffff", "abcdeff0000000000000000000000000"};
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct store_session session = {.id = (char *)ids[i], .state = (char *)"open"};
		assert_true(store_session_create(f->store, &session, &f->error));
	}
	OWN(store_session) *one = load(f, "abcdef1");
	assert_string_equal(one->id, ids[1]);
	OWN(store_session) *upper = load(f, "ABCDEFF");
	assert_string_equal(upper->id, ids[3]);
	OWN(store_session) *last = load(f, "ffffff");
	assert_string_equal(last->id, ids[2]);
	OWN(store_session) *whole = load(f, ids[0]);
	assert_string_equal(whole->id, ids[0]);

	static const char *const wrong[] = {
		"abcdef", "fffff", "", "abcde%", "%%%%%%", "abcdef2", "chair-1", "ffffffffffffffffffffffffffffffff0"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_null(load(f, wrong[i]));
		if (i == 0)
			assert_non_null(strstr(f->error->message, ids[0]));
		test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	}
}

static void test_session_order(void **state)
{
	struct fixture *f = *state;
	static const gint64 created[] = {30, 10, 20, 20};
	static const guint order[] = {0, 3, 2, 1}; /* newest first; of the same moment, the later created first */
	for (guint i = 0; i < G_N_ELEMENTS(created); i++) {
		OWN(store_session) *session = test_session(i);
		session->created = created[i];
		assert_true(store_session_create(f->store, session, &f->error));
	}
	for (int limit = -1; limit <= 5; limit++) {
		g_autoptr(GPtrArray) list = store_session_list(f->store, limit, &f->error);
		assert_int_equal(list->len, CLAMP(limit, 0, 4));
		for (guint i = 0; i < list->len; i++) {
			g_autofree char *id = test_session_id(order[i]);
			assert_string_equal(((struct store_session *)list->pdata[i])->id, id);
		}
	}
}

/* The ids of the runs listed, joined by spaces, without their session. */
static char *list_runs(struct fixture *f, const char *session, const char *run_state)
{
	GString *ids = g_string_new(NULL);
	g_autoptr(GPtrArray) runs = store_run_list(f->store, session, run_state, &f->error);
	assert_no_error(f->error);
	for (guint i = 0; i < runs->len; i++)
		g_string_append_printf(ids, "%s%s", i ? " " : "", ((struct store_run *)runs->pdata[i])->id);
	return g_string_free(ids, FALSE);
}

static void test_run(void **state)
{
	struct fixture *f = *state;
	g_autofree char *one = test_session_id(1);
	g_autofree char *two = test_session_id(2);
	g_autoptr(json_t) input = json_make("{s:s}", "feedback", "größer");
	struct store_run run = {(char *)"r1", one, (char *)"refine", (char *)"running", input, 20};
	assert_false(store_run_create(f->store, &run, &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	test_populate(f->store, 1);
	test_populate(f->store, 2);
	assert_true(store_run_create(f->store, &run, &f->error));
	assert_false(store_run_create(f->store, &run, &f->error));
	test_expect(&f->error, STORE_ERROR_CONFLICT);
	struct store_run older = {(char *)"r2", one, (char *)"set", (char *)"interrupted", NULL, 10};
	assert_true(store_run_create(f->store, &older, &f->error));

	OWN(store_run) *loaded = store_run_load(f->store, "r1", &f->error);
	assert_string_equal(loaded->id, "r1");
	assert_string_equal(loaded->session, one);
	assert_string_equal(loaded->kind, "refine");
	assert_string_equal(loaded->state, "running");
	assert_json_equal(loaded->input, input);
	assert_int_equal(loaded->created, 20);
	assert_null(store_run_load(f->store, "r3", &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);

	g_autofree char *all = list_runs(f, NULL, NULL);
	g_autofree char *expected = g_strdup_printf("r2 r1 %s-1 %s-1", one, two);
	assert_string_equal(all, expected);
	g_autofree char *running = list_runs(f, NULL, "running");
	assert_string_equal(running, expected + 3);
	g_autofree char *of_two = list_runs(f, two, NULL);
	g_autofree char *expected_two = g_strdup_printf("%s-1", two);
	assert_string_equal(of_two, expected_two);
	g_autofree char *interrupted = list_runs(f, one, "interrupted");
	assert_string_equal(interrupted, "r2");
	g_autofree char *none = list_runs(f, "nobody", NULL);
	assert_string_equal(none, "");
}

static void test_commit_all(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	test_populate(f->store, 1);
	struct store_commit commit = {.run = run, .run_state = "completed", .durable = true};
	commit.step = test_step(run, 0);
	commit.version = test_version(id, run, 0, 0);
	test_add_artifact(&commit, id, 0, "renders/view-1.png", "22");
	test_add_artifact(&commit, id, 0, "asset.glb", "11");
	test_add_event(&commit, id, run, "one");
	test_add_event(&commit, id, NULL, "zwei");
	assert_true(store_commit(f->store, &commit, &f->error));
	assert_no_error(f->error);
	assert_int_equal(commit.version->n, 1);
	assert_int_equal(((struct store_event *)commit.events->pdata[0])->seq, 1);
	assert_int_equal(((struct store_event *)commit.events->pdata[1])->seq, 2);

	OWN(store_session) *session = load(f, id);
	assert_int_equal(session->head, 1);
	OWN(store_run) *done = store_run_load(f->store, run, &f->error);
	assert_string_equal(done->state, "completed");
	g_autoptr(GPtrArray) steps = store_step_list(f->store, run, &f->error);
	assert_int_equal(steps->len, 1);
	const struct store_step *step = steps->pdata[0];
	assert_string_equal(step->run, run);
	assert_int_equal(step->n, 0);
	assert_string_equal(step->key, commit.step->key);
	assert_string_equal(step->request, commit.step->request);
	assert_json_equal(step->result, commit.step->result);
	assert_int_equal(step->millis, 1234);
	g_autoptr(GPtrArray) artifacts = store_artifact_list(f->store, id, 1, &f->error);
	assert_int_equal(artifacts->len, 2);
	const struct store_artifact *artifact = artifacts->pdata[0];
	assert_string_equal(artifact->name, "asset.glb");
	assert_string_equal(artifact->session, id);
	assert_string_equal(artifact->blob, "11");
	assert_int_equal(artifact->version, 1);
	assert_int_equal(artifact->size, 99);
	test_commit_clear(&commit);
}

static void test_events(void **state)
{
	struct fixture *f = *state;
	g_autofree char *one = test_session_id(1);
	g_autofree char *two = test_session_id(2);
	test_populate(f->store, 1);
	test_populate(f->store, 2);
	for (int i = 0; i < 10; i++) {
		g_autofree char *text = g_strdup_printf("%d", i);
		struct store_commit commit = test_event_commit(one, text);
		test_add_event(&commit, two, NULL, text);
		test_add_event(&commit, one, NULL, text);
		assert_true(store_commit(f->store, &commit, &f->error));
		assert_int_equal(((struct store_event *)commit.events->pdata[0])->seq, 2 * i + 1);
		assert_int_equal(((struct store_event *)commit.events->pdata[1])->seq, i + 1);
		test_commit_clear(&commit);
	}
	g_autoptr(GPtrArray) middle = store_event_list(f->store, one, 4, 7, &f->error);
	assert_int_equal(middle->len, 7);
	for (guint i = 0; i < middle->len; i++) {
		const struct store_event *event = middle->pdata[i];
		g_autofree char *text = g_strdup_printf("%u", (i + 4) / 2);
		assert_int_equal(event->seq, i + 5);
		assert_string_equal(event->session, one);
		assert_null(event->run);
		assert_string_equal(event->type, "step.finished");
		assert_string_equal(json_str(event->body, "text", NULL), text);
		assert_int_equal(event->time, 1700000000123);
	}
	g_autoptr(GPtrArray) tail = store_event_list(f->store, one, 18, 100, &f->error);
	assert_int_equal(tail->len, 2);
	g_autoptr(GPtrArray) nothing = store_event_list(f->store, one, 20, 100, &f->error);
	assert_int_equal(nothing->len, 0);
	g_autoptr(GPtrArray) all = store_event_list(f->store, two, -5, 100, &f->error);
	assert_int_equal(all->len, 10);
	g_autoptr(GPtrArray) no_room = store_event_list(f->store, two, 0, -1, &f->error);
	assert_int_equal(no_room->len, 0);
	g_autoptr(GPtrArray) unknown = store_event_list(f->store, "nobody", 0, 100, &f->error);
	assert_int_equal(unknown->len, 0);
}

static bool commit_version(struct fixture *f, const char *id, const char *run, int n, int parent)
{
	struct store_commit commit = {.version = test_version(id, run, n, parent)};
	bool done = store_commit(f->store, &commit, &f->error);
	assert_int_equal(commit.version->n, done && n == 0 ? commit.version->n : n);
	test_commit_clear(&commit);
	return done;
}

static void test_versions(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	test_populate(f->store, 1);
	assert_true(commit_version(f, id, run, 0, 0));
	assert_true(commit_version(f, id, run, 2, 1));
	assert_true(commit_version(f, id, run, 0, 1));
	static const int taken[] = {1, 3, 5, 99};
	for (guint i = 0; i < G_N_ELEMENTS(taken); i++) {
		assert_false(commit_version(f, id, run, taken[i], 0));
		test_expect(&f->error, STORE_ERROR_CONFLICT);
	}
	assert_false(commit_version(f, id, run, 0, 4));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_false(commit_version(f, id, "nobody", 0, 0));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_false(commit_version(f, "nobody", run, 0, 0));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);

	g_autoptr(GPtrArray) versions = store_version_list(f->store, id, &f->error);
	assert_int_equal(versions->len, 3);
	for (int n = 1; n <= 3; n++) {
		OWN(store_version) *loaded = store_version_load(f->store, id, n, &f->error);
		OWN(store_version) *expected = test_version(id, run, n, n == 1 ? 0 : 1);
		const struct store_version *both[] = {loaded, versions->pdata[n - 1]};
		for (guint i = 0; i < 2; i++) {
			assert_string_equal(both[i]->session, id);
			assert_int_equal(both[i]->n, n);
			assert_int_equal(both[i]->parent, expected->parent);
			assert_string_equal(both[i]->run, run);
			assert_string_equal(both[i]->label, expected->label);
			assert_string_equal(both[i]->script, expected->script);
			assert_string_equal(both[i]->report, expected->report);
			assert_json_equal(both[i]->facts, expected->facts);
			assert_int_equal(both[i]->created, expected->created);
		}
	}
	static const int missing[] = {0, 4, -1};
	for (guint i = 0; i < G_N_ELEMENTS(missing); i++) {
		assert_null(store_version_load(f->store, id, missing[i], &f->error));
		test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	}
	assert_true(store_session_set_head(f->store, id, 1, &f->error));
	OWN(store_session) *back = load(f, id);
	assert_int_equal(back->head, 1);
}

/* Commits `commit`, which must fail with `code`, and asserts that nothing of it is there. */
static void expect_nothing(struct fixture *f, struct store_commit *commit, enum store_error_code code)
{
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	test_add_event(commit, id, run, "lost");
	assert_false(store_commit(f->store, commit, &f->error));
	test_expect(&f->error, code);
	for (guint i = 0; i < commit->events->len; i++)
		assert_int_equal(((struct store_event *)commit->events->pdata[i])->seq, 0);
	if (commit->version)
		assert_int_equal(commit->version->n, 0);
	test_commit_clear(commit);

	g_autoptr(GPtrArray) events = store_event_list(f->store, id, 0, 100, &f->error);
	g_autoptr(GPtrArray) steps = store_step_list(f->store, run, &f->error);
	g_autoptr(GPtrArray) versions = store_version_list(f->store, id, &f->error);
	g_autoptr(GPtrArray) artifacts = store_artifact_list(f->store, id, 1, &f->error);
	OWN(store_session) *session = load(f, id);
	OWN(store_run) *loaded = store_run_load(f->store, run, &f->error);
	assert_int_equal(events->len, 1);
	assert_int_equal(steps->len, 1);
	assert_int_equal(versions->len, 1);
	assert_int_equal(artifacts->len, 1);
	assert_int_equal(session->head, 1);
	assert_string_equal(loaded->state, "running");
}

static void test_atomic(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	test_populate(f->store, 1);
	struct store_commit good = test_event_commit(id, "good");
	good.step = test_step(run, 0);
	good.version = test_version(id, run, 0, 0);
	test_add_artifact(&good, id, 0, "asset.glb", "11");
	assert_true(store_commit(f->store, &good, &f->error));
	test_commit_clear(&good);

	struct store_commit step = {.step = test_step(run, 0)};
	expect_nothing(f, &step, STORE_ERROR_CONFLICT);
	struct store_commit no_run = {.step = test_step("nobody", 0)};
	expect_nothing(f, &no_run, STORE_ERROR_NOT_FOUND);
	struct store_commit no_parent = {.step = test_step(run, 1), .version = test_version(id, run, 0, 2)};
	expect_nothing(f, &no_parent, STORE_ERROR_NOT_FOUND);
	struct store_commit artifact = {.step = test_step(run, 1)};
	test_add_artifact(&artifact, id, 1, "asset.glb", "11");
	expect_nothing(f, &artifact, STORE_ERROR_CONFLICT);
	struct store_commit twice = {.version = test_version(id, run, 0, 1)};
	test_add_artifact(&twice, id, 0, "asset.glb", "11");
	test_add_artifact(&twice, id, 2, "asset.glb", "12");
	expect_nothing(f, &twice, STORE_ERROR_CONFLICT);
	struct store_commit no_version = {.step = test_step(run, 1)};
	test_add_artifact(&no_version, id, 2, "asset.glb", "11");
	expect_nothing(f, &no_version, STORE_ERROR_NOT_FOUND);
	struct store_commit no_session = {.version = test_version(id, run, 0, 1), .step = test_step(run, 1)};
	test_add_event(&no_session, "nobody", NULL, "lost");
	expect_nothing(f, &no_session, STORE_ERROR_NOT_FOUND);
	struct store_commit event_run = {.version = test_version(id, run, 0, 1)};
	test_add_event(&event_run, id, "nobody", "lost");
	expect_nothing(f, &event_run, STORE_ERROR_NOT_FOUND);
	struct store_commit run_state = {.step = test_step(run, 1), .run = "nobody", .run_state = "failed"};
	expect_nothing(f, &run_state, STORE_ERROR_NOT_FOUND);

	struct store_commit empty = {.durable = true};
	assert_true(store_commit(f->store, &empty, &f->error));
	struct store_commit next = test_event_commit(id, "next");
	assert_true(store_commit(f->store, &next, &f->error));
	assert_int_equal(((struct store_event *)next.events->pdata[0])->seq, 2);
	test_commit_clear(&next);
}

static void test_step_order(void **state)
{
	struct fixture *f = *state;
	static const int order[] = {2, 0, 10, 1};
	static const int sorted[] = {0, 1, 2, 10};
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	test_populate(f->store, 1);
	for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
		struct store_commit commit = {.step = test_step(run, order[i])};
		assert_true(store_commit(f->store, &commit, &f->error));
		test_commit_clear(&commit);
	}
	g_autoptr(GPtrArray) steps = store_step_list(f->store, run, &f->error);
	assert_int_equal(steps->len, G_N_ELEMENTS(sorted));
	for (guint i = 0; i < steps->len; i++)
		assert_int_equal(((struct store_step *)steps->pdata[i])->n, sorted[i]);
	g_autoptr(GPtrArray) none = store_step_list(f->store, "nobody", &f->error);
	assert_int_equal(none->len, 0);
}

static void test_big_json(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	g_autofree char *text = g_strnfill(8 << 20, 'x');
	test_populate(f->store, 1);
	struct store_commit commit = {.step = test_step(run, 0)};
	json_t *list = json_array();
	for (int i = 0; i < 100000; i++)
		json_array_append_new(list, json_integer(i));
	json_object_set_new(commit.step->result, "list", list);
	json_object_set_new(commit.step->result, "text", json_string(text));
	json_t *deep = json_array();
	for (int i = 0; i < 1000; i++)
		deep = json_make("[o]", deep);
	json_object_set_new(commit.step->result, "deep", deep);
	assert_true(store_commit(f->store, &commit, &f->error));
	g_autoptr(GPtrArray) steps = store_step_list(f->store, run, &f->error);
	assert_true(json_equal(((struct store_step *)steps->pdata[0])->result, commit.step->result));
	test_commit_clear(&commit);
}

/* What the store keeps is its own: changing a value after the call, or one that was loaded, changes nothing. */
static void test_own_json(void **state)
{
	struct fixture *f = *state;
	OWN(store_session) *session = test_session(1);
	assert_true(store_session_create(f->store, session, &f->error));
	json_object_set_new(session->options, "late", json_true());
	OWN(store_session) *once = load(f, session->id);
	assert_null(json_object_get(once->options, "late"));
	json_object_set_new(once->options, "late", json_true());
	OWN(store_session) *again = load(f, session->id);
	assert_null(json_object_get(again->options, "late"));
}

static void put_and_get(struct fixture *f, const void *data, gsize size)
{
	g_autofree char *hash = NULL;
	g_autofree char *again = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *expected = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	assert_true(store_blob_put(f->store, bytes, &hash, &f->error));
	assert_true(store_blob_put(f->store, bytes, &again, &f->error));
	assert_string_equal(hash, expected);
	assert_string_equal(again, expected);
	g_autoptr(GBytes) got = store_blob_get(f->store, hash, &f->error);
	assert_no_error(f->error);
	assert_true(g_bytes_equal(got, bytes));
}

static void test_blobs(void **state)
{
	struct fixture *f = *state;
	g_autofree char *big = g_malloc(3 << 20);
	for (guint i = 0; i < 3 << 20; i++)
		big[i] = (char)(i * 2654435761u >> 13);
	put_and_get(f, "", 0);
	put_and_get(f, "a\0b\xff", 4);
	put_and_get(f, big, 3 << 20);
	static const char *const wrong[] = {"", "ab", "../../../../etc/passwd",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"../000000000000000000000000000000000000000000000000000000000000/"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_null(store_blob_get(f->store, wrong[i], &f->error));
		test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	}
}

/* NULL when all went right. */
static void *commit_many(void *arg)
{
	struct fixture *f = arg;
	g_autofree char *id = test_session_id(1);
	g_autofree char *hash = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new_static("same", 4);
	gint64 last = 0;
	for (int i = 0; i < COMMITS; i++) {
		g_autoptr(GError) error = NULL;
		struct store_commit commit = test_event_commit(id, "x");
		commit.durable = i % 2 == 0;
		/* Every fifth fails, alone. */
		if (i % 5 == 4)
			commit.step = test_step("nobody", 0);
		bool done = store_commit(f->store, &commit, &error);
		gint64 seq = ((struct store_event *)commit.events->pdata[0])->seq;
		bool right = commit.step ? !done && seq == 0 : done && seq > last;
		last = MAX(last, seq);
		test_commit_clear(&commit);
		g_clear_pointer(&hash, g_free);
		if (!right || !store_blob_put(f->store, bytes, &hash, NULL))
			return f;
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct fixture *f = *state;
	GThread *threads[THREADS];
	g_autofree char *id = test_session_id(1);
	test_populate(f->store, 1);
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("commit", commit_many, f);
	for (guint i = 0; i < THREADS; i++)
		assert_null(g_thread_join(threads[i]));
	g_autoptr(GPtrArray) events = store_event_list(f->store, id, 0, 1000, &f->error);
	assert_int_equal(events->len, THREADS * COMMITS * 4 / 5);
	for (guint i = 0; i < events->len; i++)
		assert_int_equal(((struct store_event *)events->pdata[i])->seq, i + 1);
}

#define EACH(test)                                                                                                     \
	{                                                                                                              \
#test, test, set_up, tear_down, NULL                                                                   \
	}
static const struct CMUnitTest each_kind[] = {
	EACH(test_sessions),
	EACH(test_session_bare),
	EACH(test_prefix),
	EACH(test_session_order),
	EACH(test_run),
	EACH(test_commit_all),
	EACH(test_events),
	EACH(test_versions),
	EACH(test_atomic),
	EACH(test_step_order),
	EACH(test_big_json),
	EACH(test_own_json),
	EACH(test_blobs),
	EACH(test_threads),
};

int main(void)
{
	g_autoptr(GArray) tests = g_array_new(FALSE, FALSE, sizeof(struct CMUnitTest));
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (const char *const *kind = store_kinds(); *kind; kind++) {
		for (guint i = 0; i < G_N_ELEMENTS(each_kind); i++) {
			struct CMUnitTest test = each_kind[i];
			g_ptr_array_add(names, g_strdup_printf("%s: %s", *kind, test.name));
			test.name = names->pdata[names->len - 1];
			test.initial_state = (void *)*kind;
			g_array_append_val(tests, test);
		}
	}
	return _cmocka_run_group_tests("store", (struct CMUnitTest *)tests->data, tests->len, NULL, NULL);
}
