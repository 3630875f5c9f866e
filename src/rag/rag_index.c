/*
 * The index as one SQLite file: chunks, an FTS5 table of their words, how often each word occurs, and the members of
 * every owner. It is written whole and then only read ("immutable": other processes may read and replace it meanwhile).
 */
#include "rag/rag_int.h"
#include "rag/tokens.h"

#include <string.h>

/* The words are split and stemmed before they get here, so FTS5's own tokenizer has only blanks to find. Columns of
 * `words`: the symbol with its name, the words of synonyms.def, the sentence about it; `inside` has its members. */
static const char schema[] = "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
			     "CREATE TABLE chunk(id INTEGER PRIMARY KEY, symbol TEXT, kind TEXT, name TEXT, source "
			     "TEXT, text TEXT, ident TEXT,"
			     " prior REAL);"
			     "CREATE VIRTUAL TABLE words USING fts5(ident, also, doc, content='', tokenize='ascii');"
			     "CREATE VIRTUAL TABLE inside USING fts5(members, content='', tokenize='ascii');"
			     "CREATE TABLE term(word TEXT PRIMARY KEY, docs INTEGER, inside INTEGER) WITHOUT ROWID;"
			     "CREATE TABLE member(owner TEXT, name TEXT, kind TEXT, line TEXT);"
			     "CREATE TABLE base(owner TEXT PRIMARY KEY, base TEXT) WITHOUT ROWID;";
static const char after[] =
	"CREATE INDEX chunk_symbol ON chunk(symbol);"
	"CREATE INDEX member_owner ON member(owner, name);"
	"CREATE INDEX member_name ON member(name);"
	"INSERT INTO words(words, rank) VALUES ('rank', 'bm25(4.0, 3.0, 2.0)');"
	"CREATE VIRTUAL TABLE temp.said USING fts5vocab(main, words, row);"
	"CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, inside, row);"
	"INSERT INTO term SELECT term, sum(docs), sum(held) FROM (SELECT term, doc AS docs, 0 AS held FROM temp.said"
	" UNION ALL SELECT term, 0, doc FROM temp.held) GROUP BY term;"
	"DROP TABLE temp.said; DROP TABLE temp.held;"
	"INSERT INTO words(words) VALUES ('optimize'); INSERT INTO inside(inside) VALUES ('optimize');";

bool index_fail(struct index *index, GError **error)
{
	g_set_error(error, RAG_ERROR, RAG_ERROR_INDEX, "the retrieval index: %s", sqlite3_errmsg(index->db));
	return false;
}

sqlite3_stmt *index_prepare(struct index *index, const char *sql, GError **error)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
		index_fail(index, error);
	return statement;
}

void index_close(struct index *index)
{
	sqlite3_finalize(index->term);
	sqlite3_finalize(index->near);
	sqlite3_finalize(index->symbol);
	sqlite3_finalize(index->chunk);
	sqlite3_finalize(index->title);
	sqlite3_finalize(index->said);
	sqlite3_finalize(index->inside);
	if (index->docs)
		g_hash_table_unref(index->docs);
	sqlite3_close(index->db);
	g_free(index);
}

/* ---- writing ---- */
static bool put(sqlite3_stmt *insert, const char *const *texts, int count, double real)
{
	sqlite3_reset(insert);
	for (int i = 0; i < count; i++)
		sqlite3_bind_text(insert, i + 1, texts[i], -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(insert) > count)
		sqlite3_bind_double(insert, count + 1, real);
	return sqlite3_step(insert) == SQLITE_DONE;
}

/* The words by which a chunk is called: the end of its path, and its name. */
static char *ident_of(const struct chunk *chunk)
{
	const char *symbol = chunk->symbol;
	if (g_str_has_prefix(symbol, "bpy.types.") || g_str_has_prefix(symbol, "bpy.ops."))
		symbol = strchr(symbol + strlen("bpy."), '.') + 1;
	else if (g_str_has_prefix(symbol, "bpy."))
		symbol += strlen("bpy.");
	/* bpy.types.BlendDataMeshes is bpy.data.meshes to everybody. */
	if (g_str_has_prefix(symbol, "BlendData"))
		symbol += strlen("Blend");
	g_autofree char *title = g_strdup_printf("%s %s", symbol, chunk->name);
	return tokens_joined(title);
}

static bool put_chunks(struct index *index, const struct corpus *corpus, GError **error)
{
	sqlite3_stmt *chunk_insert = index_prepare(index,
		"INSERT INTO chunk(symbol, kind, name, source, text, ident, prior) VALUES (?, ?, ?, ?, ?, ?, ?)",
		error);
	sqlite3_stmt *words_insert = index_prepare(
		index, "INSERT INTO words(rowid, ident, also, doc) VALUES (last_insert_rowid(), ?, ?, ?)", error);
	sqlite3_stmt *inside_insert = index_prepare(index, "INSERT INTO inside(rowid, members) VALUES (?2, ?1)", error);
	bool done = chunk_insert && words_insert && inside_insert;
	for (guint i = 0; done && i < corpus->chunks->len; i++) {
		const struct chunk *chunk = corpus->chunks->pdata[i];
		g_autofree char *ident = ident_of(chunk), *also = tokens_joined(chunk->also),
				*doc = tokens_joined(chunk->doc), *members = tokens_joined(chunk->members);
		const char *row[] = {chunk->symbol, chunk->kind, chunk->name, chunk->source, chunk->text, ident};
		const char *words[] = {ident, also, doc};
		const char *inside[] = {members};
		done = put(chunk_insert, row, G_N_ELEMENTS(row), chunk->prior) &&
		       put(words_insert, words, G_N_ELEMENTS(words), 0) &&
		       put(inside_insert, inside, 1, (double)sqlite3_last_insert_rowid(index->db));
	}
	sqlite3_finalize(inside_insert);
	sqlite3_finalize(chunk_insert);
	sqlite3_finalize(words_insert);
	return done || index_fail(index, error);
}

static bool put_members(struct index *index, const struct corpus *corpus, GError **error)
{
	sqlite3_stmt *insert = index_prepare(index, "INSERT INTO member VALUES (?, ?, ?, ?)", error);
	bool done = insert != NULL;
	for (guint i = 0; done && i < corpus->members->len; i++) {
		const struct member *member = corpus->members->pdata[i];
		const char *row[] = {member->owner, member->name, member->kind, member->line};
		done = put(insert, row, G_N_ELEMENTS(row), 0);
	}
	sqlite3_finalize(insert);
	insert = done ? index_prepare(index, "INSERT OR IGNORE INTO base VALUES (?, ?)", error) : NULL;
	for (guint i = 0; insert && done && i + 1 < corpus->bases->len; i += 2) {
		const char *row[] = {corpus->bases->pdata[i], corpus->bases->pdata[i + 1]};
		done = put(insert, row, G_N_ELEMENTS(row), 0);
	}
	done = done && insert;
	sqlite3_finalize(insert);
	return done || index_fail(index, error);
}

static bool put_meta(struct index *index, const json_t *meta, GError **error)
{
	const char *name;
	json_t *value;
	sqlite3_stmt *insert = index_prepare(index, "INSERT INTO meta VALUES (?, ?)", error);
	bool done = insert != NULL;
	json_object_foreach ((json_t *)meta, name, value) {
		const char *row[] = {name, json_string_value(value)};
		done = done && put(insert, row, G_N_ELEMENTS(row), 0);
	}
	sqlite3_finalize(insert);
	return done || index_fail(index, error);
}

static bool run_sql(struct index *index, const char *sql, GError **error)
{
	return sqlite3_exec(index->db, sql, NULL, NULL, NULL) == SQLITE_OK || index_fail(index, error);
}

/* ---- reading ---- */
static bool ready(struct index *index, GError **error)
{
	const struct {
		sqlite3_stmt **statement;
		const char *sql;
	} all[] = {
		{&index->term, "SELECT docs, inside FROM term WHERE word = ?"},
		{&index->near, "SELECT word, docs, inside FROM term WHERE word > ?1 AND word < ?1 || '{' ORDER BY docs "
			       "DESC LIMIT 1"},
		{&index->symbol, "SELECT id FROM chunk WHERE symbol = ?"},
		{&index->title, "SELECT symbol, kind, ident, prior FROM chunk WHERE id = ?"},
		{&index->chunk, "SELECT symbol, kind, source, text FROM chunk WHERE id = ?"},
		{&index->said, "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"},
		{&index->inside, "SELECT rowid, rank FROM inside WHERE inside MATCH ? ORDER BY rank LIMIT ?"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		*all[i].statement = index_prepare(index, all[i].sql, error);
		if (!*all[i].statement)
			return false;
	}
	index->docs = tally_new();
	index->chunks = (int)index_count(index, "chunk");
	return true;
}

struct index *index_build(const char *path, const struct corpus *corpus, const json_t *meta, GError **error)
{
	struct index *index = g_new0(struct index, 1);
	if (sqlite3_open(path, &index->db) == SQLITE_OK) {
		/* Losing it costs seconds: no journal, no flushing. */
		if (run_sql(index,
			    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192; BEGIN;",
			    error) &&
			run_sql(index, schema, error) && put_chunks(index, corpus, error) &&
			put_members(index, corpus, error) && run_sql(index, after, error) &&
			put_meta(index, meta, error) && run_sql(index, "COMMIT", error) && ready(index, error))
			return index;
	} else {
		index_fail(index, error);
	}
	index_close(index);
	return NULL;
}

struct index *index_open(const char *path, GError **error)
{
	struct index *index = g_new0(struct index, 1);
	g_autofree char *escaped = g_uri_escape_string(path, "/", TRUE);
	g_autofree char *uri = g_strdup_printf("file:%s?immutable=1", escaped);
	if (sqlite3_open_v2(uri, &index->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
		index_fail(index, error);
	else if (ready(index, error))
		return index;
	index_close(index);
	return NULL;
}

char *index_meta(struct index *index, const char *name)
{
	sqlite3_stmt *select = index_prepare(index, "SELECT value FROM meta WHERE name = ?", NULL);
	char *value = NULL;
	if (select && sqlite3_bind_text(select, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
		sqlite3_step(select) == SQLITE_ROW)
		value = g_strdup((const char *)sqlite3_column_text(select, 0));
	sqlite3_finalize(select);
	return value;
}

gint64 index_count(struct index *index, const char *table)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", table);
	sqlite3_stmt *select = index_prepare(index, sql, NULL);
	gint64 count = select && sqlite3_step(select) == SQLITE_ROW ? sqlite3_column_int64(select, 0) : 0;
	sqlite3_finalize(select);
	return count;
}
