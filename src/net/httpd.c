/*
 * The HTTP server's loop: see httpd.h for what it does and httpd_int.h for how its threads share the work.
 *
 * An exchange begins when libevent has a request whole, and ends in one of two callbacks, never both: on_complete, when
 * the answer is sent, or on_close, when the connection dies first. on_close is the connection's, not the request's, and
 * outlives it; so it is taken off in on_complete. A request whose connection died before its answer was begun has been
 * let go by libevent and is ours to free.
 *
 * While a request is being answered, libevent would not read and so not see the client leave. The loop turns reading on
 * again, without libevent's read callback (which would be a fatal state) and without a time limit on reading.
 */
#include "net/httpd.h"

#include "net/httpd_gate.h"
#include "net/httpd_int.h"
#include "net/problem.h"

#include <errno.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <event2/thread.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLUSH_SECONDS 1

struct exchange {
	struct httpd *httpd;
	guint64 id;
	struct evhttp_request *req;
	struct conn *conn;
	struct cancel *cancel;
	struct http_stream *stream; /* or NULL */
	gint64 last_sent;
};

/* The queue from everywhere to the loop */

void post_free(struct post *post)
{
	if (post->fields)
		g_array_unref(post->fields);
	if (post->body)
		evbuffer_free(post->body);
	http_stream_unref(post->stream);
	g_free(post);
}

void httpd_post(struct httpd *httpd, struct post *post)
{
	g_mutex_lock(&httpd->lock);
	bool first = g_queue_is_empty(&httpd->posts);
	g_queue_push_tail(&httpd->posts, post);
	g_mutex_unlock(&httpd->lock);
	if (first && eventfd_write(httpd->wake_fd, 1) < 0)
		g_error("eventfd_write: %s", g_strerror(errno));
}

static void post_kind(struct httpd *httpd, enum post_kind kind)
{
	struct post *post = g_new0(struct post, 1);
	post->kind = kind;
	httpd_post(httpd, post);
}

/* Exchanges */

static void exchange_free(void *data)
{
	struct exchange *exchange = data;
	cancel_unref(exchange->cancel);
	if (exchange->stream) {
		stream_close(exchange->stream);
		http_stream_unref(exchange->stream);
	}
	g_free(exchange);
}

static void set_timeouts(const struct httpd *httpd, struct bufferevent *bev, bool reading)
{
	struct timeval limit = {(time_t)httpd->options.idle_seconds,
		(suseconds_t)((httpd->options.idle_seconds - (double)(time_t)httpd->options.idle_seconds) * 1e6)};
	bufferevent_set_timeouts(bev, reading ? &limit : NULL, &limit);
}

static void end_exchange(struct exchange *exchange)
{
	struct httpd *httpd = exchange->httpd;
	g_hash_table_remove(httpd->exchanges, &exchange->id);
	if (httpd->quitting && g_hash_table_size(httpd->exchanges) == 0)
		event_base_loopexit(httpd->base, NULL);
}

static void on_close(struct evhttp_connection *evcon, void *arg)
{
	struct exchange *exchange = arg;
	if (!evhttp_request_get_connection(exchange->req))
		evhttp_request_free(exchange->req);
	cancel_fire(exchange->cancel);
	end_exchange(exchange);
}

static void on_complete(struct evhttp_request *req, void *arg)
{
	struct exchange *exchange = arg;
	struct conn *conn = exchange->conn;
	evhttp_connection_set_closecb(evhttp_request_get_connection(req), NULL, NULL);
	set_timeouts(exchange->httpd, conn->bev, true);
	end_exchange(exchange);
	gate_next(conn);
}

static void watch_client(struct exchange *exchange, struct evhttp_connection *evcon)
{
	bufferevent_data_cb on_write = NULL;
	bufferevent_event_cb on_event = NULL;
	void *arg = NULL;
	struct bufferevent *bev = exchange->conn->bev;
	evhttp_connection_set_closecb(evcon, on_close, exchange);
	evhttp_request_set_on_complete_cb(exchange->req, on_complete, exchange);
	bufferevent_getcb(bev, NULL, &on_write, &on_event, &arg);
	bufferevent_setcb(bev, NULL, on_write, on_event, arg);
	set_timeouts(exchange->httpd, bev, false);
	bufferevent_enable(bev, EV_READ);
}

static struct exchange *exchange_new(struct httpd *httpd, struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);
	struct exchange *exchange = g_new0(struct exchange, 1);
	exchange->httpd = httpd;
	exchange->id = ++httpd->last_id;
	exchange->req = req;
	exchange->conn = gate_find(httpd->gate, evcon);
	exchange->cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	g_hash_table_insert(httpd->exchanges, &exchange->id, exchange);
	watch_client(exchange, evcon);
	return exchange;
}

/* Requests in */

static const char *method_name(enum evhttp_cmd_type type)
{
	switch (type) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	default:
		return "OPTIONS"; /* the gate lets no other through */
	}
}

static bool came_by_socket_file(const struct conn *conn)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	return getsockname(bufferevent_getfd(conn->bev), (struct sockaddr *)&address, &size) == 0 &&
	       address.ss_family == AF_UNIX;
}

static GBytes *take_body(struct evhttp_request *req)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(req);
	gsize size = evbuffer_get_length(input);
	void *data = g_malloc(size);
	evbuffer_remove(input, data, size);
	return g_bytes_new_take(data, size);
}

static struct http_request *copy_request(const struct exchange *exchange)
{
	struct http_request *request = g_new0(struct http_request, 1);
	request->httpd = exchange->httpd;
	request->id = exchange->id;
	request->method = method_name(evhttp_request_get_command(exchange->req));
	request->target = g_strdup(evhttp_request_get_uri(exchange->req));
	request->params = fields_new();
	request->query = fields_new();
	request->headers = fields_new();
	request->reply_fields = fields_new();
	request->body = take_body(exchange->req);
	request->cancel = cancel_ref(exchange->cancel);
	request->is_private = came_by_socket_file(exchange->conn);
	struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->req);
	for (struct evkeyval *header = headers->tqh_first; header; header = header->next.tqe_next)
		if (g_utf8_validate(header->value, -1, NULL))
			field_add(request->headers, header->key, header->value);
	return request;
}

static void on_refusal_sent(struct evhttp_connection *evcon, void *arg)
{
	shutdown(bufferevent_getfd(evhttp_connection_get_bufferevent(evcon)), SHUT_WR);
}

/* Answers what the gate stopped. The connection is closed for writing only, and left to the client or the sweep to end:
 * a full close with bytes unread would take the answer away from under the client. */
static void refuse(struct exchange *exchange)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->req);
	const struct conn *conn = exchange->conn;
	json_t *json = problem_make(conn->refusal, "http.refused", conn->why, NULL);
	g_autofree char *text = json_print(json);
	json_decref(json);
	g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, strlen(text));
	struct evbuffer *body = evbuffer_new();
	evbuffer_add(body, text, strlen(text));
	evhttp_add_header(headers, "Content-Type", PROBLEM_TYPE);
	evhttp_add_header(headers, "Content-Length", length);
	evhttp_add_header(headers, "Connection", "close");
	evhttp_send_reply_start(exchange->req, conn->refusal, problem_status_title(conn->refusal));
	evhttp_send_reply_chunk_with_cb(exchange->req, body, on_refusal_sent, NULL);
	evbuffer_free(body);
}

static void on_request(struct evhttp_request *req, void *arg)
{
	struct httpd *httpd = arg;
	struct exchange *exchange = exchange_new(httpd, req);
	if (exchange->conn->refusal)
		refuse(exchange);
	else
		g_thread_pool_push(httpd->workers, copy_request(exchange), NULL);
}

static void on_worker(gpointer data, gpointer arg)
{
	request_serve(data);
}

/* Answers out */

static void put_fields(struct exchange *exchange, const GArray *fields)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->req);
	for (guint i = 0; i < fields->len; i++) {
		const struct http_field *field = &g_array_index(fields, struct http_field, i);
		evhttp_add_header(headers, field->name, field->value);
	}
	evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	if (g_atomic_int_get(&exchange->httpd->stopping))
		evhttp_add_header(headers, "Connection", "close");
}

static void send_reply(struct exchange *exchange, struct post *post)
{
	put_fields(exchange, post->fields);
	if (post->status != 204 && post->status != 304) {
		g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, post->length);
		evhttp_add_header(evhttp_request_get_output_headers(exchange->req), "Content-Length", length);
	}
	evhttp_send_reply(exchange->req, post->status, problem_status_title(post->status), post->body);
}

static void send_text(struct exchange *exchange, struct evbuffer *text)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(exchange->req);
	struct evbuffer *output = bufferevent_get_output(exchange->conn->bev);
	if (evbuffer_get_length(output) > exchange->httpd->options.stream_queue) {
		gate_drop(exchange->conn, evcon);
		return;
	}
	exchange->last_sent = g_get_monotonic_time();
	evhttp_send_reply_chunk(exchange->req, text);
}

static void start_stream(struct exchange *exchange, struct post *post)
{
	exchange->stream = g_steal_pointer(&post->stream);
	exchange->last_sent = g_get_monotonic_time();
	put_fields(exchange, post->fields);
	evhttp_send_reply_start(exchange->req, post->status, problem_status_title(post->status));
}

static void end_stream(struct exchange *exchange)
{
	struct http_stream *stream = g_steal_pointer(&exchange->stream);
	evhttp_send_reply_end(exchange->req);
	stream_close(stream);
	http_stream_unref(stream);
}

/* `fn` may end any of them, by way of libevent's callbacks. */
static void for_each_exchange(struct httpd *httpd, void (*fn)(struct exchange *exchange))
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	GHashTableIter iter;
	gpointer id = NULL;
	g_hash_table_iter_init(&iter, httpd->exchanges);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		g_array_append_vals(ids, id, 1);
	for (guint i = 0; i < ids->len; i++) {
		struct exchange *exchange = g_hash_table_lookup(httpd->exchanges, &g_array_index(ids, guint64, i));
		if (exchange)
			fn(exchange);
	}
}

static void stop_exchange(struct exchange *exchange)
{
	cancel_fire(exchange->cancel);
	if (exchange->stream)
		end_stream(exchange);
}

static void begin_stop(struct httpd *httpd)
{
	for (guint i = 0; i < httpd->bound->len; i++)
		evhttp_del_accept_socket(httpd->http, httpd->bound->pdata[i]);
	g_ptr_array_set_size(httpd->bound, 0);
	for_each_exchange(httpd, stop_exchange);
}

/* Cuts what only the client could end, so that the loop need not wait for it. */
static void cut_refused(struct exchange *exchange)
{
	if (exchange->conn->refusal)
		gate_cut(exchange->conn);
}

static void begin_quit(struct httpd *httpd)
{
	struct timeval limit = {FLUSH_SECONDS, 0};
	httpd->quitting = true;
	for_each_exchange(httpd, stop_exchange);
	for_each_exchange(httpd, cut_refused);
	event_base_loopexit(httpd->base, g_hash_table_size(httpd->exchanges) > 0 ? &limit : NULL);
}

static void take_for_exchange(struct exchange *exchange, struct post *post)
{
	switch (post->kind) {
	case POST_REPLY:
		send_reply(exchange, post);
		break;
	case POST_STREAM_START:
		start_stream(exchange, post);
		break;
	case POST_STREAM_TEXT:
		if (exchange->stream) {
			stream_sent(exchange->stream, post->length);
			send_text(exchange, post->body);
		}
		break;
	case POST_STREAM_END:
		if (exchange->stream)
			end_stream(exchange);
		break;
	default: /* POST_STREAM_DROP */
		gate_drop(exchange->conn, evhttp_request_get_connection(exchange->req));
		break;
	}
}

static void take_post(struct httpd *httpd, struct post *post)
{
	if (post->kind == POST_STOP) {
		begin_stop(httpd);
		return;
	}
	if (post->kind == POST_QUIT) {
		begin_quit(httpd);
		return;
	}
	struct exchange *exchange = g_hash_table_lookup(httpd->exchanges, &post->id);
	if (exchange)
		take_for_exchange(exchange, post);
	else if (post->stream)
		stream_close(post->stream);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *httpd = arg;
	eventfd_t count = 0;
	GQueue posts = G_QUEUE_INIT;
	eventfd_read(fd, &count);
	g_mutex_lock(&httpd->lock);
	posts = httpd->posts;
	g_queue_init(&httpd->posts);
	g_mutex_unlock(&httpd->lock);
	for (struct post *post = g_queue_pop_head(&posts); post; post = g_queue_pop_head(&posts)) {
		take_post(httpd, post);
		post_free(post);
	}
}

/* The clock */

static void beat(struct exchange *exchange)
{
	double silent = (double)(g_get_monotonic_time() - exchange->last_sent) / G_USEC_PER_SEC;
	if (!exchange->stream || silent < exchange->httpd->options.heartbeat_seconds)
		return;
	struct evbuffer *text = evbuffer_new();
	evbuffer_add(text, ": alive\n\n", 9);
	send_text(exchange, text);
	evbuffer_free(text);
}

static void set_listening(struct httpd *httpd, bool on)
{
	for (guint i = 0; i < httpd->bound->len; i++) {
		struct evconnlistener *listener = evhttp_bound_socket_get_listener(httpd->bound->pdata[i]);
		if (on)
			evconnlistener_enable(listener);
		else
			evconnlistener_disable(listener);
	}
}

/* No place is left, unless the sweep that comes at once finds one. */
static void on_full(void *arg)
{
	struct httpd *httpd = arg;
	set_listening(httpd, false);
	event_active(httpd->tick, EV_TIMEOUT, 0);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *httpd = arg;
	for_each_exchange(httpd, beat);
	if (gate_sweep(httpd->gate))
		set_listening(httpd, true);
}

static void run_loop(struct httpd *httpd)
{
	double seconds = MIN(1.0, httpd->options.heartbeat_seconds / 2);
	struct timeval every = {(time_t)seconds, (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)};
	struct event *wake = event_new(httpd->base, httpd->wake_fd, EV_READ | EV_PERSIST, on_wake, httpd);
	httpd->tick = event_new(httpd->base, -1, EV_PERSIST, on_tick, httpd);
	event_add(wake, NULL);
	event_add(httpd->tick, &every);
	event_base_dispatch(httpd->base);
	event_free(wake);
	event_free(httpd->tick);
}

static void *loop_main(void *arg)
{
	/* Writing to a client that has gone is an error of that connection, not a signal to the process. */
	sigset_t broken_pipe;
	sigemptyset(&broken_pipe);
	sigaddset(&broken_pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
	run_loop(arg);
	return NULL;
}

/* Beginning and end */

static void httpd_free(struct httpd *httpd)
{
	evhttp_free(httpd->http);
	g_hash_table_destroy(httpd->exchanges);
	gate_free(httpd->gate);
	event_base_free(httpd->base);
	for (struct post *post = g_queue_pop_head(&httpd->posts); post; post = g_queue_pop_head(&httpd->posts)) {
		if (post->stream)
			stream_close(post->stream);
		post_free(post);
	}
	if (httpd->socket_path)
		g_unlink(httpd->socket_path);
	g_free(httpd->socket_path);
	g_ptr_array_unref(httpd->bound);
	g_mutex_clear(&httpd->lock);
	close(httpd->wake_fd);
	g_free(httpd);
}

static void init_threads(void)
{
	evthread_use_pthreads();
}

static struct httpd *httpd_new(const struct httpd_options *options, const struct http_route *routes, void *arg)
{
	static pthread_once_t threads_ready = PTHREAD_ONCE_INIT;
	pthread_once(&threads_ready, init_threads);
	struct httpd *httpd = g_new0(struct httpd, 1);
	httpd->options = *options;
	httpd->routes = routes;
	httpd->arg = arg;
	g_mutex_init(&httpd->lock);
	g_queue_init(&httpd->posts);
	httpd->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (httpd->wake_fd < 0)
		g_error("eventfd: %s", g_strerror(errno));
	httpd->bound = g_ptr_array_new();
	httpd->exchanges = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, exchange_free);
	httpd->base = event_base_new();
	httpd->http = evhttp_new(httpd->base);
	httpd->gate = gate_new(httpd->base, options->connections, options->idle_seconds);
	gate_guard(httpd->gate, httpd->http);
	gate_on_full(httpd->gate, on_full, httpd);
	evhttp_set_gencb(httpd->http, on_request, httpd);
	evhttp_set_allowed_methods(httpd->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
							EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS);
	evhttp_set_max_headers_size(httpd->http, 1 << 16);
	evhttp_set_max_body_size(httpd->http, HTTPD_BODY_MAX);
	evhttp_set_timeout(httpd->http, MAX(1, (int)options->idle_seconds));
	return httpd;
}

struct httpd *httpd_start(
	const struct httpd_options *options, const struct http_route *routes, void *arg, GError **error)
{
	struct httpd *httpd = httpd_new(options, routes, arg);
	if (!httpd_listen(httpd, options, error)) {
		httpd_free(httpd);
		return NULL;
	}
	/* The options' own strings are not needed past this, and may go. */
	httpd->options.socket_path = httpd->options.host = NULL;
	httpd->workers = g_thread_pool_new(on_worker, NULL, options->workers, FALSE, NULL);
	httpd->thread = g_thread_new("httpd", loop_main, httpd);
	return httpd;
}

void httpd_stop(struct httpd *httpd)
{
	if (!httpd)
		return;
	g_atomic_int_set(&httpd->stopping, 1);
	post_kind(httpd, POST_STOP);
	g_thread_pool_free(httpd->workers, FALSE, TRUE);
	post_kind(httpd, POST_QUIT);
	g_thread_join(httpd->thread);
	httpd_free(httpd);
}

guint16 httpd_port(const struct httpd *httpd)
{
	return httpd->port;
}
