/* Pictures that people give: see image.h. A format is a file and a row of `formats`. */
#include "image/image_int.h"

#include <libexif/exif-data.h>
#include <stb/stb_image_resize.h>
#include <string.h>
#include <turbojpeg.h>

enum { QUALITY = 92, UPRIGHT = 1 };

G_DEFINE_QUARK(ll3m_image_error, image_error)

static const struct image_format *const formats[] = {&image_png, &image_jpeg, &image_webp};

void image_clear(struct image *image)
{
	g_clear_pointer(&image->rgba, g_free);
}

bool image_check_size(guint64 width, guint64 height, GError **error)
{
	if (width >= 1 && height >= 1 && width <= IMAGE_SIDE_MOST && height <= IMAGE_SIDE_MOST &&
		width * height <= IMAGE_PIXELS_MOST)
		return true;
	g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_LARGE,
		"the picture has %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
		" pixels; at most %d a side and %d million in all are taken: reduce it",
		width, height, IMAGE_SIDE_MOST, IMAGE_PIXELS_MOST / 1000000);
	return false;
}

int image_turn(const guint8 *exif, gsize size)
{
	int turn = UPRIGHT;
	if (size > G_MAXINT)
		return turn;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	/* libexif wants the name in front, which only JPEG has. */
	if (size < 6 || memcmp(exif, "Exif\0", 6) != 0)
		g_byte_array_append(bytes, (const guint8 *)"Exif\0", 6);
	g_byte_array_append(bytes, exif, (guint)size);
	ExifData *data = exif_data_new_from_data(bytes->data, bytes->len);
	ExifEntry *entry = data ? exif_data_get_entry(data, EXIF_TAG_ORIENTATION) : NULL;
	if (entry && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
		turn = exif_get_short(entry->data, exif_data_get_byte_order(data));
	if (data)
		exif_data_unref(data);
	return turn >= 1 && turn <= 8 ? turn : UPRIGHT;
}

/* ---- upright ---- */
/* Where the pixel at (x, y) of the upright picture stands in the stored one (Exif 2.32, tag Orientation). */
static gsize stored_at(int turn, int x, int y, int width, int height)
{
	int column = x, row = y;
	if (turn >= 5) {
		column = y;
		row = x;
	}
	if (turn == 2 || turn == 3 || turn == 7 || turn == 8)
		column = width - 1 - column;
	if (turn == 3 || turn == 4 || turn == 6 || turn == 7)
		row = height - 1 - row;
	return (gsize)row * (gsize)width + (gsize)column;
}

static void make_upright(struct image *image, int turn)
{
	if (turn == UPRIGHT)
		return;
	bool aside = turn >= 5;
	struct image upright = {.width = aside ? image->height : image->width,
		.height = aside ? image->width : image->height,
		.rgba = g_malloc0((gsize)image->width * (gsize)image->height * 4)};
	for (int y = 0; y < upright.height; y++) {
		for (int x = 0; x < upright.width; x++) {
			gsize from = stored_at(turn, x, y, image->width, image->height);
			gsize to = (gsize)y * (gsize)upright.width + (gsize)x;
			memcpy(upright.rgba + 4 * to, image->rgba + 4 * from, 4);
		}
	}
	image_clear(image);
	*image = upright;
}

/* ---- what else people give ---- */
static const char *looks_like(const guint8 *data, gsize size)
{
	static const struct {
		const char *magic;
		gsize at;
		const char *name;
	} others[] = {{"GIF8", 0, "a GIF"}, {"BM", 0, "a BMP"}, {"II*", 0, "a TIFF"}, {"MM\0*", 0, "a TIFF"},
		{"%PDF", 0, "a PDF"}, {"ftypheic", 4, "a HEIC"}, {"ftypavif", 4, "an AVIF"}, {"8BPS", 0, "a PSD"},
		{"gimp xcf", 0, "an XCF"}, {"PK", 0, "an archive"}};
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		gsize length = i == 3 ? 4 : strlen(others[i].magic);
		if (others[i].at + length <= size && memcmp(data + others[i].at, others[i].magic, length) == 0)
			return others[i].name;
	}
	g_autofree char *head = g_strndup((const char *)data, MIN(size, 1024));
	if (strstr(head, "<svg"))
		return "an SVG";
	if (strstr(head, "<html") || strstr(head, "<!DOCTYPE"))
		return "a web page";
	if (strlen(head) != MIN(size, 1024) || !g_utf8_validate(head, -1, NULL))
		return NULL;
	for (const char *at = head; *at; at++) {
		if (g_ascii_iscntrl(*at) && !g_ascii_isspace(*at))
			return NULL;
	}
	return "text";
}

bool image_decode(GBytes *file, int least, struct image *image, GError **error)
{
	gsize size;
	int turn = UPRIGHT;
	const guint8 *data = g_bytes_get_data(file, &size);
	*image = (struct image){0};
	if (size > IMAGE_FILE_MOST) {
		g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_LARGE,
			"the picture has %zu MB; at most %d are taken: reduce it", size / 1000000,
			IMAGE_FILE_MOST / 1000000);
		return false;
	}
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (!formats[i]->is(data, size))
			continue;
		if (formats[i]->decode(data, size, least, image, &turn, error)) {
			make_upright(image, turn);
			return true;
		}
		image_clear(image);
		return false;
	}
	const char *other = size ? looks_like(data, size) : "empty";
	g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_FORMAT,
		"the file is no PNG, JPEG or WebP%s%s: save the picture as one of these", other ? "; it is " : "",
		other ? other : "");
	return false;
}

/* ---- reduced ---- */
static void onto_white(struct image *image)
{
	for (gsize i = 0; i < (gsize)image->width * (gsize)image->height; i++) {
		guint8 *pixel = image->rgba + 4 * i;
		for (int channel = 0; channel < 3; channel++)
			pixel[channel] = (guint8)((pixel[channel] * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255);
		pixel[3] = 255;
	}
}

static void shrink(struct image *image, int side)
{
	int longer = MAX(image->width, image->height);
	if (longer <= side)
		return;
	struct image small = {.width = MAX(1, (int)((gint64)image->width * side / longer)),
		.height = MAX(1, (int)((gint64)image->height * side / longer))};
	small.rgba = g_malloc0((gsize)small.width * (gsize)small.height * 4);
	if (!stbir_resize_uint8_srgb(
		    image->rgba, image->width, image->height, 0, small.rgba, small.width, small.height, 0, 4, 3, 0))
		g_error("out of memory for a picture");
	image_clear(image);
	*image = small;
}

static GBytes *write_jpeg(const struct image *image, GError **error)
{
	unsigned char *jpeg = NULL;
	unsigned long size = 0;
	tjhandle handle = tjInitCompress();
	GBytes *bytes = NULL;
	if (handle && tjCompress2(handle, image->rgba, image->width, 0, image->height, TJPF_RGBX, &jpeg, &size,
			      TJSAMP_444, QUALITY, 0) == 0)
		bytes = g_bytes_new(jpeg, size);
	else
		g_set_error(error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "the picture cannot be written anew: %s",
			tjGetErrorStr2(handle));
	tjFree(jpeg);
	if (handle)
		tjDestroy(handle);
	return bytes;
}

GBytes *image_reduce(GBytes *file, int side, int *width_out, int *height_out, GError **error)
{
	struct image image;
	if (!image_decode(file, side, &image, error))
		return NULL;
	onto_white(&image);
	shrink(&image, side);
	GBytes *jpeg = write_jpeg(&image, error);
	if (width_out)
		*width_out = image.width;
	if (height_out)
		*height_out = image.height;
	image_clear(&image);
	return jpeg;
}
