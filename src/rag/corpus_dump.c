/*
 * The API dump as chunks and members: one chunk a type, node, modifier, constraint, function, operator, class and
 * module. What only draws Blender's own windows (its panels, menus, themes) has members but no chunk. See corpus.h.
 */
#include "rag/corpus.h"
#include "rag/dump_text.h"
#include "rag/rag.h"

#include <math.h>
#include <string.h>

enum { TEXT_MAX = 3600 /* bytes of a chunk's text; past it members are named only */, SCHEMA = 1 };
#define CENTRAL 0.05
#define WANTS_WINDOW 0.8 /* prior of an operator that nothing in the background may call */

struct reader {
	struct corpus *corpus;
	const json_t *dump;
	const char *source;
	GHashTable *creators; /* type → how one is made: "object.modifiers.new(name, 'BEVEL')" */
	GHashTable *kinds;    /* type → kind of its chunk, where it is not "type" */
	GHashTable *pointed;  /* type → how many properties, parameters and results are one */
};

/* One chunk as it grows. */
struct growing {
	GString *text, *members;
	GString *rest; /* names of what did not fit */
};

static struct growing growing_new(void)
{
	return (struct growing){g_string_new(NULL), g_string_new(NULL), g_string_new(NULL)};
}

static void grow(struct growing *growing, const char *indent, const char *name, const char *line, const char *words)
{
	if (growing->text->len + strlen(line) < TEXT_MAX)
		g_string_append_printf(growing->text, "\n%s%s", indent, line);
	else
		g_string_append_printf(growing->rest, "%s%s", growing->rest->len ? ", " : "", name);
	g_string_append_printf(growing->members, "%s %s\n", name, words ? words : "");
}

static void grown(struct growing *growing, struct chunk *chunk)
{
	if (growing->rest->len)
		g_string_append_printf(growing->text, "\n  and: %s", growing->rest->str);
	g_string_free(growing->rest, TRUE);
	chunk->text = g_string_free(growing->text, FALSE);
	chunk->members = g_string_free(growing->members, FALSE);
}

/* ---- what types are for ---- */
static const struct {
	const char *group, *kind, *how; /* how: with the kind's name in it */
} made[] = {
	{"modifiers", "modifier", "object.modifiers.new(name, '%s')"},
	{"constraints", "constraint", "object.constraints.new('%s')"},
	{"shader_effects", "effect", "object.shader_effects.new(name, '%s')"},
	{"lights", "light", "bpy.data.lights.new(name, '%s')"},
	{"textures", "texture", "bpy.data.textures.new(name, '%s')"},
	{"curves", "curve", "bpy.data.curves.new(name, '%s')"},
};

static void read_refined(struct reader *reader)
{
	const char *kind;
	json_t *value;
	for (guint i = 0; i < G_N_ELEMENTS(made); i++) {
		json_object_foreach (
			json_object_get(json_object_get(reader->dump, "refined"), made[i].group), kind, value) {
			const char *type = json_is_string(value) ? json_string_value(value) : text_of(value, "struct");
			g_auto(GStrv) pieces = g_strsplit(made[i].how, "%s", 2);
			if (!type)
				continue;
			g_hash_table_insert(
				reader->creators, g_strdup(type), g_strconcat(pieces[0], kind, pieces[1], NULL));
			g_hash_table_insert(reader->kinds, g_strdup(type), (void *)made[i].kind);
		}
	}
}

/* ---- what is central ---- */
static void count_pointed(GHashTable *pointed, const json_t *value)
{
	size_t i;
	const char *key;
	json_t *each;
	if (json_is_array(value)) {
		json_array_foreach ((json_t *)value, i, each)
			count_pointed(pointed, each);
		return;
	}
	json_object_foreach ((json_t *)value, key, each) {
		if (json_is_string(each) && (g_str_equal(key, "struct") || g_str_equal(key, "list")))
			tally_add(pointed, json_string_value(each), 1);
		else
			count_pointed(pointed, each);
	}
}

/* What much of the API deals in is meant rather than what hangs at its edge. */
static double prior_of(const struct reader *reader, const char *type)
{
	return 1 + CENTRAL * log1p(tally_of(reader->pointed, type));
}

/* Whether a type or one of its bases is one of Blender's own windows' pieces. */
static bool is_interface(const struct reader *reader, const char *name, const json_t *type)
{
	static const char *const bases[] = {
		"Panel", "Menu", "Header", "UIList", "Operator", "AddonPreferences", "AssetShelf", NULL};
	const char *base = text_of(type, "base");
	if ((base && g_strv_contains(bases, base)) || (g_str_has_prefix(name, "Theme") && strlen(name) > 5))
		return true;
	return strstr(name, "_OT_") || strstr(name, "_PT_") || strstr(name, "_MT_") || strstr(name, "_GGT_");
}

/* ---- members of a type ---- */
static void add_function_chunk(struct reader *reader, const char *path, const char *name, const char *doc, char *text)
{
	struct chunk chunk = {.symbol = g_strdup_printf("%s.%s", path, name),
		.kind = g_strdup("function"),
		.doc = g_strdup(doc),
		.text = g_strdup_printf("%s.%s", path, text),
		.source = g_strdup(reader->source)};
	g_free(text);
	corpus_add(reader->corpus, &chunk);
}

static void read_functions(struct reader *reader, const char *name, const json_t *type, struct growing *growing)
{
	const char *id;
	json_t *function;
	g_autofree char *path = g_strconcat("bpy.types.", name, NULL);
	json_object_foreach (json_object_get(type, "funcs"), id, function) {
		g_autofree char *line = function_line(id, function);
		corpus_add_member(reader->corpus, name, id, "function", line);
		if (!growing || g_str_has_suffix(id, "_template"))
			continue;
		grow(growing, "  ", id, line, text_of(function, "doc"));
		if (text_of(function, "doc"))
			add_function_chunk(reader, path, id, text_of(function, "doc"), function_text(id, function));
	}
}

static void read_python(
	struct reader *reader, const char *owner, const char *path, const json_t *members, struct growing *growing)
{
	const char *id;
	json_t *member;
	json_object_foreach ((json_t *)members, id, member) {
		const char *doc = text_of(member, "doc");
		bool function = g_strcmp0(text_of(member, "kind"), "function") == 0;
		g_autofree char *head = doc_signature(id, member), *summary = doc_summary(doc);
		g_autofree char *line = g_strdup_printf("%s%s%s", head, *summary ? ": " : "", summary);
		corpus_add_member(reader->corpus, owner, id, function ? "function" : "property", line);
		if (growing)
			grow(growing, "  ", id, line, summary);
		bool class = g_strcmp0(text_of(member, "kind"), "class") == 0 &&
			     !json_object_get(json_object_get(reader->dump, "classes"), id);
		if (!growing || (!function && (!class || !*summary)))
			continue;
		g_autofree char *plain = doc_plain(doc);
		add_function_chunk(reader, path, id, summary, g_strdup_printf("%s\n%s", head, plain));
	}
}

static void read_properties(struct reader *reader, const char *name, const json_t *type, struct growing *growing)
{
	const char *id;
	json_t *property;
	json_object_foreach (json_object_get(type, "props"), id, property) {
		g_autofree char *line = property_line(id, property);
		g_autofree char *words =
			g_strdup_printf("%s %s", json_str(property, "name", ""), json_str(property, "doc", ""));
		corpus_add_member(reader->corpus, name, id, "property", line);
		if (growing)
			grow(growing, "  ", id, line, words);
	}
}

static void read_sockets(struct reader *reader, const char *name, const json_t *node, struct growing *growing)
{
	static const char *const sides[][2] = {{"inputs", "input"}, {"outputs", "output"}};
	for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
		size_t nth;
		json_t *socket;
		const json_t *all = json_object_get(node, sides[i][0]);
		if (json_array_size(all))
			g_string_append_printf(growing->text, "\n%s:", sides[i][0]);
		json_array_foreach ((json_t *)all, nth, socket) {
			g_autofree char *line = socket_line(node, sides[i][0], socket);
			corpus_add_member(reader->corpus, name, json_str(socket, "name", "?"), sides[i][1], line);
			grow(growing, "  ", json_str(socket, "name", "?"), line, NULL);
		}
	}
	if (json_bool(node, "grows", false))
		g_string_append(growing->text, "\n  (further sockets come from its group or items)");
}

/* ---- types and nodes ---- */
static void add_trees(GString *text, const json_t *node)
{
	size_t i;
	json_t *tree;
	json_array_foreach (json_object_get(node, "trees"), i, tree)
		g_string_append_printf(
			text, "%s%s", i ? ", " : " In a ", json_is_string(tree) ? json_string_value(tree) : "");
}

static void read_type(struct reader *reader, const char *name, const json_t *type)
{
	const json_t *node = json_object_get(json_object_get(reader->dump, "nodes"), name);
	const char *base = text_of(type, "base"), *creator = g_hash_table_lookup(reader->creators, name);
	const char *kind = node ? "node" : g_hash_table_lookup(reader->kinds, name);
	if (base) {
		g_ptr_array_add(reader->corpus->bases, g_strdup(name));
		g_ptr_array_add(reader->corpus->bases, g_strdup(base));
	}
	if (is_interface(reader, name, type)) {
		read_properties(reader, name, type, NULL);
		read_functions(reader, name, type, NULL);
		read_python(reader, name, "", json_object_get(type, "python"), NULL);
		return;
	}
	struct growing growing = growing_new();
	struct chunk chunk = {.symbol = g_strdup_printf("bpy.types.%s", name),
		.kind = g_strdup(kind ? kind : "type"),
		.name = g_strdup(json_str(type, "name", "")),
		.doc = g_strdup(text_of(type, "doc")),
		.source = g_strdup(reader->source),
		.prior = prior_of(reader, name)};
	g_string_append_printf(growing.text, "%s%s%s (%s). %s.", chunk.symbol, base ? " < " : "", base ? base : "",
		chunk.name, chunk.doc ? chunk.doc : "");
	if (creator)
		g_string_append_printf(growing.text, "\nmade by %s", creator);
	if (node) {
		add_trees(growing.text, node);
		g_string_append_printf(growing.text, "\nmade by node_tree.nodes.new(\"%s\")", name);
		read_sockets(reader, name, node, &growing);
		g_string_append(growing.text, "\nproperties:");
	}
	read_properties(reader, name, type, &growing);
	read_python(reader, name, chunk.symbol, json_object_get(type, "python"), &growing);
	read_functions(reader, name, type, &growing);
	grown(&growing, &chunk);
	corpus_add(reader->corpus, &chunk);
}

static void read_types(struct reader *reader)
{
	const char *name;
	json_t *type;
	json_object_foreach (json_object_get(reader->dump, "types"), name, type) {
		if (json_is_object(type))
			read_type(reader, name, type);
	}
}

/* ---- operators ---- */
static void read_operators(struct reader *reader)
{
	const char *path, *id;
	json_t *operator, * property;
	json_object_foreach (json_object_get(reader->dump, "operators"), path, operator) {
		struct growing growing = growing_new();
		struct chunk chunk = {.symbol = g_strdup_printf("bpy.ops.%s", path),
			.kind = g_strdup("operator"),
			.name = g_strdup(json_str(operator, "name", "")),
			.doc = g_strdup(text_of(operator, "doc")),
			.source = g_strdup(reader->source)};
		bool background = json_array_size(json_object_get(operator, "modes")) > 0;
		chunk.prior = background ? 1 : WANTS_WINDOW;
		g_string_append_printf(growing.text, "%s() (%s). %s.%s", chunk.symbol, chunk.name,
			chunk.doc ? chunk.doc : "", background ? "" : " Not in the background.");
		json_object_foreach (json_object_get(operator, "props"), id, property) {
			g_autofree char *line = property_line(id, property);
			g_autofree char *words =
				g_strdup_printf("%s %s", json_str(property, "name", ""), json_str(property, "doc", ""));
			corpus_add_member(reader->corpus, path, id, "parameter", line);
			grow(&growing, "  ", id, line, words);
		}
		grown(&growing, &chunk);
		corpus_add(reader->corpus, &chunk);
	}
}

/* ---- bmesh.ops ---- */
static void read_bmesh(struct reader *reader)
{
	const char *name, *id;
	json_t *operator, * value;
	json_object_foreach (json_object_get(reader->dump, "bmesh"), name, operator) {
		struct growing growing = growing_new();
		const char *doc = text_of(operator, "doc");
		struct chunk chunk = {.symbol = g_strdup_printf("bmesh.ops.%s", name),
			.kind = g_strdup("bmesh"),
			.source = g_strdup(reader->source)};
		g_string_append(growing.text,
			doc && g_str_has_prefix(doc, "BMeshOpFunc ") ? doc + strlen("BMeshOpFunc ") : chunk.symbol);
		json_object_foreach (json_object_get(operator, "params"), id, value) {
			g_autofree char *line =
				g_strdup_printf("%s = %s", id, json_is_string(value) ? json_string_value(value) : "…");
			corpus_add_member(reader->corpus, chunk.symbol, id, "parameter", line);
			g_string_append_printf(growing.members, "%s ", id);
		}
		grown(&growing, &chunk);
		corpus_add(reader->corpus, &chunk);
	}
}

/* ---- classes and modules of Python ---- */
static void read_classes(struct reader *reader)
{
	const char *name;
	json_t *class;
	json_object_foreach (json_object_get(reader->dump, "classes"), name, class) {
		struct growing growing = growing_new();
		const char *module = json_str(class, "module", "bpy.types"), *base = text_of(class, "base");
		g_autofree char *path = g_strdup_printf("%s.%s", module, name), *head = doc_signature(name, class);
		struct chunk chunk = {.symbol = g_strdup(path),
			.kind = g_strdup("class"),
			.doc = doc_summary(text_of(class, "doc")),
			.source = g_strdup(reader->source)};
		if (base) {
			g_ptr_array_add(reader->corpus->bases, g_strdup(name));
			g_ptr_array_add(reader->corpus->bases, g_strdup(base));
		}
		g_string_append_printf(growing.text, "%s.%s. %s", module, head, chunk.doc);
		read_python(reader, name, path, json_object_get(class, "members"), &growing);
		grown(&growing, &chunk);
		corpus_add(reader->corpus, &chunk);
	}
}

/* Whether a module only passes on what belongs to another one. */
static bool is_passed_on(const char *module, const char *id, const json_t *member)
{
	static const char *const words[] = {"annotations", "bpy", "bmesh", "Vector", "Color", "Matrix", "Quaternion",
		"Euler", "Dict", "Set", "ID", "Context", "count", "index", NULL};
	if (g_str_has_suffix(id, "Property"))
		return !g_str_equal(module, "bpy.props");
	return (strstr(module, "_extras") && g_strv_contains(words, id)) ||
	       (g_str_equal(module, "bpy.app.handlers") && g_strcmp0(text_of(member, "kind"), "function") == 0) ||
	       (g_str_has_prefix(module, "bpy.app") && (g_str_equal(id, "count") || g_str_equal(id, "index")));
}

/* bpy.ops and bmesh.ops are no modules that list themselves. */
static void read_groups(struct reader *reader, const char *symbol, const char *doc, const char *table)
{
	const char *path;
	json_t *operator;
	g_autofree char *last = g_strdup("");
	struct growing growing = growing_new();
	struct chunk chunk = {.symbol = g_strdup(symbol),
		.kind = g_strdup("module"),
		.doc = g_strdup(doc),
		.source = g_strdup(reader->source)};
	g_string_append_printf(growing.text, "%s. %s. It has:", symbol, doc);
	json_object_foreach (json_object_get(reader->dump, table), path, operator) {
		g_autofree char *group = g_strndup(path, strcspn(path, "."));
		if (g_str_equal(group, last))
			continue;
		g_string_append_printf(growing.text, " %s", group);
		g_free(last);
		last = g_steal_pointer(&group);
	}
	grown(&growing, &chunk);
	corpus_add(reader->corpus, &chunk);
}

/* A module that its parent alone speaks of. */
static void read_mentioned(struct reader *reader, const char *path, const json_t *members)
{
	const char *id;
	json_t *member;
	json_object_foreach ((json_t *)members, id, member) {
		g_autofree char *symbol = g_strdup_printf("%s.%s", path, id);
		if (g_strcmp0(text_of(member, "kind"), "value") != 0 || !text_of(member, "doc") ||
			g_str_has_suffix(symbol, ".ops") ||
			json_object_get(json_object_get(reader->dump, "modules"), symbol))
			continue;
		g_autofree char *plain = doc_plain(text_of(member, "doc"));
		struct chunk chunk = {.symbol = g_strdup(symbol),
			.kind = g_strdup("module"),
			.doc = doc_summary(text_of(member, "doc")),
			.members = g_strdup(plain),
			.text = g_strdup_printf("%s. %.*s", symbol, TEXT_MAX, plain),
			.source = g_strdup(reader->source)};
		corpus_add(reader->corpus, &chunk);
	}
}

static void read_modules(struct reader *reader)
{
	const char *name, *id;
	json_t *members, *member;
	json_object_foreach (json_object_get(reader->dump, "modules"), name, members) {
		struct growing growing = growing_new();
		const char *dot = strrchr(name, '.');
		g_autofree char *parent = dot ? g_strndup(name, (gsize)(dot - name)) : NULL;
		const json_t *about =
			parent ? json_object_get(
					 json_object_get(json_object_get(reader->dump, "modules"), parent), dot + 1)
			       : NULL;
		g_autoptr(json_t) own = json_object();
		json_object_foreach (members, id, member) {
			if (!is_passed_on(name, id, member))
				json_object_set(own, id, member);
		}
		struct chunk chunk = {.symbol = g_strdup(name),
			.kind = g_strdup("module"),
			.doc = doc_summary(text_of(about, "doc")),
			.source = g_strdup(reader->source)};
		g_string_append_printf(growing.text, "%s. %s", name, chunk.doc);
		read_python(reader, name, name, own, &growing);
		read_mentioned(reader, name, own);
		grown(&growing, &chunk);
		corpus_add(reader->corpus, &chunk);
	}
}

bool corpus_add_dump(struct corpus *corpus, const json_t *dump, GError **error)
{
	const json_t *key = json_object_get(dump, "key");
	if (json_int(dump, "schema", 0) != SCHEMA || !json_is_object(key) ||
		!json_is_object(json_object_get(dump, "types"))) {
		g_set_error(
			error, RAG_ERROR, RAG_ERROR_DUMP, "what Blender gave as its API is none of schema %d", SCHEMA);
		return false;
	}
	g_autofree char *source = g_strdup_printf("Blender %s", json_str(key, "blender", "?"));
	struct reader reader = {.corpus = corpus,
		.dump = dump,
		.source = source,
		.creators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.pointed = tally_new()};
	corpus->key = json_deep_copy(key);
	count_pointed(reader.pointed, json_object_get(dump, "types"));
	read_refined(&reader);
	read_types(&reader);
	read_operators(&reader);
	read_bmesh(&reader);
	read_classes(&reader);
	read_modules(&reader);
	read_groups(&reader, "bpy.ops",
		"Calling operators: bpy.ops.group.name(keyword=value). Their poll() has to agree with the context",
		"operators");
	read_groups(&reader, "bmesh.ops", "Operators on a BMesh: bmesh.ops.name(bm, keyword=value), which give a dict",
		"bmesh");
	g_hash_table_unref(reader.pointed);
	g_hash_table_unref(reader.creators);
	g_hash_table_unref(reader.kinds);
	return true;
}
