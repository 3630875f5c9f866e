/* The routes of the HTTP API: each reads its request, asks the engine, answers. */
#include "front/http/routes.h"

enum { LIST_MOST = 1000 };

static void reply(struct http_request *request, int status, json_t *json, const GError *error)
{
	if (json)
		http_reply_json(request, status, json);
	else
		routes_problem(request, error);
}

static int number(struct http_request *request, const char *name)
{
	const char *text = http_param(request, name);
	if (!text)
		text = http_query(request, name);
	return text ? (int)CLAMP(g_ascii_strtoll(text, NULL, 10), 0, G_MAXINT) : 0;
}

static void get_health(struct http_request *request, void *arg)
{
	http_reply_json(request, 200, json_make("{s:s, s:s}", "status", "ok", "version", LL3M_VERSION));
}

static void get_about(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *about = engine_describe(arg, http_cancel(request), &error);
	reply(request, 200, about, error);
}

static void post_models_check(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *models = engine_check_models(arg, http_cancel(request), &error);
	reply(request, 200, models, error);
}

static void get_sessions(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	int limit = number(request, "limit");
	json_t *sessions = engine_sessions(arg, limit ? limit : LIST_MOST, &error);
	reply(request, 200, sessions, error);
}

static void post_session(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	json_t *answer = NULL;
	const json_t *body = http_json(request, &error);
	if (body && engine_create(arg, body, json_str(body, "out_dir", NULL), &session, &run, &error))
		answer = json_make("{s:s, s:s}", "session", session, "run", run);
	reply(request, 201, answer, error);
}

static void post_upload(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *picture = engine_upload(arg, http_body(request), &error);
	reply(request, 201, picture, error);
}

static void get_session(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *session = engine_session(arg, http_param(request, "id"), &error);
	reply(request, 200, session, error);
}

static void post_run(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	const json_t *body = http_json(request, &error);
	g_autofree char *run = body ? engine_submit(arg, http_param(request, "id"), body, &error) : NULL;
	reply(request, 202, run ? json_make("{s:s}", "run", run) : NULL, error);
}

static void post_continue(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *run = engine_continue(arg, http_param(request, "id"), &error);
	reply(request, 202, run ? json_make("{s:s}", "run", run) : NULL, error);
}

static void post_cancel(struct http_request *request, void *arg)
{
	bool found = engine_cancel(arg, http_param(request, "run"));
	if (found)
		http_reply_json(request, 202, json_make("{s:b}", "cancelled", 1));
	else
		http_reply_problem(request, 404, "not.found", "no run %s is going", http_param(request, "run"));
}

static void post_head(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	const json_t *body = http_json(request, &error);
	int head = body ? engine_move_head(arg, http_param(request, "id"), (int)json_int(body, "move", 0),
				  (int)json_int(body, "to", 0), &error)
			: 0;
	reply(request, 200, head ? json_make("{s:i}", "head", head) : NULL, error);
}

static void post_close(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	bool closed = engine_close_session(arg, http_param(request, "id"), &error);
	reply(request, 200, closed ? json_make("{s:s}", "state", "closed") : NULL, error);
}

static void get_versions(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *versions = engine_versions(arg, http_param(request, "id"), &error);
	reply(request, 200, versions, error);
}

static void get_version(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *version = engine_version(arg, http_param(request, "id"), number(request, "n"), &error);
	reply(request, 200, version, error);
}

static void get_file(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	const char *name = http_param(request, "name");
	g_autoptr(GBytes) bytes = engine_artifact(arg, http_param(request, "id"), number(request, "n"), name, &error);
	if (!bytes) {
		routes_problem(request, error);
		return;
	}
	bool png = g_str_has_suffix(name, ".png");
	bool text = g_str_has_suffix(name, ".py") || g_str_has_suffix(name, ".json");
	http_reply_bytes(request, 200,
		png    ? "image/png"
		: text ? "text/plain; charset=utf-8"
		       : "application/octet-stream",
		bytes);
}

static void get_difference(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *difference = engine_compare(arg, http_param(request, "id"), number(request, "before"),
		number(request, "after"), http_cancel(request), &error);
	reply(request, 200, difference, error);
}

static void post_lint(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	const json_t *body = http_json(request, &error);
	json_t *found = body ? engine_lint(arg, body, http_cancel(request), &error) : NULL;
	reply(request, 200, found, error);
}

static void get_recording(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *recording = engine_recording(arg, http_param(request, "id"), &error);
	reply(request, 200, recording, error);
}

static void get_costs(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *costs = engine_costs(arg, http_param(request, "id"), &error);
	reply(request, 200, costs, error);
}

static void get_blob(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = engine_blob(arg, http_param(request, "hash"), &error);
	if (bytes)
		http_reply_bytes(request, 200, "application/octet-stream", bytes);
	else
		routes_problem(request, error);
}

static void get_knowledge(struct http_request *request, void *arg)
{
	http_reply_json(request, 200, engine_knowledge(arg));
}

static void post_knowledge(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	json_t *status = engine_knowledge_build(arg, http_cancel(request), &error);
	reply(request, 200, status, error);
}

static void get_knowledge_search(struct http_request *request, void *arg)
{
	g_autoptr(GError) error = NULL;
	const char *words = http_query(request, "q");
	json_t *hits = engine_knowledge_search(
		arg, words ? words : "", number(request, "limit"), http_cancel(request), &error);
	reply(request, 200, hits, error);
}

const struct http_route routes[] = {
	{"GET", "/v1/health", get_health},
	{"GET", "/v1/about", get_about},
	{"GET", "/v1/knowledge", get_knowledge},
	{"POST", "/v1/knowledge", post_knowledge},
	{"GET", "/v1/knowledge/search", get_knowledge_search},
	{"POST", "/v1/models/check", post_models_check},
	{"GET", "/v1/sessions", get_sessions},
	{"POST", "/v1/sessions", post_session},
	{"GET", "/v1/sessions/{id}", get_session},
	{"GET", "/v1/sessions/{id}/events", route_events},
	{"POST", "/v1/sessions/{id}/runs", post_run},
	{"POST", "/v1/sessions/{id}/continue", post_continue},
	{"POST", "/v1/sessions/{id}/head", post_head},
	{"POST", "/v1/sessions/{id}/close", post_close},
	{"GET", "/v1/sessions/{id}/versions", get_versions},
	{"GET", "/v1/sessions/{id}/versions/{n}", get_version},
	{"GET", "/v1/sessions/{id}/versions/{n}/files/{name...}", get_file},
	{"GET", "/v1/sessions/{id}/difference", get_difference},
	{"POST", "/v1/uploads", post_upload},
	{"GET", "/v1/sessions/{id}/recording", get_recording},
	{"POST", "/v1/lint", post_lint},
	{"GET", "/v1/sessions/{id}/costs", get_costs},
	{"POST", "/v1/runs/{run}/cancel", post_cancel},
	{"GET", "/v1/blobs/{hash}", get_blob},
	{NULL, NULL, NULL},
};
