/* Rule "text": the script can be read at all. */
#include "lint/lint_int.h"

void lint_text(const struct lint_case *lint, json_t *diagnostics)
{
	if (lint->unreadable)
		lint_say(
			diagnostics, "text", true, 1, "answer with one whole Python script", lint->unreadable->message);
}
