/* PNG, by libspng. */
#include "image/image_int.h"

#include <spng.h>
#include <string.h>

/* Text and other chunks that nobody reads here. */
enum { CHUNKS_MOST = 16 * 1024 * 1024 };

static bool is_png(const guint8 *data, gsize size)
{
	return size >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static bool damaged(int code, GError **error)
{
	g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the PNG cannot be read: %s", spng_strerror(code));
	return false;
}

static bool decode_in(spng_ctx *ctx, struct image *image, int *turn_out, GError **error)
{
	struct spng_ihdr head;
	struct spng_exif exif;
	size_t bytes = 0;
	int code = spng_get_ihdr(ctx, &head);
	if (code != 0)
		return damaged(code, error);
	if (!image_check_size(head.width, head.height, error))
		return false;
	if ((code = spng_decoded_image_size(ctx, SPNG_FMT_RGBA8, &bytes)) != 0)
		return damaged(code, error);
	image->width = (int)head.width;
	image->height = (int)head.height;
	image->rgba = g_malloc0(bytes);
	if ((code = spng_decode_image(ctx, image->rgba, bytes, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS)) != 0)
		return damaged(code, error);
	*turn_out = spng_get_exif(ctx, &exif) == 0 ? image_turn((const guint8 *)exif.data, exif.length) : 1;
	return true;
}

static bool decode(const guint8 *data, gsize size, int least, struct image *image, int *turn_out, GError **error)
{
	spng_ctx *ctx = spng_ctx_new(0);
	bool done = spng_set_chunk_limits(ctx, CHUNKS_MOST, CHUNKS_MOST) == 0 &&
		    spng_set_png_buffer(ctx, data, size) == 0 && decode_in(ctx, image, turn_out, error);
	spng_ctx_free(ctx);
	return done;
}

const struct image_format image_png = {"PNG", is_png, decode};
