/*
 * The gate in front of libevent's parser, for httpd.c alone. It makes each connection's bufferevent, takes the bytes as
 * they come in, lets a request through only when its head is whole and beyond doubt (http_head.h), and one at a time.
 * In place of a request that must be refused, libevent is given a harmless one, and the refusal is left at the
 * connection. It also counts the connections, of which evhttp 2.1 keeps no account. All of it belongs to the loop's
 * thread.
 */
#pragma once

#include "net/httpd.h"

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

struct gate;

struct conn {
	struct gate *gate;
	struct bufferevent *bev; /* a reference of our own: it outlives libevent's connection until the next sweep */
	struct evbuffer *held;   /* bytes that libevent has not been given yet */
	guint64 body_size;       /* of the request that is through */
	guint64 body_left;       /* of it, still to come */
	gint64 since;            /* when an unfinished head began, or a refusal was sent; 0 otherwise */
	int refusal;             /* the status, 0 for none */
	const char *why;
	bool busy;    /* a request is with libevent */
	bool feeding; /* bytes are being moved: the callback that sees it happen is ours */
};

struct gate *gate_new(struct event_base *base, int most, double idle_seconds);
void gate_free(struct gate *gate);

/* Makes `http` use this gate for every connection of its listeners. */
void gate_guard(struct gate *gate, struct evhttp *http);

/* What is known of the connection that a request came by. */
struct conn *gate_find(struct gate *gate, struct evhttp_connection *evcon);

/* The request is answered: the next one may come through. */
void gate_next(struct conn *conn);

/* Cuts the connection; libevent finds out by itself. */
void gate_cut(struct conn *conn);

/* Ends it at once, with whatever is still to be sent. Its close callback is called. */
void gate_drop(struct conn *conn, struct evhttp_connection *evcon);

/* Forgets connections that libevent has closed and cuts those that dawdle. True when there is room for more. */
bool gate_sweep(struct gate *gate);

/* Called, on the loop's thread, when the last free place is taken. */
void gate_on_full(struct gate *gate, void (*fn)(void *arg), void *arg);
