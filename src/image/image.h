/*
 * Pictures that people give: PNG, JPEG and WebP, decoded in a bounded way, turned upright, reduced, and written anew,
 * so that nothing but the picture goes on (no place, no camera, no text chunk). What stands in a picture is data.
 *
 * Sizes are checked in the header, before memory is taken. Threads: any. Errors: IMAGE_ERROR, in words for the person.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define IMAGE_ERROR (image_error_quark())
GQuark image_error_quark(void);
enum image_error_code {
	IMAGE_ERROR_FORMAT,  /* none of the formats; the message says what it looks like */
	IMAGE_ERROR_DAMAGED, /* cut off, or not what it says it is */
	IMAGE_ERROR_LARGE,   /* more bytes or pixels than are taken */
};

enum {
	IMAGE_FILE_MOST = 32 * 1024 * 1024,   /* bytes; what the HTTP server takes, too */
	IMAGE_SIDE_MOST = 20000,              /* pixels */
	IMAGE_PIXELS_MOST = 64 * 1000 * 1000, /* 256 MB decoded */
};

struct image {
	int width, height;
	guint8 *rgba; /* rows from the top, 4 bytes a pixel, alpha not multiplied in; owned */
};
void image_clear(struct image *image);

/* Decodes a picture and turns it upright. `least` is a hint: it may be decoded smaller, as long as its longer side has
 * so many pixels (0: whole). */
bool image_decode(GBytes *file, int least, struct image *image, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The picture as a JPEG file of at most `side` pixels a side, on white where it was transparent. New reference, or
 * NULL; its size goes to *width_out and *height_out (may be NULL). */
GBytes *image_reduce(GBytes *file, int side, int *width_out, int *height_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
