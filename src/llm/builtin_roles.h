/*
 * The roles of the built-in modeler: each reads the facts of a request and returns the text a model would have given,
 * or NULL with LLM_ERROR. No state but the library, which is read-only.
 */
#pragma once

#include "llm/builtin_library.h"

typedef char *(*builtin_role)(const struct library *library, const json_t *facts, GError **error);

char *builtin_plan(const struct library *library, const json_t *facts, GError **error);     /* builtin_plan.c */
char *builtin_context(const struct library *library, const json_t *facts, GError **error);  /* builtin_plan.c */
char *builtin_script(const struct library *library, const json_t *facts, GError **error);   /* builtin_edit.c */
char *builtin_feedback(const struct library *library, const json_t *facts, GError **error); /* builtin_edit.c */
char *builtin_critique(const struct library *library, const json_t *facts, GError **error); /* builtin_judge.c */
char *builtin_verdict(const struct library *library, const json_t *facts, GError **error);  /* builtin_judge.c */

/* "```json\n…\n```\n" of `value`, which is taken. */
char *builtin_json_block(json_t *value);
/* A field that must be there and hold text; NULL with LLM_ERROR_CANNOT. */
const char *builtin_need_text(const json_t *facts, const char *key, GError **error);
/* The facts' "script", read; NULL with LLM_ERROR_CANNOT. */
struct script *builtin_need_script(const json_t *facts, GError **error);
