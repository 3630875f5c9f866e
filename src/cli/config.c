/*
 * Configuration: see config.h. config_text.c turns a file into names and values; here these meet the option rows, and
 * nothing is taken before everything is right.
 */
#include "cli/config.h"

#include "base/file.h"
#include "cli/config_text.h"

G_DEFINE_QUARK(ll3m_config_error, config_error)

/* Finding the file */

char *config_find(const char *named, GError **error)
{
	const char *from_environment = g_getenv("LL3M_CONFIG");
	if (!named && from_environment && *from_environment)
		named = from_environment;
	if (named) {
		if (g_file_test(named, G_FILE_TEST_EXISTS))
			return g_strdup(named);
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE, "there is no configuration file %s", named);
		return NULL;
	}
	g_autofree char *here = g_build_filename("config", "config.yaml", NULL);
	if (g_file_test(here, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&here);
	g_autofree char *home = g_build_filename(g_get_user_config_dir(), "ll3m", "config.yaml", NULL);
	return g_file_test(home, G_FILE_TEST_EXISTS) ? g_steal_pointer(&home) : NULL;
}

/* From text to values */

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (g_ascii_strcasecmp(text, *words) == 0)
			return true;
	return false;
}

static const char *const words_for_true[] = {"true", "yes", "on", NULL};
static const char *const words_for_false[] = {"false", "no", "off", NULL};
static const char *const words_for_nothing[] = {"", "~", "null", NULL};

static bool is_section(const struct options *options, const char *name)
{
	g_autofree char *prefix = g_strconcat(name, ".", NULL);
	gsize count = 0;
	const struct option_row *const *rows = options_rows(options, &count);
	for (gsize i = 0; i < count; i++)
		if (g_str_has_prefix(rows[i]->name, prefix))
			return true;
	return false;
}

/* "~/" is the home folder; what else is relative is relative to the file. */
static char *path_from(const char *text, const char *file)
{
	if (*text == '\0' || g_path_is_absolute(text))
		return g_strdup(text);
	if (g_str_has_prefix(text, "~/"))
		return g_build_filename(g_get_home_dir(), text + 2, NULL);
	g_autofree char *full = g_canonicalize_filename(file, NULL);
	g_autofree char *folder = g_path_get_dirname(full);
	return g_canonicalize_filename(text, folder);
}

/* What the entry says for the row, as options_set() takes it. NULL, with `why` set, when YAML's own rules for words
 * would take it for something else than what stands there. */
static char *value_text(
	const struct option_row *row, const struct config_entry *entry, const char *file, const char **why)
{
	bool plain = entry->shape == CONFIG_PLAIN, text_row = row->type == OPTION_STRING || row->type == OPTION_PATH;
	if (plain && is_one_of(entry->text, words_for_nothing)) {
		*why = "has no value";
		return NULL;
	}
	if (!plain && !text_row && row->type != OPTION_CHOICE) {
		*why = "is a text in quotes";
		return NULL;
	}
	bool yes = is_one_of(entry->text, words_for_true), no = is_one_of(entry->text, words_for_false);
	if (plain && text_row && (yes || no)) {
		*why = "may be meant as true or false; put it in quotes if it is a text";
		return NULL;
	}
	if (row->type == OPTION_BOOL && (yes || no))
		return g_strdup(yes ? "true" : "false");
	return row->type == OPTION_PATH ? path_from(entry->text, file) : g_strdup(entry->text);
}

static void unknown(struct config_text *config, const struct options *options, const struct config_entry *entry)
{
	const char *near = options_nearest(options, entry->name);
	if (is_section(options, entry->name))
		config_text_mistake(config, &entry->value, "%s is a section; allowed are keys below it", entry->name);
	else
		config_text_mistake(config, &entry->key, "there is no option %s%s%s%s", entry->name,
			near ? "; did you mean " : "; see ll3m config", near ? near : "", near ? "?" : "");
}

/* Checks one value, or takes it when all have been checked. */
static void bind(struct config_text *config, struct options *options, const struct config_entry *entry, bool take)
{
	const struct option_row *row = options_row(options, entry->name);
	bool empty = entry->shape == CONFIG_PLAIN && is_one_of(entry->text, words_for_nothing);
	if (!row) {
		if (!(empty && is_section(options, entry->name)))
			unknown(config, options, entry);
		return;
	}
	const char *why = NULL;
	g_autofree char *text = value_text(row, entry, config->path, &why);
	if (!text) {
		g_autofree char *allowed = option_allowed(row);
		config_text_mistake(config, &entry->value, "%s %s; allowed is %s", row->name, why, allowed);
		return;
	}
	g_autoptr(GError) error = NULL;
	g_autofree char *origin = g_strdup_printf("%s:%" G_GSIZE_FORMAT, config->path, entry->key.line);
	bool good = take ? options_set(options, row->name, text, origin, &error) : option_check(row, text, &error);
	if (!good)
		config_text_mistake(config, &entry->value, "%s", error->message);
}

static void bind_all(struct config_text *config, struct options *options, bool take)
{
	for (guint i = 0; i < config->entries->len && config->mistakes->len < CONFIG_MISTAKES_MAX; i++) {
		const struct config_entry *entry = &g_array_index(config->entries, struct config_entry, i);
		if (entry->shape == CONFIG_PLAIN || entry->shape == CONFIG_QUOTED)
			bind(config, options, entry, take);
		else if (options_row(options, entry->name))
			config_text_mistake(config, &entry->value, "%s takes a value, not a section", entry->name);
	}
}

bool config_load_text(struct options *options, const char *path, const char *text, gsize size, GError **error)
{
	OWN(config_text) *config = config_text_read(path, text, size);
	bool is_yaml = config->mistakes->len == 0;
	bind_all(config, options, false);
	if (config->mistakes->len > 0) {
		g_ptr_array_add(config->mistakes, NULL);
		g_autofree char *lines = g_strjoinv("\n", (char **)config->mistakes->pdata);
		g_set_error_literal(error, CONFIG_ERROR, is_yaml ? CONFIG_ERROR_VALUE : CONFIG_ERROR_SYNTAX, lines);
		return false;
	}
	bind_all(config, options, true);
	return true;
}

bool config_load(struct options *options, const char *path, GError **error)
{
	g_autoptr(GError) why = NULL;
	gsize size = 0;
	g_autofree char *text = file_read(path, CONFIG_BYTES_MAX, &size, &why);
	if (!text) {
		g_set_error_literal(error, CONFIG_ERROR, CONFIG_ERROR_FILE, why->message);
		return false;
	}
	return config_load_text(options, path, text, size, error);
}

static char *variable_name(const char *name)
{
	g_autofree char *upper = g_ascii_strup(name, -1);
	return g_strconcat("LL3M_", g_strdelimit(upper, ".", '_'), NULL);
}

bool config_load_environment(struct options *options, char *const *environment, GError **error)
{
	gsize count = 0;
	const struct option_row *const *rows = options_rows(options, &count);
	for (gsize i = 0; i < count; i++) {
		g_autofree char *variable = variable_name(rows[i]->name);
		const char *text = g_environ_getenv((char **)environment, variable);
		if (text && !options_set(options, rows[i]->name, text, "environment", error)) {
			g_prefix_error(error, "%s in the environment: ", variable);
			return false;
		}
	}
	return true;
}
