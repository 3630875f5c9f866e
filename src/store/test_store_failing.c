/* The store that fails on time, and the table of stores itself. */
#include "store/test_store_rows.h"

static bool write_nth(struct store *store, int n, GError **error)
{
	g_autofree char *id = test_session_id(1);
	g_autofree char *hash = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	OWN(store_session) *session = test_session(1);
	struct store_run run = {(char *)"r", id, (char *)"create", (char *)"running", NULL, 0};
	struct store_commit commit = test_event_commit(id, "x");
	bool done = false;
	switch (n) {
	case 1:
		done = store_session_create(store, session, error);
		break;
	case 2:
		done = store_run_create(store, &run, error);
		break;
	case 3:
		done = store_commit(store, &commit, error);
		break;
	case 4:
		done = store_session_set_state(store, id, "closed", error);
		break;
	case 5:
		done = store_session_set_head(store, id, 0, error);
		break;
	default:
		done = store_blob_put(store, bytes, &hash, error);
	}
	test_commit_clear(&commit);
	return done;
}

static void test_failing(void **state)
{
	static const char *const names[] = {"OPEN", "damaged", "BUSY", "NEWER", "FULL", "IO", "NOT_FOUND", "CONFLICT"};
	g_autoptr(GError) error = NULL;
	for (guint code = 0; code < G_N_ELEMENTS(names); code++) {
		for (int n = 1; n <= 6; n++) {
			g_autofree char *path = g_strdup_printf("%d:%s", n, names[code]);
			OWN(store) *store = store_open("failing", path, &error);
			assert_no_error(error);
			for (int i = 1; i < n; i++)
				assert_true(write_nth(store, i, &error));
			for (int i = n; i <= 6; i++) {
				assert_false(write_nth(store, i, &error));
				test_expect(&error, code);
			}
			g_autoptr(GPtrArray) sessions = store_session_list(store, 9, &error);
			assert_int_equal(sessions->len, n > 1);
			g_autofree char *id = test_session_id(1);
			g_autoptr(GPtrArray) events = store_event_list(store, id, 0, 9, &error);
			assert_int_equal(events->len, n > 3);
		}
	}
	static const char *const wrong[] = {"", "FULL", "0:FULL", "-1:FULL", "1:", "1", "1:LATE", "99999999999:IO"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_null(store_open("failing", wrong[i], &error));
		test_expect(&error, STORE_ERROR_OPEN);
	}
}

static void test_table(void **state)
{
	g_autoptr(GError) error = NULL;
	assert_string_equal(store_kinds()[0], "sqlite");
	assert_null(store_open("sqlit", "/tmp", &error));
	assert_non_null(strstr(error->message, "is it \"sqlite\"?"));
	test_expect(&error, STORE_ERROR_OPEN);
	store_close(NULL);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failing),
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
