/* Feeds hostile refusals to what judges them: the first two bytes are the status, a line the headers, the rest the
 * body. Whatever comes, there is one error of one line, and a wait that is a number. */
#include "base/fuzz.h"
#include "llm/service.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const struct service service = {.wire = &wire_openai};
	const struct llm_provider provider = {.name = "fuzz", .service = &service};
	struct endpoint endpoint = {
		.provider = &provider, .service = &service, .model = "fuzz", .base_url = (char *)"http://localhost"};
	struct llm_outcome outcome = {0};
	g_autoptr(GError) error = NULL;
	if (size < 3)
		return 0;
	const char *line = (const char *)data + 2;
	const char *end = memchr(line, '\n', size - 2);
	gsize head = end ? (gsize)(end - line) : 0;
	struct http_answer answer = {.status = (data[0] << 8 | data[1]) % 600,
		.type = g_strdup("application/json"),
		.body = g_bytes_new(line + head, size - 2 - head),
		.headers = g_ptr_array_new_with_free_func(g_free)};
	g_ptr_array_add(answer.headers, g_strdup_printf("retry-after: %.*s", (int)head, line));
	g_ptr_array_add(answer.headers, g_strdup_printf("retry-after-ms: %.*s", (int)(head / 2), line));
	blame_answer(&endpoint, &answer, 1763900000, &outcome, &error);
	g_assert(error && error->domain == LLM_ERROR && !strchr(error->message, '\n'));
	g_assert(g_utf8_validate(error->message, -1, NULL));
	g_assert(isfinite(outcome.wait_seconds));
	blames_structure(&answer);
	g_bytes_unref(answer.body);
	g_ptr_array_unref(answer.headers);
	g_free(answer.type);
	return 0;
}
