/* Values for parameters: see builtin_values.h. */
#include "llm/builtin_values.h"

#include <math.h>
#include <stdarg.h>

static const struct script_param *find(const struct values *v, const char *name)
{
	return name ? script_param(v->script, name) : NULL;
}

static const json_t *now(const struct values *v, const char *name)
{
	return json_object_get(v->now, name);
}

static const json_t *def_of(const struct values *v, guint thing)
{
	return vocab_thing(v->vocab, thing)->def;
}

static bool is_off(const json_t *value)
{
	return !value || json_is_false(value) || (json_is_number(value) && json_number_value(value) == 0) ||
	       (json_is_string(value) && g_str_equal(json_string_value(value), "none"));
}

static void note(const struct values *v, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note(const struct values *v, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	size_t i;
	json_t *entry;
	json_array_foreach (v->notes, i, entry) {
		if (g_str_equal(json_string_value(entry), text))
			return;
	}
	json_array_append_new(v->notes, json_text(text));
}

/* Four digits are enough for a slider. */
static double rounded(double value)
{
	if (value == 0 || !isfinite(value))
		return 0;
	double unit = pow(10, 3 - floor(log10(fabs(value))));
	return round(value * unit) / unit;
}

/* The number as the parameter's value, held to its range; says so when it had to be and `what` is not NULL. */
static json_t *number_value(const struct values *v, const struct script_param *param, double value, const char *what)
{
	double held = param->low <= param->high ? CLAMP(value, param->low, param->high) : value;
	if (what && fabs(held - value) > 1e-6 * MAX(1, fabs(value)))
		note(v, "%g %s asked, %g is the %s", rounded(value), what, held, held < value ? "most" : "least");
	return param->kind == PARAM_COUNT ? json_integer((json_int_t)llround(held)) : json_real(rounded(held));
}

/* ---- degrees ---- */

/* The end of the range towards which a quality's value lies, seen from the script's own value. */
static double far_end(const struct script_param *own, double value)
{
	double from = json_number_value(own->value);
	bool up = value > from || (value == from && value > (own->low + own->high) / 2);
	return up ? own->high : own->low;
}

static json_t *express_number(
	const struct values *v, const struct script_param *own, double value, enum degree degree, int strength)
{
	double current = json_number_value(now(v, own->name));
	double end = far_end(own, value);
	double other = end == own->high ? own->low : own->high;
	bool reached = end == own->high ? current >= value - 1e-9 : current <= value + 1e-9;
	double share = strength > 0 ? 0.8 : strength < 0 ? 0.25 : 0.5;
	switch (degree) {
	case DEGREE_MORE:
		if (!reached && strength < 0)
			return number_value(v, own, current + (value - current) / 2, NULL);
		if (!reached && strength == 0)
			return number_value(v, own, value, NULL);
		if (current == end)
			note(v, "%s is at its %s already", own->name, end == own->high ? "most" : "least");
		return number_value(v, own, current + share * (end - current), NULL);
	case DEGREE_LESS:
		return number_value(v, own, current + share * (other - current), NULL);
	case DEGREE_NOT:
		return number_value(v, own, other, NULL);
	default:
		if (strength > 0)
			value += 0.5 * (end - value);
		if (strength < 0)
			value = (value + json_number_value(own->value)) / 2;
		return number_value(v, own, value, NULL);
	}
}

/* What undoes a switch, a choice, a colour: the script's own other value. NULL when there is none. */
static json_t *undo(const struct values *v, const struct script_param *own, const json_t *value)
{
	if (!json_equal(now(v, own->name), value))
		return NULL;
	if (json_is_boolean(value))
		return json_boolean(!json_boolean_value(value));
	if (!json_equal(own->value, value))
		return json_incref(own->value);
	if (own->kind != PARAM_CHOICE)
		return NULL;
	if (g_strv_contains((const char *const *)own->choices, "none"))
		return json_string("none");
	for (guint i = 0; own->choices[i]; i++)
		if (!g_str_equal(own->choices[i], json_string_value(value)))
			return json_string(own->choices[i]);
	return NULL;
}

json_t *values_express(const struct values *v, const json_t *set, enum degree degree, int strength)
{
	json_t *out = json_object();
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)set, name, value) {
		const struct script_param *here = find(v, name);
		const struct script_param *own = script_param(v->vocab->exemplar->script, name);
		if (!here || !own || here->kind != own->kind)
			continue;
		json_t *asked = NULL;
		if (json_is_number(value) && own->low <= own->high)
			asked = express_number(v, own, json_number_value(value), degree, strength);
		else if (degree == DEGREE_LESS || degree == DEGREE_NOT)
			asked = undo(v, own, value);
		else
			asked = json_incref(value);
		if (asked && script_param_check(here, asked, NULL))
			json_object_set(out, name, asked);
		json_decref(asked);
	}
	return out;
}

/* ---- presence ---- */

/* The part of a thing that a parameter can leave out: its own, or the only one it lists. */
static const json_t *part_of(const struct values *v, guint thing)
{
	const json_t *parts = json_object_get(v->vocab->exemplar->meta, "parts");
	const json_t *own = json_object_get(parts, vocab_thing(v->vocab, thing)->name);
	const json_t *list = json_object_get(def_of(v, thing), "parts");
	if (own || json_array_size(list) != 1)
		return own;
	return json_object_get(parts, json_string_value(json_array_get(list, 0)));
}

static bool holds(const struct values *v, const json_t *set)
{
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)set, name, value) {
		const json_t *current = now(v, name);
		bool same = json_is_number(value) && json_is_number(current)
				    ? fabs(json_number_value(value) - json_number_value(current)) < 1e-9
				    : current && json_equal(current, value);
		if (!same)
			return false;
	}
	return true;
}

/* Whether a thing that is one of several choices, as tea is of the drinks, gives way to another one now. */
static bool gives_way(const struct values *v, guint thing)
{
	const char *name;
	json_t *value;
	json_object_foreach (json_object_get(def_of(v, thing), "add"), name, value) {
		const struct script_param *param = find(v, name);
		bool named = param && param->kind == PARAM_CHOICE &&
			     g_strcmp0(json_string_value(value), vocab_thing(v->vocab, thing)->name) == 0;
		if (named && !json_equal(now(v, name), value))
			return true;
	}
	return false;
}

bool values_present(const struct values *v, guint thing)
{
	const json_t *def = def_of(v, thing);
	const char *toggle = json_str(def, "switch", NULL);
	const char *count = json_str(def, "count", NULL);
	const json_t *add = json_object_get(def, "add");
	const json_t *remove = json_object_get(def, "remove");
	if (toggle)
		return !is_off(now(v, toggle));
	if (count && is_off(now(v, count)))
		return false;
	const char *when = json_str(part_of(v, thing), "when", NULL);
	if (when && is_off(now(v, when)))
		return false;
	if (count)
		return true;
	if (json_object_size(remove) > 0)
		return !holds(v, remove) && !gives_way(v, thing);
	return json_object_size(add) == 0 || holds(v, add);
}

/* Assigns what turns a switch or a choice on. */
static void turn_on(const struct values *v, const char *name, json_t *out)
{
	const struct script_param *param = find(v, name);
	if (!param || json_object_get(out, name) || !is_off(now(v, name)))
		return;
	if (param->kind == PARAM_SWITCH)
		json_object_set_new(out, name, json_true());
	for (guint i = 0; param->kind == PARAM_CHOICE && param->choices[i]; i++) {
		if (!g_str_equal(param->choices[i], "none")) {
			json_object_set_new(out, name, json_string(param->choices[i]));
			break;
		}
	}
}

json_t *values_add(const struct values *v, guint thing, int count)
{
	const json_t *def = def_of(v, thing);
	const struct script_param *number = find(v, json_str(def, "count", NULL));
	bool present = values_present(v, thing);
	json_t *out = present ? json_object() : values_express(v, json_object_get(def, "add"), DEGREE_PLAIN, 0);
	if (json_str(def, "switch", NULL))
		turn_on(v, json_str(def, "switch", ""), out);
	if (json_str(part_of(v, thing), "when", NULL))
		turn_on(v, json_str(part_of(v, thing), "when", ""), out);
	bool none = number && is_off(now(v, number->name));
	if (number && (count > 0 || (none && !json_object_get(out, number->name))))
		json_object_set_new(out, number->name, number_value(v, number, count > 0 ? count : 2, number->name));
	return out;
}

json_t *values_remove(const struct values *v, guint thing)
{
	const json_t *def = def_of(v, thing);
	const json_t *remove = json_object_get(def, "remove");
	const struct script_param *toggle = find(v, json_str(def, "switch", NULL));
	const struct script_param *number = find(v, json_str(def, "count", NULL));
	const struct script_param *when = find(v, json_str(part_of(v, thing), "when", NULL));
	const char *name = vocab_thing(v->vocab, thing)->name;
	if (json_object_size(remove) > 0)
		return gives_way(v, thing) ? json_object() : values_express(v, remove, DEGREE_PLAIN, 0);
	if (toggle && toggle->kind == PARAM_SWITCH)
		return json_make("{s:b}", toggle->name, 0);
	if (number && number->low <= 0)
		return json_make("{s:i}", number->name, 0);
	if (when && when->kind == PARAM_SWITCH)
		return json_make("{s:b}", when->name, 0);
	if (when && when->kind == PARAM_CHOICE && g_strv_contains((const char *const *)when->choices, "none"))
		return json_make("{s:s}", when->name, "none");
	if (number)
		note(v, "it keeps at least %g %s", number->low, name);
	else if (thing > 0)
		note(v, "it cannot be without the %s", name);
	return NULL;
}

json_t *values_count(const struct values *v, guint thing, double count, bool relative)
{
	if (thing == 0) /* one asset at a time */
		return NULL;
	const json_t *def = def_of(v, thing);
	const char *name = vocab_thing(v->vocab, thing)->name;
	const struct script_param *number = find(v, json_str(def, "count", NULL));
	if (!number || !json_is_number(number->value)) {
		const json_t *pieces = json_object_get(part_of(v, thing), "count");
		double fixed = json_is_number(pieces) ? json_number_value(pieces) : 1;
		bool can_go = json_str(def, "switch", NULL) || json_object_get(def, "remove");
		if (count == 0 || (relative && count < 0))
			return can_go ? values_remove(v, thing) : NULL;
		if (count > 1 && count != fixed)
			note(v, "the number of %s cannot be changed", *name ? name : "wholes");
		return count == fixed || (count == 1 && !pieces) || json_is_null(pieces) ||
				       json_object_get(def, "add") || json_str(def, "switch", NULL)
			       ? values_add(v, thing, 0)
			       : NULL;
	}
	double wanted = relative ? json_number_value(now(v, number->name)) + count : count;
	if (wanted <= 0 && number->low <= 0)
		return values_remove(v, thing);
	json_t *out = wanted > 0 ? values_add(v, thing, 0) : json_object();
	json_object_set_new(out, number->name, number_value(v, number, wanted, name));
	return out;
}

/* A quality of the thing that is itself a word of amount: "many", "dense". */
static const json_t *amount_quality(const struct values *v, guint thing, enum degree degree)
{
	static const char *const more[] = {"more", "many", "dense", NULL};
	static const char *const less[] = {"less", "few", "fewer", "sparse", NULL};
	const char *const *words = degree == DEGREE_MORE ? more : less;
	for (guint i = 0; words[i]; i++) {
		const struct reading *reading = entry_reading(vocab_find(v->vocab, words[i]), READ_QUALITY, (int)thing);
		if (reading)
			return reading->set;
	}
	return NULL;
}

json_t *values_amount(const struct values *v, guint thing, enum degree degree, int strength, double factor)
{
	const json_t *def = def_of(v, thing);
	const struct script_param *number = find(v, json_str(def, "count", NULL));
	const json_t *quality = amount_quality(v, thing, degree);
	const json_t *add = json_object_get(def, "add");
	if (number && factor > 0)
		return values_count(v, thing, round(json_number_value(now(v, number->name)) * factor), false);
	if (number) {
		double share = strength > 0 ? 0.6 : strength < 0 ? 0.1 : 0.3;
		double step = MAX(1, round(share * json_number_value(now(v, number->name))));
		return values_count(v, thing, degree == DEGREE_MORE ? step : -step, true);
	}
	if (degree == DEGREE_MORE && !values_present(v, thing))
		return values_add(v, thing, 0);
	if (quality)
		return values_express(v, quality, DEGREE_MORE, strength);
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)add, name, value) {
		if (json_is_real(value))
			return values_express(v, add, degree, strength);
	}
	return values_has_dim(v, thing, DIM_SIZE) ? values_scale(v, thing, DIM_SIZE, degree == DEGREE_MORE ? 1.25 : 0.8)
						  : NULL;
}

/* ---- sizes ---- */

/* Which list of parameters stands for a dimension, when the thing has none of that name. */
static const json_t *dim_list(const struct values *v, guint thing, enum dim dim)
{
	static const enum dim stand_in[DIM_COUNT][5] = {
		[DIM_SIZE] = {DIM_SIZE, DIM_LENGTH, DIM_HEIGHT, DIM_THICKNESS, DIM_WIDTH},
		[DIM_HEIGHT] = {DIM_HEIGHT, DIM_LENGTH},
		[DIM_WIDTH] = {DIM_WIDTH},
		[DIM_DEPTH] = {DIM_DEPTH, DIM_HEIGHT, DIM_WIDTH},
		[DIM_LENGTH] = {DIM_LENGTH, DIM_DEPTH, DIM_HEIGHT},
		[DIM_THICKNESS] = {DIM_THICKNESS},
	};
	const json_t *def = def_of(v, thing);
	for (guint i = 0; i < 5; i++) {
		if (i > 0 && stand_in[dim][i] == DIM_SIZE) /* the row is over: zeroes are DIM_SIZE */
			break;
		const json_t *list = json_object_get(def, dim_names[stand_in[dim][i]]);
		if (json_array_size(list) > 0)
			return list;
	}
	const json_t *size = json_object_get(def, "size");
	return json_array_size(size) > 0 && dim != DIM_THICKNESS ? size : NULL;
}

bool values_has_dim(const struct values *v, guint thing, enum dim dim)
{
	return dim_list(v, thing, dim) != NULL;
}

/* All of a list times a factor; what does not fit is not reported for `quiet`. */
static json_t *scale_list(const struct values *v, const json_t *list, double factor, const struct script_param *quiet)
{
	json_t *out = json_object();
	size_t i;
	json_t *name;
	json_array_foreach (list, i, name) {
		const struct script_param *param = find(v, json_string_value(name));
		if (!param || param->kind > PARAM_COUNT)
			continue;
		double value = json_number_value(now(v, param->name)) * factor;
		g_autofree char *what = g_strdup_printf("for %s", param->name);
		json_object_set_new(out, param->name, number_value(v, param, value, param == quiet ? NULL : what));
	}
	return out;
}

json_t *values_scale(const struct values *v, guint thing, enum dim dim, double factor)
{
	const json_t *list = dim_list(v, thing, dim);
	return list && factor > 0 ? scale_list(v, list, factor, NULL) : NULL;
}

/* The first parameter of a list that is in metres. */
static const struct script_param *first_metres(const struct values *v, const json_t *list)
{
	size_t i;
	json_t *name;
	json_array_foreach (list, i, name) {
		const struct script_param *param = find(v, json_string_value(name));
		if (param && g_str_equal(param->unit, "m"))
			return param;
	}
	return NULL;
}

/* "a 2 m table": the largest of its dimensions. */
static enum dim largest_dim(const struct values *v, guint thing)
{
	enum dim best = DIM_HEIGHT;
	double most = 0;
	for (enum dim dim = DIM_HEIGHT; dim < DIM_COUNT; dim++) {
		const struct script_param *param = first_metres(v, json_object_get(def_of(v, thing), dim_names[dim]));
		double value = param ? json_number_value(now(v, param->name)) : 0;
		if (value > most) {
			best = dim;
			most = value;
		}
	}
	return best;
}

json_t *values_measure(const struct values *v, guint thing, enum dim dim, double metres, bool relative)
{
	const json_t *list = dim_list(v, thing, dim == DIM_COUNT || dim == DIM_SIZE ? largest_dim(v, thing) : dim);
	const struct script_param *param = first_metres(v, list);
	double current = param ? json_number_value(now(v, param->name)) : 0;
	double wanted = relative ? current + metres : metres;
	if (!param || current <= 0 || wanted <= 0)
		return NULL;
	json_t *out = scale_list(v, list, wanted / current, param);
	json_object_set_new(out, param->name, number_value(v, param, wanted, "m"));
	return out;
}

/* ---- colours ---- */

const json_t *values_colors(const struct values *v, guint thing)
{
	const json_t *list = json_object_get(def_of(v, thing), "color");
	return json_array_size(list) > 0 ? list : NULL;
}

json_t *values_shade(const struct values *v, guint thing, const char *shade)
{
	json_t *out = json_object();
	size_t i;
	json_t *name;
	json_array_foreach (values_colors(v, thing), i, name) {
		const struct script_param *param = find(v, json_string_value(name));
		color_hex hex;
		if (param && param->kind == PARAM_COLOR &&
			color_shade(shade, json_string_value(now(v, param->name)), hex))
			json_object_set_new(out, param->name, json_string(hex));
	}
	if (json_object_size(out) > 0)
		return out;
	json_decref(out);
	return NULL;
}
