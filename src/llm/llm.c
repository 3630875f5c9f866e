/* Dispatch to a provider: see llm.h. Nothing here knows a provider but by its row. */
#include "llm/llm_int.h"

#include "base/suggest.h"

G_DEFINE_QUARK(ll3m_llm_error, llm_error)

struct llm {
	const struct llm_ops *ops;
	void *state;
};

const char *llm_output_name(enum llm_output output)
{
	static const char *const names[] = {"plan", "context", "script", "critique", "verdict", "feedback"};
	return names[output];
}

static const struct llm_ops *find_provider(const char *name, GError **error)
{
	const char *const *names = llm_providers();
	for (guint i = 0; names[i]; i++)
		if (g_str_equal(names[i], name))
			return llm_table[i];
	g_autofree char *all = g_strjoinv(", ", (char **)names);
	const char *near = suggest_nearest(name, names);
	g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "there is no provider \"%s\"%s%s%s, there are: %s", name,
		near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "", all);
	return NULL;
}

struct llm *llm_open(const struct llm_options *options, GError **error)
{
	if (!options->provider) {
		g_set_error_literal(error, LLM_ERROR, LLM_ERROR_CONFIG, "no provider is named");
		return NULL;
	}
	const struct llm_ops *ops = find_provider(options->provider, error);
	void *state = ops ? ops->open(options, error) : NULL;
	if (!state)
		return NULL;
	struct llm *llm = g_new(struct llm, 1);
	*llm = (struct llm){ops, state};
	return llm;
}

void llm_close(struct llm *llm)
{
	if (!llm)
		return;
	llm->ops->close(llm->state);
	g_free(llm);
}

struct llm_reply *llm_ask(struct llm *llm, const struct llm_request *request, llm_delta_fn delta, void *arg,
	struct cancel *cancel, GError **error)
{
	if (cancel_check(cancel, error))
		return NULL;
	return llm->ops->ask(llm->state, request, delta, arg, cancel, error);
}

bool llm_has_vision(const struct llm *llm)
{
	return llm->ops->vision;
}

const char *llm_provider_name(const struct llm *llm)
{
	return llm->ops->name;
}

struct llm_message *llm_message_new(const char *role, const char *text)
{
	struct llm_message *message = g_new0(struct llm_message, 1);
	message->role = g_intern_string(role);
	message->text = g_strdup(text);
	return message;
}

void llm_message_free(struct llm_message *message)
{
	if (!message)
		return;
	g_free(message->text);
	if (message->images)
		g_ptr_array_unref(message->images);
	g_free(message);
}

struct llm_reply *llm_reply_new(char *text)
{
	struct llm_reply *reply = g_new0(struct llm_reply, 1);
	reply->text = text;
	reply->stop_reason = "done";
	return reply;
}

void llm_reply_free(struct llm_reply *reply)
{
	if (!reply)
		return;
	g_free(reply->text);
	g_free(reply);
}
