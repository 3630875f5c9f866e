/*
 * Whom TLS connections trust. The certificates are parsed once and shared by all connections of a client: a connection
 * with a store of its own takes a megabyte and 50 ms. Threads: any.
 */
#pragma once

#include "base/own.h"
#include <curl/curl.h>
#include <stdbool.h>

struct trust;

struct trust *trust_new(void);
void trust_free(struct trust *trust);

/* A PEM file instead of the system's certificates; NULL: the system's. Before the first connection. */
void trust_set(struct trust *trust, const char *ca_file);

/* Makes a handle's next connection use it. False with NET_ERROR_TLS when the certificates cannot be read. */
bool trust_apply(struct trust *trust, CURL *easy, GError **error);

OWN_DEFINE(trust, trust_free)
