/* The table of executors: a new one is its file and its row here. */
#include "exec/exec_int.h"

static const struct executor_ops *const rows[] = {&executor_headless, &executor_fake};
static const char *const names[] = {"headless", "fake", NULL};

G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(rows) + 1);

const struct executor_ops *executor_find(const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_str_equal(rows[i]->name, kind))
			return rows[i];
	}
	return NULL;
}

const char *const *executor_kinds(void)
{
	return names;
}
