/*
 * Options as rows. A component owns a const table of rows (name, type, bounds, default, one sentence); parser, help,
 * documentation and dump all derive from them. A struct options gathers the rows of many tables with one value each
 * and where the value came from. Threads: fill it on one, then share it read-only.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

enum option_type {
	OPTION_BOOL,
	OPTION_INT,
	OPTION_NUMBER,
	OPTION_STRING,
	OPTION_CHOICE, /* one of `choices` */
	OPTION_PATH    /* a file or folder; "" for none */
};

/* A table ends with a row without a name. */
struct option_row {
	const char *name; /* "render.num_images" */
	enum option_type type;
	const char *initial;        /* the default, written as a person would; NULL: it has no value until one is set */
	double low, high;           /* of a number, both included */
	const char *const *choices; /* NULL at the end */
	const char *unit;           /* "s", "MiB"; or NULL */
	const char *about;          /* one sentence */
	const char *like;           /* the row that tells what this one is, for one of a family; or NULL */
};

#define OPTION_ERROR (option_error_quark())
GQuark option_error_quark(void);
enum option_error_code {
	OPTION_ERROR_UNKNOWN, /* no row of that name; the message names the nearest */
	OPTION_ERROR_TYPE,    /* not of the row's type */
	OPTION_ERROR_RANGE,   /* a number outside the bounds, a word outside the choices */
};

/* Whether `text` is a value for the row; the error names what is allowed. */
bool option_check(const struct option_row *row, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the row allows, in words: "a whole number from 1 to 10", "one of bubblewrap, none". Free with g_free(). */
char *option_allowed(const struct option_row *row);

/* A value of the row as it is written into a config.yaml. Free with g_free(). */
char *option_yaml(const struct option_row *row, const char *text);

struct options;

/* Every row of every table (the list ends with NULL) at its default. Rows are borrowed; a name that occurs twice or a
 * default outside its own bounds is a bug and aborts. */
struct options *options_new(const struct option_row *const *tables);
void options_free(struct options *options);

/* The row of that name, or NULL; all of them in their tables' order. */
const struct option_row *options_row(const struct options *options, const char *name);
const struct option_row *const *options_rows(const struct options *options, gsize *count_out);

/* The right name nearest to a wrong one, or NULL. Borrowed from the rows. */
const char *options_nearest(const struct options *options, const char *name);

/* Takes a value as a person wrote it. `origin` says where: "config.yaml:3", "environment", "command line"; copied. */
bool options_set(struct options *options, const char *name, const char *text, const char *origin,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it has a value: always, when its row has a default. */
bool options_has(const struct options *options, const char *name);

/* Typed reading. A name without a value, without a row, or of another type, is a bug and aborts. Strings are borrowed
 * until the value is set again. options_string() reads strings, choices and paths. */
bool options_bool(const struct options *options, const char *name);
gint64 options_int(const struct options *options, const char *name);
double options_number(const struct options *options, const char *name);
const char *options_string(const struct options *options, const char *name);

/* "default", or what options_set() was told. Borrowed. */
const char *options_origin(const struct options *options, const char *name);

/* All values there are with their origins, as a config.yaml that loads again, and as {"render.num_images": {"value": 5,
 * "origin": "default"}, …}. */
char *options_dump_yaml(const struct options *options);
json_t *options_dump_json(const struct options *options);

OWN_DEFINE(options, options_free)
