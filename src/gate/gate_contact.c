/* Checks on how parts stand to each other: nothing floats, what should touch touches, nothing stands in another thing.
 */
#include "gate/gate_int.h"

/* How deep parts may stand in one another, as a share of the asset's diagonal: joints overlap on purpose, so a planned
 * contact may be deep before anybody minds, an unplanned one is told at once and blocks when it is gross. */
#define DEEP_PLANNED 0.15
#define DEEP_UNPLANNED 0.02
#define DEEP_GROSS 0.10

static bool may_float(const struct gate_case *gate, const char *part)
{
	return json_bool(gate_part(gate->plan, part), "may_float", false);
}

void gate_part_floating(const struct gate_case *gate, json_t *findings)
{
	size_t i, j;
	json_t *part, *piece;
	json_array_foreach ((json_t *)gate->parts, i, part) {
		const char *name = json_str(part, "part", "");
		const char *first = NULL;
		int count = 0;
		if (may_float(gate, name))
			continue;
		json_array_foreach (json_object_get(part, "pieces_detail"), j, piece) {
			if (json_bool(piece, "supported", true))
				continue;
			count++;
			if (!first)
				first = json_str(piece, "object", "");
		}
		if (count > 0)
			gate_add(findings, "part.floating", true, name, NULL, count, 0, "pieces",
				"\"%s\" of \"%s\" touches nothing that stands on the ground (contact counts within "
				"%.4f m): move it against its neighbour or let "
				"them overlap slightly",
				first, name, gate->tolerance);
	}
}

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
			if (gap > gate->tolerance)
				gate_add(findings, "part.gap", true, name, beside, gap, gate->tolerance, "m",
					"\"%s\" must touch \"%s\" but stays %s%.4f m away: move or extend it", name,
					beside, contact ? "" : "at least ", gap);
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
		if (gate->plan && depth > limit)
			gate_add(findings, "part.penetrates", !planned && depth > DEEP_GROSS * gate->diagonal, a, b,
				depth, limit, "m", "\"%s\" and \"%s\" stand %.4f m in one another%s", a, b, depth,
				planned ? ""
					: "; the blueprint does not have them touch: move them apart, or plan the "
					  "contact");
	}
}
