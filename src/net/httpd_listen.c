/*
 * Where the HTTP server listens: a Unix socket that only this user can reach, and a TCP address. All of it happens
 * before the loop's thread begins.
 */
#include "base/file.h"
#include "net/httpd_int.h"
#include "net/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static bool listen_on(struct httpd *httpd, const struct sockaddr *address, socklen_t size, GError **error)
{
	unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
	struct evconnlistener *listener =
		evconnlistener_new_bind(httpd->base, NULL, NULL, flags, BACKLOG, address, (int)size);
	int why = errno;
	struct evhttp_bound_socket *bound = listener ? evhttp_bind_listener(httpd->http, listener) : NULL;
	if (!bound) {
		g_set_error(error, NET_ERROR, NET_ERROR_LISTEN, "%s", g_strerror(why));
		if (listener)
			evconnlistener_free(listener);
		return false;
	}
	g_ptr_array_add(httpd->bound, bound);
	return true;
}

/* True when nobody answers at a socket file that is there. */
static bool is_stale(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool stale =
		fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return stale;
}

/* Makes the folder that keeps others away from the socket, or checks the one that is there. */
static bool make_private_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *above = g_path_get_dirname(folder);
	struct stat st;
	if (!file_make_folder(above, error))
		return false;
	if (g_mkdir(folder, 0700) < 0 && errno != EEXIST) {
		g_set_error(
			error, NET_ERROR, NET_ERROR_LISTEN, "cannot make the folder %s: %s", folder, g_strerror(errno));
		return false;
	}
	if (lstat(folder, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 0077) != 0) {
		g_set_error(error, NET_ERROR, NET_ERROR_LISTEN,
			"the folder %s must be yours alone (mode 0700) to hold a private socket", folder);
		return false;
	}
	return true;
}

static bool listen_on_socket_file(struct httpd *httpd, const char *path, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path) {
		g_set_error(error, NET_ERROR, NET_ERROR_ADDRESS,
			"the socket path %s is too long, %d bytes are the most", path,
			(int)sizeof address.sun_path - 1);
		return false;
	}
	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	if (!make_private_folder(path, error))
		return false;
	if (is_stale(&address))
		g_unlink(path);
	if (!listen_on(httpd, (struct sockaddr *)&address, sizeof address, error)) {
		g_prefix_error(error, "cannot listen on %s: ", path);
		return false;
	}
	httpd->socket_path = g_strdup(path);
	if (g_chmod(path, 0600) < 0) {
		g_set_error(error, NET_ERROR, NET_ERROR_LISTEN, "cannot make %s private: %s", path, g_strerror(errno));
		return false;
	}
	return true;
}

static guint16 *port_in(struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)address)->sin6_port
					      : &((struct sockaddr_in *)address)->sin_port;
}

static bool listen_on_port(struct httpd *httpd, const char *host, guint16 port, GError **error)
{
	struct sockaddr_storage address = {0};
	int given = sizeof address;
	if (evutil_parse_sockaddr_port(host, (struct sockaddr *)&address, &given) < 0) {
		g_set_error(error, NET_ERROR, NET_ERROR_ADDRESS, "%s is not a numeric address", host);
		return false;
	}
	*port_in(&address) = g_htons(port);
	if (!listen_on(httpd, (struct sockaddr *)&address, (socklen_t)given, error)) {
		g_prefix_error(error, "cannot listen on %s, port %d: ", host, port);
		return false;
	}
	socklen_t size = sizeof address;
	int fd = evhttp_bound_socket_get_fd(httpd->bound->pdata[httpd->bound->len - 1]);
	if (getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		httpd->port = g_ntohs(*port_in(&address));
	return true;
}

bool httpd_listen(struct httpd *httpd, const struct httpd_options *options, GError **error)
{
	return (!options->socket_path || listen_on_socket_file(httpd, options->socket_path, error)) &&
	       (!options->host || listen_on_port(httpd, options->host, options->port, error));
}
