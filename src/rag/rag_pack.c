/*
 * An answer within its budget: no chunk twice, no copy of one (exemplars share helpers), and of a long one its head and
 * the lines that concern the query.
 */
#include "rag/rag_int.h"
#include "rag/tokens.h"

#include <string.h>

enum { HITS = 24, BYTES = 24000, LONG = 2200 /* bytes; a longer chunk is cut, unless it is a script */ };

struct packing {
	struct index *index;
	int hits, bytes;
	GHashTable *seen; /* ids, and digests of texts */
	json_t *list;
};

struct packing *packing_new(struct index *index, const struct rag_limits *limits)
{
	struct packing *packing = g_new0(struct packing, 1);
	packing->index = index;
	packing->hits = limits && limits->hits > 0 ? limits->hits : HITS;
	packing->bytes = limits && limits->bytes > 0 ? limits->bytes : BYTES;
	packing->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	packing->list = json_array();
	return packing;
}

void packing_free(struct packing *packing)
{
	g_hash_table_unref(packing->seen);
	json_decref(packing->list);
	g_free(packing);
}

bool packing_full(const struct packing *packing)
{
	return json_array_size(packing->list) >= (gsize)packing->hits;
}

json_t *packing_hits(const struct packing *packing)
{
	return json_incref(packing->list);
}

void packing_add_text(
	struct packing *packing, const char *title, const char *kind, const char *source, const char *text)
{
	int size = (int)strlen(text);
	if (packing_full(packing) || size > packing->bytes ||
		!g_hash_table_add(packing->seen, g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1)))
		return;
	packing->bytes -= size;
	json_array_append_new(
		packing->list, json_make("{s:o, s:o, s:o, s:o}", "title", json_text(title), "kind", json_text(kind),
				       "source", json_text(source), "text", json_text(text)));
}

/* ---- cutting ---- */
static bool concerns(const char *line, GHashTable *wanted)
{
	g_autoptr(GPtrArray) words = tokens_of(line);
	for (guint i = 0; i < words->len; i++) {
		if (g_hash_table_contains(wanted, words->pdata[i]))
			return true;
	}
	return false;
}

/* "  width: float = 0.1 …" → width */
static void add_name(GString *names, const char *line)
{
	line += strspn(line, " ");
	gsize len = strcspn(line, "(: ");
	if (len)
		g_string_append_printf(names, "%s%.*s", names->len ? ", " : "", (int)len, line);
}

static char *cut(const char *text, const char *query)
{
	g_autoptr(GPtrArray) words = tokens_of(query);
	g_autoptr(GHashTable) wanted = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < words->len; i++) {
		if (!token_is_empty(words->pdata[i]))
			g_hash_table_add(wanted, words->pdata[i]);
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *kept = g_string_new(lines[0]);
	g_autoptr(GString) names = g_string_new(NULL);
	for (char **line = lines + 1; *line; line++) {
		bool member = g_str_has_prefix(*line, "  ");
		if (!member || (kept->len < LONG && concerns(*line, wanted)))
			g_string_append_printf(kept, "\n%s", *line);
		else
			add_name(names, *line);
	}
	if (names->len)
		g_string_append_printf(kept, "\n  also: %s", names->str);
	return g_string_free(kept, FALSE);
}

bool packing_add(struct packing *packing, gint64 id, const char *query, GError **error)
{
	if (packing_full(packing) || !g_hash_table_add(packing->seen, g_strdup_printf("%" G_GINT64_FORMAT, id)))
		return true;
	sqlite3_stmt *select = packing->index->chunk;
	sqlite3_reset(select);
	sqlite3_bind_int64(select, 1, id);
	if (sqlite3_step(select) != SQLITE_ROW)
		return index_fail(packing->index, error);
	const char *symbol = (const char *)sqlite3_column_text(select, 0),
		   *kind = (const char *)sqlite3_column_text(select, 1),
		   *source = (const char *)sqlite3_column_text(select, 2),
		   *text = (const char *)sqlite3_column_text(select, 3);
	g_autofree char *shorter = strlen(text) > LONG && !g_str_equal(kind, "exemplar") ? cut(text, query) : NULL;
	packing_add_text(packing, symbol, kind, source, shorter ? shorter : text);
	sqlite3_reset(select);
	return true;
}
