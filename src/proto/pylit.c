/*
 * Python literals: see pylit.h. Recursive descent over bytes; the depth is bounded, so the stack is. Lines are counted
 * only when an error or an entry wants one.
 */
#include "proto/pylit.h"

#include <math.h>
#include <string.h>

struct reader {
	const char *text;
	gsize len, at;
	int depth;     /* brackets open */
	gsize counted; /* line ends before this byte are in `line` */
	int line;
	guint values; /* read so far */
	GArray *entries;
	GError **error;
};

G_DEFINE_QUARK(ll3m_pylit_error, pylit_error)

/* `at` never lies before that of the call before. */
static int line_of(struct reader *r, gsize at)
{
	for (; r->counted < at && r->counted < r->len; r->counted++)
		r->line += r->text[r->counted] == '\n';
	return r->line;
}

static json_t *fail(struct reader *r, const char *why)
{
	if (r->error && !*r->error)
		g_set_error(r->error, PYLIT_ERROR, PYLIT_ERROR_SYNTAX, "line %d: %s", line_of(r, r->at), why);
	return NULL;
}

static json_t *fail_limit(struct reader *r, const char *why)
{
	if (r->error && !*r->error)
		g_set_error(r->error, PYLIT_ERROR, PYLIT_ERROR_LIMIT, "line %d: %s", line_of(r, r->at), why);
	return NULL;
}

static char peek(const struct reader *r, gsize ahead)
{
	return r->at + ahead < r->len ? r->text[r->at + ahead] : '\0';
}

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || (c & 0x80);
}

/* Blanks, and inside brackets line ends and comments too. */
static void skip_blank(struct reader *r)
{
	while (r->at < r->len) {
		char c = peek(r, 0);
		if (c == ' ' || c == '\t' || c == '\f') {
			r->at++;
		} else if (c == '\\' && peek(r, 1) == '\n') {
			r->at += 2;
		} else if (r->depth > 0 && (c == '\n' || c == '\r')) {
			r->at++;
		} else if (r->depth > 0 && c == '#') {
			while (r->at < r->len && peek(r, 0) != '\n')
				r->at++;
		} else {
			return;
		}
	}
}

/* ---- strings ---- */

static gsize prefix_len(const char *text, gsize len, gsize at)
{
	gsize n = 0;
	while (n < 3 && at + n < len && text[at + n] && strchr("rRbBuUfFtT", text[at + n]))
		n++;
	if (n > 2 || at + n >= len || (text[at + n] != '"' && text[at + n] != '\''))
		return G_MAXSIZE;
	return n;
}

bool pylit_is_string(const char *text, gsize len, gsize at)
{
	return prefix_len(text, len, at) != G_MAXSIZE;
}

/* The quotes of the string whose quote is at `at`: 3 or 1. */
static gsize quote_len(const char *text, gsize len, gsize at)
{
	return at + 2 < len && text[at + 1] == text[at] && text[at + 2] == text[at] ? 3 : 1;
}

gsize pylit_skip_string(const char *text, gsize len, gsize at)
{
	gsize prefix = prefix_len(text, len, at);
	if (prefix == G_MAXSIZE)
		return 0;
	at += prefix;
	char quote = text[at];
	gsize quotes = quote_len(text, len, at);
	for (at += quotes; at < len; at++) {
		if (text[at] == '\\' && at + 1 < len)
			at++;
		else if (text[at] == '\n' && quotes == 1)
			return 0;
		else if (text[at] == quote && (quotes == 1 || quote_len(text, len, at) == 3))
			return at + quotes;
	}
	return 0;
}

/* The code point of `digits` hex digits at `at`, or -1. */
static gint64 read_hex(const struct reader *r, gsize at, gsize end, int digits)
{
	gint64 value = 0;
	for (int i = 0; i < digits; i++) {
		if (at + (gsize)i >= end || !g_ascii_isxdigit(r->text[at + (gsize)i]))
			return -1;
		value = value * 16 + g_ascii_xdigit_value(r->text[at + (gsize)i]);
	}
	return value;
}

/* \ooo: up to three octal digits at `at`. */
static gint64 read_octal(const struct reader *r, gsize *at, gsize end)
{
	gint64 value = 0;
	for (int i = 0; i < 3 && *at < end && r->text[*at] >= '0' && r->text[*at] <= '7'; i++)
		value = value * 8 + (r->text[(*at)++] - '0');
	return value;
}

/* One escape, whose letter is at *at; moves *at behind it. False: not a character that a JSON string can hold. */
static bool read_escape(const struct reader *r, gsize *at, gsize end, GString *out)
{
	static const char letters[] = "abfnrtv\\'\"";
	static const char bytes[] = "\a\b\f\n\r\t\v\\'\"";
	char c = r->text[*at];
	const char *simple = c ? strchr(letters, c) : NULL;
	gint64 code = -1;
	if (c == '\n') {
		*at += 1;
		return true;
	}
	if (simple) {
		*at += 1;
		g_string_append_c(out, bytes[simple - letters]);
		return true;
	}
	if (c == 'x' || c == 'u' || c == 'U') {
		int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
		code = read_hex(r, *at + 1, end, digits);
		*at += 1 + (gsize)digits;
	} else if (c >= '0' && c <= '7') {
		code = read_octal(r, at, end);
	} else if (c == 'N') {
		return false;
	} else { /* Python keeps an unknown escape as it stands */
		g_string_append_c(out, '\\');
		return true;
	}
	if (code <= 0 || !g_unichar_validate((gunichar)code))
		return false;
	g_string_append_unichar(out, (gunichar)code);
	return true;
}

/* Appends one string token to `out`. */
static bool read_one_string(struct reader *r, GString *out)
{
	gsize prefix = prefix_len(r->text, r->len, r->at);
	bool raw = false;
	for (gsize i = 0; i < prefix; i++) {
		char c = g_ascii_tolower(peek(r, i));
		if (c == 'f' || c == 'b' || c == 't')
			return fail(r, "an f-string or bytes literal is not a plain value") != NULL;
		raw = raw || c == 'r';
	}
	gsize end = pylit_skip_string(r->text, r->len, r->at);
	if (end == 0)
		return fail(r, "a string that does not end") != NULL;
	gsize quotes = quote_len(r->text, r->len, r->at + prefix);
	gsize at = r->at + prefix + quotes;
	gsize stop = end - quotes;
	while (at < stop) {
		char c = r->text[at++];
		if (c == '\\' && !raw) {
			if (!read_escape(r, &at, stop, out))
				return fail(r, "a string escape that is not taken") != NULL;
		} else {
			g_string_append_c(out, c);
		}
	}
	r->at = end;
	return true;
}

static json_t *read_string(struct reader *r)
{
	g_autoptr(GString) out = g_string_new(NULL);
	do {
		if (!read_one_string(r, out))
			return NULL;
		gsize behind = r->at;
		skip_blank(r);
		if (!pylit_is_string(r->text, r->len, r->at)) {
			r->at = behind;
			break;
		}
	} while (true);
	json_t *value = json_stringn(out->str, out->len);
	return value ? value : fail(r, "a string that is not UTF-8");
}

/* ---- numbers ---- */

/* Copies the digits at r->at that `wanted` accepts, with single underscores between them left out. */
static bool copy_digits(struct reader *r, GString *out, bool hex)
{
	gsize before = out->len;
	bool last_digit = false;
	while (true) {
		char c = peek(r, 0);
		if (hex ? g_ascii_isxdigit(c) : g_ascii_isdigit(c)) {
			g_string_append_c(out, c);
			last_digit = true;
		} else if (c == '_' && last_digit) {
			last_digit = false;
		} else {
			break;
		}
		r->at++;
	}
	return out->len > before && last_digit;
}

static json_t *read_based(struct reader *r, bool negative)
{
	char kind = g_ascii_tolower(peek(r, 1));
	guint base = kind == 'x' ? 16 : kind == 'o' ? 8 : 2;
	g_autoptr(GString) digits = g_string_new(negative ? "-" : NULL);
	r->at += 2;
	gint64 value = 0;
	if (!copy_digits(r, digits, base == 16) || is_word(peek(r, 0)) ||
		!g_ascii_string_to_signed(digits->str, base, G_MININT64, G_MAXINT64, &value, NULL))
		return fail(r, "a number that is not taken");
	return json_integer(value);
}

static json_t *read_number(struct reader *r, bool negative)
{
	if (peek(r, 0) == '0' && peek(r, 1) && strchr("xXoObB", peek(r, 1)))
		return read_based(r, negative);
	g_autoptr(GString) out = g_string_new(negative ? "-" : NULL);
	gsize sign = out->len;
	bool real = false;
	bool good = peek(r, 0) == '.' || copy_digits(r, out, false);
	if (good && peek(r, 0) == '.') {
		real = true;
		bool bare = out->len == sign;
		g_string_append(out, bare ? "0." : ".");
		r->at++;
		if (bare || g_ascii_isdigit(peek(r, 0)))
			good = copy_digits(r, out, false);
	}
	if (good && (peek(r, 0) == 'e' || peek(r, 0) == 'E')) {
		real = true;
		g_string_append_c(out, 'e');
		r->at++;
		if (peek(r, 0) == '+' || peek(r, 0) == '-')
			g_string_append_c(out, r->text[r->at++]);
		good = copy_digits(r, out, false);
	}
	gint64 whole = 0;
	bool leading_zero = !real && out->len > sign + 1 && out->str[sign] == '0';
	if (!good || leading_zero || is_word(peek(r, 0)) || peek(r, 0) == '.')
		return fail(r, "a number that is not taken");
	if (!real && g_ascii_string_to_signed(out->str, 10, G_MININT64, G_MAXINT64, &whole, NULL))
		return json_integer(whole);
	double value = g_ascii_strtod(out->str, NULL);
	if (!real || !isfinite(value))
		return fail(r, "a number too large");
	return json_real(value);
}

static json_t *read_signed(struct reader *r)
{
	bool negative = false;
	while (peek(r, 0) == '-' || peek(r, 0) == '+') {
		negative ^= peek(r, 0) == '-';
		r->at++;
		skip_blank(r);
	}
	if (!g_ascii_isdigit(peek(r, 0)) && peek(r, 0) != '.')
		return fail(r, "a sign without a number");
	return read_number(r, negative);
}

/* ---- the rest ---- */

static json_t *read_value(struct reader *r);

static json_t *read_word(struct reader *r)
{
	gsize end = r->at;
	while (end < r->len && is_word(r->text[end]))
		end++;
	g_autofree char *word = g_strndup(r->text + r->at, end - r->at);
	json_t *value = g_str_equal(word, "True")    ? json_true()
			: g_str_equal(word, "False") ? json_false()
			: g_str_equal(word, "None")  ? json_null()
						     : NULL;
	if (!value)
		return fail(r, "not a literal value");
	r->at = end;
	return value;
}

static bool open_bracket(struct reader *r)
{
	if (r->depth >= PYLIT_DEPTH_MAX)
		return fail_limit(r, "brackets nested too deep") != NULL;
	r->depth++;
	r->at++;
	skip_blank(r);
	return true;
}

static void close_bracket(struct reader *r)
{
	r->at++;
	r->depth--;
}

/* A list, a tuple, or one value in parentheses. */
static json_t *read_sequence(struct reader *r, char close)
{
	bool comma = false;
	if (!open_bracket(r))
		return NULL;
	g_autoptr(json_t) array = json_array();
	while (peek(r, 0) != close) {
		json_t *value = read_value(r);
		if (!value)
			return NULL;
		json_array_append_new(array, value);
		skip_blank(r);
		if (peek(r, 0) == ',') {
			comma = true;
			r->at++;
			skip_blank(r);
		} else if (peek(r, 0) != close) {
			return fail(r, "a comma or a closing bracket is missing");
		}
	}
	close_bracket(r);
	if (close == ')' && !comma && json_array_size(array) == 1)
		return json_incref(json_array_get(array, 0));
	return json_incref(array);
}

static bool read_pair(struct reader *r, json_t *object, bool outermost)
{
	if (!pylit_is_string(r->text, r->len, r->at))
		return fail(r, "a dict key that is no string") != NULL;
	g_autoptr(json_t) key = read_string(r);
	if (!key)
		return false;
	skip_blank(r);
	if (peek(r, 0) != ':')
		return fail(r, "a colon is missing behind a dict key") != NULL;
	r->at++;
	skip_blank(r);
	if (strlen(json_string_value(key)) != json_string_length(key))
		return fail(r, "a dict key with a NUL") != NULL;
	if (json_object_get(object, json_string_value(key)))
		return fail(r, "a dict key that is there twice") != NULL;
	struct pylit_entry entry = {.from = r->at, .line = outermost ? line_of(r, r->at) : 0};
	json_t *value = read_value(r);
	if (!value)
		return false;
	json_object_set_new(object, json_string_value(key), value);
	if (outermost && r->entries) {
		entry.key = g_strdup(json_string_value(key));
		entry.to = r->at;
		g_array_append_val(r->entries, entry);
	}
	return true;
}

static json_t *read_dict(struct reader *r)
{
	bool outermost = r->depth == 0;
	if (!open_bracket(r))
		return NULL;
	g_autoptr(json_t) object = json_object();
	while (peek(r, 0) != '}') {
		if (!read_pair(r, object, outermost))
			return NULL;
		skip_blank(r);
		if (peek(r, 0) == ',') {
			r->at++;
			skip_blank(r);
		} else if (peek(r, 0) != '}') {
			return fail(r, "a comma or a closing brace is missing");
		}
	}
	close_bracket(r);
	return json_incref(object);
}

static json_t *read_value(struct reader *r)
{
	if (++r->values > PYLIT_VALUES_MAX)
		return fail_limit(r, "too many values");
	if (pylit_is_string(r->text, r->len, r->at))
		return read_string(r);
	switch (peek(r, 0)) {
	case '{':
		return read_dict(r);
	case '[':
		return read_sequence(r, ']');
	case '(':
		return read_sequence(r, ')');
	case '-':
	case '+':
	case '.':
	case '0' ... '9':
		return read_signed(r);
	case '\0':
		return fail(r, "a value is missing");
	default:
		return read_word(r);
	}
}

json_t *pylit_read(const char *text, gsize len, gsize at, gsize *end_out, GArray *entries, GError **error)
{
	GError *why = NULL;
	struct reader r = {.text = text, .len = len, .at = at, .line = 1, .entries = entries, .error = &why};
	json_t *value = read_value(&r);
	if (!value)
		g_propagate_error(error, why);
	else if (end_out)
		*end_out = r.at;
	return value;
}

static void clear_entry(void *entry)
{
	g_free(((struct pylit_entry *)entry)->key);
}

GArray *pylit_entries_new(void)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(struct pylit_entry));
	g_array_set_clear_func(entries, clear_entry);
	return entries;
}

/* ---- printing ---- */

static char *print_real(double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	for (int digits = 1; digits <= 17; digits++) {
		char format[8];
		g_snprintf(format, sizeof format, "%%.%dg", digits);
		g_ascii_formatd(buffer, sizeof buffer, format, value);
		if (g_ascii_strtod(buffer, NULL) == value)
			break;
	}
	return g_strconcat(buffer, strpbrk(buffer, ".e") ? "" : ".0", NULL);
}

static char *print_string(const char *text)
{
	GString *out = g_string_new("\"");
	for (const char *s = text; *s; s++) {
		if (*s == '"' || *s == '\\')
			g_string_append_printf(out, "\\%c", *s);
		else if (*s == '\n')
			g_string_append(out, "\\n");
		else if ((guchar)*s < 0x20 || *s == 0x7f)
			g_string_append_printf(out, "\\x%02x", (guint)(guchar)*s);
		else
			g_string_append_c(out, *s);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

char *pylit_print(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_TRUE:
		return g_strdup("True");
	case JSON_FALSE:
		return g_strdup("False");
	case JSON_INTEGER:
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	case JSON_REAL:
		return print_real(json_real_value(value));
	case JSON_STRING:
		return print_string(json_string_value(value));
	default:
		g_return_val_if_reached(g_strdup("None"));
	}
}
