/* The strict reading of a request's head: see http_head.h. Grammar: RFC 9112, without obsolete line folding. */
#include "net/http_head.h"

#include <stdbool.h>
#include <string.h>

struct head {
	guint64 body, body_max;
	int fields, hosts, lengths, codings;
	bool chunked, old;
};

struct span {
	const char *at;
	gsize size;
};

/* next_line() has seen to it that there is no NUL. */
static bool is_token(struct span span)
{
	for (gsize i = 0; i < span.size; i++)
		if (!g_ascii_isalnum(span.at[i]) && !strchr("!#$%&'*+-.^_`|~", span.at[i]))
			return false;
	return span.size > 0;
}

static bool is_word(struct span span, const char *word)
{
	return span.size == strlen(word) && g_ascii_strncasecmp(span.at, word, span.size) == 0;
}

static bool is_exactly(struct span span, const char *word)
{
	return span.size == strlen(word) && memcmp(span.at, word, span.size) == 0;
}

/* The next line without its CR LF. HTTP_HEAD_MORE when it has no end yet, 400 for a byte that has no place in a head.
 */
static int next_line(const char **at, const char *end, struct span *line)
{
	for (const char *p = *at; p < end; p++) {
		unsigned char c = (unsigned char)*p;
		if (c == '\r') {
			if (p + 1 == end)
				return HTTP_HEAD_MORE;
			if (p[1] != '\n')
				return 400;
			*line = (struct span){*at, (gsize)(p - *at)};
			*at = p + 2;
			return HTTP_HEAD_WHOLE;
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return 400;
	}
	return HTTP_HEAD_MORE;
}

static int check_request_line(struct span line, struct head *head, const char **why)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	const char *first = memchr(line.at, ' ', line.size);
	const char *last = memrchr(line.at, ' ', line.size);
	*why = "The request line is not METHOD /path HTTP/1.1.";
	if (!first || first == last)
		return 400;
	struct span method = {line.at, (gsize)(first - line.at)};
	struct span target = {first + 1, (gsize)(last - first - 1)};
	struct span version = {last + 1, (gsize)(line.at + line.size - last - 1)};
	if (!is_token(method) || target.size == 0 || target.at[0] != '/')
		return 400;
	for (gsize i = 0; i < target.size; i++)
		if (!g_ascii_isgraph(target.at[i]))
			return 400;
	if (target.size > HTTP_TARGET_MAX) {
		*why = "The path is too long.";
		return 414;
	}
	head->old = is_exactly(version, "HTTP/1.0");
	if (!head->old && !is_exactly(version, "HTTP/1.1")) {
		*why = "Only HTTP/1.1 is spoken here.";
		return version.size == 8 && memcmp(version.at, "HTTP/", 5) == 0 ? 505 : 400;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (is_exactly(method, methods[i]))
			return HTTP_HEAD_WHOLE;
	*why = "This method is not known here.";
	return 501;
}

static int check_length(struct span value, struct head *head, const char **why)
{
	*why = "Content-Length must be one whole number.";
	if (head->lengths++ > 0 || value.size == 0 || value.size > 18)
		return 400;
	for (gsize i = 0; i < value.size; i++) {
		if (!g_ascii_isdigit(value.at[i]))
			return 400;
		head->body = head->body * 10 + (guint64)(value.at[i] - '0');
	}
	return HTTP_HEAD_WHOLE;
}

static int check_field(struct span line, struct head *head, const char **why)
{
	*why = "A header line is not \"Name: value\".";
	const char *colon = memchr(line.at, ':', line.size);
	if (!colon)
		return 400;
	struct span name = {line.at, (gsize)(colon - line.at)};
	struct span value = {colon + 1, (gsize)(line.at + line.size - colon - 1)};
	if (!is_token(name))
		return 400;
	while (value.size > 0 && (value.at[0] == ' ' || value.at[0] == '\t'))
		value = (struct span){value.at + 1, value.size - 1};
	while (value.size > 0 && (value.at[value.size - 1] == ' ' || value.at[value.size - 1] == '\t'))
		value.size--;
	if (++head->fields > HTTP_FIELDS_MAX) {
		*why = "There are too many headers.";
		return 431;
	}
	if (is_word(name, "Content-Length"))
		return check_length(value, head, why);
	if (is_word(name, "Host"))
		head->hosts++;
	if (is_word(name, "Transfer-Encoding")) {
		head->codings++;
		head->chunked = is_word(value, "chunked");
	}
	if (is_word(name, "Expect") && !is_word(value, "100-continue")) {
		*why = "No expectation but 100-continue can be met.";
		return 417;
	}
	return HTTP_HEAD_WHOLE;
}

static int check_whole(const struct head *head, const char **why)
{
	if (head->hosts > 1 || (head->hosts == 0 && !head->old)) {
		*why = "There must be one Host header.";
		return 400;
	}
	if (head->codings > 0) {
		*why = "A body must come with a Content-Length and without a transfer coding.";
		return head->codings == 1 && head->chunked && head->lengths == 0 ? 411 : 400;
	}
	if (head->body > head->body_max) {
		*why = "The body is longer than this server takes.";
		return 413;
	}
	return HTTP_HEAD_WHOLE;
}

int http_head_check(
	const char *bytes, gsize size, guint64 body_max, gsize *length_out, guint64 *body_out, const char **why_out)
{
	struct head head = {.body_max = body_max};
	const char *at = bytes, *end = bytes + MIN(size, HTTP_HEAD_MAX);
	bool first = true;
	for (;;) {
		struct span line = {0};
		int status = next_line(&at, end, &line);
		if (status == HTTP_HEAD_MORE && size >= HTTP_HEAD_MAX) {
			*why_out = "The head of the request is too long.";
			return 431;
		}
		if (status == 400)
			*why_out = "The head of the request has a byte that does not belong there.";
		if (status == HTTP_HEAD_WHOLE && line.size == 0 && !first) {
			*length_out = (gsize)(at - bytes);
			*body_out = head.body;
			return check_whole(&head, why_out);
		}
		if (status == HTTP_HEAD_WHOLE)
			status = first ? check_request_line(line, &head, why_out) : check_field(line, &head, why_out);
		if (status != HTTP_HEAD_WHOLE)
			return status;
		first = false;
	}
}
