/* Command-line words by a table of rows: long options with and without a value, and the other words in order. */
#pragma once

#include "base/own.h"
#include <stdbool.h>

struct arg_row {
	const char *name;  /* "text", said as --text */
	const char *value; /* what its value is called, "PROMPT"; NULL for a switch */
	const char *about; /* one line */
	bool many;         /* it may be given more than once */
};

struct args;

#define ARGS_ERROR (args_error_quark())
GQuark args_error_quark(void);
enum args_error_code {
	ARGS_ERROR_UNKNOWN, /* no such option; the nearest is named */
	ARGS_ERROR_VALUE,   /* a value is missing, or given to a switch */
	ARGS_ERROR_TWICE,   /* given twice */
};

/* Reads argv[1..] by the rows of both tables (each ended by a NULL name). With `first_word_ends`, the first word that
 * is no option and all behind it are left as words. Strings are borrowed from argv. */
struct args *args_parse(int argc, char **argv, const struct arg_row *own, const struct arg_row *shared,
	bool first_word_ends, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void args_free(struct args *args);

bool args_has(const struct args *args, const char *name);
/* The value (the last one), or NULL. */
const char *args_get(const struct args *args, const char *name);
/* All values of an option that may be given often; a NULL-terminated array, borrowed. */
const char *const *args_all(const struct args *args, const char *name);
/* The words that are no options. */
int args_words(const struct args *args);
const char *args_word(const struct args *args, int n); /* NULL past the end */

OWN_DEFINE(args, args_free)
