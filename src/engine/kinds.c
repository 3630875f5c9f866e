/* What a run can be: one row a kind. */
#include "engine/engine_int.h"

static const struct run_kind kinds[] = {
	{"create", true, create_check, create_go},
	{"script", true, script_check, script_go},
	{"branch", true, branch_check, branch_go},
	{"refine", false, refine_check, refine_go},
	{"set", false, set_check, set_go},
	{"export", false, export_check, export_go},
	{"render", false, render_check, render_go},
};

const struct run_kind *run_kind_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}
