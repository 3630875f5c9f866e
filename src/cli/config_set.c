/*
 * Writing one value into a configuration file and leaving every other byte of it alone: see config_set_file() in
 * config.h. The place comes from config_text.c; the new text is read as any other before it replaces the old.
 */
#include "base/file.h"
#include "cli/config.h"
#include "cli/config_text.h"

#include <string.h>

static void splice(GString *text, gsize offset, gsize size, const char *insert)
{
	g_string_erase(text, (gssize)offset, (gssize)size);
	g_string_insert(text, (gssize)offset, insert);
}

static void replace_value(GString *text, const struct config_entry *entry, const char *yaml)
{
	gsize size = entry->end - entry->value.offset;
	bool block = size > 0 && text->str[entry->end - 1] == '\n';
	bool gap = size > 0 || g_ascii_isspace(text->str[entry->value.offset - 1]);
	g_autofree char *insert = g_strconcat(gap ? "" : " ", yaml, block ? "\n" : "", NULL);
	splice(text, entry->value.offset, size, insert);
}

static gsize line_start(const GString *text, gsize offset)
{
	while (offset > 0 && text->str[offset - 1] != '\n')
		offset--;
	return offset;
}

static gsize line_end(const GString *text, gsize offset)
{
	while (offset < text->len && text->str[offset] != '\n')
		offset++;
	return offset;
}

/* Adds the key as the first of a section that is there. */
static void add_to_section(GString *text, const struct config_entry *section, const char *key, const char *yaml)
{
	g_autofree char *pair = g_strconcat(key, ": ", yaml, NULL);
	if (section->shape == CONFIG_FLOW) {
		g_autofree char *insert = g_strconcat(pair, section->has_first ? ", " : "", NULL);
		splice(text, section->value.offset + 1, 0, insert);
	} else if (section->shape == CONFIG_SECTION) {
		gsize start = line_start(text, section->first.offset);
		g_autofree char *indent = g_strndup(text->str + start, section->first.offset - start);
		g_autofree char *insert = g_strconcat(indent, pair, "\n", NULL);
		splice(text, start, 0, insert);
	} else {
		g_autofree char *insert = g_strconcat("\n  ", pair, NULL);
		splice(text, line_end(text, section->key.offset), 0, insert);
	}
}

static void append(GString *text, const char *section, gsize section_size, const char *key, const char *yaml)
{
	if (text->len > 0 && text->str[text->len - 1] != '\n')
		g_string_append_c(text, '\n');
	if (section_size > 0)
		g_string_append_printf(text, "%.*s:\n  ", (int)section_size, section);
	g_string_append_printf(text, "%s: %s\n", key, yaml);
}

static void edit(GString *text, const struct config_text *config, const char *name, const char *yaml)
{
	const struct config_entry *entry = config_text_find(config, name);
	const struct config_entry *section = NULL;
	const char *dot = strrchr(name, '.');
	while (dot) { /* the innermost section that is there, else a new outermost one */
		g_autofree char *section_name = g_strndup(name, (gsize)(dot - name));
		section = config_text_find(config, section_name);
		const char *outer = section ? NULL : g_strrstr_len(name, dot - name, ".");
		if (!outer)
			break;
		dot = outer;
	}
	if (entry)
		replace_value(text, entry, yaml);
	else if (section)
		add_to_section(text, section, dot + 1, yaml);
	else
		append(text, name, dot ? (gsize)(dot - name) : 0, dot ? dot + 1 : name, yaml);
}

static json_t *value_of(const struct options *options, const char *name)
{
	g_autoptr(json_t) dump = options_dump_json(options);
	return json_incref(json_object_get(json_object_get(dump, name), "value"));
}

/* The file's text, "" when there is no file. */
static char *read_or_empty(const char *path, gsize *size_out, GError **error)
{
	g_autoptr(GError) why = NULL;
	*size_out = 0;
	char *text = file_read(path, CONFIG_BYTES_MAX, size_out, &why);
	if (text)
		return text;
	if (g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_strdup("");
	g_set_error_literal(error, CONFIG_ERROR, CONFIG_ERROR_FILE, why->message);
	return NULL;
}

/* Writes the edited text, if it reads as `wanted` has it. */
static bool write_edited(const char *path, const struct option_row *const *tables, const GString *text,
	const struct options *wanted, const char *name, GError **error)
{
	OWN(options) *after = options_new(tables);
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) got = NULL, want = value_of(wanted, name);
	if (config_load_text(after, path, text->str, text->len, NULL))
		got = value_of(after, name);
	if (!got || !json_equal(got, want)) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX,
			"%s cannot be set in %s without rewriting it; please edit it by hand", name, path);
		return false;
	}
	if (file_write_whole(path, text->str, text->len, &why))
		return true;
	g_set_error_literal(error, CONFIG_ERROR, CONFIG_ERROR_FILE, why->message);
	return false;
}

bool config_set_file(
	const char *path, const struct option_row *const *tables, const char *name, const char *value, GError **error)
{
	OWN(options) *options = options_new(tables);
	const struct option_row *row = options_row(options, name);
	bool move = row && row->type == OPTION_PATH && *value && !g_path_is_absolute(value);
	g_autofree char *absolute = move ? g_canonicalize_filename(value, NULL) : g_strdup(value);
	gsize size = 0;
	g_autofree char *old = read_or_empty(path, &size, error);
	if (!old || !config_load_text(options, path, old, size, error) ||
		!options_set(options, name, absolute, "", error))
		return false;
	g_autofree char *yaml = option_yaml(row, absolute);
	OWN(config_text) *config = config_text_read(path, old, size);
	g_autoptr(GString) text = g_string_new_len(old, (gssize)size);
	edit(text, config, name, yaml);
	return write_edited(path, tables, text, options, name, error);
}
