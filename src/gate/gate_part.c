/* Checks on each part by itself: is it there, as often and as large as planned, is its mesh sound, has it a material.
 */
#include "gate/gate_int.h"

#include <math.h>

/* How far a part's size may be from the blueprint's along each axis, as a share of the larger of the two, and the least
 * difference that counts, as a share of the asset's diagonal. */
#define SIZE_SHARE 0.35
#define SIZE_LEAST 0.03
/* Share of faces without area from which a part counts as degenerate. */
#define ZERO_AREA_SHARE 0.05

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

void gate_part_mesh(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *part;
	json_array_foreach ((json_t *)gate->parts, i, part) {
		const char *name = json_str(part, "part", "");
		gint64 bad = json_int(part, "non_finite", 0);
		gint64 flat = json_int(part, "zero_area_faces", 0);
		gint64 faces = json_int(part, "faces", 0);
		const json_t *empty = json_object_get(part, "empty_objects");
		if (json_array_size(empty) > 0)
			gate_add(findings, "part.empty", true, name, NULL, (double)json_array_size(empty), 0, "objects",
				"object \"%s\" of \"%s\" has no geometry", json_string_value(json_array_get(empty, 0)),
				name);
		if (bad > 0)
			gate_add(findings, "part.non_finite", true, name, NULL, (double)bad, 0, "vertices",
				"%d vertices of \"%s\" are not finite numbers: look for a division by zero or the root "
				"of a negative number",
				(int)bad, name);
		if (flat > 0)
			gate_add(findings, "part.degenerate", (double)flat > ZERO_AREA_SHARE * (double)faces, name,
				NULL, (double)flat, 0, "faces",
				"%d of %d faces of \"%s\" have no area: merge doubled vertices", (int)flat, (int)faces,
				name);
	}
}

void gate_part_material(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *part;
	json_array_foreach ((json_t *)gate->parts, i, part) {
		const json_t *bare = json_object_get(part, "missing_material");
		const char *name = json_str(part, "part", "");
		if (json_array_size(bare) > 0)
			gate_add(findings, "material.missing", true, name, NULL, (double)json_array_size(bare), 0,
				"objects", "object \"%s\" of \"%s\" has no material: append one to its data.materials",
				json_string_value(json_array_get(bare, 0)), name);
	}
}
