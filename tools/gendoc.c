/*
 * Writes the documents that have their source in tables: doc/events.md from proto/event.def, doc/options.md from the
 * option rows, doc/commands.md from the commands and exit codes. With --check it compares instead, and says which is
 * out of date. gendoc [--check] FOLDER
 */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "llm/llm.h"
#include "proto/event.h"

#include <stdio.h>
#include <string.h>

static char *events(void)
{
	GString *text = g_string_new("# Events\n\nEverything that happens in a session is an event: stored, numbered, "
				     "then told. This list is closed; it is made from "
				     "`src/proto/event.def`.\n\n| event | body |\n|---|---|\n");
	for (int type = 0; type < EVENT_COUNT; type++)
		g_string_append_printf(text, "| `%s` | %s |\n", event_name(type), event_body_doc(type));
	return g_string_free(text, FALSE);
}

/* The families of rows of which only the first is listed. */
static void append_families(GString *text)
{
	g_autofree char *agents = g_strjoinv("`, `", (char **)llm_option_agents);
	g_string_append_printf(text,
		"\nWhat `models.default.…` says for every agent, `models.<agent>.…` says for one (`%s`), and goes "
		"before it "
		"value by value. An agent with a provider of its own takes no model, address, key or price from the "
		"default. "
		"Keys are never written here: they come from the environment or from a file of mode 0600.\n",
		agents);
}

static char *options(void)
{
	GString *text = g_string_new("# Options\n\nThe keys of `config/config.yaml`, from the program's option rows. "
				     "The file is looked for as `--config FILE`, `$LL3M_CONFIG`, "
				     "`./config/config.yaml`, `$XDG_CONFIG_HOME/ll3m/config.yaml`; `--set NAME=VALUE` "
				     "and `LL3M_NAME` in the environment come last.\n\n"
				     "| option | default | allowed | what it is |\n|---|---|---|---|\n");
	for (const struct option_row *const *table = config_tables; *table; table++) {
		for (const struct option_row *row = *table; row->name; row++) {
			if (row->like)
				continue;
			g_autofree char *allowed = option_allowed(row);
			const char *initial = row->initial && !*row->initial ? "\"\"" : row->initial;
			g_string_append_printf(text,
				initial ? "| `%s` | `%s` | %s | %s |\n" : "| `%s` | %s | %s | %s |\n", row->name,
				initial ? initial : "–", allowed, row->about);
		}
	}
	append_families(text);
	return g_string_free(text, FALSE);
}

static char *commands_page(void)
{
	GString *text = g_string_new("# Commands and exit codes\n\nFrom the program's own tables; `ll3m COMMAND "
				     "--help` says more.\n\n| command | what it does |\n|---|---|\n");
	for (const struct command *const *command = commands; *command; command++) {
		g_auto(GStrv) lines = g_strsplit((*command)->usage, "\n", 2);
		g_auto(GStrv) words = g_strsplit(lines[0], "|", -1);
		g_autofree char *usage = g_strjoinv("\\|", words);
		g_string_append_printf(text, "| `ll3m %s` | %s |\n", usage, (*command)->about);
	}
	g_string_append(text, "\n| exit code | meaning |\n|---|---|\n");
#define EXIT(id, number, meaning) g_string_append_printf(text, "| %d | %s |\n", number, meaning);
#include "cli/exits.def"
#undef EXIT
	return g_string_free(text, FALSE);
}

static const struct {
	const char *name;
	char *(*make)(void);
} pages[] = {{"events.md", events}, {"options.md", options}, {"commands.md", commands_page}};

int main(int argc, char **argv)
{
	bool check = argc == 3 && strcmp(argv[1], "--check") == 0;
	int bad = 0;
	if (argc != 2 + check)
		return 2;
	for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = pages[i].make();
		g_autofree char *path = g_build_filename(argv[argc - 1], pages[i].name, NULL);
		g_autofree char *old = NULL;
		if (!check && !file_write_whole(path, text, strlen(text), &error)) {
			fprintf(stderr, "%s\n", error->message);
			return 1;
		}
		if (check && (!g_file_get_contents(path, &old, NULL, NULL) || strcmp(old, text) != 0)) {
			printf("%s is out of date: run build/tests/gendoc doc\n", path);
			bad = 1;
		}
	}
	return bad;
}
