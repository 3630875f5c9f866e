/* Runs started and followed: see follow.h. */
#include "cli/follow.h"

char *follow_create(struct cli *cli, json_t *body, char **run_out, GError **error)
{
	g_autoptr(json_t) answer = client_call(cli->client, "POST", "/v1/sessions", body, error);
	if (!answer)
		return NULL;
	*run_out = g_strdup(json_str(answer, "run", ""));
	return g_strdup(json_str(answer, "session", ""));
}

static int follow(struct console *console, const char *path, json_t *body, struct ending *ending, struct cli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answer = client_call(cli->client, "POST", path, body, &error);
	if (!answer || !console_follow(console, json_str(answer, "run", ""), ending, &error))
		return cli_fail(error);
	return console_tell_ending(console, ending);
}

int follow_run(struct console *console, const char *session, json_t *body, struct ending *ending)
{
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/runs", session);
	return follow(console, path, body, ending, console_cli(console));
}

/* What the run told in its life before, its end included, is not told again. */
static bool skip_told(struct console *console, const char *session, GError **error)
{
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s", session);
	g_autoptr(json_t) info = client_call(console_cli(console)->client, "GET", path, NULL, error);
	if (info)
		console_skip(console, json_int(info, "seq", 0));
	return info != NULL;
}

int follow_continue(struct console *console, const char *session, struct ending *ending)
{
	g_autoptr(GError) error = NULL;
	if (!skip_told(console, session, &error))
		return cli_fail(error);
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/continue", session);
	return follow(console, path, NULL, ending, console_cli(console));
}

char *follow_session_id(struct cli *cli, const char *id, GError **error)
{
	if (!*id || id[strspn(id, "0123456789abcdefABCDEF")]) {
		g_set_error(error, CLIENT_ERROR, (int)g_quark_from_static_string("not.found"),
			"there is no session \"%s\": an id is made of the digits 0 to 9 and a to f", id);
		return NULL;
	}
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s", id);
	g_autoptr(json_t) session = client_call(cli->client, "GET", path, NULL, error);
	return session ? g_strdup(json_str(session, "id", "")) : NULL;
}
