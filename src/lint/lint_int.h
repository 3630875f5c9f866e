/* Inside lint/: what a rule gets and how it speaks. */
#pragma once

#include "lint/lint.h"
#include "proto/script.h"

struct lint_case {
	const struct script *script; /* NULL when it could not be read */
	const GError *unreadable;    /* why */
};

struct lint_rule {
	const char *name;
	void (*check)(const struct lint_case *lint, json_t *diagnostics);
};

void lint_say(json_t *diagnostics, const char *rule, bool error, int line, const char *hint, const char *message);

void lint_text(const struct lint_case *lint, json_t *diagnostics);
void lint_contract(const struct lint_case *lint, json_t *diagnostics);
