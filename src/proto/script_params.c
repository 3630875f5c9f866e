/*
 * A script's parameters: the comment behind a PARAMS entry read as a slider, values checked against it, and values put
 * back into the text. A comment that is not in the form doc/SCRIPT.md gives leaves a parameter without a range, of the
 * kind its value has.
 */
#include "base/suggest.h"
#include "proto/pylit.h"
#include "proto/script_int.h"

#include <math.h>
#include <string.h>

/* ---- reading the comment ---- */

static bool is_color(const char *text)
{
	return text[0] == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static void kind_of_value(struct script_param *param)
{
	param->kind = json_is_boolean(param->value)               ? PARAM_SWITCH
		      : json_is_integer(param->value)             ? PARAM_COUNT
		      : json_is_real(param->value)                ? PARAM_NUMBER
		      : is_color(json_string_value(param->value)) ? PARAM_COLOR
								  : PARAM_TEXT;
}

/* "0.3..0.75"; false when it is none. */
static bool read_range(const char *text, double *low, double *high)
{
	const char *dots = strstr(text, "..");
	if (!dots)
		return false;
	g_autofree char *first = g_strstrip(g_strndup(text, (gsize)(dots - text)));
	g_autofree char *second = g_strstrip(g_strdup(dots + 2));
	char *end_first = NULL;
	char *end_second = NULL;
	double from = g_ascii_strtod(first, &end_first);
	double to = g_ascii_strtod(second, &end_second);
	if (!*first || !*second || *end_first || *end_second || !isfinite(from) || !isfinite(to) || from > to)
		return false;
	*low = from;
	*high = to;
	return true;
}

static bool read_choices(struct script_param *param, const char *words)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) all = g_strsplit_set(words, " ,\t", -1);
	for (guint i = 0; all[i]; i++)
		if (*all[i])
			g_strv_builder_add(builder, all[i]);
	g_auto(GStrv) choices = g_strv_builder_end(builder);
	if (!json_is_string(param->value) ||
		!g_strv_contains((const char *const *)choices, json_string_value(param->value)))
		return false;
	param->kind = PARAM_CHOICE;
	param->choices = g_steal_pointer(&choices);
	return true;
}

/* "m, 0.3..0.6", "switch", "one of a b": false when it is none of these, or of a kind that the value is not. */
static bool read_kind(struct script_param *param, const char *head)
{
	static const char *const numbers[] = {"m", "deg", "s", "factor", "share", NULL};
	if (g_str_has_prefix(head, "one of "))
		return read_choices(param, head + strlen("one of "));
	g_auto(GStrv) words = g_strsplit(head, ",", 2);
	const char *kind = words[0] ? g_strstrip(words[0]) : "";
	bool range = words[0] && words[1] && read_range(words[1], &param->low, &param->high);
	bool good = false;
	if (g_strv_contains(numbers, kind) && json_is_number(param->value)) {
		param->kind = PARAM_NUMBER;
		good = true;
		if (g_str_equal(kind, "share") && !range)
			param->low = 0, param->high = 1;
	} else if (g_str_equal(kind, "count") && json_is_integer(param->value)) {
		param->kind = PARAM_COUNT;
		good = true;
	} else if (g_str_equal(kind, "switch") && json_is_boolean(param->value)) {
		param->kind = PARAM_SWITCH;
		good = true;
	} else if (g_str_equal(kind, "color") && json_is_string(param->value) &&
		   is_color(json_string_value(param->value))) {
		param->kind = PARAM_COLOR;
		good = true;
	} else if (g_str_equal(kind, "text") && json_is_string(param->value)) {
		param->kind = PARAM_TEXT;
		good = true;
	}
	if (good && param->kind <= PARAM_COUNT)
		param->unit = g_strdup(kind);
	return good;
}

struct script_param *script_param_new(const char *name, json_t *value, const char *comment)
{
	struct script_param *param = g_new0(struct script_param, 1);
	param->name = g_strdup(name);
	param->value = json_incref(value);
	param->low = 1;
	param->high = 0;
	const char *colon = comment ? strchr(comment, ':') : NULL;
	g_autofree char *head = colon ? g_strstrip(g_strndup(comment, (gsize)(colon - comment))) : NULL;
	if (head && read_kind(param, head)) {
		param->describe = g_strstrip(g_strdup(colon + 1));
	} else {
		param->low = 1;
		param->high = 0;
		kind_of_value(param);
		param->describe = g_strdup(comment ? comment : "");
	}
	if (!param->unit)
		param->unit = g_strdup("");
	return param;
}

void script_param_free(struct script_param *param)
{
	g_free(param->name);
	g_free(param->unit);
	json_decref(param->value);
	g_strfreev(param->choices);
	g_free(param->describe);
	g_free(param);
}

const struct script_param *script_param(const struct script *script, const char *name)
{
	for (guint i = 0; i < script->params->len; i++) {
		const struct script_param *param = script->params->pdata[i];
		if (g_str_equal(param->name, name))
			return param;
	}
	return NULL;
}

/* ---- checking values ---- */

/* What the parameter takes, for messages. */
static char *allowed(const struct script_param *param)
{
	switch (param->kind) {
	case PARAM_SWITCH:
		return g_strdup("on or off");
	case PARAM_COLOR:
		return g_strdup("a colour like \"#a0522d\"");
	case PARAM_TEXT:
		return g_strdup("a text");
	case PARAM_CHOICE: {
		g_autofree char *words = g_strjoinv(", ", param->choices);
		return g_strdup_printf("one of %s", words);
	}
	default:
		if (param->low > param->high)
			return g_strdup(param->kind == PARAM_COUNT ? "a whole number" : "a number");
		return g_strdup_printf("a %s from %g to %g%s%s", param->kind == PARAM_COUNT ? "whole number" : "number",
			param->low, param->high, *param->unit && param->kind == PARAM_NUMBER ? " " : "",
			param->kind == PARAM_NUMBER ? param->unit : "");
	}
}

static bool fits(const struct script_param *param, const json_t *value)
{
	const char *text = json_string_value(value);
	double number = json_number_value(value);
	switch (param->kind) {
	case PARAM_SWITCH:
		return json_is_boolean(value);
	case PARAM_COLOR:
		return text && is_color(text);
	case PARAM_CHOICE:
		return text && g_strv_contains((const char *const *)param->choices, text);
	case PARAM_TEXT:
		return text != NULL;
	case PARAM_COUNT:
		if (!json_is_number(value) || floor(number) != number || fabs(number) > 1e15)
			return false;
		break;
	case PARAM_NUMBER:
		if (!json_is_number(value))
			return false;
		break;
	}
	return param->low > param->high || (number >= param->low && number <= param->high);
}

bool script_param_check(const struct script_param *param, const json_t *value, GError **error)
{
	if (fits(param, value))
		return true;
	g_autofree char *takes = allowed(param);
	g_autofree char *given = value ? json_print(value) : g_strdup("nothing");
	g_set_error(error, SCRIPT_ERROR, SCRIPT_ERROR_PARAM, "%s takes %s, not %s", param->name, takes, given);
	return false;
}

/* The number a text is, nothing behind it; false when it is none. */
static bool read_number(const char *text, double *out)
{
	char *end = NULL;
	*out = g_ascii_strtod(text, &end);
	return *text && !*end && isfinite(*out);
}

static json_t *read_switch(const char *text)
{
	static const char *const on[] = {"on", "true", "yes", "1", NULL};
	static const char *const off[] = {"off", "false", "no", "0", NULL};
	g_autofree char *lower = g_ascii_strdown(text, -1);
	return g_strv_contains(on, lower) ? json_true() : g_strv_contains(off, lower) ? json_false() : NULL;
}

/* "#f80", "#FF8800" → "#ff8800". */
static json_t *read_color(const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	if (strlen(lower) != 4 || lower[0] != '#')
		return json_text(lower);
	g_autofree char *full =
		g_strdup_printf("#%c%c%c%c%c%c", lower[1], lower[1], lower[2], lower[2], lower[3], lower[3]);
	return json_text(full);
}

json_t *script_param_parse(const struct script_param *param, const char *text, GError **error)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	g_autoptr(json_t) value = NULL;
	double number = 0;
	switch (param->kind) {
	case PARAM_SWITCH:
		value = read_switch(trimmed);
		break;
	case PARAM_COLOR:
		value = read_color(trimmed);
		break;
	case PARAM_COUNT:
	case PARAM_NUMBER:
		if (read_number(trimmed, &number))
			value = floor(number) == number && fabs(number) < 1e15 ? json_integer((json_int_t)number)
									       : json_real(number);
		break;
	default:
		value = json_text(trimmed);
		break;
	}
	if (value && fits(param, value))
		return g_steal_pointer(&value);
	g_autofree char *takes = allowed(param);
	g_set_error(error, SCRIPT_ERROR, SCRIPT_ERROR_PARAM, "%s takes %s, not \"%s\"", param->name, takes, trimmed);
	return NULL;
}

/* ---- writing ---- */

/* The literal of a checked value: numbers with a point where the parameter is no count, colours in lower case. */
static char *print_value(const struct script_param *param, const json_t *value)
{
	g_autoptr(json_t) shaped = NULL;
	if (param->kind == PARAM_COUNT)
		shaped = json_integer((json_int_t)json_number_value(value));
	else if (param->kind == PARAM_NUMBER)
		shaped = json_real(json_number_value(value));
	else
		shaped = param->kind == PARAM_COLOR ? read_color(json_string_value(value)) : json_deep_copy(value);
	return pylit_print(shaped);
}

/* Appends the value, and keeps the comment behind it in its column where blanks allow. Returns the byte of the old text
 * to go on at. */
static gsize put_value(const struct script *script, const struct script_param *param, const json_t *value, GString *out)
{
	g_autofree char *literal = print_value(param, value);
	const char *text = script->text;
	gsize at = param->value_to;
	g_string_append(out, literal);
	gssize longer = (gssize)strlen(literal) - (gssize)(param->value_to - param->value_from);
	if (text[at] != ',')
		return at;
	g_string_append_c(out, text[at++]);
	gsize blanks = strspn(text + at, " ");
	if (text[at + blanks] != '#')
		return at;
	gssize wanted = MAX((gssize)blanks - longer, 2);
	for (gssize i = 0; i < wanted; i++)
		g_string_append_c(out, ' ');
	return at + blanks;
}

static const char *nearest_param(const struct script *script, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; i < script->params->len; i++)
		g_ptr_array_add(names, ((const struct script_param *)script->params->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	return suggest_nearest(name, (const char *const *)names->pdata);
}

static bool check_values(const struct script *script, const json_t *values, GError **error)
{
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)values, name, value) {
		const struct script_param *param = script_param(script, name);
		if (!param) {
			const char *nearest = nearest_param(script, name);
			g_autoptr(GString) names = g_string_new(NULL);
			for (guint i = 0; i < script->params->len; i++)
				g_string_append_printf(names, "%s%s", i ? ", " : "",
					((const struct script_param *)script->params->pdata[i])->name);
			g_set_error(error, SCRIPT_ERROR, SCRIPT_ERROR_PARAM,
				"there is no parameter \"%s\"%s%s; there are: %s", name,
				nearest ? ": did you mean " : "", nearest ? nearest : "", names->str);
			return false;
		}
		if (!script_param_check(param, value, error))
			return false;
	}
	return true;
}

char *script_with(const struct script *script, const json_t *values, bool strip, GError **error)
{
	if (!check_values(script, values, error))
		return NULL;
	GString *out = g_string_new(NULL);
	gsize at = 0;
	bool left_out = !strip || !script->exemplar;
	for (guint i = 0; i <= script->params->len; i++) {
		const struct script_param *param = i < script->params->len ? script->params->pdata[i] : NULL;
		if (!left_out && (!param || script->exemplar_from < param->value_from)) {
			g_string_append_len(out, script->text + at, (gssize)(script->exemplar_from - at));
			at = script->exemplar_to;
			left_out = true;
		}
		const json_t *value = param ? json_object_get(values, param->name) : NULL;
		if (!value || json_equal(value, param->value))
			continue;
		g_string_append_len(out, script->text + at, (gssize)(param->value_from - at));
		at = put_value(script, param, value, out);
	}
	g_string_append(out, script->text + at);
	return g_string_free(out, FALSE);
}

json_t *script_values(const struct script *script)
{
	json_t *values = json_object();
	for (guint i = 0; i < script->params->len; i++) {
		const struct script_param *param = script->params->pdata[i];
		json_object_set(values, param->name, param->value);
	}
	return values;
}

json_t *script_sliders(const struct script *script)
{
	static const char *const kinds[] = {"number", "count", "switch", "color", "choice", "text"};
	json_t *sliders = json_array();
	for (guint i = 0; i < script->params->len; i++) {
		const struct script_param *param = script->params->pdata[i];
		json_t *slider = json_make("{s:s, s:s, s:s, s:O, s:s}", "name", param->name, "kind", kinds[param->kind],
			"unit", param->unit, "value", param->value, "describe", param->describe);
		if (param->low <= param->high) {
			json_object_set_new(slider, "low", json_real(param->low));
			json_object_set_new(slider, "high", json_real(param->high));
		}
		if (param->choices) {
			json_t *choices = json_array();
			for (guint c = 0; param->choices[c]; c++)
				json_array_append_new(choices, json_string(param->choices[c]));
			json_object_set_new(slider, "choices", choices);
		}
		json_array_append_new(sliders, slider);
	}
	return sliders;
}
