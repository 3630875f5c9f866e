/* The coding agent: writes the script, and changes it by function. */
#include "agent/agent_int.h"

static const struct agent_section sections[] = {
	{"prompt", "The person's words"},
	{"blueprint", "Blueprint"},
	{"context", "What was found about Blender's API, and examples"},
	{"script", "The script as it stands"},
	{"feedback", "What the person wishes, as a checklist"},
	{"critique", "What the critic wants changed"},
	{"diagnostics", "What the lint says"},
	{"failure", "How running it failed"},
	{"known", "What is right in this Blender"},
	{"findings", "What was measured and found wrong"},
	{NULL, NULL},
};

const struct agent agent_coding = {.name = "coding", .output = LLM_OUTPUT_SCRIPT, .sections = sections};
