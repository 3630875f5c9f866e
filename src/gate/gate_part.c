/* Checks on each part by itself: is it there, as often, as large and where it was planned, is it as even as it should
 * be. */
#include "gate/gate_int.h"

#include <math.h>
#include <string.h>

/* How far a part's size may be from the blueprint's along each axis, as a share of the larger of the two, and the least
 * difference that counts, as a share of the asset's diagonal. */
#define SIZE_SHARE 0.35
#define SIZE_LEAST 0.03
/* How far the middle of a part may be from the blueprint's, as a share of the asset's diagonal: a plan made before the
 * script is a sketch. `bounds`, which are of a built asset, are held within the tolerance. */
#define CENTER_SHARE 0.15

void gate_part_missing(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *planned;
	json_array_foreach ((json_t *)gate->plan, i, planned) {
		const char *name = json_str(planned, "name", "");
		const json_t *part = gate_part(gate->parts, name);
		if (!part || json_int(part, "pieces", 0) == 0)
			gate_add(findings, "part.missing", true, name, NULL, NAN, NAN, "",
				"the blueprint has a part \"%s\"; build_%s(p) must make it and build() must call it",
				name, name);
	}
}

void gate_part_count(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *planned;
	json_array_foreach ((json_t *)gate->plan, i, planned) {
		const char *name = json_str(planned, "name", "");
		const json_t *part = gate_part(gate->parts, name);
		gint64 want = json_int(planned, "count", 0);
		gint64 have = json_int(part, "pieces", 0);
		if (part && want > 0 && have > 0 && have != want)
			gate_add(findings, "part.count", true, name, NULL, (double)have, (double)want, "pieces",
				"build_%s(p) returned %d objects, the blueprint wants %d: one object for each piece, "
				"trims as its children",
				name, (int)have, (int)want);
	}
}

void gate_part_size(const struct gate_case *gate, json_t *findings)
{
	static const char axes[] = "xyz";
	size_t i;
	json_t *planned;
	json_array_foreach ((json_t *)gate->plan, i, planned) {
		const char *name = json_str(planned, "name", "");
		const json_t *bounds = json_object_get(gate_part(gate->parts, name), "bounds");
		const json_t *size = json_object_get(planned, "size_m");
		/* The size is of one piece where there are several, so bounds of the whole part say nothing then. */
		if (!bounds || json_array_size(size) != 3 || json_int(planned, "count", 1) > 1)
			continue;
		for (size_t axis = 0; axis < 3; axis++) {
			double want = json_number_value(json_array_get(size, axis));
			double have = json_number_value(json_array_get(json_object_get(bounds, "max"), axis)) -
				      json_number_value(json_array_get(json_object_get(bounds, "min"), axis));
			double off = fabs(have - want);
			if (off > SIZE_SHARE * MAX(have, want) && off > SIZE_LEAST * gate->diagonal)
				gate_add(findings, "part.size", false, name, NULL, have, want, "m",
					"\"%s\" measures %.3f m along %c, the blueprint says %.3f m", name, have,
					axes[axis], want);
		}
	}
}

/* A part that stands elsewhere than the built asset it was planned from: by its six bounds. */
static void check_bounds(
	const struct gate_case *gate, const char *name, const json_t *have, const json_t *want, json_t *findings)
{
	double way[3], worst = 0, bent = 0;
	for (size_t axis = 0; axis < 3; axis++) {
		double low = gate_bound(want, "min", axis) - gate_bound(have, "min", axis);
		double high = gate_bound(want, "max", axis) - gate_bound(have, "max", axis);
		way[axis] = (low + high) / 2;
		worst = MAX(worst, MAX(fabs(low), fabs(high)));
		bent = MAX(bent, fabs(high - low) / 2);
	}
	if (worst <= gate->tolerance)
		return;
	if (bent <= gate->tolerance)
		gate_add(findings, "part.place", false, name, NULL, worst, gate->tolerance, "m",
			"\"%s\" stands %.4f m from where it was planned: move %s by (%.4f, %.4f, %.4f) m", name, worst,
			name, way[0], way[1], way[2]);
	else
		gate_add(findings, "part.place", false, name, NULL, worst, gate->tolerance, "m",
			"\"%s\" reaches from (%.3f, %.3f, %.3f) to (%.3f, %.3f, %.3f) m, planned was (%.3f, %.3f, "
			"%.3f) to "
			"(%.3f, %.3f, %.3f) m",
			name, gate_bound(have, "min", 0), gate_bound(have, "min", 1), gate_bound(have, "min", 2),
			gate_bound(have, "max", 0), gate_bound(have, "max", 1), gate_bound(have, "max", 2),
			gate_bound(want, "min", 0), gate_bound(want, "min", 1), gate_bound(want, "min", 2),
			gate_bound(want, "max", 0), gate_bound(want, "max", 1), gate_bound(want, "max", 2));
}

/* A part that is far from where the planner thought it would be. */
static void check_center(
	const struct gate_case *gate, const char *name, const json_t *have, const json_t *want, json_t *findings)
{
	double way[3], square = 0;
	for (size_t axis = 0; axis < 3; axis++) {
		way[axis] = json_number_value(json_array_get(want, axis)) -
			    (gate_bound(have, "min", axis) + gate_bound(have, "max", axis)) / 2;
		square += way[axis] * way[axis];
	}
	if (sqrt(square) > CENTER_SHARE * gate->diagonal)
		gate_add(findings, "part.place", false, name, NULL, sqrt(square), CENTER_SHARE * gate->diagonal, "m",
			"the middle of \"%s\" is %.3f m from where it was planned: move %s by (%.3f, %.3f, %.3f) m",
			name, sqrt(square), name, way[0], way[1], way[2]);
}

void gate_part_place(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *planned;
	json_array_foreach ((json_t *)gate->plan, i, planned) {
		const char *name = json_str(planned, "name", "");
		const json_t *have = json_object_get(gate_part(gate->parts, name), "bounds");
		const json_t *bounds = json_object_get(planned, "bounds");
		const json_t *center = json_object_get(planned, "center_m");
		if (json_is_object(have) && json_is_object(bounds))
			check_bounds(gate, name, have, bounds, findings);
		else if (json_is_object(have) && json_array_size(center) == 3 && json_int(planned, "count", 1) <= 1)
			check_center(gate, name, have, center, findings);
	}
}

static bool is_even(const json_t *owner, const char *axis)
{
	size_t i;
	json_t *name;
	const json_t *axes = json_object_get(owner, "symmetry");
	if (json_is_string(axes))
		return strstr(json_string_value(axes), axis) != NULL;
	json_array_foreach ((json_t *)axes, i, name) {
		if (g_strcmp0(json_string_value(name), axis) == 0)
			return true;
	}
	return false;
}

void gate_part_symmetry(const struct gate_case *gate, json_t *findings)
{
	static const char *const axes[] = {"x", "y"};
	size_t i;
	json_t *part;
	json_array_foreach ((json_t *)gate->parts, i, part) {
		const char *name = json_str(part, "part", "");
		const json_t *planned = gate_part(gate->plan, name);
		for (size_t axis = 0; axis < 2; axis++) {
			double off = json_number_value(json_array_get(json_object_get(part, "mirror"), axis));
			bool even = json_object_get(planned, "symmetry") ? is_even(planned, axes[axis])
									 : is_even(gate->blueprint, axes[axis]);
			if (even && off > gate->tolerance)
				gate_add(findings, "part.asymmetric", false, name, NULL, off, gate->tolerance, "m",
					"\"%s\" is planned to be the same on both sides of the asset's middle across "
					"%s, and is "
					"off by %.4f m: mirror its coordinates, or move it over the middle",
					name, axes[axis], off);
		}
	}
}
