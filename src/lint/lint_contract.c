/* Rule "contract": the script has the shape of doc/SCRIPT.md, as far as it can be seen without Python. */
#include "lint/lint_int.h"

void lint_contract(const struct lint_case *lint, json_t *diagnostics)
{
	bool build = false;
	bool part = false;
	if (!lint->script)
		return;
	for (guint i = 0; i < lint->script->functions->len; i++) {
		const struct script_function *function = lint->script->functions->pdata[i];
		build = build || g_str_equal(function->name, "build");
		part = part || g_str_has_prefix(function->name, "build_");
	}
	if (!build)
		lint_say(diagnostics, "contract", true, 1, "def build(p): calls the part functions in order",
			"the script has no function build(p)");
	if (!part)
		lint_say(diagnostics, "contract", true, 1, "def build_seat(p): returns the list of its objects",
			"the script has no build_<part>(p) function");
	if (!lint->script->has_params)
		lint_say(diagnostics, "contract", true, 1, "PARAMS = {\"height\": 0.9,  # m, 0.5..1.5: height}",
			"the script has no PARAMS dict");
	if (!*lint->script->doc)
		lint_say(diagnostics, "contract", false, 1, "say what it makes, its parts, its parameters",
			"the script has no docstring");
}
