/* The HTTP front end: a server over the routes of routes.c, with the engine as their argument. */
#include "front/front_int.h"
#include "front/http/routes.h"

/* An event stream keeps its handler's thread, so there are as many of these as readers at once. */
enum { WORKERS = 64 };

struct http_front {
	struct httpd *httpd;
};

static void *http_open(struct engine *engine, const struct front_options *options, GError **error)
{
	struct httpd_options server = HTTPD_OPTIONS_DEFAULT;
	server.socket_path = options->socket_path;
	server.host = options->host;
	server.port = (guint16)options->port;
	server.workers = WORKERS;
	struct httpd *httpd = httpd_start(&server, routes, engine, error);
	if (!httpd)
		return NULL;
	struct http_front *front = g_new0(struct http_front, 1);
	front->httpd = httpd;
	return front;
}

static void http_close(void *state)
{
	struct http_front *front = state;
	httpd_stop(front->httpd);
	g_free(front);
}

const struct front_ops front_http = {"http", http_open, http_close};
