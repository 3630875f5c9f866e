/* `ll3m sessions`: what there is, going on with what was interrupted, and recordings of it. */
#include "cli/follow.h"
#include "cli/prompt.h"
#include "cli/show.h"

#include "base/suggest.h"

static const struct arg_row rows[] = {
	{"cost", NULL, "With show: what the session's models have cost, agent by agent", false},
	{NULL, NULL, NULL, false},
};

static int list(struct cli *cli, const char *id)
{
	return show_sessions(cli);
}

static int print_json(struct cli *cli, const char *of, const char *id)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s%s", id, of);
	json_t *answer = client_call(cli->client, "GET", path, NULL, &error);
	if (!answer)
		return cli_fail(error);
	cli_print_json(answer);
	return CLI_OK;
}

static int show(struct cli *cli, const char *id)
{
	return args_has(cli->args, "cost") ? show_costs(cli, id) : print_json(cli, "", id);
}

static int record(struct cli *cli, const char *id)
{
	return print_json(cli, "/recording", id);
}

static int go_on(struct cli *cli, const char *id)
{
	struct ending ending = {0};
	OWN(console) *console = console_new(cli, id);
	int code = follow_continue(console, id, &ending);
	if (ending.state)
		code = console_summary(cli, id, &ending, code);
	ending_clear(&ending);
	return code;
}

static int open_again(struct cli *cli, const char *id)
{
	struct ending ending = {.state = g_strdup("completed")};
	OWN(console) *console = console_new(cli, id);
	int code = prompt_loop(console);
	code = console_summary(cli, id, &ending, code);
	ending_clear(&ending);
	return code;
}

static const struct {
	const char *name;
	bool takes_id;
	int (*run)(struct cli *cli, const char *id);
} verbs[] = {
	{"list", false, list},
	{"show", true, show},
	{"continue", true, go_on},
	{"open", true, open_again},
	{"record", true, record},
};

static int run(struct cli *cli)
{
	int code;
	const char *verb = args_words(cli->args) ? args_word(cli->args, 0) : "list";
	const char *names[G_N_ELEMENTS(verbs) + 1] = {NULL};
	for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
		names[i] = verbs[i].name;
		if (!g_str_equal(verbs[i].name, verb))
			continue;
		if (args_words(cli->args) > (verbs[i].takes_id ? 2 : 1) ||
			(verbs[i].takes_id && args_words(cli->args) < 2))
			return cli_usage("ll3m sessions %s takes %s", verb,
				verbs[i].takes_id ? "the id of a session" : "nothing more");
		if (args_has(cli->args, "cost") && verbs[i].run != show)
			return cli_usage("--cost goes with ll3m sessions show ID");
		if (!cli_connect(cli, &code))
			return code;
		g_autoptr(GError) error = NULL;
		g_autofree char *id =
			verbs[i].takes_id ? follow_session_id(cli, args_word(cli->args, 1), &error) : NULL;
		return verbs[i].takes_id && !id ? cli_fail(error) : verbs[i].run(cli, id);
	}
	const char *nearest = suggest_nearest(verb, names);
	return cli_usage("ll3m sessions has no \"%s\"; %s%s", verb,
		nearest ? "did you mean " : "see ll3m sessions --help", nearest ? nearest : "");
}

const struct command cmd_sessions = {"sessions",
	"sessions [list | show ID [--cost] | continue ID | open ID | record ID]",
	"Lists sessions, and goes on with interrupted ones.",
	"continue  goes on with a run that was interrupted or cancelled, from its last finished step\n"
	"open      takes further wishes for a finished asset\n"
	"record    prints the models' answers of the session, which `models.default.provider: replay` reads",
	rows, run};
