/* Inside agent/: the row an agent fills. Its instructions stand beside it in agent_<name>.md, the
 * schema of its answer in agent_<name>.json; the program carries both. */
#pragma once

#include "agent/agent.h"

/* One piece of the facts as the model reads it. Strings are fenced as Python, other values as JSON; absent ones are
 * left out. */
struct agent_section {
	const char *fact;
	const char *heading;
};

struct agent {
	const char *name;
	enum llm_output output;
	const struct agent_section *sections; /* ends with a NULL fact */
};

extern const struct agent agent_planner, agent_retrieval, agent_coding, agent_critic, agent_verification,
	agent_feedback;
