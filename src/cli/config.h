/*
 * The configuration file: YAML whose nested mappings are the dotted names of option rows. Strict: whatever a person
 * may have meant otherwise is an error, one line each: `FILE:LINE:COLUMN: what; allowed …; did you mean …`.
 * Threads: none of its own.
 */
#pragma once

#include "base/option.h"

#define CONFIG_ERROR (config_error_quark())
GQuark config_error_quark(void);
enum config_error_code {
	CONFIG_ERROR_FILE,   /* it cannot be read or written, or is too long */
	CONFIG_ERROR_SYNTAX, /* not YAML, not UTF-8, or YAML that is not taken here */
	CONFIG_ERROR_VALUE,  /* unknown or doubled names, values of the wrong type or out of range */
};

#define CONFIG_BYTES_MAX (256u << 10)

/* Rows of components whose folders do not hold them yet; each ends with a row without a name. */
extern const struct option_row config_blender_rows[];
extern const struct option_row config_render_rows[];
extern const struct option_row config_session_rows[];
extern const struct option_row config_store_rows[];
extern const struct option_row config_library_rows[];
extern const struct option_row config_exec_rows[];
extern const struct option_row config_refine_rows[];
extern const struct option_row config_export_rows[];

/* All of them, for options_new(). */
extern const struct option_row *const config_tables[];

/* The file to read: `named` (the --config option, may be NULL), else $LL3M_CONFIG, else ./config/config.yaml, else
 * $XDG_CONFIG_HOME/ll3m/config.yaml. NULL without error when there is none; a named one that is missing is an error.
 * Free with g_free(). */
char *config_find(const char *named, GError **error);

/* Reads `path` into `options`. Relative paths in it are relative to its folder. Nothing is taken when anything is
 * wrong; the message then has one line for each of the first 20 mistakes. */
bool config_load(struct options *options, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As config_load(), of text from anywhere; `path` is what the messages and relative paths go by. */
bool config_load_text(struct options *options, const char *path, const char *text, gsize size,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes LL3M_<NAME> from `environment` ("NAME=value" words, NULL at the end) for each row, dots as underscores, in
 * capitals: LL3M_RENDER_NUM_IMAGES. */
bool config_load_environment(
	struct options *options, char *const *environment, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes one value into the file, which need not exist, and leaves the rest of its text as it is. The new text is
 * loaded before it replaces the old. A relative path is made absolute: on a command line it was meant from the folder
 * of the day. `tables` are the rows that are known. */
bool config_set_file(const char *path, const struct option_row *const *tables, const char *name, const char *value,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
