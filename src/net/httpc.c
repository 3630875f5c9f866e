/*
 * The HTTP client: see httpc.h. A call drives a multi handle of its own on the caller's thread, so that it can wait for
 * the socket and for the cancel token at once. The handle, with the connection it keeps, is a *lane*; idle lanes are
 * kept for the next call.
 */
#include "net/httpc.h"

#include "net/net.h"
#include "net/trust_int.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#define LANES_KEPT 8
#define HEADERS_MAX 200
#define SLICE_MS 1000 /* the longest sleep between two looks at the clock */

struct lane {
	CURLM *multi;
	CURL *easy;
};

struct httpc {
	char *socket_path, *no_proxy;
	struct trust *trust;
	GMutex lock; /* guards lanes */
	GQueue lanes;
};

/* One call in flight. */
struct flight {
	const struct http_call *call;
	CURL *easy;
	http_chunk_fn fn;
	void *arg;
	struct http_answer *answer;
	GByteArray *body;
	gsize max;
	enum { KIND_UNKNOWN, KIND_STREAM, KIND_WHOLE } kind; /* of the answer's body */
	gint64 last_news;                                    /* when the last byte came or went */
	curl_off_t uploaded;
	GError *error; /* of a callback */
};

static void lane_free(struct lane *lane)
{
	curl_easy_cleanup(lane->easy);
	curl_multi_cleanup(lane->multi);
	g_free(lane);
}

static void init_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct httpc *httpc_new(const char *socket_path)
{
	static pthread_once_t curl_ready = PTHREAD_ONCE_INIT;
	pthread_once(&curl_ready, init_curl);
	const char *others = g_getenv("no_proxy") ? g_getenv("no_proxy") : g_getenv("NO_PROXY");
	struct httpc *httpc = g_new0(struct httpc, 1);
	httpc->socket_path = g_strdup(socket_path);
	httpc->no_proxy = g_strconcat("localhost,127.0.0.1,::1", others ? "," : "", others, NULL);
	httpc->trust = trust_new();
	g_mutex_init(&httpc->lock);
	g_queue_init(&httpc->lanes);
	return httpc;
}

void httpc_trust(struct httpc *httpc, const char *ca_file)
{
	trust_set(httpc->trust, ca_file);
}

void httpc_free(struct httpc *httpc)
{
	if (!httpc)
		return;
	for (struct lane *lane = g_queue_pop_head(&httpc->lanes); lane; lane = g_queue_pop_head(&httpc->lanes))
		lane_free(lane);
	g_mutex_clear(&httpc->lock);
	g_free(httpc->socket_path);
	g_free(httpc->no_proxy);
	trust_free(httpc->trust);
	g_free(httpc);
}

static struct lane *take_lane(struct httpc *httpc)
{
	g_mutex_lock(&httpc->lock);
	struct lane *lane = g_queue_pop_head(&httpc->lanes);
	g_mutex_unlock(&httpc->lock);
	if (!lane) {
		lane = g_new0(struct lane, 1);
		lane->multi = curl_multi_init();
		lane->easy = curl_easy_init();
		if (!lane->multi || !lane->easy)
			g_error("libcurl gives no handle");
	}
	return lane;
}

static void give_lane(struct httpc *httpc, struct lane *lane)
{
	curl_easy_reset(lane->easy);
	g_mutex_lock(&httpc->lock);
	bool keep = g_queue_get_length(&httpc->lanes) < LANES_KEPT;
	if (keep)
		g_queue_push_head(&httpc->lanes, lane);
	g_mutex_unlock(&httpc->lock);
	if (!keep)
		lane_free(lane);
}

void http_answer_free(struct http_answer *answer)
{
	if (!answer)
		return;
	g_free(answer->type);
	if (answer->body)
		g_bytes_unref(answer->body);
	g_ptr_array_unref(answer->headers);
	g_free(answer);
}

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
	gsize size = strlen(name);
	for (guint i = 0; i < answer->headers->len; i++) {
		const char *line = answer->headers->pdata[i];
		if (g_ascii_strncasecmp(line, name, size) == 0 && line[size] == ':')
			return line + size + 2;
	}
	return NULL;
}

/* What libcurl calls */

static size_t on_header(char *bytes, size_t one, size_t size, void *arg)
{
	struct flight *flight = arg;
	flight->last_news = g_get_monotonic_time();
	g_autofree char *line = g_strndup(bytes, size);
	g_strchomp(line);
	char *colon = strchr(line, ':');
	if (g_str_has_prefix(line, "HTTP/")) {
		g_ptr_array_set_size(flight->answer->headers, 0); /* what came before was a 100 Continue */
	} else if (colon && flight->answer->headers->len < HEADERS_MAX) {
		*colon = '\0';
		g_autofree char *name = g_ascii_strdown(line, -1);
		g_ptr_array_add(flight->answer->headers, g_strdup_printf("%s: %s", name, g_strstrip(colon + 1)));
	}
	return size;
}

/* Whether this answer's body is given in pieces: known with its first piece. */
static bool is_streamed(struct flight *flight)
{
	long status = 0;
	char *type = NULL;
	if (!flight->fn || flight->kind != KIND_UNKNOWN)
		return flight->kind == KIND_STREAM;
	curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(flight->easy, CURLINFO_CONTENT_TYPE, &type);
	const char *wanted = flight->call->stream_type;
	gsize size = wanted ? strlen(wanted) : 0;
	bool typed = !wanted || (type && g_ascii_strncasecmp(type, wanted, size) == 0 && !g_ascii_isalnum(type[size]));
	flight->kind = status / 100 == 2 && typed ? KIND_STREAM : KIND_WHOLE;
	return flight->kind == KIND_STREAM;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *arg)
{
	struct flight *flight = arg;
	flight->last_news = g_get_monotonic_time();
	if (is_streamed(flight)) {
		if (flight->fn(bytes, size, flight->arg, &flight->error))
			return size;
		if (!flight->error)
			g_set_error_literal(
				&flight->error, NET_ERROR, NET_ERROR_STOPPED, "the reader of the answer stopped");
		return 0;
	}
	if (flight->body->len + size > flight->max) {
		g_set_error(&flight->error, NET_ERROR, NET_ERROR_TOO_LONG,
			"the answer of %s is longer than %" G_GSIZE_FORMAT " bytes", flight->call->url, flight->max);
		return 0;
	}
	g_byte_array_append(flight->body, (const guint8 *)bytes, (guint)size);
	return size;
}

/* Setting up */

static struct curl_slist *make_headers(const struct http_call *call)
{
	struct curl_slist *list = NULL;
	if (call->body) {
		g_autofree char *type =
			g_strconcat("Content-Type: ", call->type ? call->type : "application/json", NULL);
		list = curl_slist_append(list, type);
	}
	for (const char *const *header = call->headers; header && *header; header++)
		list = curl_slist_append(list, *header);
	return list;
}

static void set_method(CURL *easy, const struct http_call *call)
{
	gsize size = 0;
	const char *bytes = call->body ? g_bytes_get_data(call->body, &size) : NULL;
	const char *method = call->method ? call->method : call->body ? "POST" : "GET";
	if (strcmp(method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else if (call->body || strcmp(method, "POST") == 0) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes ? bytes : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_up(const struct httpc *httpc, struct flight *flight, struct curl_slist *headers)
{
	CURL *easy = flight->easy;
	const struct http_call *call = flight->call;
	double connect_seconds = call->connect_seconds > 0 ? call->connect_seconds : 10;
	curl_easy_setopt(easy, CURLOPT_URL, call->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a cancel does not wait for the name service */
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(connect_seconds * 1000));
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "ll3m/" LL3M_VERSION);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, httpc->no_proxy);
	if (httpc->socket_path) {
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, httpc->socket_path);
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, flight);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	set_method(easy, call);
}

/* Flying */

static enum net_error_code error_of(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
		return NET_ERROR_ADDRESS;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return NET_ERROR_CONNECT;
	case CURLE_OPERATION_TIMEDOUT: /* only connecting has a limit inside libcurl */
		return NET_ERROR_CONNECT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CONNECT_ERROR:
		return NET_ERROR_TLS;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return NET_ERROR_CUT;
	default:
		return NET_ERROR_PROTOCOL;
	}
}

static bool is_silent(struct flight *flight, gint64 *left_ms, GError **error)
{
	double seconds = flight->call->silence_seconds;
	curl_off_t uploaded = 0;
	if (seconds < 0)
		return false;
	if (seconds == 0)
		seconds = 60;
	curl_easy_getinfo(flight->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	gint64 now = g_get_monotonic_time();
	if (uploaded != flight->uploaded)
		flight->last_news = now;
	flight->uploaded = uploaded;
	*left_ms = (gint64)(seconds * 1000) - (now - flight->last_news) / 1000;
	if (*left_ms > 0)
		return false;
	g_set_error(error, NET_ERROR, NET_ERROR_TIMEOUT, "%s has been silent for %g s", flight->call->url, seconds);
	return true;
}

/* Sleeps until the socket or the token has news. */
static void doze(CURLM *multi, struct cancel *cancel, gint64 most_ms)
{
	struct curl_waitfd waits = {.fd = cancel_fd(cancel), .events = CURL_WAIT_POLLIN};
	gint64 ms = MIN(most_ms, SLICE_MS);
	int deadline = cancel_timeout_ms(cancel);
	if (deadline >= 0)
		ms = MIN(ms, deadline);
	curl_multi_poll(multi, &waits, cancel ? 1 : 0, (int)ms, NULL);
}

static bool fly(struct lane *lane, struct flight *flight, struct cancel *cancel, GError **error)
{
	int running = 1;
	flight->last_news = g_get_monotonic_time();
	for (;;) {
		gint64 left_ms = SLICE_MS;
		if (cancel_check(cancel, error) || is_silent(flight, &left_ms, error))
			return false;
		curl_multi_perform(lane->multi, &running);
		if (running == 0)
			break;
		doze(lane->multi, cancel, left_ms);
	}
	int left = 0;
	const CURLMsg *message = curl_multi_info_read(lane->multi, &left);
	CURLcode code = message ? message->data.result : CURLE_FAILED_INIT;
	if (flight->error) {
		g_propagate_error(error, g_steal_pointer(&flight->error));
		return false;
	}
	if (code != CURLE_OK)
		g_set_error(error, NET_ERROR, error_of(code), "%s: %s", flight->call->url, curl_easy_strerror(code));
	return code == CURLE_OK;
}

/* TLS writes to a peer that has gone raise SIGPIPE, and libcurl leaves that to its user. It is held back on this thread
 * while a call flies, and what the call raised is taken away before it is let in again. True when one was pending
 * already, which is not ours to take. */
static bool hold_broken_pipe(sigset_t *before)
{
	sigset_t pending, broken_pipe;
	sigpending(&pending);
	sigemptyset(&broken_pipe);
	sigaddset(&broken_pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &broken_pipe, before);
	return sigismember(&pending, SIGPIPE) == 1;
}

static void release_broken_pipe(const sigset_t *before, bool was_pending)
{
	sigset_t broken_pipe;
	sigemptyset(&broken_pipe);
	sigaddset(&broken_pipe, SIGPIPE);
	if (!was_pending)
		sigtimedwait(&broken_pipe, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void finish_answer(struct flight *flight)
{
	long status = 0;
	curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	flight->answer->status = (int)status;
	const char *type = http_answer_header(flight->answer, "content-type");
	flight->answer->type = g_strdup(type ? type : "");
	flight->answer->body = g_byte_array_free_to_bytes(flight->body);
}

struct http_answer *httpc_stream(struct httpc *httpc, const struct http_call *call, http_chunk_fn fn, void *arg,
	struct cancel *cancel, GError **error)
{
	if (!g_str_has_prefix(call->url, "http://") && !g_str_has_prefix(call->url, "https://")) {
		g_set_error(error, NET_ERROR, NET_ERROR_ADDRESS, "%s is not an http or https URL", call->url);
		return NULL;
	}
	struct lane *lane = take_lane(httpc);
	struct curl_slist *headers = make_headers(call);
	struct flight flight = {.call = call, .easy = lane->easy, .fn = fn, .arg = arg};
	flight.max = call->max > 0 ? call->max : HTTPC_BODY_MAX;
	flight.body = g_byte_array_new();
	flight.answer = g_new0(struct http_answer, 1);
	flight.answer->headers = g_ptr_array_new_with_free_func(g_free);
	set_up(httpc, &flight, headers);
	bool done = !g_str_has_prefix(call->url, "https://") || trust_apply(httpc->trust, lane->easy, error);
	sigset_t before;
	bool was_pending = hold_broken_pipe(&before);
	curl_multi_add_handle(lane->multi, lane->easy);
	done = done && fly(lane, &flight, cancel, error);
	if (done) {
		finish_answer(&flight);
	} else {
		g_byte_array_unref(flight.body);
		http_answer_free(flight.answer);
		flight.answer = NULL;
	}
	curl_multi_remove_handle(lane->multi, lane->easy);
	release_broken_pipe(&before, was_pending);
	g_clear_error(&flight.error);
	curl_slist_free_all(headers);
	give_lane(httpc, lane);
	return flight.answer;
}

struct http_answer *httpc_send(struct httpc *httpc, const struct http_call *call, struct cancel *cancel, GError **error)
{
	return httpc_stream(httpc, call, NULL, NULL, cancel, error);
}
