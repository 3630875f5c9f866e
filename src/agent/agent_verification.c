/* The verification agent: is each item of the checklist done? */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"checklist", "Checklist"},
	{"values_before", "Parameters before"},
	{"values_after", "Parameters after"},
	{"diff", "What changed, part by part"},
	{"findings", "What was measured and found wrong"},
	{"report", "Measures"},
	{"views", "The pictures, in order"},
	{NULL, NULL},
};

const struct agent agent_verification = {.name = "verification", .output = LLM_OUTPUT_VERDICT, .sections = sections};
