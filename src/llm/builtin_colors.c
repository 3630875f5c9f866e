/* Colours by name: the CSS names, what painters and shops say, and modifiers worked out in hue, saturation, lightness.
 */
#include "llm/builtin_lexicon.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *name; /* without blanks */
	guint32 rgb;
} colors[] = {
	{"red", 0xd01c1f},
	{"orange", 0xf07d1a},
	{"yellow", 0xf5d327},
	{"green", 0x2e8b3d},
	{"blue", 0x2059c9},
	{"purple", 0x7d2fa8},
	{"violet", 0x7f3fbf},
	{"pink", 0xf28cb1},
	{"brown", 0x7b4a23},
	{"black", 0x141414},
	{"white", 0xf5f5f2},
	{"grey", 0x808080},
	{"gray", 0x808080},
	{"gold", 0xd4a017},
	{"golden", 0xd4a017},
	{"silver", 0xc0c4c8},
	{"aliceblue", 0xf0f8ff},
	{"antiquewhite", 0xfaebd7},
	{"aqua", 0x00d5d5},
	{"aquamarine", 0x7fffd4},
	{"azure", 0x3a8fe0},
	{"beige", 0xe8dcc0},
	{"bisque", 0xffe4c4},
	{"blanchedalmond", 0xffebcd},
	{"blueviolet", 0x8a2be2},
	{"burlywood", 0xdeb887},
	{"cadetblue", 0x5f9ea0},
	{"chartreuse", 0x7fff00},
	{"chocolate", 0x5c3317},
	{"coral", 0xff7f50},
	{"cornflowerblue", 0x6495ed},
	{"cornsilk", 0xfff8dc},
	{"crimson", 0xb5122f},
	{"cyan", 0x00c8d7},
	{"darkblue", 0x0b1f66},
	{"darkcyan", 0x008b8b},
	{"darkgoldenrod", 0xb8860b},
	{"darkgreen", 0x12482a},
	{"darkkhaki", 0xbdb76b},
	{"darkmagenta", 0x8b008b},
	{"darkolivegreen", 0x556b2f},
	{"darkorange", 0xd8650a},
	{"darkorchid", 0x9932cc},
	{"darkred", 0x7a0c10},
	{"darksalmon", 0xe9967a},
	{"darkseagreen", 0x8fbc8f},
	{"darkslateblue", 0x483d8b},
	{"darkslategray", 0x2f4f4f},
	{"darkturquoise", 0x00ced1},
	{"darkviolet", 0x9400d3},
	{"deeppink", 0xff1493},
	{"deepskyblue", 0x00bfff},
	{"dimgray", 0x696969},
	{"dodgerblue", 0x1e90ff},
	{"firebrick", 0xb22222},
	{"floralwhite", 0xfffaf0},
	{"forestgreen", 0x228b22},
	{"fuchsia", 0xe0218a},
	{"gainsboro", 0xdcdcdc},
	{"ghostwhite", 0xf8f8ff},
	{"goldenrod", 0xdaa520},
	{"greenyellow", 0xadff2f},
	{"honeydew", 0xf0fff0},
	{"hotpink", 0xff69b4},
	{"indianred", 0xcd5c5c},
	{"indigo", 0x4b0082},
	{"ivory", 0xf6f1de},
	{"khaki", 0xb9a66b},
	{"lavender", 0xb9a5e0},
	{"lavenderblush", 0xfff0f5},
	{"lawngreen", 0x7cfc00},
	{"lemonchiffon", 0xfffacd},
	{"lightblue", 0x8ec5e8},
	{"lightcoral", 0xf08080},
	{"lightcyan", 0xe0ffff},
	{"lightgray", 0xcfcfcf},
	{"lightgreen", 0x90d890},
	{"lightpink", 0xffb6c1},
	{"lightsalmon", 0xffa07a},
	{"lightseagreen", 0x20b2aa},
	{"lightskyblue", 0x87cefa},
	{"lightslategray", 0x778899},
	{"lightsteelblue", 0xb0c4de},
	{"lightyellow", 0xfff9a8},
	{"lime", 0x7ed321},
	{"limegreen", 0x32cd32},
	{"linen", 0xf3eadd},
	{"magenta", 0xd81b8c},
	{"maroon", 0x6b1420},
	{"mediumaquamarine", 0x66cdaa},
	{"mediumblue", 0x0000cd},
	{"mediumorchid", 0xba55d3},
	{"mediumpurple", 0x9370db},
	{"mediumseagreen", 0x3cb371},
	{"mediumslateblue", 0x7b68ee},
	{"mediumspringgreen", 0x00fa9a},
	{"mediumturquoise", 0x48d1cc},
	{"mediumvioletred", 0xc71585},
	{"midnightblue", 0x191970},
	{"mintcream", 0xf5fffa},
	{"mistyrose", 0xffe4e1},
	{"moccasin", 0xffe4b5},
	{"navajowhite", 0xffdead},
	{"navy", 0x101c4d},
	{"navyblue", 0x101c4d},
	{"oldlace", 0xfdf5e6},
	{"olive", 0x6b7020},
	{"olivedrab", 0x6b8e23},
	{"olivegreen", 0x6b7a2f},
	{"orangered", 0xff4500},
	{"orchid", 0xda70d6},
	{"palegoldenrod", 0xeee8aa},
	{"palegreen", 0x98fb98},
	{"paleturquoise", 0xafeeee},
	{"palevioletred", 0xdb7093},
	{"papayawhip", 0xffefd5},
	{"peachpuff", 0xffdab9},
	{"peru", 0xcd853f},
	{"plum", 0x7a3b69},
	{"powderblue", 0xb0e0e6},
	{"rosybrown", 0xbc8f8f},
	{"royalblue", 0x2746c4},
	{"saddlebrown", 0x8b4513},
	{"salmon", 0xfa8072},
	{"sandybrown", 0xf4a460},
	{"seagreen", 0x2e8b57},
	{"seashell", 0xfff5ee},
	{"sienna", 0xa0522d},
	{"skyblue", 0x78bfea},
	{"slateblue", 0x6a5acd},
	{"slategray", 0x708090},
	{"slategrey", 0x708090},
	{"snowwhite", 0xfffafa},
	{"springgreen", 0x00ff7f},
	{"steelblue", 0x4682b4},
	{"tan", 0xd2b48c},
	{"teal", 0x0d7f80},
	{"thistle", 0xd8bfd8},
	{"tomato", 0xff6347},
	{"turquoise", 0x30c8bd},
	{"wheat", 0xf5deb3},
	{"whitesmoke", 0xf5f5f5},
	{"yellowgreen", 0x9acd32},
	/* painters and shops */
	{"scarlet", 0xd81e05},
	{"ruby", 0x9b111e},
	{"vermilion", 0xe34234},
	{"carmine", 0x960018},
	{"burgundy", 0x6d0f26},
	{"wine", 0x722f37},
	{"cherryred", 0xb3001b},
	{"brickred", 0x9c3b26},
	{"bloodred", 0x8a0303},
	{"rust", 0xa5421a},
	{"terracotta", 0xc2623f},
	{"peach", 0xffc9a0},
	{"apricot", 0xfbb07a},
	{"amber", 0xf2a900},
	{"ochre", 0xc77a22},
	{"mustard", 0xd6a419},
	{"lemon", 0xf8e838},
	{"saffron", 0xf4a300},
	{"cream", 0xf5ecd2},
	{"offwhite", 0xf2efe6},
	{"vanilla", 0xf3e5ab},
	{"sand", 0xd9c39a},
	{"umber", 0x635147},
	{"burntumber", 0x5a3224},
	{"rawumber", 0x78603c},
	{"burntsienna", 0x8a3a1c},
	{"burntorange", 0xc2570c},
	{"sepia", 0x5e4026},
	{"coffee", 0x4b3221},
	{"caramel", 0xb06a2c},
	{"hazel", 0x8e6a3a},
	{"taupe", 0x857765},
	{"mahogany", 0x6a2c1c},
	{"emerald", 0x1c9a5c},
	{"jade", 0x2fa676},
	{"mint", 0x98e2c0},
	{"mintgreen", 0x98e2c0},
	{"sage", 0x97a581},
	{"mossgreen", 0x6b7f2a},
	{"grassgreen", 0x4d9a2a},
	{"applegreen", 0x8db600},
	{"limeyellow", 0xd6ee3a},
	{"sapphire", 0x1a3fa8},
	{"cobalt", 0x0d47a8},
	{"cobaltblue", 0x0d47a8},
	{"ultramarine", 0x2a2fb0},
	{"prussianblue", 0x0e2a45},
	{"cerulean", 0x2a7fb8},
	{"babyblue", 0xa5d0f0},
	{"iceblue", 0xcfe8f5},
	{"electricblue", 0x2e7dff},
	{"petrol", 0x0f5a63},
	{"lilac", 0xc0a0d8},
	{"mauve", 0xb784a7},
	{"amethyst", 0x9060c8},
	{"eggplant", 0x4a2545},
	{"aubergine", 0x4a2545},
	{"rose", 0xe0607e},
	{"rosegold", 0xc98c7a},
	{"babypink", 0xf6c1d2},
	{"magentapink", 0xd0417e},
	{"blush", 0xe8b4a8},
	{"charcoal", 0x33383c},
	{"anthracite", 0x2e3236},
	{"slate", 0x55606a},
	{"ash", 0xb2b5b0},
	{"jetblack", 0x070707},
	{"ebony", 0x241a15},
	{"pearl", 0xece7dc},
	{"champagne", 0xe7d3ae},
	{"gunmetal", 0x3a3f44},
	{"nude", 0xdcb698},
	{"skin", 0xe0ac88},
};

/* The entry of this name; "darkgrey" is "darkgray". */
static bool find_color(const char *name, guint32 *rgb)
{
	for (guint i = 0; i < G_N_ELEMENTS(colors); i++) {
		if (g_str_equal(colors[i].name, name)) {
			*rgb = colors[i].rgb;
			return true;
		}
	}
	return false;
}

/* ---- hue, saturation, lightness ---- */

struct hsl {
	double h, s, l; /* h in 0..6 */
};

static struct hsl to_hsl(guint32 rgb)
{
	double r = (rgb >> 16 & 255) / 255.0;
	double g = (rgb >> 8 & 255) / 255.0;
	double b = (rgb & 255) / 255.0;
	double high = MAX(r, MAX(g, b));
	double low = MIN(r, MIN(g, b));
	double span = high - low;
	struct hsl c = {.l = (high + low) / 2};
	if (span <= 0)
		return c;
	c.s = span / (1 - fabs(2 * c.l - 1));
	c.h = high == r ? fmod((g - b) / span + 6, 6) : high == g ? (b - r) / span + 2 : (r - g) / span + 4;
	return c;
}

static guint32 to_rgb(struct hsl c)
{
	c.s = CLAMP(c.s, 0, 1);
	c.l = CLAMP(c.l, 0, 1);
	double chroma = (1 - fabs(2 * c.l - 1)) * c.s;
	guint32 rgb = 0;
	for (int i = 0; i < 3; i++) { /* red, green and blue peak at hues 0, 2 and 4 */
		double away = fabs(fmod(c.h - 2 * i + 9, 6) - 3);
		double share = CLAMP(2 - away, 0, 1);
		double value = c.l - chroma / 2 + chroma * share;
		rgb = rgb << 8 | (guint32)lround(CLAMP(value, 0, 1) * 255);
	}
	return rgb;
}

static guint32 from_hex(const char *hex)
{
	return (guint32)strtoul(hex + 1, NULL, 16);
}

static bool modify(const char *modifier, struct hsl *c)
{
	static const struct {
		const char *word;
		double s, l_times, l_plus; /* saturation times s; l = l * l_times + l_plus */
	} table[] = {
		{"dark", 1, 0.5, 0},
		{"darker", 1, 0.62, 0},
		{"deep", 1.15, 0.66, 0},
		{"deeper", 1.1, 0.75, 0},
		{"light", 1, 0.55, 0.42},
		{"lighter", 1, 0.7, 0.28},
		{"pale", 0.7, 0.4, 0.55},
		{"paler", 0.75, 0.65, 0.32},
		{"bright", 1.5, 0.75, 0.15},
		{"brighter", 1.35, 0.8, 0.16},
		{"vivid", 1.6, 0.9, 0.05},
		{"vibrant", 1.6, 0.9, 0.05},
		{"pastel", 0.75, 0.25, 0.63},
		{"neon", 4, 0.2, 0.44},
		{"fluorescent", 4, 0.2, 0.44},
		{"electric", 4, 0.3, 0.38},
		{"muted", 0.5, 0.9, 0.05},
		{"dull", 0.5, 0.85, 0.03},
		{"dusty", 0.5, 0.9, 0.08},
		{"soft", 0.7, 0.7, 0.25},
		{"rich", 1.2, 0.85, 0},
		{"warm", 1.05, 1, 0},
		{"cool", 0.95, 1, 0},
		{"medium", 1, 1, 0},
		{"mid", 1, 1, 0},
		{"faded", 0.5, 0.8, 0.16},
		{"metallic", 1, 1, 0},
		{"glossy", 1, 1, 0},
		{"matte", 1, 1, 0},
		{"strong", 1.2, 1, 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		if (!g_str_equal(table[i].word, modifier))
			continue;
		c->s *= c->s < 0.05 ? 1 : table[i].s;
		c->l = c->l * table[i].l_times + table[i].l_plus;
		return true;
	}
	return false;
}

static void put_hex(guint32 rgb, color_hex out)
{
	g_snprintf(out, sizeof(color_hex), "#%06x", rgb & 0xffffff);
}

bool color_shade(const char *modifier, const char *from, color_hex out)
{
	struct hsl c = to_hsl(from_hex(from));
	if (!modify(modifier, &c))
		return false;
	put_hex(to_rgb(c), out);
	return true;
}

/* ---- names in a text ---- */

/* Words i.. joined without blanks; NULL past the end or over a comma. */
static char *joined(const struct words *words, guint i, guint count)
{
	GString *out = g_string_new(NULL);
	for (guint n = i; n < i + count; n++) {
		if (n >= words->count || words->word[n].kind != WORD_TEXT)
			return g_string_free(out, TRUE);
		g_string_append(out, words->word[n].text);
	}
	return g_string_free(out, FALSE);
}

/* "reddish", "bluish", "greeny": the colour they lean to. */
static bool find_leaning(const char *word, guint32 *rgb)
{
	static const char *const table[][2] = {{"reddish", "red"}, {"bluish", "blue"}, {"greenish", "green"},
		{"yellowish", "yellow"}, {"brownish", "brown"}, {"greyish", "grey"}, {"grayish", "grey"},
		{"pinkish", "pink"}, {"purplish", "purple"}, {"orangish", "orange"}, {"whitish", "white"},
		{"blackish", "black"}, {"silvery", "silver"}};
	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_str_equal(table[i][0], word))
			return find_color(table[i][1], rgb);
	return false;
}

/* The longest plain name at word i: how many words, 0 for none. */
static guint read_name(const struct words *words, guint i, guint32 *rgb)
{
	for (guint count = 3; count > 0; count--) {
		g_autofree char *name = joined(words, i, count);
		if (!name)
			continue;
		g_autofree char *gray = g_str_has_suffix(name, "grey") ? g_strndup(name, strlen(name) - 4) : NULL;
		g_autofree char *american = gray ? g_strconcat(gray, "gray", NULL) : NULL;
		if (find_color(name, rgb) || (american && find_color(american, rgb)))
			return count;
	}
	return i < words->count && find_leaning(words->word[i].text, rgb) ? 1 : 0;
}

static guint32 mix(guint32 a, guint32 b, double share)
{
	guint32 rgb = 0;
	for (int shift = 16; shift >= 0; shift -= 8) {
		double value = (a >> shift & 255) * (1 - share) + (b >> shift & 255) * share;
		rgb = rgb << 8 | (guint32)lround(value);
	}
	return rgb;
}

static bool is_plain(const char *word)
{
	static const char *const plain[] = {"red", "orange", "yellow", "green", "blue", "purple", "violet", "pink",
		"brown", "black", "white", "grey", "gray", NULL};
	return g_strv_contains(plain, word);
}

guint color_read(const struct words *words, guint i, color_hex out)
{
	if (i >= words->count || words->word[i].kind != WORD_TEXT)
		return 0;
	const char *text = words->word[i].text;
	guint32 rgb = 0;
	guint32 second = 0;
	if (text[0] == '#') {
		g_strlcpy(out, text, sizeof(color_hex));
		return 1;
	}
	guint count = read_name(words, i, &rgb);
	if (count == 1 && find_leaning(text, &rgb)) {
		guint more = read_name(words, i + 1, &second);
		put_hex(more ? mix(second, rgb, 0.3) : rgb, out);
		return 1 + more;
	}
	bool shop = count == 1 && !is_plain(text) && i + 1 < words->count && is_plain(words->word[i + 1].text);
	if (shop) { /* "jade green" is jade */
		put_hex(rgb, out);
		return 2;
	}
	if (count > 0) { /* "blue-green" is between the two */
		bool hyphen = i + count < words->count && words->word[i + count].hyphen;
		guint more = hyphen ? read_name(words, i + count, &second) : 0;
		put_hex(more ? mix(rgb, second, 0.5) : rgb, out);
		return count + more;
	}
	struct hsl trial = {0};
	if (!modify(text, &trial))
		return 0;
	color_hex base;
	count = color_read(words, i + 1, base);
	return count && color_shade(text, base, out) ? count + 1 : 0;
}

/* The plain name of a colour's hue. */
static const char *hue_name(struct hsl c)
{
	static const char *const hues[] = {"red", "orange", "yellow", "green", "green", "green", "cyan", "blue", "blue",
		"purple", "purple", "pink"};
	if (c.l < 0.1)
		return "black";
	if (c.l > 0.93)
		return "white";
	if (c.s < 0.12)
		return "grey";
	bool orange = c.h > 0.25 && c.h < 0.95;
	if (orange && c.l < 0.42 && c.s < 0.85)
		return "brown";
	return hues[(guint)(fmod(c.h * 2 + 0.5, 12))];
}

bool color_alike(const char *a, const char *b)
{
	struct hsl x = to_hsl(from_hex(a));
	struct hsl y = to_hsl(from_hex(b));
	return g_str_equal(hue_name(x), hue_name(y)) && fabs(x.l - y.l) < 0.15 && fabs(x.s - y.s) < 0.3;
}

const char *color_palette(guint i)
{
	static const char *const palette[] = {
		"#e63946", "#ffb703", "#2a9d8f", "#3a86ff", "#8338ec", "#fb5607", "#06d6a0", "#ff5da2"};
	return palette[i % G_N_ELEMENTS(palette)];
}
