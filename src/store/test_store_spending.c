/* What models have cost, summed over a run, a session and everything: in each store that keeps events. */
#include "base/testing.h"
#include "store/test_store_rows.h"

#include <string.h>

static void usage(
	struct store *store, const char *session, const char *run, const char *type, gint64 time, const char *body)
{
	g_autoptr(GError) error = NULL;
	struct store_commit commit = test_event_commit(session, "");
	struct store_event *event = commit.events->pdata[0];
	g_free(event->run);
	g_free(event->type);
	json_decref(event->body);
	event->run = g_strdup(run);
	event->type = g_strdup(type);
	event->time = time;
	event->body = json_parse(body, strlen(body), strlen(body), NULL);
	assert_non_null(event->body);
	assert_true(store_commit(store, &commit, &error));
	test_commit_clear(&commit);
}

static void check_kind(const char *kind)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	struct store *store = store_open(kind, folder, &error);
	assert_non_null(store);
	g_autofree char *one = test_session_id(1), *two = test_session_id(2);
	test_populate(store, 1);
	test_populate(store, 2);
	g_autofree char *run_one = g_strdup_printf("%s-1", one), *run_two = g_strdup_printf("%s-1", two);
	usage(store, one, run_one, "step.finished", 1000,
		"{\"millis\": 70, \"usage\": {\"usd\": 0.25, \"tokens_in\": 100, \"tokens_cached\": 40, "
		"\"tokens_out\": 7}}");
	usage(store, one, run_one, "model.tried", 2000,
		"{\"usage\": {\"usd\": null, \"tokens_in\": 10, \"tokens_out\": 1}}");
	usage(store, one, NULL, "step.finished", 3000, "{\"millis\": 5}");
	usage(store, one, run_one, "step.started", 3000, "{\"usage\": {\"usd\": 9, \"tokens_in\": 9}}");
	usage(store, two, run_two, "step.finished", 4000,
		"{\"millis\": 1, \"usage\": {\"usd\": 0.5, \"tokens_in\": 1000}}");
	const struct {
		const char *session, *run;
		gint64 since, calls, unknown, in, cached, out, millis;
		double usd;
	} rows[] = {
		{NULL, run_one, 0, 2, 1, 110, 40, 8, 70, 0.25},
		{one, NULL, 0, 2, 1, 110, 40, 8, 75, 0.25},
		{NULL, NULL, 0, 3, 1, 1110, 40, 8, 76, 0.75},
		{NULL, NULL, 3000, 1, 0, 1000, 0, 0, 6, 0.5},
		{NULL, NULL, 5000, 0, 0, 0, 0, 0, 0, 0},
		{"nobody", NULL, 0, 0, 0, 0, 0, 0, 0, 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store_spending sum;
		assert_true(store_spending(store, rows[i].session, rows[i].run, rows[i].since, &sum, &error));
		assert_int_equal(sum.calls, rows[i].calls);
		assert_int_equal(sum.unknown, rows[i].unknown);
		assert_int_equal(sum.tokens_in, rows[i].in);
		assert_int_equal(sum.tokens_cached, rows[i].cached);
		assert_int_equal(sum.tokens_out, rows[i].out);
		assert_int_equal(sum.millis, rows[i].millis);
		assert_float_equal(sum.usd, rows[i].usd, 1e-9);
	}
	store_close(store);
	test_folder_remove(folder);
}

static void test_spending(void **state)
{
	for (const char *const *kind = (const char *const[]){"memory", "sqlite", NULL}; *kind; kind++)
		check_kind(*kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_spending)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
