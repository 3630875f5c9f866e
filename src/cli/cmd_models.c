/* `ll3m models`: the models that are known, with what they can do and what they cost; no key and no network is needed.
 */
#include "cli/cli.h"

#include "engine/engine.h"

#include <stdio.h>

static const struct arg_row rows[] = {{NULL, NULL, NULL, false}};

static void print_tokens(gint64 tokens)
{
	if (tokens > 0)
		printf(" %8" G_GINT64_FORMAT "k", (tokens + 500) / 1000);
	else
		printf(" %9s", "-");
}

static void print_price(const json_t *model, const char *key)
{
	double usd = json_num(model, key, -1);
	if (usd >= 0)
		printf(" %7g", usd);
	else
		printf(" %7s", "unknown");
}

static int run(struct cli *cli)
{
	size_t i;
	json_t *model;
	if (args_words(cli->args) > 0)
		return cli_usage("ll3m models takes no words; it lists all that are known");
	g_autoptr(json_t) models = llm_models();
	if (cli->json) {
		cli_print_json(g_steal_pointer(&models));
		return CLI_OK;
	}
	puts("                                       tokens                     USD a million tokens\n"
	     "provider   model                    context    answer   looks         in  cached     out   read");
	json_array_foreach (models, i, model) {
		printf("%-10s %-22s", json_str(model, "provider", ""), json_str(model, "model", ""));
		print_tokens(json_int(model, "context", 0));
		print_tokens(json_int(model, "output", 0));
		printf("   %-6s", json_bool(model, "vision", false) ? "yes" : "no");
		print_price(model, "usd_in");
		print_price(model, "usd_cached");
		print_price(model, "usd_out");
		printf("   %s\n", json_str(model, "priced", ""));
	}
	g_autofree char *providers = g_strjoinv(", ", (char **)llm_providers());
	printf("\nAny other model may be named, too; what it costs is then unknown. \"local\" are models one runs "
	       "oneself,\nwith vllm, llamacpp, ollama, lmstudio or compatible. Providers: %s.\n",
		providers);
	return CLI_OK;
}

const struct command cmd_models = {
	"models", "models", "Lists the known models: what they can do, and their prices.", NULL, rows, run};
