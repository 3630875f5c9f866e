/* Checks on the asset as a whole: is there one, does it stand on the ground, is its size believable, is all of it in
 * parts. */
#include "gate/gate_int.h"

#include <math.h>

/* No thing that a person asks for is smaller than a sand grain or larger than a mountain, in metres. */
#define SCALE_LEAST 0.0005
#define SCALE_MOST 5000.0
/* How far the asset's size may be from the one that was asked for. */
#define SCALE_SHARE 0.10

static double bound(const json_t *asset, const char *end, size_t axis)
{
	return json_number_value(json_array_get(json_object_get(json_object_get(asset, "bounds"), end), axis));
}

void gate_asset_empty(const struct gate_case *gate, json_t *findings)
{
	if (json_int(gate->asset, "triangles", 0) == 0)
		gate_add(findings, "asset.empty", true, NULL, NULL, 0, 1, "triangles",
			"the script built nothing that can be seen; build() must call the part functions, and each "
			"must link its objects to the "
			"scene's collection");
}

void gate_asset_ground(const struct gate_case *gate, json_t *findings)
{
	if (json_int(gate->asset, "triangles", 0) == 0)
		return;
	double low = bound(gate->asset, "min", 2);
	if (fabs(low) > gate->tolerance)
		gate_add(findings, "asset.off_ground", true, NULL, NULL, low, gate->tolerance, "m",
			"the asset's lowest point is at z = %.4f m; it must stand on z = 0: move everything by %.4f m",
			low, -low);
}

void gate_asset_scale(const struct gate_case *gate, json_t *findings)
{
	static const char axes[] = "xyz";
	if (json_int(gate->asset, "triangles", 0) == 0)
		return;
	if (gate->diagonal < SCALE_LEAST || gate->diagonal > SCALE_MOST)
		gate_add(findings, "scale.implausible", true, NULL, NULL, gate->diagonal,
			gate->diagonal < SCALE_LEAST ? SCALE_LEAST : SCALE_MOST, "m",
			"the asset's diagonal is %g m; lengths are metres", gate->diagonal);
	const json_t *asked = json_object_get(gate->blueprint, "scale_m");
	if (!json_is_array(asked))
		return;
	for (size_t axis = 0; axis < 3; axis++) {
		const json_t *want = json_array_get(asked, axis);
		double have = bound(gate->asset, "max", axis) - bound(gate->asset, "min", axis);
		if (!json_is_number(want) ||
			fabs(have - json_number_value(want)) <= SCALE_SHARE * json_number_value(want))
			continue;
		gate_add(findings, "asset.size", true, NULL, NULL, have, json_number_value(want), "m",
			"the asset measures %.3f m along %c, %.3f m was asked", have, axes[axis],
			json_number_value(want));
	}
}

void gate_asset_untagged(const struct gate_case *gate, json_t *findings)
{
	const json_t *names = json_object_get(gate->report, "untagged");
	if (json_array_size(names) > 0)
		gate_add(findings, "asset.untagged", false, NULL, NULL, (double)json_array_size(names), 0, "objects",
			"\"%s\" and %zu others were made outside any build_<part> function, so no part owns them",
			json_string_value(json_array_get(names, 0)), json_array_size(names) - 1);
}
