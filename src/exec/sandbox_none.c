/*
 * No sandbox: the person's own decision, said aloud elsewhere. Scripts can do all that the person can. What remains is
 * order, not safety: an environment without the person's secrets, a folder of the worker's own, and the limits which
 * every worker has.
 */
#include "exec/sandbox_int.h"

static bool check(struct sandbox *sandbox, GError **error)
{
	return true;
}

static bool plan(const struct sandbox *sandbox, const struct sandbox_request *request, struct sandbox_plan *plan_out,
	GError **error)
{
	if (*request->root) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX,
			"%s belongs to another system, %s, and can only run in the sandbox: leave out --no-sandbox",
			request->program, request->root);
		return false;
	}
	plan_out->host_dir = g_dir_make_tmp("ll3m-worker-XXXXXX", error);
	if (!plan_out->host_dir)
		return false;
	g_ptr_array_add(plan_out->argv, g_strdup(request->program));
	sandbox_plan_setenv(plan_out, "PATH", "/usr/local/bin:/usr/bin:/bin");
	sandbox_plan_setenv(plan_out, "LANG", "C.UTF-8");
	sandbox_plan_setenv(plan_out, "HOME", plan_out->host_dir);
	sandbox_plan_setenv(plan_out, "TMPDIR", plan_out->host_dir);
	sandbox_plan_setenv(plan_out, "EGL_PLATFORM", "surfaceless");
	plan_out->bridge_dir = request->bridge_dir;
	plan_out->work_dir = plan_out->host_dir;
	return true;
}

const struct sandbox_ops sandbox_none = {.name = "none", .isolates = false, .check = check, .plan = plan};
