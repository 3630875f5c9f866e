/*
 * The command line: subcommands as rows, all of them clients of the HTTP API. Results go to standard output, everything
 * else to standard error.
 */
#pragma once

#include "base/option.h"
#include "cli/args.h"
#include "cli/client.h"

enum cli_exit {
#define EXIT(id, number, meaning) CLI_##id = number,
#include "cli/exits.def"
#undef EXIT
};

/* What the command line has said, for every command. */
struct cli {
	struct options *options; /* configuration: defaults, file, environment, command line */
	const struct args *args; /* the words of this command */
	char *config_path;       /* the file in use, or NULL */
	bool json;               /* results as JSON */
	bool verbose;            /* scripts whole */
	struct client *client;   /* NULL until cli_connect() */
};

struct command {
	const char *name;
	const char *usage;           /* "sessions [continue ID | show ID | record ID]" */
	const char *about;           /* one line */
	const char *details;         /* further help, or NULL */
	const struct arg_row *rows;  /* its own options; ends with a NULL name */
	int (*run)(struct cli *cli); /* returns an enum cli_exit */
};

/* The table of commands, ended by NULL; the first is what runs when none is named. */
extern const struct command *const commands[];

/* The program: parses, dispatches, returns the exit code. */
int cli_main(int argc, char **argv);

/* Help for the program, or for one command. */
void help_print(const struct command *command);

/* Connects to the server, starting one on a private socket inside this process. False after having said why; then
 * *exit_out is set. */
bool cli_connect(struct cli *cli, int *exit_out);

/* Says an error in one line and returns the exit code that belongs to it. */
int cli_fail(const GError *error);
int cli_fail_code(const char *fault, const char *message);
/* The exit code of an error by its stable name. */
enum cli_exit cli_exit_of(const char *fault);
int cli_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Prints a JSON value to standard output, indented. Takes it. */
void cli_print_json(json_t *value);
