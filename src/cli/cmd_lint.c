/* `ll3m lint FILE`: what would fail in the Blender at hand, before it is run; and scripts ported by --fix. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/sarif.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

static const struct arg_row rows[] = {
	{"blender", "PATH", "the Blender to check against, in place of the configured one", false},
	{"rules", "A,B", "only these of contract, policy, api", false},
	{"fix", NULL, "rewrite in the file what is certain", false},
	{"sarif", NULL, "print the findings as SARIF 2.1.0", false},
	{NULL, NULL, NULL, false},
};

/* The script's text, or NULL after having said why; then *code_out is set. */
static char *read_script(const char *path, int *code_out)
{
	gsize size;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = file_read(path, FILE_MAX, &size, &error);
	if (!text) {
		*code_out = cli_fail_code("file.not_found", error->message);
		return NULL;
	}
	const char *nul = memchr(text, 0, size);
	if (nul || !g_utf8_validate(text, (gssize)size, NULL)) {
		*code_out = cli_fail_code("script.text",
			nul ? "the script holds a NUL byte, so it is no text" : "the script is not UTF-8 text");
		return NULL;
	}
	return g_steal_pointer(&text);
}

static json_t *split_rules(const char *words)
{
	json_t *rules = json_array();
	g_auto(GStrv) each = g_strsplit(words, ",", -1);
	for (int i = 0; each[i]; i++)
		json_array_append_new(rules, json_text(g_strstrip(each[i])));
	return rules;
}

/* A line for each finding, in the form that editors read: FILE:LINE:COLUMN: severity: message. */
static void print_findings(const char *path, const json_t *diagnostics)
{
	size_t i;
	json_t *each;
	json_array_foreach (diagnostics, i, each) {
		const char *hint = json_str(each, "hint", "");
		printf("%s:%d:%d: %s: %s [%s]\n", path, (int)json_int(each, "line", 1),
			(int)json_int(each, "column", 1), json_str(each, "severity", ""), json_str(each, "message", ""),
			json_str(each, "rule", ""));
		if (*hint)
			printf("    %s\n", hint);
	}
}

static int count(const json_t *diagnostics, const char *severity)
{
	int found = 0;
	size_t i;
	json_t *each;
	json_array_foreach (diagnostics, i, each)
		found += g_str_equal(json_str(each, "severity", ""), severity);
	return found;
}

static int tell(const struct cli *cli, const char *path, json_t *answer)
{
	const json_t *diagnostics = json_object_get(answer, "diagnostics");
	int errors = count(diagnostics, "error"), fixed = (int)json_int(answer, "fixed", 0);
	if (args_has(cli->args, "sarif")) {
		cli_print_json(sarif_log(path, diagnostics));
	} else if (cli->json) {
		json_object_set_new(answer, "file", json_text(path));
		json_object_del(answer, "script");
		cli_print_json(json_incref(answer));
	} else {
		print_findings(path, diagnostics);
		if (fixed)
			fprintf(stderr, "%s: %d fixed\n", path, fixed);
		fprintf(stderr, "%s: %d errors, %d warnings (Blender %s)\n", path, errors,
			count(diagnostics, "warning"), json_str(answer, "blender", "?"));
	}
	return errors ? CLI_SCRIPT : CLI_OK;
}

static int run(struct cli *cli)
{
	int code;
	g_autoptr(GError) error = NULL;
	bool fix = args_has(cli->args, "fix");
	const char *blender = args_get(cli->args, "blender"), *rules = args_get(cli->args, "rules");
	if (args_words(cli->args) != 1)
		return cli_usage("ll3m lint takes one script file");
	const char *path = args_word(cli->args, 0);
	g_autofree char *script = read_script(path, &code);
	if (!script)
		return code;
	if (blender && !options_set(cli->options, "blender.path", blender, "command line", &error))
		return cli_usage("--blender: %s", error->message);
	if (!cli_connect(cli, &code))
		return code;
	json_t *body = json_make("{s:o, s:b, s:o*}", "script", json_text(script), "fix", fix, "rules",
		rules ? split_rules(rules) : NULL);
	g_autoptr(json_t) answer = client_call(cli->client, "POST", "/v1/lint", body, &error);
	if (!answer)
		return cli_fail(error);
	const char *fresh = json_str(answer, "script", NULL);
	if (fix && fresh && !g_str_equal(fresh, script) && !file_write_whole(path, fresh, strlen(fresh), &error))
		return cli_fail_code("file.failed", error->message);
	return tell(cli, path, answer);
}

const struct command cmd_lint = {"lint", "lint FILE", "Says what of a script fails in this Blender, before it is run.",
	"Findings are errors, which are certain, and warnings, which are likely. Ends with 7 when there is an error.\n"
	"--fix ports a script that was written for another Blender; what is left is told.",
	rows, run};
