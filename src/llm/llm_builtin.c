/*
 * The built-in modeler: a provider without a model. It plays every role by rule, from the exemplar library: planner
 * (which exemplar, which parameters), coder (the exemplar with its values set, and values set again), critic (the
 * measured findings), feedback reader (a wish as parameters) and verifier (values and scene difference). It answers in
 * the form a model would, so the same readers read it, and it refuses what it cannot do rather than guess. It reads the
 * request's facts and never its messages; it cannot see pictures. Threads: no state but the library, read-only.
 */
#include "llm/builtin_roles.h"
#include "llm/llm_int.h"

#include <string.h>

char *builtin_json_block(json_t *value)
{
	g_autoptr(json_t) owned = value;
	g_autofree char *text = json_print_pretty(owned);
	return g_strdup_printf("```json\n%s\n```\n", text);
}

const char *builtin_need_text(const json_t *facts, const char *key, GError **error)
{
	const char *text = json_str(facts, key, NULL);
	if (!text)
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT, "the request's facts have no \"%s\"", key);
	return text;
}

struct script *builtin_need_script(const json_t *facts, GError **error)
{
	g_autoptr(GError) why = NULL;
	const char *text = builtin_need_text(facts, "script", error);
	struct script *script = text ? script_read(text, strlen(text), &why) : NULL;
	if (text && !script)
		g_set_error(error, LLM_ERROR, LLM_ERROR_CANNOT, "the script cannot be read: %s", why->message);
	return script;
}

static void *builtin_open(struct llm *llm, const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!options->library_dir) {
		g_set_error_literal(
			error, LLM_ERROR, LLM_ERROR_CONFIG, "the built-in modeler needs its exemplar library");
		return NULL;
	}
	abilities->known = true;
	struct library *library = library_open(options->library_dir, &why);
	if (!library)
		g_set_error(
			error, LLM_ERROR, LLM_ERROR_CONFIG, "the exemplar library cannot be read: %s", why->message);
	return library;
}

static void builtin_close(void *state)
{
	library_close(state);
}

static struct llm_reply *builtin_ask(void *state, const struct llm_request *request, const struct llm_watch *watch,
	struct cancel *cancel, struct llm_outcome *outcome, GError **error)
{
	static const builtin_role roles[] = {
		[LLM_OUTPUT_PLAN] = builtin_plan,
		[LLM_OUTPUT_CONTEXT] = builtin_context,
		[LLM_OUTPUT_SCRIPT] = builtin_script,
		[LLM_OUTPUT_CRITIQUE] = builtin_critique,
		[LLM_OUTPUT_VERDICT] = builtin_verdict,
		[LLM_OUTPUT_FEEDBACK] = builtin_feedback,
	};
	if (!json_is_object(request->facts)) {
		g_set_error_literal(
			error, LLM_ERROR, LLM_ERROR_CANNOT, "the built-in modeler needs the request's facts");
		return NULL;
	}
	if (!roles[request->output]) {
		g_set_error_literal(error, LLM_ERROR, LLM_ERROR_CANNOT,
			"the built-in modeler writes whole scripts: set models.strategy to auto or whole");
		return NULL;
	}
	char *text = roles[request->output](state, request->facts, error);
	if (!text)
		return NULL;
	watch->piece(text, watch->arg);
	return llm_reply_new(text);
}

const struct llm_ops llm_builtin = {
	.open = builtin_open,
	.close = builtin_close,
	.ask = builtin_ask,
};
