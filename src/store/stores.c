/* The backends: a row each. */
#include "store/store_int.h"

const struct store_ops *const store_table[] = {
	&store_sqlite_ops,
	&store_memory_ops,
	&store_failing_ops,
	NULL,
};

static void *collect_names(void *arg)
{
	const char **names = arg;
	for (guint i = 0; store_table[i]; i++)
		names[i] = store_table[i]->name;
	return names;
}

const char *const *store_kinds(void)
{
	static const char *names[G_N_ELEMENTS(store_table)];
	static GOnce once = G_ONCE_INIT;
	return g_once(&once, collect_names, names);
}
