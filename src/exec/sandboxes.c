/* The table of sandboxes, and what all plans share: a new sandbox is its file and its row here. */
#include "exec/sandbox_int.h"

#include "base/suggest.h"

#include <unistd.h>

static const struct sandbox_ops *const rows[] = {&sandbox_bubblewrap, &sandbox_none};
static const char *const names[] = {"bubblewrap", "none", NULL};

G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(rows) + 1);

struct sandbox *sandbox_open(const char *name, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!g_str_equal(rows[i]->name, name))
			continue;
		OWN(sandbox) *sandbox = g_new0(struct sandbox, 1);
		sandbox->ops = rows[i];
		return sandbox->ops->check(sandbox, error) ? g_steal_pointer(&sandbox) : NULL;
	}
	const char *near = suggest_nearest(name, names);
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "there is no sandbox \"%s\"%s%s%s", name,
		near ? "; do you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return NULL;
}

void sandbox_close(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	g_free(sandbox->tool);
	g_free(sandbox);
}

void sandbox_plan_init(struct sandbox_plan *plan)
{
	*plan = (struct sandbox_plan){
		.argv = g_ptr_array_new_with_free_func(g_free),
		.envp = g_ptr_array_new_with_free_func(g_free),
	};
}

void sandbox_plan_release(struct sandbox_plan *plan)
{
	g_ptr_array_unref(plan->argv);
	g_ptr_array_unref(plan->envp);
	for (int i = 0; i < plan->fd_count; i++)
		close(plan->fds[i]);
	g_free(plan->host_dir);
}

void sandbox_plan_setenv(struct sandbox_plan *plan, const char *name, const char *value)
{
	g_ptr_array_add(plan->envp, g_strconcat(name, "=", value, NULL));
}
