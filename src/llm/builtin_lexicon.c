/* Materials, sizes, units, numbers and small words: see builtin_lexicon.h. */
#include "llm/builtin_lexicon.h"

#include <string.h>

static const struct material materials[] = {
	{"wood", "wood", "wood", "#8a5a33"},
	{"wooden", "wood", "wood", "#8a5a33"},
	{"timber", "wood", "wood", "#9a6b3f"},
	{"oak", "oak", "wood", "#b98a52"},
	{"oaken", "oak", "wood", "#b98a52"},
	{"walnut", "walnut", "wood", "#5b3a24"},
	{"pine", "pine", "wood", "#dcb880"},
	{"birch", "birch", "wood", "#e2cba0"},
	{"maple", "maple", "wood", "#d9b07a"},
	{"teak", "teak", "wood", "#9c6b3c"},
	{"mahogany", "mahogany", "wood", "#6a2c1c"},
	{"beech", "beech", "wood", "#cfa674"},
	{"ebony", "ebony", "wood", "#241a15"},
	{"cherrywood", "cherry", "wood", "#8f4a2c"},
	{"cedar", "cedar", "wood", "#a5623a"},
	{"plywood", "plywood", "wood", "#d3b483"},
	{"driftwood", "driftwood", "wood", "#a79b8a"},
	{"rosewood", "rosewood", "wood", "#5c2620"},
	{"bamboo", "bamboo", "wood", "#c9b458"},
	{"cork", "cork", "wood", "#b98b5e"},
	{"rattan", "rattan", "wicker", "#b98d55"},
	{"wicker", "wicker", "wicker", "#b98d55"},
	{"straw", "straw", "wicker", "#d8bf6a"},
	{"metal", "metal", "metal", "#9a9da1"},
	{"metallic", "metal", "metal", "#9a9da1"},
	{"steel", "steel", "metal", "#b0b4b8"},
	{"stainless", "steel", "metal", "#b8bcc0"},
	{"iron", "iron", "metal", "#4a4c50"},
	{"aluminium", "aluminium", "metal", "#c4c8cc"},
	{"aluminum", "aluminium", "metal", "#c4c8cc"},
	{"chrome", "chrome", "metal", "#d5d9dd"},
	{"chromed", "chrome", "metal", "#d5d9dd"},
	{"brass", "brass", "metal", "#b5954d"},
	{"bronze", "bronze", "metal", "#8a5a30"},
	{"copper", "copper", "metal", "#c46a43"},
	{"gold", "gold", "metal", "#d4a017"},
	{"golden", "gold", "metal", "#d4a017"},
	{"gilded", "gold", "metal", "#d4a017"},
	{"gilt", "gold", "metal", "#d4a017"},
	{"silver", "silver", "metal", "#c0c4c8"},
	{"silvery", "silver", "metal", "#c0c4c8"},
	{"platinum", "platinum", "metal", "#d3d4d6"},
	{"titanium", "titanium", "metal", "#8e9196"},
	{"tin", "tin", "metal", "#a9adb0"},
	{"pewter", "pewter", "metal", "#8b8d8f"},
	{"lead", "lead", "metal", "#5f6468"},
	{"rusty", "rust", "metal", "#8a4a2a"},
	{"stone", "stone", "stone", "#8c8880"},
	{"rock", "stone", "stone", "#7d7b76"},
	{"marble", "marble", "stone", "#e6e3de"},
	{"granite", "granite", "stone", "#77757a"},
	{"slate", "slate", "stone", "#55606a"},
	{"sandstone", "sandstone", "stone", "#cfae7f"},
	{"limestone", "limestone", "stone", "#d3ccb9"},
	{"concrete", "concrete", "stone", "#9c9b97"},
	{"cement", "concrete", "stone", "#9c9b97"},
	{"brick", "brick", "stone", "#9c4a32"},
	{"jade", "jade", "stone", "#2fa676"},
	{"obsidian", "obsidian", "stone", "#17161c"},
	{"crystal", "crystal", "glass", "#cfe6f2"},
	{"crystalline", "crystal", "glass", "#cfe6f2"},
	{"diamond", "diamond", "glass", "#e4f2f8"},
	{"glass", "glass", "glass", "#d4e6e4"},
	{"glassy", "glass", "glass", "#d4e6e4"},
	{"ice", "ice", "glass", "#cfe8f5"},
	{"ceramic", "ceramic", "ceramic", "#dcd6c8"},
	{"porcelain", "porcelain", "ceramic", "#efeee8"},
	{"china", "porcelain", "ceramic", "#efeee8"},
	{"clay", "clay", "ceramic", "#a8623f"},
	{"terracotta", "terracotta", "ceramic", "#c2623f"},
	{"earthenware", "clay", "ceramic", "#a8623f"},
	{"enamel", "enamel", "ceramic", "#e8e6df"},
	{"plastic", "plastic", "plastic", "#d9d9d6"},
	{"acrylic", "acrylic", "plastic", "#dfe9ec"},
	{"rubber", "rubber", "plastic", "#242424"},
	{"vinyl", "vinyl", "plastic", "#3a3a3c"},
	{"resin", "resin", "plastic", "#d9a441"},
	{"leather", "leather", "leather", "#6b3e23"},
	{"leathery", "leather", "leather", "#6b3e23"},
	{"suede", "suede", "leather", "#8c6a4a"},
	{"velvet", "velvet", "fabric", "#5b1430"},
	{"silk", "silk", "fabric", "#d9cdb8"},
	{"silken", "silk", "fabric", "#d9cdb8"},
	{"satin", "satin", "fabric", "#d3c7b8"},
	{"fabric", "fabric", "fabric", "#b9ad9c"},
	{"cloth", "fabric", "fabric", "#b9ad9c"},
	{"textile", "fabric", "fabric", "#b9ad9c"},
	{"cotton", "cotton", "fabric", "#ece7da"},
	{"linen", "linen", "fabric", "#d8ccb2"},
	{"wool", "wool", "fabric", "#d6cdbf"},
	{"woolen", "wool", "fabric", "#d6cdbf"},
	{"woollen", "wool", "fabric", "#d6cdbf"},
	{"felt", "felt", "fabric", "#7f8a72"},
	{"denim", "denim", "fabric", "#3f5f8a"},
	{"canvas", "canvas", "fabric", "#cdbf9f"},
	{"tweed", "tweed", "fabric", "#7d7463"},
	{"fur", "fur", "fabric", "#a58c6c"},
	{"furry", "fur", "fabric", "#a58c6c"},
	{"paper", "paper", "paper", "#f1ead9"},
	{"cardboard", "cardboard", "paper", "#b08a5a"},
	{"carbon", "carbon", "metal", "#26282b"},
	{"bone", "bone", "stone", "#e3dac4"},
	{"wax", "wax", "wax", "#efe4c4"},
	{"paint", "paint", "paint", "#e8e6df"},
	{"painted", "paint", "paint", "#e8e6df"},
	{"lacquered", "lacquer", "paint", "#3a1410"},
};

const struct material *material_find(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(materials); i++)
		if (g_str_equal(materials[i].word, word))
			return &materials[i];
	return NULL;
}

const char *const dim_names[DIM_COUNT + 1] = {"size", "height", "width", "depth", "length", "thickness", NULL};

static const struct size_word sizes[] = {
	{"big", DIM_SIZE, 1.35, false},
	{"large", DIM_SIZE, 1.35, false},
	{"huge", DIM_SIZE, 1.8, false},
	{"giant", DIM_SIZE, 1.8, false},
	{"gigantic", DIM_SIZE, 1.8, false},
	{"enormous", DIM_SIZE, 1.8, false},
	{"massive", DIM_SIZE, 1.6, false},
	{"oversized", DIM_SIZE, 1.5, false},
	{"small", DIM_SIZE, 0.75, false},
	{"little", DIM_SIZE, 0.75, false},
	{"tiny", DIM_SIZE, 0.55, false},
	{"miniature", DIM_SIZE, 0.55, false},
	{"mini", DIM_SIZE, 0.6, false},
	{"compact", DIM_SIZE, 0.8, false},
	{"bigger", DIM_SIZE, 1.25, true},
	{"larger", DIM_SIZE, 1.25, true},
	{"greater", DIM_SIZE, 1.25, true},
	{"smaller", DIM_SIZE, 0.8, true},
	{"tinier", DIM_SIZE, 0.7, true},
	{"tall", DIM_HEIGHT, 1.3, false},
	{"high", DIM_HEIGHT, 1.3, false},
	{"low", DIM_HEIGHT, 0.75, false},
	{"short", DIM_HEIGHT, 0.75, false},
	{"taller", DIM_HEIGHT, 1.2, true},
	{"higher", DIM_HEIGHT, 1.2, true},
	{"lower", DIM_HEIGHT, 0.82, true},
	{"shorter", DIM_HEIGHT, 0.82, true},
	{"wide", DIM_WIDTH, 1.3, false},
	{"broad", DIM_WIDTH, 1.3, false},
	{"narrow", DIM_WIDTH, 0.75, false},
	{"wider", DIM_WIDTH, 1.2, true},
	{"broader", DIM_WIDTH, 1.2, true},
	{"narrower", DIM_WIDTH, 0.82, true},
	{"deep", DIM_DEPTH, 1.3, false},
	{"shallow", DIM_DEPTH, 0.75, false},
	{"deeper", DIM_DEPTH, 1.2, true},
	{"shallower", DIM_DEPTH, 0.82, true},
	{"long", DIM_LENGTH, 1.3, false},
	{"elongated", DIM_LENGTH, 1.3, false},
	{"longer", DIM_LENGTH, 1.2, true},
	{"thick", DIM_THICKNESS, 1.4, false},
	{"fat", DIM_THICKNESS, 1.4, false},
	{"chunky", DIM_THICKNESS, 1.4, false},
	{"stout", DIM_THICKNESS, 1.4, false},
	{"thin", DIM_THICKNESS, 0.7, false},
	{"slim", DIM_THICKNESS, 0.7, false},
	{"slender", DIM_THICKNESS, 0.7, false},
	{"skinny", DIM_THICKNESS, 0.65, false},
	{"thicker", DIM_THICKNESS, 1.3, true},
	{"fatter", DIM_THICKNESS, 1.3, true},
	{"chunkier", DIM_THICKNESS, 1.3, true},
	{"thinner", DIM_THICKNESS, 0.75, true},
	{"slimmer", DIM_THICKNESS, 0.75, true},
	{"skinnier", DIM_THICKNESS, 0.75, true},
};

const struct size_word *size_find(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
		if (g_str_equal(sizes[i].word, word))
			return &sizes[i];
	return NULL;
}

double unit_metres(const char *word)
{
	static const struct {
		const char *word;
		double metres;
	} units[] = {{"m", 1}, {"meter", 1}, {"metre", 1}, {"cm", 0.01}, {"centimeter", 0.01}, {"centimetre", 0.01},
		{"mm", 0.001}, {"millimeter", 0.001}, {"millimetre", 0.001}, {"ft", 0.3048}, {"foot", 0.3048},
		{"feet", 0.3048}, {"inch", 0.0254}, {"inches", 0.0254}, {"yard", 0.9144}, {"km", 1000}};
	g_autofree char *singular = word_singular(word);
	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_equal(units[i].word, word) || g_str_equal(units[i].word, singular))
			return units[i].metres;
	return 0;
}

bool number_read(const char *word, double *out)
{
	static const struct {
		const char *word;
		double value;
	} numbers[] = {{"zero", 0}, {"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6},
		{"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10}, {"eleven", 11}, {"twelve", 12}, {"thirteen", 13},
		{"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18},
		{"nineteen", 19}, {"twenty", 20}, {"thirty", 30}, {"forty", 40}, {"fifty", 50}, {"hundred", 100},
		{"thousand", 1000}, {"single", 1}, {"pair", 2}, {"couple", 2}, {"dozen", 12}, {"few", 3},
		{"several", 4}, {"twin", 2}};
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (g_str_equal(numbers[i].word, word)) {
			*out = numbers[i].value;
			return true;
		}
	}
	return false;
}

/* ---- small words ---- */

/* Rows of many words of one class, parted by "|". */
static const struct lexeme lexemes[] = {
	{"please|really|just|also|then|now|so|quite|rather|maybe|perhaps|simply|actually|kindly|thanks|thank "
	 "you|hello|hi|"
	 "hey|ok|okay|i|you|we|me|us|my|your|our|can|could|would|will|shall|should|must|may|might|let|lets|do|does|did|"
	 "that|which|who|whose|there|here|this one|again|still|even|yet|only|instead|kind of|sort of|type of|"
	 "bunch of|set of|bit of|touch of|hint of|piece of|i would like|be able|it to|if possible|etc|too much|"
	 "made|built|crafted|done|being|effect|detail|feature|part|area|some kind of|some sort of|at all|as "
	 "well|overall|"
	 "completely|entirely|fully|totally|look "
	 "like|as|looking|placed|attached|located|positioned|own|hanging|same|the same|as is|unchanged|3d|three "
	 "dimensional|as it is|as "
	 "they are",
		CLASS_FILL, 0, false},
	{"and|plus|as well as|along with|together with", CLASS_AND, 0, false},
	{"or|nor", CLASS_OR, 0, false},
	{"but|however|yet", CLASS_BUT, 0, false},
	{"the|its|their|this|these|those|his|her", CLASS_DET, 0, false},
	{"a|an", CLASS_DET, 1, false},
	{"some|any", CLASS_DET, 2, false},
	{"all|every|each|both|all of|both of|each of|entire|whole", CLASS_ALL, 0, false},
	{"it|itself", CLASS_WHOLE, 1, false},
	{"everything|the whole thing|whole thing|the thing|the model|the object|the asset|the "
	 "piece|object|model|asset|"
	 "the design|the item|item|the scene|entire thing|whole object|whole model|everything else",
		CLASS_WHOLE, 0, false},
	{"them|they|ones|one s|themselves", CLASS_THEM, 0, false},
	{"is|are|be|was|were|am|look|looks|become|becomes|appear|appears|seem|seems|get|gets|should be|must be|to be|"
	 "should look|look more",
		CLASS_BE, 0, false},
	{"with|has|have|having|featuring|includes|including|contains|containing|that has|which has|wearing|carrying|"
	 "should have|must have|full of|loaded with|packed with|stuffed with",
		CLASS_HAVE, 0, false},
	{"no|zero|no more", CLASS_NO, 0, false},
	{"not|never|no longer|non", CLASS_NOT, 0, false},
	{"without|minus|lacking|free of|with no|without any|devoid of", CLASS_WITHOUT, 0, false},
	{"of", CLASS_OF, 0, false},
	{"to|into", CLASS_TO, 0, false},
	{"in|made of|made from|made out of|made in|made with|built from|built of|out of|crafted from|carved from|"
	 "carved out of|covered in|covered with|painted in|painted with|finished in|coated in|coated with|in shades of|"
	 "in a shade of|upholstered in|wrapped in|consisting of|forged from|cast in|cast from",
		CLASS_IN, 0, false},
	{"from", CLASS_IN, 1, false},
	{"on|onto|at|around|under|below|beneath|above|over|behind|beside|between|along|inside|near|next to|on top of|"
	 "in front of|off|across|against|through|within|upon|underneath|hanging from|hanging off|attached to|connected "
	 "to|"
	 "at the bottom of|at the top of|on the sides of|in the middle of|in the center of|all over",
		CLASS_AT, 0, false},
	{"by", CLASS_BY, 0, false},
	{"for|like|as if|so that|because|since|while|when|than|similar to|inspired by|reminiscent of|suitable "
	 "for|where|"
	 "in the style of|compared to|shaped like",
		CLASS_FOR, 0, false},
	{"except|except for|apart from|other than|but not|but keep", CLASS_EXCEPT, 0, false},
	{"instead of|rather than|in place of", CLASS_INSTEAD, 0, false},
	{"add|put|attach|include|install|mount|insert|place|fit|equip|append|provide|supply|show|bring|throw in|put "
	 "on|hang",
		CLASS_ADD, 0, false},
	{"use|do|create|generate|draw|design|build|model|apply|try", CLASS_WANT, 0, true},
	{"give", CLASS_GIVE, 0, false},
	{"remove|delete|take off|take away|take out|get rid of|drop|lose|hide|omit|eliminate|erase|leave out|cut "
	 "off|detach|"
	 "strip|discard|skip|do away with|take|rid|do not want|do not need|do not like|do not add|do not include|do "
	 "not put|"
	 "do not have|should not have|must not have|does not have|does not need|do not give|shall not have|not have",
		CLASS_REMOVE, 0, false},
	{"make|turn|change|set|convert|recolor|recolour|repaint|modify|adjust|dye|transform|alter|render", CLASS_MAKE,
		0, false},
	{"paint|color|colour|stain|tint|finish|style|texture", CLASS_MAKE, 0, true},
	{"replace|swap|exchange|substitute|switch", CLASS_REPLACE, 0, false},
	{"increase|enlarge|grow|expand|scale up|upsize|boost|intensify|enhance|strengthen|more of|emphasize|amplify",
		CLASS_INCREASE, DIM_SIZE, false},
	{"raise|heighten|elevate", CLASS_INCREASE, DIM_HEIGHT, false},
	{"widen|broaden", CLASS_INCREASE, DIM_WIDTH, false},
	{"lengthen|stretch|extend|elongate", CLASS_INCREASE, DIM_LENGTH, false},
	{"thicken", CLASS_INCREASE, DIM_THICKNESS, false},
	{"deepen", CLASS_INCREASE, DIM_DEPTH, false},
	{"decrease|reduce|shrink|scale down|minimize|minimise|diminish|weaken|soften|tone down", CLASS_DECREASE,
		DIM_SIZE, false},
	{"lower", CLASS_DECREASE, DIM_HEIGHT, true},
	{"shorten", CLASS_DECREASE, DIM_HEIGHT, false},
	{"narrow", CLASS_DECREASE, DIM_WIDTH, true},
	{"keep|leave|preserve|maintain|retain|do not remove|do not lose", CLASS_KEEP, 0, false},
	{"do not change|do not touch|do not modify|do not alter|do not make|do not paint|do not move|do not color|"
	 "do not colour|do not turn",
		CLASS_KEEP, 1, false},
	{"want|need|prefer|wish for|like to have|would like|want to have|would love", CLASS_WANT, 0, false},
	{"darken", CLASS_SHADE, 0, false},
	{"lighten", CLASS_SHADE, 1, false},
	{"brighten", CLASS_SHADE, 2, false},
	{"more|additional|many|lots of|plenty of|a lot of|numerous|countless|plenty", CLASS_MORE, 0, false},
	{"less", CLASS_LESS, 0, false},
	{"fewer", CLASS_FEWER, 0, false},
	{"very|extremely|super|much|far|incredibly|highly|heavily|strongly|ultra|extra|a "
	 "lot|way|considerably|significantly|"
	 "noticeably|most",
		CLASS_VERY, 0, false},
	{"slightly|a bit|a little bit|somewhat|a tad|a touch|a little more|a bit more|a little|slightly "
	 "more|bit|mildly",
		CLASS_SLIGHT, 0, false},
	{"too|overly", CLASS_TOO, 0, false},
	{"enough", CLASS_ENOUGH, 0, false},
	{"twice|double|two times|times two", CLASS_TWICE, 2, false},
	{"thrice|triple", CLASS_TWICE, 3, false},
	{"quadruple", CLASS_TWICE, 4, false},
	{"half|halve", CLASS_TWICE, 0.5, false},
	{"another|one more", CLASS_ANOTHER, 0, false},
	{"color|colour|tone|hue|shade|coloring|colouring|colored|coloured|tint|paint job|tones", CLASS_COLOR, 0, false},
	{"texture|material|finish|look|style|surface|appearance|design|shape|feel|form", CLASS_LOOK, 0, false},
	{"size|scale|dimension", CLASS_DIM, DIM_SIZE, false},
	{"height", CLASS_DIM, DIM_HEIGHT, false},
	{"width|diameter|breadth", CLASS_DIM, DIM_WIDTH, false},
	{"depth", CLASS_DIM, DIM_DEPTH, false},
	{"length", CLASS_DIM, DIM_LENGTH, false},
	{"thickness", CLASS_DIM, DIM_THICKNESS, false},
	{"number|amount|count|quantity", CLASS_NUMBER_OF, 0, false},
	{"front|left|right|rear|hind|upper|middle|outer|inner|bottom|center|centre|side|left hand|right "
	 "hand|first|second|"
	 "third|last|one of|corner",
		CLASS_PLACE, 0, false},
	{"nice|cool|beautiful|pretty|good|great|awesome|lovely|amazing|wonderful|gorgeous|perfect|realistic|detailed|"
	 "interesting|high quality|quality|attractive|fantastic|better|nicer|best|unique|proper|typical|classic "
	 "looking|"
	 "standard|normal|regular|ordinary|basic|usual|generic|low poly|lowpoly|photorealistic",
		CLASS_OPINION, 0, false},
};

/* The words of one alternative that match at word i, or 0. */
static guint matches(const struct words *words, guint i, const char *entry, gsize len)
{
	guint count = 0;
	while (len > 0) {
		const char *blank = memchr(entry, ' ', len);
		gsize part = blank ? (gsize)(blank - entry) : len;
		if (i + count >= words->count || words->word[i + count].kind == WORD_COMMA ||
			words->word[i + count].kind == WORD_STOP)
			return 0;
		const struct word *word = &words->word[i + count];
		bool same = strlen(word->text) == part && memcmp(word->text, entry, part) == 0;
		bool singular = part > 3 && strlen(word->singular) == part && memcmp(word->singular, entry, part) == 0;
		if (!same && !singular)
			return 0;
		count++;
		entry += part + (blank != NULL);
		len -= part + (blank != NULL);
	}
	return count;
}

const struct lexeme *lexeme_read(const struct words *words, guint i, bool clause_start, guint *count)
{
	const struct lexeme *best = NULL;
	guint most = 0;
	for (guint n = 0; n < G_N_ELEMENTS(lexemes); n++) {
		if (lexemes[n].starts && !clause_start)
			continue;
		for (const char *s = lexemes[n].word; s; s = strchr(s, '|') ? strchr(s, '|') + 1 : NULL) {
			const char *bar = strchr(s, '|');
			guint got = matches(words, i, s, bar ? (gsize)(bar - s) : strlen(s));
			bool better = got > most || (got == most && got > 0 && lexemes[n].starts);
			if (better) {
				best = &lexemes[n];
				most = got;
			}
		}
	}
	*count = most;
	return best;
}
