/* Files that the program carries in itself; tools/embed writes the tables. */
#pragma once

#include <glib.h>

/* A table of these ends with a NULL name. */
struct embed_file {
	const char *name; /* without folders */
	const char *data; /* `size` bytes and a NUL behind them */
	gsize size;
};
