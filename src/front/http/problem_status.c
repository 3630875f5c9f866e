/* Which HTTP status a fault of the engine has; its stable name is the problem's code (RFC 9457). */
#include "front/http/routes.h"

static const struct {
	const char *fault;
	int status;
} statuses[] = {
	{"request.invalid", 400},
	{"not.found", 404},
	{"session.busy", 409},
	{"nothing.there", 409},
	{"journal.diverged", 409},
	{"param.invalid", 422},
	{"script.syntax", 422},
	{"script.text", 422},
	{"script.failed", 422},
	{"cancelled", 499},
	{"exec.no_blender", 503},
	{"exec.start", 503},
	{"exec.no_sandbox", 503},
	{"exec.old_blender", 503},
	{"store.full", 507},
};

void routes_problem(struct http_request *request, const GError *error)
{
	const char *fault = engine_fault(error);
	int status = 500;
	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
		if (g_str_equal(statuses[i].fault, fault))
			status = statuses[i].status;
	}
	http_reply_problem(request, status, fault, "%s", error->message);
}
