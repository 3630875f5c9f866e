/*
 * Python's literals as JSON: what `ast.literal_eval` takes, without Python and without running anything. Strings (all
 * prefixes but f and b, triple quotes, escapes, implicit concatenation), numbers, True, False, None, lists and tuples
 * (both become arrays), dicts with string keys (objects). Anything else is an error with its line. No sets, no bytes,
 * no complex numbers, no names: a value is either written there or it is not a value.
 */
#pragma once

#include "base/json.h"

#define PYLIT_ERROR (pylit_error_quark())
GQuark pylit_error_quark(void);
enum pylit_error_code {
	PYLIT_ERROR_SYNTAX, /* no literal, or a kind that JSON cannot hold; the message has the line */
	PYLIT_ERROR_LIMIT,  /* nested deeper than PYLIT_DEPTH_MAX, or more than PYLIT_VALUES_MAX values */
};

enum { PYLIT_DEPTH_MAX = 32, PYLIT_VALUES_MAX = 100000 };

/* Where a value of the outermost dict stands. */
struct pylit_entry {
	char *key;
	gsize from, to; /* byte span of the value */
	int line;       /* of the value's first byte, from 1 */
};

/* Reads the literal that begins at `at` in `text` of `len` bytes (UTF-8); blanks and comments before it are skipped
 * only inside brackets. `end_out` gets the first byte behind it. `entries` (may be NULL; of struct pylit_entry, see
 * pylit_entries_new) gets the values of a dict at the top, in order. New reference, or NULL with PYLIT_ERROR. */
json_t *pylit_read(const char *text, gsize len, gsize at, gsize *end_out, GArray *entries,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *pylit_entries_new(void);

/* The literal that pylit_read() reads back as `value`, which is a number, a boolean or a string; strings in double
 * quotes. A real always has a point or an exponent. Free with g_free(). */
char *pylit_print(const json_t *value);

/* Skips one string token (prefix, quotes and all) at `at`: the byte behind it, or 0 when it does not end. */
gsize pylit_skip_string(const char *text, gsize len, gsize at);
/* True when a string token begins at `at`: a quote, or a prefix with a quote behind it. */
bool pylit_is_string(const char *text, gsize len, gsize at);
