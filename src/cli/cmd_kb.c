/* `ll3m kb`: the knowledge base, that is, the retrieval index over Blender's API and the exemplars. */
#include "base/suggest.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT = 5, LIMIT_MOST = 100 };

static const struct arg_row rows[] = {
	{"limit", "N", "how many chunks `search` shows, 1 to 100 (5)", false},
	{NULL, NULL, NULL, false},
};

static void say_note(const json_t *answer)
{
	if (json_str(answer, "note", NULL))
		fprintf(stderr, "note: %s\n", json_str(answer, "note", ""));
}

static int show_status(struct cli *cli, json_t *status)
{
	if (cli->json) {
		cli_print_json(status);
		return CLI_OK;
	}
	say_note(status);
	if (!g_str_equal(json_str(status, "state", ""), "ready")) {
		printf("%s; it is built when it is first needed, or by ll3m kb build\n", json_str(status, "state", ""));
		json_decref(status);
		return CLI_OK;
	}
	g_autoptr(GDateTime) built = g_date_time_new_from_unix_local(json_int(status, "built", 0));
	g_autofree char *when = g_date_time_format(built, "%Y-%m-%d %H:%M");
	printf("chunks     %d\nmembers    %d\nBlender    %s\nadd-ons    %zu\nbuilt      %s\n",
		(int)json_int(status, "chunks", 0), (int)json_int(status, "members", 0),
		json_str(status, "blender", "none: the exemplars alone"),
		json_array_size(json_object_get(status, "addons")), when);
	if (json_str(status, "path", NULL))
		printf("file       %s (%.1f MB)\n", json_str(status, "path", ""),
			(double)json_int(status, "bytes", 0) / 1e6);
	json_decref(status);
	return CLI_OK;
}

static int call_status(struct cli *cli, const char *method)
{
	int code;
	g_autoptr(GError) error = NULL;
	if (!cli_connect(cli, &code))
		return code;
	json_t *status = client_call(cli->client, method, "/v1/knowledge", NULL, &error);
	return status ? show_status(cli, status) : cli_fail(error);
}

static int status(struct cli *cli)
{
	return call_status(cli, "GET");
}

static int build(struct cli *cli)
{
	return call_status(cli, "POST");
}

static char *query_of(const struct args *args)
{
	g_autoptr(GString) words = g_string_new(NULL);
	for (int i = 1; i < args_words(args); i++)
		g_string_append_printf(words, "%s%s", words->len ? " " : "", args_word(args, i));
	return g_string_free(g_steal_pointer(&words), FALSE);
}

static void show_hits(const json_t *hits)
{
	size_t i;
	json_t *hit;
	json_array_foreach ((json_t *)hits, i, hit)
		printf("%s%s  [%s, %s]\n%s\n", i ? "\n" : "", json_str(hit, "title", ""), json_str(hit, "kind", ""),
			json_str(hit, "source", ""), json_str(hit, "text", ""));
	if (json_array_size(hits) == 0)
		puts("nothing is known about that");
}

static int search(struct cli *cli)
{
	int code;
	guint64 limit = LIMIT;
	const char *given = args_get(cli->args, "limit");
	g_autoptr(GError) error = NULL;
	g_autofree char *words = query_of(cli->args), *escaped = g_uri_escape_string(words, NULL, FALSE);
	if (given && !g_ascii_string_to_unsigned(given, 10, 1, LIMIT_MOST, &limit, NULL))
		return cli_usage("--limit %s: it must be a number from 1 to %d", given, LIMIT_MOST);
	if (!cli_connect(cli, &code))
		return code;
	g_autofree char *path = g_strdup_printf("/v1/knowledge/search?limit=%d&q=%s", (int)limit, escaped);
	g_autoptr(json_t) answer = client_call(cli->client, "GET", path, NULL, &error);
	if (!answer)
		return cli_fail(error);
	if (cli->json) {
		cli_print_json(json_incref(answer));
		return CLI_OK;
	}
	say_note(answer);
	show_hits(json_object_get(answer, "hits"));
	return CLI_OK;
}

static const struct {
	const char *name;
	bool takes_words;
	int (*run)(struct cli *cli);
} verbs[] = {
	{"build", false, build},
	{"status", false, status},
	{"search", true, search},
};

static int run(struct cli *cli)
{
	const char *verb = args_words(cli->args) ? args_word(cli->args, 0) : "status";
	const char *names[G_N_ELEMENTS(verbs) + 1] = {NULL};
	for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
		names[i] = verbs[i].name;
		if (!g_str_equal(verbs[i].name, verb))
			continue;
		bool words = args_words(cli->args) > 1;
		if (words != verbs[i].takes_words)
			return cli_usage(
				"ll3m kb %s takes %s", verb, words ? "nothing more" : "the words to search for");
		if (args_has(cli->args, "limit") && !verbs[i].takes_words)
			return cli_usage("--limit belongs to ll3m kb search");
		return verbs[i].run(cli);
	}
	const char *nearest = suggest_nearest(verb, names);
	return cli_usage("ll3m kb has no \"%s\"; %s%s", verb, nearest ? "did you mean " : "see ll3m kb --help",
		nearest ? nearest : "");
}

const struct command cmd_kb = {"kb", "kb [build | status | search WORDS…]",
	"Searches what is known of Blender's API, and shows or rebuilds its index.",
	"build   reads the API out of Blender and builds the index anew; otherwise that is done when it is first "
	"needed\n"
	"status  says what there is (the default)\n"
	"search  shows the best chunks for the words: what the agents would read",
	rows, run};
