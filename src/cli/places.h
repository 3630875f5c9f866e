/* Where things are: the library and the bridge beside the program, the person's data and cache folders, the output
 * folder. */
#pragma once

#include "base/option.h"

struct places {
	char *library;
	char *bridge;
	char *store;
	char *cache;
	char *out;
	char *instructions; /* beside the person's config.yaml: agents/ */
	char *blender;      /* or NULL: the one on the PATH */
};

/* From the options, else from where the program stands: PREFIX/share/ll3m beside PREFIX/bin, or the source tree around
 * its build folder. */
bool places_find(struct places *places, const struct options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void places_clear(struct places *places);
