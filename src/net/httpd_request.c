/*
 * A request on its worker thread: routing, what the handler may ask of it, and the answers. Everything here works on
 * copies; libevent's request stays with the loop, known by its number.
 */
#include "net/httpd_int.h"
#include "net/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void field_clear(void *data)
{
	struct http_field *field = data;
	g_free(field->name);
	g_free(field->value);
}

GArray *fields_new(void)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(struct http_field));
	g_array_set_clear_func(fields, field_clear);
	return fields;
}

static void field_take(GArray *fields, char *name, char *value)
{
	struct http_field field = {name, value};
	g_array_append_val(fields, field);
}

void field_add(GArray *fields, const char *name, const char *value)
{
	field_take(fields, g_strdup(name), g_strdup(value));
}

static const char *field_find(const GArray *fields, const char *name, int (*compare)(const char *, const char *))
{
	for (guint i = 0; i < fields->len; i++) {
		const struct http_field *field = &g_array_index(fields, struct http_field, i);
		if (compare(field->name, name) == 0)
			return field->value;
	}
	return NULL;
}

void request_free(struct http_request *request)
{
	g_free(request->target);
	g_free(request->path);
	g_array_unref(request->params);
	g_array_unref(request->query);
	g_array_unref(request->headers);
	if (request->reply_fields)
		g_array_unref(request->reply_fields);
	g_bytes_unref(request->body);
	json_decref(request->json);
	cancel_unref(request->cancel);
	g_free(request);
}

/* What was asked */

const char *http_path(const struct http_request *request)
{
	return request->path;
}

const char *http_param(const struct http_request *request, const char *name)
{
	return field_find(request->params, name, strcmp);
}

const char *http_query(const struct http_request *request, const char *name)
{
	return field_find(request->query, name, strcmp);
}

const char *http_header(const struct http_request *request, const char *name)
{
	return field_find(request->headers, name, g_ascii_strcasecmp);
}

bool http_is_private(const struct http_request *request)
{
	return request->is_private;
}

GBytes *http_body(const struct http_request *request)
{
	return request->body;
}

json_t *http_json(struct http_request *request, GError **error)
{
	if (!request->json) {
		gsize size = 0;
		const char *text = g_bytes_get_data(request->body, &size);
		request->json = json_parse(text ? text : "", size, HTTPD_BODY_MAX, error);
	}
	return request->json;
}

struct cancel *http_cancel(const struct http_request *request)
{
	return request->cancel;
}

/* Answers */

void http_set_header(struct http_request *request, const char *name, const char *value)
{
	g_assert(!request->answered && !strpbrk(name, "\r\n") && !strpbrk(value, "\r\n"));
	field_add(request->reply_fields, name, value);
}

static bool is_head(const struct http_request *request)
{
	return strcmp(request->method, "HEAD") == 0;
}

static struct post *answer(struct http_request *request, enum post_kind kind, int status, const char *type)
{
	g_assert(!request->answered);
	request->answered = true;
	struct post *post = g_new0(struct post, 1);
	post->kind = kind;
	post->id = request->id;
	post->status = status;
	post->fields = g_steal_pointer(&request->reply_fields);
	if (type)
		field_add(post->fields, "Content-Type", type);
	return post;
}

static void drop_bytes(const void *data, size_t size, void *arg)
{
	g_bytes_unref(arg);
}

void http_reply_bytes(struct http_request *request, int status, const char *type, GBytes *bytes)
{
	struct post *post = answer(request, POST_REPLY, status, type);
	gsize size = 0;
	const void *data = g_bytes_get_data(bytes, &size);
	post->length = size;
	if (size > 0 && !is_head(request)) {
		post->body = evbuffer_new();
		evbuffer_add_reference(post->body, data, size, drop_bytes, g_bytes_ref(bytes));
	}
	httpd_post(request->httpd, post);
}

static void reply_json(struct http_request *request, int status, const char *type, json_t *json)
{
	char *text = json_print(json);
	json_decref(json);
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
	http_reply_bytes(request, status, type, bytes);
}

void http_reply_json(struct http_request *request, int status, json_t *json)
{
	reply_json(request, status, "application/json", json);
}

void http_reply_empty(struct http_request *request, int status)
{
	httpd_post(request->httpd, answer(request, POST_REPLY, status, NULL));
}

void http_reply_problem_with(
	struct http_request *request, int status, const char *code, const char *detail, const json_t *more)
{
	reply_json(request, status, PROBLEM_TYPE, problem_make(status, code, detail, more));
}

void http_reply_problem(struct http_request *request, int status, const char *code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *detail = g_strdup_vprintf(format, args);
	va_end(args);
	http_reply_problem_with(request, status, code, detail, NULL);
}

static const char *type_of_file(const char *path)
{
	static const char *const types[][2] = {
		{".css", "text/css; charset=utf-8"},
		{".html", "text/html; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".json", "application/json"},
		{".py", "text/x-python; charset=utf-8"},
		{".txt", "text/plain; charset=utf-8"},
		{".png", "image/png"},
		{".jpg", "image/jpeg"},
		{".webp", "image/webp"},
		{".svg", "image/svg+xml"},
		{".glb", "model/gltf-binary"},
		{".gltf", "model/gltf+json"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(path, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}

/* Opens a regular file, or says why not. */
static int open_regular(const char *path, gsize *size_out, GError **error)
{
	struct stat st = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int why = fd < 0 || fstat(fd, &st) < 0 ? errno : S_ISREG(st.st_mode) ? 0 : EISDIR;
	*size_out = (gsize)st.st_size;
	if (why == 0)
		return fd;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(why), "cannot read %s: %s", path, g_strerror(why));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool http_reply_file(struct http_request *request, const char *path, const char *type, GError **error)
{
	gsize size = 0;
	int fd = open_regular(path, &size, error);
	if (fd < 0)
		return false;
	struct post *post = answer(request, POST_REPLY, 200, type ? type : type_of_file(path));
	post->length = size;
	if (size > 0 && !is_head(request)) {
		post->body = evbuffer_new();
		evbuffer_add_file(post->body, fd, 0, (ev_off_t)size); /* takes the descriptor */
	} else {
		close(fd);
	}
	httpd_post(request->httpd, post);
	return true;
}

struct http_stream *http_stream_start(struct http_request *request)
{
	struct http_stream *stream = stream_new(request->httpd, request->id);
	struct post *post = answer(request, POST_STREAM_START, 200, "text/event-stream");
	field_add(post->fields, "Cache-Control", "no-store");
	field_add(post->fields, "X-Accel-Buffering", "no");
	post->stream = http_stream_ref(stream);
	httpd_post(request->httpd, post);
	if (is_head(request))
		http_stream_end(stream);
	return stream;
}

/* Routing */

/* One decoded segment of a path, or NULL: bad escapes, NUL, not UTF-8, a slash that was hidden, a dot segment. */
static char *decode_segment(const char *text, gsize size)
{
	g_autofree char *segment = g_uri_unescape_segment(text, text + size, "/");
	if (!segment || !g_utf8_validate(segment, -1, NULL) || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
		return NULL;
	return g_steal_pointer(&segment);
}

static bool decode_path(struct http_request *request)
{
	GString *path = g_string_new(NULL);
	bool good = true;
	for (const char *at = request->target; good && *at == '/';) {
		gsize size = strcspn(at + 1, "/?");
		g_autofree char *segment = decode_segment(at + 1, size);
		good = segment != NULL;
		g_string_append_c(path, '/');
		g_string_append(path, segment ? segment : "");
		at += 1 + size;
	}
	request->path = g_string_free(path, FALSE);
	return good;
}

static char *decode_word(const char *text, gsize size)
{
	g_autofree char *spaced = g_strndup(text, size);
	for (char *p = spaced; *p; p++)
		if (*p == '+')
			*p = ' ';
	g_autofree char *word = g_uri_unescape_string(spaced, NULL);
	return word && g_utf8_validate(word, -1, NULL) ? g_steal_pointer(&word) : NULL;
}

static bool decode_query(struct http_request *request)
{
	const char *at = strchr(request->target, '?');
	while (at && *at) {
		at++;
		gsize size = strcspn(at, "&"), name_size = strcspn(at, "=&");
		gsize skip = name_size < size ? name_size + 1 : size;
		g_autofree char *name = decode_word(at, name_size);
		g_autofree char *value = decode_word(at + skip, size - skip);
		if (!name || !value)
			return false;
		if (*name)
			field_take(request->query, g_steal_pointer(&name), g_steal_pointer(&value));
		at += size;
	}
	return true;
}

/* Matches segment by segment; the parameters of a match stay in request->params. */
static bool path_matches(struct http_request *request, const char *pattern)
{
	const char *path = request->path;
	g_array_set_size(request->params, 0);
	while (*pattern == '/' && *path == '/') {
		gsize want = strcspn(++pattern, "/"), have = strcspn(++path, "/");
		if (*pattern != '{') {
			if (want != have || memcmp(pattern, path, want) != 0)
				return false;
		} else if (want > 5 && memcmp(pattern + want - 4, "...}", 4) == 0) {
			field_take(request->params, g_strndup(pattern + 1, want - 5), g_strdup(path));
			return *path != '\0';
		} else {
			if (have == 0)
				return false;
			field_take(request->params, g_strndup(pattern + 1, want - 2), g_strndup(path, have));
		}
		pattern += want;
		path += have;
	}
	return *pattern == '\0' && *path == '\0';
}

static bool method_matches(const struct http_request *request, const char *method)
{
	return strcmp(request->method, method) == 0 || (is_head(request) && strcmp(method, "GET") == 0);
}

/* The handler of the first row that matches; NULL after an answer of 404 or 405. */
static http_handler find_handler(struct http_request *request)
{
	g_autoptr(GString) allow = g_string_new(NULL);
	for (const struct http_route *route = request->httpd->routes; route->pattern; route++) {
		if (!path_matches(request, route->pattern))
			continue;
		if (method_matches(request, route->method))
			return route->handler;
		g_string_append_printf(allow, "%s%s", allow->len > 0 ? ", " : "", route->method);
	}
	if (allow->len == 0) {
		http_reply_problem(request, 404, "http.no_such_path", "There is nothing at %s.", request->path);
	} else {
		http_set_header(request, "Allow", allow->str);
		http_reply_problem(request, 405, "http.method", "%s takes %s, not %s.", request->path, allow->str,
			request->method);
	}
	return NULL;
}

void request_serve(struct http_request *data)
{
	OWN(http_request) *request = data;
	struct httpd *httpd = request->httpd;
	if (g_atomic_int_get(&httpd->stopping)) {
		http_reply_problem(request, 503, "http.stopping", "The server is about to end.");
		return;
	}
	if (!decode_path(request) || !decode_query(request)) {
		http_reply_problem(
			request, 400, "http.malformed", "The path or its query is not properly encoded UTF-8.");
		return;
	}
	http_handler handler = find_handler(request);
	if (!handler)
		return;
	if (httpd->options.admit)
		httpd->options.admit(request, httpd->arg);
	if (!request->answered)
		handler(request, httpd->arg);
	if (!request->answered) {
		g_warning("the handler of %s %s gave no answer", request->method, request->path);
		http_reply_problem(request, 500, "http.no_answer", "The server has no answer to this; it is a bug.");
	}
}
