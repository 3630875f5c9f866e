/* `ll3m config`: shows the configuration with where each value comes from, and writes single values into the file. */
#include "cli/cli.h"
#include "cli/config.h"

#include <stdio.h>

static const struct arg_row rows[] = {{NULL, NULL, NULL, false}};

static int show(struct cli *cli)
{
	if (cli->json) {
		cli_print_json(options_dump_json(cli->options));
		return CLI_OK;
	}
	g_autofree char *text = options_dump_yaml(cli->options);
	if (cli->config_path)
		printf("# %s\n", cli->config_path);
	fputs(text, stdout);
	return CLI_OK;
}

static int set(struct cli *cli, const char *name, const char *value)
{
	g_autoptr(GError) error = NULL;
	const char *path = cli->config_path ? cli->config_path : "config/config.yaml";
	if (!config_set_file(path, config_tables, name, value, &error)) {
		fprintf(stderr, "ll3m: %s\n", error->message);
		return CLI_CONFIG;
	}
	printf("%s: %s = %s\n", path, name, value);
	return CLI_OK;
}

static int run(struct cli *cli)
{
	const char *verb = args_words(cli->args) ? args_word(cli->args, 0) : "show";
	if (g_str_equal(verb, "show") && args_words(cli->args) <= 1)
		return show(cli);
	if (g_str_equal(verb, "set") && args_words(cli->args) == 3)
		return set(cli, args_word(cli->args, 1), args_word(cli->args, 2));
	return cli_usage("ll3m config takes: show, or set NAME VALUE");
}

const struct command cmd_config = {
	"config", "config [show | set NAME VALUE]", "Shows or changes the configuration.", NULL, rows, run};
