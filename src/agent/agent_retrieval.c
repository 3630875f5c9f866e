/* The retrieval agent: what to look up before the script is written. */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"prompt", "The person's words"},
	{"blueprint", "Blueprint"},
	{NULL, NULL},
};

const struct agent agent_retrieval = {.name = "retrieval", .output = LLM_OUTPUT_CONTEXT, .sections = sections};
