/*
 * Checks on a script before it may run that need no Blender. What needs Python's own syntax tree is checked by the
 * bridge (its `lint` verb); both speak the same diagnostics: {"rule", "severity": "error"|"warning", "line", "column",
 * "message", "hint"}. A rule is a row of rules.c.
 */
#pragma once

#include "base/json.h"

/* The diagnostics for a script's text. New reference, an array. Pure. */
json_t *lint_check(const char *text, gsize len);

/* True when one of the diagnostics is an error. */
bool lint_blocks(const json_t *diagnostics);
