/* `ll3m versions`, `undo` and `redo`: the tree of an asset's versions, and moving in it. */
#include "cli/follow.h"
#include "cli/show.h"

#include <stdio.h>

static const struct arg_row no_rows[] = {{NULL, NULL, NULL, false}};
static const struct arg_row versions_rows[] = {
	{"diff", "A..B", "what changed between two versions", false},
	{"go", "N", "make version N the current one", false},
	{NULL, NULL, NULL, false},
};

/* The session that the command's one word names, connected to. NULL after having said why. */
static char *named_session(struct cli *cli, int *code)
{
	g_autoptr(GError) error = NULL;
	*code = CLI_USAGE;
	if (args_words(cli->args) != 1) {
		cli_usage("the id of one session is wanted; see ll3m sessions");
		return NULL;
	}
	if (!cli_connect(cli, code))
		return NULL;
	char *id = follow_session_id(cli, args_word(cli->args, 0), &error);
	if (!id)
		*code = cli_fail(error);
	return id;
}

static int move_head(struct cli *cli, const char *session, int move, int to)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/head", session);
	json_t *answer =
		client_call(cli->client, "POST", path, json_make("{s:i, s:i}", "move", move, "to", to), &error);
	if (!answer)
		return cli_fail(error);
	if (cli->json) {
		cli_print_json(answer);
		return CLI_OK;
	}
	printf("version %d is current\n", (int)json_int(answer, "head", 0));
	json_decref(answer);
	return CLI_OK;
}

static int run_versions(struct cli *cli)
{
	int code;
	int before;
	int after;
	const char *diff = args_get(cli->args, "diff");
	const char *go = args_get(cli->args, "go");
	guint64 to = 0;
	if (diff && !show_read_pair(diff, &before, &after))
		return cli_usage("--diff %s: it must be two version numbers, as in --diff 1..3", diff);
	if (go && !g_ascii_string_to_unsigned(go, 10, 1, G_MAXINT, &to, NULL))
		return cli_usage("--go %s: it must be the number of a version", go);
	g_autofree char *id = named_session(cli, &code);
	if (!id)
		return code;
	if (diff)
		return show_difference(cli, id, before, after);
	return go ? move_head(cli, id, 0, (int)to) : show_versions(cli, id);
}

static int run_undo(struct cli *cli)
{
	int code;
	g_autofree char *id = named_session(cli, &code);
	return id ? move_head(cli, id, -1, 0) : code;
}

static int run_redo(struct cli *cli)
{
	int code;
	g_autofree char *id = named_session(cli, &code);
	return id ? move_head(cli, id, +1, 0) : code;
}

const struct command cmd_versions = {"versions", "versions ID [--diff A..B | --go N]",
	"Shows an asset's versions; nothing is ever overwritten.", NULL, versions_rows, run_versions};
const struct command cmd_undo = {"undo", "undo ID", "Goes back to the version before.", NULL, no_rows, run_undo};
const struct command cmd_redo = {"redo", "redo ID", "Goes forward again.", NULL, no_rows, run_redo};
