/* The event-stream parser against the standard's examples, cut at every place, and against the writer. */
#include "net/net.h"

#include "base/testing.h"
#include "net/sse.h"

static bool note(const struct sse_event *event, void *arg)
{
	assert_int_equal(strlen(event->data), event->size);
	g_string_append_printf(arg, "[%s|%s|%s]", event->id, event->name, event->data);
	return true;
}

static char *parse(const char *bytes, gsize size, gsize cut)
{
	GString *seen = g_string_new(NULL);
	OWN(sse) *sse = sse_new(1000, note, seen);
	g_autoptr(GError) error = NULL;
	assert_true(sse_push(sse, bytes, cut, &error));
	assert_true(sse_push(sse, bytes + cut, size - cut, &error));
	g_string_append_printf(seen, " %s %" G_GINT64_FORMAT, sse_last_id(sse), sse_retry_ms(sse));
	return g_string_free(seen, FALSE);
}

static void test_streams(void **state)
{
	static const struct {
		const char *bytes;
		gsize size;
		const char *seen;
	} cases[] = {
#define S(text) text, sizeof text - 1
		{S("data: a\n\n"), "[|message|a]  -1"},
		{S("data: a\r\n\r\n"), "[|message|a]  -1"},
		{S("data: a\r\r"), "[|message|a]  -1"},
		{S("data: a\r\n\ndata: b\r\n\r"), "[|message|a][|message|b]  -1"},
		{S("\xef\xbb\xbf"
		   "data: a\n\n"),
			"[|message|a]  -1"},
		{S("\xef\xbb\xbf\xef\xbb\xbf"
		   "data: a\n\ndata: b\n\n"),
			"[|message|b]  -1"},
		{S("\xef\xbb"
		   "data: a\n\ndata: b\n\n"),
			"[|message|b]  -1"},
		{S("data: YHOO\ndata: +2\ndata: 10\n\n"), "[|message|YHOO\n+2\n10]  -1"},
		{S(": comment\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n"),
			"[1|message|first][|message|second][|message| third]  -1"},
		{S("data\n\ndata\ndata\n\ndata:"), "[|message|][|message|\n]  -1"},
		{S("event: x\nid: 5\n\ndata: a\n\n"), "[5|message|a] 5 -1"},
		{S("event: x\ndata: a\n\ndata: b\n\n"), "[|x|a][|message|b]  -1"},
		{S("id: 1\ndata: a\n\nid: 2\ndata: cut"), "[1|message|a] 1 -1"},
		{S("id: 1\0"
		   "2\ndata: a\n\n"),
			"[|message|a]  -1"},
		{S("data: a\0b\n\n"), "[|message|a\xef\xbf\xbd"
				      "b]  -1"},
		{S("data: \xff\n\n"), "[|message|\xef\xbf\xbd]  -1"},
		{S("retry: 3000\nretry: 3x\nretry: \n\n"), "  3000"},
		{S("nonsense\nfield: x\nDATA: a\n\n"), "  -1"},
		{S(""), "  -1"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (gsize cut = 0; cut <= cases[i].size; cut++) {
			g_autofree char *seen = parse(cases[i].bytes, cases[i].size, cut);
			assert_string_equal(seen, cases[i].seen);
		}
	}
}

static void test_bounds(void **state)
{
	static const char *const streams[] = {
		"data: 0123456789", "data:01234567\ndata:01234567\n", ": 0123456789012345"};
	for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
		g_autoptr(GString) seen = g_string_new(NULL);
		OWN(sse) *sse = sse_new(14, note, seen);
		g_autoptr(GError) error = NULL;
		bool good = true;
		for (const char *p = streams[i]; good && *p; p++)
			good = sse_push(sse, p, 1, &error);
		assert_false(good);
		assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_TOO_LONG));
	}
}

static bool stop(const struct sse_event *event, void *arg)
{
	return false;
}

static void test_stop(void **state)
{
	OWN(sse) *sse = sse_new(100, stop, NULL);
	g_autoptr(GError) error = NULL;
	assert_false(sse_push(sse, "data: a\n\n", 9, &error));
	assert_true(g_error_matches(error, NET_ERROR, NET_ERROR_STOPPED));
}

static void test_writer(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL), seen = g_string_new(NULL);
	sse_write_comment(out, "ali\nve");
	sse_write(out, "7", "run.started", "{\"a\":1}");
	sse_write(out, "8\r\ndata: forged", NULL, "one\ntwo\r\nthree\rfour\n");
	sse_write(out, NULL, NULL, "");
	OWN(sse) *sse = sse_new(1000, note, seen);
	g_autoptr(GError) error = NULL;
	assert_true(sse_push(sse, out->str, out->len, &error));
	assert_string_equal(seen->str,
		"[7|run.started|{\"a\":1}][8data: forged|message|one\ntwo\nthree\nfour\n][8data: forged|message|]");
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_writer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
