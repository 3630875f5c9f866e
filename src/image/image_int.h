/* Inside image/: the row a format fills. */
#pragma once

#include "image/image.h"

struct image_format {
	const char *name; /* "PNG" */
	/* Whether the bytes begin like one. */
	bool (*is)(const guint8 *data, gsize size);
	/* As image_decode(), but not upright: the EXIF orientation, 1 to 8, goes to *turn_out. */
	bool (*decode)(const guint8 *data, gsize size, int least, struct image *image, int *turn_out, GError **error);
};

extern const struct image_format image_png, image_jpeg, image_webp;

/* False with IMAGE_ERROR_LARGE when a picture of this size is not taken. */
bool image_check_size(guint64 width, guint64 height, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The orientation in EXIF bytes ("Exif\0\0" and on, or what follows it); 1 when there is none. */
int image_turn(const guint8 *exif, gsize size);
