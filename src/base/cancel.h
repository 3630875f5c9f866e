/*
 * A stop signal with a deadline, handed down every blocking call. A token may have a parent: what stops the parent
 * stops the child. Any thread may cancel; waiting threads learn it through the file descriptor or by asking.
 */
#pragma once

#include "base/own.h"
#include <stdbool.h>

struct cancel;

#define CANCEL_ERROR (cancel_error_quark())
GQuark cancel_error_quark(void);
enum cancel_error_code {
	CANCEL_ERROR_CANCELLED, /* somebody asked for the end */
	CANCEL_ERROR_DEADLINE,  /* the time ran out */
};

#define CANCEL_NO_DEADLINE (-1.0)

/* A token that ends by itself after `seconds` (CANCEL_NO_DEADLINE: never). `parent` may be NULL; it is referenced. */
struct cancel *cancel_new(struct cancel *parent, double seconds);
struct cancel *cancel_ref(struct cancel *cancel);
void cancel_unref(struct cancel *cancel);

/* Asks for the end, of this token and its children. Never blocks; may be called twice, from any thread, not from a
 * signal handler. */
void cancel_fire(struct cancel *cancel);

/* The same from a signal handler, for a token without children. */
void cancel_fire_in_signal(struct cancel *cancel);

/* True when it was fired or its time is over; then `error` (may be NULL) says which. A NULL token never is. */
bool cancel_check(struct cancel *cancel, GError **error);

/* Milliseconds a poll() may wait until the next deadline: at least 0, -1 without a deadline. */
int cancel_timeout_ms(struct cancel *cancel);

/* A descriptor that becomes readable when the token is fired, for poll(); -1 for NULL. Owned by the token; never read
 * it. */
int cancel_fd(struct cancel *cancel);

OWN_DEFINE(cancel, cancel_unref)
