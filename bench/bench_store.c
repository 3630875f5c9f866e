/*
 * What a step costs in the SQLite store. The peer of a durable commit is the flush itself: one page appended to a file
 * on the same disk and fdatasync()ed. Usage: bench_store [FOLDER]; the folder decides which disk is measured.
 */
#include "store/store.h"

#include "base/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 1000, THREADS = 16, PER_THREAD = 100, SESSIONS = 1000, PAGE = 4096, BLOB = 1 << 20, BLOBS = 50 };

static void die_on(bool failed, GError *error)
{
	if (failed)
		g_error("%s", error ? error->message : "failed");
}

static int compare(const void *a, const void *b)
{
	gint64 x = *(const gint64 *)a;
	gint64 y = *(const gint64 *)b;
	return (x > y) - (x < y);
}

/* Prints and returns the median, in microseconds. */
static gint64 report(const char *what, gint64 *times, int count)
{
	qsort(times, (size_t)count, sizeof *times, compare);
	printf("%-44s median %6" G_GINT64_FORMAT " us   p95 %6" G_GINT64_FORMAT " us\n", what, times[count / 2],
		times[count * 95 / 100]);
	return times[count / 2];
}

static char *session_id(int n)
{
	return g_strdup_printf("%032x", (guint)n);
}

static void create_session(struct store *store, int n)
{
	GError *error = NULL;
	g_autofree char *id = session_id(n);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	struct store_session session = {.id = id, .state = (char *)"open", .prompt = (char *)"a wooden chair"};
	struct store_run first = {
		.id = run, .session = id, .kind = (char *)"create", .state = (char *)"running", .created = n};
	die_on(!store_session_create(store, &session, &error) || !store_run_create(store, &first, &error), error);
}

/* A step as the engine writes one: a result of a kilobyte and two events. */
static void commit_step(struct store *store, int session, int n, bool durable)
{
	GError *error = NULL;
	g_autofree char *id = session_id(session);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	g_autofree char *text = g_strnfill(1000, 'x');
	g_autoptr(json_t) result = json_make("{s:s}", "reply", text);
	g_autoptr(json_t) body = json_make("{s:s, s:i}", "key", "initial_creation/coding/1", "millis", 1234);
	struct store_event events[2] = {
		{.session = id, .run = run, .type = (char *)"step.finished", .body = body, .time = n},
		{.session = id, .run = run, .type = (char *)"phase.changed", .body = body, .time = n},
	};
	struct store_step step = {.run = run, .n = n, .key = (char *)"k", .request = (char *)"r", .result = result};
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_ptr_array_add(list, &events[0]);
	g_ptr_array_add(list, &events[1]);
	struct store_commit commit = {.events = list, .step = &step, .durable = durable};
	die_on(!store_commit(store, &commit, &error), error);
}

static gint64 bench_commit(struct store *store, const char *what, int session, bool durable)
{
	gint64 times[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		gint64 start = g_get_monotonic_time();
		commit_step(store, session, i, durable);
		times[i] = g_get_monotonic_time() - start;
	}
	return report(what, times, ROUNDS);
}

static gint64 bench_flush(const char *folder)
{
	static const char page[PAGE] = "x";
	gint64 times[ROUNDS];
	g_autofree char *path = g_build_filename(folder, "flush", NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (int i = 0; i < ROUNDS; i++) {
		gint64 start = g_get_monotonic_time();
		die_on(write(fd, page, PAGE) != PAGE || fdatasync(fd) < 0, NULL);
		times[i] = g_get_monotonic_time() - start;
	}
	close(fd);
	return report("peer: a page written and flushed", times, ROUNDS);
}

struct worker {
	struct store *store;
	int session;
	GThread *thread;
};

static void *work(void *arg)
{
	const struct worker *worker = arg;
	for (int i = 0; i < PER_THREAD; i++)
		commit_step(worker->store, worker->session, i, true);
	return NULL;
}

static void bench_threads(struct store *store, int first)
{
	struct worker workers[THREADS];
	gint64 start = g_get_monotonic_time();
	for (int i = 0; i < THREADS; i++) {
		create_session(store, first + i);
		workers[i] = (struct worker){store, first + i, NULL};
		workers[i].thread = g_thread_new("work", work, &workers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		g_thread_join(workers[i].thread);
	double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	printf("%d threads, durable: %.0f commits/s\n", THREADS, THREADS * PER_THREAD / seconds);
}

static long resident_kilobytes(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file && fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void bench_sessions(struct store *store, int first)
{
	long before = resident_kilobytes();
	for (int i = 0; i < SESSIONS; i++) {
		create_session(store, first + i);
		commit_step(store, first + i, 0, false);
	}
	printf("%d sessions with a step each: %+ld kB resident\n", SESSIONS, resident_kilobytes() - before);
}

static void bench_blobs(struct store *store)
{
	gint64 put[BLOBS];
	gint64 get[BLOBS];
	for (int i = 0; i < BLOBS; i++) {
		GError *error = NULL;
		g_autofree char *hash = NULL;
		char *data = g_malloc(BLOB);
		memset(data, i + 1, BLOB);
		g_autoptr(GBytes) bytes = g_bytes_new_take(data, BLOB);
		gint64 start = g_get_monotonic_time();
		die_on(!store_blob_put(store, bytes, &hash, &error), error);
		put[i] = g_get_monotonic_time() - start;
		g_autoptr(GBytes) got = store_blob_get(store, hash, &error);
		get[i] = g_get_monotonic_time() - start - put[i];
		die_on(!got, error);
	}
	report("put a blob of 1 MiB", put, BLOBS);
	report("get it, hash checked", get, BLOBS);
}

static void bench_open(const char *folder, const char *what)
{
	GError *error = NULL;
	gint64 start = g_get_monotonic_time();
	struct store *store = store_open("sqlite", folder, &error);
	die_on(!store, error);
	g_autofree char *file = g_build_filename(folder, "store.db", NULL);
	GStatBuf st;
	die_on(g_stat(file, &st) < 0, NULL);
	printf("open after %s, %.1f MB: %.1f ms\n", what, (double)st.st_size / 1e6,
		(double)(g_get_monotonic_time() - start) / 1000);
	store_close(store);
}

int main(int argc, char **argv)
{
	GError *error = NULL;
	char *folder = g_strdup_printf("%s/ll3m-bench-XXXXXX", argc > 1 ? argv[1] : g_get_tmp_dir());
	die_on(!g_mkdtemp(folder), NULL);
	struct store *store = store_open("sqlite", folder, &error);
	die_on(!store, error);
	create_session(store, 1);
	create_session(store, 2);
	bench_commit(store, "step and 2 events, not flushed", 1, false);
	gint64 durable = bench_commit(store, "step and 2 events, durable", 2, true);
	gint64 flush = bench_flush(folder);
	printf("a durable commit beside its flush: %" G_GINT64_FORMAT " us\n", durable - flush);
	bench_threads(store, 100);
	bench_sessions(store, 1000);
	bench_blobs(store);
	for (int i = 0; i < 20 * ROUNDS; i++)
		commit_step(store, 1, ROUNDS + i, false);
	store_close(store);
	bench_open(folder, "a clean close");
	g_autofree char *lock = g_build_filename(folder, "lock", NULL);
	die_on(!g_file_set_contents(lock, "1\n", -1, &error), error);
	bench_open(folder, "a crash (all pages checked)");
	test_folder_remove(folder);
	return 0;
}
