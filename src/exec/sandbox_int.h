/*
 * Inside exec/: the row a sandbox fills. A sandbox turns "start this program" into a *plan*: an argument vector, an
 * environment, descriptors to hand down, and where the folders of the worker stand inside. Starting it is worker.c's.
 */
#pragma once

#include "exec/exec.h"

/* The first descriptor a plan may hand down; those below are the worker's own (worker_int.h). */
#define SANDBOX_FD_FIRST 5
#define SANDBOX_FDS_MAX 2

struct sandbox_ops;

/* A sandbox as it was found on this machine. */
struct sandbox {
	const struct sandbox_ops *ops;
	char *tool;       /* the program that makes it, or NULL */
	bool seal_userns; /* the tool can forbid further user namespaces */
};

struct sandbox_request {
	const char *program; /* real path of the program to run inside */
	const char *root;    /* the beginning of that path which is a whole system's root folder, or "": this host's */
	const char *bridge_dir; /* real path of the folder with worker.py */
	int disk_mb;            /* room in the one writable folder */
	bool gpu;               /* let it reach /dev/dri */
};

struct sandbox_plan {
	GPtrArray *argv;          /* owned strings; the program's own arguments are appended to it */
	GPtrArray *envp;          /* owned strings, NULL at the end */
	int fds[SANDBOX_FDS_MAX]; /* owned; they become SANDBOX_FD_FIRST and up in the child */
	int fd_count;
	const char *bridge_dir; /* as seen inside */
	const char *work_dir;   /* the writable folder, as seen inside */
	char *host_dir;         /* a folder of the host to remove when the worker is over, or NULL */
};

struct sandbox_ops {
	const char *name;
	bool isolates;
	/* All required. check() finds the tool and tries it; its error, EXEC_ERROR_NO_SANDBOX, says how to mend it. */
	bool (*check)(struct sandbox *sandbox, GError **error);
	bool (*plan)(const struct sandbox *sandbox, const struct sandbox_request *request, struct sandbox_plan *plan,
		GError **error);
};

extern const struct sandbox_ops sandbox_bubblewrap, sandbox_none;

/* Finds the row and checks it. */
struct sandbox *sandbox_open(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sandbox_close(struct sandbox *sandbox);

void sandbox_plan_init(struct sandbox_plan *plan);
void sandbox_plan_release(struct sandbox_plan *plan);
void sandbox_plan_setenv(struct sandbox_plan *plan, const char *name, const char *value);

/* The system call filter as a program for the kernel, in a new descriptor at its start; -1 with `error` set. */
int sandbox_filter(GError **error);

OWN_DEFINE(sandbox, sandbox_close)
