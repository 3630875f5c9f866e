/* The HTTP API, version 1: one row a route. The argument of every handler is the struct engine. */
#pragma once

#include "engine/engine.h"
#include "net/httpd.h"

extern const struct http_route routes[];

/* Answers with the problem document of an error of the engine. */
void routes_problem(struct http_request *request, const GError *error);

/* GET /v1/sessions/{id}/events: the session's events from Last-Event-ID (or ?after=) on, until the reader leaves. */
void route_events(struct http_request *request, void *arg);
