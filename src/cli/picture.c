/* Pictures inside a terminal: see picture.h. */
#include "cli/picture.h"

#include <chafa.h>
#include <spng.h>
#include <unistd.h>

enum { SIDE_MOST = 4096 };

/* RGBA bytes of a PNG (g_free), or NULL. */
static guint8 *decode(GBytes *png, guint32 *width_out, guint32 *height_out)
{
	gsize size;
	size_t bytes;
	struct spng_ihdr head;
	const void *data = g_bytes_get_data(png, &size);
	spng_ctx *ctx = spng_ctx_new(0);
	guint8 *pixels = NULL;
	bool sized = ctx && spng_set_image_limits(ctx, SIDE_MOST, SIDE_MOST) == 0 &&
		     spng_set_png_buffer(ctx, data, size) == 0 && spng_get_ihdr(ctx, &head) == 0 &&
		     spng_decoded_image_size(ctx, SPNG_FMT_RGBA8, &bytes) == 0;
	if (sized) {
		pixels = g_malloc(bytes);
		*width_out = head.width;
		*height_out = head.height;
		if (spng_decode_image(ctx, pixels, bytes, SPNG_FMT_RGBA8, 0) != 0)
			g_clear_pointer(&pixels, g_free);
	}
	spng_ctx_free(ctx);
	return pixels;
}

bool picture_possible(FILE *stream)
{
	const char *terminal = g_getenv("TERM");
	return isatty(fileno(stream)) && terminal && !g_str_equal(terminal, "dumb");
}

static ChafaPixelMode best_mode(const ChafaTermInfo *info)
{
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1))
		return CHAFA_PIXEL_MODE_KITTY;
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE))
		return CHAFA_PIXEL_MODE_ITERM2;
	return chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_SIXELS) ? CHAFA_PIXEL_MODE_SIXELS
									   : CHAFA_PIXEL_MODE_SYMBOLS;
}

bool picture_show(FILE *stream, GBytes *png, int columns)
{
	guint32 width = 0;
	guint32 height = 0;
	g_autofree guint8 *pixels = decode(png, &width, &height);
	if (!pixels)
		return false;
	g_auto(GStrv) environment = g_get_environ();
	ChafaTermInfo *info = chafa_term_db_detect(chafa_term_db_get_default(), environment);
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap *symbols = chafa_symbol_map_new();
	gint across = columns;
	gint down = columns;
	chafa_calc_canvas_geometry((gint)width, (gint)height, &across, &down, 0.5f, TRUE, FALSE);
	chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_BLOCK);
	chafa_canvas_config_set_symbol_map(config, symbols);
	chafa_canvas_config_set_geometry(config, across, down);
	chafa_canvas_config_set_pixel_mode(config, best_mode(info));
	bool many_colours = chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT);
	chafa_canvas_config_set_canvas_mode(
		config, many_colours ? CHAFA_CANVAS_MODE_TRUECOLOR : CHAFA_CANVAS_MODE_INDEXED_240);
	ChafaCanvas *canvas = chafa_canvas_new(config);
	chafa_canvas_draw_all_pixels(
		canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels, (gint)width, (gint)height, (gint)width * 4);
	GString *text = chafa_canvas_print(canvas, info);
	fprintf(stream, "%s\n", text->str);
	g_string_free(text, TRUE);
	chafa_canvas_unref(canvas);
	chafa_symbol_map_unref(symbols);
	chafa_canvas_config_unref(config);
	chafa_term_info_unref(info);
	return true;
}
