/* The critic and the verifier of the built-in modeler: both judge by measure, neither sees pictures. */
#include "llm/builtin_roles.h"

#include <math.h>

/* ---- critic ---- */

static char *describe_finding(const json_t *finding)
{
	const json_t *value = json_object_get(finding, "value");
	const json_t *limit = json_object_get(finding, "limit");
	GString *out = g_string_new(json_str(finding, "code", "finding"));
	if (json_is_number(value))
		g_string_append_printf(out, ": %g", json_number_value(value));
	if (json_is_number(limit))
		g_string_append_printf(out, ", the limit is %g", json_number_value(limit));
	if (json_is_number(value) || json_is_number(limit))
		g_string_append_printf(out, " %s", json_str(finding, "unit", ""));
	return g_strchomp(g_string_free(out, FALSE));
}

char *builtin_critique(const struct library *library, const json_t *facts, GError **error)
{
	json_t *changes = json_array();
	size_t i;
	json_t *finding;
	json_array_foreach (json_object_get(facts, "findings"), i, finding) {
		if (!g_str_equal(json_str(finding, "severity", ""), "hard"))
			continue;
		const json_t *part = json_array_get(json_object_get(finding, "parts"), 0);
		g_autofree char *why = describe_finding(finding);
		json_array_append_new(changes,
			json_make("{s:s, s:s, s:s}", "part", json_is_string(part) ? json_string_value(part) : "",
				"change", json_str(finding, "hint", "mend it"), "why", why));
	}
	bool accept = json_array_size(changes) == 0;
	return builtin_json_block(json_make("{s:b, s:o, s:[s]}", "accept", accept, "changes", changes, "notes",
		"the built-in critic looks at measures, not at pictures"));
}

/* ---- verifier ---- */

static bool same_value(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a);
		double y = json_number_value(b);
		return fabs(x - y) <= 1e-6 * MAX(1, MAX(fabs(x), fabs(y)));
	}
	if (json_is_string(a) && json_is_string(b))
		return g_ascii_strcasecmp(json_string_value(a), json_string_value(b)) == 0;
	return a && b && json_equal(a, b);
}

static bool has_string(const json_t *list, const char *text)
{
	size_t i;
	json_t *entry;
	json_array_foreach (list, i, entry) {
		if (json_is_string(entry) && g_str_equal(json_string_value(entry), text))
			return true;
	}
	return false;
}

/* A field of the diff that says a mesh, transform or material is another one: true, "changed", or an object. */
static bool says_changed(const json_t *field)
{
	const char *text = json_string_value(field);
	if (text)
		return *text && !g_str_equal(text, "same") && !g_str_equal(text, "unchanged");
	return json_is_true(field) || (json_is_object(field) && json_object_size(field) > 0);
}

static bool part_changed(const json_t *diff, const char *part)
{
	static const char *const fields[] = {"state", "mesh", "transform", "material"};
	if (has_string(json_object_get(diff, "changed"), part))
		return true;
	size_t i;
	json_t *entry;
	json_array_foreach (json_object_get(diff, "parts"), i, entry) {
		if (!g_str_equal(json_str(entry, "part", ""), part))
			continue;
		for (guint f = 0; f < G_N_ELEMENTS(fields); f++)
			if (says_changed(json_object_get(entry, fields[f])))
				return true;
	}
	return false;
}

static bool any_changed(const json_t *diff, const json_t *parts)
{
	size_t i;
	json_t *part;
	json_array_foreach (parts, i, part) {
		if (json_is_string(part) && part_changed(diff, json_string_value(part)))
			return true;
	}
	return false;
}

/* A part's pieces in a report, -1 when it is not there. */
static gint64 pieces(const json_t *report, const char *part)
{
	size_t i;
	json_t *entry;
	json_array_foreach (json_object_get(report, "parts"), i, entry) {
		if (g_str_equal(json_str(entry, "part", ""), part))
			return json_int(entry, "pieces", -1);
	}
	return -1;
}

struct judged {
	guint wanted, reached; /* parameters */
	bool held;             /* all were so before */
	char *miscount;        /* a part whose pieces are not the asked number, in words */
};

/* The parts that this parameter counts must have as many pieces as were asked, where they had as many as it said
 * before: a part that is left out, or bears its count in another way, proves nothing. */
static void check_pieces(
	const json_t *facts, const json_t *item, const char *name, const json_t *value, struct judged *out)
{
	const json_t *was = json_object_get(json_object_get(facts, "values_before"), name);
	const char *part;
	json_t *counter;
	json_object_foreach (json_object_get(item, "counts"), part, counter) {
		if (g_strcmp0(json_string_value(counter), name) != 0 || !json_is_integer(value) ||
			!json_is_integer(was) || out->miscount)
			continue;
		gint64 before = pieces(json_object_get(facts, "before"), part);
		gint64 after = pieces(json_object_get(facts, "after"), part);
		bool counted = MAX(before, 0) == json_integer_value(was);
		if (counted && MAX(after, 0) != json_integer_value(value))
			out->miscount = g_strdup_printf("%s has %" G_GINT64_FORMAT " pieces, %" JSON_INTEGER_FORMAT
							" were asked",
				part, MAX(after, 0), json_integer_value(value));
	}
}

static struct judged judge_params(const json_t *facts, const json_t *item)
{
	const json_t *before = json_object_get(facts, "values_before");
	const json_t *after = json_object_get(facts, "values_after");
	struct judged out = {.held = true};
	const char *name;
	json_t *value;
	json_object_foreach (json_object_get(item, "params"), name, value) {
		out.wanted++;
		out.reached += same_value(json_object_get(after, name), value);
		out.held = out.held && same_value(json_object_get(before, name), value);
		check_pieces(facts, item, name, value, &out);
	}
	return out;
}

/* How far the measured height may be from the one asked for. */
#define HEIGHT_SHARE 0.05

static json_t *judge_height(const json_t *facts, const json_t *item)
{
	const json_t *bounds = json_object_get(json_object_get(json_object_get(facts, "after"), "asset"), "bounds");
	double asked = json_num(item, "height_m", 0);
	double have = json_number_value(json_array_get(json_object_get(bounds, "max"), 2)) -
		      json_number_value(json_array_get(json_object_get(bounds, "min"), 2));
	g_autofree char *why = g_strdup_printf("it measures %.2f m", have);
	return json_make("{s:O?, s:s, s:s}", "id", json_object_get(item, "id"), "state",
		fabs(have - asked) <= HEIGHT_SHARE * asked ? "done" : "partial", "why", why);
}

static json_t *judge_item(const json_t *facts, const json_t *item)
{
	if (json_object_get(item, "height_m"))
		return judge_height(facts, item);
	struct judged judged = judge_params(facts, item);
	g_autofree char *miscount = judged.miscount;
	const json_t *parts = json_object_get(item, "parts");
	bool changed = any_changed(json_object_get(facts, "diff"), parts);
	bool first = !json_object_get(facts, "before");
	const char *state = "missing";
	const char *why = "the parameters do not have the asked values";
	if (judged.wanted == 0 || (!first && judged.held && judged.reached == judged.wanted && !changed)) {
		state = "done";
		why = first ? "it is made so in any case" : "it was so before";
	} else if (judged.reached == judged.wanted && miscount) {
		state = "partial";
		why = miscount;
	} else if (judged.reached == judged.wanted && first) {
		/* That the parts are there is the gate's to say; there is nothing before to compare with. */
		state = "done";
		why = "it was built with the asked values";
	} else if (judged.reached == judged.wanted && changed) {
		state = "done";
		why = "the parameters have the asked values, and the scene shows it";
	} else if (judged.reached == judged.wanted) {
		state = "partial";
		why = "the parameters have the asked values, but nothing of these parts changed in the scene";
	} else if (judged.reached > 0) {
		state = "partial";
		why = "only some of the parameters have the asked values";
	}
	/* As much as can be had was done: it is kept, and said to be less than was asked. */
	bool limit = g_str_equal(state, "done") && json_object_get(item, "short");
	json_t *id = json_object_get(item, "id");
	return json_make("{s:o, s:s, s:s, s:b}", "id", id ? json_incref(id) : json_null(), "state",
		limit ? "partial" : state, "why", limit ? json_str(item, "short", "") : why, "limit", limit);
}

char *builtin_verdict(const struct library *library, const json_t *facts, GError **error)
{
	json_t *items = json_array();
	bool pass = true;
	size_t i;
	json_t *entry;
	json_array_foreach (json_object_get(facts, "checklist"), i, entry) {
		json_t *judged = judge_item(facts, entry);
		pass = pass &&
		       (g_str_equal(json_str(judged, "state", ""), "done") || json_bool(judged, "limit", false));
		json_array_append_new(items, judged);
	}
	json_array_foreach (json_object_get(facts, "findings"), i, entry) {
		pass = pass && !g_str_equal(json_str(entry, "severity", ""), "hard");
	}
	return builtin_json_block(json_make("{s:o, s:b}", "items", items, "pass", pass));
}
