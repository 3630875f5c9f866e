/* Problem documents: see problem.h. */
#include "net/problem.h"

#include <string.h>

#define PROBLEM_BYTES_MAX (1u << 20)

static const struct {
	int status;
	const char *title;
} titles[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{303, "See Other"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

const char *problem_status_title(int status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return status < 400 ? "OK" : status < 500 ? "Refused" : "Failed";
}

void problem_free(struct problem *problem)
{
	if (!problem)
		return;
	g_free(problem->code);
	g_free(problem->title);
	g_free(problem->detail);
	json_decref(problem->body);
	g_free(problem);
}

json_t *problem_make(int status, const char *code, const char *detail, const json_t *more)
{
	json_t *body = json_make("{s:s, s:s, s:i, s:s, s:o}", "type", "about:blank", "title",
		problem_status_title(status), "status", status, "code", code, "detail", json_text(detail));
	if (more)
		json_object_update_missing(body, (json_t *)more);
	return body;
}

static char *word_or(const json_t *body, const char *key, const char *otherwise)
{
	const char *word = json_str(body, key, "");
	return g_strdup(*word ? word : otherwise);
}

struct problem *problem_read(int status, const char *content_type, GBytes *body)
{
	struct problem *problem = g_new0(struct problem, 1);
	gsize size = 0;
	const char *text = body ? g_bytes_get_data(body, &size) : NULL;
	if (size > 0 && content_type && strstr(content_type, "json"))
		problem->body = json_parse(text, size, PROBLEM_BYTES_MAX, NULL);
	g_autofree char *code = g_strdup_printf("http.%d", status);
	problem->status = status;
	problem->code = word_or(problem->body, "code", code);
	problem->title = word_or(problem->body, "title", problem_status_title(status));
	problem->detail = word_or(problem->body, "detail", "");
	return problem;
}
