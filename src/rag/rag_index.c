/* The retrieval index: see rag.h. SQLite FTS5 in memory, BM25 with the title weighing more than the text. */
#include "proto/script.h"
#include "rag/rag.h"

#include <sqlite3.h>
#include <string.h>

enum {
	TEXT_BUDGET = 24000, /* bytes of chunks in one answer */
	FILE_MAX = 512 * 1024,
};

struct rag {
	const char *library_dir;
	GMutex lock; /* guards db: one statement at a time */
	sqlite3 *db; /* NULL until the first search */
};

G_DEFINE_QUARK(ll3m_rag_error, rag_error)

struct rag *rag_open(const char *library_dir)
{
	struct rag *rag = g_new0(struct rag, 1);
	rag->library_dir = library_dir;
	g_mutex_init(&rag->lock);
	return rag;
}

void rag_close(struct rag *rag)
{
	sqlite3_close(rag->db);
	g_mutex_clear(&rag->lock);
	g_free(rag);
}

static bool fail(sqlite3 *db, GError **error)
{
	g_set_error(error, RAG_ERROR, RAG_ERROR_INDEX, "the retrieval index: %s", sqlite3_errmsg(db));
	return false;
}

static bool add_chunk(sqlite3_stmt *insert, const char *title, const char *source, const char *text, gsize len)
{
	sqlite3_reset(insert);
	bool bound = sqlite3_bind_text(insert, 1, title, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		     sqlite3_bind_text(insert, 2, source, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		     sqlite3_bind_text(insert, 3, text, (int)len, SQLITE_TRANSIENT) == SQLITE_OK;
	return bound && sqlite3_step(insert) == SQLITE_DONE;
}

/* The part and material functions of one exemplar, each a chunk. A file that cannot be read as a script is left out. */
static bool add_exemplar(sqlite3_stmt *insert, const char *path, const char *source)
{
	gsize len;
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, &len, NULL) || len > FILE_MAX)
		return true;
	OWN(script) *script = script_read(text, len, NULL);
	for (guint i = 0; script && i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		if (!g_str_has_prefix(function->name, "build_") && !g_str_has_prefix(function->name, "material_"))
			continue;
		g_autofree char *title = g_strdup_printf("%s: %s. %s", source, function->name, function->doc);
		if (!add_chunk(insert, title, source, text + function->from, function->to - function->from))
			return false;
	}
	return true;
}

static bool add_family(sqlite3_stmt *insert, const char *library, const char *family)
{
	g_autofree char *folder = g_build_filename(library, family, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *source = g_strdup_printf("%s/%s", family, name);
		if (g_str_has_suffix(name, ".py") && !add_exemplar(insert, path, source))
			return false;
	}
	return true;
}

static bool build(struct rag *rag, GError **error)
{
	sqlite3_stmt *insert = NULL;
	if (sqlite3_open(":memory:", &rag->db) != SQLITE_OK ||
		sqlite3_exec(rag->db,
			"CREATE VIRTUAL TABLE chunk USING fts5(title, source UNINDEXED, text, tokenize = 'porter "
			"unicode61');"
			"INSERT INTO chunk(chunk, rank) VALUES ('rank', 'bm25(5, 0, 1)')",
			NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(rag->db, "INSERT INTO chunk VALUES (?, ?, ?)", -1, &insert, NULL) != SQLITE_OK) {
		sqlite3_finalize(insert);
		return fail(rag->db, error);
	}
	g_autoptr(GDir) dir = g_dir_open(rag->library_dir, 0, NULL);
	const char *family;
	bool done = true;
	while (done && dir && (family = g_dir_read_name(dir)))
		done = add_family(insert, rag->library_dir, family);
	sqlite3_finalize(insert);
	return done || fail(rag->db, error);
}

/* Words of a query as an FTS5 expression: each quoted, any of them. */
static char *match_expression(const char *query)
{
	g_auto(GStrv) words = g_regex_split_simple("\\W+", query, 0, 0);
	g_autoptr(GString) text = g_string_new(NULL);
	for (char **word = words; *word; word++) {
		if (**word)
			g_string_append_printf(text, "%s\"%s\"", text->len ? " OR " : "", *word);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool search_one(struct rag *rag, sqlite3_stmt *select, const char *query, GHashTable *seen, gsize *budget,
	json_t *hits, GError **error)
{
	g_autofree char *match = match_expression(query);
	int code = SQLITE_DONE;
	if (!*match)
		return true;
	sqlite3_reset(select);
	if (sqlite3_bind_text(select, 1, match, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		return fail(rag->db, error);
	while ((code = sqlite3_step(select)) == SQLITE_ROW) {
		const char *title = (const char *)sqlite3_column_text(select, 0);
		const char *text = (const char *)sqlite3_column_text(select, 2);
		gsize size = strlen(text);
		if (size > *budget || !g_hash_table_add(seen, g_strdup(title)))
			continue;
		*budget -= size;
		json_array_append_new(hits,
			json_make("{s:o, s:o, s:o}", "title", json_text(title), "source",
				json_text((const char *)sqlite3_column_text(select, 1)), "text", json_text(text)));
	}
	return code == SQLITE_DONE || fail(rag->db, error);
}

json_t *rag_search(struct rag *rag, const json_t *queries, GError **error)
{
	g_autoptr(json_t) hits = json_array();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&rag->lock);
	sqlite3_stmt *select = NULL;
	gsize budget = TEXT_BUDGET;
	if (!rag->db && !build(rag, error))
		return NULL;
	if (sqlite3_prepare_v2(rag->db,
		    "SELECT title, source, text FROM chunk WHERE chunk MATCH ? ORDER BY rank LIMIT 3", -1, &select,
		    NULL) != SQLITE_OK) {
		fail(rag->db, error);
		return NULL;
	}
	size_t i;
	json_t *query;
	bool done = true;
	json_array_foreach ((json_t *)queries, i, query)
		done = done && search_one(rag, select, json_string_value(query), seen, &budget, hits, error);
	sqlite3_finalize(select);
	return done ? g_steal_pointer(&hits) : NULL;
}
