/* One invocation of an agent: the request from its facts, the question, the answer read, asked again once. See agent.h.
 */
#include "agent/agent_int.h"

G_DEFINE_QUARK(ll3m_agent_error, agent_error)

static void add_section(GString *text, const struct agent_section *section, const json_t *value)
{
	if (!value || json_is_null(value))
		return;
	g_string_append_printf(text, "## %s\n\n", section->heading);
	if (json_is_string(value) && strchr(json_string_value(value), '\n')) {
		g_string_append_printf(text, "```python\n%s\n```\n\n", json_string_value(value));
	} else if (json_is_string(value)) {
		g_string_append_printf(text, "%s\n\n", json_string_value(value));
	} else {
		g_autofree char *json = json_print_pretty(value);
		g_string_append_printf(text, "```json\n%s\n```\n\n", json);
	}
}

static GPtrArray *make_messages(
	const struct agent *agent, const struct instructions *own, const json_t *facts, GPtrArray *images)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_autoptr(GString) text = g_string_new(NULL);
	for (const struct agent_section *section = agent->sections; section->fact; section++)
		add_section(text, section, json_object_get(facts, section->fact));
	struct llm_message *user = llm_message_new("user", text->str);
	if (images)
		user->images = g_ptr_array_ref(images);
	struct llm_message *instructions = llm_message_new("system", instructions_of(own, agent));
	instructions->stable = true;
	g_ptr_array_add(messages, instructions);
	g_ptr_array_add(messages, user);
	return messages;
}

/* The answer, read and checked; NULL with AGENT_ERROR_NONSENSE. */
static json_t *read_checked(const struct agent *agent, const json_t *facts, const char *text, GError **error)
{
	json_t *answer = agent_read_answer(agent->output, text, error);
	if (answer && agent->check && !agent->check(facts, answer, error))
		g_clear_pointer(&answer, json_decref);
	return answer;
}

json_t *agent_invoke(const struct agent *agent, const struct instructions *instructions, json_t *facts,
	GPtrArray *images, agent_ask_fn ask, void *arg, GError **error)
{
	g_autoptr(GPtrArray) messages = make_messages(agent, instructions, facts, images);
	g_autoptr(json_t) schema = agent_schema(agent);
	struct llm_request request = {
		.agent = agent->name, .output = agent->output, .messages = messages, .schema = schema, .facts = facts};
	g_autoptr(GError) first = NULL;
	g_autofree char *text = ask(&request, 1, arg, error);
	if (!text)
		return NULL;
	json_t *answer = read_checked(agent, facts, text, &first);
	if (answer)
		return answer;

	g_autofree char *again = g_strdup_printf(
		"Your answer could not be read: %s. Answer again, whole, in the form the instructions ask for.",
		first->message);
	g_ptr_array_add(messages, llm_message_new("assistant", text));
	g_ptr_array_add(messages, llm_message_new("user", again));
	g_autofree char *second = ask(&request, 2, arg, error);
	if (!second)
		return NULL;
	answer = read_checked(agent, facts, second, error);
	g_prefix_error(error, "the %s agent answered twice in a form that cannot be read: ", agent->name);
	return answer;
}
