/* Inside rag/: the index as a database, and how it is asked. One thread at a time: the callers hold rag.lock. */
#pragma once

#include "rag/corpus.h"
#include "rag/rag.h"

#include <sqlite3.h>

/* ---- rag_index.c: the file ---- */
struct index {
	sqlite3 *db;
	sqlite3_stmt *term, *near, *symbol, *chunk, *title;
	sqlite3_stmt *said, *inside;
	GHashTable *docs; /* word → how many chunks say it; what was looked up so far */
	int chunks;
};

/* Writes the corpus into a new database at `path` (":memory:", too), with `meta` (an object of strings) for
 * index_open(). The open index, or NULL. */
struct index *index_build(
	const char *path, const struct corpus *corpus, const json_t *meta, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Opens a file for reading. NULL with RAG_ERROR_INDEX when it is damaged or none of ours. */
struct index *index_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void index_close(struct index *index);
/* A value of its meta, or NULL. g_free(). */
char *index_meta(struct index *index, const char *name);
gint64 index_count(struct index *index, const char *table);
bool index_fail(struct index *index, GError **error);
sqlite3_stmt *index_prepare(struct index *index, const char *sql, GError **error);
OWN_DEFINE(index, index_close)

/* ---- rag_rank.c: one query ---- */
struct ranked {
	gint64 id;
	double score;
};
/* The ids of the best chunks, best first, of struct ranked, at most `most`. g_array_unref(), or NULL. */
GArray *rank_query(struct index *index, const char *query_text, int most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- rag_pack.c: an answer within its budget ---- */
struct packing;
struct packing *packing_new(struct index *index, const struct rag_limits *limits);
void packing_free(struct packing *packing);
/* Adds a chunk, cut to what concerns `query`; nothing when it was there, is a copy or does not fit. */
bool packing_add(struct packing *packing, gint64 id, const char *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds a text that is no chunk of the index. */
void packing_add_text(
	struct packing *packing, const char *title, const char *kind, const char *source, const char *text);
bool packing_full(const struct packing *packing);
/* New reference. */
json_t *packing_hits(const struct packing *packing);
OWN_DEFINE(packing, packing_free)

/* ---- rag_explain.c ---- */
json_t *explain(struct index *index, const char *script, const json_t *why, GError **error) G_GNUC_WARN_UNUSED_RESULT;
