/* See sarif.h. Columns are characters from 1, as the diagnostics have them. */
#include "cli/sarif.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* Where the rule stands in `rules`; it is added when it is new. */
static int rule_index(json_t *rules, const char *id)
{
	size_t i;
	json_t *rule;
	json_array_foreach (rules, i, rule) {
		if (g_str_equal(json_str(rule, "id", ""), id))
			return (int)i;
	}
	json_array_append_new(rules, json_make("{s:s}", "id", id));
	return (int)json_array_size(rules) - 1;
}

static json_t *result(json_t *rules, const char *uri, const json_t *diagnostic)
{
	const char *id = json_str(diagnostic, "rule", "");
	const char *hint = json_str(diagnostic, "hint", "");
	g_autofree char *text = g_strdup_printf("%s%s%s", json_str(diagnostic, "message", ""), *hint ? ". " : "", hint);
	json_t *region = json_make("{s:i, s:i}", "startLine", (int)MAX(json_int(diagnostic, "line", 1), 1),
		"startColumn", (int)MAX(json_int(diagnostic, "column", 1), 1));
	json_t *place =
		json_make("{s:{s:{s:s}, s:o}}", "physicalLocation", "artifactLocation", "uri", uri, "region", region);
	return json_make("{s:s, s:i, s:s, s:{s:s}, s:[o], s:{s:s}}", "ruleId", id, "ruleIndex", rule_index(rules, id),
		"level", json_str(diagnostic, "severity", "warning"), "message", "text", text, "locations", place,
		"properties", "certainty", json_str(diagnostic, "certainty", "certain"));
}

json_t *sarif_log(const char *path, const json_t *diagnostics)
{
	size_t i;
	json_t *diagnostic;
	json_t *rules = json_array(), *results = json_array();
	g_autofree char *escaped = g_uri_escape_string(path, "/", true);
	g_autofree char *uri = g_path_is_absolute(path) ? g_strconcat("file://", escaped, NULL) : g_strdup(escaped);
	json_array_foreach (diagnostics, i, diagnostic)
		json_array_append_new(results, result(rules, uri, diagnostic));
	json_t *driver = json_make("{s:s, s:s, s:o}", "name", "ll3m", "version", LL3M_VERSION, "rules", rules);
	return json_make("{s:s, s:s, s:[{s:{s:o}, s:s, s:o}]}", "$schema", SCHEMA, "version", "2.1.0", "runs", "tool",
		"driver", driver, "columnKind", "unicodeCodePoints", "results", results);
}
