/* What is known of Blender and of the exemplars: the retrieval index, its API dump from a worker, and asking it. */
#include "engine/engine_int.h"

#include <string.h>

#define SCOPE "knowledge" /* of the worker that reads the API: no session's */
enum { DUMP_SECONDS = 120, QUERY_MAX = 4096 };

/* rag's way to Blender. An executor that has no such verb has no API to be had. */
static bool read_api(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	struct executor *executor = engine_executor(arg, error);
	g_autoptr(json_t) args = known ? json_make("{s:O}", "key", known) : json_object();
	struct job job = {.verb = "api", .args = args, .seconds = DUMP_SECONDS};
	if (!executor)
		return false;
	OWN(job_result) *result = executor_run(executor, SCOPE, &job, NULL, NULL, cancel, error);
	executor_release(executor, SCOPE);
	if (!result)
		return false;
	if (!result->ok && g_strcmp0(result->code, "verb.unknown") == 0)
		return true;
	json_t *key = result->ok ? json_object_get(result->result, "key") : NULL;
	if (!json_is_object(key)) {
		g_set_error(error, RAG_ERROR, RAG_ERROR_DUMP, "Blender's API cannot be read: %s",
			result->ok ? "it gave no key" : result->message);
		return false;
	}
	*key_out = json_incref(key);
	if (result->attachments && result->attachments->len > 0)
		*dump_out = g_bytes_ref(((struct job_attachment *)result->attachments->pdata[0])->bytes);
	return true;
}

struct rag *knowledge_open(struct engine *engine)
{
	const struct rag_options options = {.library_dir = engine->options.llm.library_dir,
		.cache_dir = engine->options.cache_dir,
		.api = read_api,
		.api_arg = engine};
	return rag_open(&options);
}

/* ---- in a run ---- */
static void tell_note(struct run *run)
{
	g_autofree char *note = rag_note(run->engine->rag);
	if (note)
		run_tell(run, EVENT_WARNING_GIVEN,
			json_make("{s:s, s:o}", "code", "rag.rebuilt", "message", json_text(note)));
}

static void tell_found(struct run *run, const json_t *queries, const json_t *hits)
{
	size_t i;
	json_t *hit;
	json_t *titles = json_array();
	json_array_foreach ((json_t *)hits, i, hit)
		json_array_append(titles, json_object_get(hit, "title"));
	run_tell(run, EVENT_CONTEXT_FOUND, json_make("{s:O, s:o}", "queries", queries, "hits", titles));
}

static bool search_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	json_t *hits = rag_search(run->engine->rag, arg, NULL, run->cancel, error);
	if (!hits)
		return false;
	tell_note(run);
	*result_out = json_make("{s:o}", "hits", hits);
	return true;
}

bool step_search(struct run *run, const char *key, json_t *queries, json_t **hits_out, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) request = json_make("{s:O}", "queries", queries);
	if (!run_step(run, key, request, search_work, queries, &result, error))
		return false;
	*hits_out = json_incref(json_object_get(result, "hits"));
	tell_found(run, queries, *hits_out);
	return true;
}

static bool explain_work(struct run *run, void *arg, json_t **result_out, GError **error)
{
	const json_t *asked = arg;
	json_t *hits = rag_explain(
		run->engine->rag, json_str(asked, "script", ""), json_object_get(asked, "why"), run->cancel, error);
	if (!hits)
		return false;
	tell_note(run);
	*result_out = json_make("{s:o}", "hits", hits);
	return true;
}

bool step_explain(
	struct run *run, const char *key, const char *script, const json_t *why, json_t *facts, GError **error)
{
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) asked = json_make("{s:o, s:O}", "script", json_text(script), "why", why);
	if (!run_step(run, key, asked, explain_work, asked, &result, error))
		return false;
	json_t *hits = json_object_get(result, "hits");
	if (json_array_size(hits) == 0)
		return true;
	json_object_set(facts, "known", hits);
	const json_t *failure = json_object_get(why, "failure");
	const json_t *first = failure ? failure : json_array_get(json_object_get(why, "diagnostics"), 0);
	g_autoptr(json_t) queries = json_make("[s]", json_str(first, "message", ""));
	tell_found(run, queries, hits);
	return true;
}

/* ---- for a person ---- */
static json_t *noted(struct engine *engine, json_t *answer)
{
	g_autofree char *note = rag_note(engine->rag);
	if (answer && note)
		json_object_set_new(answer, "note", json_text(note));
	return answer;
}

json_t *engine_knowledge(struct engine *engine)
{
	return rag_status(engine->rag);
}

json_t *engine_knowledge_build(struct engine *engine, struct cancel *cancel, GError **error)
{
	return rag_build(engine->rag, true, cancel, error) ? noted(engine, rag_status(engine->rag)) : NULL;
}

json_t *engine_knowledge_search(
	struct engine *engine, const char *words, int limit, struct cancel *cancel, GError **error)
{
	const struct rag_limits limits = {.hits = limit};
	g_autoptr(json_t) queries = NULL;
	if (!*words || strlen(words) > QUERY_MAX || !g_utf8_validate(words, -1, NULL)) {
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_REQUEST,
			"the query must be 1 to %d bytes of UTF-8: say what to look for, as in \"bevel edges\"",
			QUERY_MAX);
		return NULL;
	}
	queries = json_make("[s]", words);
	json_t *hits = rag_search(engine->rag, queries, &limits, cancel, error);
	return hits ? noted(engine, json_make("{s:o}", "hits", hits)) : NULL;
}
