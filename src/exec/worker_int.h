/*
 * Inside exec/: one Blender process. Spawned, watched, ended and reaped here; what is said to it is talk.c's.
 *
 * Threads: a worker has one owner at a time, handed over by the pool. It must be spawned on a thread that outlives it,
 * because the kernel's "die with your parent" means the thread.
 */
#pragma once

#include "exec/sandbox_int.h"
#include "net/frame.h"

#include <sys/types.h>

/* Descriptors in the child; SANDBOX_FD_FIRST comes next. */
#define WORKER_FD_IN 3
#define WORKER_FD_OUT 4

struct worker_setup {
	const struct sandbox *sandbox;
	char *program;    /* real path of Blender */
	char *root;       /* the root folder of the system it belongs to, or "": this host's */
	char *bridge_dir; /* real path */
	int memory_mb, disk_mb, start_seconds, grace_seconds;
	bool gpu;
};

struct worker {
	pid_t pid;               /* 0 once reaped */
	int pid_fd;              /* readable once it is over; kept until reaped */
	int status;              /* as of waitpid(), once reaped */
	bool behind_tool;        /* its exit comes to us through the sandbox's tool, signals as 128 + n */
	struct frame_link *link; /* the protocol */
	int tail_fd;             /* its output and errors; non-blocking */
	GString *tail;           /* the end of what came there */
	guint64 noise;           /* bytes that came there since the job began */
	bool flooded;            /* noise went past its ceiling */
	char *host_dir;          /* to be removed at the end, or NULL */
	json_t *hello;           /* NULL until it was greeted */
	gint64 last_id;          /* of the last request */
	guint jobs;              /* how many were begun */
};

struct worker *worker_spawn(const struct worker_setup *setup, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends it if need be, with all its children; waits until it is reaped. NULL is fine. */
void worker_free(struct worker *worker);

/* Whether the process is over. Does not block. */
bool worker_is_over(const struct worker *worker);
/* Gives it `patience_ms` to end by itself, then ends it, reaps it and reads the rest of its output. */
void worker_finish(struct worker *worker, int patience_ms);
/* What ended a finished worker, in words: "signal 11 (Segmentation fault)", "exit code 3". Free with g_free(). */
char *worker_epitaph(const struct worker *worker);
/* The same as data, with the end of its output: {"signal" or "exit", "output"}. New reference. */
json_t *worker_post_mortem(const struct worker *worker);

OWN_DEFINE(worker, worker_free)
