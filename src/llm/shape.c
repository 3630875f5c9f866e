/*
 * Deltas by their shape. A stream's events are mostly one text after the other in the same JSON, and reading each as
 * JSON costs ten times what the rest of the way does. So what stands before and after the text of an event that was
 * read is kept: an event that has the same before, then the inside of a JSON string, then the same after, is the same
 * JSON with another text. Whole numbers after it may be others, for some services count as they go. Anything else is
 * read in full.
 */
#include "llm/service.h"

#include <string.h>

enum {
	LEARN_MAX = 64,  /* shapes tried before a stream is taken to have none */
	DIGITS_MAX = 15, /* of a number that may be another */
};

/* One of JSON's short escapes, 0 for another. */
static char unescaped(char letter)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *at = letter ? strchr(letters, letter) : NULL;
	return at ? meanings[at - letters] : 0;
}

/* Appends what the escape says, and gives its length; 0 for none, and for halves of characters. */
static gsize read_escape(const char *from, const char *end, GString *out)
{
	gunichar code = 0;
	char letter = from + 1 < end ? unescaped(from[1]) : 0;
	if (letter) {
		g_string_append_c(out, letter);
		return 2;
	}
	if (end - from < 6 || from[1] != 'u')
		return 0;
	for (int i = 2; i < 6; i++) {
		if (!g_ascii_isxdigit(from[i]))
			return 0;
		code = code << 4 | (gunichar)g_ascii_xdigit_value(from[i]);
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		return 0;
	g_string_append_unichar(out, code);
	return 6;
}

/* Appends what a JSON string's inside says, up to its closing quote, which is given; NULL when there is none. */
static const char *read_string(const char *from, const char *end, GString *out)
{
	while (from < end) {
		const char *plain = from;
		while (from < end && (guchar)*from >= 0x20 && *from != '"' && *from != '\\')
			from++;
		g_string_append_len(out, plain, from - plain);
		if (from < end && *from == '"')
			return from;
		gsize used = *from == '\\' ? read_escape(from, end, out) : 0;
		if (used == 0)
			return NULL;
		from += used;
	}
	return NULL;
}

/* Where the string begins that is the value of the only `key` in the event; NULL when there is none, or more. */
static const char *find_value(const char *data, const char *end, const char *key)
{
	const char *at = g_strstr_len(data, end - data, key);
	const char *value = at ? at + strlen(key) : end;
	if (!at || g_strstr_len(value, end - value, key))
		return NULL;
	while (value < end && (*value == ' ' || *value == ':'))
		value++;
	return value < end && *value == '"' ? value + 1 : NULL;
}

void shape_learn(struct shape *shape, const char *key, const char *data, gsize size, const char *text)
{
	const char *end = data + size;
	const char *value = shape->learned < LEARN_MAX ? find_value(data, end, key) : NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	const char *quote = value ? read_string(value, end, said) : NULL;
	shape->learned += shape->learned < LEARN_MAX;
	if (!quote || strcmp(said->str, text) != 0)
		return; /* the text came from somewhere else */
	g_string_truncate(shape->around, 0);
	g_string_append_len(shape->around, data, value - data);
	shape->head = shape->around->len;
	g_string_append_len(shape->around, quote, end - quote);
}

/* The length of a number's digits, 0 where they are no whole number that JSON takes. */
static gsize whole_number(const char *from, const char *end)
{
	gsize size = 0;
	while (from + size < end && g_ascii_isdigit(from[size]))
		size++;
	return size > DIGITS_MAX || (size > 1 && *from == '0') ? 0 : size;
}

/* Whether two texts are the same but for their whole numbers; *same_out: for these, too. */
static bool same_but_numbers(const char *a, const char *a_end, const char *b, const char *b_end, bool *same_out)
{
	*same_out = true;
	while (a < a_end && b < b_end) {
		if (*a == *b && !g_ascii_isdigit(*a)) {
			a++;
			b++;
			continue;
		}
		gsize a_size = whole_number(a, a_end);
		gsize b_size = whole_number(b, b_end);
		if (a_size == 0 || b_size == 0)
			return false;
		*same_out = *same_out && a_size == b_size && memcmp(a, b, a_size) == 0;
		a += a_size;
		b += b_size;
	}
	return a == a_end && b == b_end;
}

bool shape_match(const struct shape *shape, const char *data, gsize size, GString *out, bool *same_out)
{
	const char *end = data + size;
	const char *tail = shape->around->str + shape->head;
	gsize before = out->len;
	if (shape->head == 0 || size <= shape->head || memcmp(data, shape->around->str, shape->head) != 0)
		return false;
	const char *quote = read_string(data + shape->head, end, out);
	if (quote && same_but_numbers(quote, end, tail, shape->around->str + shape->around->len, same_out))
		return true;
	g_string_truncate(out, before);
	return false;
}
