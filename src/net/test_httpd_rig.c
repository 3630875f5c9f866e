#include "net/test_httpd_rig.h"

#include "base/file.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void on_hello(struct http_request *request, void *arg)
{
	http_set_header(request, "X-Private", http_is_private(request) ? "yes" : "no");
	http_reply_json(request, 200, json_make("{s:s}", "hello", "world"));
}

static void on_echo(struct http_request *request, void *arg)
{
	http_reply_bytes(request, 201, http_header(request, "content-type"), http_body(request));
}

static void on_json(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *json = http_json(request, &error);
	if (json)
		http_reply_json(request, 200, json_incref(json));
	else
		http_reply_problem(request, 422, "json.syntax", "%s", error->message);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static void on_thing(struct http_request *request, void *arg)
{
	http_reply_json(request, 200,
		json_make("{s:o, s:o, s:o, s:s}", "id", text_or_null(http_param(request, "id")), "rest",
			text_or_null(http_param(request, "rest")), "q", text_or_null(http_query(request, "q")), "path",
			http_path(request)));
}

static void on_file(struct http_request *request, void *arg)
{
	const struct fixture *f = arg;
	g_autoptr(GError) error = NULL;
	const char *path = http_query(request, "missing") ? "/nonexistent/file" : f->file;
	if (!http_reply_file(request, path, NULL, &error))
		http_reply_problem(request, 404, "file.missing", "%s", error->message);
}

static void on_problem(struct http_request *request, void *arg)
{
	g_autoptr(json_t) more = json_make("{s:[s]}", "families", "chair");
	http_reply_problem_with(request, 409, "session.busy", "It is being worked on.", more);
}

static void on_wait(struct http_request *request, void *arg)
{
	struct fixture *f = arg;
	struct pollfd wait = {.fd = cancel_fd(http_cancel(request)), .events = POLLIN};
	poll(&wait, 1, (int)(PATIENCE * 1000));
	g_mutex_lock(&f->lock);
	f->cancelled += cancel_check(http_cancel(request), NULL);
	g_cond_broadcast(&f->changed);
	g_mutex_unlock(&f->lock);
	http_reply_empty(request, 204);
}

static void on_mute(struct http_request *request, void *arg)
{
}

static void on_stream_closed(void *arg)
{
	struct fixture *f = arg;
	g_mutex_lock(&f->lock);
	f->closed++;
	g_cond_broadcast(&f->changed);
	g_mutex_unlock(&f->lock);
}

static void on_events(struct http_request *request, void *arg)
{
	struct fixture *f = arg;
	struct http_stream *stream = http_stream_start(request);
	http_stream_on_close(stream, on_stream_closed, f);
	g_mutex_lock(&f->lock);
	g_free(f->last_id);
	f->last_id = g_strdup(http_header(request, "Last-Event-ID"));
	g_ptr_array_add(f->streams, stream);
	g_cond_broadcast(&f->changed);
	g_mutex_unlock(&f->lock);
}

static void admit(struct http_request *request, void *arg)
{
	if (http_query(request, "locked"))
		http_reply_problem(request, 401, "auth.missing", "Log in first.");
}

const struct http_route rig_routes[] = {
	{"GET", "/v1/hello", on_hello},
	{"POST", "/v1/echo", on_echo},
	{"PUT", "/v1/echo", on_echo},
	{"POST", "/v1/json", on_json},
	{"GET", "/v1/things/{id}", on_thing},
	{"GET", "/v1/things/{id}/files/{rest...}", on_thing},
	{"GET", "/v1/file", on_file},
	{"GET", "/v1/problem", on_problem},
	{"GET", "/v1/wait", on_wait},
	{"GET", "/v1/mute", on_mute},
	{"GET", "/v1/events", on_events},
	{NULL, NULL, NULL},
};

struct fixture *fixture_new(const struct httpd_options *options)
{
	struct fixture *f = g_new0(struct fixture, 1);
	struct httpd_options own = *options;
	g_mutex_init(&f->lock);
	g_cond_init(&f->changed);
	f->streams = g_ptr_array_new_with_free_func((GDestroyNotify)http_stream_unref);
	f->folder = test_folder();
	f->socket_path = g_build_filename(f->folder, "private", "socket", NULL);
	f->file = g_build_filename(f->folder, "draft.py", NULL);
	g_autoptr(GError) error = NULL;
	assert_true(file_write_whole(f->file, "print(1)\n", 9, &error));
	own.socket_path = f->socket_path;
	own.host = "127.0.0.1";
	own.admit = admit;
	f->httpd = httpd_start(&own, rig_routes, f, &error);
	if (!f->httpd)
		fail_msg("%s", error->message);
	return f;
}

void fixture_free(struct fixture *f)
{
	httpd_stop(f->httpd);
	assert_int_not_equal(g_access(f->socket_path, F_OK), 0);
	g_ptr_array_unref(f->streams);
	test_folder_remove(f->folder);
	g_free(f->socket_path);
	g_free(f->file);
	g_free(f->last_id);
	g_mutex_clear(&f->lock);
	g_cond_clear(&f->changed);
	g_free(f);
}

int set_up(void **state)
{
	struct httpd_options options = HTTPD_OPTIONS_DEFAULT;
	options.heartbeat_seconds = 0.1;
	options.stream_queue = 128u << 10;
	*state = fixture_new(&options);
	return 0;
}

int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

void wait_until(struct fixture *f, int (*count)(const struct fixture *f), int want)
{
	gint64 end = g_get_monotonic_time() + (gint64)(PATIENCE * G_USEC_PER_SEC);
	bool in_time = true;
	g_mutex_lock(&f->lock);
	while (in_time && count(f) < want)
		in_time = g_cond_wait_until(&f->changed, &f->lock, end);
	g_mutex_unlock(&f->lock);
	assert_true(in_time);
}

int streams_open(const struct fixture *f)
{
	return (int)f->streams->len;
}

int streams_closed(const struct fixture *f)
{
	return f->closed;
}

int cancels_seen(const struct fixture *f)
{
	return f->cancelled;
}

/* The client's side */

char *url_of(const struct fixture *f, const char *path)
{
	return g_strdup_printf("http://127.0.0.1:%d%s", httpd_port(f->httpd), path);
}

struct http_answer *ask(struct httpc *httpc, const struct fixture *f, struct http_call call, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *url = url_of(f, path);
	call.url = url;
	struct http_answer *answer = httpc_send(httpc, &call, NULL, &error);
	if (!answer)
		fail_msg("%s: %s", path, error->message);
	return answer;
}

void assert_answer(const struct http_answer *answer, int status, const char *type, const char *body)
{
	gsize size = 0;
	const char *bytes = g_bytes_get_data(answer->body, &size);
	assert_int_equal(answer->status, status);
	assert_string_equal(answer->type, type);
	g_autofree char *text = g_strndup(bytes ? bytes : "", size);
	assert_string_equal(text, body);
}

void assert_problem(const struct http_answer *answer, int status, const char *code)
{
	OWN(problem) *problem = problem_read(answer->status, answer->type, answer->body);
	assert_string_equal(answer->type, PROBLEM_TYPE);
	assert_int_equal(problem->status, status);
	assert_string_equal(problem->code, code);
	assert_int_equal(json_int(problem->body, "status", 0), status);
	assert_true(*problem->title && *problem->detail);
}

int raw_connect(const struct fixture *f)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, f->socket_path, sizeof address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

void raw_write(int fd, const char *bytes, gsize size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		bytes += n;
		size -= (gsize)n;
	}
}

void raw_say(int fd, const char *text)
{
	raw_write(fd, text, strlen(text));
}

GString *raw_read(int fd, const char *needle)
{
	GString *all = g_string_new(NULL);
	char bytes[4096];
	while (!needle || !strstr(all->str, needle)) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&wait, 1, (int)(PATIENCE * 1000)), 1);
		ssize_t n = recv(fd, bytes, sizeof bytes, 0);
		if (n <= 0)
			break;
		g_string_append_len(all, bytes, n);
	}
	return all;
}

void assert_raw(const struct fixture *f, const char *bytes, gsize size, int status)
{
	int fd = raw_connect(f);
	raw_write(fd, bytes, size);
	g_autoptr(GString) got = raw_read(fd, NULL);
	g_autofree char *want = g_strdup_printf("HTTP/1.1 %d ", status);
	if (!g_str_has_prefix(got->str, want))
		fail_msg("wanted %d for %.60s\ngot %s", status, bytes, got->str);
	assert_non_null(strstr(got->str, "\r\nConnection: close\r\n"));
	assert_non_null(strstr(got->str, "\r\nContent-Type: application/problem+json\r\n"));
	close(fd);
}
