/*
 * The exemplar library as chunks: one for each function of a script, with what it shows, and one for each script with
 * what it is. And the prior: what exemplars use is what a script of theirs kind wants. See corpus.h.
 */
#include "proto/script.h"
#include "rag/corpus.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

enum { FILE_MAX = 512 * 1024 };
#define USED_MOST 0.15 /* added to the prior of what ten exemplars use */

static void add_functions(struct corpus *corpus, const struct script *script, const char *source)
{
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		if (!*function->doc || g_str_equal(function->name, "build"))
			continue;
		struct chunk chunk = {.symbol = g_strdup_printf("%s %s", source, function->name),
			.kind = g_strdup("exemplar"),
			.doc = g_strdup(function->doc),
			.text = g_strndup(script->text + function->from, function->to - function->from),
			.source = g_strdup(source)};
		corpus_add(corpus, &chunk);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Calls `each` with every script of the library, as "family/name.py" and its path; in order of names. */
static void walk(const char *library_dir, void (*each)(void *arg, const char *source, const char *path), void *arg)
{
	g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) library = g_dir_open(library_dir, 0, NULL);
	const char *family, *name;
	while (library && (family = g_dir_read_name(library))) {
		g_autofree char *folder = g_build_filename(library_dir, family, NULL);
		g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
		while (dir && (name = g_dir_read_name(dir))) {
			if (g_str_has_suffix(name, ".py"))
				g_ptr_array_add(sources, g_strdup_printf("%s/%s", family, name));
		}
	}
	g_ptr_array_sort(sources, compare_names);
	for (guint i = 0; i < sources->len; i++) {
		g_autofree char *path = g_build_filename(library_dir, sources->pdata[i], NULL);
		each(arg, sources->pdata[i], path);
	}
}

/* ---- what is used ---- */
struct gathering {
	struct corpus *corpus;
	GHashTable *used; /* identifier → in how many scripts */
};

static void count_identifiers(GHashTable *used, const char *text)
{
	g_autoptr(GHashTable) here = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gsize i = 0, from; text[i];) {
		for (from = i; g_ascii_isalnum(text[i]) || text[i] == '_' || (i > from && text[i] == '.'); i++)
			;
		if (i > from + 3)
			g_hash_table_add(here, g_strndup(text + from, i - from));
		if (i == from)
			i++;
	}
	GHashTableIter iter;
	gpointer word;
	g_hash_table_iter_init(&iter, here);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		tally_add(used, word, 1);
}

static void gather(void *arg, const char *source, const char *path)
{
	struct gathering *gathering = arg;
	gsize len;
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, &len, NULL) || len > FILE_MAX)
		return;
	OWN(script) *script = script_read(text, len, NULL);
	if (!script)
		return;
	add_functions(gathering->corpus, script, source);
	count_identifiers(gathering->used, text);
}

/* A symbol counts as used under the name by which scripts call it. */
static int uses(GHashTable *used, const struct chunk *chunk)
{
	const char *last = strrchr(chunk->symbol, '.');
	bool whole = g_str_equal(chunk->kind, "operator") || g_str_equal(chunk->kind, "bmesh") ||
		     g_str_equal(chunk->kind, "class") || g_str_equal(chunk->kind, "module") || !last;
	if (!whole && !g_str_equal(chunk->kind, "node"))
		return 0;
	return tally_of(used, whole ? chunk->symbol : last + 1);
}

void corpus_add_library(struct corpus *corpus, const char *library_dir)
{
	struct gathering gathering = {corpus, tally_new()};
	walk(library_dir, gather, &gathering);
	for (guint i = 0; i < corpus->chunks->len; i++) {
		struct chunk *chunk = corpus->chunks->pdata[i];
		chunk->prior *= 1 + USED_MOST * MIN(1, log1p(uses(gathering.used, chunk)) / log1p(10));
	}
	g_hash_table_unref(gathering.used);
}

static void add_stat(void *arg, const char *source, const char *path)
{
	GStatBuf info = {0};
	g_stat(path, &info);
	g_autofree char *line =
		g_strdup_printf("%s %lld %lld\n", source, (long long)info.st_size, (long long)info.st_mtime);
	g_checksum_update(arg, (const guchar *)line, -1);
}

char *corpus_library_digest(const char *library_dir)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	walk(library_dir, add_stat, sum);
	char *digest = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return digest;
}
