/* The event stream of a session. Each event is stored before it is sent and its number is the SSE id, so a reader that
 * comes back with the last number it saw (WHATWG HTML, section 9.2, Last-Event-ID) misses nothing. */
#include "front/http/routes.h"

void route_events(struct http_request *request, void *arg)
{
	struct engine *engine = arg;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) session = engine_session(engine, http_param(request, "id"), &error);
	if (!session) {
		routes_problem(request, error);
		return;
	}
	const char *after = http_header(request, "Last-Event-ID");
	if (!after)
		after = http_query(request, "after");
	OWN(subscription) *subscription =
		engine_subscribe(engine, json_str(session, "id", ""), after ? g_ascii_strtoll(after, NULL, 10) : 0);
	OWN(http_stream) *stream = http_stream_start(request);
	while (!http_stream_closed(stream)) {
		g_autoptr(json_t) event = subscription_next(subscription, http_stream_cancel(stream), NULL);
		if (!event)
			break;
		g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, json_int(event, "seq", 0));
		g_autofree char *data = json_print(event);
		http_stream_send(stream, g_str_equal(id, "0") ? NULL : id, json_str(event, "type", NULL), data);
	}
	http_stream_end(stream);
}
