/*
 * How text becomes words, the same for what is indexed and what is asked: identifiers fall apart at dots, underscores
 * and humps ("bpy.types.BMFaceSeq" → bpy types bm face seq), letters are small, endings go ("bevelled edges" → bevel
 * edge). Inside rag/; no state, any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The words of `text` (UTF-8), in order, of char *; free with g_ptr_array_unref(). At most TOKENS_MOST. */
GPtrArray *tokens_of(const char *text);
enum { TOKENS_MOST = 4000, TOKEN_MAX = 40 };

/* The same, joined by blanks: what is handed to FTS5. Free with g_free(). */
char *tokens_joined(const char *text);

/* The identifiers in `text` as they are written: words with a dot, an underscore or a hump inside, without the brackets
 * and quotes around them. Of char *, each once. */
GPtrArray *tokens_identifiers(const char *text);

/* Whether a word of prose says nothing about what is looked for ("the", "using", "example"). */
bool token_is_empty(const char *word);

/* The stem of a word in small letters, in place. */
void token_stem(char *word);
