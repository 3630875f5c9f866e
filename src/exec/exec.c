/* Executors as callers see them: picks the row and passes calls on. See exec.h. */
#include "exec/exec_int.h"

#include "base/suggest.h"

struct executor {
	const struct executor_ops *ops;
	void *state;
};

G_DEFINE_QUARK(ll3m_exec_error, exec_error)

static void attachment_free(void *pointer)
{
	struct job_attachment *attachment = pointer;
	g_free(attachment->name);
	g_bytes_unref(attachment->bytes);
	g_free(attachment);
}

static struct job_result *result_new(void)
{
	struct job_result *result = g_new0(struct job_result, 1);
	result->attachments = g_ptr_array_new_with_free_func(attachment_free);
	return result;
}

struct job_result *job_result_ok(json_t *content)
{
	struct job_result *result = result_new();
	result->ok = true;
	result->result = content;
	return result;
}

struct job_result *job_result_failed(const char *code, json_t *detail, const char *format, ...)
{
	struct job_result *result = result_new();
	va_list args;
	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	result->code = g_strdup(code);
	result->message = g_strdelimit(g_utf8_make_valid(message, -1), "\r\n", ' ');
	result->detail = detail;
	return result;
}

void job_result_attach(struct job_result *result, const char *name, GBytes *bytes)
{
	struct job_attachment *attachment = g_new0(struct job_attachment, 1);
	attachment->name = g_strdup(name);
	attachment->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(result->attachments, attachment);
}

void job_result_free(struct job_result *result)
{
	if (!result)
		return;
	json_decref(result->result);
	json_decref(result->detail);
	g_free(result->code);
	g_free(result->message);
	g_ptr_array_unref(result->attachments);
	g_free(result);
}

struct executor *executor_open(const char *kind, const struct exec_options *options, GError **error)
{
	const struct executor_ops *ops = executor_find(kind);
	if (!ops) {
		const char *near = suggest_nearest(kind, executor_kinds());
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "there is no executor \"%s\"%s%s%s", kind,
			near ? "; do you mean \"" : "", near ? near : "", near ? "\"?" : "");
		return NULL;
	}
	void *state = ops->open(options, error);
	if (!state)
		return NULL;
	struct executor *executor = g_new0(struct executor, 1);
	executor->ops = ops;
	executor->state = state;
	return executor;
}

void executor_close(struct executor *executor)
{
	if (!executor)
		return;
	executor->ops->close(executor->state);
	g_free(executor);
}

struct job_result *executor_run(struct executor *executor, const char *scope, const struct job *job,
	job_progress_fn progress, void *arg, struct cancel *cancel, GError **error)
{
	g_assert(scope && job->verb && json_is_object(job->args) && job->seconds > 0);
	if (cancel_check(cancel, error))
		return NULL;
	return executor->ops->run(executor->state, scope, job, progress, arg, cancel, error);
}

void executor_release(struct executor *executor, const char *scope)
{
	executor->ops->release(executor->state, scope);
}

json_t *executor_describe(struct executor *executor, struct cancel *cancel, GError **error)
{
	return executor->ops->describe(executor->state, cancel, error);
}
