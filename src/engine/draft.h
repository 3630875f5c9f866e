/* Inside engine/: how the first script comes about. */
#pragma once

#include "engine/engine_int.h"

/*
 * The first script for a plan (`base`: the facts prompt, blueprint and context), by the strategy of the options:
 * `whole` asks for one script; `parts` asks for each part's function side by side and puts them together. A whole
 * script that was cut off costs its missing parts alone: they are asked for one by one. The text (g_free), or NULL with
 * `error` set.
 */
char *draft_write(struct run *run, const json_t *base, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes one part anew, after it failed past repair because of `why`: `script` with the new functions in it (g_free),
 * or NULL. */
char *draft_part_again(struct run *run, const json_t *base, const char *script, const char *part, const json_t *why,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- assemble.c ---- */
/* PARAMS of a plan, as Python text. */
char *assemble_params(const json_t *plan);
/* The whole script: `written` is {part: code}, `begun` the part of a script that is there already, or NULL. NULL with
 * SCRIPT_ERROR when a piece cannot be read. */
char *assemble_script(
	const json_t *plan, const char *begun, const json_t *written, GError **error) G_GNUC_WARN_UNUSED_RESULT;
