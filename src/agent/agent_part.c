/* The coding agent where parts are written side by side: one part function, and the materials that fall to it. */
#include "agent/agent_int.h"
#include "proto/script.h"

#include <string.h>

static const struct agent_section sections[] = {
	{"prompt", "The person's words"},
	{"blueprint", "Blueprint"},
	{"params", "PARAMS, as the script has them"},
	{"part", "Your part"},
	{"yours", "Yours: the functions to write"},
	{"neighbours", "Bounds of the parts that yours touches"},
	{"context", "What was found about Blender's API, and examples"},
	{"failure", "How the function that stood here before failed"},
	{NULL, NULL},
};

static bool defines(const struct script *script, const char *function)
{
	for (guint i = 0; i < script->functions->len; i++) {
		if (g_str_equal(((const struct script_function *)script->functions->pdata[i])->name, function))
			return true;
	}
	return false;
}

/* All that it was asked for, and nothing that is another's. */
static bool check(const json_t *facts, const json_t *answer, GError **error)
{
	size_t i;
	json_t *name;
	const char *code = json_str(answer, "functions", json_str(answer, "script", ""));
	g_autoptr(GError) why = NULL;
	OWN(script) *script = script_read(code, strlen(code), &why);
	if (!script) {
		g_set_error(error, AGENT_ERROR, AGENT_ERROR_NONSENSE, "its Python cannot be read: %s", why->message);
		return false;
	}
	json_array_foreach (json_object_get(facts, "yours"), i, name) {
		if (defines(script, json_string_value(name)))
			continue;
		g_set_error(
			error, AGENT_ERROR, AGENT_ERROR_NONSENSE, "it does not define %s(p)", json_string_value(name));
		return false;
	}
	return true;
}

const struct agent agent_part = {
	.name = "coding", .file = "part", .output = LLM_OUTPUT_PART, .sections = sections, .check = check};
