/*
 * Reading a script's outline: see script.h. The text becomes tokens (script_lex.c); each logical line without
 * indentation begins a top-level block, which ends where the next begins. A block's dependencies are the keys it names
 * as p["key"] or p.get("key") and the other blocks it names; they are closed transitively at the end. A class counts as
 * a block that others may depend on, and is not listed. Nothing runs, nothing is guessed: a computed key is not seen.
 */
#include "proto/pylit.h"
#include "proto/script_int.h"

#include <string.h>

G_DEFINE_QUARK(ll3m_script_error, script_error)

struct block {
	char *name;
	char *doc;
	bool function;
	gsize from, to;
	int first, last;
	GHashTable *keys;  /* names of parameters: set of strings */
	GHashTable *calls; /* names that may be blocks: set of strings */
};

struct outline {
	struct script *script;
	const char *text;
	gsize len;
	GArray *tokens;
	GPtrArray *blocks; /* of struct block */
	GError **error;
};

static void block_free(struct block *block)
{
	g_free(block->name);
	g_free(block->doc);
	g_hash_table_unref(block->keys);
	g_hash_table_unref(block->calls);
	g_free(block);
}

static const struct token *token_at(const struct outline *o, guint i)
{
	return i < o->tokens->len ? &g_array_index(o->tokens, struct token, i) : NULL;
}

static bool is_at(const struct outline *o, guint i, const char *word)
{
	const struct token *token = token_at(o, i);
	return token && token_is(o->text, token, word);
}

static char *word_at(const struct outline *o, guint i)
{
	const struct token *token = token_at(o, i);
	return token && token->kind == TOKEN_NAME ? g_strndup(o->text + token->from, token->to - token->from) : NULL;
}

/* The string literal of token i, or NULL when it is no plain string. */
static char *string_at(const struct outline *o, guint i)
{
	const struct token *token = token_at(o, i);
	if (!token || token->kind != TOKEN_STRING)
		return NULL;
	g_autoptr(json_t) value = pylit_read(o->text, token->to, token->from, NULL, NULL, NULL);
	return g_strdup(json_string_value(value));
}

/* ---- dependencies ---- */

static void find_dependencies(const struct outline *o, guint first, guint end, struct block *block);

/* The {…} of an f-string are code; they are read as tokens of their own. */
static void look_into_fstring(const struct outline *o, const struct token *token, struct block *block)
{
	gsize at = token->from;
	while (at < token->to && o->text[at] != '"' && o->text[at] != '\'') {
		if (o->text[at] == 'f' || o->text[at] == 'F')
			break;
		at++;
	}
	if (at >= token->to || (o->text[at] != 'f' && o->text[at] != 'F'))
		return;
	for (; at < token->to; at++) {
		const char *close = o->text[at] == '{' ? memchr(o->text + at, '}', token->to - at) : NULL;
		if (!close)
			continue;
		struct outline inner = {.text = o->text + at + 1, .len = (gsize)(close - o->text) - at - 1};
		g_autoptr(GArray) tokens = script_lex(inner.text, inner.len, NULL);
		inner.tokens = tokens;
		if (tokens)
			find_dependencies(&inner, 0, tokens->len, block);
		at = (gsize)(close - o->text);
	}
}

static void find_dependencies(const struct outline *o, guint first, guint end, struct block *block)
{
	for (guint i = first; i < end; i++) {
		const struct token *token = token_at(o, i);
		if (token->kind == TOKEN_STRING)
			look_into_fstring(o, token, block);
		if (token->kind != TOKEN_NAME || (i > first && is_at(o, i - 1, ".")))
			continue;
		char *key = NULL;
		if (token_is(o->text, token, "p") && is_at(o, i + 1, "["))
			key = string_at(o, i + 2);
		else if (token_is(o->text, token, "p") && is_at(o, i + 1, ".") && is_at(o, i + 2, "get") &&
			 is_at(o, i + 3, "("))
			key = string_at(o, i + 4);
		if (key)
			g_hash_table_add(block->keys, key);
		else
			g_hash_table_add(block->calls, word_at(o, i));
	}
}

/* Adds to `keys` what the block and the blocks it names depend on. `seen` holds names already followed. */
static void close_over(GHashTable *by_name, const char *name, GHashTable *seen, GHashTable *keys)
{
	g_autoptr(GPtrArray) todo = g_ptr_array_new();
	g_ptr_array_add(todo, (void *)name);
	while (todo->len > 0) {
		const char *next = g_ptr_array_steal_index_fast(todo, todo->len - 1);
		const struct block *block = g_hash_table_lookup(by_name, next);
		if (!block || !g_hash_table_add(seen, block->name))
			continue;
		GHashTableIter iter;
		void *word;
		g_hash_table_iter_init(&iter, block->keys);
		while (g_hash_table_iter_next(&iter, &word, NULL))
			g_hash_table_add(keys, word);
		g_hash_table_iter_init(&iter, block->calls);
		while (g_hash_table_iter_next(&iter, &word, NULL))
			g_ptr_array_add(todo, word);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char **dependencies(const struct outline *o, GHashTable *by_name, const char *name)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
	close_over(by_name, name, seen, keys);
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; i < o->script->params->len; i++) {
		const struct script_param *param = o->script->params->pdata[i];
		if (g_hash_table_contains(keys, param->name))
			g_ptr_array_add(names, g_strdup(param->name));
	}
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

static void script_function_free(struct script_function *function)
{
	g_free(function->name);
	g_free(function->doc);
	g_strfreev(function->params);
	g_free(function);
}

static void list_functions(const struct outline *o)
{
	g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < o->blocks->len; i++) {
		struct block *block = o->blocks->pdata[i];
		g_hash_table_replace(by_name, block->name, block);
	}
	for (guint i = 0; i < o->blocks->len; i++) {
		struct block *block = o->blocks->pdata[i];
		if (!block->function || g_hash_table_lookup(by_name, block->name) != block)
			continue;
		struct script_function *function = g_new0(struct script_function, 1);
		*function = (struct script_function){.name = g_strdup(block->name),
			.doc = g_steal_pointer(&block->doc),
			.first = block->first,
			.last = block->last,
			.from = block->from,
			.to = block->to,
			.params = dependencies(o, by_name, block->name)};
		g_ptr_array_add(o->script->functions, function);
	}
}

/* ---- blocks ---- */

/* The first paragraph of a docstring, its lines joined. */
static char *first_paragraph(const char *doc)
{
	g_auto(GStrv) lines = g_strsplit(doc, "\n", -1);
	GString *out = g_string_new(NULL);
	for (guint i = 0; lines[i]; i++) {
		const char *line = g_strstrip(lines[i]);
		if (!*line && out->len)
			break;
		if (*line && out->len)
			g_string_append_c(out, ' ');
		g_string_append(out, line);
	}
	return g_string_free(out, FALSE);
}

/* The docstring of the definition whose `def` is token i: the first string behind the colon. */
static char *definition_doc(const struct outline *o, guint i, guint end)
{
	int depth = token_at(o, i)->depth;
	while (i < end && !(token_at(o, i)->depth == depth && is_at(o, i, ":")))
		i++;
	i++;
	if (i < end && token_at(o, i)->kind == TOKEN_NEWLINE)
		i++;
	g_autofree char *doc = i < end ? string_at(o, i) : NULL;
	return first_paragraph(doc ? doc : "");
}

/* A definition: tokens first..end (decorators included), whose `def` or `class` is token at. */
static void read_definition(const struct outline *o, guint first, guint at, guint end)
{
	g_autofree char *name = word_at(o, at + 1);
	if (!name)
		return;
	const struct token *last = token_at(o, end - 1);
	if (last->kind == TOKEN_NEWLINE && end - 1 > first)
		last = token_at(o, end - 2);
	struct block *block = g_new0(struct block, 1);
	block->name = g_steal_pointer(&name);
	block->function = is_at(o, at, "def");
	block->doc = definition_doc(o, at, end);
	block->from = token_at(o, first)->from;
	block->to = last->to;
	block->first = token_at(o, first)->line;
	block->last = last->line;
	for (gsize i = last->from; i < last->to; i++)
		block->last += o->text[i] == '\n';
	block->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	block->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	find_dependencies(o, at + 2, end, block);
	g_ptr_array_add(o->blocks, block);
}

/* ---- PARAMS and EXEMPLAR ---- */

/* The comment behind `at` on its line, or NULL. */
static char *comment_behind(const struct outline *o, gsize at)
{
	while (at < o->len && (o->text[at] == ',' || o->text[at] == ' ' || o->text[at] == '\t' || o->text[at] == '}'))
		at++;
	if (at >= o->len || o->text[at] != '#')
		return NULL;
	const char *end = memchr(o->text + at, '\n', o->len - at);
	gsize to = end ? (gsize)(end - o->text) : o->len;
	return g_strstrip(g_strndup(o->text + at + 1, to - at - 1));
}

/* The literal dict at token i, which must fill the rest of its statement. */
static json_t *read_dict(const struct outline *o, const char *name, guint i, gsize *end_out, GArray *entries)
{
	g_autoptr(GError) why = NULL;
	const struct token *token = token_at(o, i);
	if (!token || !token_is(o->text, token, "{")) {
		g_set_error(o->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX, "line %d: %s is not a literal dict",
			token ? token->line : 0, name);
		return NULL;
	}
	g_autoptr(json_t) value = pylit_read(o->text, o->len, token->from, end_out, entries, &why);
	if (!value) {
		g_set_error(o->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX, "%s is not a literal dict: %s", name,
			why->message);
		return NULL;
	}
	while (token_at(o, i) && token_at(o, i)->from < *end_out)
		i++;
	if (token_at(o, i) && token_at(o, i)->kind != TOKEN_NEWLINE && !is_at(o, i, ";")) {
		g_set_error(o->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX, "line %d: %s is more than a literal dict",
			token_at(o, i)->line, name);
		return NULL;
	}
	return g_steal_pointer(&value);
}

static bool read_params(const struct outline *o, guint i)
{
	gsize end = 0;
	g_autoptr(GArray) entries = pylit_entries_new();
	g_autoptr(json_t) dict = read_dict(o, "PARAMS", i, &end, entries);
	if (!dict)
		return false;
	o->script->has_params = true;
	for (guint n = 0; n < entries->len; n++) {
		const struct pylit_entry *entry = &g_array_index(entries, struct pylit_entry, n);
		json_t *value = json_object_get(dict, entry->key);
		if (!json_is_number(value) && !json_is_boolean(value) && !json_is_string(value)) {
			g_set_error(o->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX,
				"line %d: PARAMS[\"%s\"] is neither number, boolean nor string", entry->line,
				entry->key);
			return false;
		}
		g_autofree char *comment = comment_behind(o, entry->to);
		struct script_param *param = script_param_new(entry->key, value, comment);
		param->value_from = entry->from;
		param->value_to = entry->to;
		g_ptr_array_add(o->script->params, param);
	}
	return true;
}

static bool read_exemplar(const struct outline *o, guint first, guint i)
{
	gsize end = 0;
	json_t *dict = read_dict(o, "EXEMPLAR", i, &end, NULL);
	if (!dict)
		return false;
	const char *newline = memchr(o->text + end, '\n', o->len - end);
	end = newline ? (gsize)(newline - o->text) + 1 : o->len;
	while (end < o->len) {
		gsize blank = strspn(o->text + end, " \t\r");
		if (o->text[end + blank] != '\n')
			break;
		end += blank + 1;
	}
	o->script->exemplar = dict;
	o->script->exemplar_from = token_at(o, first)->from;
	o->script->exemplar_to = end;
	return true;
}

/* ---- the whole ---- */

/* The token behind the = of an assignment to the name at token i, with or without an annotation; 0 when it is none. */
static guint assigned(const struct outline *o, guint i, guint end)
{
	if (is_at(o, i + 1, "=") && !is_at(o, i + 2, "="))
		return i + 2;
	if (!is_at(o, i + 1, ":"))
		return 0;
	for (guint at = i + 2; at < end; at++)
		if (token_at(o, at)->depth == 0 && is_at(o, at, "="))
			return at + 1;
	return 0;
}

static bool read_block(const struct outline *o, guint first, guint end)
{
	struct script *script = o->script;
	guint at = first;
	while (at < end && is_at(o, at, "@")) { /* decorators: a logical line each */
		while (at < end && token_at(o, at)->kind != TOKEN_NEWLINE)
			at++;
		at++;
	}
	if (is_at(o, at, "async"))
		at++;
	if (is_at(o, at, "def") || is_at(o, at, "class")) {
		read_definition(o, first, at, end);
		return true;
	}
	bool params = is_at(o, first, "PARAMS");
	guint value = params || is_at(o, first, "EXEMPLAR") ? assigned(o, first, end) : 0;
	if (value == 0)
		return true;
	if (params ? script->has_params : script->exemplar != NULL) {
		g_set_error(o->error, SCRIPT_ERROR, SCRIPT_ERROR_SYNTAX, "line %d: %s is there twice",
			token_at(o, first)->line, params ? "PARAMS" : "EXEMPLAR");
		return false;
	}
	return params ? read_params(o, value) : read_exemplar(o, first, value);
}

/* The token that begins the next top-level block behind token i; a decorator belongs to what it decorates. */
static guint next_block(const struct outline *o, guint i)
{
	bool decorated = is_at(o, i, "@");
	for (i++; i < o->tokens->len; i++) {
		if (token_at(o, i)->indent != 0)
			continue;
		if (!decorated)
			return i;
		decorated = is_at(o, i, "@");
	}
	return i;
}

static bool read_outline(const struct outline *o)
{
	g_autofree char *doc = string_at(o, 0);
	o->script->doc = g_strdup(doc ? doc : "");
	for (guint i = 0, end; i < o->tokens->len; i = end) {
		end = next_block(o, i);
		if (!read_block(o, i, end))
			return false;
	}
	list_functions(o);
	return true;
}

struct script *script_read(const char *text, gsize len, GError **error)
{
	if (len > SCRIPT_MAX) {
		g_set_error(error, SCRIPT_ERROR, SCRIPT_ERROR_TEXT,
			"the script has %" G_GSIZE_FORMAT " bytes, at most %d are taken", len, SCRIPT_MAX);
		return NULL;
	}
	if (!g_utf8_validate_len(text, len, NULL)) {
		g_set_error_literal(error, SCRIPT_ERROR, SCRIPT_ERROR_TEXT, "the script is not UTF-8 text");
		return NULL;
	}
	struct script *script = g_new0(struct script, 1);
	script->text = g_strndup(text, len);
	script->params = g_ptr_array_new_with_free_func((GDestroyNotify)script_param_free);
	script->functions = g_ptr_array_new_with_free_func((GDestroyNotify)script_function_free);
	g_autoptr(GArray) tokens = script_lex(script->text, len, error);
	g_autoptr(GPtrArray) blocks = g_ptr_array_new_with_free_func((GDestroyNotify)block_free);
	struct outline o = {script, script->text, len, tokens, blocks, error};
	if (tokens && read_outline(&o))
		return script;
	script_free(script);
	return NULL;
}

void script_free(struct script *script)
{
	if (!script)
		return;
	g_free(script->text);
	g_free(script->doc);
	g_ptr_array_unref(script->params);
	g_ptr_array_unref(script->functions);
	json_decref(script->exemplar);
	g_free(script);
}

GPtrArray *script_parts(const struct script *script)
{
	GPtrArray *parts = g_ptr_array_new();
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		if (g_str_has_prefix(function->name, "build_"))
			g_ptr_array_add(parts, function->name + strlen("build_"));
	}
	return parts;
}

bool script_part_depends(const struct script *script, const char *part, const char *param)
{
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		if (g_str_has_prefix(function->name, "build_") && g_str_equal(function->name + strlen("build_"), part))
			return g_strv_contains((const char *const *)function->params, param);
	}
	return false;
}
