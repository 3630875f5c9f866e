/*
 * The HTTP server: routes in a table, handlers that may block, event streams that any thread may feed.
 *
 * One thread of its own runs the sockets. A request is handed to its route's handler on a pool of worker threads; the
 * handler answers exactly once, with one of the http_reply_ functions or with http_stream_start(), and returns. A
 * handler that returns without an answer has answered 500. A struct http_request is valid inside its handler only and
 * belongs to that thread; a struct http_stream is shared by counting and may be used by all.
 *
 * What is refused before a handler sees it, each with a problem document: bytes that are not a strict HTTP/1.1 request
 * (400, and the connection ends), an expectation or a transfer coding (417, 501), heads past 16 KiB (431), bodies past
 * HTTPD_BODY_MAX (413), unknown paths (404) and methods (405). Nothing here knows TLS: that is a proxy's work.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/own.h"

#define HTTPD_BODY_MAX (32u << 20)

struct httpd;
struct http_request;
struct http_stream;

typedef void (*http_handler)(struct http_request *request, void *arg);

/* A segment "{name}" of the pattern takes one segment of the path, a last "{name...}" takes all the rest, slashes
 * included. Where two rows match, the earlier one has it. GET rows answer HEAD, too. */
struct http_route {
	const char *method;
	const char *pattern; /* "/v1/sessions/{id}/events" */
	http_handler handler;
};

struct httpd_options {
	const char *socket_path;  /* listen on this Unix socket, mode 0600, its folder made with 0700; NULL: do not */
	const char *host;         /* listen on this address, "127.0.0.1" or "::1"; NULL: do not */
	guint16 port;             /* of host; 0 takes a free one, see httpd_port() */
	int workers;              /* handlers at once, 1 to 256 */
	int connections;          /* open at once, 1 to 100,000; the next ones wait in the backlog */
	double heartbeat_seconds; /* between comments on a silent stream */
	double idle_seconds;      /* a connection that says nothing for so long is closed */
	gsize stream_queue;       /* bytes a stream may lag behind before its reader is dropped */
	http_handler admit;       /* before each handler, on its thread; to refuse, it answers. NULL: all are welcome */
};
#define HTTPD_OPTIONS_DEFAULT                                                                                          \
	{                                                                                                              \
		.workers = 16, .connections = 1024, .heartbeat_seconds = 15, .idle_seconds = 60,                       \
		.stream_queue = 1u << 20                                                                               \
	}

/* Listens, and serves until httpd_stop(). `routes` end with a row of NULLs and, like `arg`, which every handler is
 * given, must live until then. A stale socket file is replaced; one that somebody listens on is NET_ERROR_LISTEN. */
struct httpd *httpd_start(const struct httpd_options *options, const struct http_route *routes, void *arg,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends listening, then the streams; fires the token of every request, waits for the handlers, sends what is still to
 * send for at most a second, and frees all. NULL is fine. Not from a handler. */
void httpd_stop(struct httpd *httpd);

/* The TCP port it listens on, 0 without one. */
guint16 httpd_port(const struct httpd *httpd);

/* What was asked. All strings are borrowed for the handler's time, decoded where they were percent-encoded, and UTF-8
 * without NUL; NULL where there is none. */
const char *http_path(const struct http_request *request);
const char *http_param(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);
const char *http_header(const struct http_request *request, const char *name);

/* True when it came through the Unix socket, which only this user can open. */
bool http_is_private(const struct http_request *request);

/* The body, empty when there was none; borrowed. */
GBytes *http_body(const struct http_request *request);

/* The body as JSON, parsed at the first call; borrowed. NULL with a JSON_ERROR. */
json_t *http_json(struct http_request *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Fires when the client leaves or the server stops; borrowed. Hand it to whatever the handler waits for. */
struct cancel *http_cancel(const struct http_request *request);

/* A header for the answer to come: "Location", "ETag", "Cache-Control". Before the http_reply_ call. */
void http_set_header(struct http_request *request, const char *name, const char *value);

/* Answers. `json` is taken over, `bytes` borrowed. The detail of a problem is one sentence for a person. */
void http_reply_json(struct http_request *request, int status, json_t *json);
void http_reply_bytes(struct http_request *request, int status, const char *type, GBytes *bytes);
void http_reply_empty(struct http_request *request, int status);
void http_reply_problem(struct http_request *request, int status, const char *code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
void http_reply_problem_with(
	struct http_request *request, int status, const char *code, const char *detail, const json_t *more);

/* Answers 200 with a regular file, which is not read into memory. `type` NULL is guessed from the name. False, with a
 * G_FILE_ERROR and no answer yet, when it cannot be opened. */
bool http_reply_file(
	struct http_request *request, const char *path, const char *type, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Answers 200 text/event-stream and keeps the connection. Never NULL: when the reader has already gone, the stream is
 * closed. New reference. The handler may return at once; the stream lives until it is ended or the reader goes. */
struct http_stream *http_stream_start(struct http_request *request);
struct http_stream *http_stream_ref(struct http_stream *stream);
void http_stream_unref(struct http_stream *stream);

/* Queues one event (see sse_write()); never blocks. False when the stream is closed: it was ended, the reader has gone,
 * or it lagged too far behind and was dropped; it may come back with Last-Event-ID. */
bool http_stream_send(struct http_stream *stream, const char *id, const char *event, const char *data);

/* Sends what is queued and closes. May be called twice. */
void http_stream_end(struct http_stream *stream);

bool http_stream_closed(const struct http_stream *stream);

/* Fires when the stream is closed, for whatever reason; borrowed from the stream. */
struct cancel *http_stream_cancel(const struct http_stream *stream);

/* Calls `fn` once when the stream closes, on whichever thread closed it, or now if it is closed. `fn` must not block.
 * One at most for a stream. */
void http_stream_on_close(struct http_stream *stream, void (*fn)(void *arg), void *arg);

OWN_DEFINE(httpd, httpd_stop)
OWN_DEFINE(http_stream, http_stream_unref)
