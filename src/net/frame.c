/*
 * Frames: see frame.h. The decoder is a machine of three states,
 *
 *     LENGTH --4 bytes--> JSON --all bytes, no attachments--> (frame) LENGTH
 *                          |  \--attachments--> ATTACHED --the last one is full--> (frame) LENGTH
 *
 * and never wants more than the state it is in, so that no byte of the next frame is ever taken with this one. Pieces
 * grow as bytes come (a huge announced size costs the peer the bytes, not us the memory).
 */
#include "net/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE (64u * 1024)
#define LENGTH_BYTES 4u

enum decoder_state { STATE_LENGTH, STATE_JSON, STATE_ATTACHED };

struct frame_decoder {
	enum decoder_state state;
	gsize need;          /* bytes that the current piece has when it is full */
	GByteArray *piece;   /* the length, the JSON or one attachment, so far */
	struct frame *frame; /* from the JSON on */
	json_t *list;        /* the announced attachments; borrowed from the frame */
};

struct frame_link {
	int in, out;
	int side_fd;
	frame_side_fn side;
	void *side_arg;
	struct frame_decoder *decoder;
};

G_DEFINE_QUARK(ll3m_frame_error, frame_error)

static void attachment_free(void *pointer)
{
	struct frame_attachment *attachment = pointer;
	g_free(attachment->name);
	g_bytes_unref(attachment->bytes);
	g_free(attachment);
}

struct frame *frame_new(json_t *json)
{
	g_assert(json_is_object(json));
	struct frame *frame = g_new0(struct frame, 1);
	frame->json = json;
	frame->attachments = g_ptr_array_new_with_free_func(attachment_free);
	return frame;
}

void frame_free(struct frame *frame)
{
	if (!frame)
		return;
	json_decref(frame->json);
	g_ptr_array_unref(frame->attachments);
	g_free(frame);
}

void frame_attach(struct frame *frame, const char *name, GBytes *bytes)
{
	struct frame_attachment *attachment = g_new0(struct frame_attachment, 1);
	attachment->name = g_strdup(name);
	attachment->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(frame->attachments, attachment);
}

/* Whether no value stands deeper than `left` levels below this one. */
static bool shallow(json_t *value, int left)
{
	if (!json_is_object(value) && !json_is_array(value))
		return true;
	if (left == 0)
		return false;
	const char *key;
	json_t *child;
	size_t i;
	json_object_foreach (value, key, child) {
		if (!shallow(child, left - 1))
			return false;
	}
	json_array_foreach (value, i, child) {
		if (!shallow(child, left - 1))
			return false;
	}
	return true;
}

static bool name_fits(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
	gsize len = strlen(name);
	return len > 0 && len <= FRAME_NAME_MAX && strspn(name, letters) == len;
}

static bool attachment_fits(const json_t *entry, guint64 *total, GError **error)
{
	const char *name;
	gint64 size;
	g_autoptr(GError) why = NULL;
	if (!json_need_string(entry, "name", &name, &why) || !json_need_int(entry, "size", &size, &why)) {
		g_set_error(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT, "attachment: %s", why->message);
		return false;
	}
	if (json_object_size(entry) != 2 || !name_fits(name)) {
		g_set_error_literal(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT, "attachment: an unfit name or entry");
		return false;
	}
	if (size < 0 || size > FRAME_ATTACHED_MAX || (*total += (guint64)size) > FRAME_ATTACHED_MAX) {
		g_set_error(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT, "attachments of more than %u bytes together",
			FRAME_ATTACHED_MAX);
		return false;
	}
	return true;
}

static bool attachments_fit(const json_t *list, GError **error)
{
	if (!json_is_array(list) || json_array_size(list) > FRAME_ATTACHMENTS_MAX) {
		g_set_error(error, FRAME_ERROR, FRAME_ERROR_ATTACHMENT, "attachments: not a list of at most %d",
			FRAME_ATTACHMENTS_MAX);
		return false;
	}
	guint64 total = 0;
	size_t i;
	json_t *entry;
	json_array_foreach (list, i, entry) {
		if (!attachment_fits(entry, &total, error))
			return false;
	}
	return true;
}

static bool length_fits(gsize len, GError **error)
{
	if (len >= FRAME_JSON_MIN && len <= FRAME_JSON_MAX)
		return true;
	g_set_error(error, FRAME_ERROR, FRAME_ERROR_LENGTH, "JSON of %" G_GSIZE_FORMAT " bytes; %u to %u are taken",
		len, FRAME_JSON_MIN, FRAME_JSON_MAX);
	return false;
}

static bool depth_fits(json_t *json, GError **error)
{
	if (shallow(json, FRAME_DEPTH_MAX))
		return true;
	g_set_error(error, FRAME_ERROR, FRAME_ERROR_JSON, "JSON nested deeper than %d", FRAME_DEPTH_MAX);
	return false;
}

GByteArray *frame_head(const struct frame *frame, GError **error)
{
	if (!depth_fits(frame->json, error))
		return NULL;
	g_autoptr(json_t) json = json_copy(frame->json);
	if (frame->attachments->len > 0) {
		json_t *list = json_array();
		json_object_set_new(json, "attachments", list);
		for (guint i = 0; i < frame->attachments->len; i++) {
			const struct frame_attachment *each = frame->attachments->pdata[i];
			json_array_append_new(list, json_make("{s:s, s:I}", "name", each->name, "size",
							    (json_int_t)g_bytes_get_size(each->bytes)));
		}
		if (!attachments_fit(list, error))
			return NULL;
	} else {
		json_object_del(json, "attachments");
	}
	g_autofree char *text = json_print(json);
	gsize len = strlen(text);
	if (!length_fits(len, error))
		return NULL;
	guint32 length = GUINT32_TO_BE((guint32)len);
	GByteArray *head = g_byte_array_sized_new((guint)(len + LENGTH_BYTES));
	g_byte_array_append(head, (const guint8 *)&length, LENGTH_BYTES);
	return g_byte_array_append(head, (const guint8 *)text, (guint)len);
}

struct frame_decoder *frame_decoder_new(void)
{
	struct frame_decoder *decoder = g_new0(struct frame_decoder, 1);
	decoder->need = LENGTH_BYTES;
	decoder->piece = g_byte_array_new();
	return decoder;
}

void frame_decoder_free(struct frame_decoder *decoder)
{
	if (!decoder)
		return;
	g_byte_array_unref(decoder->piece);
	frame_free(decoder->frame);
	g_free(decoder);
}

gsize frame_decoder_wants(const struct frame_decoder *decoder)
{
	return decoder->need - decoder->piece->len;
}

bool frame_decoder_inside(const struct frame_decoder *decoder)
{
	return decoder->state != STATE_LENGTH || decoder->piece->len > 0;
}

static void begin(struct frame_decoder *decoder, enum decoder_state state, gsize need)
{
	decoder->state = state;
	decoder->need = need;
	g_byte_array_set_size(decoder->piece, 0);
}

static bool take_length(struct frame_decoder *decoder, GError **error)
{
	guint32 length;
	memcpy(&length, decoder->piece->data, LENGTH_BYTES);
	length = GUINT32_FROM_BE(length);
	if (!length_fits(length, error))
		return false;
	begin(decoder, STATE_JSON, length);
	return true;
}

static bool take_json(struct frame_decoder *decoder, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) json =
		json_parse((const char *)decoder->piece->data, decoder->piece->len, FRAME_JSON_MAX, &why);
	if (!json || !json_is_object(json)) {
		g_set_error(error, FRAME_ERROR, FRAME_ERROR_JSON, "%s", json ? "not a JSON object" : why->message);
		return false;
	}
	if (!depth_fits(json, error))
		return false;
	decoder->list = json_object_get(json, "attachments");
	if (decoder->list && !attachments_fit(decoder->list, error))
		return false;
	decoder->frame = frame_new(g_steal_pointer(&json));
	return true;
}

static void take_attachment(struct frame_decoder *decoder)
{
	const json_t *entry = json_array_get(decoder->list, decoder->frame->attachments->len);
	g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(decoder->piece);
	decoder->piece = g_byte_array_new();
	frame_attach(decoder->frame, json_str(entry, "name", ""), bytes);
}

/* Turns to the next attachment; empty ones are taken on the way, for nobody will push bytes for them. True when there
 * is none left. */
static bool frame_is_whole(struct frame_decoder *decoder)
{
	while (decoder->frame->attachments->len < json_array_size(decoder->list)) {
		const json_t *entry = json_array_get(decoder->list, decoder->frame->attachments->len);
		begin(decoder, STATE_ATTACHED, (gsize)json_int(entry, "size", 0));
		if (decoder->need > 0)
			return false;
		take_attachment(decoder);
	}
	return true;
}

bool frame_decoder_push(
	struct frame_decoder *decoder, const guint8 *data, gsize len, struct frame **frame_out, GError **error)
{
	g_assert(len <= frame_decoder_wants(decoder));
	*frame_out = NULL;
	g_byte_array_append(decoder->piece, data, (guint)len);
	if (decoder->piece->len < decoder->need)
		return true;
	switch (decoder->state) {
	case STATE_LENGTH:
		return take_length(decoder, error);
	case STATE_JSON:
		if (!take_json(decoder, error))
			return false;
		break;
	case STATE_ATTACHED:
		take_attachment(decoder);
		break;
	}
	if (frame_is_whole(decoder)) {
		*frame_out = g_steal_pointer(&decoder->frame);
		begin(decoder, STATE_LENGTH, LENGTH_BYTES);
	}
	return true;
}

struct frame_link *frame_link_new(int in, int out)
{
	struct frame_link *link = g_new0(struct frame_link, 1);
	link->in = in;
	link->out = out;
	link->side_fd = -1;
	link->decoder = frame_decoder_new();
	for (int i = 0; i < 2; i++) {
		int fd = i ? out : in;
		int flags = fcntl(fd, F_GETFL);
		if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
			g_error("frame_link_new: fcntl: %s", g_strerror(errno));
	}
	return link;
}

void frame_link_free(struct frame_link *link)
{
	if (!link)
		return;
	close(link->in);
	if (link->out != link->in)
		close(link->out);
	frame_decoder_free(link->decoder);
	g_free(link);
}

void frame_link_watch(struct frame_link *link, int fd, frame_side_fn side, void *arg)
{
	link->side_fd = fd;
	link->side = side;
	link->side_arg = arg;
}

bool frame_link_ready(const struct frame_link *link)
{
	struct pollfd poll_in = {.fd = link->in, .events = POLLIN};
	return poll(&poll_in, 1, 0) > 0;
}

static bool refuse_errno(const char *what, GError **error)
{
	g_set_error(error, FRAME_ERROR, FRAME_ERROR_IO, "%s: %s", what, g_strerror(errno));
	return false;
}

/* Blocks until `fd` is ready for `events`, serving the side descriptor meanwhile. */
static bool wait_for(struct frame_link *link, int fd, short events, struct cancel *cancel, GError **error)
{
	for (;;) {
		if (cancel_check(cancel, error))
			return false;
		struct pollfd fds[] = {
			{.fd = fd, .events = events},
			{.fd = link->side_fd, .events = POLLIN},
			{.fd = cancel_fd(cancel), .events = POLLIN},
		};
		if (poll(fds, G_N_ELEMENTS(fds), cancel_timeout_ms(cancel)) < 0 && errno != EINTR)
			return refuse_errno("poll", error);
		if (fds[1].revents && !link->side(link, fds[1].fd, link->side_arg, error))
			return false;
		if (fds[0].revents)
			return true;
	}
}

struct frame *frame_read(struct frame_link *link, struct cancel *cancel, GError **error)
{
	for (;;) {
		guint8 buffer[PIECE];
		if (!wait_for(link, link->in, POLLIN, cancel, error))
			return NULL;
		ssize_t got = read(link->in, buffer, MIN(sizeof(buffer), frame_decoder_wants(link->decoder)));
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got < 0 && errno != ECONNRESET) {
			refuse_errno("read", error);
			return NULL;
		}
		if (got <= 0) {
			bool inside = frame_decoder_inside(link->decoder);
			g_set_error(error, FRAME_ERROR, inside ? FRAME_ERROR_CUT : FRAME_ERROR_CLOSED, "%s",
				inside ? "the peer closed inside a frame" : "the peer closed the connection");
			return NULL;
		}
		struct frame *frame;
		if (!frame_decoder_push(link->decoder, buffer, (gsize)got, &frame, error))
			return NULL;
		if (frame)
			return frame;
	}
}

static ssize_t write_some(int fd, const guint8 *data, gsize len)
{
	ssize_t put = send(fd, data, len, MSG_NOSIGNAL);
	return put < 0 && errno == ENOTSOCK ? write(fd, data, len) : put;
}

static bool write_all(struct frame_link *link, const guint8 *data, gsize len, struct cancel *cancel, GError **error)
{
	while (len > 0) {
		if (!wait_for(link, link->out, POLLOUT, cancel, error))
			return false;
		ssize_t put = write_some(link->out, data, len);
		if (put < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (put < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			g_set_error_literal(error, FRAME_ERROR, FRAME_ERROR_CLOSED, "the peer closed the connection");
			return false;
		}
		if (put < 0)
			return refuse_errno("write", error);
		data += put;
		len -= (gsize)put;
	}
	return true;
}

bool frame_write(struct frame_link *link, const struct frame *frame, struct cancel *cancel, GError **error)
{
	g_autoptr(GByteArray) head = frame_head(frame, error);
	if (!head || !write_all(link, head->data, head->len, cancel, error))
		return false;
	for (guint i = 0; i < frame->attachments->len; i++) {
		const struct frame_attachment *each = frame->attachments->pdata[i];
		gsize len;
		const guint8 *data = g_bytes_get_data(each->bytes, &len);
		if (!write_all(link, data, len, cancel, error))
			return false;
	}
	return true;
}
