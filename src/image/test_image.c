/* Pictures: each format read, turned upright, reduced; nothing of the file goes on but the picture; what is refused,
 * and in which words. */
#include "image/image.h"

#include "base/testing.h"

#include <spng.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/encode.h>

enum { WIDTH = 64, HEIGHT = 32 };

/* Quarters: red, green above blue, white. */
static void quarter(int x, int y, guint8 *pixel)
{
	static const guint8 colours[4][3] = {{230, 20, 20}, {20, 200, 20}, {20, 20, 220}, {250, 250, 250}};
	memcpy(pixel, colours[(y >= HEIGHT / 2) * 2 + (x >= WIDTH / 2)], 3);
	pixel[3] = 255;
}

static guint8 *pixels(void)
{
	guint8 *rgba = g_malloc(WIDTH * HEIGHT * 4);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			quarter(x, y, rgba + 4 * (y * WIDTH + x));
	return rgba;
}

static GBytes *as_png(guint32 width, guint32 height, const guint8 *rgba)
{
	size_t size = 0;
	int code = 0;
	struct spng_ihdr head = {
		.width = width, .height = height, .bit_depth = 8, .color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA};
	struct spng_text note = {.type = SPNG_TEXT, .keyword = "Comment", .text = (char *)"SECRET", .length = 6};
	spng_ctx *ctx = spng_ctx_new(SPNG_CTX_ENCODER);
	spng_set_option(ctx, SPNG_ENCODE_TO_BUFFER, 1);
	spng_set_ihdr(ctx, &head);
	spng_set_text(ctx, &note, 1);
	assert_int_equal(
		spng_encode_image(ctx, rgba, (size_t)width * height * 4, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE), 0);
	guint8 *bytes = spng_get_png_buffer(ctx, &size, &code);
	GBytes *png = g_bytes_new(bytes, size);
	free(bytes);
	spng_ctx_free(ctx);
	return png;
}

/* With an EXIF segment that says how it is turned, and where it was taken. */
static GBytes *as_jpeg(const guint8 *rgba, int format, int turn)
{
	unsigned char *jpeg = NULL;
	unsigned long size = 0;
	tjhandle handle = tjInitCompress();
	assert_int_equal(tjCompress2(handle, rgba, WIDTH, 0, HEIGHT, format, &jpeg, &size, TJSAMP_444, 95, 0), 0);
	const guint8 exif[] = {0xff, 0xe1, 0, 42, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01,
		0x12, 0, 3, 0, 0, 0, 1, 0, (guint8)turn, 0, 0, 0, 0, 0, 0, 'S', 'E', 'C', 'R', 'E', 'T', 0, 0};
	GByteArray *bytes = g_byte_array_new();
	g_byte_array_append(bytes, jpeg, 2);
	g_byte_array_append(bytes, exif, sizeof exif);
	g_byte_array_append(bytes, jpeg + 2, (guint)size - 2);
	tjFree(jpeg);
	tjDestroy(handle);
	return g_byte_array_free_to_bytes(bytes);
}

static GBytes *as_webp(const guint8 *rgba)
{
	uint8_t *webp = NULL;
	size_t size = WebPEncodeLosslessRGBA(rgba, WIDTH, HEIGHT, WIDTH * 4, &webp);
	GBytes *bytes = g_bytes_new(webp, size);
	WebPFree(webp);
	return bytes;
}

static void assert_near(const guint8 *pixel, const guint8 *wanted)
{
	for (int channel = 0; channel < 3; channel++) {
		if (ABS(pixel[channel] - wanted[channel]) > 12)
			fail_msg("%d %d %d is not %d %d %d", pixel[0], pixel[1], pixel[2], wanted[0], wanted[1],
				wanted[2]);
	}
}

/* The middle of each quarter of a decoded picture. */
static void assert_quarters(const struct image *image)
{
	for (int quarters = 0; quarters < 4; quarters++) {
		guint8 wanted[4];
		int right = quarters % 2, below = quarters / 2;
		int x = image->width * (1 + 2 * right) / 4, y = image->height * (1 + 2 * below) / 4;
		quarter(right ? WIDTH - 1 : 0, below ? HEIGHT - 1 : 0, wanted);
		assert_near(image->rgba + 4 * (y * image->width + x), wanted);
	}
}

static void each_format_is_read(void **state)
{
	g_autofree guint8 *rgba = pixels(), *cmyk = g_malloc(WIDTH * HEIGHT * 4);
	/* Printers' programs write these inverted: without black, what is left is the colour itself. */
	memcpy(cmyk, rgba, WIDTH * HEIGHT * 4);
	GBytes *files[] = {
		as_png(WIDTH, HEIGHT, rgba), as_jpeg(rgba, TJPF_RGBA, 1), as_webp(rgba), as_jpeg(cmyk, TJPF_CMYK, 1)};
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		for (int least = 0; least <= 32; least += 32) {
			struct image image;
			g_autoptr(GError) error = NULL;
			if (!image_decode(files[i], least, &image, &error))
				fail_msg("%u: %s", i, error->message);
			assert_true(image.width == 2 * image.height && image.width >= (least ? least : WIDTH));
			assert_quarters(&image);
			image_clear(&image);
		}
		int width = 0, height = 0;
		gsize size;
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) small = image_reduce(files[i], 16, &width, &height, &error);
		assert_non_null(small);
		assert_true(width == 16 && height == 8);
		const char *data = g_bytes_get_data(small, &size);
		assert_null(g_strstr_len(data, (gssize)size, "SECRET"));
		assert_null(memmem(data, size, "SECRET", 6));
		assert_null(memmem(data, size, "Exif", 4));
		g_bytes_unref(files[i]);
	}
}

/* The picture as it is stored when the camera was held so: the inverse of what has to be undone. */
static guint8 *turned(int turn, int *width, int *height)
{
	/* For each orientation: the stored picture's (column, row) of the upright (x, y), as the standard's table has
	 * it. */
	guint8 *stored = g_malloc(WIDTH * HEIGHT * 4);
	*width = turn >= 5 ? HEIGHT : WIDTH;
	*height = turn >= 5 ? WIDTH : HEIGHT;
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			const int right = WIDTH - 1 - x, below = HEIGHT - 1 - y;
			const int places[8][2] = {{x, y}, {right, y}, {right, below}, {x, below}, {y, x}, {y, right},
				{below, right}, {below, x}};
			quarter(x, y, stored + 4 * (places[turn - 1][1] * *width + places[turn - 1][0]));
		}
	}
	return stored;
}

static void pictures_are_turned_upright(void **state)
{
	for (int turn = 1; turn <= 8; turn++) {
		int width, height;
		struct image image;
		g_autoptr(GError) error = NULL;
		g_autofree guint8 *stored = turned(turn, &width, &height);
		unsigned char *jpeg = NULL;
		unsigned long size = 0;
		tjhandle handle = tjInitCompress();
		tjCompress2(handle, stored, width, 0, height, TJPF_RGBA, &jpeg, &size, TJSAMP_444, 95, 0);
		const guint8 exif[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0,
			0x12, 0x01, 3, 0, 1, 0, 0, 0, (guint8)turn, 0, 0, 0, 0, 0, 0, 0};
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		g_byte_array_append(bytes, jpeg, 2);
		g_byte_array_append(bytes, exif, sizeof exif);
		g_byte_array_append(bytes, jpeg + 2, (guint)size - 2);
		g_autoptr(GBytes) file = g_bytes_new(bytes->data, bytes->len);
		if (!image_decode(file, 0, &image, &error))
			fail_msg("%s", error->message);
		if (image.width != WIDTH || image.height != HEIGHT)
			fail_msg("orientation %d: %d x %d", turn, image.width, image.height);
		assert_quarters(&image);
		image_clear(&image);
		tjFree(jpeg);
		tjDestroy(handle);
	}
}

static void glass_stands_on_white(void **state)
{
	g_autofree guint8 *rgba = g_malloc0(WIDTH * HEIGHT * 4);
	g_autoptr(GBytes) png = as_png(WIDTH, HEIGHT, rgba);
	g_autoptr(GBytes) jpeg = image_reduce(png, WIDTH, NULL, NULL, NULL);
	struct image image;
	assert_true(image_decode(jpeg, 0, &image, NULL));
	assert_near(image.rgba, (const guint8[]){255, 255, 255, 255});
	image_clear(&image);
}

static void refused(GBytes *file, int code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) jpeg = image_reduce(file, 512, NULL, NULL, &error);
	assert_null(jpeg);
	if (!g_error_matches(error, IMAGE_ERROR, code) || !strstr(error->message, words))
		fail_msg("code %d, \"%s\" has no \"%s\"", error->code, error->message, words);
	g_bytes_unref(file);
}

static GBytes *half(GBytes *file)
{
	GBytes *part = g_bytes_new_from_bytes(file, 0, g_bytes_get_size(file) / 2);
	g_bytes_unref(file);
	return part;
}

/* A PNG's header that says how large it is; nothing needs to follow. */
static GBytes *says_size(guint32 width, guint32 height)
{
	g_autofree guint8 *rgba = pixels();
	g_autoptr(GBytes) png = as_png(WIDTH, HEIGHT, rgba);
	gsize size;
	guint8 *data = g_memdup2(g_bytes_get_data(png, &size), g_bytes_get_size(png));
	const guint32 sizes[] = {GUINT32_TO_BE(width), GUINT32_TO_BE(height)};
	memcpy(data + 16, sizes, 8);
	/* CRC-32 of the chunk (PNG, section 5.5). */
	guint32 crc = 0xffffffff;
	for (int i = 12; i < 29; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = GUINT32_TO_BE(~crc);
	memcpy(data + 29, &crc, 4);
	return g_bytes_new_take(data, g_bytes_get_size(png));
}

static void what_is_no_picture_is_refused(void **state)
{
	g_autofree guint8 *rgba = pixels();
	g_autofree char *large = g_malloc0(IMAGE_FILE_MOST + 1);
	refused(half(as_png(WIDTH, HEIGHT, rgba)), IMAGE_ERROR_DAMAGED, "PNG cannot be read");
	refused(half(as_jpeg(rgba, TJPF_RGBA, 1)), IMAGE_ERROR_DAMAGED, "JPEG cannot be read");
	refused(half(as_webp(rgba)), IMAGE_ERROR_DAMAGED, "WebP cannot be read");
	refused(says_size(40000, 10), IMAGE_ERROR_LARGE, "40000 x 10");
	refused(says_size(19000, 19000), IMAGE_ERROR_LARGE, "reduce it");
	refused(g_bytes_new_static("<svg xmlns='x'/>", 16), IMAGE_ERROR_FORMAT, "an SVG");
	refused(g_bytes_new_static("a chair, please", 15), IMAGE_ERROR_FORMAT, "it is text");
	refused(g_bytes_new_static("GIF89a", 6), IMAGE_ERROR_FORMAT, "a GIF");
	refused(g_bytes_new_static("\0\0\0\x18"
				   "ftypheic",
			12),
		IMAGE_ERROR_FORMAT, "a HEIC");
	refused(g_bytes_new_static("<!DOCTYPE html>", 15), IMAGE_ERROR_FORMAT, "a web page");
	refused(g_bytes_new_static("\x01\x02\x03", 3), IMAGE_ERROR_FORMAT, "no PNG, JPEG or WebP:");
	refused(g_bytes_new_static("", 0), IMAGE_ERROR_FORMAT, "it is empty");
	refused(g_bytes_new_static(large, IMAGE_FILE_MOST + 1), IMAGE_ERROR_LARGE, "reduce it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_read),
		cmocka_unit_test(pictures_are_turned_upright),
		cmocka_unit_test(glass_stands_on_white),
		cmocka_unit_test(what_is_no_picture_is_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
