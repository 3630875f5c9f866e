/*
 * Feeds hostile bytes to the event-stream parser, whole and byte by byte: both ways must give the same events and end
 * alike, and what was given must come back the same through the writer.
 */
#include "base/fuzz.h"
#include "net/sse.h"

#include <string.h>

#define EVENT_MAX 256

static bool note(const struct sse_event *event, void *arg)
{
	g_assert(strlen(event->data) == event->size);
	g_assert(g_utf8_validate(event->data, -1, NULL) && g_utf8_validate(event->name, -1, NULL));
	sse_write(arg, event->id, event->name, event->data);
	return true;
}

/* What the bytes hold, as our writer would write it. */
static char *rewrite(const char *bytes, gsize size, gsize step, gsize max)
{
	GString *text = g_string_new(NULL);
	OWN(sse) *sse = sse_new(max, note, text);
	bool good = true;
	for (gsize at = 0; good && at < size; at += step)
		good = sse_push(sse, bytes + at, MIN(step, size - at), NULL);
	return g_string_free(text, FALSE);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const char *bytes = (const char *)data;
	g_autofree char *whole = rewrite(bytes, size, G_MAXSIZE / 2, EVENT_MAX);
	g_autofree char *bytewise = rewrite(bytes, size, 1, EVENT_MAX);
	g_assert_cmpstr(whole, ==, bytewise);
	g_autofree char *again = rewrite(whole, strlen(whole), 7, 8 * EVENT_MAX);
	g_assert_cmpstr(whole, ==, again);
	return 0;
}
