/* The refinement prompt: see prompt.h. On a terminal lines are edited with libedit and kept in a history; elsewhere one
 * instruction a line is read. */
#include "cli/prompt.h"

#include "cli/follow.h"
#include "cli/line.h"
#include "cli/show.h"

#include "base/suggest.h"
#include <stdio.h>

struct slash {
	const char *name;
	const char *words; /* what follows it */
	const char *about;
	int (*run)(struct console *console, char **words);
};

static int slash_head(struct console *console, int move)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/head", console_session(console));
	g_autoptr(json_t) answer =
		client_call(console_cli(console)->client, "POST", path, json_make("{s:i}", "move", move), &error);
	if (!answer)
		return cli_fail(error);
	fprintf(stderr, "[Version %d] is current again\n", (int)json_int(answer, "head", 0));
	return CLI_OK;
}

static int slash_undo(struct console *console, char **words)
{
	return slash_head(console, -1);
}

static int slash_redo(struct console *console, char **words)
{
	return slash_head(console, +1);
}

static int slash_versions(struct console *console, char **words)
{
	return show_versions(console_cli(console), console_session(console));
}

static bool read_version(const char *word, int *number_out)
{
	guint64 number;
	bool read = g_ascii_string_to_unsigned(word, 10, 1, G_MAXINT, &number, NULL);
	*number_out = read ? (int)number : 0;
	return read;
}

static int slash_diff(struct console *console, char **words)
{
	int before = 0;
	int after = 0;
	bool read =
		!words[0] || (words[1] ? read_version(words[0], &before) && read_version(words[1], &after) && !words[2]
				       : show_read_pair(words[0], &before, &after));
	if (!read)
		return cli_usage("/diff takes the numbers of two versions, as in /diff 1 3, or nothing");
	return show_difference(console_cli(console), console_session(console), before, after);
}

static int slash_params(struct console *console, char **words)
{
	return show_params(console_cli(console), console_session(console));
}

static int follow(struct console *console, json_t *body)
{
	size_t i;
	json_t *file;
	struct ending ending = {0};
	int code = follow_run(console, console_session(console), body, &ending);
	json_array_foreach (json_object_get(ending.result, "files"), i, file)
		fprintf(stderr, "%s\n", json_is_string(file) ? json_string_value(file) : json_str(file, "name", ""));
	ending_clear(&ending);
	/* A version was made before this; the wish alone could not be. */
	return code == CLI_CANNOT ? CLI_UNMET : code;
}

static int slash_set(struct console *console, char **words)
{
	json_t *values = json_object();
	for (; *words; words++) {
		g_auto(GStrv) pair = g_strsplit(*words, "=", 2);
		if (!pair[1]) {
			json_decref(values);
			return cli_usage("/set %s: it must be name=value, as in /set legs=3", *words);
		}
		json_object_set_new(values, pair[0], json_text(pair[1]));
	}
	return follow(console, json_make("{s:s, s:o}", "kind", "set", "values", values));
}

static int slash_render(struct console *console, char **words)
{
	return follow(console, json_make("{s:s}", "kind", "render"));
}

static int slash_export(struct console *console, char **words)
{
	static const char *const profiles[] = {"web", "game", "print", "archive", NULL};
	json_t *formats = json_array();
	const char *profile = NULL;
	for (; *words; words++) {
		if (g_strv_contains(profiles, *words))
			profile = *words;
		else
			json_array_append_new(formats, json_text(*words));
	}
	return follow(console, json_make("{s:s, s:o, s:s?}", "kind", "export", "formats", formats, "profile", profile));
}

static int slash_help(struct console *console, char **words);

static const struct slash slashes[] = {
	{"undo", "", "back to the version before", slash_undo},
	{"redo", "", "forward again", slash_redo},
	{"versions", "", "all versions", slash_versions},
	{"diff", "[A B]", "what changed between two versions, or by the last", slash_diff},
	{"params", "", "the sliders and their values", slash_params},
	{"set", "NAME=VALUE …", "turn sliders, without a model", slash_set},
	{"render", "", "make the full-size pictures", slash_render},
	{"export", "FORMAT … [PROFILE]",
		"write files: blend glb gltf obj stl ply fbx usdc usdz 3mf; for web, game, print or archive",
		slash_export},
	{"help", "", "this list", slash_help},
};

static int slash_help(struct console *console, char **words)
{
	for (guint i = 0; i < G_N_ELEMENTS(slashes); i++)
		fprintf(stderr, "  /%-9s %-14s %s\n", slashes[i].name, slashes[i].words, slashes[i].about);
	fprintf(stderr, "  TERMINATE                 end the session\n");
	return CLI_OK;
}

static int run_slash(struct console *console, const char *line)
{
	const char *names[G_N_ELEMENTS(slashes) + 1] = {NULL};
	g_auto(GStrv) all = g_regex_split_simple("\\s+", line + 1, 0, 0);
	if (!all[0]) /* of nothing there are no pieces */
		return cli_usage("/ alone is no command; see /help");
	for (guint i = 0; i < G_N_ELEMENTS(slashes); i++) {
		names[i] = slashes[i].name;
		if (!g_str_equal(slashes[i].name, all[0]))
			continue;
		if (!*slashes[i].words && all[1])
			return cli_usage("/%s takes nothing behind it, and \"%s\" stands there", all[0], all[1]);
		return slashes[i].run(console, all + 1);
	}
	const char *nearest = suggest_nearest(all[0], names);
	return cli_usage(
		"there is no /%s; %s%s", all[0], nearest ? "did you mean /" : "see /help", nearest ? nearest : "");
}

static int run_instruction(struct console *console, const char *line)
{
	static const char *const meant[] = {"undo", "redo", "help", "versions", NULL};
	static const char *const ends[] = {"terminate", "exit", "quit", "bye", NULL};
	g_autofree char *lower = g_ascii_strdown(line, -1);
	if (!g_utf8_validate(line, -1, NULL))
		return cli_usage("the instruction is not UTF-8");
	if (*line == '/')
		return run_slash(console, line);
	if (g_strv_contains(ends, lower))
		return cli_usage("to end the session type TERMINATE, in capitals");
	if (g_strv_contains(meant, lower))
		return cli_usage("did you mean /%s?", lower);
	return follow(console, json_make("{s:s, s:s}", "kind", "refine", "wish", line));
}

/* `enters`: the phase begins, or begins again after a run. */
static void say_prompt(const struct cli *cli, bool enters)
{
	gint64 idle = options_int(cli->options, "session.idle_timeout");
	if (cli->json)
		return;
	if (enters)
		fprintf(stderr, "[Phase] user_guided_refinement\n[User Guided Refinement Phase: 0:00:00]\n");
	fprintf(stderr, "Enter the instruction: (Type 'TERMINATE' to exit)\n");
	if (idle > 0)
		fprintf(stderr, "[WARNING: Session will timeout after %g minutes of inactivity]\n", (double)idle / 60);
}

int prompt_loop(struct console *console)
{
	struct cli *cli = console_cli(console);
	struct line *input = line_open();
	int first_failure = CLI_OK;
	bool enters = true;
	while (true) {
		say_prompt(cli, enters);
		enum line_end end;
		g_autofree char *line = line_read(input, (int)options_int(cli->options, "session.idle_timeout"), &end);
		if (!line && end == LINE_IDLE)
			fprintf(stderr,
				"ll3m: no instruction for a while; the session is closed and can be taken up again\n");
		if (!line || g_str_equal(g_strstrip(line), "TERMINATE"))
			break;
		if (!*line)
			continue;
		int code = run_instruction(console, line);
		enters = *line != '/';
		if (first_failure == CLI_OK && !line_is_terminal(input))
			first_failure = code;
	}
	line_close(input);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/close", console_session(console));
	g_autoptr(json_t) closed = client_call(cli->client, "POST", path, NULL, &error);
	if (!closed)
		return cli_fail(error);
	return first_failure;
}
