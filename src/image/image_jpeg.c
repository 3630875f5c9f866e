/* JPEG, by libjpeg-turbo; four-colour ones (CMYK, as printers' programs write them inverted) are turned into RGB here.
 */
#include "image/image_int.h"

#include <string.h>
#include <turbojpeg.h>

static bool is_jpeg(const guint8 *data, gsize size)
{
	return size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

/* Walks the segments to APP1 "Exif" (Exif 2.32, section 4.7.2). */
static int turn_of(const guint8 *data, gsize size)
{
	for (gsize at = 2; at + 4 <= size && data[at] == 0xff;) {
		gsize length = (gsize)data[at + 2] << 8 | data[at + 3];
		if (data[at + 1] == 0xda || length < 2 || at + 2 + length > size)
			break;
		if (data[at + 1] == 0xe1 && length >= 8 && memcmp(data + at + 4, "Exif\0", 6) == 0)
			return image_turn(data + at + 4, length - 2);
		at += 2 + length;
	}
	return 1;
}

/* The smallest scale of the decoder at which the longer side still has `least` pixels. */
static tjscalingfactor scale_for(int width, int height, int least)
{
	int count = 0;
	const tjscalingfactor *factors = tjGetScalingFactors(&count);
	tjscalingfactor best = {1, 1};
	for (int i = 0; least > 0 && i < count; i++) {
		bool smaller = factors[i].num * best.denom < best.num * factors[i].denom;
		if (smaller && TJSCALED(MAX(width, height), factors[i]) >= least)
			best = factors[i];
	}
	return best;
}

static void from_cmyk(struct image *image)
{
	for (gsize i = 0; i < (gsize)image->width * (gsize)image->height; i++) {
		guint8 *pixel = image->rgba + 4 * i;
		for (int channel = 0; channel < 3; channel++)
			pixel[channel] = (guint8)(pixel[channel] * pixel[3] / 255);
		pixel[3] = 255;
	}
}

/* A warning is no failure, unless what it warns of is that the file ends too early. */
static bool failed(tjhandle handle)
{
	return tjGetErrorCode(handle) != TJERR_WARNING || strstr(tjGetErrorStr2(handle), "remature end");
}

static bool decode_with(tjhandle handle, const guint8 *data, gsize size, int least, struct image *image, GError **error)
{
	int width, height, sampling, colours;
	if (tjDecompressHeader3(handle, data, (unsigned long)size, &width, &height, &sampling, &colours) != 0) {
		g_set_error(
			error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the JPEG cannot be read: %s", tjGetErrorStr2(handle));
		return false;
	}
	if (!image_check_size((guint64)width, (guint64)height, error))
		return false;
	bool four = colours == TJCS_CMYK || colours == TJCS_YCCK;
	tjscalingfactor scale = scale_for(width, height, least);
	image->width = TJSCALED(width, scale);
	image->height = TJSCALED(height, scale);
	image->rgba = g_malloc0((gsize)image->width * (gsize)image->height * 4);
	if (tjDecompress2(handle, data, (unsigned long)size, image->rgba, image->width, 0, image->height,
		    four ? TJPF_CMYK : TJPF_RGBA, TJFLAG_LIMITSCANS) != 0 &&
		failed(handle)) {
		g_set_error(
			error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the JPEG cannot be read: %s", tjGetErrorStr2(handle));
		return false;
	}
	if (four)
		from_cmyk(image);
	return true;
}

static bool decode(const guint8 *data, gsize size, int least, struct image *image, int *turn_out, GError **error)
{
	tjhandle handle = tjInitDecompress();
	*turn_out = turn_of(data, size);
	bool done = handle && decode_with(handle, data, size, least, image, error);
	if (handle)
		tjDestroy(handle);
	return done;
}

const struct image_format image_jpeg = {"JPEG", is_jpeg, decode};
