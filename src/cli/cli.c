/* The program: words, configuration, dispatch; and how errors are told. */
#include "cli/cli.h"

#include "base/suggest.h"
#include "cli/config.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct arg_row shared_rows[] = {
	{"config", "FILE", "read this configuration file", false},
	{"out", "DIR", "put results below this folder (default ./ll3m-out)", false},
	{"set", "NAME=VALUE", "set a configuration value for this call, as in --set render.num_images=2", true},
	{"no-pictures", NULL, "make no full-size pictures", false},
	{"no-sandbox", NULL, "run scripts without a sandbox: they can do whatever you can", false},
	{"json", NULL, "print results as JSON", false},
	{"verbose", NULL, "show scripts whole", false},
	{"help", NULL, "show help", false},
	{"version", NULL, "show the version", false},
	{NULL, NULL, NULL, false},
};

/* ---- errors ---- */
static const struct {
	const char *fault;
	enum cli_exit exit;
	const char *next; /* what to do about it, where the message does not say so; or NULL */
} exits[] = {
	{"request.invalid", CLI_USAGE, NULL},
	{"param.invalid", CLI_USAGE, NULL},
	{"nothing.there", CLI_NOT_FOUND, NULL},
	{"not.found", CLI_NOT_FOUND, "see ll3m sessions, and ll3m versions ID"},
	{"file.not_found", CLI_NOT_FOUND, "give the path of a script, as in ll3m run draft.py"},
	{"session.busy", CLI_USAGE, NULL},
	{"llm.no_match", CLI_CANNOT, NULL},
	{"llm.cannot", CLI_CANNOT, NULL},
	{"llm.config", CLI_CONFIG, NULL},
	{"image.format", CLI_USAGE, NULL},
	{"image.damaged", CLI_USAGE, NULL},
	{"image.large", CLI_USAGE, NULL},
	{"agent.instructions", CLI_CONFIG, NULL},
	{"llm.key", CLI_CONFIG, NULL},
	{"llm.gone", CLI_CONFIG, NULL},
	{"llm.limit", CLI_INTERRUPTED, NULL},
	{"llm.too_long", CLI_CANNOT, NULL},
	{"llm.busy", CLI_INTERRUPTED, NULL},
	{"llm.network", CLI_INTERRUPTED, NULL},
	{"llm.reply", CLI_INTERRUPTED, NULL},
	{"llm.refused", CLI_CANNOT, NULL},
	{"budget.spent", CLI_INTERRUPTED, NULL},
	{"wish.unmet", CLI_UNMET, NULL},
	{"gate.blocked", CLI_FINDINGS, NULL},
	{"script.failed", CLI_SCRIPT, NULL},
	{"script.syntax", CLI_SCRIPT, NULL},
	{"script.text", CLI_SCRIPT, NULL},
	{"exec.no_blender", CLI_BLENDER, NULL},
	{"exec.old_blender", CLI_BLENDER, NULL},
	{"exec.no_sandbox", CLI_BLENDER, NULL},
	{"exec.start", CLI_BLENDER, NULL},
	{"store.open", CLI_STORE, NULL},
	{"store.damaged", CLI_STORE, NULL},
	{"store.busy", CLI_STORE, "as in --set store.path=DIR"},
	{"store.newer", CLI_STORE, NULL},
	{"store.full", CLI_STORE, NULL},
	{"store.io", CLI_STORE, NULL},
	{"file.failed", CLI_FILES, NULL},
	{"cancelled", CLI_CANCELLED, NULL},
	{"program.ended", CLI_INTERRUPTED, NULL},
	{"exec.protocol", CLI_INTERRUPTED, NULL},
};

enum cli_exit cli_exit_of(const char *fault)
{
	for (guint i = 0; i < G_N_ELEMENTS(exits); i++) {
		if (g_str_equal(exits[i].fault, fault))
			return exits[i].exit;
	}
	return CLI_INTERNAL;
}

static const char *next_of(const char *fault)
{
	for (guint i = 0; i < G_N_ELEMENTS(exits); i++) {
		if (g_str_equal(exits[i].fault, fault))
			return exits[i].next;
	}
	return NULL;
}

int cli_fail_code(const char *fault, const char *message)
{
	const char *next = next_of(fault);
	fprintf(stderr, "ll3m: %s%s%s\n", message, next ? "; " : "", next ? next : "");
	return cli_exit_of(fault);
}

int cli_fail(const GError *error)
{
	return cli_fail_code(client_fault(error), error->message);
}

int cli_usage(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	fprintf(stderr, "ll3m: %s\n", text);
	return CLI_USAGE;
}

void cli_print_json(json_t *value)
{
	g_autofree char *text = json_print_pretty(value);
	json_decref(value);
	puts(text);
}

bool cli_connect(struct cli *cli, int *exit_out)
{
	g_autoptr(GError) error = NULL;
	cli->client = client_open(cli->options, &error);
	if (cli->client)
		return true;
	*exit_out = cli_fail(error);
	return false;
}

/* ---- configuration ---- */
static bool apply_words(struct cli *cli, GError **error)
{
	const char *out = args_get(cli->args, "out");
	for (const char *const *word = args_all(cli->args, "set"); *word; word++) {
		g_auto(GStrv) pair = g_strsplit(*word, "=", 2);
		if (!pair[0] || !pair[1]) {
			g_set_error(error, ARGS_ERROR, ARGS_ERROR_VALUE, "--set %s: it must be NAME=VALUE", *word);
			return false;
		}
		g_autoptr(GError) why = NULL;
		if (!options_set(cli->options, pair[0], pair[1], "command line", &why)) {
			bool unknown = g_error_matches(why, OPTION_ERROR, OPTION_ERROR_UNKNOWN);
			g_set_error(error, why->domain, why->code, "%s%s", why->message,
				unknown ? " (ll3m config lists all)" : "");
			return false;
		}
	}
	if (out && !options_set(cli->options, "session.out_dir", out, "command line", error))
		return false;
	if (args_has(cli->args, "no-pictures") &&
		!options_set(cli->options, "render.full", "false", "command line", error))
		return false;
	if (args_has(cli->args, "no-sandbox") &&
		!options_set(cli->options, "sandbox.kind", "none", "command line", error))
		return false;
	cli->json = args_has(cli->args, "json");
	cli->verbose = args_has(cli->args, "verbose");
	return true;
}

static bool configure(struct cli *cli, GError **error)
{
	g_auto(GStrv) environment = g_get_environ();
	cli->options = options_new(config_tables);
	cli->config_path = config_find(args_get(cli->args, "config"), error);
	if (*error)
		return false;
	if (cli->config_path && !config_load(cli->options, cli->config_path, error))
		return false;
	return config_load_environment(cli->options, environment, error) && apply_words(cli, error);
}

/* ---- dispatch ---- */
static const struct command *find_command(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const struct command *const *command = commands; *command; command++) {
		if (g_str_equal((*command)->name, name))
			return *command;
		g_ptr_array_add(names, (char *)(*command)->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = suggest_nearest(name, (const char *const *)names->pdata);
	if (strchr(name, ' '))
		cli_usage("\"%s\" is no command; if it is a prompt, give it as --text \"%s\"", name, name);
	else if (nearest)
		cli_usage("there is no command \"%s\"; did you mean \"%s\"?", name, nearest);
	else
		cli_usage("there is no command \"%s\"; see ll3m --help", name);
	return NULL;
}

static int run_command(const struct command *command, const struct args *args)
{
	g_autoptr(GError) error = NULL;
	struct cli cli = {.args = args};
	int code = CLI_CONFIG;
	if (configure(&cli, &error)) {
		if (g_str_equal(options_string(cli.options, "sandbox.kind"), "none"))
			fprintf(stderr, "ll3m: warning: scripts run without a sandbox and can do whatever you can\n");
		code = command->run(&cli);
	} else {
		/* What is wrong in the file begins with FILE:LINE:COLUMN. */
		bool placed = error->domain == CONFIG_ERROR && error->code != CONFIG_ERROR_FILE;
		fprintf(stderr, "%s%s\n", placed ? "" : "ll3m: ", error->message);
		if (error->domain == ARGS_ERROR || error->domain == OPTION_ERROR)
			code = CLI_USAGE;
	}
	if (cli.client)
		client_close(cli.client);
	if (cli.options)
		options_free(cli.options);
	g_free(cli.config_path);
	return code;
}

static const struct arg_row *find_row(const struct arg_row *rows, const char *name)
{
	while (rows->name && !g_str_equal(rows->name, name))
		rows++;
	return rows->name ? rows : NULL;
}

/* The index of the word that names a command, or argc: the first that is neither an option nor an option's value. An
 * unknown option ends the search, so that it is what is complained about. */
static int command_index(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return i;
		if (!g_str_has_prefix(argv[i], "--") || strchr(argv[i], '='))
			continue;
		const struct arg_row *row = find_row(shared_rows, argv[i] + 2);
		if (!row && !(row = find_row(commands[0]->rows, argv[i] + 2)))
			return argc;
		i += row->value != NULL;
	}
	return argc;
}

int cli_main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	const struct command *command = commands[0];
	setlocale(LC_CTYPE, "");
	int at = command_index(argc, argv);
	g_autofree char **words = g_memdup2(argv, sizeof *argv * ((gsize)argc + 1));
	if (at < argc) {
		command = find_command(argv[at]);
		if (!command)
			return CLI_USAGE;
		/* The command's own name is no word of its. */
		memmove(words + at, words + at + 1, sizeof *words * (gsize)(argc - at));
		argc--;
	}
	OWN(args) *args = args_parse(argc, words, command->rows, shared_rows, false, &error);
	if (!args)
		return cli_usage("%s", error->message);
	if (args_has(args, "version")) {
		puts("ll3m " LL3M_VERSION);
		return CLI_OK;
	}
	if (args_has(args, "help")) {
		help_print(command);
		return CLI_OK;
	}
	return run_command(command, args);
}

/* ---- help ---- */
static void print_rows(const struct arg_row *rows)
{
	for (; rows->name; rows++) {
		g_autofree char *left = rows->value ? g_strdup_printf("--%s %s", rows->name, rows->value)
						    : g_strdup_printf("--%s", rows->name);
		printf("  %-24s %s\n", left, rows->about);
	}
}

static void print_exits(void)
{
	puts("\nExit codes:");
#define EXIT(id, number, meaning) printf("  %-4d %s\n", number, meaning);
#include "cli/exits.def"
#undef EXIT
}

void help_print(const struct command *command)
{
	printf("Usage: ll3m %s\n\n%s\n", command->usage, command->about);
	if (command->details)
		printf("\n%s\n", command->details);
	if (command->rows->name) {
		puts("\nOptions:");
		print_rows(command->rows);
	}
	puts(command->rows->name ? "" : "\nOptions:");
	print_rows(shared_rows);
	if (command != commands[0])
		return;
	puts("\nCommands:");
	for (const struct command *const *other = commands + 1; *other; other++)
		printf("  %-10s %s\n", (*other)->name, (*other)->about);
	print_exits();
}
