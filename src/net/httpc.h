/*
 * The HTTP client: one call blocks from request to answer. Connections are kept and used again. It follows no
 * redirects, decodes no content codings and keeps no cookies.
 *
 * Threads: one httpc serves many threads at once; each call in flight has a connection of its own. A cancel or a
 * deadline ends a call at once, wherever it waits. Errors: NET_ERROR and CANCEL_ERROR; a status of 400 and above is an
 * answer, not an error: see problem_read().
 */
#pragma once

#include "base/cancel.h"
#include "base/own.h"
#include "net/problem.h"

#define HTTPC_BODY_MAX (32u << 20)

struct httpc;

/* `socket_path`: all calls go through this Unix socket, whatever host their URL names; NULL: over TCP, through the
 * proxy that http_proxy, https_proxy and no_proxy of the environment name. */
struct httpc *httpc_new(const char *socket_path);
/* The certificates to trust instead of the system's, a PEM file; before the first call. */
void httpc_trust(struct httpc *httpc, const char *ca_file);
/* No call may be running. */
void httpc_free(struct httpc *httpc);

struct http_call {
	const char *method;         /* NULL: GET, or POST when there is a body */
	const char *url;            /* "http://localhost/v1/sessions"; http and https only */
	const char *const *headers; /* "Name: value", NULL at the end; or NULL */
	const char *type;           /* of the body; NULL: application/json */
	GBytes *body;               /* borrowed; or NULL */
	gsize max;                  /* bytes of the answer's body that are taken; 0: HTTPC_BODY_MAX */
	double connect_seconds;     /* 0: 10 */
	double silence_seconds;     /* no byte for so long is NET_ERROR_TIMEOUT; 0: 60, below 0: never. It may be
				       changed by the function that takes the pieces */
	const char *stream_type;    /* httpc_stream(): bodies of this Content-Type alone are given in pieces; or NULL */
};

struct http_answer {
	int status;
	char *type; /* the Content-Type, "" without one */
	GBytes *body;
	GPtrArray *headers; /* of "name: value", names in lower case */
};
void http_answer_free(struct http_answer *answer);

/* A header's value, borrowed from the answer; the first of that name, ignoring case; or NULL. */
const char *http_answer_header(const struct http_answer *answer, const char *name);

/* Sends and waits for the whole answer. */
struct http_answer *httpc_send(struct httpc *httpc, const struct http_call *call, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes a piece of the body; false ends the call with NET_ERROR_STOPPED, or with `error` if it set one. */
typedef bool (*http_chunk_fn)(const char *bytes, gsize size, void *arg, GError **error);

/* As httpc_send(), but the body of a 2xx answer (of the wanted type) goes to `fn`, on this thread, as it comes, without
 * a limit, and the answer's own body is empty. The body of any other answer is gathered. */
struct http_answer *httpc_stream(struct httpc *httpc, const struct http_call *call, http_chunk_fn fn, void *arg,
	struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(httpc, httpc_free)
OWN_DEFINE(http_answer, http_answer_free)
