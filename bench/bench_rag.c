/*
 * Retrieval measured on pairs of a question and what answers it:
 *     bench_rag DUMP LIBRARY PAIRS [CHUNKS SYMBOLS]
 * DUMP is an API dump, PAIRS [{"set", "half", "query", "targets": [symbol]}]; blender/tests/bench_retrieval.py makes
 * them and calls this. Prints recall and MRR of ours and of plain FTS5 (BM25, porter) over the same chunks, for each
 * set and half, and how long ours takes; CHUNKS and SYMBOLS get
 * what there is, for further controls and for making the pairs. BENCH_RAG_SHOW=1 shows what is missed in the halves to
 * look at.
 */
#include "base/file.h"
#include "base/testing.h"
#include "rag/rag.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { DEEP = 10, ASKED = 5 };

static const char *dump_path;

static void die_on(const GError *error)
{
	if (error)
		g_error("%s", error->message);
}

static bool read_dump(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	gsize size;
	char *text = file_read(dump_path, 1u << 28, &size, error);
	if (!text)
		return false;
	g_autoptr(json_t) dump = json_parse(text, size, 1u << 28, error);
	*key_out = json_incref(json_object_get(dump, "key"));
	*dump_out = g_bytes_new_take(text, size);
	return dump != NULL;
}

/* ---- figures ---- */
struct tally {
	int count, at1, at5, at10;
	double reciprocal;
};

/* The rank (from 1) of the first hit that a target names, 0 for none. A member's chunk answers for its owner, and an
 * owner's for its member. */
static bool answers(const char *symbol, const char *target, const char *owner)
{
	gsize len = strlen(target);
	return g_str_equal(symbol, target) ||
	       (strncmp(symbol, target, len) == 0 && symbol[len] == '.' && !strchr(symbol + len + 1, '.')) ||
	       (owner && g_str_equal(symbol, owner));
}

static int rank_of(GPtrArray *symbols, const json_t *pair)
{
	size_t k;
	json_t *target;
	for (guint i = 0; i < symbols->len; i++) {
		json_array_foreach (json_object_get(pair, "targets"), k, target) {
			if (answers(symbols->pdata[i], json_string_value(target), json_str(pair, "owner", NULL)))
				return (int)i + 1;
		}
	}
	return 0;
}

static void count(GHashTable *tallies, const json_t *pair, const char *system, int rank)
{
	char *name = g_strdup_printf("%-10s %-5s %-8s", json_str(pair, "set", ""), json_str(pair, "half", ""), system);
	struct tally *tally = g_hash_table_lookup(tallies, name);
	if (!tally) {
		tally = g_new0(struct tally, 1);
		g_hash_table_insert(tallies, g_strdup(name), tally);
	}
	g_free(name);
	tally->count++;
	tally->at1 += rank == 1;
	tally->at5 += rank > 0 && rank <= 5;
	tally->at10 += rank > 0 && rank <= 10;
	tally->reciprocal += rank > 0 ? 1.0 / rank : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_tallies(GHashTable *tallies)
{
	guint len;
	g_autofree gpointer *names = g_hash_table_get_keys_as_array(tallies, &len);
	qsort(names, len, sizeof *names, compare_names);
	for (guint i = 0; i < len; i++) {
		const struct tally *tally = g_hash_table_lookup(tallies, names[i]);
		g_print("%s n=%-4d recall@1 %.3f  recall@5 %.3f  recall@10 %.3f  MRR %.3f\n", (const char *)names[i],
			tally->count, (double)tally->at1 / tally->count, (double)tally->at5 / tally->count,
			(double)tally->at10 / tally->count, tally->reciprocal / tally->count);
	}
}

/* ---- ours ---- */
static GPtrArray *ask_ours(struct rag *rag, const char *query, gint64 *micros)
{
	GError *error = NULL;
	GPtrArray *symbols = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(json_t) queries = json_make("[s]", query);
	const struct rag_limits limits = {.hits = DEEP, .bytes = 1 << 24};
	gint64 start = g_get_monotonic_time();
	g_autoptr(json_t) hits = rag_search(rag, queries, &limits, NULL, &error);
	*micros = g_get_monotonic_time() - start;
	die_on(error);
	size_t i;
	json_t *hit;
	json_array_foreach (hits, i, hit)
		g_ptr_array_add(symbols, g_strdup(json_str(hit, "title", "")));
	return symbols;
}

static int compare_times(const void *a, const void *b)
{
	gint64 one = *(const gint64 *)a, two = *(const gint64 *)b;
	return (one > two) - (one < two);
}

/* Asked some times, since the machine has other work, too; the median time. */
static GPtrArray *ask_often(struct rag *rag, const char *query, gint64 *micros)
{
	gint64 times[ASKED];
	g_ptr_array_unref(ask_ours(rag, query, &times[0])); /* not warm yet */
	for (int i = 0; i < ASKED; i++)
		g_ptr_array_unref(ask_ours(rag, query, &times[i]));
	qsort(times, ASKED, sizeof *times, compare_times);
	GPtrArray *symbols = ask_ours(rag, query, micros);
	*micros = times[ASKED / 2];
	return symbols;
}

/* ---- the control ---- */
static sqlite3 *plain_open(const char *index)
{
	sqlite3 *db;
	g_autofree char *attach = g_strdup_printf("ATTACH '%s' AS ours", index);
	if (sqlite3_open(":memory:", &db) || sqlite3_exec(db, attach, NULL, NULL, NULL) ||
		sqlite3_exec(db,
			"CREATE VIRTUAL TABLE plain USING fts5(symbol, name, text, tokenize='porter unicode61');"
			"INSERT INTO plain SELECT symbol, name, text FROM ours.chunk;",
			NULL, NULL, NULL))
		g_error("%s", sqlite3_errmsg(db));
	return db;
}

static GPtrArray *ask_plain(sqlite3 *db, const char *query)
{
	GPtrArray *symbols = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) words = g_regex_split_simple("\\W+", query, 0, 0);
	g_autoptr(GString) match = g_string_new(NULL);
	for (char **word = words; *word; word++) {
		if (**word)
			g_string_append_printf(match, "%s\"%s\"", match->len ? " OR " : "", *word);
	}
	sqlite3_stmt *select;
	sqlite3_prepare_v2(
		db, "SELECT symbol FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 10", -1, &select, NULL);
	sqlite3_bind_text(select, 1, match->str, -1, SQLITE_STATIC);
	while (sqlite3_step(select) == SQLITE_ROW)
		g_ptr_array_add(symbols, g_strdup((const char *)sqlite3_column_text(select, 0)));
	sqlite3_finalize(select);
	return symbols;
}

/* The chunks for a control in another language, and their symbols, one a line. */
static void export_chunks(const char *index, const char *path, const char *symbols_path)
{
	sqlite3 *db;
	sqlite3_stmt *select;
	GError *error = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(GString) symbols = g_string_new(NULL);
	sqlite3_open(index, &db);
	sqlite3_prepare_v2(db, "SELECT id, symbol, name, text FROM chunk", -1, &select, NULL);
	while (sqlite3_step(select) == SQLITE_ROW) {
		const char *symbol = (const char *)sqlite3_column_text(select, 1);
		g_string_append_printf(symbols, "%s\n", symbol);
		json_array_append_new(
			list, json_make("{s:i, s:s, s:s, s:s}", "id", sqlite3_column_int(select, 0), "symbol", symbol,
				      "name", sqlite3_column_text(select, 2), "text", sqlite3_column_text(select, 3)));
	}
	sqlite3_finalize(select);
	sqlite3_close(db);
	g_autofree char *text = json_print(list);
	if (!file_write_whole(path, text, strlen(text), &error) ||
		!file_write_whole(symbols_path, symbols->str, symbols->len, &error))
		die_on(error);
}

static void show_miss(const json_t *pair, GPtrArray *symbols, int rank)
{
	if (!g_getenv("BENCH_RAG_SHOW") || !g_str_equal(json_str(pair, "half", ""), "look") || (rank > 0 && rank <= 5))
		return;
	g_autofree char *targets = json_print(json_object_get(pair, "targets"));
	g_print("rank %d %s %s | %.160s |", rank, json_str(pair, "set", ""), targets, json_str(pair, "query", ""));
	for (guint i = 0; i < MIN(symbols->len, 6); i++)
		g_print(" %s", (const char *)symbols->pdata[i]);
	g_print("\n");
}

int main(int argc, char **argv)
{
	GError *error = NULL;
	size_t i;
	json_t *pair;
	gint64 micros;
	gsize size;
	if (argc < 4)
		g_error("bench_rag DUMP LIBRARY PAIRS [CHUNKS SYMBOLS]");
	dump_path = argv[1];
	char *cache = test_folder();
	const struct rag_options options = {.library_dir = argv[2], .cache_dir = cache, .api = read_dump};
	OWN(rag) *rag = rag_open(&options);
	gint64 start = g_get_monotonic_time();
	if (!rag_build(rag, false, NULL, &error))
		die_on(error);
	g_autoptr(json_t) status = rag_status(rag);
	g_print("index of %d chunks, %.1f MB, built in %.2f s from the dump\n", (int)json_int(status, "chunks", 0),
		(double)json_int(status, "bytes", 0) / 1e6, (double)(g_get_monotonic_time() - start) / 1e6);
	if (argc > 5)
		export_chunks(json_str(status, "path", ""), argv[4], argv[5]);
	sqlite3 *plain = plain_open(json_str(status, "path", ""));
	g_autofree char *text = file_read(argv[3], 1u << 28, &size, &error);
	die_on(error);
	g_autoptr(json_t) pairs = json_parse(text, size, 1u << 28, &error);
	die_on(error);
	g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
	json_array_foreach (pairs, i, pair) {
		const char *query = json_str(pair, "query", "");
		g_autoptr(GPtrArray) ours = ask_often(rag, query, &micros);
		g_autoptr(GPtrArray) control = ask_plain(plain, query);
		g_array_append_val(times, micros);
		show_miss(pair, ours, rank_of(ours, pair));
		count(tallies, pair, "ours", rank_of(ours, pair));
		count(tallies, pair, "fts5", rank_of(control, pair));
	}
	print_tallies(tallies);
	g_array_sort(times, compare_times);
	if (times->len)
		g_print("latency in process, warm, median of 5, n=%u: p50 %.2f ms, p99 %.2f ms, most %.2f ms\n",
			times->len, (double)g_array_index(times, gint64, times->len / 2) / 1e3,
			(double)g_array_index(times, gint64, times->len * 99 / 100) / 1e3,
			(double)g_array_index(times, gint64, times->len - 1) / 1e3);
	sqlite3_close(plain);
	test_folder_remove(cache);
	return 0;
}
