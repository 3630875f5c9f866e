/*
 * The main of a fuzzer that replays its corpus: runs every file of the folder that it is given as it is, cut short at
 * many places, and with single bytes changed, so that a corpus of good files finds what bad ones would.
 */
#include "base/file.h"
#include "base/fuzz.h"

#include <stdio.h>

enum { PLACES = 100 };

static void replay(const char *data, gsize size)
{
	g_autofree char *copy = g_memdup2(data, size + 1);
	LLVMFuzzerTestOneInput((const guint8 *)data, size);
	for (gsize at = 0; at < size; at += 1 + size / PLACES) {
		g_autofree char *cut = g_memdup2(data, at + 1);
		LLVMFuzzerTestOneInput((const guint8 *)cut, at);
		copy[at] = "\"'#\n\\([{"[at % 8];
		LLVMFuzzerTestOneInput((const guint8 *)copy, size);
		copy[at] = data[at];
	}
}

int main(int argc, char **argv)
{
	guint count = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) folder = g_dir_open(argv[argc - 1], 0, &error);
	if (!folder) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	for (const char *name; (name = g_dir_read_name(folder)); count++) {
		gsize size = 0;
		g_autofree char *path = g_build_filename(argv[argc - 1], name, NULL);
		g_autofree char *data = file_read(path, 16u << 20, &size, &error);
		if (!data) {
			fprintf(stderr, "%s\n", error->message);
			return 1;
		}
		replay(data, size);
	}
	printf("%u files\n", count);
	return count == 0;
}
