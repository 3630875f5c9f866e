/* Pieces of the API dump as lines that a model reads: properties, signatures, sockets, docstrings. Inside rag/. */
#pragma once

#include "base/json.h"

/* Looks a string up; NULL when it is absent or of another type. */
const char *text_of(const json_t *object, const char *key);

/* "width: float = 0.1, 0..1000000. Bevel amount" */
char *property_line(const char *name, const json_t *property);
/* "transform(matrix, shape_keys=False): Transform mesh vertices by a matrix" */
char *function_line(const char *name, const json_t *function);
/* The same with a line for each parameter. */
char *function_text(const char *name, const json_t *function);
/* "Scale: float = 5.0", with the identifier when it is another, and the modes in which it is there when it is not
 * always. */
char *socket_line(const json_t *node, const char *side, const json_t *socket);
/* A docstring's first line as a signature: ".. method:: angle(other)" → "angle(other)"; g_free(). "name" without one.
 */
char *doc_signature(const char *name, const json_t *member);
/* What a docstring says in its first paragraph, without markup; and all of it. g_free(). */
char *doc_summary(const char *doc);
char *doc_plain(const char *doc);
