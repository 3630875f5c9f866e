/*
 * Frames of the exec protocol (doc/PROTOCOL.exec.md, section 1): a 4-byte length, one JSON object, raw attachments.
 * Both ends of every limit are held here: what a peer sends is refused when it breaks one, and so is what we would
 * send.
 *
 * A frame_decoder is the grammar without I/O. A frame_link moves frames over descriptors and blocks with a cancel
 * token. Threads: neither is locked; a link has one owner at a time. Errors: FRAME_ERROR, CANCEL_ERROR. After any
 * FRAME_ERROR the link is of no use, for there is no resynchronising.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/own.h"

#define FRAME_JSON_MAX (32u * 1024 * 1024)
#define FRAME_JSON_MIN 2u
#define FRAME_DEPTH_MAX 64
#define FRAME_ATTACHMENTS_MAX 64
#define FRAME_ATTACHED_MAX (512u * 1024 * 1024)
#define FRAME_NAME_MAX 128

#define FRAME_ERROR (frame_error_quark())
GQuark frame_error_quark(void);
enum frame_error_code {
	FRAME_ERROR_LENGTH,     /* the JSON is too short or too long */
	FRAME_ERROR_JSON,       /* not one JSON object, a duplicate key, a NUL, too deep */
	FRAME_ERROR_ATTACHMENT, /* too many, too large, an unfit name or size */
	FRAME_ERROR_CLOSED,     /* the peer closed between two frames */
	FRAME_ERROR_CUT,        /* the peer closed inside a frame */
	FRAME_ERROR_IO,         /* the system refused to read or write */
};

struct frame_attachment {
	char *name;
	GBytes *bytes;
};

struct frame {
	json_t *json;           /* an object; when it came from a peer it still has its "attachments" */
	GPtrArray *attachments; /* of struct frame_attachment, owned */
};

/* A frame of `json`, whose reference it takes. */
struct frame *frame_new(json_t *json);
void frame_free(struct frame *frame);
/* Adds an attachment, copying `name` and referencing `bytes`. */
void frame_attach(struct frame *frame, const char *name, GBytes *bytes);

/* The length and the JSON of a frame, with the list of its attachments put in, or NULL when it breaks a limit. The
 * bytes of the attachments follow it on the wire, in order. */
GByteArray *frame_head(const struct frame *frame, GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct frame_decoder;
struct frame_decoder *frame_decoder_new(void);
void frame_decoder_free(struct frame_decoder *decoder);
/* How many bytes may be pushed now: at least 1, and never past the end of the frame. */
gsize frame_decoder_wants(const struct frame_decoder *decoder);
/* Whether a frame has begun to come in. */
bool frame_decoder_inside(const struct frame_decoder *decoder);
/* Takes `len` bytes, at most what it wants. When they complete a frame it is handed over in `frame_out`, otherwise that
 * is NULL. No more memory is taken than bytes came. */
bool frame_decoder_push(struct frame_decoder *decoder, const guint8 *data, gsize len, struct frame **frame_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Called while a link waits, when its side descriptor is readable or at its end; false with `error` set breaks off the
 * read or write. It may call frame_link_watch() to end the
 * watch. */
struct frame_link;
typedef bool (*frame_side_fn)(struct frame_link *link, int fd, void *arg, GError **error);

/* A connection over two descriptors (or one socket twice), which the link owns, closes and makes non-blocking. Where
 * they are pipes and not sockets, the process has to ignore SIGPIPE. */
struct frame_link *frame_link_new(int in, int out);
void frame_link_free(struct frame_link *link);
/* Has a third descriptor (not owned) looked after while the link waits; -1 for none. */
void frame_link_watch(struct frame_link *link, int fd, frame_side_fn side, void *arg);
/* Whether something has come in that was not read yet, or the peer is gone. Does not block. */
bool frame_link_ready(const struct frame_link *link);

/* Blocks for the next frame. A read that was cancelled or ran out of time can be taken up again: what came so far is
 * kept. */
struct frame *frame_read(struct frame_link *link, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Blocks until the whole frame is written. A write that failed, cancelled or not, may have left half a frame: the link
 * is of no use then, unless the error is one of the frame's own limits (LENGTH, JSON, ATTACHMENT). */
bool frame_write(struct frame_link *link, const struct frame *frame, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(frame, frame_free)
OWN_DEFINE(frame_decoder, frame_decoder_free)
OWN_DEFINE(frame_link, frame_link_free)
