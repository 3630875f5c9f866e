/* JSON at the edges: see json.h. Built on jansson, which refuses duplicate keys, bad UTF-8 and U+0000. */
#include "base/json.h"

#include <stdarg.h>

/* Far from jansson's own 2,048: what was taken in can be wrapped, stored and read again. */
enum { DEEPEST = 256 };

G_DEFINE_QUARK(ll3m_json_error, json_error)

static bool is_too_deep(const char *text, gsize len)
{
	int depth = 0;
	bool in_string = false;
	for (gsize i = 0; i < len && depth <= DEEPEST; i++) {
		char c = text[i];
		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '[' || c == '{'))
			depth++;
		else if (!in_string && (c == ']' || c == '}'))
			depth--;
	}
	return depth > DEEPEST;
}

json_t *json_parse(const char *text, gsize len, gsize max, GError **error)
{
	if (len > max) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_TOO_LONG,
			"%" G_GSIZE_FORMAT " bytes of JSON, at most %" G_GSIZE_FORMAT " are taken", len, max);
		return NULL;
	}
	if (is_too_deep(text, len)) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "JSON nested more than %d deep", DEEPEST);
		return NULL;
	}
	json_error_t why;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!value)
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "not valid JSON: line %d, column %d: %s", why.line,
			why.column, why.text);
	return value;
}

static char *print(const json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags | JSON_ENCODE_ANY | JSON_SORT_KEYS);
	g_assert(text);
	char *copy = g_strdup(text);
	free(text);
	return copy;
}

char *json_print(const json_t *value)
{
	return print(value, JSON_COMPACT);
}

char *json_print_pretty(const json_t *value)
{
	return print(value, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
}

char *json_show(const json_t *value)
{
	return print(value, JSON_REAL_PRECISION(6));
}

static const char *type_name(int type)
{
	static const char *const names[] = {
		"an object", "an array", "a string", "an integer", "a number", "true", "false", "null"};
	return names[type];
}

static json_t *need(const json_t *object, const char *key, json_type type, GError **error)
{
	json_t *value = json_object_get(object, key);
	if (!value || json_is_null(value)) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_MISSING, "field \"%s\" is missing", key);
		return NULL;
	}
	if (json_typeof(value) != type) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_TYPE, "field \"%s\" is %s, it must be %s", key,
			type_name(json_typeof(value)), type_name(type));
		return NULL;
	}
	return value;
}

bool json_need_string(const json_t *object, const char *key, const char **out, GError **error)
{
	const json_t *value = need(object, key, JSON_STRING, error);
	if (!value)
		return false;
	*out = json_string_value(value);
	return true;
}

bool json_need_object(const json_t *object, const char *key, json_t **out, GError **error)
{
	return (*out = need(object, key, JSON_OBJECT, error)) != NULL;
}

bool json_need_array(const json_t *object, const char *key, json_t **out, GError **error)
{
	return (*out = need(object, key, JSON_ARRAY, error)) != NULL;
}

bool json_need_int(const json_t *object, const char *key, gint64 *out, GError **error)
{
	const json_t *value = need(object, key, JSON_INTEGER, error);
	if (!value)
		return false;
	*out = json_integer_value(value);
	return true;
}

const char *json_str(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : otherwise;
}

gint64 json_int(const json_t *object, const char *key, gint64 otherwise)
{
	const json_t *value = json_object_get(object, key);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

double json_num(const json_t *object, const char *key, double otherwise)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : otherwise;
}

bool json_bool(const json_t *object, const char *key, bool otherwise)
{
	const json_t *value = json_object_get(object, key);
	return json_is_boolean(value) ? json_boolean_value(value) : otherwise;
}

json_t *json_make(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	json_error_t why;
	json_t *value = json_vpack_ex(&why, 0, format, args);
	va_end(args);
	if (!value)
		g_error("json_make(\"%s\"): %s", format, why.text);
	return value;
}

json_t *json_text(const char *text)
{
	if (!text)
		return json_null();
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return json_string(valid);
}

char *json_digest(const json_t *value)
{
	g_autofree char *text = json_print(value);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}
