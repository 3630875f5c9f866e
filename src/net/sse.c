/*
 * Server-sent events: see sse.h. The parser is the standard's: lines end with CR, LF or CR LF in any mixture, a blank
 * line gives the event, a comment begins with a colon, an unknown field is skipped. A CR at the end of one push leaves
 * `after_cr` behind, so that the LF of a CR LF which comes with the next is not a line of its own.
 */
#include "net/sse.h"

#include "net/net.h"

#include <string.h>

static const char bom[] = "\xef\xbb\xbf";

struct sse {
	gsize max;
	sse_event_fn fn;
	void *arg;
	GString *line, *data, *name, *id;
	char *last_id; /* id as of the last blank line: of an event that was cut off, it says nothing */
	gint64 retry_ms;
	gsize bom_seen; /* bytes of a byte order mark seen at the start; past its length once that is settled */
	bool after_cr;
};

struct sse *sse_new(gsize max, sse_event_fn fn, void *arg)
{
	struct sse *sse = g_new0(struct sse, 1);
	sse->max = max;
	sse->fn = fn;
	sse->arg = arg;
	sse->line = g_string_new(NULL);
	sse->data = g_string_new(NULL);
	sse->name = g_string_new(NULL);
	sse->id = g_string_new(NULL);
	sse->last_id = g_strdup("");
	sse->retry_ms = -1;
	return sse;
}

void sse_free(struct sse *sse)
{
	if (!sse)
		return;
	g_string_free(sse->line, TRUE);
	g_string_free(sse->data, TRUE);
	g_string_free(sse->name, TRUE);
	g_string_free(sse->id, TRUE);
	g_free(sse->last_id);
	g_free(sse);
}

static bool too_long(const struct sse *sse, GError **error)
{
	g_set_error(error, NET_ERROR, NET_ERROR_TOO_LONG,
		"an event of the stream is longer than %" G_GSIZE_FORMAT " bytes", sse->max);
	return false;
}

/* Bytes that are not UTF-8 become U+FFFD. */
static void mend(GString *text)
{
	if (g_utf8_validate_len(text->str, text->len, NULL))
		return;
	g_autofree char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	g_string_assign(text, valid);
}

static bool give_event(struct sse *sse, GError **error)
{
	bool go_on = true;
	g_free(sse->last_id);
	sse->last_id = g_utf8_make_valid(sse->id->str, (gssize)sse->id->len);
	if (sse->data->len > 0) {
		g_string_truncate(sse->data, sse->data->len - 1);
		mend(sse->data);
		mend(sse->name);
		struct sse_event event = {.id = sse->last_id,
			.name = sse->name->len > 0 ? sse->name->str : "message",
			.data = sse->data->str,
			.size = sse->data->len};
		go_on = sse->fn(&event, sse->arg);
		if (!go_on)
			g_set_error_literal(error, NET_ERROR, NET_ERROR_STOPPED, "the reader of the stream stopped");
	}
	g_string_truncate(sse->data, 0);
	g_string_truncate(sse->name, 0);
	return go_on;
}

static void take_retry(struct sse *sse, const char *value, gsize size)
{
	if (size == 0 || size > 15 || strspn(value, "0123456789") != size)
		return;
	sse->retry_ms = (gint64)g_ascii_strtoull(value, NULL, 10);
}

static bool is_field(const struct sse *sse, gsize size, const char *name)
{
	return size == strlen(name) && memcmp(sse->line->str, name, size) == 0;
}

static bool take_line(struct sse *sse, GError **error)
{
	const GString *line = sse->line;
	if (line->len == 0)
		return give_event(sse, error);
	const char *colon = memchr(line->str, ':', line->len);
	gsize name_size = colon ? (gsize)(colon - line->str) : line->len;
	const char *value = colon ? colon + 1 : line->str + line->len;
	if (colon && *value == ' ')
		value++;
	gsize size = (gsize)(line->str + line->len - value);
	if (is_field(sse, name_size, "data")) {
		if (sse->data->len + size + 1 > sse->max)
			return too_long(sse, error);
		g_string_append_len(sse->data, value, (gssize)size);
		g_string_append_c(sse->data, '\n');
	} else if (is_field(sse, name_size, "event")) {
		g_string_truncate(sse->name, 0);
		g_string_append_len(sse->name, value, (gssize)size);
	} else if (is_field(sse, name_size, "id") && !memchr(value, '\0', size)) {
		g_string_truncate(sse->id, 0);
		g_string_append_len(sse->id, value, (gssize)size);
	} else if (is_field(sse, name_size, "retry")) {
		take_retry(sse, value, size);
	}
	return true;
}

/* Skips a byte order mark at the very start, however it is cut. Bytes that only began like one are given to the line.
 */
static gsize skip_bom(struct sse *sse, const char *bytes, gsize size)
{
	gsize used = 0;
	while (sse->bom_seen < 3 && used < size && bytes[used] == bom[sse->bom_seen]) {
		sse->bom_seen++;
		used++;
	}
	if (sse->bom_seen < 3 && used < size)
		g_string_append_len(sse->line, bom, (gssize)sse->bom_seen);
	if (sse->bom_seen == 3 || used < size)
		sse->bom_seen = G_MAXSIZE;
	return used;
}

bool sse_push(struct sse *sse, const char *bytes, gsize size, GError **error)
{
	gsize at = sse->bom_seen < sizeof bom ? skip_bom(sse, bytes, size) : 0;
	while (at < size) {
		if (sse->after_cr && bytes[at] == '\n') {
			sse->after_cr = false;
			at++;
			continue;
		}
		sse->after_cr = false;
		gsize end = at;
		while (end < size && bytes[end] != '\r' && bytes[end] != '\n')
			end++;
		if (sse->line->len + (end - at) > sse->max)
			return too_long(sse, error);
		g_string_append_len(sse->line, bytes + at, (gssize)(end - at));
		if (end == size)
			return true;
		sse->after_cr = bytes[end] == '\r';
		if (!take_line(sse, error))
			return false;
		g_string_truncate(sse->line, 0);
		at = end + 1;
	}
	return true;
}

const char *sse_last_id(const struct sse *sse)
{
	return sse->last_id;
}

gint64 sse_retry_ms(const struct sse *sse)
{
	return sse->retry_ms;
}

static void write_field(GString *out, const char *name, const char *value, gsize size)
{
	g_string_append(out, name);
	g_string_append_len(out, value, (gssize)size);
	g_string_append_c(out, '\n');
}

static void write_one_line(GString *out, const char *name, const char *value)
{
	g_autofree char *line = g_strdup(value);
	gsize kept = 0;
	for (const char *p = value; *p; p++)
		if (*p != '\r' && *p != '\n')
			line[kept++] = *p;
	write_field(out, name, line, kept);
}

void sse_write(GString *out, const char *id, const char *name, const char *data)
{
	if (id)
		write_one_line(out, "id: ", id);
	if (name)
		write_one_line(out, "event: ", name);
	for (const char *at = data;;) {
		gsize size = strcspn(at, "\r\n");
		write_field(out, "data: ", at, size);
		at += size;
		if (*at == '\0')
			break;
		at += at[0] == '\r' && at[1] == '\n' ? 2 : 1;
	}
	g_string_append_c(out, '\n');
}

void sse_write_comment(GString *out, const char *text)
{
	write_one_line(out, ": ", text);
	g_string_append_c(out, '\n');
}
