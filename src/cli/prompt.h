/* The refinement prompt: wishes in plain words, and slash commands, until TERMINATE, the end of input, Ctrl-C or the
 * idle limit. */
#pragma once

#include "cli/console.h"

/* Takes wishes for the console's session. The exit code: of the first instruction that failed, where input is not a
 * terminal. */
int prompt_loop(struct console *console);
