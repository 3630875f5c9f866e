/* The fuzzer of the built-in modeler, given random sentences of the exemplars' own words: test_sentences COUNT. */
#include "base/fuzz.h"

#include <stdlib.h>

static const char *const vocabulary[] = {"the", "a", "red", "blue", "dark", "legs", "leg", "seat", "back", "chair",
	"cushion", "armrests", "slats", "make", "add", "remove", "without", "no", "not", "with", "and", ",", "of", "to",
	"in", "on", "by", "20%", "2", "three", "80 cm", "2 m", "tall", "taller", "wider", "twice", "as", "half",
	"height", "width", "color", "texture", "wooden", "oak", "metal", "golden", "more", "less", "fewer", "very",
	"a bit", "too", "enough", "it", "them", "everything", "except", "but", "replace", "increase", "reduce",
	"double", "number", "keep", "paint", "silk", "trim", "tassel", "frame", "glow", "glowing", "worn", "rustic",
	"shiny", "dragon", "frobby", ".", "is", "should be", "made of", "instead of", "for", "another", "drawers",
	"top", "marble", "handles", "house", "fins", "rocket", "from", "darken", "one", "pair of", "armless",
	"three-legged", "lower", "raise", "give", "thicker", "neon", "colorful", "don't", "size", "this"};

int main(int argc, char **argv)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	for (gulong left = argc > 1 ? strtoul(argv[1], NULL, 10) : 500; left > 0; left--) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (gint n = g_rand_int_range(rand, 1, 16); n > 0; n--)
			g_string_append_printf(
				text, "%s ", vocabulary[g_rand_int_range(rand, 0, G_N_ELEMENTS(vocabulary))]);
		LLVMFuzzerTestOneInput((const guint8 *)text->str, text->len);
	}
	return 0;
}
