/* Frames: every limit on both ends, and links with peers that are slow, cut off, gone or silent. */
#include "net/frame.h"

#include "base/testing.h"

#include <sys/socket.h>
#include <unistd.h>

#define CORPUS LL3M_SOURCE_DIR "/src/net/testdata/frame-corpus/"
#define NO_ERROR (-1)

/* The first finding in a stream of bytes: NO_ERROR when all of it was taken. */
static int judge(const guint8 *data, gsize size, guint *frames_out)
{
	OWN(frame_decoder) *decoder = frame_decoder_new();
	*frames_out = 0;
	while (size > 0) {
		gsize len = MIN(size, frame_decoder_wants(decoder));
		struct frame *frame;
		g_autoptr(GError) error = NULL;
		if (!frame_decoder_push(decoder, data, len, &frame, &error)) {
			assert_true(error->domain == FRAME_ERROR);
			return error->code;
		}
		*frames_out += frame ? 1 : 0;
		frame_free(frame);
		data += len;
		size -= len;
	}
	return NO_ERROR;
}

static void test_corpus(void **state)
{
	static const struct {
		const char *name;
		guint frames;
		int code;
	} rows[] = {
		{"hello", 1, NO_ERROR},
		{"two-frames", 2, NO_ERROR},
		{"attachments", 2, NO_ERROR},
		{"empty-object", 1, NO_ERROR},
		{"deep-64", 1, NO_ERROR},
		{"attachments-64", 1, NO_ERROR},
		{"cut-json", 0, NO_ERROR},
		{"cut-length", 0, NO_ERROR},
		{"attachment-cut", 0, NO_ERROR},
		{"length-zero", 0, FRAME_ERROR_LENGTH},
		{"length-huge", 0, FRAME_ERROR_LENGTH},
		{"length-limit-plus-1", 0, FRAME_ERROR_LENGTH},
		{"array", 0, FRAME_ERROR_JSON},
		{"number", 0, FRAME_ERROR_JSON},
		{"duplicate", 0, FRAME_ERROR_JSON},
		{"nul", 0, FRAME_ERROR_JSON},
		{"raw-nul", 0, FRAME_ERROR_JSON},
		{"bad-utf8", 0, FRAME_ERROR_JSON},
		{"surrogate", 0, FRAME_ERROR_JSON},
		{"trailing", 0, FRAME_ERROR_JSON},
		{"nan", 0, FRAME_ERROR_JSON},
		{"deep-65", 0, FRAME_ERROR_JSON},
		{"deep-3000", 0, FRAME_ERROR_JSON},
		{"attachments-object", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-negative", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-real", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-name", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-empty-name", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-long-name", 0, FRAME_ERROR_ATTACHMENT},
		{"attachment-extra", 0, FRAME_ERROR_ATTACHMENT},
		{"attachments-65", 0, FRAME_ERROR_ATTACHMENT},
		{"attached-too-much", 0, FRAME_ERROR_ATTACHMENT},
		{"attached-overflow", 0, FRAME_ERROR_ATTACHMENT},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat(CORPUS, rows[i].name, NULL);
		g_autofree char *data = NULL;
		gsize size;
		assert_true(g_file_get_contents(path, &data, &size, NULL));
		guint frames;
		int code = judge((const guint8 *)data, size, &frames);
		if (code != rows[i].code || frames != rows[i].frames)
			fail_msg("%s: code %d, %u frames", rows[i].name, code, frames);
	}
}

struct pair {
	struct frame_link *link;
	int peer; /* -1 once closed */
};

static void pair_init(struct pair *pair)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	pair->link = frame_link_new(fds[0], fds[0]);
	pair->peer = fds[1];
}

static void pair_release(struct pair *pair)
{
	frame_link_free(pair->link);
	if (pair->peer >= 0)
		close(pair->peer);
}

static void pair_hang_up(struct pair *pair)
{
	close(pair->peer);
	pair->peer = -1;
}

static void put(int fd, const void *data, gsize len)
{
	assert_int_equal(write(fd, data, len), len);
}

static void *write_on_thread(void *arg)
{
	struct frame_link *link = arg;
	OWN(frame) *frame = frame_new(json_make("{s:i, s:s}", "id", 7, "verb", "render"));
	g_autofree char *large = g_strnfill(3 * 1024 * 1024, 'x');
	g_autoptr(GBytes) bytes = g_bytes_new(large, strlen(large));
	g_autoptr(GBytes) none = g_bytes_new("", 0);
	frame_attach(frame, "view-1.png", bytes);
	frame_attach(frame, "none", none);
	g_autoptr(GError) error = NULL;
	assert_true(frame_write(link, frame, NULL, &error));
	return NULL;
}

static void test_round_trip(void **state)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	OWN(frame_link) *one = frame_link_new(fds[0], fds[0]);
	OWN(frame_link) *two = frame_link_new(fds[1], fds[1]);
	GThread *writer = g_thread_new("writer", write_on_thread, one);
	g_autoptr(GError) error = NULL;
	OWN(frame) *got = frame_read(two, NULL, &error);
	g_thread_join(writer);
	assert_non_null(got);
	g_autofree char *text = json_print(got->json);
	assert_string_equal(text, "{\"attachments\":[{\"name\":\"view-1.png\",\"size\":3145728},"
				  "{\"name\":\"none\",\"size\":0}],\"id\":7,\"verb\":\"render\"}");
	assert_int_equal(got->attachments->len, 2);
	const struct frame_attachment *first = got->attachments->pdata[0], *second = got->attachments->pdata[1];
	assert_string_equal(first->name, "view-1.png");
	assert_int_equal(g_bytes_get_size(first->bytes), 3 * 1024 * 1024);
	assert_int_equal(g_bytes_get_size(second->bytes), 0);
	assert_false(frame_link_ready(two));
}

static void test_pipes(void **state)
{
	int there[2], back[2];
	assert_int_equal(pipe(there), 0);
	assert_int_equal(pipe(back), 0);
	OWN(frame_link) *one = frame_link_new(back[0], there[1]);
	OWN(frame_link) *two = frame_link_new(there[0], back[1]);
	OWN(frame) *frame = frame_new(json_make("{s:i}", "beat", 1));
	assert_true(frame_write(one, frame, NULL, NULL));
	OWN(frame) *got = frame_read(two, NULL, NULL);
	assert_non_null(got);
	assert_true(json_equal(got->json, frame->json));
}

static void test_refuses_to_send(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new("x", 1);
	OWN(frame) *unnamed = frame_new(json_object());
	frame_attach(unnamed, "../a b", bytes);
	assert_null(frame_head(unnamed, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT));
	g_clear_error(&error);

	OWN(frame) *many = frame_new(json_object());
	for (int i = 0; i <= FRAME_ATTACHMENTS_MAX; i++)
		frame_attach(many, "a", bytes);
	assert_null(frame_head(many, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT));
	g_clear_error(&error);

	json_t *deep = json_object();
	for (int i = 0; i < FRAME_DEPTH_MAX; i++)
		deep = json_make("{s:o}", "a", deep);
	OWN(frame) *nested = frame_new(deep);
	assert_null(frame_head(nested, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_JSON));
	g_clear_error(&error);

	g_autofree char *text = g_strnfill(FRAME_JSON_MAX, 'x');
	OWN(frame) *large = frame_new(json_make("{s:s}", "a", text));
	assert_null(frame_head(large, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_LENGTH));
}

static void test_closed_and_cut(void **state)
{
	struct pair pair;
	g_autoptr(GError) error = NULL;
	pair_init(&pair);
	pair_hang_up(&pair);
	assert_null(frame_read(pair.link, NULL, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_CLOSED));
	g_clear_error(&error);
	OWN(frame) *frame = frame_new(json_object());
	assert_false(frame_write(pair.link, frame, NULL, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_CLOSED));
	g_clear_error(&error);
	pair_release(&pair);

	pair_init(&pair);
	put(pair.peer, "\0\0\0\5{\"a", 7);
	pair_hang_up(&pair);
	assert_null(frame_read(pair.link, NULL, &error));
	assert_true(g_error_matches(error, FRAME_ERROR, FRAME_ERROR_CUT));
	pair_release(&pair);
}

static void test_read_goes_on_after_a_cancel(void **state)
{
	struct pair pair;
	g_autoptr(GError) error = NULL;
	pair_init(&pair);
	put(pair.peer, "\0\0\0\012{\"be", 8);
	OWN(cancel) *late = cancel_new(NULL, 0.02);
	assert_null(frame_read(pair.link, late, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_DEADLINE));
	g_clear_error(&error);
	OWN(cancel) *fired = cancel_new(NULL, CANCEL_NO_DEADLINE);
	cancel_fire(fired);
	assert_null(frame_read(pair.link, fired, &error));
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	g_clear_error(&error);
	put(pair.peer, "at\":1}", 6);
	OWN(frame) *frame = frame_read(pair.link, NULL, &error);
	assert_non_null(frame);
	assert_int_equal(json_int(frame->json, "beat", 0), 1);
	pair_release(&pair);
}

static void *fire_on_thread(void *arg)
{
	cancel_fire(arg);
	return NULL;
}

static void test_write_to_a_deaf_peer_ends(void **state)
{
	struct pair pair;
	g_autoptr(GError) error = NULL;
	pair_init(&pair);
	g_autofree char *large = g_strnfill(8 * 1024 * 1024, 'x');
	OWN(frame) *frame = frame_new(json_make("{s:s}", "a", large));
	OWN(cancel) *cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	GThread *thread = g_thread_new("fire", fire_on_thread, cancel);
	assert_false(frame_write(pair.link, frame, cancel, &error));
	g_thread_join(thread);
	assert_true(g_error_matches(error, CANCEL_ERROR, CANCEL_ERROR_CANCELLED));
	pair_release(&pair);
}

/* Reads the side into `arg` until its end; an 'X' breaks off. */
static bool listen_aside(struct frame_link *link, int fd, void *arg, GError **error)
{
	char byte;
	if (read(fd, &byte, 1) <= 0) {
		frame_link_watch(link, -1, NULL, NULL);
		return true;
	}
	g_string_append_c(arg, byte);
	if (byte == 'X')
		g_set_error_literal(error, FRAME_ERROR, FRAME_ERROR_IO, "broken off");
	return byte != 'X';
}

static void test_side_is_served(void **state)
{
	struct pair pair;
	g_autoptr(GError) error = NULL;
	pair_init(&pair);
	int side[2];
	assert_int_equal(pipe(side), 0);
	g_autoptr(GString) heard = g_string_new(NULL);
	frame_link_watch(pair.link, side[0], listen_aside, heard);
	put(side[1], "abX", 3);
	assert_null(frame_read(pair.link, NULL, &error));
	assert_string_equal(error->message, "broken off");
	g_clear_error(&error);
	close(side[1]);
	OWN(cancel) *soon = cancel_new(NULL, 0.02);
	assert_null(frame_read(pair.link, soon, &error));
	assert_string_equal(heard->str, "abX");
	close(side[0]);
	pair_release(&pair);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pipes),
		cmocka_unit_test(test_refuses_to_send),
		cmocka_unit_test(test_closed_and_cut),
		cmocka_unit_test(test_read_goes_on_after_a_cancel),
		cmocka_unit_test(test_write_to_a_deaf_peer_ends),
		cmocka_unit_test(test_side_is_served),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
