/* What the store's tests share: sample rows. */
#pragma once

#include "store/store.h"

#include "base/testing.h"

/* The id of sample session `n`: 32 digits that begin with n in 8. */
char *test_session_id(guint n);
/* A sample session, with every member set. */
struct store_session *test_session(guint n);
/* Creates sample session `n` and its run "<id>-1". */
void test_populate(struct store *store, guint n);
/* A commit of one event of `session`, with `text` in its body; free with test_commit_clear(). */
struct store_commit test_event_commit(const char *session, const char *text);
void test_add_event(struct store_commit *commit, const char *session, const char *run, const char *text);
void test_commit_clear(struct store_commit *commit);
struct store_step *test_step(const char *run, int n);
struct store_version *test_version(const char *session, const char *run, int n, int parent);
void test_add_artifact(
	struct store_commit *commit, const char *session, int version, const char *name, const char *blob);

void assert_json_equal(const json_t *a, const json_t *b);
void assert_session_equal(const struct store_session *a, const struct store_session *b);

/* Asserts that `error` is STORE_ERROR with `code` and a message, and clears it. */
void test_expect(GError **error, enum store_error_code code);
