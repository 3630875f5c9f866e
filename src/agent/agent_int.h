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
	const char *name; /* whose model it uses */
	const char *file; /* of its instructions and schema, where another agent has the same name; else NULL */
	enum llm_output output;
	const struct agent_section *sections; /* ends with a NULL fact */
	/* Holds a readable answer against what was asked; false with AGENT_ERROR_NONSENSE. Or NULL. */
	bool (*check)(const json_t *facts, const json_t *answer, GError **error);
};

extern const struct agent agent_planner, agent_retrieval, agent_coding, agent_part, agent_critic, agent_verification,
	agent_feedback;
