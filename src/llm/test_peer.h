/*
 * A model service for tests: it listens on loopback and answers each request with the next of its replies, the last one
 * for ever, byte by byte as the reply says. What it was asked is kept.
 */
#pragma once

#include "base/own.h"
#include "llm/llm.h"

struct peer_reply {
	int status;         /* 0: none, the connection is closed */
	const char *type;   /* NULL: text/event-stream */
	const char *header; /* a further "Name: value\r\n", or NULL */
	const char *body;
	gsize size;        /* of the body; 0: its strlen() */
	gsize step;        /* bytes a packet; 0: all in one */
	guint pause;       /* microseconds between packets */
	const char *again; /* sent without end after the body, or NULL */
	bool hang;         /* stay silent after the body until the other side leaves */
	bool keep;         /* chunked, the connection stays open for the next request */
};

struct peer_request {
	char *line;    /* "POST /v1/chat/completions HTTP/1.1" */
	char *headers; /* the lines after it */
	char *body;
};

struct peer;
struct peer *peer_new(const struct peer_reply *replies, guint count);
/* Waits for its threads. */
void peer_free(struct peer *peer);
/* "http://127.0.0.1:PORT"; borrowed. */
const char *peer_url(const struct peer *peer);
guint peer_requests(struct peer *peer);
guint peer_connections(struct peer *peer);
/* Borrowed, good until the peer is freed. */
const struct peer_request *peer_request(struct peer *peer, guint i);
OWN_DEFINE(peer, peer_free)

/* A clock that stands still but for its sleeps, which it notes and does not do. */
struct fake_clock {
	struct llm_clock clock;
	gint64 now, wall;
	double chance;
	GArray *sleeps; /* of double */
};
void fake_clock_init(struct fake_clock *fake);
void fake_clock_clear(struct fake_clock *fake);
