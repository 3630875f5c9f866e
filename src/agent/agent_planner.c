/* The planner: a person's words become a blueprint. */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"prompt", "The person's words"},
	{NULL, NULL},
};

const struct agent agent_planner = {.name = "planner", .output = LLM_OUTPUT_PLAN, .sections = sections};
