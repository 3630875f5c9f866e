/*
 * The event log: one writer, many numbered readers. An event is stored first and told second; a reader holds only the
 * number of the last event it had and reads the next ones from the store, so that a slow reader costs nothing and
 * misses nothing. Threads: append and subscription_next() from any. One condition variable wakes all readers; each
 * looks for its own session.
 */
#include "engine/engine_int.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BATCH = 256 }; /* events read from the store at once */

struct eventlog {
	struct store *store;
	GMutex lock;
	GPtrArray *readers; /* of struct subscription, borrowed; guarded by lock */
};

struct subscription {
	struct eventlog *log;
	char *session;
	gint64 last;
	int wake;        /* eventfd, written on each append to its session */
	GQueue ready;    /* of struct store_event */
	GQueue unstored; /* of struct store_event, told though the store failed; guarded by the log's lock */
};

struct eventlog *eventlog_new(struct store *store)
{
	struct eventlog *log = g_new0(struct eventlog, 1);
	log->store = store;
	log->readers = g_ptr_array_new();
	g_mutex_init(&log->lock);
	return log;
}

void eventlog_free(struct eventlog *log)
{
	g_assert(log->readers->len == 0);
	g_ptr_array_unref(log->readers);
	g_mutex_clear(&log->lock);
	g_free(log);
}

bool eventlog_append(struct eventlog *log, struct store_commit *commit, GError **error)
{
	if (!store_commit(log->store, commit, error))
		return false;
	if (!commit->events || commit->events->len == 0)
		return true;
	const struct store_event *first = commit->events->pdata[0];
	g_mutex_lock(&log->lock);
	for (guint i = 0; i < log->readers->len; i++) {
		const struct subscription *reader = log->readers->pdata[i];
		if (g_str_equal(reader->session, first->session) && eventfd_write(reader->wake, 1) < 0)
			g_error("eventfd_write: %m");
	}
	g_mutex_unlock(&log->lock);
	return true;
}

void eventlog_tell_unstored(struct eventlog *log, const struct store_event *event)
{
	g_mutex_lock(&log->lock);
	for (guint i = 0; i < log->readers->len; i++) {
		struct subscription *reader = log->readers->pdata[i];
		if (!g_str_equal(reader->session, event->session))
			continue;
		struct store_event *copy = store_event_copy(event);
		copy->seq = 0;
		g_queue_push_tail(&reader->unstored, copy);
		if (eventfd_write(reader->wake, 1) < 0)
			g_error("eventfd_write: %m");
	}
	g_mutex_unlock(&log->lock);
}

struct store_event *eventlog_event(const char *session, const char *run, enum event_type type, json_t *body)
{
	struct store_event *event = g_new0(struct store_event, 1);
	event->session = g_strdup(session);
	event->run = g_strdup(run);
	event->type = g_strdup(event_name(type));
	event->body = body ? body : json_object();
	event->time = g_get_real_time() / 1000;
	return event;
}

struct subscription *eventlog_subscribe(struct eventlog *log, const char *session, gint64 after)
{
	struct subscription *reader = g_new0(struct subscription, 1);
	reader->log = log;
	reader->session = g_strdup(session);
	reader->last = after;
	reader->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reader->wake < 0)
		g_error("eventfd: %m");
	g_queue_init(&reader->ready);
	g_queue_init(&reader->unstored);
	g_mutex_lock(&log->lock);
	g_ptr_array_add(log->readers, reader);
	g_mutex_unlock(&log->lock);
	return reader;
}

void subscription_free(struct subscription *reader)
{
	g_mutex_lock(&reader->log->lock);
	g_ptr_array_remove_fast(reader->log->readers, reader);
	g_mutex_unlock(&reader->log->lock);
	g_queue_clear_full(&reader->ready, (GDestroyNotify)store_event_free);
	g_queue_clear_full(&reader->unstored, (GDestroyNotify)store_event_free);
	close(reader->wake);
	g_free(reader->session);
	g_free(reader);
}

static bool read_batch(struct subscription *reader, GError **error)
{
	eventfd_t count;
	/* Cleared before the read, so that what is appended after it wakes us again. */
	if (eventfd_read(reader->wake, &count) < 0)
		count = 0;
	g_mutex_lock(&reader->log->lock);
	while (!g_queue_is_empty(&reader->unstored))
		g_queue_push_tail(&reader->ready, g_queue_pop_head(&reader->unstored));
	g_mutex_unlock(&reader->log->lock);
	if (!g_queue_is_empty(&reader->ready))
		return true;
	g_autoptr(GPtrArray) events = store_event_list(reader->log->store, reader->session, reader->last, BATCH, error);
	if (!events)
		return false;
	g_ptr_array_set_free_func(events, NULL);
	for (guint i = 0; i < events->len; i++)
		g_queue_push_tail(&reader->ready, events->pdata[i]);
	return true;
}

json_t *subscription_next(struct subscription *reader, struct cancel *cancel, GError **error)
{
	while (g_queue_is_empty(&reader->ready)) {
		if (cancel_check(cancel, error) || !read_batch(reader, error))
			return NULL;
		if (!g_queue_is_empty(&reader->ready))
			break;
		struct pollfd fds[] = {
			{.fd = reader->wake, .events = POLLIN}, {.fd = cancel_fd(cancel), .events = POLLIN}};
		if (poll(fds, 2, cancel_timeout_ms(cancel)) < 0 && errno != EINTR)
			g_error("poll: %m");
	}
	OWN(store_event) *event = g_queue_pop_head(&reader->ready);
	if (event->seq > 0)
		reader->last = event->seq;
	return json_make("{s:I, s:s, s:s?, s:I, s:O}", "seq", (json_int_t)event->seq, "type", event->type, "run",
		event->run, "time", (json_int_t)event->time, "body", event->body);
}
