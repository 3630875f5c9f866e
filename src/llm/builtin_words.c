/* Words: see builtin_words.h. */
#include "llm/builtin_words.h"

#include <string.h>

static bool is_letter(gunichar c)
{
	return g_unichar_isalpha(c) || g_unichar_ismark(c);
}

static void add(GArray *out, enum word_kind kind, const char *text, double number, gsize from, gsize to, bool hyphen)
{
	struct word word = {.kind = kind, .number = number, .from = from, .to = to, .hyphen = hyphen};
	word.text = g_utf8_strdown(text, -1);
	word.singular = word_singular(word.text);
	g_array_append_val(out, word);
}

/* "don't" → "do", "not": the second words of contractions; "" is left out. */
static bool add_contraction(GArray *out, const char *first, const char *rest, gsize from, gsize to, bool hyphen)
{
	static const char *const table[][2] = {{"s", ""}, {"re", "are"}, {"ve", "have"}, {"d", "would"}, {"ll", "will"},
		{"m", "am"}, {"t", "not"}, {"", ""}};
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		if (!g_str_equal(table[i][0], rest))
			continue;
		gsize len = strlen(first);
		bool not_ = g_str_equal(rest, "t") && len > 1 && first[len - 1] == 'n';
		bool is = g_str_equal(rest, "s") &&
			  (g_str_equal(first, "it") || g_str_equal(first, "that") || g_str_equal(first, "there"));
		g_autofree char *stem =
			not_ && !g_str_equal(first, "can") ? g_strndup(first, len - 1) : g_strdup(first);
		add(out, WORD_TEXT, stem, 0, from, to, hyphen);
		if (is || *table[i][1])
			add(out, WORD_TEXT, is ? "is" : table[i][1], 0, from, to, false);
		return true;
	}
	return false;
}

/* A word of letters (and apostrophes inside) at `at`; returns the byte behind it. */
static gsize cut_word(const char *text, gsize at, bool hyphen, GArray *out)
{
	const char *s = text + at;
	const char *apostrophe = NULL;
	gsize skip = 0;
	while (*s) {
		gunichar c = g_utf8_get_char(s);
		const char *next = g_utf8_next_char(s);
		bool quote = c == '\'' || c == 0x2019;
		if (quote && !apostrophe && g_ascii_isalpha(*next)) {
			apostrophe = s;
			skip = (gsize)(next - s);
		} else if (!is_letter(c) && !(g_ascii_isdigit((char)c) && c < 128)) {
			break;
		}
		s = next;
	}
	gsize end = (gsize)(s - text);
	g_autofree char *whole = g_strndup(text + at, end - at);
	g_autofree char *lower = g_utf8_strdown(whole, -1);
	if (apostrophe) {
		g_autofree char *first = g_utf8_strdown(text + at, apostrophe - (text + at));
		g_autofree char *rest = g_utf8_strdown(apostrophe + skip, s - (apostrophe + skip));
		if (add_contraction(out, first, rest, at, end, hyphen))
			return end;
	}
	add(out, WORD_TEXT, lower, 0, at, end, hyphen);
	return end;
}

/* A number at `at`, and the mark right behind it: 20%, 6', 6". */
static gsize cut_number(const char *text, gsize at, bool hyphen, GArray *out)
{
	gsize end = at;
	if (g_ascii_tolower(text[at + 1]) == 'd' && !g_ascii_isalnum(text[at + 2])) { /* 3D is a word */
		g_autofree char *word = g_strndup(text + at, 2);
		add(out, WORD_TEXT, word, 0, at, at + 2, hyphen);
		return at + 2;
	}
	GString *digits = g_string_new(NULL);
	while (g_ascii_isdigit(text[end]) ||
		((text[end] == '.' || text[end] == ',') && g_ascii_isdigit(text[end + 1]))) {
		bool thousands = text[end] == ',' && strspn(text + end + 1, "0123456789") == 3;
		if (!thousands)
			g_string_append_c(digits, text[end] == ',' ? '.' : text[end]);
		end++;
	}
	add(out, WORD_NUMBER, digits->str, g_ascii_strtod(digits->str, NULL), at, end, hyphen);
	g_string_free(digits, TRUE);
	static const char *const marks[][2] = {
		{"%", "%"}, {"'", "ft"}, {"\"", "inch"}, {"×", "x"}, {"″", "inch"}, {"′", "ft"}, {"°", "degree"}};
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (!g_str_has_prefix(text + end, marks[i][0]))
			continue;
		gsize len = strlen(marks[i][0]);
		add(out, WORD_TEXT, marks[i][1], 0, end, end + len, false);
		return end + len;
	}
	return end;
}

static gsize cut_color(const char *text, gsize at, GArray *out)
{
	gsize digits = strspn(text + at + 1, "0123456789abcdefABCDEF");
	if (digits != 3 && digits != 6)
		return at + 1;
	const char *c = text + at + 1;
	g_autofree char *hex = digits == 6 ? g_strndup(text + at, 7)
					   : g_strdup_printf("#%c%c%c%c%c%c", c[0], c[0], c[1], c[1], c[2], c[2]);
	add(out, WORD_TEXT, hex, 0, at, at + 1 + digits, false);
	return at + 1 + digits;
}

static gsize cut_mark(const char *text, gsize at, GArray *out)
{
	gunichar c = g_utf8_get_char(text + at);
	gsize end = at + (gsize)(g_utf8_next_char(text + at) - (text + at));
	if (c == ',')
		add(out, WORD_COMMA, ",", 0, at, end, false);
	else if (c == '&' || c == '+')
		add(out, WORD_TEXT, "and", 0, at, end, false);
	else if (c == ':')
		add(out, WORD_TEXT, "is", 0, at, end, false);
	else if (c == '.' || c == ';' || c == '!' || c == '?' || c == '\n' || c == 0x2014 || c == 0x2013)
		add(out, WORD_STOP, ".", 0, at, end, false);
	else if (c == '(' || c == ')')
		add(out, WORD_COMMA, ",", 0, at, end, false);
	else if (c == 0xbd)
		add(out, WORD_NUMBER, "0.5", 0.5, at, end, false);
	return end;
}

struct words *words_new(const char *text)
{
	struct words *words = g_new0(struct words, 1);
	words->text = g_utf8_make_valid(text, -1);
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct word));
	const char *s = words->text;
	for (gsize at = 0; s[at] && out->len < WORDS_MAX;) {
		bool hyphen = at > 0 && s[at - 1] == '-' && out->len > 0;
		if (is_letter(g_utf8_get_char(s + at)))
			at = cut_word(s, at, hyphen, out);
		else if (g_ascii_isdigit(s[at]))
			at = cut_number(s, at, hyphen, out);
		else if (s[at] == '#')
			at = cut_color(s, at, out);
		else
			at = cut_mark(s, at, out);
	}
	words->count = out->len;
	words->word = (struct word *)(void *)g_array_free(out, FALSE);
	return words;
}

void words_free(struct words *words)
{
	for (guint i = 0; i < words->count; i++) {
		g_free(words->word[i].text);
		g_free(words->word[i].singular);
	}
	g_free(words->word);
	g_free(words->text);
	g_free(words);
}

char *words_quote(const struct words *words, guint first, guint end)
{
	if (first >= end || end > words->count)
		return g_strdup("");
	gsize from = words->word[first].from;
	return g_strndup(words->text + from, words->word[end - 1].to - from);
}

char *phrase_normal(const char *phrase)
{
	struct words *words = words_new(phrase);
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < words->count; i++)
		g_string_append_printf(out, "%s%s", out->len ? " " : "", words->word[i].singular);
	words_free(words);
	return g_string_free(out, FALSE);
}

/* ---- forms of a word ---- */

static bool ends(const char *word, const char *suffix)
{
	return g_str_has_suffix(word, suffix);
}

static char *cut(const char *word, gsize letters, const char *more)
{
	g_autofree char *stem = g_strndup(word, strlen(word) - letters);
	return g_strconcat(stem, more, NULL);
}

char *word_singular(const char *word)
{
	static const char *const odd[][2] = {{"feet", "foot"}, {"leaves", "leaf"}, {"knives", "knife"},
		{"teeth", "tooth"}, {"shelves", "shelf"}, {"halves", "half"}, {"wolves", "wolf"}, {"men", "man"},
		{"women", "woman"}, {"children", "child"}, {"mice", "mouse"}, {"geese", "goose"}, {"scarves", "scarf"},
		{"loaves", "loaf"}, {"wives", "wife"}, {"hooves", "hoof"}, {"dice", "die"}, {"cacti", "cactus"},
		{"fungi", "fungus"}, {"axes", "axe"}, {"gas", "gas"}, {"canvas", "canvas"}, {"lens", "lens"},
		{"bus", "bus"}, {"glass", "glass"}, {"brass", "brass"}, {"this", "this"}, {"its", "its"},
		{"has", "has"}, {"is", "is"}, {"as", "as"}, {"less", "less"}, {"does", "does"}, {"was", "was"},
		{"plus", "plus"}, {"minus", "minus"}, {"yes", "yes"}, {"always", "always"}, {"towards", "towards"},
		{"besides", "besides"}, {"sideways", "sideways"}, {"overalls", "overalls"}, {"series", "series"},
		{"bonsais", "bonsai"}, {"shoes", "shoe"}, {"toes", "toe"}};
	for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
		if (g_str_equal(odd[i][0], word))
			return g_strdup(odd[i][1]);
	gsize len = strlen(word);
	if (len > 4 && ends(word, "ies"))
		return cut(word, 3, "y");
	if (len > 4 && (ends(word, "sses") || ends(word, "shes") || ends(word, "ches") || ends(word, "xes") ||
			       ends(word, "zzes") || ends(word, "oes")))
		return cut(word, 2, "");
	if (len > 2 && ends(word, "s") && !ends(word, "ss") && !ends(word, "us") && !ends(word, "is"))
		return cut(word, 1, "");
	return g_strdup(word);
}

char *word_stem(const char *word)
{
	static const char *const suffixes[] = {"ations", "ation", "ative", "ated", "ating", "ental", "ented", "ency",
		"ness", "ical", "ings", "ing", "ive", "ion", "ent", "ful", "ies", "est", "ous", "ed", "er", "ly", "es",
		"al", "ic", "y", "e", "s"};
	gsize len = strlen(word);
	for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		gsize cut_len = strlen(suffixes[i]);
		if (len < cut_len + 3 || !ends(word, suffixes[i]))
			continue;
		char *stem = cut(word, cut_len, "");
		gsize left = len - cut_len;
		if (left > 3 && stem[left - 1] == stem[left - 2] && strchr("bdgmnprt", stem[left - 1]))
			stem[left - 1] = '\0';
		return stem;
	}
	return g_strdup(word);
}

char *word_positive(const char *word, guint candidate)
{
	gsize len = strlen(word);
	gsize tail = ends(word, "er") ? 2 : ends(word, "est") ? 3 : 0;
	if (tail == 0 || len < tail + 3)
		return NULL;
	g_autofree char *stem = cut(word, tail, "");
	gsize left = len - tail;
	if (ends(stem, "i"))
		return candidate == 0 ? cut(stem, 1, "y") : NULL;
	bool doubled = left > 3 && stem[left - 1] == stem[left - 2];
	if (candidate == 0)
		return doubled ? cut(stem, 1, "") : g_steal_pointer(&stem);
	if (candidate == 1)
		return doubled ? g_steal_pointer(&stem) : g_strconcat(stem, "e", NULL);
	return NULL;
}

/* ---- misspelling ---- */

/* Everyday words one slip away from names of things, which mean something else. */
static bool is_real_word(const char *word)
{
	static const char *const words[] = {"racket", "pocket", "socket", "locket", "ticket", "jacket", "packet",
		"bucket", "basket", "casket", "gasket", "planet", "plant", "plane", "plate", "place", "plank", "cable",
		"fable", "gable", "stable", "tablet", "choir", "chain", "chart", "charm", "choice", "horse", "mouse",
		"hose", "moose", "goose", "noose", "blouse", "swore", "words", "swords", "sworn", "beach", "bunch",
		"birch", "branch", "brunch", "lunch", "punch", "tower", "towel", "power", "flower", "lower", "mower",
		"shower", "slower", "flour", "clock", "cloak", "block", "click", "clerk", "flock", "couch", "coach",
		"touch", "pouch", "cough", "shelf", "shell", "shelve", "bottle", "battle", "bottled", "cattle",
		"kettle", "castle", "cactus", "train", "brain", "grain", "drain", "trail", "strain", "trait", "crown",
		"clown", "brown", "crow", "drown", "frown", "grown", "candle", "handle", "candy", "bundle", "camel",
		"camera", "robot", "robots", "robe", "dragon", "wagon", "dagger", "danger", "stool", "spool", "stood",
		"stole", "stoop", "pool", "tools", "steel", "steal", "stone", "store", "stove", "story", "glass",
		"grass", "class", "glasses", "bread", "beard", "board", "broad", "bored", "globe", "glove", "clove",
		"spoon", "spoof", "swoon", "knife", "wheel", "wheat", "whale", "while", "shale", "scale", "skate",
		"state", "slate", "stake", "snake", "shake", "spade", "shade", "spear", "smear", "spare", "share",
		"shark", "spark", "sharp", "sheep", "sheet", "sleep", "sleet", "steep", "creep", "crate", "crane",
		"crave", "grate", "grape", "lamps", "lambs", "lantern", "fishy", "dish", "fist", "wish", "brush",
		"crush", "bench", "trench", "french", "wench", "phone", "prone", "drone", "throne", "crone", "guitar",
		"piano", "violin", "viola", "organ", "drum", "truck", "track", "trick", "trunk", "drunk", "tractor",
		"factor", "bridge", "bride", "fridge", "ridge", "rifle", "riffle", "ruffle", "table", "chair", "house",
		"sword", "rocket", "mirror", "minor", "error", "radio", "ratio", "tiger", "timer", "timber", "poster",
		"pasta", "paste", "pastel", "pistol", "piston", "cannon", "canon", "canyon", "barrel", "barren",
		"carrel", "carrot", "parrot", "chest", "crest", "cheat", "sofas", "soda", "skull", "skill", "stick",
		"stock", "stack", "slick", "brick", "trick", "truce", "spruce", "sauce", "saucer", "cups", "teapot",
		"desks", "disk", "disks", "dusk", "deck", "duck", "dock", "desk", "lock", "clocks", "hammer", "hamper",
		"stamp", "swamp", "clamp", "cramp", "tramp", "lamppost"};
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(words[i], word))
			return true;
	return false;
}

/* A wrong letter is a slip only when it is a vowel for a vowel or the next key. */
static bool near_keys(char a, char b)
{
	static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
	if (strchr("aeiouy", a) && strchr("aeiouy", b))
		return true;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *at = strchr(rows[i], a);
		if (at && (at[1] == b || (at > rows[i] && at[-1] == b)))
			return true;
	}
	return false;
}

bool word_misspells(const char *typed, const char *meant)
{
	gsize a = strlen(typed);
	gsize b = strlen(meant);
	if (a < 5 || b < 5 || typed[0] != meant[0] || is_real_word(typed))
		return false;
	gsize same = 0;
	while (typed[same] && typed[same] == meant[same])
		same++;
	if (a == b + 1)
		return g_str_equal(typed + same + 1, meant + same);
	if (a + 1 == b)
		return g_str_equal(typed + same, meant + same + 1);
	if (a != b || same == a)
		return false;
	bool swapped = same + 1 < a && typed[same] == meant[same + 1] && typed[same + 1] == meant[same] &&
		       g_str_equal(typed + same + 2, meant + same + 2);
	return swapped || (near_keys(typed[same], meant[same]) && g_str_equal(typed + same + 1, meant + same + 1));
}
