/*
 * The gate for the benchmark: a line of JSON in, {"script", "report", "values", "plan": "none", "contacts" or "all"}, a
 * line out,
 * {"findings", "seconds"}. The blueprint is the script's own EXEMPLAR: nothing of it, all but where the parts stand, or
 * all.
 */
#include "gate/gate.h"
#include "proto/script.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES (64 * 1024 * 1024)

static json_t *plan_of(const json_t *asked)
{
	const char *text = json_str(asked, "script", ""), *how = json_str(asked, "plan", "all");
	g_autoptr(GError) error = NULL;
	if (g_str_equal(how, "none"))
		return NULL;
	OWN(script) *script = script_read(text, strlen(text), &error);
	if (!script)
		g_error("%s", error->message);
	json_t *parts = script_plan(script);
	size_t i;
	json_t *part;
	json_array_foreach (parts, i, part) {
		if (g_str_equal(how, "contacts"))
			json_object_del(part, "bounds");
	}
	return json_make("{s:O?, s:o}", "title", json_object_get(script->exemplar, "title"), "parts", parts);
}

int main(void)
{
	g_autofree char *line = NULL;
	size_t room = 0;
	ssize_t size;
	while ((size = getline(&line, &room, stdin)) > 0) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) asked = json_parse(line, (gsize)size, LINE_MAX_BYTES, &error);
		if (!asked)
			g_error("%s", error->message);
		g_autoptr(json_t) plan = plan_of(asked);
		gint64 started = g_get_monotonic_time();
		g_autoptr(json_t) findings =
			gate_check(json_object_get(asked, "report"), plan, json_object_get(asked, "values"));
		double seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
		g_autoptr(json_t) told = json_make("{s:O, s:f}", "findings", findings, "seconds", seconds);
		g_autofree char *text = json_print(told);
		puts(text);
		fflush(stdout);
	}
	return 0;
}
