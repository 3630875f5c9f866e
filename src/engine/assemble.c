/*
 * A script put together from a blueprint and functions that were written apart: docstring, imports, PARAMS, materials,
 * parts, build(), in the shape of doc/SCRIPT.md. Nothing here is Python but the text of it; whether it runs is for the
 * lint and the worker to say.
 */
#include "engine/draft.h"
#include "proto/script.h"

#include <string.h>

/* ---- values as Python ---- */
static char *literal(const json_t *value)
{
	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "True" : "False");
	if (json_is_string(value) || json_is_number(value))
		return json_print(value); /* a JSON string or number is one of Python's */
	return g_strdup("None");
}

static bool is_color(const char *text)
{
	return g_regex_match_simple("^#[0-9a-fA-F]{6}$", text, 0, 0);
}

/* What makes the slider, in front of the colon of the comment: as planned when it is one, else from the value. */
static char *slider_of(const json_t *param, const json_t *value)
{
	static const char kinds[] = "^((m|deg|s|factor|share|count), *-?[0-9.]+\\.\\.-?[0-9.]+|switch|color|text|one "
				    "of( [A-Za-z0-9_-]+)+)$";
	const char *planned = json_str(param, "slider", "");
	if (g_regex_match_simple(kinds, planned, 0, 0))
		return g_strdup(planned);
	if (json_is_boolean(value))
		return g_strdup("switch");
	if (json_is_string(value))
		return g_strdup(is_color(json_string_value(value)) ? "color" : "text");
	char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
	double number = json_number_value(value);
	g_ascii_dtostr(low, sizeof low, MIN(0, 2 * number));
	g_ascii_dtostr(high, sizeof high, MAX(2 * number, 1));
	return g_strdup_printf("%s, %s..%s", json_is_integer(value) ? "count" : "factor", low, high);
}

/* One line of text: what a model wrote may not break out of a comment or docstring. */
static char *one_line(const char *text)
{
	g_autoptr(GString) line = g_string_new(text);
	for (gsize i = 0; i < line->len; i++) {
		if (g_ascii_iscntrl(line->str[i]))
			line->str[i] = ' ';
	}
	g_string_replace(line, "\"\"\"", "'''", 0);
	g_string_replace(line, "\\", "/", 0);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

char *assemble_params(const json_t *plan)
{
	size_t i;
	json_t *param;
	g_autoptr(GString) text = g_string_new("PARAMS = {\n");
	json_array_foreach (json_object_get(plan, "params"), i, param) {
		const json_t *value = json_object_get(param, "value");
		const char *name = json_str(param, "name", "");
		if (!g_regex_match_simple("^[A-Za-z_]\\w*$", name, 0, 0) || json_is_null(value) ||
			json_is_object(value) || json_is_array(value))
			continue;
		g_autofree char *written = literal(value), *slider = slider_of(param, value);
		g_autofree char *about = one_line(json_str(param, "describe", ""));
		g_string_append_printf(text, "    \"%s\": %s,  # %s: %s\n", name, written, slider, about);
	}
	g_string_append(text, "}\n");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- pieces ---- */
struct pieces {
	GString *imports;
	GString *code;
	GHashTable *lines; /* import lines there already */
	GHashTable *names; /* function → its text; both owned */
};

static void add_import(struct pieces *pieces, const char *line)
{
	if (g_hash_table_add(pieces->lines, g_strdup(line)))
		g_string_append_printf(pieces->imports, "%s\n", line);
}

/* What stands between functions: imports go to the top, constants stay, docstrings and calls of build() go. */
static void add_between(struct pieces *pieces, const char *text, gsize len)
{
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		if (g_str_has_prefix(lines[i], "import ") || g_str_has_prefix(lines[i], "from "))
			add_import(pieces, lines[i]);
		else if (g_regex_match_simple("^_?[A-Z][A-Z0-9_]* *=.*[^({\\[,\\\\]$", lines[i], 0, 0) &&
			 !g_str_has_prefix(lines[i], "PARAMS"))
			g_string_append_printf(pieces->code, "%s\n", lines[i]);
	}
}

/* The code with helpers renamed that another part's code has under the same name, and another body. */
static char *without_clashes(const struct pieces *pieces, const struct script *script, const char *owner)
{
	g_autofree char *text = g_strdup(script->text);
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		const char *taken = g_hash_table_lookup(pieces->names, function->name);
		g_autofree char *body = g_strndup(script->text + function->from, function->to - function->from);
		if (!taken || g_str_equal(taken, body) || function->name[0] != '_')
			continue;
		g_autofree char *pattern = g_strdup_printf("\\b%s\\b", function->name);
		g_autofree char *other = g_strdup_printf("_%s%s", owner, function->name);
		g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
		char *renamed = g_regex_replace_literal(regex, text, -1, 0, other, 0, NULL);
		g_free(text);
		text = renamed;
	}
	return g_steal_pointer(&text);
}

static bool add_functions(struct pieces *pieces, const char *code, const char *owner, GError **error)
{
	OWN(script) *as_written = script_read(code, strlen(code), error);
	if (!as_written)
		return false;
	g_autofree char *text = without_clashes(pieces, as_written, owner);
	OWN(script) *script = script_read(text, strlen(text), error);
	if (!script)
		return false;
	gsize at = 0;
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		add_between(pieces, text + at, function->from - at);
		at = function->to;
		char *body = g_strchomp(g_strndup(text + function->from, function->to - function->from));
		/* The first of a name stays; build() is ours. */
		if (g_str_equal(function->name, "build") || g_hash_table_contains(pieces->names, function->name)) {
			g_free(body);
			continue;
		}
		g_string_append_printf(pieces->code, "\n\n%s\n", body);
		g_hash_table_insert(pieces->names, g_strdup(function->name), body);
	}
	add_between(pieces, text + at, strlen(text) - at);
	return true;
}

/* ---- the whole ---- */
static void add_docstring(GString *text, const json_t *plan)
{
	size_t i;
	json_t *each;
	g_autofree char *title = one_line(json_str(plan, "title", "Asset"));
	g_autofree char *summary = one_line(json_str(plan, "summary", ""));
	g_string_append_printf(text, "\"\"\"%s%s%s\n\nParts\n", title, *summary ? ": " : "", summary);
	json_array_foreach (json_object_get(plan, "parts"), i, each) {
		g_autofree char *about = one_line(json_str(each, "describe", ""));
		g_string_append_printf(text, "    %-14s%s\n", json_str(each, "name", ""), about);
	}
	g_string_append(
		text, "Parameters\n    Turn the values of PARAMS; each says what it is and how far it goes.\n\"\"\"\n");
}

static void add_build(GString *text, const json_t *plan)
{
	size_t i;
	json_t *part;
	g_autofree char *name =
		json_print(json_object_get(plan, "title") ? json_object_get(plan, "title") : json_null());
	g_string_append_printf(text,
		"\n\ndef build(p):\n    \"\"\"Builds every part and gathers the parts under one empty.\"\"\"\n"
		"    root = bpy.data.objects.new(%s, None)\n    bpy.context.scene.collection.objects.link(root)\n"
		"    objects = []\n",
		json_is_string(json_object_get(plan, "title")) ? name : "\"Asset\"");
	json_array_foreach (json_object_get(plan, "parts"), i, part) {
		const char *when = json_str(part, "when", NULL);
		g_autofree char *mention = when ? g_strdup_printf("\"%s\": ", when) : NULL;
		g_autofree char *params = assemble_params(plan);
		if (when && strstr(params, mention))
			g_string_append_printf(text, "    if p[\"%s\"] not in (0, False, \"none\"):\n    ", when);
		g_string_append_printf(text, "    objects += build_%s(p)\n", json_str(part, "name", ""));
	}
	g_string_append(text, "    for obj in objects:\n        if obj.parent is None:\n            obj.parent = "
			      "root\n    return root\n"
			      "\n\nif __name__ == \"__main__\":\n    build(PARAMS)\n");
}

char *assemble_script(const json_t *plan, const char *begun, const json_t *written, GError **error)
{
	const char *owner;
	json_t *code;
	struct pieces pieces = {g_string_new(NULL), g_string_new(NULL),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
	add_import(&pieces, "import bpy");
	bool done = !begun || add_functions(&pieces, begun, "draft", error);
	json_object_foreach ((json_t *)written, owner, code)
		done = done && add_functions(&pieces, json_string_value(code), owner, error);

	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *params = assemble_params(plan);
	OWN(script) *script = begun ? script_read(begun, strlen(begun), NULL) : NULL;
	if (script && script->has_params) {
		/* The parameters of the script that was begun go before the plan's. */
		const char *from = strstr(script->text, "PARAMS = {");
		const char *to = from ? strstr(from, "\n}") : NULL;
		if (to) {
			g_free(params);
			params = g_strdup_printf("%.*s\n", (int)(to + 2 - from), from);
		}
	}
	add_docstring(text, plan);
	g_string_append_printf(text, "%s\n%s%s", pieces.imports->str, params, pieces.code->str);
	add_build(text, plan);
	g_string_free(pieces.imports, TRUE);
	g_string_free(pieces.code, TRUE);
	g_hash_table_unref(pieces.lines);
	g_hash_table_unref(pieces.names);
	return done ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}
