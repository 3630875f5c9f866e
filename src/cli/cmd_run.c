/* `ll3m run FILE`: a person's own script, run, measured, pictured and kept as a session. */
#include "base/file.h"
#include "cli/follow.h"
#include "proto/script.h"

static const struct arg_row rows[] = {{NULL, NULL, NULL, false}};

static int run(struct cli *cli)
{
	int code;
	gsize size;
	struct ending ending = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *run_id = NULL;
	if (args_words(cli->args) != 1)
		return cli_usage("ll3m run takes one script file");
	const char *path = args_word(cli->args, 0);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *script = file_read(path, SCRIPT_MAX, &size, &error);
	if (!script)
		return cli_fail_code("file.not_found", error->message);
	if (!g_utf8_validate(script, (gssize)size, NULL))
		return cli_fail_code("script.text", "the script is not UTF-8 text");
	if (!cli_connect(cli, &code))
		return code;
	json_t *body =
		json_make("{s:s, s:o, s:o}", "kind", "script", "script", json_text(script), "name", json_text(name));
	g_autofree char *session = follow_create(cli, body, &run_id, &error);
	if (!session)
		return cli_fail(error);
	OWN(console) *console = console_new(cli, session);
	if (!console_follow(console, run_id, &ending, &error))
		return cli_fail(error);
	code = console_summary(cli, session, &ending, console_tell_ending(console, &ending));
	ending_clear(&ending);
	return code;
}

const struct command cmd_run = {
	"run", "run FILE", "Runs a script of your own: measured, pictured, exported.", NULL, rows, run};
