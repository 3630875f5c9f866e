/* Feeds hostile bytes to the readers of pictures: whatever comes, it ends with a picture within its bounds or with
 * words. */
#include "base/fuzz.h"
#include "image/image.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int width = 0, height = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) file = g_bytes_new_static(data, size);
	g_autoptr(GBytes) jpeg = image_reduce(file, 256, &width, &height, &error);
	g_assert((jpeg == NULL) == (error != NULL));
	if (jpeg)
		g_assert(width >= 1 && height >= 1 && width <= 256 && height <= 256);
	else
		g_assert(*error->message);
	return 0;
}
