/*
 * The command line's way to the server: the HTTP API over a private Unix socket. With no server named, the server is
 * started inside this process; it is the same code either way.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/option.h"

#define CLIENT_ERROR (client_error_quark())
GQuark client_error_quark(void);
enum client_error_code {
	CLIENT_ERROR_STREAM, /* the event stream ended before the run did; any other code is a refusal, named by
				client_fault() */
};

struct client;

/* Starts the server of this process with these options. Errors: those of the engine's services. */
struct client *client_open(const struct options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends the server: runs that are going are cancelled and can be continued. */
void client_close(struct client *client);
/* Takes the socket off the disk, for a process that is about to end at once, without closing anything. */
void client_abandon(const struct client *client);

/* One call. `body` (taken, may be NULL). The answer, a new reference, or NULL. */
json_t *client_call(struct client *client, const char *method, const char *path, json_t *body,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with a body of bytes (borrowed, may be NULL) of a type. */
json_t *client_send(struct client *client, const char *method, const char *path, const char *type, GBytes *body,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *client_bytes(struct client *client, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes one event {"seq", "type", "run", "time", "body"}; false ends the reading. */
typedef bool (*client_event_fn)(const json_t *event, void *arg);
/* Reads a session's events after *seq (which is moved on) until `fn` says so. True then. */
bool client_events(struct client *client, const char *session, gint64 *seq, client_event_fn fn, void *arg,
	struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The stable name of an error that any of these gave: the problem's code, or the engine's name for it. */
const char *client_fault(const GError *error);

OWN_DEFINE(client, client_close)
