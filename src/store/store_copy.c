/* Deep copies of what a store holds: see store_int.h. JSON is copied too, so that no two threads share a value that one
 * of them may change. */
#include "store/store_int.h"

static json_t *copy_object(const json_t *object)
{
	return object ? json_deep_copy(object) : json_object();
}

struct store_session *store_session_copy(const struct store_session *session)
{
	struct store_session *copy = g_new(struct store_session, 1);
	*copy = *session;
	copy->id = g_strdup(session->id);
	copy->slug = g_strdup(session->slug);
	copy->prompt = g_strdup(session->prompt);
	copy->state = g_strdup(session->state);
	copy->out_dir = g_strdup(session->out_dir);
	copy->parent = g_strdup(session->parent);
	copy->options = copy_object(session->options);
	return copy;
}

struct store_run *store_run_copy(const struct store_run *run)
{
	struct store_run *copy = g_new(struct store_run, 1);
	*copy = *run;
	copy->id = g_strdup(run->id);
	copy->session = g_strdup(run->session);
	copy->kind = g_strdup(run->kind);
	copy->state = g_strdup(run->state);
	copy->input = copy_object(run->input);
	return copy;
}

struct store_event *store_event_copy(const struct store_event *event)
{
	struct store_event *copy = g_new(struct store_event, 1);
	*copy = *event;
	copy->session = g_strdup(event->session);
	copy->run = g_strdup(event->run);
	copy->type = g_strdup(event->type);
	copy->body = copy_object(event->body);
	return copy;
}

struct store_step *store_step_copy(const struct store_step *step)
{
	struct store_step *copy = g_new(struct store_step, 1);
	*copy = *step;
	copy->run = g_strdup(step->run);
	copy->key = g_strdup(step->key);
	copy->request = g_strdup(step->request);
	copy->result = copy_object(step->result);
	return copy;
}

struct store_version *store_version_copy(const struct store_version *version)
{
	struct store_version *copy = g_new(struct store_version, 1);
	*copy = *version;
	copy->session = g_strdup(version->session);
	copy->run = g_strdup(version->run);
	copy->label = g_strdup(version->label);
	copy->script = g_strdup(version->script);
	copy->report = g_strdup(version->report);
	copy->facts = copy_object(version->facts);
	return copy;
}

struct store_artifact *store_artifact_copy(const struct store_artifact *artifact)
{
	struct store_artifact *copy = g_new(struct store_artifact, 1);
	*copy = *artifact;
	copy->session = g_strdup(artifact->session);
	copy->name = g_strdup(artifact->name);
	copy->blob = g_strdup(artifact->blob);
	return copy;
}
