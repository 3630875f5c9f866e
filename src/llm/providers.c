/* The table of providers: see providers.def. */
#include "base/suggest.h"
#include "llm/service.h"

const struct llm_provider llm_table[] = {
#define PROVIDER(word, table) {.name = word, .ops = &table},
#define SERVICE(word, format, ...)                                                                                     \
	{.name = word, .ops = &llm_service, .service = &(const struct service){.wire = &format, __VA_ARGS__}},
#include "llm/providers.def"
#undef PROVIDER
#undef SERVICE
	{0},
};

static void *list_names(void *unused)
{
	static const char *names[G_N_ELEMENTS(llm_table)];
	for (guint i = 0; llm_table[i].name; i++)
		names[i] = llm_table[i].name;
	return names;
}

const char *const *llm_providers(void)
{
	static GOnce once = G_ONCE_INIT;
	return g_once(&once, list_names, NULL);
}

const struct llm_provider *llm_provider_find(const char *name, GError **error)
{
	const char *const *names = llm_providers();
	for (guint i = 0; names[i]; i++)
		if (g_str_equal(names[i], name))
			return &llm_table[i];
	g_autofree char *all = g_strjoinv(", ", (char **)names);
	const char *near = suggest_nearest(name, names);
	g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "there is no provider \"%s\"%s%s%s, there are: %s", name,
		near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "", all);
	return NULL;
}
