/* The run "set": parameters turned by a person, without a model. The same script with other values, run, measured,
 * compared and kept as a version. */
#include "engine/engine_int.h"
#include "gate/gate.h"
#include "proto/script.h"

#include <string.h>

bool set_check(struct engine *engine, const json_t *input, GError **error)
{
	const json_t *values = json_object_get(input, "values");
	if (json_is_object(values) && json_object_size(values) > 0)
		return true;
	g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST, "nothing to set: give at least one name=value");
	return false;
}

/* Values as typed become values of the parameters' types; each is held against its range. */
static json_t *read_values(const struct script *script, const json_t *typed, GError **error)
{
	const char *name;
	json_t *value;
	g_autoptr(json_t) values = json_object();
	json_object_foreach ((json_t *)typed, name, value) {
		const struct script_param *param = script_param(script, name);
		g_autoptr(json_t) parsed = NULL;
		if (param && json_is_string(value))
			parsed = script_param_parse(param, json_string_value(value), error);
		else if (param && script_param_check(param, value, error))
			parsed = json_incref(value);
		else if (!param)
			parsed = json_incref(value); /* script_with() names the nearest */
		if (!parsed)
			return NULL;
		json_object_set(values, name, parsed);
	}
	return g_steal_pointer(&values);
}

static char *describe_values(const json_t *values)
{
	const char *name;
	json_t *value;
	g_autoptr(GString) text = g_string_new("set");
	json_object_foreach ((json_t *)values, name, value) {
		g_autofree char *shown = json_show(value);
		g_string_append_printf(text, " %s=%s", name, shown);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static struct candidate *turn(
	struct run *run, const struct candidate *before, const json_t *blueprint, char **label_out, GError **error)
{
	OWN(script) *parsed = script_read(before->script, strlen(before->script), error);
	g_autoptr(json_t) values =
		parsed ? read_values(parsed, json_object_get(run->row->input, "values"), error) : NULL;
	char *script = values ? script_with(parsed, values, false, error) : NULL;
	if (!script)
		return NULL;
	*label_out = describe_values(values);
	struct attempt attempt = {.phase = PHASE_USER_GUIDED_REFINEMENT,
		.key = "set",
		.reason = *label_out,
		.base = NULL,
		.blueprint = blueprint};
	return attempt_run(run, &attempt, script, error);
}

bool set_go(struct run *run, GError **error)
{
	OWN(store_version) *version = NULL;
	g_autofree char *label = NULL;
	OWN(candidate) *before = head_candidate(run, &version, error);
	if (!before)
		return false;
	g_autoptr(json_t) blueprint = json_copy(json_object_get(version->facts, "blueprint"));
	/* The person turns the size away from what was once asked for. */
	if (blueprint)
		json_object_del(blueprint, "scale_m");
	OWN(candidate) *after = turn(run, before, blueprint, &label, error);
	if (!after)
		return false;
	bool pictures = json_bool(run->row->input, "pictures", false);
	if (pictures && !step_look(run, "set/look", after->script, &after->pictures, error))
		return false;
	int hard = gate_count(after->findings, "hard");
	json_t *facts = json_make("{s:O, s:O?, s:i}", "values", after->values, "blueprint", blueprint, "hard", hard);
	if (!deliver_version(run, after, label, facts, pictures, error))
		return false;
	/* It is what the person set, so it is kept; but not passed over in silence. */
	if (hard > 0)
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_GATE,
			"the asset was kept, but %d hard findings remain; see report.json", hard);
	return hard == 0;
}
