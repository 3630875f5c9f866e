/* The table of checks, and the gate that walks it: see gate.h. */
#include "gate/gate_int.h"

#include <math.h>

static const struct gate_check_row checks[] = {
	{"measured", gate_measured},
	{"asset.size", gate_asset_size},
	{"scale.unusual", gate_asset_kind},
	{"asset.triangles", gate_asset_budget},
	{"part.missing", gate_part_missing},
	{"part.count", gate_part_count},
	{"part.size", gate_part_size},
	{"part.place", gate_part_place},
	{"part.asymmetric", gate_part_symmetry},
	{"part.contacts", gate_part_contacts},
};

const json_t *gate_part(const json_t *parts, const char *name)
{
	size_t i;
	json_t *part;
	json_array_foreach ((json_t *)parts, i, part) {
		if (g_strcmp0(json_str(part, "part", json_str(part, "name", NULL)), name) == 0)
			return part;
	}
	return NULL;
}

void gate_add(json_t *findings, const char *code, bool hard, const char *part, const char *other, double value,
	double limit, const char *unit, const char *hint, ...)
{
	va_list args;
	va_start(args, hint);
	g_autofree char *text = g_strdup_vprintf(hint, args);
	va_end(args);
	json_t *parts = json_array();
	if (part)
		json_array_append_new(parts, json_text(part));
	if (other)
		json_array_append_new(parts, json_text(other));
	json_t *finding = json_make("{s:s, s:s, s:o, s:s, s:o}", "code", code, "severity", hard ? "hard" : "soft",
		"parts", parts, "unit", unit, "hint", json_text(text));
	json_object_set_new(finding, "value", isfinite(value) ? json_real(value) : json_null());
	json_object_set_new(finding, "limit", isfinite(limit) ? json_real(limit) : json_null());
	json_array_append_new(findings, finding);
}

static bool is_off(const json_t *value)
{
	return json_is_false(value) || (json_is_number(value) && json_number_value(value) == 0) ||
	       g_strcmp0(json_string_value(value), "none") == 0;
}

/* Where a part stands and how large it is holds for the values it was planned with; under others it is not known. */
static void forget_place(json_t *part, const json_t *values)
{
	const char *name;
	json_t *value;
	json_object_foreach (json_object_get(part, "at"), name, value) {
		const json_t *now = json_object_get(values, name);
		if (!now || json_equal(now, value) ||
			(json_is_number(now) && json_is_number(value) &&
				json_number_value(now) == json_number_value(value)))
			continue;
		json_object_del(part, "bounds");
		json_object_del(part, "size_m");
		json_object_del(part, "center_m");
		return;
	}
}

/* The blueprint's parts as they are under these values: those left out are gone, counts are numbers. */
static json_t *resolve_plan(const json_t *plan, const json_t *values)
{
	size_t i;
	json_t *part;
	if (!json_is_array(plan))
		return NULL;
	json_t *resolved = json_array();
	json_array_foreach ((json_t *)plan, i, part) {
		const char *when = json_str(part, "when", NULL);
		const char *count = json_str(part, "count", NULL);
		if (when && is_off(json_object_get(values, when)))
			continue;
		json_t *copy = json_copy(part);
		const json_t *number = count ? json_object_get(values, count) : NULL;
		if (number && is_off(number)) {
			json_decref(copy);
			continue;
		}
		if (count)
			json_object_set_new(copy, "count",
				json_is_integer(number) ? json_integer(json_integer_value(number)) : json_null());
		forget_place(copy, values);
		json_array_append_new(resolved, copy);
	}
	return resolved;
}

json_t *gate_check(const json_t *report, const json_t *blueprint, const json_t *values)
{
	const json_t *asset = json_object_get(report, "asset");
	double diagonal = json_num(asset, "diagonal", 0);
	g_autoptr(json_t) plan = resolve_plan(json_object_get(blueprint, "parts"), values);
	struct gate_case gate = {
		.report = report,
		.asset = asset,
		.parts = json_object_get(report, "parts"),
		.plan = plan,
		.blueprint = blueprint,
		.diagonal = diagonal,
		.tolerance = json_num(blueprint, "tolerance", json_num(report, "tolerance", 0.01 * diagonal)),
	};
	json_t *findings = json_array();
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++)
		checks[i].check(&gate, findings);
	return findings;
}

int gate_count(const json_t *findings, const char *severity)
{
	int count = 0;
	size_t i;
	json_t *finding;
	json_array_foreach ((json_t *)findings, i, finding)
		count += g_strcmp0(json_str(finding, "severity", NULL), severity) == 0;
	return count;
}

int gate_compare(const json_t *a, const json_t *b)
{
	int hard = gate_count(a, "hard") - gate_count(b, "hard");
	return hard ? hard : gate_count(a, "soft") - gate_count(b, "soft");
}
