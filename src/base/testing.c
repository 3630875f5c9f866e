#include "base/testing.h"

#include <ftw.h>
#include <glib.h>
#include <stdio.h>

char *test_folder(void)
{
	g_autoptr(GError) error = NULL;
	char *folder = g_dir_make_tmp("ll3m-test-XXXXXX", &error);
	if (!folder)
		g_error("%s", error->message);
	return folder;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	return remove(path);
}

void test_folder_remove(char *folder)
{
	if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS))
		g_error("%s stays", folder);
	g_free(folder);
}
