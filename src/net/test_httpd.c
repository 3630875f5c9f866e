/*
 * The server and the client against each other, over a Unix socket and TCP loopback, and the server against raw bytes
 * that no client of ours would send.
 */
#include "net/test_httpd_rig.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void test_answers(void **state)
{
	struct fixture *f = *state;
	OWN(httpc) *tcp = httpc_new(NULL);
	OWN(httpc) *local = httpc_new(f->socket_path);
	struct httpc *const clients[] = {tcp, local};
	for (int i = 0; i < 2; i++) {
		struct http_call call = {0};
		OWN(http_answer) *hello = ask(clients[i], f, call, "/v1/hello");
		assert_answer(hello, 200, "application/json", "{\"hello\":\"world\"}");
		assert_string_equal(http_answer_header(hello, "X-Private"), i == 1 ? "yes" : "no");
		OWN(http_answer) *thing = ask(clients[i], f, call, "/v1/things/a%20b?q=%C3%BC+x&z");
		assert_answer(thing, 200, "application/json",
			"{\"id\":\"a b\",\"path\":\"/v1/things/a b\",\"q\":\"ü x\",\"rest\":null}");
		OWN(http_answer) *rest = ask(clients[i], f, call, "/v1/things/7/files/renders/view-1.png");
		assert_answer(rest, 200, "application/json",
			"{\"id\":\"7\",\"path\":\"/v1/things/7/files/renders/view-1.png\",\"q\":null,"
			"\"rest\":\"renders/view-1.png\"}");
		OWN(http_answer) *file = ask(clients[i], f, call, "/v1/file");
		assert_answer(file, 200, "text/x-python; charset=utf-8", "print(1)\n");
		call.method = "HEAD";
		OWN(http_answer) *head = ask(clients[i], f, call, "/v1/file");
		assert_answer(head, 200, "text/x-python; charset=utf-8", "");
		assert_string_equal(http_answer_header(head, "content-length"), "9");
	}
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *method, *path;
		int status;
		const char *code;
	} cases[] = {
		{"GET", "/v2", 404, "http.no_such_path"},
		{"GET", "/v1/hello/", 404, "http.no_such_path"},
		{"GET", "/v1/things/", 404, "http.no_such_path"},
		{"GET", "/v1/things/7/files/", 404, "http.no_such_path"},
		{"DELETE", "/v1/echo", 405, "http.method"},
		{"GET", "/v1/things/%2e%2e", 400, "http.malformed"},
		{"GET", "/v1/things/a%2Fb", 400, "http.malformed"},
		{"GET", "/v1/things/%00", 400, "http.malformed"},
		{"GET", "/v1/things/%ff", 400, "http.malformed"},
		{"GET", "/v1/things/x?q=%zz", 400, "http.malformed"},
		{"GET", "/v1/file?missing=1", 404, "file.missing"},
		{"GET", "/v1/problem", 409, "session.busy"},
		{"GET", "/v1/mute", 500, "http.no_answer"},
		{"GET", "/v1/hello?locked=1", 401, "auth.missing"},
		{"POST", "/v1/json", 422, "json.syntax"},
	};
	OWN(httpc) *httpc = httpc_new(f->socket_path);
	g_autoptr(GBytes) bad = g_bytes_new_static("{\"a\":", 5);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct http_call call = {.method = cases[i].method};
		if (strcmp(call.method, "POST") == 0)
			call.body = bad;
		OWN(http_answer) *answer = ask(httpc, f, call, cases[i].path);
		assert_problem(answer, cases[i].status, cases[i].code);
		if (cases[i].status == 405)
			assert_string_equal(http_answer_header(answer, "allow"), "POST, PUT");
	}
}

static void test_bodies(void **state)
{
	struct fixture *f = *state;
	static const gsize sizes[] = {0, 1, 16383, 16384, 1u << 20, HTTPD_BODY_MAX};
	OWN(httpc) *httpc = httpc_new(f->socket_path);
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *data = g_malloc(sizes[i] + 1);
		for (gsize k = 0; k < sizes[i]; k++)
			data[k] = (char)(k * 31 + (k >> 12));
		g_autoptr(GBytes) body = g_bytes_new_take(data, sizes[i]);
		struct http_call call = {.method = "PUT", .body = body, .type = "image/png"};
		OWN(http_answer) *answer = ask(httpc, f, call, "/v1/echo");
		assert_int_equal(answer->status, 201);
		assert_string_equal(answer->type, "image/png");
		assert_true(g_bytes_equal(answer->body, body));
	}
	g_autoptr(GBytes) most = g_bytes_new_take(g_malloc0(HTTPD_BODY_MAX + 1), HTTPD_BODY_MAX + 1);
	struct http_call call = {.body = most};
	OWN(http_answer) *answer = ask(httpc, f, call, "/v1/echo");
	assert_problem(answer, 413, "http.refused");
}

static void test_malformed(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *bytes;
		int status;
	} cases[] = {
		{"GET /v1/hello HTTP/1.1\r\n\r\n", 400},
		{"GET /v1/hello HTTP/1.1\r\n" H H "\r\n", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 4, 4\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: +4\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: -4\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 0x4\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length:\r\n\r\nabcd", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 33554433\r\n\r\n", 413},
		{"POST /v1/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
		{"POST /v1/echo HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
		{"POST /v1/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 400},
		{"GET /v1/hello HTTP/1.1\n" H "\r\n", 400},
		{"GET /v1/hello HTTP/1.1\r\nHost: x\n\n", 400},
		{"GET /v1/hello HTTP/1.1\r\n" H "X: a\r\n folded\r\n\r\n", 400},
		{"GET /v1/hello HTTP/1.1\r\n" H "X : a\r\n\r\n", 400},
		{"GET /v1/hello HTTP/1.1\r\n" H "no colon\r\n\r\n", 400},
		{"GET /v1/hello HTTP/1.1\r\n" H ": nameless\r\n\r\n", 400},
		{"GET  /v1/hello HTTP/1.1\r\n" H "\r\n", 400},
		{"GET http://x/v1/hello HTTP/1.1\r\n" H "\r\n", 400},
		{"GET * HTTP/1.1\r\n" H "\r\n", 400},
		{"GET /v1/hello\r\n\r\n", 400},
		{"\r\nGET /v1/hello HTTP/1.1\r\n" H "\r\n", 400},
		{"\x16\x03\x01\x02", 400},
		{"GET /v1/hello HTTP/2.0\r\n" H "\r\n", 505},
		{"BREW /v1/hello HTTP/1.1\r\n" H "\r\n", 501},
		{"CONNECT /v1/hello HTTP/1.1\r\n" H "\r\n", 501},
		{"GET /v1/hello HTTP/1.1\r\n" H "Expect: tea\r\n\r\n", 417},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_raw(f, cases[i].bytes, strlen(cases[i].bytes), cases[i].status);
	static const char nul[] = "GET /v1/hello HTTP/1.1\r\n" H "X: a\0b\r\n\r\n";
	assert_raw(f, nul, sizeof nul - 1, 400);
	g_autofree char *long_value = g_strnfill(17000, 'a');
	g_autofree char *long_head = g_strconcat("GET /v1/hello HTTP/1.1\r\n" H "X: ", long_value, "\r\n\r\n", NULL);
	assert_raw(f, long_head, strlen(long_head), 431);
	g_autofree char *long_path = g_strconcat("GET /", long_value + 8000, " HTTP/1.1\r\n" H "\r\n", NULL);
	assert_raw(f, long_path, strlen(long_path), 414);
	GString *many = g_string_new("GET /v1/hello HTTP/1.1\r\n" H);
	for (int i = 0; i < 100; i++)
		g_string_append_printf(many, "X-%d: a\r\n", i);
	g_string_append(many, "\r\n");
	assert_raw(f, many->str, many->len, 431);
	g_string_free(many, TRUE);
}

/* A refused client that goes on sending reads why, all the same. */
static void test_refused_while_sending(void **state)
{
	struct fixture *f = *state;
	g_autofree char *filler = g_strnfill(1u << 20, 'x');
	int fd = raw_connect(f);
	static const char head[] = "POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 40000000\r\n\r\n";
	raw_say(fd, head);
	for (int i = 0; i < 8; i++)
		raw_write(fd, filler, 1u << 20);
	g_autoptr(GString) got = raw_read(fd, NULL);
	assert_true(g_str_has_prefix(got->str, "HTTP/1.1 413 "));
	close(fd);
}

static void test_pipelining(void **state)
{
	struct fixture *f = *state;
	static const char bytes[] = "POST /v1/echo HTTP/1.1\r\n" H "Content-Type: a\r\nContent-Length: 3\r\n\r\none"
				    "GET /v1/hello HTTP/1.1\r\n" H "\r\n"
				    "POST /v1/echo HTTP/1.1\r\n" H "Content-Type: a\r\nContent-Length: 3\r\n\r\ntwo"
				    "nonsense\r\n\r\n";
	/* Byte by byte, in two cuts, and all at once. */
	static const gsize steps[] = {1, 100, sizeof bytes};
	for (gsize k = 0; k < G_N_ELEMENTS(steps); k++) {
		int fd = raw_connect(f);
		for (gsize at = 0; at < sizeof bytes - 1; at += steps[k])
			raw_write(fd, bytes + at, MIN(steps[k], sizeof bytes - 1 - at));
		g_autoptr(GString) got = raw_read(fd, NULL);
		const char *one = strstr(got->str, "one"), *hello = strstr(got->str, "world"),
			   *two = strstr(got->str, "two"), *bad = strstr(got->str, "400 Bad Request");
		assert_true(one && hello && two && bad);
		assert_true(one < hello && hello < two && two < bad);
		close(fd);
	}
}

static void test_expect_continue(void **state)
{
	struct fixture *f = *state;
	int fd = raw_connect(f);
	static const char head[] =
		"POST /v1/echo HTTP/1.1\r\n" H "Content-Type: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
	raw_say(fd, head);
	g_autoptr(GString) go_on = raw_read(fd, "\r\n\r\n");
	assert_string_equal(go_on->str, "HTTP/1.1 100 Continue\r\n\r\n");
	raw_say(fd, "abc");
	g_autoptr(GString) got = raw_read(fd, "abc");
	assert_true(g_str_has_prefix(got->str, "HTTP/1.1 201 "));
	close(fd);
}

static void test_limit_of_connections(void **state)
{
	struct httpd_options options = HTTPD_OPTIONS_DEFAULT;
	enum { MOST = 4 };
	options.connections = MOST;
	struct fixture *f = fixture_new(&options);
	static const char hello[] = "GET /v1/hello HTTP/1.1\r\n" H "\r\n";
	int fds[MOST];
	for (int i = 0; i < MOST; i++) {
		fds[i] = raw_connect(f);
		raw_say(fds[i], hello);
		g_string_free(raw_read(fds[i], "world"), TRUE);
	}
	int late = raw_connect(f); /* into the backlog */
	raw_say(late, hello);
	struct pollfd wait = {.fd = late, .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 200), 0);
	close(fds[0]);
	g_autoptr(GString) got = raw_read(late, "world");
	assert_true(g_str_has_prefix(got->str, "HTTP/1.1 200 "));
	for (int i = 1; i < MOST; i++)
		close(fds[i]);
	close(late);
	fixture_free(f);
}

static void test_dawdlers(void **state)
{
	struct httpd_options options = HTTPD_OPTIONS_DEFAULT;
	options.idle_seconds = 1;
	struct fixture *f = fixture_new(&options);
	int idle = raw_connect(f), drip = raw_connect(f), wait = raw_connect(f);
	static const char wait_head[] = "GET /v1/wait HTTP/1.1\r\n" H "\r\n";
	raw_say(wait, wait_head);
	bool cut = false;
	gint64 start = g_get_monotonic_time();
	for (int i = 0; i < 100 && !cut; i++) {
		cut = send(drip, "G", 1, MSG_NOSIGNAL) < 0;
		g_usleep(100000);
	}
	assert_true(cut);
	assert_in_range(g_get_monotonic_time() - start, 900000, 5 * G_USEC_PER_SEC);
	g_autoptr(GString) nothing = raw_read(idle, NULL);
	assert_int_equal(nothing->len, 0);
	/* The one whose handler takes its time is left in peace. */
	struct pollfd quiet = {.fd = wait, .events = POLLIN};
	assert_int_equal(poll(&quiet, 1, 100), 0);
	close(idle);
	close(drip);
	close(wait);
	fixture_free(f);
}

static void test_listen_errors(void **state)
{
	struct fixture *f = *state;
	struct httpd_options options = HTTPD_OPTIONS_DEFAULT;
	struct stat st;
	g_autoptr(GError) error = NULL;
	assert_int_equal(stat(f->socket_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	options.socket_path = f->socket_path;
	assert_null(httpd_start(&options, rig_routes, NULL, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_LISTEN));
	g_clear_error(&error);
	assert_int_equal(g_access(f->socket_path, F_OK), 0); /* still the other's */
	options.socket_path = NULL;
	options.host = "127.0.0.1";
	options.port = httpd_port(f->httpd);
	assert_null(httpd_start(&options, rig_routes, NULL, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_LISTEN));
	g_clear_error(&error);
	options.host = "nonsense";
	assert_null(httpd_start(&options, rig_routes, NULL, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_ADDRESS));
	g_clear_error(&error);
	g_autofree char *long_path = g_strnfill(200, 'x');
	options.host = NULL;
	options.socket_path = long_path;
	assert_null(httpd_start(&options, rig_routes, NULL, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_ADDRESS));
	g_clear_error(&error);
	g_autofree char *open_path = g_build_filename(f->folder, "open", "socket", NULL);
	g_autofree char *open_folder = g_path_get_dirname(open_path);
	assert_int_equal(g_mkdir(open_folder, 0755), 0);
	options.socket_path = open_path;
	assert_null(httpd_start(&options, rig_routes, NULL, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_LISTEN));
	g_clear_error(&error);
	/* A socket that a dead server left is replaced. */
	g_chmod(open_folder, 0700);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, open_path, sizeof address.sun_path);
	int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
	close(dead);
	struct httpd *again = httpd_start(&options, rig_routes, NULL, &error);
	assert_non_null(again);
	httpd_stop(again);
}

int main(int argc, char **argv)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_refused_while_sending),
		cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_expect_continue),
		cmocka_unit_test(test_limit_of_connections),
		cmocka_unit_test(test_dawdlers),
		cmocka_unit_test(test_listen_errors),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
