/*
 * The strict reading of a request's head, before a lenient parser may see it. A pure function of bytes.
 *
 * libevent's own parser takes two differing lengths, "+4" as a length, unknown transfer codings, bare line feeds,
 * folded lines and NULs, and hides the last three from its user. Each is a way to make two readers of one connection
 * disagree on where a request ends; so the bytes are judged here and only heads without a doubt go on.
 */
#pragma once

#include <glib.h>

#define HTTP_HEAD_MAX (16u << 10)
#define HTTP_FIELDS_MAX 100
#define HTTP_TARGET_MAX (8u << 10)

#define HTTP_HEAD_WHOLE 200
#define HTTP_HEAD_MORE 0

/* Judges the head that `bytes` begin with. HTTP_HEAD_WHOLE sets the head's length, blank line included, and the length
 * of the body that follows; HTTP_HEAD_MORE wants more bytes; anything else is the status to refuse it with, and
 * `why_out` says in a sentence what is wrong. */
int http_head_check(
	const char *bytes, gsize size, guint64 body_max, gsize *length_out, guint64 *body_out, const char **why_out);
