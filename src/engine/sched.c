/* A thread a run: runs are started on a pool that has no upper bound of its own (each waits most of its time), and
 * closing waits for all of them. */
#include "engine/engine_int.h"

struct sched {
	GThreadPool *pool;
};

struct sched *sched_new(void (*work)(void *run, void *arg), void *arg)
{
	struct sched *sched = g_new0(struct sched, 1);
	sched->pool = g_thread_pool_new(work, arg, -1, FALSE, NULL);
	return sched;
}

void sched_start(struct sched *sched, void *run)
{
	g_autoptr(GError) error = NULL;
	/* The run is queued even when no thread could be made now; it starts when one ends. */
	if (!g_thread_pool_push(sched->pool, run, &error))
		g_warning("a run waits for a thread: %s", error->message);
}

void sched_free(struct sched *sched)
{
	g_thread_pool_free(sched->pool, FALSE, TRUE);
	g_free(sched);
}
