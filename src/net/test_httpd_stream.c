/* Event streams, readers that are slow or gone, and a server that stops in the middle of everything. */
#include "net/test_httpd_rig.h"

#include "net/sse.h"

#include <unistd.h>

static void test_client_vanishes(void **state)
{
	struct fixture *f = *state;
	int fd = raw_connect(f);
	static const char wait_head[] = "GET /v1/wait HTTP/1.1\r\n" H "\r\n";
	raw_say(fd, wait_head);
	g_usleep(20000);
	close(fd);
	wait_until(f, cancels_seen, 1);
	fd = raw_connect(f);
	static const char events_head[] = "GET /v1/events HTTP/1.1\r\n" H "\r\n";
	raw_say(fd, events_head);
	wait_until(f, streams_open, 1);
	close(fd);
	wait_until(f, streams_closed, 1);
	struct http_stream *stream = f->streams->pdata[0];
	assert_true(http_stream_closed(stream));
	assert_true(cancel_check(http_stream_cancel(stream), NULL));
	assert_false(http_stream_send(stream, "1", NULL, "nobody"));
	/* In the middle of a body. */
	fd = raw_connect(f);
	static const char half[] = "POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc";
	raw_say(fd, half);
	close(fd);
}

struct reader {
	struct fixture *f;
	struct sse *sse;
	int want, events;
	GString *seen;
};

static bool on_event(const struct sse_event *event, void *arg)
{
	struct reader *reader = arg;
	g_string_append_printf(reader->seen, "%s|%s|%s\n", event->id, event->name, event->data);
	return ++reader->events < reader->want;
}

static bool on_chunk(const char *bytes, gsize size, void *arg, GError **error)
{
	struct reader *reader = arg;
	return sse_push(reader->sse, bytes, size, error);
}

static void *read_stream(void *arg)
{
	struct reader *reader = arg;
	OWN(httpc) *httpc = httpc_new(reader->f->socket_path);
	g_autoptr(GError) error = NULL;
	static const char *const headers[] = {"Last-Event-ID: 41", NULL};
	struct http_call call = {.url = "http://ll3m/v1/events", .headers = headers};
	reader->sse = sse_new(1u << 20, on_event, reader);
	OWN(cancel) *cancel = cancel_new(NULL, PATIENCE);
	OWN(http_answer) *answer = httpc_stream(httpc, &call, on_chunk, reader, cancel, &error);
	assert_true(answer || g_error_matches(error, NET_ERROR, NET_ERROR_STOPPED));
	sse_free(reader->sse);
	return NULL;
}

static void test_stream(void **state)
{
	struct fixture *f = *state;
	struct reader reader = {.f = f, .want = 3, .seen = g_string_new(NULL)};
	GThread *thread = g_thread_new("reader", read_stream, &reader);
	wait_until(f, streams_open, 1);
	struct http_stream *stream = f->streams->pdata[0];
	assert_string_equal(f->last_id, "41");
	assert_true(http_stream_send(stream, "42", "run.started", "{\"a\":1}"));
	assert_true(http_stream_send(stream, "43", NULL, "two\nlines"));
	assert_true(http_stream_send(stream, NULL, "last", ""));
	g_thread_join(thread);
	assert_string_equal(reader.seen->str, "42|run.started|{\"a\":1}\n43|message|two\nlines\n43|last|\n");
	g_string_free(reader.seen, TRUE);
	wait_until(f, streams_closed, 1);
}

static void test_stream_ends_and_beats(void **state)
{
	struct fixture *f = *state;
	int fd = raw_connect(f);
	static const char head[] = "GET /v1/events HTTP/1.1\r\n" H "\r\n";
	raw_say(fd, head);
	g_autoptr(GString) alive = raw_read(fd, ": alive\n\n");
	assert_non_null(strstr(alive->str, "Content-Type: text/event-stream\r\n"));
	assert_non_null(strstr(alive->str, "X-Accel-Buffering: no\r\n"));
	wait_until(f, streams_open, 1);
	http_stream_end(f->streams->pdata[0]);
	http_stream_end(f->streams->pdata[0]);
	g_string_free(raw_read(fd, "0\r\n\r\n"), TRUE);
	/* The connection is good for more. */
	static const char next[] = "GET /v1/hello HTTP/1.1\r\n" H "\r\n";
	raw_say(fd, next);
	g_autoptr(GString) hello = raw_read(fd, "world");
	assert_true(g_str_has_prefix(hello->str, "HTTP/1.1 200 "));
	close(fd);
}

static void test_slow_reader(void **state)
{
	struct fixture *f = *state;
	int slow = raw_connect(f);
	static const char head[] = "GET /v1/events HTTP/1.1\r\n" H "\r\n";
	raw_say(slow, head);
	wait_until(f, streams_open, 1);
	g_autofree char *data = g_strnfill(16u << 10, 'x');
	int sent = 0;
	while (http_stream_send(f->streams->pdata[0], NULL, NULL, data) && sent < 10000) {
		sent++;
		g_usleep(100);
	}
	assert_in_range(sent, 4, 100); /* what the socket, the output and the queue hold */
	wait_until(f, streams_closed, 1);
	close(slow);
}

static void test_many_streams(void **state)
{
	struct fixture *f = *state;
	enum { STREAMS = 200, EVENTS = 20 };
	int fds[STREAMS];
	static const char head[] = "GET /v1/events HTTP/1.1\r\n" H "\r\n";
	for (int i = 0; i < STREAMS; i++) {
		fds[i] = raw_connect(f);
		raw_say(fds[i], head);
	}
	wait_until(f, streams_open, STREAMS);
	for (int k = 1; k <= EVENTS; k++) {
		g_autofree char *id = g_strdup_printf("%d", k);
		for (int i = 0; i < STREAMS; i++)
			assert_true(http_stream_send(f->streams->pdata[i], id, "tick", "{}"));
	}
	for (int i = 0; i < STREAMS; i++) {
		g_autoptr(GString) got = raw_read(fds[i], "id: 20\nevent: tick\ndata: {}\n\n");
		for (int k = 1; k <= EVENTS; k++) {
			g_autofree char *id = g_strdup_printf("id: %d\n", k);
			assert_non_null(strstr(got->str, id));
		}
	}
	for (int i = 0; i < STREAMS; i++)
		close(fds[i]);
	wait_until(f, streams_closed, STREAMS);
}

static void *send_for_ever(void *arg)
{
	while (http_stream_send(arg, NULL, "tick", "{}"))
		g_usleep(50);
	http_stream_unref(arg);
	return NULL;
}

/* Stopping while streams are fed from other threads, while handlers wait, and while a body is half sent. */
static void test_stop_while_busy(void **state)
{
	struct fixture *f = *state;
	enum { STREAMS = 8 };
	int fds[STREAMS], waiting = raw_connect(f), half = raw_connect(f);
	GThread *threads[STREAMS];
	static const char head[] = "GET /v1/events HTTP/1.1\r\n" H "\r\n";
	static const char wait_head[] = "GET /v1/wait HTTP/1.1\r\n" H "\r\n";
	static const char half_body[] = "POST /v1/echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc";
	raw_say(waiting, wait_head);
	raw_say(half, half_body);
	for (int i = 0; i < STREAMS; i++) {
		fds[i] = raw_connect(f);
		raw_say(fds[i], head);
	}
	wait_until(f, streams_open, STREAMS);
	for (int i = 0; i < STREAMS; i++)
		threads[i] = g_thread_new("feeder", send_for_ever, http_stream_ref(f->streams->pdata[i]));
	g_usleep(20000);
	gint64 start = g_get_monotonic_time();
	fixture_free(f);
	assert_in_range(g_get_monotonic_time() - start, 0, 5 * G_USEC_PER_SEC);
	for (int i = 0; i < STREAMS; i++) {
		g_thread_join(threads[i]);
		close(fds[i]);
	}
	g_autoptr(GString) got = raw_read(waiting, NULL);
	assert_true(g_str_has_prefix(got->str, "HTTP/1.1 204 "));
	close(waiting);
	close(half);
	set_up(state);
}

int main(int argc, char **argv)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_client_vanishes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stream, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stream_ends_and_beats, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow_reader, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_streams, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stop_while_busy, set_up, tear_down),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
