/* What the tests of the server and the client share: a server with a route of every kind, and raw bytes to it. */
#pragma once

#include "net/httpc.h"
#include "net/httpd.h"
#include "net/net.h"

#include "base/testing.h"

#define PATIENCE 20.0 /* seconds until a test gives up: a bound, never waited for */

/* The head that HTTP/1.1 asks of every request. */
#define H "Host: x\r\n"

struct fixture {
	struct httpd *httpd;
	char *folder, *socket_path, *file;
	GMutex lock;
	GCond changed;
	GPtrArray *streams; /* of struct http_stream; guarded, as what follows */
	int closed, cancelled;
	char *last_id;
};

extern const struct http_route rig_routes[];

struct fixture *fixture_new(const struct httpd_options *options);
void fixture_free(struct fixture *f);
/* cmocka's: a fixture whose streams beat fast and queue little. */
int set_up(void **state);
int tear_down(void **state);

/* Waits until one of the counts below is at least `want`. */
void wait_until(struct fixture *f, int (*count)(const struct fixture *f), int want);
int streams_open(const struct fixture *f);
int streams_closed(const struct fixture *f);
int cancels_seen(const struct fixture *f);

/* A path's address over TCP (g_free). */
char *url_of(const struct fixture *f, const char *path);
/* Sends a call that has an answer. */
struct http_answer *ask(struct httpc *httpc, const struct fixture *f, struct http_call call, const char *path);
void assert_answer(const struct http_answer *answer, int status, const char *type, const char *body);
void assert_problem(const struct http_answer *answer, int status, const char *code);

/* A connection over the Unix socket, for bytes that no client of ours would send. */
int raw_connect(const struct fixture *f);
void raw_write(int fd, const char *bytes, gsize size);
void raw_say(int fd, const char *text);
/* Reads until `needle` has come or the server closed; a NULL needle never comes. */
GString *raw_read(int fd, const char *needle);
/* The bytes are refused with this status, and the connection is closed. */
void assert_raw(const struct fixture *f, const char *bytes, gsize size, int status);
