/* Finds fenced blocks in a model's reply. */
#pragma once

#include <glib.h>

/* The text inside each ``` fence whose language is `language` (ignoring case), in order; of char *. A fence that is
 * never closed runs to the end of the text. Fences of tildes count too (CommonMark 0.31, section 4.5). Free with
 * g_ptr_array_unref(). */
GPtrArray *extract_fences(const char *text, const char *language);
