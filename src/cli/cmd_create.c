/* The command without a name: makes an asset from words, or goes on with an earlier session's; then takes wishes. */
#include "cli/follow.h"
#include "cli/prompt.h"
#include "cli/show.h"

#include "base/file.h"

#include <stdio.h>

enum { IMAGE_FILE_MOST = 32 * 1024 * 1024 };

static const struct arg_row rows[] = {
	{"text", "PROMPT", "make an asset from words", false},
	{"image", "FILE", "make an asset from a picture (PNG, JPEG or WebP; may be given more than once)", true},
	{"note", "TEXT", "what to heed in the picture (with --image)", false},
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
	if (args_has(args, "note") && !image)
		return cli_usage("--note goes with --image; say what to make with --text");
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

/* The pictures, uploaded; NULL with an exit code when one cannot be. */
static json_t *upload(struct cli *cli, int *code)
{
	g_autoptr(json_t) images = json_array();
	for (const char *const *path = args_all(cli->args, "image"); path && *path; path++) {
		gsize size = 0;
		g_autoptr(GError) error = NULL;
		char *data = file_read(*path, IMAGE_FILE_MOST, &size, &error);
		g_autoptr(GBytes) bytes = data ? g_bytes_new_take(data, size) : NULL;
		json_t *picture = bytes ? client_send(cli->client, "POST", "/v1/uploads", "application/octet-stream",
						  bytes, &error)
					: NULL;
		if (!picture) {
			if (bytes)
				g_prefix_error(&error, "%s: ", *path);
			*code = cli_fail(error);
			return NULL;
		}
		json_array_append_new(images, picture);
	}
	return g_steal_pointer(&images);
}

static json_t *make_body(struct cli *cli, json_t *images)
{
	if (json_array_size(images) > 0)
		return json_make("{s:s, s:o, s:O}", "kind", "create", "prompt",
			json_text(args_get(cli->args, "note") ? args_get(cli->args, "note") : ""), "images", images);
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
		!words_are_utf8("note", args_get(cli->args, "note")) ||
		!words_are_utf8("prompt", args_get(cli->args, "prompt")))
		return CLI_USAGE;
	if (!cli_connect(cli, &code))
		return code;
	show_unfinished(cli);
	g_autoptr(json_t) images = upload(cli, &code);
	if (!images)
		return code;
	g_autofree char *session = follow_create(cli, make_body(cli, images), &run, &error);
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
	if (args_has(cli->args, "text") || args_has(cli->args, "image") || args_has(cli->args, "session-id"))
		return create(cli);
	help_print(commands[0]);
	return CLI_USAGE;
}

const struct command cmd_create = {"create",
	"[--text PROMPT | --image FILE [--note TEXT] | --session-id ID --prompt PROMPT | --list-sessions] [OPTIONS]\n  "
	"     ll3m COMMAND …",
	"Makes a 3D asset from a sentence: a readable Blender script, a .blend, a .glb and pictures; then takes wishes "
	"in plain words.",
	"At the prompt type a wish, TERMINATE to end, or /help. Without a terminal, standard input is read as one wish "
	"a line.",
	rows, run};
