/*
 * Feeds hostile bytes to the strict reader of request heads. What it takes must be a head beyond doubt: no byte that
 * does not belong there, line ends of CR LF only, one length, and the same judgement however much follows.
 */
#include "base/fuzz.h"
#include "net/http_head.h"

#include <string.h>

#define BODY_MAX 1000

static void check_taken(const char *bytes, gsize length)
{
	g_assert(length >= 4 && memcmp(bytes + length - 4, "\r\n\r\n", 4) == 0);
	for (gsize i = 0; i < length; i++) {
		g_assert(bytes[i] != '\0');
		g_assert(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
		g_assert(bytes[i] != '\r' || bytes[i + 1] == '\n');
		g_assert(bytes[i] != '\n' || i + 1 == length || (bytes[i + 1] != ' ' && bytes[i + 1] != '\t'));
	}
	g_autofree char *lower = g_ascii_strdown(bytes, (gssize)length);
	g_assert(!strstr(lower, "\ntransfer-encoding:"));
	const char *first = strstr(lower, "\ncontent-length:");
	g_assert(!first || !strstr(first + 1, "\ncontent-length:"));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const char *bytes = (const char *)data, *why = NULL;
	gsize length = 0, cut_length = 0;
	guint64 body = 0, cut_body = 0;
	int status = http_head_check(bytes, size, BODY_MAX, &length, &body, &why);
	g_assert(status == HTTP_HEAD_MORE || status == HTTP_HEAD_WHOLE || (status >= 400 && why));
	if (status != HTTP_HEAD_WHOLE)
		return 0;
	g_assert(length <= size && length <= HTTP_HEAD_MAX && body <= BODY_MAX);
	check_taken(bytes, length);
	g_assert(http_head_check(bytes, length, BODY_MAX, &cut_length, &cut_body, &why) == HTTP_HEAD_WHOLE);
	g_assert(cut_length == length && cut_body == body);
	g_assert(http_head_check(bytes, length - 1, BODY_MAX, &cut_length, &cut_body, &why) == HTTP_HEAD_MORE);
	return 0;
}
