/* Checks on the asset as a whole: is it as large as was asked, or as such things are, and can it be handled. */
#include "gate/gate_int.h"

#include <math.h>
#include <string.h>

/* How far the asset's size may be from the one that was asked for. */
#define SCALE_SHARE 0.10
/* Beyond its range by this factor a thing is of another unit, not of another design. */
#define KIND_GROSS 10.0

double gate_bound(const json_t *box, const char *end, size_t axis)
{
	return json_number_value(json_array_get(json_object_get(box, end), axis));
}

static double extent(const struct gate_case *gate, size_t axis)
{
	const json_t *box = json_object_get(gate->asset, "bounds");
	return gate_bound(box, "max", axis) - gate_bound(box, "min", axis);
}

static bool is_asked(const struct gate_case *gate)
{
	size_t i;
	json_t *want;
	json_array_foreach (json_object_get(gate->blueprint, "scale_m"), i, want) {
		if (json_is_number(want))
			return true;
	}
	return false;
}

void gate_asset_size(const struct gate_case *gate, json_t *findings)
{
	static const char axes[] = "xyz";
	const json_t *asked = json_object_get(gate->blueprint, "scale_m");
	if (json_int(gate->asset, "triangles", 0) == 0 || !json_is_array(asked))
		return;
	for (size_t axis = 0; axis < 3; axis++) {
		const json_t *want = json_array_get(asked, axis);
		double have = extent(gate, axis);
		if (!json_is_number(want) ||
			fabs(have - json_number_value(want)) <= SCALE_SHARE * json_number_value(want))
			continue;
		gate_add(findings, "asset.size", true, NULL, NULL, have, json_number_value(want), "m",
			"the asset measures %.3f m along %c, %.3f m was asked: scale it by %.3f along %c", have,
			axes[axis], json_number_value(want), have > 0 ? json_number_value(want) / have : NAN,
			axes[axis]);
	}
}

static const struct kind {
	const char *word;
	enum { measure_height, measure_longest } measure;
	double least, most;
	const char *source;
} kinds[] = {
#define SIZE(word, measure, least, most, source) {word, measure_##measure, least, most, source},
#include "gate/sizes.def"
#undef SIZE
};

/* True when a title, up to its "with", "of" or comma, ends in the words: "Red dining chair with armrests" in "chair".
 */
static bool ends_in(const char *title, const char *words)
{
	g_autofree char *head = g_utf8_strdown(title, -1);
	static const char *const ends[] = {",", ":", "(", " with ", " of ", " in ", " on ", " for ", NULL};
	for (int i = 0; ends[i]; i++) {
		char *end = strstr(head, ends[i]);
		if (end)
			*end = '\0';
	}
	g_strchomp(head);
	gsize have = strlen(head), want = strlen(words);
	return have >= want && g_str_equal(head + have - want, words) && (have == want || head[have - want - 1] == ' ');
}

/* A thing that says it is no thing of the common size. */
static bool is_model(const char *title)
{
	static const char *const words[] = {
		"toy", "doll", "miniature", "mini", "tiny", "giant", "huge", "model", "cartoon", NULL};
	g_autofree char *low = g_utf8_strdown(title, -1);
	g_auto(GStrv) said = g_strsplit_set(low, " ,:-()", -1);
	for (int i = 0; words[i]; i++)
		if (g_strv_contains((const char *const *)said, words[i]))
			return true;
	return false;
}

static const struct kind *kind_of(const char *title)
{
	const struct kind *best = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (ends_in(title, kinds[i].word) && (!best || strlen(kinds[i].word) > strlen(best->word)))
			best = &kinds[i];
	return best;
}

void gate_asset_kind(const struct gate_case *gate, json_t *findings)
{
	const char *title = json_str(gate->blueprint, "title", json_str(gate->asset, "name", ""));
	const struct kind *kind = kind_of(title);
	if (!kind || is_model(title) || is_asked(gate) || json_int(gate->asset, "triangles", 0) == 0)
		return;
	double height = extent(gate, 2);
	double have = kind->measure == measure_height ? height : MAX(height, MAX(extent(gate, 0), extent(gate, 1)));
	if (have >= kind->least && have <= kind->most)
		return;
	bool gross = have < kind->least / KIND_GROSS || have > kind->most * KIND_GROSS;
	gate_add(findings, "scale.unusual", gross, NULL, NULL, have, have < kind->least ? kind->least : kind->most, "m",
		"the %s is %.3g m %s, in life it is %.3g to %.3g m (%s): lengths are metres; scale it by about %.3g",
		kind->word, have, kind->measure == measure_height ? "high" : "along its longest side", kind->least,
		kind->most, kind->source, have > 0 ? sqrt(kind->least * kind->most) / have : NAN);
}

void gate_asset_budget(const struct gate_case *gate, json_t *findings)
{
	double budget = json_num(gate->blueprint, "triangles", 0);
	double have = json_num(gate->asset, "triangles", 0);
	size_t i;
	json_t *part;
	const json_t *worst = NULL;
	if (budget <= 0 || have <= budget)
		return;
	json_array_foreach ((json_t *)gate->parts, i, part) {
		if (!worst || json_int(part, "triangles", 0) > json_int(worst, "triangles", 0))
			worst = part;
	}
	gate_add(findings, "asset.triangles", false, json_str(worst, "part", NULL), NULL, have, budget, "triangles",
		"%d triangles of a budget of %d, %d of them in \"%s\": use fewer segments there", (int)have,
		(int)budget, (int)json_int(worst, "triangles", 0), json_str(worst, "part", ""));
}
