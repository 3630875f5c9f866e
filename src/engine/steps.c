/* The kinds of step: a job for Blender, a question to a model, pictures to look at. */
#include "engine/engine_int.h"

/* ---- jobs ---- */
struct job_step {
	const char *verb;
	json_t *args;
};

/* Attachments become blobs; the result names them by hash. */
static json_t *keep_attachments(struct run *run, const GPtrArray *attachments, GError **error)
{
	g_autoptr(json_t) kept = json_array();
	for (guint i = 0; i < attachments->len; i++) {
		const struct job_attachment *attachment = attachments->pdata[i];
		g_autofree char *hash = NULL;
		if (!store_blob_put(run->engine->store, attachment->bytes, &hash, error))
			return NULL;
		json_array_append_new(kept, json_make("{s:s, s:s, s:I}", "name", attachment->name, "blob", hash, "size",
						    (json_int_t)g_bytes_get_size(attachment->bytes)));
	}
	return g_steal_pointer(&kept);
}

static void tell_progress(int done, int of, const char *what, void *arg)
{
	run_tell_now(arg, EVENT_JOB_PROGRESSED,
		json_make("{s:i, s:i, s:o}", "done", done, "of", of, "what", json_text(what)));
}

static struct job_result *run_job(struct run *run, struct executor *executor, const struct job *job, GError **error)
{
	return executor_run(executor, run->row->session, job, tell_progress, run, run->cancel, error);
}

static bool job_told(struct run *run, const struct job_step *step, const struct job_result *result, json_t **result_out,
	GError **error)
{
	g_autoptr(json_t) attachments = keep_attachments(run, result->attachments, error);
	if (!attachments)
		return false;
	json_t *told = json_make("{s:s, s:b, s:I, s:b}", "verb", step->verb, "ok", result->ok, "millis",
		(json_int_t)result->millis, "cold", result->cold);
	if (result->ok) {
		*result_out =
			json_make("{s:b, s:O, s:O}", "ok", 1, "result", result->result, "attachments", attachments);
	} else {
		*result_out = json_make("{s:b, s:s, s:o, s:O?}", "ok", 0, "code", result->code, "message",
			json_text(result->message), "detail", result->detail);
		json_object_update_missing(told, *result_out);
	}
	run_tell(run, EVENT_JOB_FINISHED, told);
	return true;
}

static bool job_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const struct job_step *step = arg;
	const struct engine_options *options = &run->engine->options;
	/* A render takes as long as its pictures, an export as its bakes; the script's own limit is for running it. */
	bool pictures = g_str_equal(step->verb, "render") || g_str_equal(step->verb, "export");
	struct job job = {
		.verb = step->verb, .args = step->args, .seconds = pictures ? 3600 : options->script_seconds + 60};
	if (g_str_equal(step->verb, "run"))
		job.seconds = options->script_seconds + 5;
	run_tell_now(run, EVENT_JOB_STARTED, json_make("{s:s}", "verb", step->verb));
	struct executor *executor = engine_executor(run->engine, error);
	if (!executor)
		return false;
	struct job_result *result = run_job(run, executor, &job, error);
	/* The script has run before: what Blender died of is its own work, and a fresh one may come through. */
	if (result && pictures && !result->ok && g_str_equal(result->code, "worker.died")) {
		job_result_free(result);
		result = run_job(run, executor, &job, error);
	}
	if (!result)
		return false;
	bool kept = job_told(run, step, result, result_out, error);
	job_result_free(result);
	return kept;
}

bool step_job(struct run *run, const char *key, const char *verb, json_t *args, json_t **result_out, GError **error)
{
	struct job_step step = {.verb = verb, .args = args};
	g_autoptr(json_t) request = json_make("{s:s, s:O}", "verb", verb, "args", args);
	return run_step(run, key, request, job_work, &step, result_out, error);
}

/* ---- agents ---- */
struct agent_step {
	struct run *run;
	const char *key;
	const struct llm_request *request;
	struct budget_pass pass;
	struct llm_usage usage; /* of the try that answered; the others were told as they ended */
};

/* A refusal is an answer: the run goes another way because of it, so it is recorded like one. Anything else that goes
 * wrong is the world's fault. */
static bool is_refusal(const struct run *run, const GError *error)
{
	/* Before there is anything to hand over, the run waits for a greater budget instead. */
	if (g_error_matches(error, ENGINE_ERROR, ENGINE_ERROR_BUDGET))
		return run->deliverable;
	return g_error_matches(error, LLM_ERROR, LLM_ERROR_CANNOT) ||
	       g_error_matches(error, LLM_ERROR, LLM_ERROR_REFUSED) ||
	       g_error_matches(error, LLM_ERROR, LLM_ERROR_NO_MATCH);
}

static json_t *usage_told(const struct llm_usage *usage)
{
	return json_make("{s:I, s:I, s:I, s:I, s:I, s:o, s:b}", "tokens_in", (json_int_t)usage->tokens_in,
		"tokens_cached", (json_int_t)usage->tokens_cached, "tokens_written", (json_int_t)usage->tokens_written,
		"tokens_out", (json_int_t)usage->tokens_out, "tokens_reasoning", (json_int_t)usage->tokens_reasoning,
		"usd", usage->usd < 0 ? json_null() : json_real(usage->usd), "estimated", usage->estimated);
}

/* A try that did not answer may have cost something and is told at once, whatever becomes of the step; the step tells
 * what the last one has cost. */
static void tell_try(const struct llm_try *try, void *arg)
{
	struct agent_step *step = arg;
	if (!try->error && !try->again) {
		step->usage = *try->usage;
		return;
	}
	json_t *why = try->error ? json_make("{s:s, s:o}", "code", engine_fault(try->error), "message",
					   json_text(try->error->message))
				 : json_null();
	run_tell_now(step->run, EVENT_MODEL_TRIED,
		json_make("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:b, s:f, s:o}", "key", step->key, "agent",
			step->request->agent, "provider", try->provider, "model", try->model, "number", try->number,
			"stop", llm_stop_name(try->stop), "error", why, "again", try->again, "wait", try->wait_seconds,
			"usage", usage_told(try->usage)));
}

/* Recorded instead of an answer, with its code (of LLM_ERROR, unless the budget is spent: of ENGINE_ERROR). */
static json_t *refusal_told(const struct agent_step *step, const GError *why)
{
	bool budget = why->domain == ENGINE_ERROR;
	return json_make("{s:s, s:{s:i, s:o, s:b}, s:o?}", "agent", step->request->agent, "refusal", "code", why->code,
		"message", json_text(why->message), "budget", budget, "usage",
		budget ? NULL : usage_told(&step->usage));
}

/* Should the program be killed meanwhile, the next life of the run counts the call as lost. */
static void tell_begun(struct run *run, const struct agent_step *step)
{
	const struct llm_abilities *model = llm_abilities(run->engine->llm, step->request->agent);
	if (*model->model)
		run_tell_now(run, EVENT_MODEL_BEGUN,
			json_make("{s:s, s:s, s:s, s:s, s:o}", "key", step->key, "agent", step->request->agent,
				"provider", model->provider, "model", model->model, "lost",
				budget_lost(step->request, model)));
}

static json_t *reply_told(const struct agent_step *step, const struct llm_reply *reply)
{
	if (reply->stop == LLM_STOP_REFUSAL || reply->stop == LLM_STOP_FILTER) {
		g_autofree char *said = g_strdup_printf("%s %s %s%s%.500s", reply->provider, reply->model,
			reply->stop == LLM_STOP_REFUSAL ? "refused" : "was stopped by its filter",
			*reply->text ? ": " : "", reply->text);
		g_autoptr(GError) why = g_error_new_literal(LLM_ERROR, LLM_ERROR_REFUSED, said);
		return refusal_told(step, why);
	}
	g_autofree char *digest = llm_request_digest(step->request);
	return json_make("{s:s, s:s, s:o, s:s, s:s, s:s, s:f, s:f, s:o}", "agent", step->request->agent, "digest",
		digest, "text", json_text(reply->text), "stop_reason", llm_stop_name(reply->stop), "provider",
		reply->provider, "model", reply->model, "seconds", reply->seconds, "first_seconds",
		reply->first_seconds, "usage", usage_told(&step->usage));
}

static bool ask_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	struct agent_step *step = arg;
	const struct llm_watch watch = {.tried = tell_try, .arg = step};
	g_autoptr(GError) why = NULL;
	OWN(llm_reply) *reply = NULL;
	bool may = budget_enter(run, step->request, &step->pass, &why);
	if (may)
		tell_begun(run, step);
	if (may)
		reply = llm_ask(run->engine->llm, step->request, &watch, run->cancel, &why);
	if (reply)
		*result_out = reply_told(step, reply);
	else if (is_refusal(run, why))
		*result_out = refusal_told(step, why);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return *result_out != NULL;
}

static char *ask_model(const struct llm_request *request, int nth, void *arg, GError **error)
{
	const struct agent_step *outer = arg;
	g_autofree char *key = nth == 1 ? g_strdup(outer->key) : g_strdup_printf("%s/again", outer->key);
	struct agent_step step = {.run = outer->run, .key = key, .request = request};
	g_autofree char *digest = llm_request_digest(request);
	g_autoptr(json_t) asked = json_make("{s:s, s:s}", "agent", request->agent, "digest", digest);
	g_autoptr(json_t) result = NULL;
	bool done = run_step(outer->run, key, asked, ask_work, &step, &result, error);
	budget_leave(outer->run, &step.pass);
	if (!done)
		return NULL;
	const json_t *refusal = json_object_get(result, "refusal");
	if (refusal) {
		g_set_error_literal(error, json_bool(refusal, "budget", false) ? ENGINE_ERROR : LLM_ERROR,
			(int)json_int(refusal, "code", LLM_ERROR_REFUSED), json_str(refusal, "message", ""));
		return NULL;
	}
	return g_strdup(json_str(result, "text", ""));
}

static void image_free(gpointer data)
{
	struct llm_image *image = data;
	g_bytes_unref(image->bytes);
	g_free(image);
}

static GPtrArray *load_images(struct run *run, const json_t *pictures, GError **error)
{
	size_t i;
	json_t *picture;
	g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func(image_free);
	json_array_foreach ((json_t *)pictures, i, picture) {
		GBytes *bytes = store_blob_get(run->engine->store, json_str(picture, "blob", ""), error);
		if (!bytes)
			return NULL;
		struct llm_image *image = g_new0(struct llm_image, 1);
		image->mime = g_intern_string(json_str(picture, "mime", "image/png"));
		image->bytes = bytes;
		g_ptr_array_add(images, image);
	}
	return g_steal_pointer(&images);
}

/* What a model is told of the pictures beside them: nothing of how they were made, which is another every time. */
static json_t *views_told(const json_t *pictures)
{
	size_t i;
	json_t *picture;
	json_t *views = json_array();
	json_array_foreach ((json_t *)pictures, i, picture)
		json_array_append_new(views, json_make("{s:i, s:s}", "picture", (int)i + 1, "side",
						     json_str(json_object_get(picture, "view"), "name", "")));
	return views;
}

/* A model that cannot look: what is measured has to do, and the person hears of it once. */
static void tell_blind(struct run *run, const struct llm_abilities *abilities)
{
	if (run->blind_told)
		return;
	run->blind_told = true;
	g_autofree char *message =
		g_strdup_printf("%s %s cannot look at pictures: the asset is judged by its measures alone",
			abilities->provider, abilities->model);
	run_tell(run, EVENT_WARNING_GIVEN,
		json_make("{s:s, s:o}", "code", "model.blind", "message", json_text(message)));
}

json_t *step_agent(struct run *run, enum agent_phase phase, enum llm_output output, const char *key, json_t *facts,
	const json_t *pictures, GError **error)
{
	g_autoptr(json_t) shown = json_copy(facts);
	g_autoptr(GPtrArray) images = NULL;
	const struct agent *agent = roster_find(phase, output);
	struct agent_step step = {.run = run, .key = key};
	const struct llm_abilities *abilities = llm_abilities(run->engine->llm, agent_name(agent));
	bool looks = json_array_size(pictures) > 0 && abilities->vision;
	json_decref(facts);
	json_object_del(shown, "views");
	if (looks) {
		json_object_set_new(shown, "views", views_told(pictures));
		images = load_images(run, pictures, error);
		if (!images)
			return NULL;
	} else if (json_array_size(pictures) > 0 && *abilities->model) {
		tell_blind(run, abilities);
	}
	return agent_invoke(agent, run->engine->instructions, shown, images, ask_model, &step, error);
}

json_t *verdict_told(const json_t *verdict, const json_t *checklist)
{
	size_t i, j;
	json_t *item, *asked;
	json_t *told = json_deep_copy(verdict);
	json_array_foreach (json_object_get(told, "items"), i, item) {
		json_array_foreach ((json_t *)checklist, j, asked) {
			if (g_strcmp0(json_str(asked, "id", NULL), json_str(item, "id", "")) == 0)
				json_object_set(item, "text", json_object_get(asked, "text"));
		}
	}
	return told;
}

/* ---- looking ---- */
bool step_look(struct run *run, const char *key, const char *script, json_t **pictures_out, GError **error)
{
	size_t i;
	json_t *view;
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) pictures = json_array();
	if (run->engine->options.look_views == 0) {
		*pictures_out = g_steal_pointer(&pictures);
		return true;
	}
	g_autoptr(json_t) args = json_make("{s:o, s:i, s:s}", "script", json_text(script), "views",
		run->engine->options.look_views, "quality", "look");
	if (!step_job(run, key, "render", args, &result, error))
		return false;
	const json_t *views = json_object_get(json_object_get(result, "result"), "views");
	json_array_foreach (json_object_get(result, "attachments"), i, view) {
		json_t *picture = json_make("{s:O, s:O, s:O, s:O?}", "name", json_object_get(view, "name"), "blob",
			json_object_get(view, "blob"), "size", json_object_get(view, "size"), "view",
			json_array_get(views, i));
		json_array_append_new(pictures, picture);
		run_tell(run, EVENT_RENDER_ADDED,
			json_make("{s:O, s:O, s:s, s:O?}", "name", json_object_get(view, "name"), "blob",
				json_object_get(view, "blob"), "quality", "look", "view", json_array_get(views, i)));
	}
	if (!json_bool(result, "ok", false))
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:O, s:O}", "code", json_object_get(result, "code"), "message",
				json_object_get(result, "message")));
	*pictures_out = g_steal_pointer(&pictures);
	return true;
}
