/*
 * Front ends: ways for the outside to reach the engine. Each is a row of fronts.c; a front end sees engine.h and the
 * libraries, nothing deeper.
 */
#pragma once

#include "engine/engine.h"

struct front;

/* Where a front end listens; what it does not use it ignores. Borrowed for the call. */
struct front_options {
	const char *socket_path; /* a Unix socket, or NULL */
	const char *host;        /* a loopback address, or NULL */
	int port;
};

/* Opens the front end `name` ("http") on the engine. It serves on threads of its own until front_close(). */
struct front *front_open(const char *name, struct engine *engine, const struct front_options *options,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void front_close(struct front *front);

OWN_DEFINE(front, front_close)
