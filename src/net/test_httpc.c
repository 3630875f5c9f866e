/* The client against what goes wrong on the other end: nobody there, peers that lie, calls that are cancelled. */
#include "net/test_httpd_rig.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_client_errors(void **state)
{
	struct fixture *f = *state;
	OWN(httpc) *httpc = httpc_new(f->socket_path);
	OWN(httpc) *tcp = httpc_new(NULL);
	OWN(httpc) *nobody = httpc_new("/nonexistent/socket");
	static const struct {
		struct http_call call;
		int client, code;
	} cases[] = {
		{{.url = "gopher://x/"}, 0, NET_ERROR_ADDRESS},
		{{.url = "http://:x"}, 0, NET_ERROR_ADDRESS},
		{{.url = "http://x/"}, 2, NET_ERROR_CONNECT},
		{{.url = "http://127.0.0.1:1/"}, 1, NET_ERROR_CONNECT},
		{{.url = "http://x/v1/file", .max = 8}, 0, NET_ERROR_TOO_LONG},
		{{.url = "http://x/v1/wait", .silence_seconds = 0.05}, 0, NET_ERROR_TIMEOUT},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct httpc *const clients[] = {httpc, tcp, nobody};
		g_autoptr(GError) error = NULL;
		assert_null(httpc_send(clients[cases[i].client], &cases[i].call, NULL, &error));
		assert_int_equal(error->domain, NET_ERROR);
		assert_int_equal(error->code, cases[i].code);
	}
}

/* A peer that says something and closes. */
struct peer {
	int listener;
	const char *bytes;
};

static void *speak_and_close(void *arg)
{
	const struct peer *peer = arg;
	int fd = accept(peer->listener, NULL, NULL);
	char drop[1024];
	recv(fd, drop, sizeof drop, 0);
	raw_say(fd, peer->bytes);
	close(fd);
	return NULL;
}

static void test_bad_peers(void **state)
{
	static const struct {
		const char *bytes;
		int code;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", NET_ERROR_CUT},
		{"", NET_ERROR_CUT},
		{"SSH-2.0-OpenSSH\r\n", NET_ERROR_PROTOCOL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		socklen_t size = sizeof address;
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
		assert_int_equal(listen(fd, 1), 0);
		getsockname(fd, (struct sockaddr *)&address, &size);
		struct peer peer = {fd, cases[i].bytes};
		GThread *thread = g_thread_new("peer", speak_and_close, &peer);
		OWN(httpc) *httpc = httpc_new(NULL);
		g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/", ntohs(address.sin_port));
		struct http_call call = {.url = url};
		g_autoptr(GError) error = NULL;
		assert_null(httpc_send(httpc, &call, NULL, &error));
		if (!g_error_matches(error, NET_ERROR, cases[i].code))
			fail_msg("%s", error->message);
		g_thread_join(thread);
		close(fd);
	}
}

static void *fire_soon(void *arg)
{
	g_usleep(50000);
	cancel_fire(arg);
	return NULL;
}

static void test_client_cancel(void **state)
{
	struct fixture *f = *state;
	OWN(httpc) *httpc = httpc_new(f->socket_path);
	struct http_call call = {.url = "http://x/v1/wait"};
	for (int i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		OWN(cancel) *cancel = cancel_new(NULL, i == 0 ? CANCEL_NO_DEADLINE : 0.05);
		GThread *thread = i == 0 ? g_thread_new("fire", fire_soon, cancel) : NULL;
		gint64 start = g_get_monotonic_time();
		assert_null(httpc_send(httpc, &call, cancel, &error));
		assert_true(
			g_error_matches(error, CANCEL_ERROR, i == 0 ? CANCEL_ERROR_CANCELLED : CANCEL_ERROR_DEADLINE));
		assert_in_range(g_get_monotonic_time() - start, 40000, 700000);
		if (thread)
			g_thread_join(thread);
	}
	wait_until(f, cancels_seen, 2); /* the server saw both leave */
	OWN(http_answer) *after = ask(httpc, f, (struct http_call){0}, "/v1/hello");
	assert_int_equal(after->status, 200);
}

int main(int argc, char **argv)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_errors),
		cmocka_unit_test(test_bad_peers),
		cmocka_unit_test_setup_teardown(test_client_cancel, set_up, tear_down),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
