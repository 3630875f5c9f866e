/* Checks on how planned parts stand to each other: what should touch touches, nothing stands in another thing. */
#include "gate/gate_int.h"

/* How deep parts may stand in one another, as a share of the asset's diagonal: joints overlap on purpose, so a planned
 * contact may be deep before anybody minds, an unplanned one is told at once and blocks when it is gross. */
#define DEEP_PLANNED 0.10
#define DEEP_UNPLANNED 0.02
#define DEEP_GROSS 0.10

static bool planned_touch(const struct gate_case *gate, const char *a, const char *b)
{
	size_t i;
	json_t *name;
	json_array_foreach (json_object_get(gate_part(gate->plan, a), "touches"), i, name) {
		if (g_strcmp0(json_string_value(name), b) == 0)
			return true;
	}
	return false;
}

static const json_t *contact_between(const struct gate_case *gate, const char *a, const char *b)
{
	size_t i;
	json_t *contact;
	json_array_foreach (json_object_get(gate->report, "contacts"), i, contact) {
		const char *x = json_str(contact, "a", "");
		const char *y = json_str(contact, "b", "");
		if ((g_str_equal(x, a) && g_str_equal(y, b)) || (g_str_equal(x, b) && g_str_equal(y, a)))
			return contact;
	}
	return NULL;
}

/* The way by which `part` meets the other one, or comes out of it, as a text: " by (0, 0, -0.031) m". */
static char *way_of(const json_t *contact, const char *part)
{
	const json_t *way = json_object_get(contact, "way");
	double sign = g_strcmp0(json_str(contact, "a", NULL), part) == 0 ? 1 : -1;
	if (json_array_size(way) != 3)
		return g_strdup("");
	return g_strdup_printf(" by (%.4f, %.4f, %.4f) m", sign * json_number_value(json_array_get(way, 0)) + 0.0,
		sign * json_number_value(json_array_get(way, 1)) + 0.0,
		sign * json_number_value(json_array_get(way, 2)) + 0.0);
}

static void check_planned(const struct gate_case *gate, json_t *findings)
{
	size_t i, j;
	json_t *planned, *other;
	json_array_foreach ((json_t *)gate->plan, i, planned) {
		const char *name = json_str(planned, "name", "");
		json_array_foreach (json_object_get(planned, "touches"), j, other) {
			const char *beside = json_string_value(other);
			if (!beside || !gate_part(gate->parts, name) || !gate_part(gate->parts, beside))
				continue;
			const json_t *contact = contact_between(gate, name, beside);
			double gap = contact ? json_num(contact, "gap", 0) : 0.1 * gate->diagonal;
			if (gap <= gate->tolerance)
				continue;
			g_autofree char *way = way_of(contact, name);
			gate_add(findings, "part.gap", true, name, beside, gap, gate->tolerance, "m",
				"\"%s\" must touch \"%s\" but stays %s%.4f m away: move it%s, or extend it by %.1f cm "
				"towards "
				"it",
				name, beside, contact ? "" : "at least ", gap, way, gap * 100);
		}
	}
}

void gate_part_contacts(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *contact;
	check_planned(gate, findings);
	json_array_foreach (json_object_get(gate->report, "contacts"), i, contact) {
		const char *a = json_str(contact, "a", "");
		const char *b = json_str(contact, "b", "");
		double depth = json_num(contact, "depth", 0);
		bool planned = planned_touch(gate, a, b) || planned_touch(gate, b, a);
		double limit = (planned ? DEEP_PLANNED : DEEP_UNPLANNED) * gate->diagonal;
		if (!gate->plan || depth <= limit)
			continue;
		g_autofree char *way = way_of(contact, a);
		gate_add(findings, "part.penetrates", !planned && depth > DEEP_GROSS * gate->diagonal, a, b, depth,
			limit, "m",
			"\"%s\" and \"%s\" stand %.4f m in one another (%.3g m3)%s: move \"%s\"%s, or make one of them "
			"smaller",
			a, b, depth, json_num(contact, "volume", 0),
			planned ? "" : "; the blueprint does not have them touch", a, way);
	}
}
