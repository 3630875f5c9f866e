/*
 * `ll3m doctor`: starts everything once, asks each configured model one tiny question, and says what is there, what it
 * costs and what is missing. The exit code is that of the first thing that does not work.
 */
#include "cli/cli.h"

#include <stdio.h>

static const struct arg_row rows[] = {{NULL, NULL, NULL, false}};

static void print_about(const json_t *about)
{
	const char *name;
	json_t *value;
	printf("ll3m       %s\n", json_str(about, "version", ""));
	json_object_foreach (json_object_get(about, "executor"), name, value) {
		g_autofree char *text = json_print(value);
		printf("%-10s %s\n", name, json_is_string(value) ? json_string_value(value) : text);
	}
}

static char *join_names(const json_t *names)
{
	size_t i;
	json_t *name;
	GString *text = g_string_new(NULL);
	json_array_foreach ((json_t *)names, i, name)
		g_string_append_printf(text, "%s%s", i ? ", " : "", json_string_value(name));
	return g_string_free(text, FALSE);
}

static bool looks_at_pictures(const json_t *agents)
{
	size_t i;
	json_t *agent;
	json_array_foreach ((json_t *)agents, i, agent) {
		const char *name = json_string_value(agent);
		if (g_str_equal(name, "critic") || g_str_equal(name, "verification") || g_str_equal(name, "default"))
			return true;
	}
	return false;
}

static void print_cost(const json_t *model)
{
	const json_t *abilities = json_object_get(model, "abilities");
	double in = json_num(abilities, "usd_in", -1), out = json_num(abilities, "usd_out", -1);
	const char *priced = json_str(abilities, "priced", "");
	printf("           this question %" G_GINT64_FORMAT " + %" G_GINT64_FORMAT " tokens, %.1f s",
		json_int(model, "tokens_in", 0), json_int(model, "tokens_out", 0), json_num(model, "seconds", 0));
	if (json_num(model, "usd", -1) >= 0)
		printf(", %.6f USD", json_num(model, "usd", 0));
	if (in >= 0 && out >= 0)
		printf("; a million tokens cost %g in, %g out (%s)\n", in, out,
			g_str_equal(priced, "config") ? "as configured" : priced);
	else
		puts("; its price is not known: say models.default.price_in and price_out, or costs stay unknown");
}

/* One model; what it cannot do is told where it matters. */
static void print_model(const json_t *model)
{
	const json_t *abilities = json_object_get(model, "abilities");
	const json_t *error = json_object_get(model, "error");
	gint64 context = json_int(abilities, "context", 0);
	g_autofree char *agents = join_names(json_object_get(model, "agents"));
	const char *name = json_str(model, "model", "");
	printf("%-10s %s%s%s for %s%s\n", json_bool(model, "ok", false) ? "model" : "NO MODEL",
		json_str(model, "provider", ""), *name ? " " : "", name, agents,
		json_bool(model, "fallback", false) ? " (fallback)" : "");
	if (error && !json_is_null(error)) {
		printf("           %s\n", json_str(error, "message", ""));
		return;
	}
	if (!json_bool(model, "asked", false))
		return;
	print_cost(model);
	if (context > 0)
		printf("           context %" G_GINT64_FORMAT " tokens\n", context);
	else
		puts("           its context is not known: say models.default.context");
	if (!json_bool(abilities, "vision", false) && looks_at_pictures(json_object_get(model, "agents")))
		puts("           it is not shown pictures: assets are judged by measures alone (models.default.vision: "
		     "yes, if it can look)");
	if (!json_bool(abilities, "schema", false))
		puts("           its service does not hold answers to a schema: they are read strictly, and asked for "
		     "again "
		     "once");
}

/* Prints them, for people, and gives the code of the first that does not work. */
static int judge_models(const json_t *models, bool print)
{
	size_t i;
	json_t *model;
	int code = CLI_OK;
	json_array_foreach ((json_t *)models, i, model) {
		if (print)
			print_model(model);
		const json_t *error = json_object_get(model, "error");
		if (code == CLI_OK && json_is_object(error))
			code = cli_exit_of(json_str(error, "code", ""));
	}
	return code;
}

static int run(struct cli *cli)
{
	int code;
	g_autoptr(GError) error = NULL, model_error = NULL;
	if (!cli_connect(cli, &code))
		return code;
	g_autoptr(json_t) about = client_call(cli->client, "GET", "/v1/about", NULL, &error);
	g_autoptr(json_t) models = client_call(cli->client, "POST", "/v1/models/check", json_object(), &model_error);
	if (about && !cli->json)
		print_about(about);
	code = models ? judge_models(models, !cli->json) : cli_fail(model_error);
	if (!about)
		code = cli_fail(error);
	if (cli->json) {
		json_t *all = about ? json_copy(about) : json_object();
		json_object_set(all, "models", models);
		cli_print_json(all);
	} else if (code == CLI_OK) {
		puts("all is well");
	}
	return code;
}

const struct command cmd_doctor = {"doctor", "doctor",
	"Checks that Blender, the sandbox, the database and the models are usable; asks each model one tiny question.",
	NULL, rows, run};
