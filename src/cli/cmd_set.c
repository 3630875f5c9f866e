/* `ll3m set ID name=value …`: turns sliders, without a model; without values it lists them. */
#include "cli/follow.h"
#include "cli/show.h"

static const struct arg_row rows[] = {
	{"pictures", NULL, "make pictures of the new version, too", false},
	{NULL, NULL, NULL, false},
};

static json_t *read_values(const struct args *args)
{
	json_t *values = json_object();
	for (int i = 1; i < args_words(args); i++) {
		g_auto(GStrv) pair = g_strsplit(args_word(args, i), "=", 2);
		if (!pair[1]) {
			cli_usage("%s: it must be name=value, as in legs=3", args_word(args, i));
			json_decref(values);
			return NULL;
		}
		json_object_set_new(values, pair[0], json_text(pair[1]));
	}
	return values;
}

static int run(struct cli *cli)
{
	int code;
	struct ending ending = {0};
	g_autoptr(GError) error = NULL;
	if (args_words(cli->args) < 1)
		return cli_usage("ll3m set takes a session's id and name=value pairs");
	json_t *values = read_values(cli->args);
	if (!values)
		return CLI_USAGE;
	if (!cli_connect(cli, &code)) {
		json_decref(values);
		return code;
	}
	g_autofree char *id = follow_session_id(cli, args_word(cli->args, 0), &error);
	if (!id || json_object_size(values) == 0) {
		json_decref(values);
		return id ? show_params(cli, id) : cli_fail(error);
	}
	OWN(console) *console = console_new(cli, id);
	json_t *body = json_make(
		"{s:s, s:o, s:b}", "kind", "set", "values", values, "pictures", args_has(cli->args, "pictures"));
	code = follow_run(console, id, body, &ending);
	if (ending.state && (code == CLI_OK || code == CLI_FINDINGS))
		code = console_summary(cli, id, &ending, code);
	ending_clear(&ending);
	return code;
}

const struct command cmd_set = {"set", "set ID [NAME=VALUE …]",
	"Turns an asset's sliders, without a model; without values it lists them.", NULL, rows, run};
