/* Cancel tokens: fired by hand, by the parent, by the clock, from another thread. */
#include "base/cancel.h"

#include "base/testing.h"

#include <math.h>
#include <poll.h>

enum { MANY = 2000 };

static bool readable(struct cancel *cancel, int milliseconds)
{
	struct pollfd fd = {.fd = cancel_fd(cancel), .events = POLLIN};
	return poll(&fd, 1, milliseconds) == 1 && (fd.revents & POLLIN);
}

static void test_fire(void **state)
{
	g_autoptr(GError) error = NULL;
	OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	assert_false(cancel_check(cancel, &error));
	assert_null(error);
	assert_false(readable(cancel, 0));
	assert_int_equal(cancel_timeout_ms(cancel), -1);
	cancel_fire(cancel);
	cancel_fire(cancel);
	assert_true(cancel_check(cancel, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	assert_true(cancel_check(cancel, NULL));
	assert_true(readable(cancel, 0));
	assert_true(readable(cancel, 0));
}

static void test_none(void **state)
{
	g_autoptr(GError) error = NULL;
	assert_false(cancel_check(NULL, &error));
	assert_int_equal(cancel_timeout_ms(NULL), -1);
	assert_int_equal(cancel_fd(NULL), -1);
	cancel_unref(NULL);
}

static void test_deadline(void **state)
{
	g_autoptr(GError) error = NULL;
	OWN(cancel) *over = cancel_new(NULL, 0);
	assert_true(cancel_check(over, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_DEADLINE));
	assert_int_equal(cancel_timeout_ms(over), 0);
	assert_false(readable(over, 0));

	OWN(cancel) *later = cancel_new(NULL, 100);
	assert_false(cancel_check(later, NULL));
	assert_in_range(cancel_timeout_ms(later), 90000, 100000);

	/* A poll() of this length must end past the deadline, never a moment before. */
	OWN(cancel) *soon = cancel_new(NULL, 0.005);
	poll(NULL, 0, cancel_timeout_ms(soon));
	assert_true(cancel_check(soon, NULL));

	/* Being fired counts before being late. */
	cancel_fire(over);
	g_clear_error(&error);
	assert_true(cancel_check(over, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
}

static void test_far_deadline(void **state)
{
	static const double seconds[] = {1e15, 1e300, INFINITY};
	for (guint i = 0; i < G_N_ELEMENTS(seconds); i++) {
		OWN(cancel) *cancel = cancel_new(NULL, seconds[i]);
		assert_false(cancel_check(cancel, NULL));
		int timeout = cancel_timeout_ms(cancel);
		assert_true(timeout == -1 || timeout == G_MAXINT);
	}
}

static void test_parent(void **state)
{
	OWN(cancel) *session = cancel_new(NULL, 50);
	OWN(cancel) *run = cancel_new(session, 100);
	OWN(cancel) *step = cancel_new(run, 10);
	OWN(cancel) *other = cancel_new(session, CANCEL_NO_DEADLINE);
	assert_in_range(cancel_timeout_ms(run), 40000, 50000);
	assert_in_range(cancel_timeout_ms(step), 5000, 10000);
	assert_in_range(cancel_timeout_ms(other), 40000, 50000);
	cancel_fire(step);
	assert_true(cancel_check(step, NULL));
	assert_false(cancel_check(run, NULL));
	cancel_fire(session);
	assert_true(cancel_check(run, NULL));
	assert_true(readable(run, 0));
	assert_true(readable(other, 0));
	OWN(cancel) *born_late = cancel_new(run, CANCEL_NO_DEADLINE);
	assert_true(cancel_check(born_late, NULL));
	assert_true(readable(born_late, 0));
}

static void test_parent_outlived(void **state)
{
	struct cancel *parent = cancel_new(NULL, CANCEL_NO_DEADLINE);
	OWN(cancel) *child = cancel_new(parent, CANCEL_NO_DEADLINE);
	struct cancel *again = cancel_ref(parent);
	cancel_unref(parent);
	cancel_fire(again);
	cancel_unref(again);
	assert_true(cancel_check(child, NULL));
}

static void *fire_soon(void *arg)
{
	g_usleep(2000);
	cancel_fire(arg);
	return NULL;
}

static void *make_children(void *arg)
{
	for (int i = 0; i < MANY; i++) {
		OWN(cancel) *child = cancel_new(arg, CANCEL_NO_DEADLINE);
		OWN(cancel) *grandchild = cancel_new(child, 1);
		cancel_check(grandchild, NULL);
	}
	return NULL;
}

static void test_threads(void **state)
{
	OWN(cancel) *parent = cancel_new(NULL, CANCEL_NO_DEADLINE);
	OWN(cancel) *child = cancel_new(parent, CANCEL_NO_DEADLINE);
	GThread *makers[2];
	for (guint i = 0; i < G_N_ELEMENTS(makers); i++)
		makers[i] = g_thread_new("make", make_children, parent);
	GThread *firer = g_thread_new("fire", fire_soon, parent);
	assert_true(readable(child, 10000));
	assert_true(cancel_check(child, NULL));
	g_thread_join(firer);
	for (guint i = 0; i < G_N_ELEMENTS(makers); i++)
		g_thread_join(makers[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fire),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_far_deadline),
		cmocka_unit_test(test_parent),
		cmocka_unit_test(test_parent_outlived),
		cmocka_unit_test(test_threads),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base_cancel", tests, NULL, NULL);
}
