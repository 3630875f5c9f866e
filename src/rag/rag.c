/*
 * The index's life: found, checked, built, replaced. See rag.h.
 *
 * In the cache folder stand dump-<key>.json (what Blender gave) and index-<key and library>.db, each written aside and
 * renamed. What is asked of Blender each time the program starts is only whether its key is still the newest file's.
 */
#include "rag/rag_int.h"

#include "base/file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

enum {
	VERSION = 1, /* of the tables, the words and the chunks: a file of another one is built anew */
	DUMP_MAX = 64 * 1024 * 1024,
	KEPT = 6, /* files of a kind: some Blenders, some libraries */
	DIGEST_SHOWN = 16,
};

struct rag {
	struct rag_options options;
	GMutex lock;         /* guards all below; held while the index is built */
	struct index *index; /* NULL until it is needed */
	char *path;          /* of the open index, or NULL when it lives in memory */
	GString *note;
};

G_DEFINE_QUARK(ll3m_rag_error, rag_error)

struct rag *rag_open(const struct rag_options *options)
{
	struct rag *rag = g_new0(struct rag, 1);
	rag->options = *options;
	rag->note = g_string_new(NULL);
	g_mutex_init(&rag->lock);
	return rag;
}

static void let_go(struct rag *rag)
{
	if (rag->index)
		index_close(rag->index);
	rag->index = NULL;
	g_clear_pointer(&rag->path, g_free);
}

void rag_close(struct rag *rag)
{
	let_go(rag);
	g_string_free(rag->note, TRUE);
	g_mutex_clear(&rag->lock);
	g_free(rag);
}

static void note(struct rag *rag, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note(struct rag *rag, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (rag->note->len)
		g_string_append(rag->note, "; ");
	g_string_append_vprintf(rag->note, format, args);
	va_end(args);
}

/* ---- files ---- */
static char *file_of(const struct rag *rag, const char *kind, const json_t *what, const char *suffix)
{
	if (!rag->options.cache_dir)
		return NULL;
	g_autofree char *digest = json_digest(what);
	g_autofree char *name = g_strdup_printf("%s-%.*s%s", kind, DIGEST_SHOWN, digest, suffix);
	return g_build_filename(rag->options.cache_dir, name, NULL);
}

static int newest_first(const void *a, const void *b)
{
	GStatBuf one = {0}, two = {0};
	g_stat(*(const char *const *)a, &one);
	g_stat(*(const char *const *)b, &two);
	return (two.st_mtime > one.st_mtime) - (two.st_mtime < one.st_mtime);
}

/* The files of a kind, newest first; of char *. */
static GPtrArray *files(const struct rag *rag, const char *kind)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = rag->options.cache_dir ? g_dir_open(rag->options.cache_dir, 0, NULL) : NULL;
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		if (g_str_has_prefix(name, kind))
			g_ptr_array_add(found, g_build_filename(rag->options.cache_dir, name, NULL));
	}
	g_ptr_array_sort(found, newest_first);
	return found;
}

static void prune(const struct rag *rag)
{
	static const char *const kinds[] = {"index-", "dump-"};
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GPtrArray) found = files(rag, kinds[i]);
		for (guint k = KEPT; k < found->len; k++)
			g_unlink(found->pdata[k]);
	}
}

/* ---- which index ---- */
static json_t *key_of(struct index *index)
{
	g_autofree char *text = index_meta(index, "key");
	return text ? json_parse(text, strlen(text), DUMP_MAX, NULL) : NULL;
}

/* The key that is asked for first: the newest file's. */
static json_t *newest_key(const struct rag *rag)
{
	g_autoptr(GPtrArray) found = files(rag, "index-");
	OWN(index) *index = found->len ? index_open(found->pdata[0], NULL) : NULL;
	return index ? key_of(index) : NULL;
}

/* What an index belongs to. New reference. */
static json_t *identity(const struct rag *rag, const json_t *key)
{
	g_autofree char *library = corpus_library_digest(rag->options.library_dir);
	return json_make("{s:O?, s:s, s:i}", "key", key, "library", library, "version", VERSION);
}

/* ---- opening ---- */
static bool sound(struct index *index, const char *wanted)
{
	g_autofree char *identity_text = index_meta(index, "identity");
	sqlite3_stmt *check = index_prepare(index, "PRAGMA quick_check(1)", NULL);
	bool whole = check && sqlite3_step(check) == SQLITE_ROW &&
		     g_str_equal((const char *)sqlite3_column_text(check, 0), "ok");
	sqlite3_finalize(check);
	return whole && g_strcmp0(identity_text, wanted) == 0;
}

/* False, with a note, when there is a file that cannot be used. */
static bool open_file(struct rag *rag, const char *path, const json_t *what)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *wanted = json_print(what);
	if (!path || !g_file_test(path, G_FILE_TEST_EXISTS))
		return false;
	struct index *index = index_open(path, &error);
	if (index && sound(index, wanted)) {
		rag->index = index;
		rag->path = g_strdup(path);
		return true;
	}
	if (index)
		index_close(index);
	note(rag, "the retrieval index %s is damaged and is built anew", path);
	g_unlink(path);
	return false;
}

/* ---- building ---- */
static struct corpus *read_corpus(struct rag *rag, GBytes *dump, GError **error)
{
	OWN(corpus) *corpus = corpus_new();
	if (dump) {
		gsize size;
		const char *text = g_bytes_get_data(dump, &size);
		g_autoptr(json_t) json = json_parse(text, size, DUMP_MAX, error);
		if (!json || !corpus_add_dump(corpus, json, error))
			return NULL;
	}
	corpus_add_library(corpus, rag->options.library_dir);
	return g_steal_pointer(&corpus);
}

static json_t *meta_of(const struct corpus *corpus, const json_t *what)
{
	g_autofree char *text = json_print(what), *key = corpus->key ? json_print(corpus->key) : NULL;
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() / G_USEC_PER_SEC);
	return json_make("{s:s, s:s*, s:s}", "identity", text, "key", key, "built", now);
}

/* Into a file beside, renamed; where that cannot be, into memory. */
static bool write_index(
	struct rag *rag, const char *path, const struct corpus *corpus, const json_t *what, GError **error)
{
	g_autoptr(json_t) meta = meta_of(corpus, what);
	g_autoptr(GError) why = NULL;
	g_autofree char *aside = path ? g_strconcat(path, ".XXXXXX", NULL) : NULL;
	int fd = path && file_make_folder(rag->options.cache_dir, &why) ? g_mkstemp_full(aside, O_RDWR, 0644) : -1;
	if (fd >= 0) {
		close(fd);
		OWN(index) *index = index_build(aside, corpus, meta, &why);
		if (index && g_rename(aside, path) == 0) {
			prune(rag);
			return open_file(rag, path, what);
		}
		g_unlink(aside);
	}
	if (path)
		note(rag, "the retrieval index cannot be kept in %s%s%s: it is built anew each time",
			rag->options.cache_dir, why ? ": " : "", why ? why->message : "");
	rag->index = index_build(":memory:", corpus, meta, error);
	return rag->index != NULL;
}

/* The dump for `key`: as Blender just gave it, else as it was kept, else asked for. */
static GBytes *find_dump(struct rag *rag, const json_t *key, GBytes *given, struct cancel *cancel, GError **error)
{
	g_autofree char *path = file_of(rag, "dump", key, ".json");
	g_autoptr(json_t) again = NULL;
	GBytes *dump = given ? g_bytes_ref(given) : NULL;
	gsize size;
	if (!dump && path) {
		char *text = file_read(path, DUMP_MAX, &size, NULL);
		dump = text ? g_bytes_new_take(text, size) : NULL;
		if (dump)
			return dump;
	}
	if (!dump && !rag->options.api(NULL, &again, &dump, cancel, rag->options.api_arg, error))
		return NULL;
	if (!dump) {
		g_set_error_literal(
			error, RAG_ERROR, RAG_ERROR_DUMP, "Blender has a key for its API, but gave no dump");
		return NULL;
	}
	if (path && !file_write_whole(path, g_bytes_get_data(dump, &size), g_bytes_get_size(dump), NULL))
		g_unlink(path); /* the index is built all the same */
	return dump;
}

static bool build(struct rag *rag, const json_t *key, GBytes *given, const char *path, const json_t *what,
	struct cancel *cancel, GError **error)
{
	g_autoptr(GBytes) dump = NULL;
	OWN(corpus) *corpus = NULL;
	if (key) {
		dump = find_dump(rag, key, given, cancel, error);
		if (!dump)
			return false;
	}
	g_autoptr(GError) why = NULL;
	corpus = read_corpus(rag, dump, &why);
	if (!corpus && key && !given) { /* the kept dump is damaged: once more, from Blender */
		g_autofree char *kept = file_of(rag, "dump", key, ".json");
		if (kept)
			g_unlink(kept);
		note(rag, "the kept dump of Blender's API was damaged and is read anew");
		g_bytes_unref(dump);
		dump = find_dump(rag, key, NULL, cancel, error);
		corpus = dump ? read_corpus(rag, dump, error) : NULL;
	} else if (!corpus) {
		g_propagate_error(error, g_steal_pointer(&why));
	}
	return corpus && write_index(rag, path, corpus, what, error);
}

/* Asks for the key. A Blender that cannot tell its API is no reason to stop: the exemplars are there. */
static bool ask_key(struct rag *rag, const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel,
	GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!rag->options.api || rag->options.api(known, key_out, dump_out, cancel, rag->options.api_arg, &why))
		return true;
	if (why->domain != RAG_ERROR) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	note(rag, "%s; the exemplars alone are searched", why->message);
	return true;
}

static bool build_or_do_without(struct rag *rag, const json_t *key, GBytes *dump, struct cancel *cancel, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) what = identity(rag, key), less = identity(rag, NULL);
	g_autofree char *path = file_of(rag, "index", what, ".db");
	if (build(rag, key, dump, path, what, cancel, &why))
		return true;
	if (!key || (why->domain != RAG_ERROR && why->domain != JSON_ERROR)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	note(rag, "%s; the exemplars alone are searched", why->message);
	g_autofree char *path_of_less = file_of(rag, "index", less, ".db");
	return build(rag, NULL, NULL, path_of_less, less, cancel, error);
}

/* Makes the index ready. */
static bool ensure(struct rag *rag, bool anew, struct cancel *cancel, GError **error)
{
	g_autoptr(GBytes) dump = NULL;
	g_autoptr(json_t) key = NULL;
	if (rag->index && !anew)
		return true;
	g_autoptr(json_t) known = anew ? NULL : newest_key(rag);
	if (!ask_key(rag, known, &key, &dump, cancel, error))
		return false;
	g_autoptr(json_t) what = identity(rag, key);
	g_autofree char *path = file_of(rag, "index", what, ".db");
	let_go(rag);
	if (!anew && open_file(rag, path, what)) {
		utime(path, NULL);
		return true;
	}
	return build_or_do_without(rag, key, dump, cancel, error);
}

bool rag_build(struct rag *rag, bool anew, struct cancel *cancel, GError **error)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&rag->lock);
	return ensure(rag, anew, cancel, error);
}

char *rag_note(struct rag *rag)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&rag->lock);
	char *said = rag->note->len ? g_strdup(rag->note->str) : NULL;
	g_string_truncate(rag->note, 0);
	return said;
}

/* ---- status ---- */
static json_t *status_of(struct index *index, const char *path)
{
	GStatBuf info = {0};
	g_autoptr(json_t) key = key_of(index);
	g_autofree char *built = index_meta(index, "built");
	if (path)
		g_stat(path, &info);
	return json_make("{s:s, s:s?, s:I, s:I, s:I, s:O?, s:O?, s:I}", "state", "ready", "path", path, "bytes",
		(json_int_t)info.st_size, "chunks", (json_int_t)index->chunks, "members",
		(json_int_t)index_count(index, "member"), "blender", json_object_get(key, "blender"), "addons",
		json_object_get(key, "addons"), "built", built ? (json_int_t)g_ascii_strtoll(built, NULL, 10) : 0);
}

json_t *rag_status(struct rag *rag)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&rag->lock);
	if (rag->index)
		return status_of(rag->index, rag->path);
	g_autoptr(GPtrArray) found = files(rag, "index-");
	OWN(index) *newest = found->len ? index_open(found->pdata[0], NULL) : NULL;
	if (newest)
		return status_of(newest, found->pdata[0]);
	return json_make("{s:s, s:s?}", "state", found->len ? "damaged" : "missing", "path",
		found->len ? (const char *)found->pdata[0] : rag->options.cache_dir);
}

/* ---- asking ---- */
typedef json_t *(*ask_fn)(struct index *index, const void *arg, GError **error);

/* Asks; a file that turns out to be damaged is built anew, once. */
static json_t *ask(struct rag *rag, ask_fn fn, const void *arg, struct cancel *cancel, GError **error)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&rag->lock);
	g_autoptr(GError) why = NULL;
	if (!ensure(rag, false, cancel, error))
		return NULL;
	json_t *answer = fn(rag->index, arg, &why);
	if (answer)
		return answer;
	if (!rag->path) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	note(rag, "the retrieval index %s is damaged and is built anew", rag->path);
	g_unlink(rag->path);
	let_go(rag);
	return ensure(rag, false, cancel, error) ? fn(rag->index, arg, error) : NULL;
}

struct search {
	const json_t *queries;
	const struct rag_limits *limits;
};

/* The queries take turns: the best of each, then the second best of each. */
static bool take_turns(struct packing *packing, GPtrArray *rankings, const json_t *queries, GError **error)
{
	bool more = true;
	for (guint nth = 0; more && !packing_full(packing); nth++) {
		more = false;
		for (guint i = 0; i < rankings->len; i++) {
			const GArray *ranking = rankings->pdata[i];
			if (nth >= ranking->len)
				continue;
			more = true;
			if (!packing_add(packing, g_array_index(ranking, struct ranked, nth).id,
				    json_string_value(json_array_get(queries, i)), error))
				return false;
		}
	}
	return true;
}

static json_t *search(struct index *index, const void *arg, GError **error)
{
	const struct search *search = arg;
	g_autoptr(GPtrArray) rankings = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	OWN(packing) *packing = packing_new(index, search->limits);
	int most = search->limits && search->limits->hits > 0 ? search->limits->hits : 24;
	size_t i;
	json_t *query;
	json_array_foreach ((json_t *)search->queries, i, query) {
		GArray *ranking = rank_query(index, json_is_string(query) ? json_string_value(query) : "", most, error);
		if (!ranking)
			return NULL;
		g_ptr_array_add(rankings, ranking);
	}
	return take_turns(packing, rankings, search->queries, error) ? packing_hits(packing) : NULL;
}

json_t *rag_search(
	struct rag *rag, const json_t *queries, const struct rag_limits *limits, struct cancel *cancel, GError **error)
{
	const struct search wanted = {queries, limits};
	return ask(rag, search, &wanted, cancel, error);
}

struct question {
	const char *script;
	const json_t *why;
};

static json_t *answer(struct index *index, const void *arg, GError **error)
{
	const struct question *question = arg;
	return explain(index, question->script, question->why, error);
}

json_t *rag_explain(struct rag *rag, const char *script, const json_t *why, struct cancel *cancel, GError **error)
{
	const struct question question = {script, why};
	return ask(rag, answer, &question, cancel, error);
}
