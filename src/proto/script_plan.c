/* What an exemplar's own words about its parts are as the parts of a blueprint: see script.h. */
#include "proto/script.h"

/* The values that a part was built with where `bounds` were measured: colours move nothing. */
static json_t *values_of(const struct script *script, const char *part)
{
	json_t *values = json_object();
	for (guint i = 0; i < script->params->len; i++) {
		const struct script_param *param = script->params->pdata[i];
		if (param->kind != PARAM_COLOR && script_part_depends(script, part, param->name))
			json_object_set(values, param->name, param->value);
	}
	return values;
}

static json_t *bounds_of(const json_t *part)
{
	const json_t *bounds = json_object_get(part, "bounds");
	if (json_array_size(bounds) != 2)
		return json_null();
	return json_make("{s:O, s:O}", "min", json_array_get(bounds, 0), "max", json_array_get(bounds, 1));
}

json_t *script_plan(const struct script *script)
{
	json_t *out = json_array();
	const char *name;
	json_t *part;
	json_object_foreach (json_object_get(script->exemplar, "parts"), name, part) {
		json_t *count = json_object_get(part, "count");
		json_t *touches = json_object_get(part, "touches");
		json_t *bounds = bounds_of(part);
		json_t *at = json_is_null(bounds) ? json_null() : values_of(script, name);
		json_array_append_new(out,
			json_make("{s:s, s:s, s:O?, s:o, s:n, s:n, s:o, s:o, s:o, s:O?, s:n, s:b}", "name", name,
				"describe", json_str(part, "describe", name), "when", json_object_get(part, "when"),
				"count", count ? json_incref(count) : json_integer(1), "size_m", "center_m", "bounds",
				bounds, "at", at, "touches", touches ? json_incref(touches) : json_array(), "symmetry",
				json_object_get(part, "symmetry"), "material", "may_float",
				json_bool(part, "may_float", false)));
	}
	return out;
}
