/* Who acts in which phase: see agent.h. An agent is a file and a row here. */
#include "agent/agent_int.h"
#include "base/embed.h"

extern const struct embed_file agent_json[]; /* made by the build from agent_*.json */

static const struct {
	enum agent_phase phase;
	const struct agent *agent;
} roster[] = {
	{PHASE_INITIAL_CREATION, &agent_planner},
	{PHASE_INITIAL_CREATION, &agent_retrieval},
	{PHASE_INITIAL_CREATION, &agent_coding},
	{PHASE_INITIAL_CREATION, &agent_part},
	{PHASE_AUTO_REFINEMENT, &agent_critic},
	{PHASE_AUTO_REFINEMENT, &agent_coding},
	{PHASE_AUTO_REFINEMENT, &agent_verification},
	{PHASE_USER_GUIDED_REFINEMENT, &agent_feedback},
	{PHASE_USER_GUIDED_REFINEMENT, &agent_coding},
	{PHASE_USER_GUIDED_REFINEMENT, &agent_verification},
};

const char *agent_phase_name(enum agent_phase phase)
{
	static const char *const names[] = {"initial_creation", "auto_refinement", "user_guided_refinement"};
	return names[phase];
}

const struct agent *roster_find(enum agent_phase phase, enum llm_output output)
{
	for (guint i = 0; i < G_N_ELEMENTS(roster); i++) {
		if (roster[i].phase == phase && roster[i].agent->output == output)
			return roster[i].agent;
	}
	g_error("no agent gives a %s in %s", llm_output_name(output), agent_phase_name(phase));
}

const struct agent *const *roster_all(void)
{
	static const struct agent *const agents[] = {&agent_planner, &agent_retrieval, &agent_coding, &agent_part,
		&agent_critic, &agent_verification, &agent_feedback, NULL};
	return agents;
}

const char *agent_name(const struct agent *agent)
{
	return agent->name;
}

json_t *agent_schema(const struct agent *agent)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("agent_%s.json", agent->file ? agent->file : agent->name);
	const struct embed_file *file = agent_json;
	while (file->name && !g_str_equal(file->name, name))
		file++;
	json_t *schema = file->name ? json_parse(file->data, file->size, file->size, &error) : NULL;
	if (error)
		g_error("%s: %s", name, error->message);
	return schema;
}
