/*
 * Server-sent events both ways, as the WHATWG HTML standard describes the stream (section 9.2). The parser takes bytes
 * in any portions and calls back for each whole event; the writer makes the text of one event. Threads: a parser
 * belongs to one thread at a time.
 */
#pragma once

#include "base/own.h"
#include <stdbool.h>

/* One event, borrowed for the time of the callback. The three are NUL-terminated; bytes of the stream that are not
 * UTF-8 have become U+FFFD. */
struct sse_event {
	const char *id;   /* the last id the stream gave, "" before the first */
	const char *name; /* "message" when the stream gave none */
	const char *data; /* lines joined by "\n" */
	gsize size;       /* of data, without its NUL */
};

/* False stops the parser. */
typedef bool (*sse_event_fn)(const struct sse_event *event, void *arg);

struct sse;

/* `max` bounds one line and the data of one event, in bytes. */
struct sse *sse_new(gsize max, sse_event_fn fn, void *arg);
void sse_free(struct sse *sse);

/* Takes the next bytes of the stream. False with NET_ERROR_TOO_LONG when an event passes the bound, NET_ERROR_STOPPED
 * when the callback said so; the parser is of no use then. An event that the stream's end cuts off is never given. */
bool sse_push(struct sse *sse, const char *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a reader that comes back sends as Last-Event-ID, "" for nothing; borrowed until the next push. */
const char *sse_last_id(const struct sse *sse);

/* The wait before coming back that the stream asked for, in milliseconds; -1 when it did not. */
gint64 sse_retry_ms(const struct sse *sse);

/* Appends one event. `id` and `name` may be NULL, and are one line each: a line break or NUL in them is dropped. `data`
 * may have many lines. */
void sse_write(GString *out, const char *id, const char *name, const char *data);

/* Appends a comment of one line, which readers skip: a sign of life. */
void sse_write_comment(GString *out, const char *text);

OWN_DEFINE(sse, sse_free)
