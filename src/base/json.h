/*
 * JSON at the edges: strict parsing of bytes from outside, and typed reading of objects with an error that names the
 * field. Past the edge code holds json_t (jansson) or structs. Threads: a json_t is shared between threads read-only.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

#define JSON_ERROR (json_error_quark())
GQuark json_error_quark(void);
enum json_edge_error {
	JSON_ERROR_SYNTAX,   /* not JSON, not UTF-8, a duplicate key, nested more than 256 deep */
	JSON_ERROR_TOO_LONG, /* more bytes than the caller allows */
	JSON_ERROR_MISSING,  /* a field that must be there is not */
	JSON_ERROR_TYPE,     /* a field has another type */
};

/* Parses `len` bytes holding one JSON value, at most `max` bytes long. New reference, or NULL with `error` set. */
json_t *json_parse(const char *text, gsize len, gsize max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The compact text of `value`; `json_print_pretty` is indented by two for people. Free with g_free(). Keys are sorted,
 * so that equal values have equal text. */
char *json_print(const json_t *value);
char *json_print_pretty(const json_t *value);
/* One value on one line for people, numbers to six digits. Free with g_free(). */
char *json_show(const json_t *value);

/* Reads a field of an object from outside: one that is absent, null or of another type is an error. What is read is
 * borrowed from the object. */
bool json_need_string(
	const json_t *object, const char *key, const char **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool json_need_object(const json_t *object, const char *key, json_t **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool json_need_array(const json_t *object, const char *key, json_t **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool json_need_int(const json_t *object, const char *key, gint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lenient reading of values that this program wrote itself: the field, or the default when it is absent or of
 * another type. Strings are borrowed. */
const char *json_str(const json_t *object, const char *key, const char *otherwise);
gint64 json_int(const json_t *object, const char *key, gint64 otherwise);
double json_num(const json_t *object, const char *key, double otherwise);
bool json_bool(const json_t *object, const char *key, bool otherwise);

/* A new object from jansson's pack format, which the caller knows to be right: a failure is a bug and aborts. */
json_t *json_make(const char *format, ...);

/* A JSON string of bytes that may not be UTF-8: invalid sequences become U+FFFD, NUL ends the text. */
json_t *json_text(const char *text);

/* SHA-256 in hex of json_print(value). Free with g_free(). */
char *json_digest(const json_t *value);
