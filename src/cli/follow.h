/* One request that starts a run, followed to its end: what most commands do. */
#pragma once

#include "cli/console.h"

/* Starts a session with its first run (the body of POST /v1/sessions; taken). The session's id (g_free), or NULL with
 * `error` set; *run_out likewise. */
char *follow_create(struct cli *cli, json_t *body, char **run_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Submits a run to the session (the body of POST …/runs; taken) and follows it. The exit code; `ending` is set when the
 * run was followed. */
int follow_run(struct console *console, const char *session, json_t *body, struct ending *ending);

/* The same for POST …/continue. */
int follow_continue(struct console *console, const char *session, struct ending *ending);

/* Sessions by a full id or a prefix of it: the full one (g_free), or NULL with `error` set. */
char *follow_session_id(struct cli *cli, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
