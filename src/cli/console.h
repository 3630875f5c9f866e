/*
 * What a person at a shell sees of a run: its events as lines on standard error, with a live progress line on a
 * terminal. Also follows a run to its end, with Ctrl-C cancelling the step in hand.
 */
#pragma once

#include "cli/cli.h"

struct console;

struct console *console_new(struct cli *cli, const char *session);
void console_free(struct console *console);
struct cli *console_cli(const struct console *console);
const char *console_session(const struct console *console);
/* Leaves out the session's events up to number `seq`. */
void console_skip(struct console *console, gint64 seq);

/* How a run ended. */
struct ending {
	char *state; /* "completed", … */
	char *fault; /* the stable name, or NULL */
	char *message;
	json_t *result; /* or NULL */
	int version;    /* the one it made, or 0 */
};
void ending_clear(struct ending *ending);

/* Shows the session's events until the run has ended. False with `error` set when the server is gone. */
bool console_follow(
	struct console *console, const char *run, struct ending *ending, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells how it ended when that was not well, and returns the exit code. */
int console_tell_ending(const struct console *console, const struct ending *ending);

/* Prints the result of a session: version, folder, files; as JSON when asked. */
int console_summary(struct cli *cli, const char *session, const struct ending *ending, int code);

OWN_DEFINE(console, console_free)
