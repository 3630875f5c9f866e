/* The critic: looks at the pictures and the measures, and says what to change. */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"prompt", "The person's words"},
	{"blueprint", "Blueprint"},
	{"checklist", "Checklist"},
	{"findings", "What was measured and found wrong"},
	{"report", "Measures"},
	{"views", "The pictures, in order"},
	{NULL, NULL},
};

const struct agent agent_critic = {.name = "critic", .output = LLM_OUTPUT_CRITIQUE, .sections = sections};
