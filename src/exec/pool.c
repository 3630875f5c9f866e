/*
 * Which scope has which worker: see pool_int.h.
 *
 * A *seat* is a scope's hold on a worker, there from the first job until the release. Callers queue as *waiters*; each
 * time something changes under the lock the queue is walked in order and every waiter that can go on is *granted* its
 * seat (serve). To make room the idle seat that was used least lately gives way to a new scope.
 *
 *     (no seat) --granted--> busy --given back--> idle --granted--> busy …
 *                             |                     |
 *                             \--not kept, released-+--released, evicted, idle for too long--> (no seat)
 *
 * The keeper is the one thread of this folder. It alone forks, since a worker dies with the thread that forked it, so a
 * caller that needs a worker places an *order* and waits for it (milliseconds; Blender's own start is waited for by the
 * caller, greeting it). The keeper also refills the spares, ends idle workers, and all of them at the end.
 *
 * `alive` counts the workers and those that are promised: it never exceeds `most`, and it falls only once a worker is
 * reaped. No process is started, ended or spoken to under the lock.
 */
#include "exec/pool_int.h"

#include "exec/talk_int.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define IDLE_SECONDS 600

struct seat {
	struct worker *worker; /* NULL while it is being started */
	bool busy;
	bool leaving;      /* to be ended when it is given back */
	gint64 idle_since; /* monotonic microseconds */
};

struct waiter {
	const char *scope;
	int fd; /* an eventfd, written when granted */
	bool granted;
	struct worker *evicted; /* to be ended by the one who was granted */
};

struct order {
	struct worker *worker;
	GError *error;
	bool done;
};

struct pool {
	const struct worker_setup *setup;
	int spare, most;
	GThread *keeper;

	GMutex lock;       /* guards all below */
	GCond work;        /* for the keeper */
	GCond done;        /* an order is */
	GHashTable *seats; /* scope → seat */
	GQueue waiters, spares, orders;
	int alive;
	bool refill; /* spares may be started; off after a failure, until the next worker is asked for */
	bool closing;
};

/* The idle seat that was used least lately, taken off the table; its worker. NULL when all are busy. */
static struct worker *evict_one(struct pool *pool)
{
	GHashTableIter iter;
	gpointer scope, value, oldest_scope = NULL;
	struct seat *oldest = NULL;
	g_hash_table_iter_init(&iter, pool->seats);
	while (g_hash_table_iter_next(&iter, &scope, &value)) {
		struct seat *seat = value;
		if (!seat->busy && (!oldest || seat->idle_since < oldest->idle_since)) {
			oldest = seat;
			oldest_scope = scope;
		}
	}
	if (!oldest)
		return NULL;
	struct worker *worker = oldest->worker;
	g_hash_table_remove(pool->seats, oldest_scope);
	return worker;
}

/* Seats the waiter if it can be done now. */
static bool grant(struct pool *pool, struct waiter *waiter)
{
	struct seat *seat = g_hash_table_lookup(pool->seats, waiter->scope);
	if (seat && seat->busy)
		return false;
	if (!seat) {
		struct worker *worker = g_queue_pop_head(&pool->spares);
		if (!worker && pool->alive < pool->most)
			pool->alive++;
		else if (!worker && !(waiter->evicted = evict_one(pool)))
			return false;
		seat = g_new0(struct seat, 1);
		seat->worker = worker;
		g_hash_table_insert(pool->seats, g_strdup(waiter->scope), seat);
		pool->refill = true;
		g_cond_signal(&pool->work);
	}
	seat->busy = true;
	waiter->granted = true;
	return true;
}

static void serve(struct pool *pool)
{
	for (GList *each = pool->waiters.head, *next; each; each = next) {
		struct waiter *waiter = each->data;
		next = each->next;
		if (!grant(pool, waiter))
			continue;
		g_queue_delete_link(&pool->waiters, each);
		if (eventfd_write(waiter->fd, 1) < 0)
			g_error("eventfd_write: %s", g_strerror(errno));
	}
}

/* A worker is reaped: its place is free. */
static void vacate(struct pool *pool)
{
	g_mutex_lock(&pool->lock);
	pool->alive--;
	serve(pool);
	pool->refill = true;
	g_cond_signal(&pool->work);
	g_mutex_unlock(&pool->lock);
}

static void dismiss(struct pool *pool, struct worker *worker)
{
	worker_free(worker);
	vacate(pool);
}

/* Waits for a seat. Afterwards the scope's seat is busy and the caller's. */
static bool sit_down(struct pool *pool, const char *scope, struct cancel *cancel, GError **error)
{
	struct waiter waiter = {.scope = scope, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	if (waiter.fd < 0) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "eventfd: %s", g_strerror(errno));
		return false;
	}
	g_mutex_lock(&pool->lock);
	g_queue_push_tail(&pool->waiters, &waiter);
	serve(pool);
	while (!waiter.granted && !cancel_check(cancel, error)) {
		g_mutex_unlock(&pool->lock);
		struct pollfd fds[] = {
			{.fd = waiter.fd, .events = POLLIN}, {.fd = cancel_fd(cancel), .events = POLLIN}};
		if (poll(fds, G_N_ELEMENTS(fds), cancel_timeout_ms(cancel)) < 0 && errno != EINTR)
			g_error("poll: %s", g_strerror(errno));
		g_mutex_lock(&pool->lock);
	}
	if (!waiter.granted)
		g_queue_remove(&pool->waiters, &waiter);
	g_mutex_unlock(&pool->lock);
	close(waiter.fd);
	worker_free(waiter.evicted);
	return waiter.granted;
}

/* Takes the seat off the table; its worker is the caller's to dismiss. */
static struct worker *stand_up(struct pool *pool, const char *scope)
{
	g_mutex_lock(&pool->lock);
	struct seat *seat = g_hash_table_lookup(pool->seats, scope);
	struct worker *worker = seat->worker;
	g_hash_table_remove(pool->seats, scope);
	g_mutex_unlock(&pool->lock);
	return worker;
}

/* Has the keeper start a worker. */
static struct worker *order_worker(struct pool *pool, GError **error)
{
	struct order order = {.worker = NULL};
	g_mutex_lock(&pool->lock);
	g_queue_push_tail(&pool->orders, &order);
	g_cond_signal(&pool->work);
	while (!order.done)
		g_cond_wait(&pool->done, &pool->lock);
	g_mutex_unlock(&pool->lock);
	if (!order.worker)
		g_propagate_error(error, order.error);
	return order.worker;
}

static void set_worker(struct pool *pool, const char *scope, struct worker *worker)
{
	g_mutex_lock(&pool->lock);
	struct seat *seat = g_hash_table_lookup(pool->seats, scope);
	seat->worker = worker;
	g_mutex_unlock(&pool->lock);
}

static struct worker *seated_worker(struct pool *pool, const char *scope)
{
	g_mutex_lock(&pool->lock);
	struct seat *seat = g_hash_table_lookup(pool->seats, scope);
	struct worker *worker = seat->worker;
	g_mutex_unlock(&pool->lock);
	return worker;
}

/* The worker of a busy seat, alive and greeted: the one that sits there, or else a new one. */
static struct worker *ready_worker(
	struct pool *pool, const char *scope, struct cancel *cancel, bool *cold_out, GError **error)
{
	struct worker *worker = seated_worker(pool, scope);
	*cold_out = false;
	if (worker && !worker_is_over(worker)) {
		*cold_out = !worker->hello && !frame_link_ready(worker->link);
		if (talk_greet(worker, pool->setup->start_seconds, cancel, NULL))
			return worker;
		if (cancel_check(cancel, error))
			return NULL;
	}
	/* It ended while nobody looked, or never came up: the next one says why if it fares the same. */
	set_worker(pool, scope, NULL);
	worker_free(worker);
	*cold_out = true;
	worker = order_worker(pool, error);
	set_worker(pool, scope, worker);
	return worker && talk_greet(worker, pool->setup->start_seconds, cancel, error) ? worker : NULL;
}

struct worker *pool_take(
	struct pool *pool, const char *scope, struct cancel *cancel, gint64 *begun_out, bool *cold_out, GError **error)
{
	if (!sit_down(pool, scope, cancel, error))
		return NULL;
	*begun_out = g_get_monotonic_time();
	struct worker *worker = ready_worker(pool, scope, cancel, cold_out, error);
	if (!worker) /* one whose start was only cancelled goes to the spares */
		pool_give(pool, scope, cancel_check(cancel, NULL));
	return worker;
}

void pool_give(struct pool *pool, const char *scope, bool keep)
{
	g_mutex_lock(&pool->lock);
	struct seat *seat = g_hash_table_lookup(pool->seats, scope);
	g_assert(seat && seat->busy);
	struct worker *worker = seat->worker;
	seat->busy = false;
	seat->idle_since = g_get_monotonic_time();
	keep = keep && worker && !seat->leaving;
	if (keep && worker->jobs == 0) {
		g_hash_table_remove(pool->seats, scope);
		/* One more than asked for is kept: another was started when this one was taken. */
		keep = pool->spare > 0 && pool->spares.length <= (guint)pool->spare;
		if (keep)
			g_queue_push_head(&pool->spares, worker);
	} else if (!keep) {
		g_hash_table_remove(pool->seats, scope);
	}
	if (keep) {
		serve(pool);
		g_cond_signal(&pool->work);
	}
	g_mutex_unlock(&pool->lock);
	if (!keep)
		dismiss(pool, worker);
}

void pool_release(struct pool *pool, const char *scope)
{
	g_mutex_lock(&pool->lock);
	struct seat *seat = g_hash_table_lookup(pool->seats, scope);
	if (seat)
		seat->leaving = true;
	bool idle = seat && !seat->busy;
	if (idle)
		seat->busy = true;
	g_mutex_unlock(&pool->lock);
	if (idle)
		dismiss(pool, stand_up(pool, scope));
}

/* Starts a worker; under the lock but for the starting itself. */
static struct worker *start_unlocked(struct pool *pool, GError **error)
{
	g_mutex_unlock(&pool->lock);
	struct worker *worker = worker_spawn(pool->setup, error);
	g_mutex_lock(&pool->lock);
	return worker;
}

static void fill_order(struct pool *pool, struct order *order)
{
	order->worker = start_unlocked(pool, &order->error);
	order->done = true;
	g_cond_broadcast(&pool->done);
}

static bool lacks_spares(const struct pool *pool)
{
	return pool->refill && pool->alive < pool->most && pool->spares.length < (guint)pool->spare;
}

static void add_spare(struct pool *pool)
{
	pool->alive++;
	struct worker *worker = start_unlocked(pool, NULL);
	if (worker) {
		g_queue_push_tail(&pool->spares, worker);
	} else {
		pool->alive--;
		pool->refill = false;
	}
	serve(pool);
}

/* Ends one worker that was idle for too long. False when there is none, and then `wake_out` says when to look again. */
static bool end_idle(struct pool *pool, gint64 *wake_out)
{
	gint64 now = g_get_monotonic_time();
	GHashTableIter iter;
	gpointer scope, value;
	*wake_out = now + (gint64)IDLE_SECONDS * G_USEC_PER_SEC;
	g_hash_table_iter_init(&iter, pool->seats);
	while (g_hash_table_iter_next(&iter, &scope, &value)) {
		struct seat *seat = value;
		gint64 end = seat->idle_since + (gint64)IDLE_SECONDS * G_USEC_PER_SEC;
		if (seat->busy)
			continue;
		if (now >= end) {
			struct worker *worker = seat->worker;
			g_hash_table_iter_remove(&iter);
			g_mutex_unlock(&pool->lock);
			dismiss(pool, worker);
			g_mutex_lock(&pool->lock);
			return true;
		}
		*wake_out = MIN(*wake_out, end);
	}
	return false;
}

static void end_all(struct pool *pool)
{
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, pool->seats);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct seat *seat = value;
		g_assert(!seat->busy);
		worker_free(seat->worker);
	}
	g_hash_table_remove_all(pool->seats);
	for (struct worker *worker; (worker = g_queue_pop_head(&pool->spares));)
		worker_free(worker);
}

static void *keep(void *arg)
{
	struct pool *pool = arg;
	g_mutex_lock(&pool->lock);
	while (!pool->closing) {
		struct order *order = g_queue_pop_head(&pool->orders);
		gint64 wake;
		if (order)
			fill_order(pool, order);
		else if (lacks_spares(pool))
			add_spare(pool);
		else if (!end_idle(pool, &wake))
			g_cond_wait_until(&pool->work, &pool->lock, wake);
	}
	g_mutex_unlock(&pool->lock);
	end_all(pool);
	return NULL;
}

struct pool *pool_new(const struct worker_setup *setup, int spare, int most)
{
	struct pool *pool = g_new0(struct pool, 1);
	pool->setup = setup;
	pool->spare = spare;
	pool->most = most;
	pool->refill = true;
	pool->seats = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_mutex_init(&pool->lock);
	g_cond_init(&pool->work);
	g_cond_init(&pool->done);
	pool->keeper = g_thread_new("exec keeper", keep, pool);
	return pool;
}

void pool_free(struct pool *pool)
{
	g_mutex_lock(&pool->lock);
	pool->closing = true;
	g_cond_signal(&pool->work);
	g_mutex_unlock(&pool->lock);
	g_thread_join(pool->keeper);
	g_assert(pool->waiters.length == 0 && pool->orders.length == 0);
	g_hash_table_unref(pool->seats);
	g_mutex_clear(&pool->lock);
	g_cond_clear(&pool->work);
	g_cond_clear(&pool->done);
	g_free(pool);
}
