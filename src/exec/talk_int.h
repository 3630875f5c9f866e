/* Inside exec/: the conversation with one worker (doc/PROTOCOL.exec.md, sections 2 and 3). */
#pragma once

#include "exec/worker_int.h"

/* Hears the worker's hello and answers it; nothing when that was done before. When it was cancelled it can be taken up
 * again; after any other error the worker is of no use. */
bool talk_greet(
	struct worker *worker, int start_seconds, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends the job and waits for its answer, as executor_run() does. `keep_out` says whether the worker can take another
 * job. EXEC_ERROR_PROTOCOL when it spoke nonsense. */
struct job_result *talk_ask(struct worker *worker, const struct job *job, int grace_seconds, job_progress_fn progress,
	void *arg, struct cancel *cancel, bool *keep_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
