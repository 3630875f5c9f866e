/*
 * Feeds hostile streams to the readers of the wire formats. The first byte chooses the format, the rest is what came in
 * over the wire. Whole and in pieces it must read alike, and whatever it reads is UTF-8, counted by whole numbers.
 */
#include "base/fuzz.h"
#include "llm/service.h"
#include "net/sse.h"

#include <string.h>

static void no_piece(const char *text, void *arg)
{
	g_assert(g_utf8_validate(text, -1, NULL));
}

static bool on_event(const struct sse_event *event, void *arg)
{
	return stream_take(arg, event->data, event->size);
}

/* What the stream says, and how it ends, as text. */
static char *read_all(const struct wire *wire, const char *bytes, gsize size, gsize step, bool by_shape)
{
	const struct service service = {.wire = wire};
	const struct llm_provider provider = {.name = "fuzz", .service = &service};
	struct llm_abilities abilities = {.provider = "fuzz", .model = "fuzz"};
	const struct endpoint endpoint = {
		.provider = &provider, .service = &service, .model = "fuzz", .abilities = &abilities};
	const struct llm_watch watch = {.piece = no_piece};
	struct llm_outcome outcome = {0};
	struct stream stream;
	stream_init(&stream, &endpoint, &watch, &outcome);
	stream.structure = STRUCTURE_OBJECT;
	/* Read in full, event by event, it must say the same as by its shape. */
	if (!by_shape)
		stream.shape.learned = G_MAXUINT;
	OWN(sse) *sse = sse_new(1 << 16, on_event, &stream);
	bool good = true;
	for (gsize at = 0; good && at < size; at += step)
		good = sse_push(sse, bytes + at, MIN(step, size - at), NULL);
	char *said = g_strdup_printf("%d %d %d %d %s\n%s", good, stream.stopped, (int)stream.stop, stream.done,
		stream.error ? stream.error->message : "", stream.text->str);
	g_assert(outcome.usage.tokens_in >= 0 && outcome.usage.tokens_out >= 0);
	g_assert(g_utf8_validate(stream.text->str, -1, NULL));
	stream_clear(&stream);
	return said;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const struct wire *const wires[] = {&wire_openai, &wire_anthropic, &wire_gemini};
	if (size == 0)
		return 0;
	const struct wire *wire = wires[data[0] % G_N_ELEMENTS(wires)];
	const char *bytes = (const char *)data + 1;
	g_autofree char *whole = read_all(wire, bytes, size - 1, G_MAXSIZE / 2, true);
	g_autofree char *pieces = read_all(wire, bytes, size - 1, 3, false);
	g_assert_cmpstr(whole, ==, pieces);
	return 0;
}
