/* Reads agents' answers strictly: one reader an output kind. What is wrong goes back to the model in words. */
#include "agent/agent_int.h"
#include "agent/extract.h"

#include <string.h>

enum {
	ANSWER_MAX = 4 * 1024 * 1024, /* bytes of one answer */
	PARTS_MAX = 200,
	LIST_MAX = 1000,
};

static bool nonsense(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool nonsense(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, AGENT_ERROR, AGENT_ERROR_NONSENSE, text);
	return false;
}

/* The one JSON object of the answer: in a ```json fence, or the whole text. */
static json_t *read_object(const char *text, GError **error)
{
	g_autoptr(GPtrArray) blocks = extract_fences(text, "json");
	if (blocks->len > 1) {
		nonsense(error, "it has %u ```json blocks, exactly one is wanted", blocks->len);
		return NULL;
	}
	g_autofree char *body = g_strdup(blocks->len ? blocks->pdata[0] : text);
	g_strstrip(body);
	if (!blocks->len && *body != '{') {
		nonsense(error, "it has no ```json block");
		return NULL;
	}
	g_autoptr(GError) why = NULL;
	json_t *value = json_parse(body, strlen(body), ANSWER_MAX, &why);
	if (!value) {
		nonsense(error, "%s", why->message);
		return NULL;
	}
	if (!json_is_object(value)) {
		nonsense(error, "the JSON must be an object");
		json_decref(value);
		return NULL;
	}
	return value;
}

/* An array of objects, each with the named strings. */
static bool check_list(const json_t *object, const char *key, const char *const *strings, size_t most, GError **error)
{
	size_t i;
	json_t *item;
	const json_t *list = json_object_get(object, key);
	if (!json_is_array(list))
		return nonsense(error, "\"%s\" must be an array", key);
	if (json_array_size(list) > most)
		return nonsense(
			error, "\"%s\" has %zu entries, at most %zu are taken", key, json_array_size(list), most);
	json_array_foreach ((json_t *)list, i, item) {
		for (const char *const *name = strings; *name; name++) {
			if (!json_is_string(json_object_get(item, *name)))
				return nonsense(error, "\"%s\"[%zu] needs a string \"%s\"", key, i, *name);
		}
	}
	return true;
}

static bool check_strings(const json_t *object, const char *key, GError **error)
{
	size_t i;
	json_t *item;
	const json_t *list = json_object_get(object, key);
	if (!list)
		return true;
	if (!json_is_array(list))
		return nonsense(error, "\"%s\" must be an array of strings", key);
	json_array_foreach ((json_t *)list, i, item) {
		if (!json_is_string(item))
			return nonsense(error, "\"%s\"[%zu] must be a string", key, i);
	}
	return true;
}

static bool is_identifier(const char *name)
{
	if (!g_ascii_isalpha(*name) && *name != '_')
		return false;
	for (; *name; name++) {
		if (!g_ascii_isalnum(*name) && *name != '_')
			return false;
	}
	return true;
}

static bool check_plan(const json_t *plan, GError **error)
{
	static const char *const part_strings[] = {"name", "describe", NULL};
	static const char *const item_strings[] = {"id", "text", NULL};
	size_t i;
	json_t *part;
	const json_t *parts = json_object_get(plan, "parts");
	if (!json_is_string(json_object_get(plan, "title")))
		return nonsense(error, "\"title\" must be a string");
	if (!check_list(plan, "parts", part_strings, PARTS_MAX, error) ||
		!check_list(plan, "checklist", item_strings, LIST_MAX, error))
		return false;
	if (json_array_size(parts) == 0)
		return nonsense(error, "\"parts\" is empty: an asset has at least one part");
	json_array_foreach ((json_t *)parts, i, part) {
		const char *name = json_str(part, "name", "");
		if (!is_identifier(name))
			return nonsense(
				error, "part name \"%s\" must be a Python identifier, as in build_%s", name, "seat");
		for (size_t j = 0; j < i; j++) {
			if (g_str_equal(json_str(json_array_get(parts, j), "name", ""), name))
				return nonsense(error, "part \"%s\" is planned twice", name);
		}
		if (!check_strings(part, "touches", error))
			return false;
	}
	return true;
}

static bool check_context(const json_t *context, GError **error)
{
	if (!json_is_array(json_object_get(context, "queries")))
		return nonsense(error, "\"queries\" must be an array of strings");
	return check_strings(context, "queries", error);
}

static bool check_critique(const json_t *critique, GError **error)
{
	static const char *const strings[] = {"part", "change", NULL};
	if (!json_is_boolean(json_object_get(critique, "accept")))
		return nonsense(error, "\"accept\" must be true or false");
	return check_list(critique, "changes", strings, LIST_MAX, error) && check_strings(critique, "notes", error);
}

static bool check_verdict(const json_t *verdict, GError **error)
{
	static const char *const strings[] = {"id", "state", NULL};
	size_t i;
	json_t *item;
	if (!json_is_boolean(json_object_get(verdict, "pass")))
		return nonsense(error, "\"pass\" must be true or false");
	if (!check_list(verdict, "items", strings, LIST_MAX, error))
		return false;
	json_array_foreach (json_object_get(verdict, "items"), i, item) {
		const char *state = json_str(item, "state", "");
		if (!g_str_equal(state, "done") && !g_str_equal(state, "partial") && !g_str_equal(state, "missing"))
			return nonsense(error, "state \"%s\" must be done, partial or missing", state);
	}
	return true;
}

static bool check_feedback(const json_t *feedback, GError **error)
{
	static const char *const strings[] = {"id", "text", NULL};
	if (!check_list(feedback, "checklist", strings, LIST_MAX, error))
		return false;
	if (json_array_size(json_object_get(feedback, "checklist")) == 0)
		return nonsense(error, "\"checklist\" is empty: a wish has at least one item");
	return check_strings(feedback, "touches", error) && check_strings(feedback, "keeps", error);
}

/* A script answer: a whole script or functions in one ```python block, or {"set": {…}} in a ```json block. */
static json_t *read_script(const char *text, GError **error)
{
	g_autoptr(GPtrArray) python = extract_fences(text, "python");
	if (python->len > 1) {
		nonsense(error, "it has %u ```python blocks, exactly one is wanted", python->len);
		return NULL;
	}
	if (python->len == 1) {
		const char *body = python->pdata[0];
		bool whole = g_regex_match_simple("^PARAMS\\s*=", body, G_REGEX_MULTILINE, 0) &&
			     g_regex_match_simple("^def build\\(", body, G_REGEX_MULTILINE, 0);
		if (!g_regex_match_simple("^def \\w+\\(", body, G_REGEX_MULTILINE, 0)) {
			nonsense(error, "its ```python block defines no function");
			return NULL;
		}
		return json_make("{s:o}", whole ? "script" : "functions", json_text(body));
	}
	json_t *object = read_object(text, error);
	if (!object) {
		g_prefix_error(error, "it has no ```python block and no {\"set\": …}: ");
		return NULL;
	}
	const json_t *set = json_object_get(object, "set");
	if (!json_is_object(set) || json_object_size(set) == 0) {
		nonsense(error, "\"set\" must be an object of parameters and values");
		json_decref(object);
		return NULL;
	}
	return object;
}

json_t *agent_read_answer(enum llm_output output, const char *text, GError **error)
{
	static bool (*const checks[])(const json_t *, GError **) = {
		[LLM_OUTPUT_PLAN] = check_plan,
		[LLM_OUTPUT_CONTEXT] = check_context,
		[LLM_OUTPUT_CRITIQUE] = check_critique,
		[LLM_OUTPUT_VERDICT] = check_verdict,
		[LLM_OUTPUT_FEEDBACK] = check_feedback,
	};
	if (strlen(text) > ANSWER_MAX) {
		nonsense(error, "it is longer than %d bytes", ANSWER_MAX);
		return NULL;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		nonsense(error, "it is not UTF-8");
		return NULL;
	}
	if (output == LLM_OUTPUT_SCRIPT || output == LLM_OUTPUT_PART)
		return read_script(text, error);
	json_t *answer = read_object(text, error);
	if (answer && !checks[output](answer, error))
		g_clear_pointer(&answer, json_decref);
	return answer;
}
