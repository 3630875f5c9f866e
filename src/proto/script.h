/*
 * A script's text as data, read without Python: its docstring, PARAMS with the comments that make sliders, EXEMPLAR,
 * and its top-level functions with the parameters each depends on (doc/SCRIPT.md). Reading is lenient about what it
 * does not need and strict about what it does: only literals count as values. Changing a script is the bridge's work
 * (it has Python's own parser); nothing here writes one, but for leaving EXEMPLAR out and putting values into PARAMS.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

#define SCRIPT_ERROR (script_error_quark())
GQuark script_error_quark(void);
enum script_error_code {
	SCRIPT_ERROR_TEXT,   /* not UTF-8, NUL, longer than SCRIPT_MAX */
	SCRIPT_ERROR_SYNTAX, /* an unterminated string or bracket, a PARAMS that is no literal dict; the message has the
				line */
	SCRIPT_ERROR_PARAM,  /* no such parameter, or a value of another type or out of its range; the message names the
				allowed ones */
};
#define SCRIPT_MAX (2 * 1024 * 1024)

enum param_kind { PARAM_NUMBER, PARAM_COUNT, PARAM_SWITCH, PARAM_COLOR, PARAM_CHOICE, PARAM_TEXT };

struct script_param {
	char *name;
	enum param_kind kind;
	char *unit;       /* "m", "deg", "s", "factor", "share", "count", …; "" where there is none */
	json_t *value;    /* number, boolean or string */
	double low, high; /* of numbers and counts; low > high when the comment gives no range */
	char **choices;   /* of a choice, NULL-terminated; otherwise NULL */
	char *describe;
	gsize value_from, value_to; /* byte span of the value in the text */
};

struct script_function {
	char *name;
	char *doc;       /* first paragraph of its docstring, or "" */
	int first, last; /* lines, from 1 */
	gsize from, to;  /* byte span in the text, decorators included */
	char **params;   /* names of PARAMS it depends on, itself or through the functions it calls; sorted,
			    NULL-terminated */
};

struct script {
	char *text;
	char *doc;
	GPtrArray *params;                /* of struct script_param, in order */
	GPtrArray *functions;             /* of struct script_function, in order */
	json_t *exemplar;                 /* the EXEMPLAR dict, or NULL */
	gsize exemplar_from, exemplar_to; /* its byte span, the blank lines behind it included */
	bool has_params;                  /* PARAMS is there */
};

/* Reads `len` bytes. The new script, or NULL with `error` set. */
struct script *script_read(const char *text, gsize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void script_free(struct script *script);

const struct script_param *script_param(const struct script *script, const char *name); /* NULL when there is none */
/* The parts ("seat" of build_seat), in order of definition; free with g_ptr_array_unref(), strings borrowed. */
GPtrArray *script_parts(const struct script *script);
/* True when build_<part> depends on the parameter. */
bool script_part_depends(const struct script *script, const char *part, const char *param);

/* A value as a person typed it ("4", "on", "#ff0000", "red oak", "0.5") made the parameter's type and held against its
 * range. New reference, or NULL with SCRIPT_ERROR_PARAM. */
json_t *script_param_parse(
	const struct script_param *param, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Checks a JSON value against the parameter: type, range, choice. */
bool script_param_check(
	const struct script_param *param, const json_t *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The text with `values` (an object: name → value, each checked) in PARAMS and, when `strip`, without EXEMPLAR. Free
 * with g_free(). */
char *script_with(
	const struct script *script, const json_t *values, bool strip, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {"name": value, …} of all parameters. New reference. */
json_t *script_values(const struct script *script);
/* [{"name","kind","value","low","high","choices","describe"}, …], for sliders. New reference. */
json_t *script_sliders(const struct script *script);

/* The parts of EXEMPLAR as a blueprint's: [{"name", "describe", "count", "when", "touches", "bounds", "at",
 * "may_float", …}, …], all that it can have. `bounds` hold for the values `at`. Empty where there is no EXEMPLAR. New
 * reference. */
json_t *script_plan(const struct script *script);

OWN_DEFINE(script, script_free)
