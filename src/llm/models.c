/* Known models: see models.def. */
#include "llm/service.h"

#include <string.h>

struct model {
	const char *provider, *id;
	gint64 context, output;
	bool vision, schema;
	const char *least;
	double usd_in, usd_cached, usd_written, usd_out;
	const char *priced;
};

static const struct model models[] = {
#define MODEL(...) {__VA_ARGS__},
#include "llm/models.def"
#undef MODEL
};

/* How much of a service's name for a model the row's id matches: all of it, up to a date, a size or "-latest". */
static gsize fits(const struct model *model, const char *name)
{
	gsize size = strlen(model->id);
	if (g_ascii_strncasecmp(name, model->id, size) != 0)
		return 0;
	const char *rest = name + size;
	bool version =
		*rest == '-' && g_ascii_isdigit(rest[1]) && (g_ascii_isdigit(rest[2]) || strcmp(rest, "-0") == 0);
	bool end = *rest == '\0' || *rest == ':' || *rest == '@' || version || g_str_has_prefix(rest, "-latest") ||
		   g_str_has_prefix(rest, "-preview");
	bool local = g_str_equal(model->provider, "local");
	return end || (local && !g_ascii_isalpha(*rest)) ? size : 0;
}

static const struct model *find(const char *name)
{
	const struct model *best = NULL;
	gsize most = 0;
	/* A gateway's "anthropic/claude-sonnet-4.5" is Anthropic's "claude-sonnet-4-5". */
	const char *slash = strrchr(name, '/');
	g_autofree char *own = g_strdup(slash ? slash + 1 : name);
	if (g_str_has_prefix(own, "claude-"))
		g_strdelimit(own, ".", '-');
	for (guint i = 0; i < G_N_ELEMENTS(models); i++) {
		gsize size = fits(&models[i], own);
		if (size > most) {
			most = size;
			best = &models[i];
		}
	}
	return best;
}

void model_abilities(const struct llm_provider *provider, const struct llm_options *options,
	struct llm_abilities *abilities, const char **least_out)
{
	static const struct model unknown = {
		.usd_in = -1, .usd_cached = -1, .usd_written = -1, .usd_out = -1, .priced = ""};
	const struct model *known = find(abilities->model);
	const struct model *model = known ? known : &unknown;
	bool at_home = known && g_str_equal(known->provider, provider->name);
	const struct model *price = at_home ? model : &unknown;
	abilities->known = known != NULL;
	abilities->vision = options->vision ? g_str_equal(options->vision, "yes") : model->vision;
	abilities->schema = known ? model->schema : provider->service->structure == STRUCTURE_SCHEMA;
	abilities->reasoning = model->least != NULL;
	abilities->context = options->context > 0 ? options->context : model->context;
	abilities->output = model->output;
	abilities->parallel = provider->service->local ? 1 : 8;
	abilities->usd_in = price->usd_in;
	abilities->usd_cached = price->usd_cached;
	abilities->usd_written = price->usd_written;
	abilities->usd_out = price->usd_out;
	abilities->priced = price->priced;
	if (options->priced) {
		abilities->usd_in = abilities->usd_written = options->price_in;
		abilities->usd_cached = options->price_cached;
		abilities->usd_out = options->price_out;
		abilities->priced = "config";
	}
	*least_out = model->least;
}

double model_price(const struct llm_abilities *a, const struct llm_usage *usage)
{
	if (a->usd_in < 0 || a->usd_out < 0)
		return -1;
	gint64 fresh = usage->tokens_in - usage->tokens_cached - usage->tokens_written;
	double cached = a->usd_cached < 0 ? a->usd_in : a->usd_cached;
	double written = a->usd_written < 0 ? a->usd_in : a->usd_written;
	return ((double)MAX(fresh, 0) * a->usd_in + (double)usage->tokens_cached * cached +
		       (double)usage->tokens_written * written + (double)usage->tokens_out * a->usd_out) /
	       1e6;
}

static json_t *price_or_null(double usd)
{
	return usd < 0 ? json_null() : json_real(usd);
}

json_t *llm_models(void)
{
	json_t *all = json_array();
	for (guint i = 0; i < G_N_ELEMENTS(models); i++) {
		const struct model *m = &models[i];
		json_array_append_new(all,
			json_make("{s:s, s:s, s:I, s:I, s:b, s:b, s:b, s:o, s:o, s:o, s:s}", "provider", m->provider,
				"model", m->id, "context", (json_int_t)m->context, "output", (json_int_t)m->output,
				"vision", m->vision, "schema", m->schema, "reasoning", m->least != NULL, "usd_in",
				price_or_null(m->usd_in), "usd_cached", price_or_null(m->usd_cached), "usd_out",
				price_or_null(m->usd_out), "priced", m->priced));
	}
	return all;
}
