/* Feeds hostile text to the reader of what assimp prints: the sides it finds are numbers. */
#include "base/fuzz.h"
#include "exec/apart_int.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	double sizes[3];
	g_autofree char *text = g_strndup((const char *)data, size);
	if (apart_sizes(text, sizes))
		g_assert(isfinite(sizes[0]) && isfinite(sizes[1]) && isfinite(sizes[2]));
	return 0;
}
