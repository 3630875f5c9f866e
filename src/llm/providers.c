/* The providers. To add one: its file, its extern in llm_int.h, its row here. */
#include "llm/llm_int.h"

const struct llm_ops *const llm_table[] = {
	&llm_builtin,
	&llm_scripted,
	&llm_replay,
	NULL,
};

static void *list_names(void *unused)
{
	static const char *names[G_N_ELEMENTS(llm_table)];
	for (guint i = 0; llm_table[i]; i++)
		names[i] = llm_table[i]->name;
	return names;
}

const char *const *llm_providers(void)
{
	static GOnce once = G_ONCE_INIT;
	return g_once(&once, list_names, NULL);
}
