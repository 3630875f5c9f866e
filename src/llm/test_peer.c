/* The service of the tests: see test_peer.h. */
#include "llm/test_peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
	int listener, stop[2];
	char *url;
	const struct peer_reply *replies;
	guint count;
	GThread *thread;
	GMutex lock;         /* guards what follows */
	GPtrArray *requests; /* of struct peer_request */
	GPtrArray *threads;
	guint connections;
};

struct talk {
	struct peer *peer;
	int fd;
};

static bool say(int fd, const char *bytes, gsize size)
{
	while (size > 0) {
		ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes += sent;
		size -= (gsize)sent;
	}
	return true;
}

static bool say_piece(int fd, const char *bytes, gsize size, bool chunked)
{
	g_autofree char *head = g_strdup_printf("%" G_GSIZE_MODIFIER "x\r\n", size);
	if (!chunked)
		return say(fd, bytes, size);
	return say(fd, head, strlen(head)) && say(fd, bytes, size) && say(fd, "\r\n", 2);
}

/* Waits for bytes; false when the peer stops first. */
static bool wait_for(struct peer *peer, int fd)
{
	struct pollfd both[] = {{.fd = fd, .events = POLLIN}, {.fd = peer->stop[0], .events = POLLIN}};
	return poll(both, 2, -1) > 0 && both[0].revents && !both[1].revents;
}

static bool hear(struct peer *peer, int fd, GString *text, gsize wanted)
{
	char bytes[65536];
	while (wanted == 0 ? !strstr(text->str, "\r\n\r\n") : text->len < wanted) {
		ssize_t got = wait_for(peer, fd) ? recv(fd, bytes, sizeof bytes, 0) : 0;
		if (got <= 0)
			return false;
		g_string_append_len(text, bytes, got);
	}
	return true;
}

static bool hear_request(struct peer *peer, int fd, guint *number_out)
{
	g_autoptr(GString) text = g_string_new(NULL);
	if (!hear(peer, fd, text, 0))
		return false;
	gsize head = (gsize)(strstr(text->str, "\r\n\r\n") - text->str) + 4;
	const char *length = strstr(text->str, "Content-Length: ");
	gsize size = length ? (gsize)g_ascii_strtoull(length + strlen("Content-Length: "), NULL, 10) : 0;
	if (strstr(text->str, "Expect: 100-continue"))
		say(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	if (size > 0 && !hear(peer, fd, text, head + size))
		return false;
	struct peer_request *request = g_new0(struct peer_request, 1);
	gsize line = strcspn(text->str, "\r");
	request->line = g_strndup(text->str, line);
	request->headers = g_strndup(text->str + line + 2, head - line - 2);
	request->body = g_strndup(text->str + head, size);
	g_mutex_lock(&peer->lock);
	*number_out = peer->requests->len;
	g_ptr_array_add(peer->requests, request);
	g_mutex_unlock(&peer->lock);
	return true;
}

static bool answer(struct peer *peer, int fd, const struct peer_reply *reply)
{
	gsize size = reply->size ? reply->size : strlen(reply->body ? reply->body : "");
	gsize step = reply->step ? reply->step : size;
	g_autofree char *head = g_strdup_printf("HTTP/1.1 %d Whatever\r\nContent-Type: %s\r\n%s%s\r\n", reply->status,
		reply->type ? reply->type : "text/event-stream", reply->header ? reply->header : "",
		reply->keep ? "Transfer-Encoding: chunked\r\n" : "Connection: close\r\n");
	if (reply->status == 0 || !say(fd, head, strlen(head)))
		return false;
	for (gsize at = 0; at < size; at += step) {
		if (!say_piece(fd, reply->body + at, MIN(step, size - at), reply->keep))
			return false;
		if (reply->pause)
			g_usleep(reply->pause);
	}
	while (reply->again && say(fd, reply->again, strlen(reply->again)))
		;
	if (reply->hang)
		wait_for(peer, fd);
	return reply->keep && say(fd, "0\r\n\r\n", 5);
}

static void *talk(void *arg)
{
	struct talk *talk = arg;
	struct peer *peer = talk->peer;
	guint number = 0;
	while (hear_request(peer, talk->fd, &number)) {
		if (!answer(peer, talk->fd, &peer->replies[MIN(number, peer->count - 1)]))
			break;
	}
	close(talk->fd);
	g_free(talk);
	return NULL;
}

static void *listen_on(void *arg)
{
	struct peer *peer = arg;
	while (wait_for(peer, peer->listener)) {
		int on = 1;
		int fd = accept(peer->listener, NULL, NULL);
		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		struct talk *started = g_new(struct talk, 1);
		*started = (struct talk){peer, fd};
		g_mutex_lock(&peer->lock);
		peer->connections++;
		g_ptr_array_add(peer->threads, g_thread_new("talk", talk, started));
		g_mutex_unlock(&peer->lock);
	}
	return NULL;
}

static void request_free(void *data)
{
	struct peer_request *request = data;
	g_free(request->line);
	g_free(request->headers);
	g_free(request->body);
	g_free(request);
}

struct peer *peer_new(const struct peer_reply *replies, guint count)
{
	struct peer *peer = g_new0(struct peer, 1);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pipe(peer->stop) < 0 || bind(peer->listener, (struct sockaddr *)&address, size) < 0 ||
		listen(peer->listener, 256) < 0 || getsockname(peer->listener, (struct sockaddr *)&address, &size) < 0)
		g_error("no socket: %s", g_strerror(errno));
	peer->url = g_strdup_printf("http://127.0.0.1:%d", ntohs(address.sin_port));
	peer->replies = replies;
	peer->count = count;
	g_mutex_init(&peer->lock);
	peer->requests = g_ptr_array_new_with_free_func(request_free);
	peer->threads = g_ptr_array_new();
	peer->thread = g_thread_new("peer", listen_on, peer);
	return peer;
}

void peer_free(struct peer *peer)
{
	if (write(peer->stop[1], "x", 1) != 1)
		g_error("no pipe");
	g_thread_join(peer->thread);
	for (guint i = 0; i < peer->threads->len; i++)
		g_thread_join(peer->threads->pdata[i]);
	close(peer->listener);
	close(peer->stop[0]);
	close(peer->stop[1]);
	g_ptr_array_unref(peer->threads);
	g_ptr_array_unref(peer->requests);
	g_mutex_clear(&peer->lock);
	g_free(peer->url);
	g_free(peer);
}

const char *peer_url(const struct peer *peer)
{
	return peer->url;
}

guint peer_requests(struct peer *peer)
{
	g_mutex_lock(&peer->lock);
	guint count = peer->requests->len;
	g_mutex_unlock(&peer->lock);
	return count;
}

guint peer_connections(struct peer *peer)
{
	g_mutex_lock(&peer->lock);
	guint count = peer->connections;
	g_mutex_unlock(&peer->lock);
	return count;
}

const struct peer_request *peer_request(struct peer *peer, guint i)
{
	g_mutex_lock(&peer->lock);
	const struct peer_request *request = i < peer->requests->len ? peer->requests->pdata[i] : NULL;
	g_mutex_unlock(&peer->lock);
	return request;
}

/* ---- the clock ---- */
static gint64 fake_now(void *arg)
{
	return ((struct fake_clock *)arg)->now;
}

static gint64 fake_wall(void *arg)
{
	return ((struct fake_clock *)arg)->wall;
}

static double fake_chance(void *arg)
{
	return ((struct fake_clock *)arg)->chance;
}

static bool fake_sleep(double seconds, struct cancel *cancel, void *arg, GError **error)
{
	struct fake_clock *fake = arg;
	if (cancel_check(cancel, error))
		return false;
	g_array_append_val(fake->sleeps, seconds);
	fake->now += (gint64)(seconds * G_USEC_PER_SEC);
	fake->wall += (gint64)seconds;
	return true;
}

void fake_clock_init(struct fake_clock *fake)
{
	*fake = (struct fake_clock){.wall = 1763900000, .chance = 0.5};
	fake->clock = (struct llm_clock){fake_now, fake_wall, fake_chance, fake_sleep, fake};
	fake->sleeps = g_array_new(FALSE, FALSE, sizeof(double));
}

void fake_clock_clear(struct fake_clock *fake)
{
	g_array_unref(fake->sleeps);
}
