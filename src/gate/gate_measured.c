/*
 * What the bridge found wrong whatever the asset was meant to be, passed on, but for what the blueprint knows better: a
 * part that may float does, and how parts should stand to each other is judged by gate_contact.c when they are planned.
 */
#include "gate/gate_int.h"

static bool all_may_float(const struct gate_case *gate, const json_t *names)
{
	size_t i;
	json_t *name;
	json_array_foreach ((json_t *)names, i, name) {
		const char *part = json_string_value(name);
		if (!part || !json_bool(gate_part(gate->plan, part), "may_float", false))
			return false;
	}
	return json_array_size(names) > 0;
}

static bool all_planned(const struct gate_case *gate, const json_t *names)
{
	size_t i;
	json_t *name;
	json_array_foreach ((json_t *)names, i, name) {
		const char *part = json_string_value(name);
		if (!part || !gate_part(gate->plan, part))
			return false;
	}
	return gate->plan && json_array_size(names) > 0;
}

static bool is_told(const struct gate_case *gate, const json_t *finding)
{
	const char *code = json_str(finding, "code", NULL);
	const json_t *names = json_object_get(finding, "parts");
	if (!code)
		return false;
	if (g_str_equal(code, "part.floating") || g_str_equal(code, "part.island"))
		return !all_may_float(gate, names);
	if (g_str_equal(code, "part.gap") || g_str_equal(code, "part.penetrates"))
		return !all_planned(gate, names) && !all_may_float(gate, names);
	return true;
}

void gate_measured(const struct gate_case *gate, json_t *findings)
{
	size_t i;
	json_t *finding;
	bool empty = json_int(gate->asset, "triangles", 0) == 0;
	json_array_foreach (json_object_get(gate->report, "findings"), i, finding) {
		empty = empty && g_strcmp0(json_str(finding, "code", NULL), "asset.empty") != 0;
		if (is_told(gate, finding))
			json_array_append(findings, finding);
	}
	if (empty)
		gate_add(findings, "asset.empty", true, NULL, NULL, 0, 1, "triangles",
			"the script built nothing that can be seen: build() must call the part functions, and each "
			"must "
			"link its objects to the scene's collection");
}
