/*
 * What the files of the HTTP server share.
 *
 * Two worlds and a queue. The loop's thread owns every libevent object and the table of *exchanges*, a request each
 * that libevent waits for an answer to. Handlers and streams live on other threads and know an exchange by its number
 * only: what they have to say is *posted*, and what is posted for a number that is gone is dropped. Locks: a stream's
 * before the queue's, and nothing is called with the queue's held.
 */
#pragma once

#include "net/httpd.h"

#include <event2/buffer.h>

struct gate;

enum post_kind {
	POST_REPLY,        /* the whole answer */
	POST_STREAM_START, /* the head of a stream */
	POST_STREAM_TEXT,
	POST_STREAM_END,
	POST_STREAM_DROP, /* the reader lags too far behind */
	POST_STOP,        /* no more connections; end the streams, fire the tokens */
	POST_QUIT,        /* end the loop when all is sent */
};

struct http_field {
	char *name, *value;
};

struct post {
	enum post_kind kind;
	guint64 id;
	int status;
	GArray *fields;        /* of struct http_field, or NULL */
	struct evbuffer *body; /* or NULL */
	gsize length;          /* of the body as it is announced: HEAD has the one without the other */
	struct http_stream *stream;
};

struct httpd {
	struct httpd_options options;
	char *socket_path;
	const struct http_route *routes;
	void *arg;
	GThreadPool *workers;
	gint stopping; /* atomic */

	GMutex lock; /* guards posts */
	GQueue posts;
	int wake_fd;

	/* Of the loop's thread, once it runs. */
	GThread *thread;
	struct event_base *base;
	struct evhttp *http;
	struct event *tick;
	struct gate *gate;
	GPtrArray *bound; /* of struct evhttp_bound_socket */
	GHashTable *exchanges;
	guint64 last_id;
	bool quitting;
	guint16 port;
};

struct http_request {
	struct httpd *httpd;
	guint64 id;
	const char *method;
	char *target; /* as it was sent */
	char *path;   /* decoded */
	GArray *params, *query, *headers, *reply_fields;
	GBytes *body;
	json_t *json;
	struct cancel *cancel;
	bool is_private, answered;
};

/* Listens where the options say. */
bool httpd_listen(struct httpd *httpd, const struct httpd_options *options, GError **error);

/* Hands a post, which is taken over, to the loop. Any thread. */
void httpd_post(struct httpd *httpd, struct post *post);
void post_free(struct post *post);

void field_add(GArray *fields, const char *name, const char *value);
GArray *fields_new(void);

/* A worker's whole work: finds the route, calls the handler, sees to an answer. Frees the request. */
void request_serve(struct http_request *data);
void request_free(struct http_request *request);

/* The loop's side of a stream. */
struct http_stream *stream_new(struct httpd *httpd, guint64 id);
void stream_close(struct http_stream *stream);
void stream_sent(struct http_stream *stream, gsize size);

OWN_DEFINE(http_request, request_free)
