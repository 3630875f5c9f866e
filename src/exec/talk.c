/*
 * The conversation with one worker, as a straight line: say, hear, and when time is up ask for an end, wait the grace
 * period, and give the worker up.
 *
 *     ask --answer--> kept
 *      | \--end of its output, nonsense, a flood--> finished, not kept
 *      \--cancel or deadline--> cancel frame --answer within grace--> kept
 *                                           \--none-------------> not kept
 *
 * Beats are taken and otherwise ignored: a render may hold Python's lock for minutes, so silence proves nothing, and
 * the job's deadline rules.
 */
#include "exec/talk_int.h"

#include "exec/exec_int.h"

#include <stdio.h>
#include <string.h>

#define PROTOCOL 1
#define OLDEST_MAJOR 3
#define OLDEST_MINOR 4
/* How long a worker whose output ended may take to end. */
#define PARTING_MS 1000
/* Progress beyond this many frames is not handed on: it comes from where the script is. */
#define PROGRESS_MAX 10000

static bool refuse_old(const char *version, GError **error)
{
	int major = 0, minor = 0;
	if (!version || sscanf(version, "%d.%d", &major, &minor) != 2 || major > OLDEST_MAJOR ||
		(major == OLDEST_MAJOR && minor >= OLDEST_MINOR))
		return false;
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_OLD_BLENDER,
		"Blender %d.%d is too old; install %d.%d or newer, or name another one: --set blender.path=FILE", major,
		minor, OLDEST_MAJOR, OLDEST_MINOR);
	return true;
}

/* Why a worker did not come up, told from what it left behind. Blender's first line of output is its version. */
static void explain_start(struct worker *worker, const GError *why, GError **error)
{
	worker_finish(worker, PARTING_MS);
	const char *banner = strstr(worker->tail->str, "Blender ");
	if (banner && refuse_old(banner + strlen("Blender "), error))
		return;
	g_autofree char *epitaph = worker_epitaph(worker);
	g_autofree char *output = g_utf8_make_valid(worker->tail->str, -1);
	g_strstrip(output);
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_START,
		"Blender did not come up as a worker: %s; it ended with %s; the end of its output: %s", why->message,
		epitaph, *output ? output : "nothing");
}

static bool hello_fits(const json_t *json, json_t **hello_out, GError **error)
{
	json_t *verbs;
	gint64 protocol;
	const char *version;
	if (!json_need_object(json, "hello", hello_out, error) ||
		!json_need_int(*hello_out, "protocol", &protocol, error) ||
		!json_need_string(*hello_out, "blender", &version, error) ||
		!json_need_array(*hello_out, "verbs", &verbs, error))
		return false;
	if (protocol == PROTOCOL)
		return true;
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_START,
		"its bridge speaks protocol %" G_GINT64_FORMAT ", this program %d", protocol, PROTOCOL);
	return false;
}

bool talk_greet(struct worker *worker, int start_seconds, struct cancel *cancel, GError **error)
{
	if (worker->hello)
		return true;
	OWN(cancel) *limit = cancel_new(cancel, start_seconds);
	g_autoptr(GError) why = NULL;
	json_t *hello;
	OWN(frame) *greeting = frame_read(worker->link, limit, &why);
	OWN(frame) *reply = frame_new(json_make("{s:{s:i, s:s}}", "hello", "protocol", PROTOCOL, "token", ""));
	if (!greeting && cancel_check(cancel, error))
		return false;
	if (!greeting || !hello_fits(greeting->json, &hello, &why) || !frame_write(worker->link, reply, limit, &why)) {
		explain_start(worker, why, error);
		return false;
	}
	if (refuse_old(json_str(hello, "blender", ""), error))
		return false;
	worker->hello = json_incref(hello);
	return true;
}

static bool nonsense(GError **error, const char *what)
{
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_PROTOCOL, "the worker spoke nonsense: %s", what);
	return false;
}

static struct job_result *read_answer(const struct frame *frame, GError **error)
{
	g_autoptr(GError) why = NULL;
	struct job_result *result;
	json_t *body;
	if (json_bool(frame->json, "ok", false)) {
		if (!json_need_object(frame->json, "result", &body, &why)) {
			nonsense(error, why->message);
			return NULL;
		}
		result = job_result_ok(json_incref(body));
	} else {
		const char *code, *message;
		if (!json_need_object(frame->json, "error", &body, &why) ||
			!json_need_string(body, "code", &code, &why) ||
			!json_need_string(body, "message", &message, &why)) {
			nonsense(error, why->message);
			return NULL;
		}
		result = job_result_failed(code, json_incref(json_object_get(body, "detail")), "%s", message);
	}
	for (guint i = 0; i < frame->attachments->len; i++) {
		const struct frame_attachment *each = frame->attachments->pdata[i];
		job_result_attach(result, each->name, each->bytes);
	}
	return result;
}

struct listener {
	job_progress_fn fn;
	void *arg;
	int left;
};

/* Reads frames until the answer to request `id`. */
static struct job_result *await_answer(
	struct worker *worker, gint64 id, struct listener *listener, struct cancel *cancel, GError **error)
{
	for (;;) {
		OWN(frame) *frame = frame_read(worker->link, cancel, error);
		if (!frame)
			return NULL;
		if (json_int(frame->json, "id", -1) == id)
			return read_answer(frame, error);
		if (json_int(frame->json, "beat", -1) == id)
			continue;
		if (json_int(frame->json, "progress", -1) != id) {
			nonsense(error, "neither the answer nor a sign of life");
			return NULL;
		}
		if (listener->fn && listener->left-- > 0)
			listener->fn((int)CLAMP(json_int(frame->json, "done", 0), 0, G_MAXINT),
				(int)CLAMP(json_int(frame->json, "of", 0), 0, G_MAXINT),
				json_str(frame->json, "what", ""), listener->arg);
	}
}

/* Asks for an end and hears what the worker says to that; NULL when it says nothing in time. */
static struct job_result *part(struct worker *worker, gint64 id, int grace_seconds)
{
	struct listener nobody = {.fn = NULL};
	OWN(cancel) *grace = cancel_new(NULL, grace_seconds);
	OWN(frame) *frame = frame_new(json_make("{s:I}", "cancel", (json_int_t)id));
	if (!frame_write(worker->link, frame, grace, NULL))
		return NULL;
	return await_answer(worker, id, &nobody, grace, NULL);
}

/* A worker that answers for a script which would not end ends itself right after. */
static bool is_leaving(const struct job_result *result)
{
	return json_bool(result->detail, "refused", false);
}

static struct job_result *out_of_time(
	struct worker *worker, const struct job *job, gint64 id, int grace_seconds, bool *keep_out)
{
	OWN(job_result) *last = part(worker, id, grace_seconds);
	*keep_out = last && !is_leaving(last);
	if (last && !g_str_equal(last->code ? last->code : "", "cancelled"))
		return g_steal_pointer(&last);
	if (!*keep_out)
		worker_finish(worker, 0);
	return job_result_failed("script.timeout",
		json_make("{s:f, s:b, s:o}", "seconds", job->seconds, "killed", !*keep_out, "output",
			json_text(worker->tail->str)),
		"%s took longer than its %g s%s", job->verb, job->seconds,
		*keep_out ? "" : " and did not heed the request to end, so the worker was ended");
}

static struct job_result *died(struct worker *worker, const struct job *job)
{
	bool flooded = worker->flooded;
	worker_finish(worker, flooded ? 0 : PARTING_MS);
	json_t *detail = worker_post_mortem(worker);
	if (flooded)
		return job_result_failed("script.output", detail,
			"%s wrote too much past the protocol, so the worker was ended", job->verb);
	g_autofree char *epitaph = worker_epitaph(worker);
	return job_result_failed("worker.died", detail, "Blender died during %s: %s", job->verb, epitaph);
}

static struct job_result *say(
	struct worker *worker, const struct job *job, struct listener *listener, struct cancel *limit, GError **error)
{
	OWN(frame) *request = frame_new(json_make(
		"{s:I, s:s, s:O}", "id", (json_int_t)++worker->last_id, "verb", job->verb, "args", job->args));
	worker->jobs++;
	worker->noise = 0;
	g_autoptr(GError) why = NULL;
	if (!frame_write(worker->link, request, limit, &why)) {
		/* A limit of ours: nothing was written, the worker knows of nothing. */
		if (why->domain == FRAME_ERROR && why->code <= FRAME_ERROR_ATTACHMENT)
			return job_result_failed("request.invalid", NULL, "%s: %s", job->verb, why->message);
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return await_answer(worker, worker->last_id, listener, limit, error);
}

struct job_result *talk_ask(struct worker *worker, const struct job *job, int grace_seconds, job_progress_fn progress,
	void *arg, struct cancel *cancel, bool *keep_out, GError **error)
{
	struct listener listener = {.fn = progress, .arg = arg, .left = PROGRESS_MAX};
	OWN(cancel) *limit = cancel_new(cancel, job->seconds);
	g_autoptr(GError) why = NULL;
	*keep_out = false;
	struct job_result *result = say(worker, job, &listener, limit, &why);
	if (result) {
		*keep_out = !is_leaving(result);
		return result;
	}
	g_assert(why);
	if (why->domain == CANCEL_ERROR && cancel_check(cancel, error)) {
		OWN(job_result) *last = part(worker, worker->last_id, grace_seconds);
		*keep_out = last && !is_leaving(last);
		return NULL;
	}
	if (why->domain == CANCEL_ERROR)
		return out_of_time(worker, job, worker->last_id, grace_seconds, keep_out);
	if (g_error_matches(why, FRAME_ERROR, FRAME_ERROR_CLOSED) ||
		g_error_matches(why, FRAME_ERROR, FRAME_ERROR_CUT) || g_error_matches(why, FRAME_ERROR, FRAME_ERROR_IO))
		return died(worker, job);
	if (why->domain == FRAME_ERROR)
		nonsense(error, why->message);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return NULL;
}
