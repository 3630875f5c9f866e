/* Matching a prompt with an exemplar: see builtin_match.h. */
#include "llm/builtin_match.h"

#include "base/suggest.h"
#include "llm/builtin_lexicon.h"
#include "llm/llm.h"
#include <string.h>

const char match_advice[] =
	"The built-in modeler makes only what its library holds; for anything else set up a language "
	"model: set models.default.provider and models.default.model in config/config.yaml.";

enum { NAME_WORDS_MAX = 4, NEAR_MAX = 5 };

static bool is_one_of(const char *word, const char *const *list)
{
	return g_strv_contains(list, word);
}

static bool is_create_verb(const char *word)
{
	static const char *const verbs[] = {"create", "make", "build", "model", "design", "generate", "draw", "sculpt",
		"render", "produce", "craft", "construct", "want", "need", "like", "give", "show", "imagine", "get",
		"do", "have", "invent", "prepare", "develop", "form", "shape", "try", NULL};
	return is_one_of(word, verbs);
}

/* Words that may stand before a create verb, or between it and the noun phrase. */
static bool is_lead(const char *word)
{
	static const char *const leads[] = {"please", "can", "could", "would", "will", "you", "i", "we", "me", "us",
		"to", "let", "lets", "hey", "hi", "hello", "ok", "okay", "now", "just", "for", "kindly", "am",
		"looking", "by", "d", "love", "hope", "going", "try", "and", "is", "it", "this", "there", "should",
		"be", "task", "so", "want", NULL};
	return is_one_of(word, leads);
}

static bool is_container(const char *word)
{
	static const char *const containers[] = {"object", "model", "mesh", "asset", "rendering", "render", "version",
		"representation", "scene", "item", "design", "replica", "piece", "shape", "thing", "prop", "example",
		"kind", "type", "sort", "pair", "set", "couple", "group", "collection", "bunch", "number", NULL};
	return is_one_of(word, containers);
}

/* A compound whose second word is no longer what it names: a starfish is no fish. */
static bool is_false_compound(const char *joined)
{
	static const char *const compounds[] = {"starfish", "jellyfish", "cuttlefish", "crayfish", "crawfish",
		"shellfish", "swordfish", "silverfish", "seahorse", "wheelchair", "highchair", "electricchair",
		"sedanchair", "greenhouse", "lighthouse", "birdhouse", "doghouse", "warehouse", "powerhouse",
		"clearinghouse", "whitehouse", "courthouse", "operahouse", "dollhouse", "dollshouse", "butterfly",
		"dragonfly", "firefly", "pineapple", "oakapple", "sunflower", "cauliflower", "hotdog", "seadog",
		"seallion", "clotheshorse", "sawhorse", "hobbyhorse", "pommelhorse", "rockinghorse", "searobin",
		"periodictable", "watertable", "timetable", "multiplicationtable", "turntable", "operatingtable",
		"pooltable", "pingpongtable", "tennistable", "billiardtable", "carseat", "toiletseat", "bikeseat",
		"bicycleseat", "childseat", "babyseat", "boosterseat", "ejectionseat", "ejectorseat", "loveseat",
		"countyseat", "flowerbed", "riverbed", "seabed", "truckbed", "jackolantern", "magiclantern",
		"skylantern", "headlamp", "sunlamp", "searchlamp", "mountainbike", "rockbottom", "bottlerocket",
		"saladrocket", "gardenrocket", "watercress", "beercan", "trashcan", "eggcup", "worldcup", "suctioncup",
		"bracup", "buttercup", "bathtub", "coffeepot", "chamberpot", "jackpot", "flowerpot", "teapot",
		"coatrack", "familytree", "shoetree", "christmastree", "decisiontree", "axletree", "coralreef",
		"streetcar", "cablecar", "sidecar", "boxcar", "handcar", "tramcar", "iceship", "airship", "spaceship",
		"starship", "airboat", "flyingboat", "gravyboat", "sauceboat", "busboat", "ironingboard", "skiboard",
		"snowboard", "surfboard", "keyboard", "chessboard", "whiteboard", "wakeboard", "cuttingboard",
		"matchbook", "facebook", "cookbook", "mousepad", "grandfatherclock", "waterclock", "sandclock",
		"cuckooclock", "clockwatch", "nightwatch", "guardtower", "watertower", "clocktower", "radiotower",
		"coolingtower", "lampshade", "oillamp", "lavalamp", "streetlamp", "lightsaber", "swordplay", "crossbow",
		"rainbow", "elbow", "longbow", "violinbow", "hairbow", "computermouse", "teddybear", "gummybear",
		"koalabear", "polarbear", "guineapig", "piggybank", "riverbank", "foodbank", "rubberduck", "paperplane",
		"spaceplane", "boxingring", "earring", "keyring", "nosering", "kingcrown", "tooth crown", "toothcrown",
		"treecrown", "bottlecrown", "kitchensink", "heatsink", "ladybug", "bedbug", "shoehorn", "frenchhorn",
		"unicornhorn", "foghorn", NULL};
	return is_one_of(joined, compounds);
}

/* ---- the noun phrase ---- */

static const char *text_at(const struct words *words, guint i)
{
	return i < words->count && words->word[i].kind == WORD_TEXT ? words->word[i].text : "";
}

/* Where the sentence that asks begins, behind its verb: the first whose first words lead up to a create verb. */
static guint find_start(const struct words *words)
{
	bool leading = true;
	for (guint i = 0; i < words->count; i++) {
		const char *word = text_at(words, i);
		if (words->word[i].kind == WORD_STOP || words->word[i].kind == WORD_COMMA) {
			leading = true;
			continue;
		}
		bool verb = leading && is_create_verb(word) && !g_str_equal(text_at(words, i + 1), "of");
		leading = leading && is_lead(word);
		if (!verb)
			continue;
		guint at = i + 1;
		while (at < words->count && words->word[at].kind == WORD_TEXT &&
			(is_lead(words->word[at].text) || is_create_verb(words->word[at].text)) &&
			!g_str_equal(text_at(words, at + 1), "of"))
			at++;
		if (at < words->count && words->word[at].kind != WORD_STOP)
			return at;
	}
	guint at = 0;
	while (at < words->count && (words->word[at].kind != WORD_TEXT || is_lead(words->word[at].text)))
		at++;
	return at;
}

/* An adjective by its table or its looks; what may stand before a comma or an "and" inside a noun phrase. */
static bool looks_adjective(const struct words *words, guint i)
{
	static const char *const suffixes[] = {
		"ful", "ous", "ish", "ive", "less", "able", "ible", "ic", "ed", "ing", "ant", NULL};
	color_hex unused;
	guint count;
	const char *word = text_at(words, i);
	const struct lexeme *lexeme = lexeme_read(words, i, false, &count);
	if (words->word[i].kind == WORD_NUMBER || color_read(words, i, unused) || material_find(word) ||
		size_find(word))
		return true;
	if (lexeme &&
		(lexeme->class == CLASS_OPINION || lexeme->class == CLASS_DET || lexeme->class == CLASS_VERY ||
			lexeme->class == CLASS_SLIGHT || lexeme->class == CLASS_FILL || lexeme->class == CLASS_AND))
		return true;
	static const char *const more[] = {"modern", "rustic", "old", "new", "antique", "vintage", "classic", "simple",
		"plain", "elegant", "stylish", "fancy", "ornate", "round", "square", "soft", "hard", "heavy", "shiny",
		"glossy", "matte", "smooth", "rough", "cute", "funny", "scary", "medieval", "gothic", "baroque",
		"victorian", "cartoon", "comfy", "cosy", "cozy", "sturdy", "light", "dirty", "clean", "broken", "worn",
		"chinese", "japanese", "traditional", "futuristic", NULL};
	if (is_one_of(word, more))
		return true;
	for (guint n = 0; suffixes[n]; n++)
		if (strlen(word) > strlen(suffixes[n]) + 2 && g_str_has_suffix(word, suffixes[n]))
			return true;
	return false;
}

static bool all_adjectives(const struct words *words, guint first, guint end)
{
	for (guint i = first; i < end; i++)
		if (words->word[i].kind == WORD_TEXT && !looks_adjective(words, i))
			return false;
	return end > first;
}

/* A participle behind a noun begins a clause when no noun follows it. */
static bool is_participle(const struct words *words, guint i)
{
	static const char *const participles[] = {"made", "painted", "built", "standing", "sitting", "swimming",
		"flying", "hanging", "lying", "wearing", "holding", "featuring", "having", "inspired", "decorated",
		"covered", "colored", "coloured", "floating", "glowing", "burning", "carved", "shaped", "designed",
		"placed", "surrounded", "filled", "sized", "growing", "planted", "stuck", "mounted", "attached",
		"whose", "please", "styled", NULL};
	if (!is_one_of(text_at(words, i), participles))
		return false;
	if (i + 1 >= words->count || words->word[i + 1].kind != WORD_TEXT)
		return true;
	guint count;
	const struct lexeme *next = lexeme_read(words, i + 1, false, &count);
	return (next && next->class != CLASS_FILL && next->class != CLASS_LOOK) || looks_adjective(words, i + 1);
}

static bool ends_phrase(const struct words *words, guint first, guint i)
{
	static const char *const joins[] = {"that", "which", "who", "whose", "where", NULL};
	guint count;
	if (words->word[i].kind == WORD_STOP)
		return true;
	/* "a table 1.2 m tall": a measure behind the noun. */
	if (words->word[i].kind == WORD_NUMBER)
		return unit_metres(text_at(words, i + 1)) > 0 && i > first && !all_adjectives(words, first, i);
	const struct lexeme *lexeme = lexeme_read(words, i, false, &count);
	enum word_class class = lexeme ? lexeme->class : CLASS_NONE;
	if (words->word[i].kind == WORD_COMMA || class == CLASS_AND || class == CLASS_OR)
		return !all_adjectives(words, first, i);
	if (is_one_of(text_at(words, i), joins))
		return true;
	if (i > first && is_participle(words, i))
		return true;
	switch (class) {
	case CLASS_OF:
	case CLASS_HAVE:
	case CLASS_WITHOUT:
	case CLASS_FOR:
	case CLASS_IN:
	case CLASS_AT:
	case CLASS_BY:
	case CLASS_TO:
	case CLASS_BE:
	case CLASS_BUT:
	case CLASS_NO:
	case CLASS_NOT:
	case CLASS_EXCEPT:
	case CLASS_INSTEAD:
		return true;
	default:
		return false;
	}
}

struct phrase_span {
	guint first, end;
	bool several;
};

/* Behind "a detailed 3D model of", "a pair of". */
static guint skip_container(const struct words *words, guint at, bool *several)
{
	for (guint i = at; i < words->count && i < at + 7 && words->word[i].kind == WORD_TEXT; i++) {
		const char *word = words->word[i].singular;
		const char *next = text_at(words, i + 1);
		if (!is_container(word) ||
			!(g_str_equal(next, "of") || g_str_equal(next, "for") || g_str_equal(next, "like")))
			continue;
		static const char *const groups[] = {
			"pair", "set", "couple", "group", "collection", "bunch", "number", NULL};
		*several = *several || is_one_of(word, groups);
		return skip_container(words, i + 2, several);
	}
	return at;
}

/* "fish-shaped", "chair-like": what stands before them is no noun of this phrase. */
static bool is_likeness(const struct words *words, guint i)
{
	static const char *const likes[] = {
		"like", "shaped", "style", "styled", "inspired", "themed", "sized", "free", NULL};
	if (!is_one_of(text_at(words, i), likes))
		return false;
	bool joined = words->word[i].hyphen || !g_str_equal(text_at(words, i), "like");
	guint count;
	const struct lexeme *next = i + 1 < words->count ? lexeme_read(words, i + 1, false, &count) : NULL;
	bool more =
		i + 1 < words->count && words->word[i + 1].kind == WORD_TEXT && (!next || next->class == CLASS_FILL);
	return joined && more;
}

static struct phrase_span find_phrase(const struct words *words, guint at)
{
	struct phrase_span span = {.first = at};
	span.first = skip_container(words, at, &span.several);
	guint count;
	const struct lexeme *lexeme;
	while (span.first < words->count && (lexeme = lexeme_read(words, span.first, false, &count)) &&
		(lexeme->class == CLASS_DET || lexeme->class == CLASS_ALL))
		span.first += count;
	double number = 0;
	const char *word = text_at(words, span.first);
	if (span.first < words->count && words->word[span.first].kind == WORD_NUMBER)
		number = words->word[span.first].number;
	else if (!number_read(word, &number))
		number = 1;
	bool measure = unit_metres(text_at(words, span.first + 1)) > 0;
	span.several =
		span.several || (number > 1 && !measure && !words->word[MIN(span.first + 1, words->count - 1)].hyphen);
	span.end = span.first;
	while (span.end < words->count) {
		if (span.end > span.first && is_likeness(words, span.end)) {
			span.first = ++span.end;
			continue;
		}
		if (ends_phrase(words, span.first, span.end))
			break;
		span.end++;
	}
	return span;
}

/* Cuts off what is no noun at the phrase's end: "chair model please", "chair red". */
static guint trim_phrase(const struct words *words, struct phrase_span span)
{
	static const char *const plain[] = {"red", "green", "blue", "yellow", "black", "white", "grey", "gray", "brown",
		"purple", "pink", "wooden", "golden", "metallic", "big", "small", "tall", "large", "tiny", "now", "too",
		"thing", "3d", NULL};
	while (span.end > span.first + 1) {
		const struct word *last = &words->word[span.end - 1];
		guint count;
		const struct lexeme *lexeme = lexeme_read(words, span.end - 1, false, &count);
		bool empty = lexeme && (lexeme->class == CLASS_FILL || lexeme->class == CLASS_OPINION);
		if (last->kind == WORD_TEXT && !empty && !is_container(last->singular) && !is_one_of(last->text, plain))
			break;
		span.end--;
	}
	return span.end;
}

/* ---- names ---- */

static char *without_blanks(const char *phrase)
{
	g_auto(GStrv) parts = g_strsplit(phrase, " ", -1);
	return g_strjoinv("", parts);
}

/* Index of the phrase in the list, blanks aside, or -1. */
static int find_name(const GPtrArray *list, const char *phrase)
{
	g_autofree char *joined = without_blanks(phrase);
	for (guint i = 0; i < list->len; i++) {
		g_autofree char *name = without_blanks(list->pdata[i]);
		if (g_str_equal(name, joined))
			return (int)i;
	}
	return -1;
}

static char *normal_span(const struct words *words, guint first, guint end)
{
	GString *out = g_string_new(NULL);
	for (guint i = first; i < end; i++)
		g_string_append_printf(out, "%s%s", out->len ? " " : "", words->word[i].singular);
	return g_string_free(out, FALSE);
}

static bool list_has(const json_t *list, const char *word)
{
	size_t i;
	json_t *entry;
	json_array_foreach (list, i, entry) {
		if (json_is_string(entry) && g_str_equal(json_string_value(entry), word))
			return true;
	}
	return false;
}

/* How well the rest of the prompt suits an exemplar, to choose between those of one name. */
static int suitability(const struct exemplar *exemplar, const struct words *words, int name_index)
{
	const json_t *styles = json_object_get(exemplar->meta, "styles");
	const json_t *things = json_object_get(exemplar->meta, "things");
	int score = name_index == 0 ? 2 : 0;
	for (guint i = 0; i < words->count; i++) {
		const char *word = words->word[i].singular;
		score += find_name(exemplar->tags, word) >= 0 ? 2 : 0;
		score += json_object_get(styles, word) ? 2 : 0;
		const char *key;
		json_t *thing;
		json_object_foreach ((json_t *)things, key, thing) {
			if (g_str_equal(key, word) || g_str_equal(key, words->word[i].text) ||
				list_has(json_object_get(thing, "words"), word))
				score++;
		}
	}
	return score;
}

/* The best exemplar that has `phrase` among its names; NULL for none. */
static const struct exemplar *best_named(const struct library *library, const struct words *words, const char *phrase)
{
	const struct exemplar *best = NULL;
	int most = -1;
	for (guint i = 0; i < library->exemplars->len; i++) {
		const struct exemplar *exemplar = library->exemplars->pdata[i];
		int index = find_name(exemplar->names, phrase);
		int score = index < 0 ? -1 : suitability(exemplar, words, index);
		if (score > most) {
			best = exemplar;
			most = score;
		}
	}
	return best;
}

static bool is_kin(const struct library *library, const char *phrase)
{
	for (guint i = 0; i < library->exemplars->len; i++)
		if (find_name(((struct exemplar *)library->exemplars->pdata[i])->kin, phrase) >= 0)
			return true;
	return false;
}

/* The only name that the phrase may be a slip of, or NULL: two would be a guess. */
static const char *find_slip(const struct library *library, const char *phrase)
{
	const char *found = NULL;
	for (guint i = 0; i < library->exemplars->len; i++) {
		const struct exemplar *exemplar = library->exemplars->pdata[i];
		for (guint n = 0; n < exemplar->names->len; n++) {
			const char *name = exemplar->names->pdata[n];
			if (!word_misspells(phrase, name) || is_kin(library, phrase))
				continue;
			if (found && !g_str_equal(found, name))
				return NULL;
			found = name;
		}
	}
	return found;
}

/* Looks the phrase's end up, the longest first. */
static bool find_head(
	const struct library *library, const struct words *words, guint first, guint end, struct match *out)
{
	guint longest = MIN(end - first, (guint)NAME_WORDS_MAX);
	for (guint n = longest; n > 0; n--) {
		g_autofree char *phrase = normal_span(words, end - n, end);
		const struct exemplar *named = best_named(library, words, phrase);
		const char *slip = named ? NULL : find_slip(library, phrase);
		if (slip)
			named = best_named(library, words, slip);
		if (!named && is_kin(library, phrase))
			return false;
		if (n == 1 && end - first > 1) {
			g_autofree char *pair = normal_span(words, end - 2, end);
			g_autofree char *joined = without_blanks(pair);
			color_hex unused;
			bool painted = color_read(words, end - 2, unused) == 1; /* "a green house" is one */
			if (!painted && is_false_compound(joined))
				return false;
		}
		if (named) {
			out->exemplar = named;
			out->head = end - n;
			out->end = end;
			return true;
		}
	}
	return false;
}

/* ---- refusing ---- */

/* Points for being named when `words` cannot be made. */
static int nearness(const struct exemplar *exemplar, const struct words *words, guint first, guint end)
{
	int score = 0;
	for (guint i = first; i < end; i++) {
		const char *word = words->word[i].singular;
		g_autofree char *pair = i + 1 < end ? normal_span(words, i, i + 2) : NULL;
		score += find_name(exemplar->kin, word) >= 0 || (pair && find_name(exemplar->kin, pair) >= 0) ? 6 : 0;
		score += find_name(exemplar->names, word) >= 0 ? 5 : 0;
		score += find_name(exemplar->tags, word) >= 0 ? 2 : 0;
		for (guint n = 0; strlen(word) > 3 && n < exemplar->names->len; n++) {
			const char *const name[] = {exemplar->names->pdata[n], NULL};
			score += suggest_nearest(word, name) ? 1 : 0;
		}
	}
	return score;
}

static char *list_near(const struct library *library, const struct words *words, guint first, guint end)
{
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
	GString *out = g_string_new(NULL);
	for (guint n = 0; n < NEAR_MAX; n++) {
		const struct exemplar *best = NULL;
		int most = 0;
		for (guint i = 0; i < library->exemplars->len; i++) {
			const struct exemplar *exemplar = library->exemplars->pdata[i];
			int score = g_hash_table_contains(listed, exemplar->names->pdata[0])
					    ? 0
					    : nearness(exemplar, words, first, end);
			if (score > most) {
				best = exemplar;
				most = score;
			}
		}
		if (!best)
			break;
		g_hash_table_add(listed, best->names->pdata[0]);
		g_string_append_printf(out, "%s%s", out->len ? ", " : "", (const char *)best->names->pdata[0]);
	}
	return g_string_free(out, FALSE);
}

static char *list_some(const struct library *library)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < library->exemplars->len; i++)
		g_string_append_printf(out, "%s%s", out->len ? ", " : "",
			(const char *)((struct exemplar *)library->exemplars->pdata[i])->names->pdata[0]);
	return g_string_free(out, FALSE);
}

static bool is_foreign(const struct words *words)
{
	static const char *const foreign[] = {"ein", "eine", "einen", "einer", "und", "mit", "für", "une", "des",
		"avec", "pour", "una", "uno", "con", "para", "por", "haz", "erstelle", "erzeuge", "baue", "mache",
		"créer", "crée", "fais", "crea", "crear", "hazme", "um", "uma", "com", "een", "met", "och", "med", "en",
		"stuhl", "chaise", "silla", "sedia", NULL};
	guint strange = 0;
	guint letters = 0;
	for (const char *s = words->text; *s; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);
		letters += g_unichar_isalpha(c);
		strange += g_unichar_isalpha(c) && c > 0x24f;
	}
	if (letters && strange * 2 > letters)
		return true;
	guint found = 0;
	for (guint i = 0; i < words->count; i++)
		found += is_one_of(words->word[i].text, foreign);
	return found > 0 && found * 5 >= words->count;
}

static bool refuse(const struct library *library, const struct words *words, guint first, guint end, GError **error)
{
	g_autofree char *asked = words_quote(words, first, end);
	g_autofree char *near = list_near(library, words, first, end);
	g_autofree char *some = list_some(library);
	if (*near)
		g_set_error(error, LLM_ERROR, LLM_ERROR_NO_MATCH,
			"the library has nothing for \"%s\". Nearest are: %s. %s", asked, near, match_advice);
	else
		g_set_error(error, LLM_ERROR, LLM_ERROR_NO_MATCH,
			"the library has nothing for \"%s\", and nothing near. It has: %s. %s", asked, some,
			match_advice);
	return false;
}

static bool has_letters(const struct words *words)
{
	for (guint i = 0; i < words->count; i++)
		if (words->word[i].kind == WORD_TEXT)
			return true;
	return false;
}

bool match_prompt(const struct library *library, const struct words *words, struct match *out, GError **error)
{
	if (!has_letters(words)) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_NO_MATCH,
			"the prompt names no object: say what to make, as in \"a chair\"");
		return false;
	}
	if (is_foreign(words)) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_NO_MATCH, "the built-in modeler reads English only. %s",
			match_advice);
		return false;
	}
	*out = (struct match){.read_from = find_start(words)};
	if (out->read_from >= words->count)
		out->read_from = 0;
	struct phrase_span span = find_phrase(words, out->read_from);
	span.end = trim_phrase(words, span);
	out->several = span.several;
	if (span.end > span.first && find_head(library, words, span.first, span.end, out))
		return true;
	if (span.end == span.first)
		span = (struct phrase_span){.first = 0, .end = words->count};
	return refuse(library, words, span.first, MIN(span.end, span.first + 8), error);
}
