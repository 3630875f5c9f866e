/*
 * Tells ThreadSanitizer what GLib's locks and queues order. GLib is not instrumented and its locks are bare futexes, so
 * without this every hand-over between threads looks like a race. Linked into threaded tests when they are built with
 * -Db_sanitize=thread: the program's definitions stand before the library's, which they call.
 */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire(void *at);
void __tsan_release(void *at);

/* Looked up anew each time: a cache would need what is being replaced. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#undef g_atomic_ref_count_inc
#undef g_atomic_ref_count_dec

void g_mutex_lock(GMutex *mutex)
{
	REAL(g_mutex_lock)(mutex);
	__tsan_acquire(mutex);
}

void g_mutex_unlock(GMutex *mutex)
{
	__tsan_release(mutex);
	REAL(g_mutex_unlock)(mutex);
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
	__tsan_release(mutex);
	REAL(g_cond_wait)(cond, mutex);
	__tsan_acquire(mutex);
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end)
{
	__tsan_release(mutex);
	gboolean in_time = REAL(g_cond_wait_until)(cond, mutex, end);
	__tsan_acquire(mutex);
	return in_time;
}

gboolean g_atomic_ref_count_dec(gatomicrefcount *count)
{
	__tsan_release((void *)count);
	gboolean last = REAL(g_atomic_ref_count_dec)(count);
	__tsan_acquire((void *)count);
	return last;
}

void g_bytes_unref(GBytes *bytes)
{
	if (!bytes)
		return;
	__tsan_release(bytes);
	__tsan_acquire(bytes);
	REAL(g_bytes_unref)(bytes);
}

/* G_DEFINE_QUARK writes the same word twice when two threads come first at once. A pool's own queue is taken from, tail
 * first, under a lock that is taken inside the library; we take from heads only. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "race:_error_quark\n"
	       "race:g_queue_pop_tail\n";
}

/* A pool's work is ordered by what it is given. */
struct work {
	GFunc fn;
	gpointer arg;
};

static void do_work(gpointer data, gpointer arg)
{
	const struct work *work = arg;
	__tsan_acquire(data);
	work->fn(data, work->arg);
	__tsan_release((void *)work);
}

static GHashTable *works; /* of struct work by its pool; tests make pools on one thread */

GThreadPool *g_thread_pool_new(GFunc fn, gpointer arg, gint most, gboolean exclusive, GError **error)
{
	struct work *work = g_new(struct work, 1);
	*work = (struct work){fn, arg};
	GThreadPool *pool = REAL(g_thread_pool_new)(do_work, work, most, exclusive, error);
	if (!works)
		works = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_hash_table_insert(works, pool, work);
	return pool;
}

gboolean g_thread_pool_push(GThreadPool *pool, gpointer data, GError **error)
{
	__tsan_release(data);
	return REAL(g_thread_pool_push)(pool, data, error);
}

void g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait)
{
	gpointer work = g_hash_table_lookup(works, pool);
	REAL(g_thread_pool_free)(pool, immediate, wait);
	__tsan_acquire(work);
	g_hash_table_remove(works, pool);
}
