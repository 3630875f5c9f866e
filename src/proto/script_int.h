/* Inside proto/: a script's tokens, and what its reading and its parameters share. */
#pragma once

#include "proto/script.h"

enum token_kind { TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_OP, TOKEN_NEWLINE };

struct token {
	enum token_kind kind;
	gsize from, to;
	int line;   /* from 1 */
	int indent; /* column of a logical line's first token; -1 for the others */
	int depth;  /* brackets open around it */
};

/* The tokens of a text: comments and blank lines are left out, a TOKEN_NEWLINE ends each logical line, an operator is
 * one character. NULL with SCRIPT_ERROR_SYNTAX for an unterminated string or bracket. */
GArray *script_lex(const char *text, gsize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool token_is(const char *text, const struct token *token, const char *word);

/* A parameter from its value and its comment (may be NULL, without the #). Takes nothing. */
struct script_param *script_param_new(const char *name, json_t *value, const char *comment);
void script_param_free(struct script_param *param);
