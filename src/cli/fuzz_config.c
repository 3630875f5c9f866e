/*
 * Feeds hostile text to the configuration reader. Whatever comes, it ends with values within their bounds or with lines
 * that name a place; and what loads can be dumped and loaded again to the same.
 */
#include "base/fuzz.h"
#include "cli/config.h"

#include <string.h>

static void check_lines(const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
	for (char **line = lines; *line; line++)
		g_assert(g_str_has_prefix(*line, "/f/config.yaml:"));
}

static char *values_of(const struct options *options)
{
	g_autoptr(json_t) dump = options_dump_json(options);
	const char *name = NULL;
	json_t *value = NULL;
	json_object_foreach (dump, name, value)
		json_object_del(value, "origin");
	return json_print(dump);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	OWN(options) *options = options_new(config_tables);
	OWN(options) *again = options_new(config_tables);
	g_autoptr(GError) error = NULL;
	if (!config_load_text(options, "/f/config.yaml", (const char *)data, size, &error)) {
		check_lines(error->message);
		return 0;
	}
	/* The one default that is a relative path stands for another place once it is written into a file. */
	g_assert(options_set(options, "session.out_dir", "/out", "", NULL));
	g_autofree char *yaml = options_dump_yaml(options);
	if (!config_load_text(again, "/f/config.yaml", yaml, strlen(yaml), &error))
		g_error("%s", error->message);
	g_autofree char *before = values_of(options);
	g_autofree char *after = values_of(again);
	g_assert_cmpstr(before, ==, after);
	return 0;
}
