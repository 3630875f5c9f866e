/* The client, and the server inside this process: see client.h. */
#include "cli/client.h"

#include "cli/places.h"
#include "front/front.h"
#include "net/httpc.h"
#include "net/sse.h"

#include <glib/gstdio.h>

enum { EVENT_MAX = 16 * 1024 * 1024 };

struct client {
	struct engine *engine;
	struct front *front;
	struct httpc *httpc;
	char *folder; /* of the socket, private to this user */
	char *socket;
	struct places places;
	struct llm_options *llm;
};

G_DEFINE_QUARK(ll3m_client_error, client_error)

/* ---- the server of this process ---- */
static enum strategy read_strategy(const struct options *o)
{
	const char *said = options_string(o, "models.strategy");
	return g_str_equal(said, "whole")   ? STRATEGY_WHOLE
	       : g_str_equal(said, "parts") ? STRATEGY_PARTS
					    : STRATEGY_AUTO;
}

static struct budget read_budget(const struct options *o, const char *scope)
{
	static const char *const kinds[] = {"usd", "tokens", "minutes"};
	double values[G_N_ELEMENTS(kinds)];
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *name = g_strdup_printf("budget.%s%s", scope, kinds[i]);
		values[i] = options_number(o, name);
	}
	return (struct budget){.usd = values[0], .tokens = values[1], .minutes = values[2]};
}

static bool start_engine(struct client *client, const struct options *o, GError **error)
{
	client->llm = llm_options_read(o, client->places.library);
	const struct engine_options options = {
		.store_kind = options_string(o, "store.kind"),
		.store_path = client->places.store,
		.executor = "headless",
		.exec = {.blender = client->places.blender,
			.bridge_dir = client->places.bridge,
			.sandbox = options_string(o, "sandbox.kind"),
			.spare = (int)options_int(o, "exec.spare"),
			.most = (int)options_int(o, "exec.most"),
			.memory_mb = (int)options_int(o, "sandbox.memory_mb"),
			.disk_mb = (int)options_int(o, "sandbox.disk_mb"),
			.start_seconds = 60,
			.gpu = options_bool(o, "blender.gpu_rendering"),
			.grace_seconds = 4},
		.llm = *client->llm,
		.instructions_dir = client->places.instructions,
		.out_dir = client->places.out,
		.cache_dir = client->places.cache,
		.strategy = read_strategy(o),
		.parallel = (int)options_int(o, "models.parallel"),
		.rounds = (int)options_int(o, "refine.rounds"),
		.repairs = (int)options_int(o, "refine.repairs"),
		.look_views = (int)options_int(o, "render.look_views"),
		.full_pictures = options_bool(o, "render.full"),
		.num_images = (int)options_int(o, "render.num_images"),
		.scale = options_number(o, "render.resolution_scale"),
		.samples = (int)options_int(o, "blender.samples_final"),
		.gpu = options_bool(o, "blender.gpu_rendering"),
		.script_seconds = (int)options_int(o, "exec.script_seconds"),
		.budget = {.run = read_budget(o, ""),
			.session = read_budget(o, "session_"),
			.day = read_budget(o, "day_")},
		.delivery = {.bake = options_bool(o, "export.bake"),
			.size = (int)g_ascii_strtoll(options_string(o, "export.texture_size"), NULL, 10),
			.seconds = (int)options_int(o, "export.bake_seconds"),
			.memory_mb = (int)options_int(o, "export.bake_memory_mb"),
			.occlusion = options_bool(o, "export.occlusion"),
			.triangles = (int)options_int(o, "export.triangles"),
			.print_height_mm = options_number(o, "export.print_height_mm"),
			.check = options_bool(o, "export.check"),
			.provenance = options_bool(o, "export.provenance"),
			.licence = options_string(o, "export.licence")},
	};
	client->engine = engine_open(&options, error);
	return client->engine != NULL;
}

static bool start_front(struct client *client, GError **error)
{
	client->folder = g_dir_make_tmp("ll3m-XXXXXX", error);
	if (!client->folder)
		return false;
	client->socket = g_build_filename(client->folder, "socket", NULL);
	const struct front_options options = {.socket_path = client->socket};
	client->front = front_open("http", client->engine, &options, error);
	return client->front != NULL;
}

struct client *client_open(const struct options *options, GError **error)
{
	struct client *client = g_new0(struct client, 1);
	if (!places_find(&client->places, options, error) || !start_engine(client, options, error) ||
		!start_front(client, error)) {
		client_close(client);
		return NULL;
	}
	client->httpc = httpc_new(client->socket);
	return client;
}

void client_abandon(const struct client *client)
{
	if (client->socket)
		g_unlink(client->socket);
	if (client->folder)
		g_rmdir(client->folder);
}

void client_close(struct client *client)
{
	if (client->httpc)
		httpc_free(client->httpc);
	if (client->front)
		front_close(client->front);
	if (client->engine)
		engine_close(client->engine);
	client_abandon(client);
	places_clear(&client->places);
	g_free(client->llm);
	g_free(client->socket);
	g_free(client->folder);
	g_free(client);
}

/* ---- calls ---- */
/* A refusal becomes an error whose code is the quark of the stable name; see client_fault(). */
static void set_problem(GError **error, const struct http_answer *answer)
{
	OWN(problem) *problem = problem_read(answer->status, answer->type, answer->body);
	GQuark code = g_quark_from_string(problem->code);
	g_set_error_literal(error, CLIENT_ERROR, (int)code, *problem->detail ? problem->detail : problem->title);
}

const char *client_fault(const GError *error)
{
	if (error->domain == CLIENT_ERROR && error->code > CLIENT_ERROR_STREAM)
		return g_quark_to_string((GQuark)error->code);
	return engine_fault(error);
}

static struct http_answer *call(
	struct client *client, const char *method, const char *path, const char *type, GBytes *body, GError **error)
{
	g_autofree char *url = g_strconcat("http://localhost", path, NULL);
	const struct http_call request = {
		.method = method, .url = url, .type = type, .body = body, .max = 512u << 20, .silence_seconds = -1};
	OWN(http_answer) *answer = httpc_send(client->httpc, &request, NULL, error);
	if (!answer)
		return NULL;
	if (answer->status >= 400) {
		set_problem(error, answer);
		return NULL;
	}
	return g_steal_pointer(&answer);
}

json_t *client_send(
	struct client *client, const char *method, const char *path, const char *type, GBytes *body, GError **error)
{
	gsize size;
	OWN(http_answer) *answer = call(client, method, path, type, body, error);
	const char *data = answer ? g_bytes_get_data(answer->body, &size) : NULL;
	return answer ? json_parse(data ? data : "", data ? size : 0, G_MAXSIZE, error) : NULL;
}

json_t *client_call(struct client *client, const char *method, const char *path, json_t *body, GError **error)
{
	g_autofree char *text = body ? json_print(body) : NULL;
	g_autoptr(GBytes) bytes = text ? g_bytes_new(text, strlen(text)) : NULL;
	json_decref(body);
	return client_send(client, method, path, NULL, bytes, error);
}

GBytes *client_bytes(struct client *client, const char *path, GError **error)
{
	OWN(http_answer) *answer = call(client, "GET", path, NULL, NULL, error);
	return answer ? g_bytes_ref(answer->body) : NULL;
}

/* ---- events ---- */
struct reading {
	struct sse *sse;
	gint64 *seq;
	client_event_fn fn;
	void *arg;
	bool ended; /* fn said so */
};

static bool take_event(const struct sse_event *event, void *arg)
{
	struct reading *reading = arg;
	g_autoptr(json_t) json = json_parse(event->data, event->size, EVENT_MAX, NULL);
	if (!json)
		return true;
	*reading->seq = MAX(*reading->seq, json_int(json, "seq", 0));
	reading->ended = !reading->fn(json, reading->arg);
	return !reading->ended;
}

static bool take_bytes(const char *bytes, gsize size, void *arg, GError **error)
{
	struct reading *reading = arg;
	return sse_push(reading->sse, bytes, size, error);
}

bool client_events(struct client *client, const char *session, gint64 *seq, client_event_fn fn, void *arg,
	struct cancel *cancel, GError **error)
{
	struct reading reading = {.seq = seq, .fn = fn, .arg = arg};
	OWN(sse) *sse = sse_new(EVENT_MAX, take_event, &reading);
	g_autofree char *url =
		g_strdup_printf("http://localhost/v1/sessions/%s/events?after=%" G_GINT64_FORMAT, session, *seq);
	const struct http_call request = {.url = url, .silence_seconds = -1};
	g_autoptr(GError) why = NULL;
	reading.sse = sse;
	OWN(http_answer) *answer = httpc_stream(client->httpc, &request, take_bytes, &reading, cancel, &why);
	if (reading.ended)
		return true;
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	else if (answer->status >= 400)
		set_problem(error, answer);
	else
		g_set_error_literal(error, CLIENT_ERROR, CLIENT_ERROR_STREAM, "the event stream ended early");
	return false;
}
