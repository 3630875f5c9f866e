/*
 * Python's tokens, as far as a script's outline needs them: strings, comments, brackets, logical lines and their
 * indentation. It does not check grammar; Python does when the script runs.
 */
#include "proto/pylit.h"
#include "proto/script_int.h"

#include <string.h>

enum { BRACKETS_MAX = 200 }; /* as Python's own limit */

struct lexer {
	const char *text;
	gsize len, at, line_start;
	int line;
	bool fresh; /* no token of this logical line yet */
	char open[BRACKETS_MAX];
	int open_line[BRACKETS_MAX];
	int depth;
	GArray *tokens;
	GError **error;
};

static bool fail(const struct lexer *lx, int line, const char *why)
{
	g_set_error(lx->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX, "line %d: %s", line, why);
	return false;
}

static bool is_name(char c)
{
	return g_ascii_isalnum(c) || c == '_' || (c & 0x80);
}

static void end_line(struct lexer *lx)
{
	lx->at++;
	lx->line++;
	lx->line_start = lx->at;
}

static void add(struct lexer *lx, enum token_kind kind, gsize to)
{
	struct token token = {
		.kind = kind, .from = lx->at, .to = to, .line = lx->line, .indent = -1, .depth = lx->depth};
	if (lx->fresh && kind != TOKEN_NEWLINE)
		token.indent = (int)(lx->at - lx->line_start);
	lx->fresh = kind == TOKEN_NEWLINE;
	g_array_append_val(lx->tokens, token);
}

static bool lex_bracket(struct lexer *lx, char c)
{
	static const char opening[] = "([{";
	static const char closing[] = ")]}";
	if (strchr(opening, c)) {
		if (lx->depth == BRACKETS_MAX)
			return fail(lx, lx->line, "brackets nested too deep");
		add(lx, TOKEN_OP, lx->at + 1);
		lx->open[lx->depth] = closing[strchr(opening, c) - opening];
		lx->open_line[lx->depth++] = lx->line;
	} else {
		if (lx->depth == 0 || lx->open[lx->depth - 1] != c)
			return fail(lx, lx->line, "a closing bracket that does not match");
		lx->depth--;
		add(lx, TOKEN_OP, lx->at + 1);
	}
	lx->at++;
	return true;
}

static bool lex_string(struct lexer *lx)
{
	gsize end = pylit_skip_string(lx->text, lx->len, lx->at);
	if (end == 0)
		return fail(lx, lx->line, "a string that does not end");
	add(lx, TOKEN_STRING, end);
	for (; lx->at < end; lx->at++) {
		if (lx->text[lx->at] == '\n') {
			lx->line++;
			lx->line_start = lx->at + 1;
		}
	}
	return true;
}

static void lex_word(struct lexer *lx)
{
	bool number = g_ascii_isdigit(lx->text[lx->at]);
	gsize end = lx->at;
	while (end < lx->len && (is_name(lx->text[end]) || (number && lx->text[end] == '.')))
		end++;
	add(lx, number ? TOKEN_NUMBER : TOKEN_NAME, end);
	lx->at = end;
}

static bool lex_one(struct lexer *lx)
{
	char c = lx->text[lx->at];
	if (c == '\n') {
		if (lx->depth == 0 && !lx->fresh)
			add(lx, TOKEN_NEWLINE, lx->at + 1);
		end_line(lx);
	} else if (c == '\\' && lx->at + 1 < lx->len && lx->text[lx->at + 1] == '\n') {
		lx->at++;
		end_line(lx);
	} else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
		lx->at++;
	} else if (c == '#') {
		while (lx->at < lx->len && lx->text[lx->at] != '\n')
			lx->at++;
	} else if (pylit_is_string(lx->text, lx->len, lx->at)) {
		return lex_string(lx);
	} else if (is_name(c)) {
		lex_word(lx);
	} else if (strchr("([{}])", c)) {
		return lex_bracket(lx, c);
	} else {
		add(lx, TOKEN_OP, lx->at + 1);
		lx->at++;
	}
	return true;
}

GArray *script_lex(const char *text, gsize len, GError **error)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	struct lexer lx = {.text = text, .len = len, .line = 1, .fresh = true, .tokens = tokens, .error = error};
	while (lx.at < len)
		if (!lex_one(&lx))
			return NULL;
	if (lx.depth > 0) {
		fail(&lx, lx.open_line[lx.depth - 1], "a bracket that is not closed");
		return NULL;
	}
	if (!lx.fresh)
		add(&lx, TOKEN_NEWLINE, len);
	return g_steal_pointer(&tokens);
}

bool token_is(const char *text, const struct token *token, const char *word)
{
	gsize len = strlen(word);
	return token->to - token->from == len && memcmp(text + token->from, word, len) == 0;
}
