/*
 * Options: see option.h. A value is kept as the text that a person wrote, made canonical, and read again on each typed
 * read; option_check() is the one place that knows what a row allows.
 */
#include "base/option.h"

#include "base/suggest.h"

#include <math.h>
#include <string.h>

G_DEFINE_QUARK(ll3m_option_error, option_error)

struct value {
	const struct option_row *row;
	char *text, *origin;
};

struct options {
	GPtrArray *rows;   /* of const struct option_row, in order */
	GPtrArray *values; /* of struct value, beside them */
	GHashTable *index; /* struct value by its name, borrowed */
};

static void value_free(void *data)
{
	struct value *value = data;
	g_free(value->text);
	g_free(value->origin);
	g_free(value);
}

/* What a row allows */

static void append_number(GString *out, double number)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append(out, g_ascii_formatd(text, sizeof text, "%.10g", number));
}

char *option_allowed(const struct option_row *row)
{
	GString *out = g_string_new(NULL);
	switch (row->type) {
	case OPTION_BOOL:
		g_string_append(out, "true or false");
		break;
	case OPTION_INT:
	case OPTION_NUMBER:
		g_string_append(out, row->type == OPTION_INT ? "a whole number from " : "a number from ");
		append_number(out, row->low);
		g_string_append(out, " to ");
		append_number(out, row->high);
		if (row->unit)
			g_string_append_printf(out, " (%s)", row->unit);
		break;
	case OPTION_CHOICE: {
		g_autofree char *words = g_strjoinv(", ", (char **)row->choices);
		g_string_append_printf(out, "one of %s", words);
		break;
	}
	case OPTION_STRING:
		g_string_append(out, "a text of one line");
		break;
	case OPTION_PATH:
		g_string_append(out, "a path of one line");
		break;
	}
	return g_string_free(out, FALSE);
}

static bool is_whole_number(const char *text)
{
	const char *digits = text + (*text == '-');
	gsize size = strlen(digits);
	/* A leading zero is refused: other readers take 010 for eight. */
	return size > 0 && size <= 15 && strspn(digits, "0123456789") == size && (size == 1 || *digits != '0');
}

/* Decimal, without the inf, nan and hexadecimal that strtod() takes. */
static bool is_number(const char *text)
{
	char *end = NULL;
	if (*text == '\0' || strspn(text, "+-.0123456789eE") != strlen(text))
		return false;
	double number = g_ascii_strtod(text, &end);
	return *end == '\0' && isfinite(number);
}

static bool is_line(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL))
		return false;
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		GUnicodeType type = g_unichar_type(g_utf8_get_char(p));
		if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
			type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_UNASSIGNED)
			return false;
	}
	return true;
}

static bool is_of_type(const struct option_row *row, const char *text)
{
	switch (row->type) {
	case OPTION_BOOL:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	case OPTION_INT:
		return is_whole_number(text);
	case OPTION_NUMBER:
		return is_number(text);
	default:
		return is_line(text);
	}
}

static bool is_in_range(const struct option_row *row, const char *text)
{
	double number = 0;
	switch (row->type) {
	case OPTION_INT:
	case OPTION_NUMBER:
		number = g_ascii_strtod(text, NULL);
		return number >= row->low && number <= row->high;
	case OPTION_CHOICE:
		return g_strv_contains(row->choices, text);
	default:
		return true;
	}
}

bool option_check(const struct option_row *row, const char *text, GError **error)
{
	bool typed = is_of_type(row, text);
	if (typed && is_in_range(row, text))
		return true;
	g_autofree char *allowed = option_allowed(row);
	g_autofree char *shown = g_utf8_make_valid(text, (gssize)strnlen(text, 80));
	g_autoptr(GString) message = g_string_new(NULL);
	g_string_printf(message, "%s cannot be \"%s\"; allowed is %s", row->name, shown, allowed);
	const char *near = row->type == OPTION_CHOICE ? suggest_nearest(shown, row->choices) : NULL;
	if (near)
		g_string_append_printf(message, "; did you mean %s?", near);
	g_set_error_literal(error, OPTION_ERROR, typed ? OPTION_ERROR_RANGE : OPTION_ERROR_TYPE,
		g_strdelimit(message->str, "\n\r", ' '));
	return false;
}

/* The set */

static void add_row(struct options *options, const struct option_row *row)
{
	g_autoptr(GError) error = NULL;
	if (row->initial && !option_check(row, row->initial, &error))
		g_error("the default of an option: %s", error->message);
	struct value *value = g_new0(struct value, 1);
	value->row = row;
	value->text = g_strdup(row->initial);
	value->origin = g_strdup("default");
	g_ptr_array_add(options->rows, (gpointer)row);
	g_ptr_array_add(options->values, value);
	if (!g_hash_table_insert(options->index, (gpointer)row->name, value))
		g_error("two options are named %s", row->name);
}

struct options *options_new(const struct option_row *const *tables)
{
	struct options *options = g_new0(struct options, 1);
	options->rows = g_ptr_array_new();
	options->values = g_ptr_array_new_with_free_func(value_free);
	options->index = g_hash_table_new(g_str_hash, g_str_equal);
	for (; *tables; tables++)
		for (const struct option_row *row = *tables; row->name; row++)
			add_row(options, row);
	return options;
}

void options_free(struct options *options)
{
	if (!options)
		return;
	g_hash_table_destroy(options->index);
	g_ptr_array_unref(options->values);
	g_ptr_array_unref(options->rows);
	g_free(options);
}

static struct value *find(const struct options *options, const char *name)
{
	return g_hash_table_lookup(options->index, name);
}

const struct option_row *options_row(const struct options *options, const char *name)
{
	const struct value *value = find(options, name);
	return value ? value->row : NULL;
}

const struct option_row *const *options_rows(const struct options *options, gsize *count_out)
{
	*count_out = options->rows->len;
	return (const struct option_row *const *)options->rows->pdata;
}

static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot ? dot + 1 : name;
}

const char *options_nearest(const struct options *options, const char *name)
{
	g_autofree const char **names = g_new0(const char *, options->rows->len + 1);
	for (guint i = 0; i < options->rows->len; i++)
		names[i] = ((const struct option_row *)options->rows->pdata[i])->name;
	const char *near = suggest_nearest(name, names);
	if (near)
		return near;
	/* The right key in the wrong section, or in none. */
	for (guint i = 0; i < options->rows->len; i++)
		names[i] = last_part(names[i]);
	const char *part = suggest_nearest(last_part(name), names);
	for (guint i = 0; part && i < options->rows->len; i++)
		if (names[i] == part)
			return ((const struct option_row *)options->rows->pdata[i])->name;
	return NULL;
}

bool options_set(struct options *options, const char *name, const char *text, const char *origin, GError **error)
{
	struct value *value = find(options, name);
	if (!value) {
		const char *near = options_nearest(options, name);
		g_set_error(error, OPTION_ERROR, OPTION_ERROR_UNKNOWN, "there is no option %s%s%s%s", name,
			near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
		return false;
	}
	if (!option_check(value->row, text, error))
		return false;
	g_free(value->text);
	g_free(value->origin);
	value->text = g_strdup(text);
	value->origin = g_strdup(origin);
	return true;
}

/* Reading */

bool options_has(const struct options *options, const char *name)
{
	const struct value *value = find(options, name);
	g_assert(value);
	return value->text != NULL;
}

static const struct value *need(const struct options *options, const char *name, unsigned types)
{
	const struct value *value = find(options, name);
	if (!value || !value->text || !(types & 1u << value->row->type))
		g_error("the program asks for an option %s that is not there, has no value, or is of another type",
			name);
	return value;
}

bool options_bool(const struct options *options, const char *name)
{
	return strcmp(need(options, name, 1u << OPTION_BOOL)->text, "true") == 0;
}

gint64 options_int(const struct options *options, const char *name)
{
	return g_ascii_strtoll(need(options, name, 1u << OPTION_INT)->text, NULL, 10);
}

double options_number(const struct options *options, const char *name)
{
	return g_ascii_strtod(need(options, name, 1u << OPTION_NUMBER | 1u << OPTION_INT)->text, NULL);
}

const char *options_string(const struct options *options, const char *name)
{
	return need(options, name, 1u << OPTION_STRING | 1u << OPTION_CHOICE | 1u << OPTION_PATH)->text;
}

const char *options_origin(const struct options *options, const char *name)
{
	const struct value *value = find(options, name);
	g_assert(value);
	return value->origin;
}

/* Dumps */

static json_t *value_json(const struct option_row *row, const struct value *value)
{
	switch (row->type) {
	case OPTION_BOOL:
		return json_boolean(strcmp(value->text, "true") == 0);
	case OPTION_INT:
		return json_integer(g_ascii_strtoll(value->text, NULL, 10));
	case OPTION_NUMBER:
		return json_real(g_ascii_strtod(value->text, NULL));
	default:
		return json_string(value->text);
	}
}

json_t *options_dump_json(const struct options *options)
{
	json_t *all = json_object();
	for (guint i = 0; i < options->rows->len; i++) {
		const struct option_row *row = options->rows->pdata[i];
		const struct value *value = options->values->pdata[i];
		if (!value->text)
			continue;
		json_object_set_new(all, row->name,
			json_make("{s:o, s:o}", "value", value_json(row, value), "origin", json_text(value->origin)));
	}
	return all;
}

/* Strings are quoted, always: then no YAML reader takes "no" or "1e3" for something else. */
char *option_yaml(const struct option_row *row, const char *text)
{
	if (row->type != OPTION_STRING && row->type != OPTION_PATH && row->type != OPTION_CHOICE)
		return g_strdup(text);
	GString *out = g_string_new("\"");
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

static gsize section_size(const char *name)
{
	const char *dot = strchr(name, '.');
	return dot ? (gsize)(dot - name) : 0;
}

static void append_section(GString *out, const struct options *options, const char *first)
{
	gsize size = section_size(first);
	if (size > 0)
		g_string_append_printf(out, "%.*s:\n", (int)size, first);
	for (guint i = 0; i < options->rows->len; i++) {
		const struct option_row *row = options->rows->pdata[i];
		const struct value *value = options->values->pdata[i];
		if (!value->text || section_size(row->name) != size || strncmp(row->name, first, size) != 0)
			continue;
		g_autofree char *yaml = option_yaml(row, value->text);
		g_autofree char *origin = g_strdelimit(g_utf8_make_valid(value->origin, -1), "\n\r", ' ');
		const char *key = row->name + (size > 0 ? size + 1 : 0);
		g_string_append_printf(out, "%s%s: %s  # %s\n", size > 0 ? "  " : "", key, yaml, origin);
	}
}

char *options_dump_yaml(const struct options *options)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < options->rows->len; i++) {
		const char *name = ((const struct option_row *)options->rows->pdata[i])->name;
		if (g_hash_table_add(done, g_strndup(name, section_size(name))))
			append_section(out, options, name);
	}
	return g_string_free(out, FALSE);
}
