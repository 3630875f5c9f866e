/*
 * A key: text that is used and never shown. It has no printer; what is said of a call that carried it goes through
 * secret_hide(). Its memory is wiped when it is freed. Threads: read-only after secret_new().
 */
#pragma once

#include "base/own.h"

struct secret;

struct secret *secret_new(const char *text);
void secret_free(struct secret *secret);

/* The text itself, to be handed to the wire and nowhere else. Borrowed. */
const char *secret_reveal(const struct secret *secret);

/* The text with three stars wherever the secret stands in it. `secret` may be NULL. Free with g_free(). */
char *secret_hide(const struct secret *secret, const char *text);

OWN_DEFINE(secret, secret_free)
