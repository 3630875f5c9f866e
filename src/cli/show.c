/* Lists: see show.h. */
#include "cli/show.h"

#include <stdio.h>

static json_t *get(struct cli *cli, int *code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static json_t *get(struct cli *cli, int *code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *path = g_strdup_vprintf(format, args);
	va_end(args);
	g_autoptr(GError) error = NULL;
	json_t *answer = client_call(cli->client, "GET", path, NULL, &error);
	*code = answer ? CLI_OK : cli_fail(error);
	return answer;
}

static char *date(gint64 millis)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(millis / 1000);
	return g_date_time_format(time, "%Y-%m-%d %H:%M");
}

int show_finished(struct cli *cli)
{
	int code;
	size_t i;
	json_t *session;
	g_autoptr(json_t) sessions = get(cli, &code, "/v1/sessions");
	g_autoptr(json_t) ids = json_array();
	json_array_foreach (sessions, i, session) {
		if (json_int(session, "head", 0) > 0)
			json_array_append(ids, json_object_get(session, "id"));
	}
	if (!sessions)
		return code;
	if (cli->json) {
		cli_print_json(g_steal_pointer(&ids));
		return CLI_OK;
	}
	putchar('[');
	json_array_foreach (ids, i, session)
		printf("%s'%s'", i ? ", " : "", json_string_value(session));
	puts("]");
	return CLI_OK;
}

int show_sessions(struct cli *cli)
{
	int code;
	size_t i;
	json_t *session;
	g_autoptr(json_t) sessions = get(cli, &code, "/v1/sessions");
	if (!sessions)
		return code;
	if (cli->json) {
		cli_print_json(g_steal_pointer(&sessions));
		return CLI_OK;
	}
	if (json_array_size(sessions) == 0)
		puts("no sessions yet; make one with: ll3m --text \"create a 3D object of a chair\"");
	json_array_foreach (sessions, i, session) {
		g_autofree char *when = date(json_int(session, "created", 0));
		const json_t *run = json_object_get(session, "run");
		/* An asset that is there stays so when a later wish or export fails. */
		bool made = json_int(session, "head", 0) > 0 && g_str_equal(json_str(run, "state", ""), "failed");
		printf("%.8s  %s  version %-3d %-12s %s\n", json_str(session, "id", ""), when,
			(int)json_int(session, "head", 0), made ? "completed" : json_str(run, "state", ""),
			json_str(session, "prompt", ""));
	}
	return CLI_OK;
}

int show_versions(struct cli *cli, const char *session)
{
	int code;
	size_t i;
	json_t *version;
	g_autoptr(json_t) versions = get(cli, &code, "/v1/sessions/%s/versions", session);
	if (!versions)
		return code;
	if (cli->json) {
		cli_print_json(g_steal_pointer(&versions));
		return CLI_OK;
	}
	json_array_foreach (versions, i, version) {
		g_autofree char *when = date(json_int(version, "created", 0));
		int parent = (int)json_int(version, "parent", 0);
		g_autofree char *from = parent ? g_strdup_printf("from %d", parent) : g_strdup("first");
		printf("%s %3d  %-8s %s  %s\n", json_bool(version, "head", false) ? "*" : " ",
			(int)json_int(version, "n", 0), from, when, json_str(version, "label", ""));
	}
	return CLI_OK;
}

/* "none, dots, hearts", or NULL. */
static char *join_words(const json_t *list)
{
	size_t i;
	json_t *word;
	if (!json_is_array(list))
		return NULL;
	GString *out = g_string_new(NULL);
	json_array_foreach ((json_t *)list, i, word)
		g_string_append_printf(out, "%s%s", i ? ", " : "", json_string_value(word));
	return g_string_free(out, FALSE);
}

/* "0.0312 USD", "unknown": never zero for what is not known. */
static char *price(const json_t *row)
{
	const json_t *usd = json_object_get(row, "usd");
	return json_is_number(usd) ? g_strdup_printf("%.4f USD", json_number_value(usd)) : g_strdup("unknown");
}

static void print_cost(const char *name, const json_t *row)
{
	g_autofree char *cost = price(row);
	printf("%-14s %6" G_GINT64_FORMAT " %12" G_GINT64_FORMAT " %12" G_GINT64_FORMAT " %12" G_GINT64_FORMAT
	       " %9.1f %14s\n",
		name, json_int(row, "calls", 0), json_int(row, "tokens_in", 0), json_int(row, "tokens_cached", 0),
		json_int(row, "tokens_out", 0), json_num(row, "seconds", 0), cost);
}

int show_costs(struct cli *cli, const char *session)
{
	int code;
	size_t i;
	json_t *row;
	g_autoptr(json_t) costs = get(cli, &code, "/v1/sessions/%s/costs", session);
	if (!costs)
		return code;
	if (cli->json) {
		cli_print_json(g_steal_pointer(&costs));
		return CLI_OK;
	}
	printf("%-14s %6s %12s %12s %12s %9s %14s\n", "agent", "calls", "tokens in", "of it cached", "tokens out",
		"seconds", "cost");
	json_array_foreach (json_object_get(costs, "agents"), i, row)
		print_cost(json_str(row, "agent", ""), row);
	print_cost("total", json_object_get(costs, "total"));
	return CLI_OK;
}

int show_params(struct cli *cli, const char *session)
{
	int code;
	size_t i;
	json_t *param;
	g_autoptr(json_t) version = get(cli, &code, "/v1/sessions/%s/versions/0", session);
	json_t *params = json_object_get(version, "params");
	if (!version)
		return code;
	if (cli->json) {
		cli_print_json(json_incref(params));
		return CLI_OK;
	}
	json_array_foreach (params, i, param) {
		g_autofree char *value = json_show(json_object_get(param, "value"));
		g_autofree char *choices = join_words(json_object_get(param, "choices"));
		const json_t *low = json_object_get(param, "low");
		printf("%-22s %-12s ", json_str(param, "name", ""), value);
		if (choices)
			printf("one of %s: ", choices);
		else if (json_is_number(low))
			printf("%g..%g ", json_number_value(low), json_num(param, "high", 0));
		printf("%s %s\n", json_str(param, "unit", json_str(param, "kind", "")),
			json_str(param, "describe", ""));
	}
	return CLI_OK;
}

static void print_parts(const json_t *difference)
{
	size_t i;
	json_t *part;
	json_array_foreach (json_object_get(difference, "parts"), i, part) {
		const char *state = json_str(part, "state", "");
		if (!g_str_equal(state, "changed")) {
			printf("  %-20s %s\n", json_str(part, "part", ""), state);
			continue;
		}
		printf("  %-20s changed:%s%s%s\n", json_str(part, "part", ""),
			json_bool(part, "mesh", false) ? " mesh" : "",
			json_bool(part, "transform", false) ? " transform" : "",
			json_bool(part, "material", false) ? " material" : "");
	}
}

bool show_read_pair(const char *text, int *before_out, int *after_out)
{
	int end = 0;
	bool read = sscanf(text, "%d..%d%n", before_out, after_out, &end) == 2 && text[end] == '\0';
	return read && *before_out > 0 && *after_out > 0;
}

int show_difference(struct cli *cli, const char *session, int before, int after)
{
	int code;
	const char *name;
	json_t *pair;
	if (before == 0) {
		g_autoptr(json_t) versions = get(cli, &code, "/v1/sessions/%s/versions", session);
		g_autoptr(json_t) info = versions ? get(cli, &code, "/v1/sessions/%s", session) : NULL;
		if (!info)
			return code;
		gint64 head = after ? after : json_int(info, "head", 1);
		before = (int)json_int(json_array_get(versions, (size_t)head - 1), "parent", 0);
		if (before == 0)
			return cli_fail_code(
				"nothing.there", "the first version has nothing before it to compare with");
	}
	g_autoptr(json_t) difference =
		get(cli, &code, "/v1/sessions/%s/difference?before=%d&after=%d", session, before, after);
	if (!difference)
		return code;
	if (cli->json) {
		cli_print_json(g_steal_pointer(&difference));
		return CLI_OK;
	}
	printf("version %d → %d\n", (int)json_int(difference, "before", 0), (int)json_int(difference, "after", 0));
	json_object_foreach (json_object_get(difference, "values"), name, pair) {
		g_autofree char *then = json_show(json_array_get(pair, 0));
		g_autofree char *now = json_show(json_array_get(pair, 1));
		printf("  %s: %s → %s\n", name, then, now);
	}
	print_parts(difference);
	return CLI_OK;
}

void show_unfinished(struct cli *cli)
{
	size_t i;
	json_t *session;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) sessions = client_call(cli->client, "GET", "/v1/sessions?limit=20", NULL, &error);
	json_array_foreach (sessions, i, session) {
		const json_t *run = json_object_get(session, "run");
		if (g_str_equal(json_str(run, "state", ""), "interrupted"))
			fprintf(stderr, "[Interrupted] session %.8s (%s); go on with: ll3m sessions continue %.8s\n",
				json_str(session, "id", ""), json_str(session, "prompt", ""),
				json_str(session, "id", ""));
	}
}
