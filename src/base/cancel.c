/*
 * Cancel tokens: see cancel.h. A token holds an eventfd and a list of its live children; firing walks down. One lock
 * guards all tokens: firing is rare, and the tree is never deeper than session, run, step.
 */
#include "base/cancel.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct cancel {
	gatomicrefcount refs;
	struct cancel *parent; /* referenced, NULL at the root */
	GPtrArray *children;   /* borrowed; guarded by tree_lock */
	gint64 deadline;       /* monotonic microseconds, G_MAXINT64 for none; never later than the parent's */
	gint fired;            /* atomic */
	int fd;
};

/* Deadlines further away than this are none: they would not fit into microseconds. */
static const double LONGEST_SECONDS = 1e12;

static GMutex tree_lock;

G_DEFINE_QUARK(ll3m_cancel_error, cancel_error)

static void fire_locked(struct cancel *cancel)
{
	if (!g_atomic_int_compare_and_exchange(&cancel->fired, 0, 1))
		return;
	if (eventfd_write(cancel->fd, 1) < 0)
		g_error("eventfd_write: %s", g_strerror(errno));
	for (guint i = 0; i < cancel->children->len; i++)
		fire_locked(cancel->children->pdata[i]);
}

struct cancel *cancel_new(struct cancel *parent, double seconds)
{
	struct cancel *cancel = g_new0(struct cancel, 1);
	g_atomic_ref_count_init(&cancel->refs);
	cancel->children = g_ptr_array_new();
	bool ends = seconds >= 0 && seconds < LONGEST_SECONDS;
	cancel->deadline = ends ? g_get_monotonic_time() + (gint64)(seconds * G_USEC_PER_SEC) : G_MAXINT64;
	cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (cancel->fd < 0)
		g_error("eventfd: %s", g_strerror(errno));
	if (parent) {
		cancel->parent = cancel_ref(parent);
		cancel->deadline = MIN(cancel->deadline, parent->deadline);
		g_mutex_lock(&tree_lock);
		g_ptr_array_add(parent->children, cancel);
		if (g_atomic_int_get(&parent->fired))
			fire_locked(cancel);
		g_mutex_unlock(&tree_lock);
	}
	return cancel;
}

struct cancel *cancel_ref(struct cancel *cancel)
{
	g_atomic_ref_count_inc(&cancel->refs);
	return cancel;
}

void cancel_unref(struct cancel *cancel)
{
	if (!cancel || !g_atomic_ref_count_dec(&cancel->refs))
		return;
	if (cancel->parent) {
		g_mutex_lock(&tree_lock);
		g_ptr_array_remove_fast(cancel->parent->children, cancel);
		g_mutex_unlock(&tree_lock);
		cancel_unref(cancel->parent);
	}
	g_ptr_array_unref(cancel->children);
	close(cancel->fd);
	g_free(cancel);
}

void cancel_fire(struct cancel *cancel)
{
	g_mutex_lock(&tree_lock);
	fire_locked(cancel);
	g_mutex_unlock(&tree_lock);
}

void cancel_fire_in_signal(struct cancel *cancel)
{
	uint64_t one = 1;
	int before = errno;
	g_atomic_int_set(&cancel->fired, 1);
	/* A full eventfd is readable already, which is all that is wanted. */
	ssize_t written = write(cancel->fd, &one, sizeof one);
	errno = written < 0 ? before : errno;
}

bool cancel_check(struct cancel *cancel, GError **error)
{
	if (!cancel)
		return false;
	if (g_atomic_int_get(&cancel->fired)) {
		g_set_error_literal(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED, "cancelled");
		return true;
	}
	if (g_get_monotonic_time() >= cancel->deadline) {
		g_set_error_literal(error, CANCEL_ERROR, CANCEL_ERROR_DEADLINE, "the time for this is over");
		return true;
	}
	return false;
}

int cancel_timeout_ms(struct cancel *cancel)
{
	if (!cancel || cancel->deadline == G_MAXINT64)
		return -1;
	gint64 left = (cancel->deadline - g_get_monotonic_time() + 999) / 1000;
	return (int)CLAMP(left, 0, G_MAXINT);
}

int cancel_fd(struct cancel *cancel)
{
	return cancel ? cancel->fd : -1;
}
