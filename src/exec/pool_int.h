/*
 * Inside exec/: which scope has which worker. At most `most` workers live at once; `spare` of them are kept warm ahead
 * of need. A scope has at most one worker, and its jobs take turns; a worker that began a job is never given to another
 * scope. Threads: any, but for pool_new() and pool_free().
 */
#pragma once

#include "exec/worker_int.h"

struct pool;

/* Starts the keeper thread. `setup` is borrowed until pool_free(). */
struct pool *pool_new(const struct worker_setup *setup, int spare, int most);
/* Ends all workers. None may be taken. */
void pool_free(struct pool *pool);

/* Blocks until the scope's worker is free, or there is room for a new one; it is alive and greeted. `begun_out` is
 * when the wait for room was over (monotonic microseconds), `cold_out` whether a worker had to be started. NULL with
 * EXEC_ERROR or CANCEL_ERROR. */
struct worker *pool_take(struct pool *pool, const char *scope, struct cancel *cancel, gint64 *begun_out, bool *cold_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives the scope's worker back; unless `keep`, it is ended. One that began no job becomes a spare. */
void pool_give(struct pool *pool, const char *scope, bool keep);
/* Ends the scope's worker, at once or when it is given back. */
void pool_release(struct pool *pool, const char *scope);
