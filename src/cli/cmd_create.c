/* The command without a name: makes an asset from words, or goes on with an earlier session's; then takes wishes. */
#include "cli/follow.h"
#include "cli/prompt.h"
#include "cli/show.h"

#include <stdio.h>

static const struct arg_row rows[] = {
	{"text", "PROMPT", "make an asset from words", false},
	{"image", "FILE", "make an asset from a picture", false},
	{"session-id", "ID", "go on from a finished session, as a new one (with --prompt)", false},
	{"prompt", "PROMPT", "what to change (with --session-id)", false},
	{"list-sessions", NULL, "list the sessions that have a finished asset", false},
	{"login", NULL, "sign in to a server (not needed on your own machine)", false},
	{"logout", NULL, "sign out of a server", false},
	{"accept-terms", NULL, "accept a server's terms", false},
	{NULL, NULL, NULL, false},
};

static int check_words(const struct args *args)
{
	bool text = args_has(args, "text");
	bool image = args_has(args, "image");
	bool session = args_has(args, "session-id");
	bool prompt = args_has(args, "prompt");
	if (args_words(args) > 0)
		return cli_usage("\"%s\" is not expected here; give the prompt as --text \"…\"", args_word(args, 0));
	if (text && image)
		return cli_usage("--text and --image exclude each other: give one of them");
	if (session != prompt)
		return cli_usage("--session-id and --prompt need each other: %s is missing",
			session ? "--prompt" : "--session-id");
	if (session && (text || image))
		return cli_usage("--session-id goes on from a finished asset; it excludes --text and --image");
	return CLI_OK;
}

/* With nobody to sign in to, these three are answered and done. */
static bool answer_account_words(const struct args *args)
{
	if (args_has(args, "login"))
		puts("No server is configured: everything runs on this machine, and no sign-in is needed.");
	else if (args_has(args, "logout"))
		puts("No server is configured: there is no sign-in to end.");
	else if (args_has(args, "accept-terms"))
		puts("No server is configured: there are no terms to accept.");
	else
		return false;
	return true;
}

static json_t *make_body(struct cli *cli)
{
	const char *text = args_get(cli->args, "text");
	if (text)
		return json_make("{s:s, s:o}", "kind", "create", "prompt", json_text(text));
	return json_make("{s:s, s:s, s:o}", "kind", "branch", "session", args_get(cli->args, "session-id"), "wish",
		json_text(args_get(cli->args, "prompt")));
}

/* Words that are not UTF-8 cannot travel as JSON; they are refused here in the server's words. */
static bool words_are_utf8(const char *option, const char *text)
{
	const char *bad;
	if (!text || g_utf8_validate(text, -1, &bad))
		return true;
	cli_usage("the value of --%s is not UTF-8: byte %td cannot be read", option, bad - text + 1);
	return false;
}

static int create(struct cli *cli)
{
	int code;
	g_autoptr(GError) error = NULL;
	g_autofree char *run = NULL;
	struct ending ending = {0};
	if (!words_are_utf8("text", args_get(cli->args, "text")) ||
		!words_are_utf8("prompt", args_get(cli->args, "prompt")))
		return CLI_USAGE;
	if (!cli_connect(cli, &code))
		return code;
	show_unfinished(cli);
	g_autofree char *session = follow_create(cli, make_body(cli), &run, &error);
	if (!session)
		return cli_fail(error);
	OWN(console) *console = console_new(cli, session);
	if (!console_follow(console, run, &ending, &error))
		return cli_fail(error);
	code = console_tell_ending(console, &ending);
	bool has_version = ending.version > 0;
	if (has_version && (code == CLI_OK || code == CLI_FINDINGS)) {
		int wishes = prompt_loop(console);
		code = wishes != CLI_OK ? wishes : code;
	}
	code = console_summary(cli, session, &ending, code);
	ending_clear(&ending);
	return code;
}

static int run(struct cli *cli)
{
	int code = check_words(cli->args);
	if (code != CLI_OK)
		return code;
	if (answer_account_words(cli->args))
		return CLI_OK;
	if (args_has(cli->args, "list-sessions"))
		return cli_connect(cli, &code) ? show_finished(cli) : code;
	if (args_has(cli->args, "image"))
		return cli_fail_code("llm.cannot", "the built-in modeler cannot look at pictures; --image needs a "
						   "vision model: set models.default.provider in config/config.yaml");
	if (args_has(cli->args, "text") || args_has(cli->args, "session-id"))
		return create(cli);
	help_print(commands[0]);
	return CLI_USAGE;
}

const struct command cmd_create = {"create",
	"[--text PROMPT | --session-id ID --prompt PROMPT | --list-sessions] [OPTIONS]\n       ll3m COMMAND …",
	"Makes a 3D asset from a sentence: a readable Blender script, a .blend, a .glb and pictures; then takes wishes "
	"in plain words.",
	"At the prompt type a wish, TERMINATE to end, or /help. Without a terminal, standard input is read as one wish "
	"a line.",
	rows, run};
