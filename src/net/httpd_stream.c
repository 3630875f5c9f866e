/*
 * Event streams, as seen from outside the loop. A stream counts the bytes it has posted and the loop has not taken; the
 * loop bounds what the socket has not taken. Past either bound the reader is dropped, so that one who stands still
 * costs at most twice the bound. Once `closed` is set the server is never touched again, which is why a stream may
 * outlive it.
 */
#include "net/httpd_int.h"
#include "net/sse.h"

struct http_stream {
	gatomicrefcount refs;
	struct httpd *httpd;
	guint64 id;
	struct cancel *cancel;
	GMutex lock; /* guards what follows */
	bool closed;
	gsize queued;
	void (*fn)(void *arg);
	void *arg;
};

struct http_stream *stream_new(struct httpd *httpd, guint64 id)
{
	struct http_stream *stream = g_new0(struct http_stream, 1);
	g_atomic_ref_count_init(&stream->refs);
	g_mutex_init(&stream->lock);
	stream->httpd = httpd;
	stream->id = id;
	stream->cancel = cancel_new(NULL, CANCEL_NO_DEADLINE);
	return stream;
}

struct http_stream *http_stream_ref(struct http_stream *stream)
{
	g_atomic_ref_count_inc(&stream->refs);
	return stream;
}

void http_stream_unref(struct http_stream *stream)
{
	if (!stream || !g_atomic_ref_count_dec(&stream->refs))
		return;
	cancel_unref(stream->cancel);
	g_mutex_clear(&stream->lock);
	g_free(stream);
}

/* Closes it, after a last post of `kind`, or without one. */
static void close_with(struct http_stream *stream, const enum post_kind *kind)
{
	void (*fn)(void *arg) = NULL;
	g_mutex_lock(&stream->lock);
	bool first = !stream->closed;
	if (first && kind) {
		struct post *post = g_new0(struct post, 1);
		post->kind = *kind;
		post->id = stream->id;
		httpd_post(stream->httpd, post);
	}
	if (first)
		fn = stream->fn;
	stream->closed = true;
	g_mutex_unlock(&stream->lock);
	if (first)
		cancel_fire(stream->cancel);
	if (fn)
		fn(stream->arg);
}

void stream_close(struct http_stream *stream)
{
	close_with(stream, NULL);
}

void stream_sent(struct http_stream *stream, gsize size)
{
	g_mutex_lock(&stream->lock);
	stream->queued -= size;
	g_mutex_unlock(&stream->lock);
}

bool http_stream_send(struct http_stream *stream, const char *id, const char *event, const char *data)
{
	GString *text = g_string_new(NULL);
	sse_write(text, id, event, data);
	g_mutex_lock(&stream->lock);
	bool closed = stream->closed;
	bool lagging = !closed && stream->queued + text->len > stream->httpd->options.stream_queue;
	if (!closed && !lagging) {
		struct post *post = g_new0(struct post, 1);
		post->kind = POST_STREAM_TEXT;
		post->id = stream->id;
		post->length = text->len;
		post->body = evbuffer_new();
		evbuffer_add(post->body, text->str, text->len);
		stream->queued += text->len;
		httpd_post(stream->httpd, post);
	}
	g_mutex_unlock(&stream->lock);
	g_string_free(text, TRUE);
	if (lagging)
		close_with(stream, &(enum post_kind){POST_STREAM_DROP});
	return !closed && !lagging;
}

void http_stream_end(struct http_stream *stream)
{
	close_with(stream, &(enum post_kind){POST_STREAM_END});
}

bool http_stream_closed(const struct http_stream *stream)
{
	return cancel_check(stream->cancel, NULL);
}

struct cancel *http_stream_cancel(const struct http_stream *stream)
{
	return stream->cancel;
}

void http_stream_on_close(struct http_stream *stream, void (*fn)(void *arg), void *arg)
{
	g_mutex_lock(&stream->lock);
	bool closed = stream->closed;
	stream->fn = fn;
	stream->arg = arg;
	g_mutex_unlock(&stream->lock);
	if (closed)
		fn(arg);
}
