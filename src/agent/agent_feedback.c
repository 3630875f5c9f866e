/* The user feedback agent: a wish in plain words becomes a checklist, the parts it touches and the parts it must not.
 */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"wish", "The person's wish"},
	{"script", "The script as it stands"},
	{"report", "Measures"},
	{NULL, NULL},
};

const struct agent agent_feedback = {.name = "feedback", .output = LLM_OUTPUT_FEEDBACK, .sections = sections};
