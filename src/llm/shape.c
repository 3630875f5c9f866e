/*
 * Deltas by their shape. A stream's events are mostly one text after the other in the same JSON, and reading each as
 * JSON costs ten times what the rest of the way does. So what stands before and after the text of an event that was
 * read is kept: an event that has the same before and after, and between them the inside of a JSON string, is the same
 * JSON with another text. Anything else is read in full.
 */
#include "llm/service.h"

#include <string.h>

enum { LEARN_MAX = 64 }; /* shapes tried before a stream is taken to have none */

/* The bytes of the string value of the only `key` in the event; false when there is none, or more. */
static bool find_value(const char *data, gsize size, const char *key, gsize *from_out, gsize *to_out)
{
	const char *end = data + size;
	const char *at = g_strstr_len(data, (gssize)size, key);
	const char *value = at ? at + strlen(key) : end;
	if (!at || g_strstr_len(value, end - value, key))
		return false;
	while (value < end && (*value == ' ' || *value == ':'))
		value++;
	if (value >= end || *value != '"')
		return false;
	const char *quote = memchr(value + 1, '"', (gsize)(end - value - 1));
	*from_out = (gsize)(value + 1 - data);
	*to_out = quote ? (gsize)(quote - data) : 0;
	return quote != NULL;
}

void shape_learn(struct shape *shape, const char *key, const char *data, gsize size, const char *text)
{
	gsize from = 0;
	gsize to = 0;
	if (shape->learned >= LEARN_MAX)
		return;
	shape->learned++;
	/* Where the value is not the text itself it has escapes, or the text came from somewhere else. */
	if (!find_value(data, size, key, &from, &to) || strlen(text) != to - from ||
		memcmp(data + from, text, to - from) != 0)
		return;
	g_string_truncate(shape->around, 0);
	g_string_append_len(shape->around, data, (gssize)from);
	g_string_append_len(shape->around, data + to, (gssize)(size - to));
	shape->head = from;
}

/* One of JSON's short escapes, 0 for another. */
static char unescaped(char letter)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *at = letter ? strchr(letters, letter) : NULL;
	return at ? meanings[at - letters] : 0;
}

/* Appends what a JSON string's inside says; false when it is none, or has escapes by number. */
static bool read_string(const char *from, const char *to, GString *out)
{
	while (from < to) {
		const char *plain = from;
		while (from < to && (guchar)*from >= 0x20 && *from != '"' && *from != '\\')
			from++;
		g_string_append_len(out, plain, from - plain);
		if (from == to)
			return true;
		char letter = *from == '\\' && from + 1 < to ? unescaped(from[1]) : 0;
		if (letter == 0)
			return false;
		g_string_append_c(out, letter);
		from += 2;
	}
	return true;
}

bool shape_match(const struct shape *shape, const char *data, gsize size, GString *out)
{
	gsize tail = shape->around->len - shape->head;
	gsize before = out->len;
	if (shape->head == 0 || size <= shape->around->len || memcmp(data, shape->around->str, shape->head) != 0 ||
		memcmp(data + size - tail, shape->around->str + shape->head, tail) != 0)
		return false;
	if (read_string(data + shape->head, data + size - tail, out))
		return true;
	g_string_truncate(out, before);
	return false;
}
