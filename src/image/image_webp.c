/* WebP, by libwebp; of an animated one, which has no single picture, nothing is read. */
#include "image/image_int.h"

#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

static bool is_webp(const guint8 *data, gsize size)
{
	return size >= 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0;
}

static int turn_of(const guint8 *data, gsize size)
{
	WebPData bytes = {data, size};
	WebPChunkIterator chunk;
	int turn = 1;
	WebPDemuxer *demuxer = WebPDemux(&bytes);
	if (demuxer && WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
		turn = image_turn(chunk.chunk.bytes, chunk.chunk.size);
		WebPDemuxReleaseChunkIterator(&chunk);
	}
	WebPDemuxDelete(demuxer);
	return turn;
}

static bool decode(const guint8 *data, gsize size, int least, struct image *image, int *turn_out, GError **error)
{
	WebPDecoderConfig config;
	if (!WebPInitDecoderConfig(&config) || WebPGetFeatures(data, size, &config.input) != VP8_STATUS_OK) {
		g_set_error_literal(
			error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the WebP cannot be read: its header is damaged");
		return false;
	}
	if (config.input.has_animation) {
		g_set_error_literal(error, IMAGE_ERROR, IMAGE_ERROR_FORMAT,
			"the WebP is animated: save one picture of it as PNG, JPEG or WebP");
		return false;
	}
	if (!image_check_size((guint64)config.input.width, (guint64)config.input.height, error))
		return false;
	int longer = MAX(config.input.width, config.input.height);
	image->width = config.input.width;
	image->height = config.input.height;
	if (least > 0 && longer > least) {
		config.options.use_scaling = 1;
		image->width = config.options.scaled_width = MAX(1, (int)((gint64)image->width * least / longer));
		image->height = config.options.scaled_height = MAX(1, (int)((gint64)image->height * least / longer));
	}
	image->rgba = g_malloc0((gsize)image->width * (gsize)image->height * 4);
	config.output.colorspace = MODE_RGBA;
	config.output.is_external_memory = 1;
	config.output.u.RGBA.rgba = image->rgba;
	config.output.u.RGBA.stride = image->width * 4;
	config.output.u.RGBA.size = (size_t)image->width * (size_t)image->height * 4;
	VP8StatusCode code = WebPDecode(data, size, &config);
	WebPFreeDecBuffer(&config.output);
	if (code != VP8_STATUS_OK) {
		g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the WebP cannot be read: %s",
			code == VP8_STATUS_NOT_ENOUGH_DATA ? "it ends too early" : "its picture is damaged");
		return false;
	}
	*turn_out = turn_of(data, size);
	return true;
}

const struct image_format image_webp = {"WebP", is_webp, decode};
