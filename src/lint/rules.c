/* The table of rules, and the walk over it: see lint.h. */
#include "lint/lint_int.h"

static const struct lint_rule rules[] = {
	{"text", lint_text},
	{"contract", lint_contract},
};

void lint_say(json_t *diagnostics, const char *rule, bool error, int line, const char *hint, const char *message)
{
	json_array_append_new(diagnostics,
		json_make("{s:s, s:s, s:i, s:i, s:o, s:s}", "rule", rule, "severity", error ? "error" : "warning",
			"line", line, "column", 1, "message", json_text(message), "hint", hint));
}

json_t *lint_check(const char *text, gsize len)
{
	json_t *diagnostics = json_array();
	g_autoptr(GError) unreadable = NULL;
	OWN(script) *script = script_read(text, len, &unreadable);
	struct lint_case lint = {.script = script, .unreadable = unreadable};
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
		rules[i].check(&lint, diagnostics);
	return diagnostics;
}

bool lint_blocks(const json_t *diagnostics)
{
	size_t i;
	json_t *diagnostic;
	json_array_foreach ((json_t *)diagnostics, i, diagnostic) {
		if (g_strcmp0(json_str(diagnostic, "severity", NULL), "error") == 0)
			return true;
	}
	return false;
}
