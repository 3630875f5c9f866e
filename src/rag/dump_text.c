/* The API dump's pieces as text: see dump_text.h. */
#include "rag/dump_text.h"

#include <string.h>

enum { ITEMS_SHOWN = 24, DEFAULT_SHOWN = 60 };

const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* ---- docstrings ---- */
static char *replace(char *text, const char *pattern, const char *with)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	char *made = g_regex_replace(regex, text, -1, 0, with, 0, NULL);
	if (!made)
		return text;
	g_free(text);
	return made;
}

char *doc_plain(const char *doc)
{
	char *text = g_strdup(doc ? doc : "");
	text = replace(text, "^\\s*\\.\\. (function|method|classmethod|staticmethod|class|attribute|data)::.*$", "");
	text = replace(text, ":(class|mod|func|meth|attr|ref|exc|data):`~?([^`]*)`", "\\2");
	text = replace(text, "^\\s*:(arg|type|return|rtype)\\s*([^:]*):", "\\2:");
	text = replace(text, "^\\s*\\.\\. \\w+::", "");
	text = replace(text, "\\s*\\n\\s*\\n\\s*", "\n");
	return g_strstrip(text);
}

char *doc_summary(const char *doc)
{
	g_autofree char *head = g_strdup(doc ? doc : "");
	g_autoptr(GRegex) fields = g_regex_new("^\\s*:(arg|type|return|rtype)\\b", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	int at;
	if (g_regex_match(fields, head, 0, &match) && g_match_info_fetch_pos(match, 0, &at, NULL))
		head[at] = '\0';
	char *body = g_str_has_prefix(head, ".. ") && strchr(head, '\n') ? strchr(head, '\n') : head;
	body += strspn(body, " \n");
	char *end = strstr(body, "\n\n");
	if (end)
		*end = '\0';
	return replace(doc_plain(body), "\\s+", " ");
}

char *doc_signature(const char *name, const json_t *member)
{
	const char *doc = text_of(member, "doc"), *sig = text_of(member, "sig"), *returns = text_of(member, "returns");
	g_autoptr(GRegex) regex = g_regex_new(
		"\\.\\. (?:function|method|classmethod|staticmethod|class):: *(?:[\\w.]+\\.)?(\\w+\\([^\\n]*)", 0, 0,
		NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *head = NULL;
	if (doc && g_regex_match(regex, doc, 0, &match))
		head = g_match_info_fetch(match, 1);
	else if (sig)
		head = g_strconcat(name, sig, NULL);
	else
		head = g_strdup(name);
	return returns ? g_strconcat(head, " -> ", returns, NULL) : g_steal_pointer(&head);
}

/* ---- properties ---- */
static const char *type_name(const char *type)
{
	static const char *const names[][2] = {{"BOOLEAN", "bool"}, {"INT", "int"}, {"FLOAT", "float"},
		{"STRING", "str"}, {"ENUM", "enum"}, {"VALUE", "float"}, {"RGBA", "color"}};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_strcmp0(type, names[i][0]) == 0)
			return names[i][1];
	}
	return type ? type : "";
}

static void add_default(GString *line, const json_t *value)
{
	if (!value || json_is_null(value) || json_is_object(value))
		return;
	g_autofree char *shown =
		json_is_boolean(value) ? g_strdup(json_is_true(value) ? "True" : "False") : json_show(value);
	if (strlen(shown) <= DEFAULT_SHOWN)
		g_string_append_printf(line, " = %s", shown);
}

static void add_bound(GString *line, const json_t *bound, const char *none)
{
	if (json_is_number(bound) && ABS(json_number_value(bound)) < 1e9)
		g_string_append_printf(line, "%g", json_number_value(bound));
	else
		g_string_append(line, none);
}

static void add_range(GString *line, const json_t *range)
{
	const json_t *low = json_array_get(range, 0), *high = json_array_get(range, 1);
	if (!json_is_number(low) && !json_is_number(high))
		return;
	g_string_append(line, ", ");
	add_bound(line, low, "-inf");
	g_string_append(line, "..");
	add_bound(line, high, "inf");
}

static void add_items(GString *line, const json_t *items)
{
	size_t i;
	json_t *item;
	json_array_foreach ((json_t *)items, i, item) {
		if (i == ITEMS_SHOWN) {
			g_string_append_printf(line, "|… (%zu)", json_array_size(items));
			break;
		}
		g_string_append_printf(
			line, "%s%s", i ? "|" : " ", json_is_string(item) ? json_string_value(item) : "");
	}
}

static void add_type(GString *line, const json_t *property)
{
	const char *type = text_of(property, "type"), *structure = text_of(property, "struct"),
		   *list = text_of(property, "list");
	gint64 size = json_int(property, "size", 0);
	if (g_strcmp0(type, "COLLECTION") == 0)
		g_string_append_printf(line, "%s of %s", list ? list : "collection", structure ? structure : "?");
	else
		g_string_append(line, structure && g_strcmp0(type, "POINTER") == 0 ? structure : type_name(type));
	if (size > 1)
		g_string_append_printf(line, "[%d]", (int)size);
	add_items(line, json_object_get(property, "items"));
}

char *property_line(const char *name, const json_t *property)
{
	g_autoptr(GString) line = g_string_new(NULL);
	const char *doc = text_of(property, "doc");
	g_string_append_printf(line, "%s: ", name);
	add_type(line, property);
	add_default(line, json_object_get(property, "default"));
	add_range(line, json_object_get(property, "range"));
	if (json_bool(property, "ro", false))
		g_string_append(line, ", read-only");
	if (doc)
		g_string_append_printf(line, ". %s", doc);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

/* ---- functions ---- */
static void add_signature(GString *line, const char *name, const json_t *function)
{
	size_t i;
	json_t *each;
	g_string_append_printf(line, "%s(", name);
	json_array_foreach (json_object_get(function, "params"), i, each) {
		g_string_append_printf(line, "%s%s", i ? ", " : "", json_str(each, "id", "?"));
		if (!json_bool(each, "need", false))
			add_default(line, json_object_get(each, "default"));
	}
	g_string_append_c(line, ')');
	json_array_foreach (json_object_get(function, "returns"), i, each)
		g_string_append_printf(
			line, "%s%s", i ? ", " : " -> ", json_str(each, "struct", type_name(text_of(each, "type"))));
}

char *function_line(const char *name, const json_t *function)
{
	g_autoptr(GString) line = g_string_new(NULL);
	add_signature(line, name, function);
	if (text_of(function, "doc"))
		g_string_append_printf(line, ": %s", text_of(function, "doc"));
	return g_string_free(g_steal_pointer(&line), FALSE);
}

char *function_text(const char *name, const json_t *function)
{
	size_t i;
	json_t *each;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *line = function_line(name, function);
	g_string_append(text, line);
	json_array_foreach (json_object_get(function, "params"), i, each) {
		g_autofree char *row = property_line(json_str(each, "id", "?"), each);
		g_string_append_printf(text, "\n  %s", row);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- sockets ---- */
static bool shown_in(const json_t *mode, const char *side, const char *id)
{
	size_t i;
	json_t *socket;
	json_array_foreach (json_object_get(mode, side), i, socket) {
		if (g_strcmp0(text_of(socket, "id"), id) == 0)
			return !json_bool(socket, "off", false);
	}
	return false;
}

static void add_modes(GString *line, const json_t *node, const char *side, const char *id)
{
	const char *property, *value;
	json_t *values, *mode;
	const char *before = ", only with ";
	json_object_foreach (json_object_get(node, "modes"), property, values) {
		bool first = true;
		json_object_foreach (values, value, mode) {
			if (!shown_in(mode, side, id))
				continue;
			g_string_append_printf(
				line, "%s%s%s", first ? before : "|", first ? property : "", first ? "=" : "");
			g_string_append(line, value);
			first = false;
			before = " or ";
		}
	}
}

char *socket_line(const json_t *node, const char *side, const json_t *socket)
{
	g_autoptr(GString) line = g_string_new(NULL);
	const char *name = json_str(socket, "name", "?"), *id = json_str(socket, "id", name);
	g_string_append(line, name);
	if (!g_str_equal(name, id))
		g_string_append_printf(line, " (%s)", id);
	g_string_append_printf(line, ": %s", type_name(text_of(socket, "type")));
	add_default(line, json_object_get(socket, "default"));
	if (json_bool(socket, "off", false))
		add_modes(line, node, side, id);
	return g_string_free(g_steal_pointer(&line), FALSE);
}
