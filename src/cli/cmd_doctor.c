/* `ll3m doctor`: starts everything once and says what is there. */
#include "cli/cli.h"

#include <stdio.h>

static const struct arg_row rows[] = {{NULL, NULL, NULL, false}};

static int run(struct cli *cli)
{
	int code;
	const char *name;
	json_t *value;
	g_autoptr(GError) error = NULL;
	if (!cli_connect(cli, &code))
		return code;
	json_t *about = client_call(cli->client, "GET", "/v1/about", NULL, &error);
	if (!about)
		return cli_fail(error);
	if (cli->json) {
		cli_print_json(about);
		return CLI_OK;
	}
	printf("ll3m       %s\nprovider   %s\n", json_str(about, "version", ""), json_str(about, "provider", ""));
	json_object_foreach (json_object_get(about, "executor"), name, value) {
		g_autofree char *text = json_print(value);
		printf("%-10s %s\n", name, json_is_string(value) ? json_string_value(value) : text);
	}
	puts("all is well");
	json_decref(about);
	return CLI_OK;
}

const struct command cmd_doctor = {"doctor", "doctor",
	"Checks that Blender, the sandbox, the database and the model are usable.", NULL, rows, run};
