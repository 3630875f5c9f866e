/*
 * Fuzzes the built-in modeler's reading: any text, as a prompt and as a wish on an exemplar. It must not crash, and
 * must never assign a value that the script does not take.
 */
#include "base/fuzz.h"
#include "llm/builtin_wish.h"

static struct library *the_library(void)
{
	static struct library *library;
	if (!library)
		library = library_open(LL3M_SOURCE_DIR "/src/llm/testdata/library", NULL);
	g_assert(library);
	return library;
}

static void read_as_wish(const struct exemplar *exemplar, const struct words *words, const struct match *match)
{
	g_autoptr(GError) error = NULL;
	OWN(wish) *wish = wish_read(exemplar, exemplar->script, words, match);
	g_autofree char *text = script_with(exemplar->script, wish->values, true, &error);
	if (!text)
		g_error("\"%s\" on %s: %s", words->text, exemplar->id, error->message);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup((const char *)data, MIN(size, 4000));
	OWN(words) *words = words_new(text);
	const struct library *library = the_library();
	struct match match;
	if (match_prompt(library, words, &match, NULL))
		read_as_wish(match.exemplar, words, &match);
	for (guint i = 0; i < library->exemplars->len; i++)
		read_as_wish(library->exemplars->pdata[i], words, NULL);
	return 0;
}
