/*
 * The gate: see httpd_gate.h.
 *
 * How it sees bytes first: a callback on the input buffer of each bufferevent runs inside the read, before libevent's
 * HTTP code is told. It moves everything aside and gives back what has passed. The end of an input buffer is frozen
 * outside of reads, which is why giving back thaws it.
 *
 * How it sees a connection's end: it holds a reference to each bufferevent. When libevent frees its connection it takes
 * its callbacks off the bufferevent, and the sweep finds it without any. Only then is the descriptor closed: libevent
 * would close it first and forget its events after, when another connection may have the same number.
 */
#include "net/httpd_gate.h"

#include "net/http_head.h"

#include <event2/buffer.h>
#include <sys/socket.h>

#define HELD_MAX (64u << 10)      /* sent ahead while a request is being answered */
#define BODIES_MAX (512ull << 20) /* of all requests together */
#define LINGER_SECONDS 2          /* for a refused client to read why */

static const char harmless[] = "GET / HTTP/1.1\r\nHost: refused\r\nConnection: close\r\n\r\n";

struct gate {
	struct event_base *base;
	GHashTable *conns; /* of struct conn by its bufferevent */
	guint most;
	gint64 idle;    /* microseconds */
	guint64 bodies; /* bytes promised by the requests that are through */
	void (*full)(void *arg);
	void *full_arg;
};

static void conn_free(void *data)
{
	struct conn *conn = data;
	conn->gate->bodies -= conn->body_size;
	evbuffer_free(conn->held);
	bufferevent_decref(conn->bev);
	g_free(conn);
}

struct gate *gate_new(struct event_base *base, int most, double idle_seconds)
{
	struct gate *gate = g_new0(struct gate, 1);
	gate->base = base;
	gate->most = (guint)most;
	gate->idle = (gint64)(idle_seconds * G_USEC_PER_SEC);
	gate->conns = g_hash_table_new_full(NULL, NULL, NULL, conn_free);
	return gate;
}

void gate_free(struct gate *gate)
{
	g_hash_table_destroy(gate->conns);
	g_free(gate);
}

void gate_cut(struct conn *conn)
{
	evutil_socket_t fd = bufferevent_getfd(conn->bev);
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

void gate_drop(struct conn *conn, struct evhttp_connection *evcon)
{
	bufferevent_disable(conn->bev, EV_READ | EV_WRITE);
	evhttp_connection_free(evcon);
}

/* Lets `size` bytes of what is held through to libevent. */
static void let_through(struct conn *conn, gsize size)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	evbuffer_unfreeze(input, 0);
	evbuffer_remove_buffer(conn->held, input, size);
	evbuffer_freeze(input, 0);
}

static void refuse(struct conn *conn, int status, const char *why)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	conn->refusal = status;
	conn->why = why;
	conn->busy = true;
	conn->since = g_get_monotonic_time();
	evbuffer_drain(conn->held, evbuffer_get_length(conn->held));
	evbuffer_unfreeze(input, 0);
	evbuffer_add(input, harmless, sizeof harmless - 1);
	evbuffer_freeze(input, 0);
}

/* Judges the head that the held bytes begin with. False when there is nothing more to do for now. */
static bool feed_head(struct conn *conn)
{
	gsize have = MIN(evbuffer_get_length(conn->held), HTTP_HEAD_MAX), length = 0;
	guint64 body = 0;
	const char *why = NULL;
	const char *bytes = (const char *)evbuffer_pullup(conn->held, (ev_ssize_t)have);
	int status = http_head_check(bytes, have, HTTPD_BODY_MAX, &length, &body, &why);
	if (status == HTTP_HEAD_MORE) {
		if (conn->since == 0)
			conn->since = g_get_monotonic_time();
		return false;
	}
	if (status == HTTP_HEAD_WHOLE && conn->gate->bodies + body > BODIES_MAX) {
		status = 503;
		why = "Too much is being sent to this server at once.";
	}
	if (status != HTTP_HEAD_WHOLE) {
		refuse(conn, status, why);
		return false;
	}
	conn->busy = true;
	conn->since = 0;
	conn->body_size = conn->body_left = body;
	conn->gate->bodies += body;
	let_through(conn, length);
	return true;
}

static void feed(struct conn *conn)
{
	conn->feeding = true;
	for (;;) {
		gsize have = evbuffer_get_length(conn->held);
		if (have == 0)
			break;
		if (conn->refusal) {
			evbuffer_drain(conn->held, have);
		} else if (conn->body_left > 0) {
			gsize size = (gsize)MIN(conn->body_left, have);
			conn->body_left -= size;
			let_through(conn, size);
		} else if (conn->busy) {
			if (have > HELD_MAX)
				gate_cut(conn);
			break;
		} else if (!feed_head(conn)) {
			break;
		}
	}
	conn->feeding = false;
}

static bool is_forgotten(const struct conn *conn)
{
	void *owner = NULL;
	bufferevent_getcb(conn->bev, NULL, NULL, NULL, &owner);
	return owner == NULL;
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct conn *conn = arg;
	if (conn->feeding || info->n_added == 0)
		return;
	if (is_forgotten(conn)) {
		conn->feeding = true;
		evbuffer_drain(input, evbuffer_get_length(input));
		conn->feeding = false;
		return;
	}
	if (!conn->refusal && conn->body_left >= info->n_added && evbuffer_get_length(conn->held) == 0) {
		conn->body_left -= info->n_added;
		return;
	}
	/* What libevent was given before and has not taken yet stays in front: only the new bytes are moved aside. */
	gsize old = evbuffer_get_length(input) - info->n_added;
	conn->feeding = true;
	if (old == 0) {
		evbuffer_add_buffer(conn->held, input);
	} else {
		struct evbuffer *given = evbuffer_new();
		evbuffer_remove_buffer(input, given, old);
		evbuffer_add_buffer(conn->held, input);
		evbuffer_add_buffer(input, given);
		evbuffer_free(given);
	}
	feed(conn);
}

static struct bufferevent *new_conn(struct event_base *base, void *arg)
{
	struct gate *gate = arg;
	struct conn *conn = g_new0(struct conn, 1);
	conn->gate = gate;
	conn->held = evbuffer_new();
	conn->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_incref(conn->bev);
	evbuffer_add_cb(bufferevent_get_input(conn->bev), on_input, conn);
	g_hash_table_insert(gate->conns, conn->bev, conn);
	if (g_hash_table_size(gate->conns) >= gate->most && gate->full)
		gate->full(gate->full_arg);
	return conn->bev;
}

void gate_guard(struct gate *gate, struct evhttp *http)
{
	evhttp_set_bevcb(http, new_conn, gate);
}

void gate_on_full(struct gate *gate, void (*fn)(void *arg), void *arg)
{
	gate->full = fn;
	gate->full_arg = arg;
}

struct conn *gate_find(struct gate *gate, struct evhttp_connection *evcon)
{
	return g_hash_table_lookup(gate->conns, evhttp_connection_get_bufferevent(evcon));
}

void gate_next(struct conn *conn)
{
	conn->gate->bodies -= conn->body_size;
	conn->body_size = 0;
	conn->busy = false;
	feed(conn);
}

static gboolean is_over(gpointer key, gpointer value, gpointer arg)
{
	struct conn *conn = value;
	const gint64 *now = arg;
	if (is_forgotten(conn))
		return TRUE;
	gint64 most = conn->refusal ? LINGER_SECONDS * G_USEC_PER_SEC : conn->gate->idle;
	if (conn->since != 0 && *now - conn->since > most)
		gate_cut(conn);
	return FALSE;
}

bool gate_sweep(struct gate *gate)
{
	gint64 now = g_get_monotonic_time();
	g_hash_table_foreach_remove(gate->conns, is_over, &now);
	return g_hash_table_size(gate->conns) < gate->most;
}
