/*
 * Feeds hostile bytes to the frame decoder, whole and byte by byte: both ways must end alike, and a frame that was
 * taken must be one that we could send.
 */
#include "base/fuzz.h"
#include "net/frame.h"

/* How many frames the bytes hold before they break a rule or end. */
static guint frames_in(const guint8 *data, gsize size, gsize step)
{
	OWN(frame_decoder) *decoder = frame_decoder_new();
	guint frames = 0;
	while (size > 0) {
		gsize len = MIN(MIN(step, size), frame_decoder_wants(decoder));
		struct frame *got = NULL;
		if (!frame_decoder_push(decoder, data, len, &got, NULL))
			break;
		if (got) {
			g_autoptr(GByteArray) head = frame_head(got, NULL);
			g_assert(head);
			frame_free(got);
			frames++;
		}
		data += len;
		size -= len;
	}
	return frames;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_assert_cmpuint(frames_in(data, size, G_MAXSIZE), ==, frames_in(data, size, 1));
	return 0;
}
