/*
 * What is right where something failed. The messages of Blender and of the lint are read by rows of patterns: each
 * gives the owner of the name, or says how it is found on the failing line, and the name that is not there. See rag.h.
 */
#include "rag/rag_int.h"
#include "rag/tokens.h"

#include <string.h>

enum {
	CLUES_MOST = 6,
	NEAR = 12,        /* members shown in full */
	NAMES_MAX = 2400, /* bytes of the names of the others */
	BASES_MOST = 12,
	NAMED_MOST = 3, /* chunks about what the failing line names, of those looked at */
	LOOKED_AT = 12,
};

struct explanation {
	struct index *index;
	struct packing *packing;
	const char *script;
	const char *line; /* the failing line, or "" */
};

/* ---- members ---- */
struct entry {
	char *name, *kind, *line, *owner;
	double distance;
};

static void entry_free(void *data)
{
	struct entry *entry = data;
	g_free(entry->name);
	g_free(entry->kind);
	g_free(entry->line);
	g_free(entry->owner);
	g_free(entry);
}

static char *base_of(struct index *index, const char *owner)
{
	sqlite3_stmt *select = index_prepare(index, "SELECT base FROM base WHERE owner = ?", NULL);
	char *base = NULL;
	if (select) {
		sqlite3_bind_text(select, 1, owner, -1, SQLITE_STATIC);
		if (sqlite3_step(select) == SQLITE_ROW)
			base = g_strdup((const char *)sqlite3_column_text(select, 0));
	}
	sqlite3_finalize(select);
	return base;
}

/* The share of neighbouring letters that two names have in common. */
static double shared_letters(const char *a, const char *b)
{
	gsize la = strlen(a), lb = strlen(b), shared = 0;
	g_autofree char *used = g_malloc0(lb + 1);
	if (la < 2 || lb < 2)
		return g_str_equal(a, b) ? 1 : 0;
	for (gsize i = 0; i + 1 < la; i++) {
		for (gsize k = 0; k + 1 < lb; k++) {
			if (!used[k] && a[i] == b[k] && a[i + 1] == b[k + 1]) {
				used[k] = 1;
				shared++;
				break;
			}
		}
	}
	return 2.0 * (double)shared / (double)(la + lb - 2);
}

static double shared_words(const char *a, const char *b)
{
	guint shared = 0;
	g_autoptr(GPtrArray) one = tokens_of(a), two = tokens_of(b);
	for (guint i = 0; i < one->len; i++)
		shared += g_ptr_array_find_with_equal_func(two, one->pdata[i], g_str_equal, NULL);
	return one->len + two->len ? 2.0 * shared / (one->len + two->len) : 0;
}

/* How far two names are, by letters and by words, so that "auto_smooth" is near "use_auto_smooth". 0 is the same, 1
 * nothing in common. */
static double distance(const char *one, const char *two)
{
	g_autofree char *a = g_ascii_strdown(one, -1), *b = g_ascii_strdown(two, -1);
	return 1 - (shared_letters(a, b) + shared_words(one, two)) / 2;
}

static bool gather_own(struct index *index, const char *owner, const char *kind, GPtrArray *entries, GError **error)
{
	sqlite3_stmt *select = index_prepare(index, "SELECT name, kind, line FROM member WHERE owner = ?", error);
	if (!select)
		return false;
	sqlite3_bind_text(select, 1, owner, -1, SQLITE_STATIC);
	int code;
	while ((code = sqlite3_step(select)) == SQLITE_ROW) {
		if (kind && !g_str_equal(kind, (const char *)sqlite3_column_text(select, 1)))
			continue;
		struct entry *entry = g_new0(struct entry, 1);
		entry->name = g_strdup((const char *)sqlite3_column_text(select, 0));
		entry->kind = g_strdup((const char *)sqlite3_column_text(select, 1));
		entry->line = g_strdup((const char *)sqlite3_column_text(select, 2));
		entry->owner = g_strdup(owner);
		g_ptr_array_add(entries, entry);
	}
	bool done = code == SQLITE_DONE || index_fail(index, error);
	sqlite3_finalize(select);
	return done;
}

/* The members of an owner and of its bases; of one kind, or all with NULL. */
static GPtrArray *members_of(struct index *index, const char *owner, const char *kind, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
	g_autofree char *at = g_strdup(owner);
	for (int i = 0; at && i < BASES_MOST; i++) {
		if (!gather_own(index, at, kind, entries, error))
			return NULL;
		char *base = base_of(index, at);
		g_free(at);
		at = base;
	}
	return g_steal_pointer(&entries);
}

static int by_distance(const void *a, const void *b)
{
	const struct entry *one = *(struct entry *const *)a, *two = *(struct entry *const *)b;
	return one->distance < two->distance ? -1 : one->distance > two->distance ? 1 : strcmp(one->name, two->name);
}

static void sort_by(GPtrArray *entries, const char *name)
{
	for (guint i = 0; i < entries->len; i++) {
		struct entry *entry = entries->pdata[i];
		entry->distance = distance(name, entry->name);
	}
	g_ptr_array_sort(entries, by_distance);
}

/* Tells what an owner has instead of `name`: the nearest in full, the others by name. */
static void tell_members(
	struct explanation *explanation, const char *owner, const char *what, const char *name, GPtrArray *entries)
{
	g_autoptr(GString) text = g_string_new(NULL);
	if (entries->len == 0)
		return;
	sort_by(entries, name);
	g_string_append_printf(text, "%s has no %s \"%s\". Nearest of what it has:", owner, what, name);
	for (guint i = 0; i < entries->len && i < NEAR; i++)
		g_string_append_printf(text, "\n  %s", ((struct entry *)entries->pdata[i])->line);
	for (guint i = NEAR; i < entries->len && text->len < NAMES_MAX; i++)
		g_string_append_printf(
			text, "%s%s", i == NEAR ? "\n  also: " : ", ", ((struct entry *)entries->pdata[i])->name);
	g_autofree char *title = g_strdup_printf("%s: %s", owner, what);
	packing_add_text(explanation->packing, title, "members", "the API of this Blender", text->str);
}

/* ---- symbols ---- */
/* Tells the symbols that begin with `before` and are nearest to `name`, and the nearest one's chunk. */
static bool tell_symbols(
	struct explanation *explanation, const char *what, const char *before, const char *name, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
	g_autofree char *end = g_strconcat(before, "{", NULL); /* behind every letter */
	sqlite3_stmt *select = index_prepare(
		explanation->index, "SELECT symbol, id FROM chunk WHERE symbol > ? AND symbol < ?", error);
	if (!select)
		return false;
	sqlite3_bind_text(select, 1, before, -1, SQLITE_STATIC);
	sqlite3_bind_text(select, 2, end, -1, SQLITE_STATIC);
	while (sqlite3_step(select) == SQLITE_ROW) {
		struct entry *entry = g_new0(struct entry, 1);
		entry->line = g_strdup((const char *)sqlite3_column_text(select, 0));
		entry->name = g_strdup(entry->line + strlen(before));
		entry->kind = g_strdup_printf("%d", sqlite3_column_int(select, 1));
		g_ptr_array_add(entries, entry);
	}
	sqlite3_finalize(select);
	sort_by(entries, name);
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "There is no %s %s. Nearest:", what, name);
	for (guint i = 0; i < entries->len && i < NEAR; i++)
		g_string_append_printf(text, "%s %s", i ? "," : "", ((struct entry *)entries->pdata[i])->line);
	if (entries->len == 0)
		return true;
	packing_add_text(explanation->packing, name, "members", "the API of this Blender", text->str);
	const struct entry *nearest = entries->pdata[0];
	return packing_add(explanation->packing, g_ascii_strtoll(nearest->kind, NULL, 10), name, error);
}

/* ---- the ways to an owner ---- */
/* "Mesh" or "bmesh.types.BMVert" or "mathutils": as the members table has it. */
static const char *bare(const char *owner)
{
	if (g_str_has_prefix(owner, "bpy.ops."))
		return owner + strlen("bpy.ops.");
	const char *dot = strrchr(owner, '.');
	return dot && g_ascii_isupper(dot[1]) ? dot + 1 : owner;
}

static bool of_type(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	g_autoptr(GPtrArray) entries = members_of(explanation->index, bare(owner), NULL, error);
	if (!entries)
		return false;
	tell_members(explanation, bare(owner), "attribute", name, entries);
	return true;
}

/* The first match of a pattern's first group on the failing line, else in the script; g_free(). */
static char *first_in(const struct explanation *explanation, const char *pattern)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	return g_regex_match(regex, explanation->line, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

static bool of_operator(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	g_autofree char *operator= owner ? g_strconcat("bmesh.ops.", owner, NULL)
					 : first_in(explanation, "bpy\\.ops\\.(\\w+\\.\\w+)");
	g_autoptr(GPtrArray) entries = operator? members_of(explanation->index, operator, NULL, error) : NULL;
	if (operator&& !entries)
		return false;
	if (operator)
		tell_members(explanation, operator, "keyword", name, entries);
	return true;
}

static bool of_function(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	g_auto(GStrv) pieces = g_strsplit(owner, ".", 2);
	sqlite3_stmt *select = index_prepare(explanation->index,
		"SELECT line FROM member WHERE owner = ? AND name = ? AND kind = 'function'", error);
	if (!select)
		return false;
	sqlite3_bind_text(select, 1, pieces[0], -1, SQLITE_STATIC);
	sqlite3_bind_text(select, 2, pieces[1] ? pieces[1] : "", -1, SQLITE_STATIC);
	if (sqlite3_step(select) == SQLITE_ROW) {
		g_autofree char *text =
			g_strdup_printf("%s.%s", pieces[0], (const char *)sqlite3_column_text(select, 0));
		packing_add_text(explanation->packing, owner, "members", "the API of this Blender", text);
	}
	sqlite3_finalize(select);
	return true;
}

static bool no_operator(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	return tell_symbols(explanation, "operator", "bpy.ops.", name, error);
}

static bool no_bmesh(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	return tell_symbols(explanation, "operator", "bmesh.ops.", name, error);
}

static bool no_type(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	return tell_symbols(explanation, "type", "bpy.types.", name, error);
}

/* The node types that the script speaks of: by their ids, and by the user interface's names in quotes. */
static GPtrArray *nodes_in(const struct explanation *explanation, GError **error)
{
	g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *select =
		index_prepare(explanation->index, "SELECT symbol, name FROM chunk WHERE kind = 'node'", error);
	if (!select)
		return NULL;
	while (sqlite3_step(select) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(select, 0) + strlen("bpy.types.");
		g_autofree char *quoted = g_strdup_printf("\"%s\"", (const char *)sqlite3_column_text(select, 1));
		g_autofree char *single = g_strdup_printf("'%s'", (const char *)sqlite3_column_text(select, 1));
		if (strstr(explanation->script, id) || strstr(explanation->script, quoted) ||
			strstr(explanation->script, single))
			g_ptr_array_add(nodes, g_strdup(id));
	}
	sqlite3_finalize(select);
	return g_steal_pointer(&nodes);
}

/* A key that is not there: of which node, the message does not say. Of the script's nodes, the one whose sockets come
 * nearest to it is told. */
static bool of_socket(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	g_autofree char *side = first_in(explanation, "\\.(input|output)s\\[");
	g_autoptr(GPtrArray) nodes = side ? nodes_in(explanation, error) : NULL;
	double best = 2;
	const char *nearest = NULL;
	if (!side)
		return true;
	if (!nodes)
		return false;
	for (guint i = 0; i < nodes->len; i++) {
		g_autoptr(GPtrArray) entries = members_of(explanation->index, nodes->pdata[i], side, error);
		if (!entries)
			return false;
		sort_by(entries, name);
		const struct entry *first = entries->len ? entries->pdata[0] : NULL;
		/* The same name is there: it is not this node that lacks it. */
		if (first && first->distance > 0 && first->distance < best) {
			best = first->distance;
			nearest = nodes->pdata[i];
		}
	}
	g_autoptr(GPtrArray) entries = nearest ? members_of(explanation->index, nearest, side, error) : NULL;
	if (entries)
		tell_members(explanation, nearest, side, name, entries);
	return entries || !nearest;
}

/* An enum item that is not there; the message lists those that are. The properties of that name tell what they mean. */
static bool of_enum(struct explanation *explanation, const char *owner, const char *name, GError **error)
{
	g_autofree char *property = first_in(explanation, "\\.(\\w+)\\s*=[^=]");
	sqlite3_stmt *select =
		property ? index_prepare(explanation->index,
				   "SELECT owner, line FROM member WHERE name = ? AND line LIKE '%: enum %' LIMIT 6",
				   error)
			 : NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	if (!property)
		return true;
	if (!select)
		return false;
	sqlite3_bind_text(select, 1, property, -1, SQLITE_STATIC);
	while (sqlite3_step(select) == SQLITE_ROW) {
		const char *whose = (const char *)sqlite3_column_text(select, 0);
		if (strlen(explanation->script) == 0 || strstr(explanation->script, name))
			g_string_append_printf(text, "%s%s.%s", text->len ? "\n" : "", whose,
				(const char *)sqlite3_column_text(select, 1));
	}
	sqlite3_finalize(select);
	if (text->len)
		packing_add_text(explanation->packing, property, "members", "the API of this Blender", text->str);
	return true;
}

/* ---- the messages ---- */
static const struct row {
	const char *pattern; /* with the groups "owner" and "name" */
	bool (*tell)(struct explanation *explanation, const char *owner, const char *name, GError **error);
} rows[] = {
	{"'(?<owner>\\w+)' object has no attribute '(?<name>\\w+)'", of_type},
	{"type object '(?<owner>\\w+)' has no attribute '(?<name>\\w+)'", of_type},
	{"module '(?<owner>[\\w.]+)' has no attribute '(?<name>\\w+)'", of_type},
	{"(?<owner>\\w+) has no attribute \"(?<name>\\w+)\"", of_type},
	{"module (?<owner>[\\w.]+) has no \"(?<name>\\w+)\"", of_type},
	{"(?<owner>\\w+) has no (?:input|output) \"(?<name>[^\"]+)\"", of_type},
	{"key \"(?<name>[^\"]+)\" not found", of_socket},
	{"(?<owner>\\w+): keyword \"(?<name>\\w+)\" is invalid", of_operator},
	{"operator properties:.*keyword \"(?<name>\\w+)\" unrecognized", of_operator},
	{"(?<owner>\\w+\\.\\w+)\\(\\):? .*?(?:keyword|argument|parameter)\\b.*?[\"'](?<name>\\w+)[\"']", of_function},
	{"operator \"bpy\\.ops\\.(?<name>[\\w.]+)\" error, could not be found", no_operator},
	{"there is no operator (?:bpy\\.ops\\.)?(?<name>[\\w.]+)", no_operator},
	{"BMeshOpsModule: operator \"(?<name>\\w+)\"", no_bmesh},
	{"Node type (?<name>\\w+) undefined", no_type},
	{"has no node \"(?<name>\\w+)\"", no_type},
	{"enum \"(?<name>[^\"]*)\" not found", of_enum},
};

static bool read_message(struct explanation *explanation, const char *message, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GRegex) regex = g_regex_new(rows[i].pattern, G_REGEX_DUPNAMES, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(regex, message, 0, &match))
			continue;
		g_autofree char *owner = g_match_info_fetch_named(match, "owner"),
				*name = g_match_info_fetch_named(match, "name");
		return rows[i].tell(explanation, owner && *owner ? owner : NULL, name ? name : "", error);
	}
	return true;
}

/* The line of the script with this number, from 1; g_free(). */
static char *line_of(const char *script, gint64 number)
{
	g_auto(GStrv) lines = number > 0 && number < 100000 ? g_strsplit(script, "\n", (int)number + 1) : NULL;
	return g_strdup(lines && number <= g_strv_length(lines) ? lines[number - 1] : "");
}

static const char *last_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	return dot ? dot + 1 : path;
}

/* Whether a chunk is about one of the things that are named: "me.from_pydata" is Mesh.from_pydata. */
static bool is_named(struct index *index, gint64 id, GPtrArray *identifiers)
{
	bool named = false;
	sqlite3_reset(index->title);
	sqlite3_bind_int64(index->title, 1, id);
	const char *symbol =
		sqlite3_step(index->title) == SQLITE_ROW ? (const char *)sqlite3_column_text(index->title, 0) : "";
	for (guint i = 0; i < identifiers->len; i++)
		named = named || g_str_equal(last_of(symbol), last_of(identifiers->pdata[i]));
	sqlite3_reset(index->title);
	return named;
}

/* What the failing line names is worth reading in any case. */
static bool read_line(struct explanation *explanation, GError **error)
{
	g_autoptr(GPtrArray) identifiers = tokens_identifiers(explanation->line);
	g_autoptr(GString) query = g_string_new(NULL);
	for (guint i = 0; i < identifiers->len; i++)
		g_string_append_printf(query, "%s ", (const char *)identifiers->pdata[i]);
	g_autoptr(GArray) ranking = rank_query(explanation->index, query->str, LOOKED_AT, error);
	int added = 0;
	if (!ranking)
		return false;
	for (guint i = 0; i < ranking->len && added < NAMED_MOST; i++) {
		gint64 id = g_array_index(ranking, struct ranked, i).id;
		if (!is_named(explanation->index, id, identifiers))
			continue;
		if (!packing_add(explanation->packing, id, query->str, error))
			return false;
		added++;
	}
	return true;
}

static bool explain_one(struct explanation *explanation, const char *message, gint64 number, GError **error)
{
	g_autofree char *line = line_of(explanation->script, number);
	explanation->line = line;
	bool done = read_message(explanation, message, error) && read_line(explanation, error);
	explanation->line = "";
	return done;
}

json_t *explain(struct index *index, const char *script, const json_t *why, GError **error)
{
	size_t i;
	json_t *diagnostic;
	const json_t *failure = json_object_get(why, "failure");
	const struct rag_limits limits = {.hits = 10, .bytes = 12000};
	OWN(packing) *packing = packing_new(index, &limits);
	struct explanation explanation = {index, packing, script ? script : "", ""};
	if (failure && !explain_one(&explanation, json_str(failure, "message", ""),
			       json_int(json_object_get(failure, "detail"), "line", 0), error))
		return NULL;
	json_array_foreach (json_object_get(why, "diagnostics"), i, diagnostic) {
		if (i < CLUES_MOST && !explain_one(&explanation, json_str(diagnostic, "message", ""),
					      json_int(diagnostic, "line", 0), error))
			return NULL;
	}
	return packing_hits(packing);
}
