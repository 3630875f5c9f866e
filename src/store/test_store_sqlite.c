/*
 * What only the SQLite store promises: it outlives its process, it is one process's, and it says what is wrong with a
 * file before it touches it. Other processes are forked children that never return into cmocka.
 */
#include "base/file.h"
#include "store/test_store_rows.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 200, BIG = 256 << 20 };

struct fixture {
	char *folder;
	char *database;
	GError *error;
};

static int set_up(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);
	f->folder = test_folder();
	f->database = g_build_filename(f->folder, "store.db", NULL);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	assert_no_error(f->error);
	test_folder_remove(f->folder);
	g_free(f->database);
	g_free(f);
	return 0;
}

static struct store *open_store(struct fixture *f)
{
	struct store *store = store_open("sqlite", f->folder, &f->error);
	assert_no_error(f->error);
	return store;
}

/* Adds `count` events to sample session 1, `size` bytes each. */
static bool add_events(struct store *store, int count, gsize size, GError **error)
{
	g_autofree char *id = test_session_id(1);
	g_autofree char *text = g_strnfill(size, 'x');
	bool done = true;
	for (int i = 0; i < count && done; i++) {
		struct store_commit commit = test_event_commit(id, text);
		commit.durable = i == count - 1;
		done = store_commit(store, &commit, error);
		test_commit_clear(&commit);
	}
	return done;
}

/* The number of events of sample session 1, which must be numbered from 1 without gaps. */
static guint count_events(struct store *store)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *id = test_session_id(1);
	g_autoptr(GPtrArray) events = store_event_list(store, id, 0, G_MAXINT, &error);
	assert_no_error(error);
	for (guint i = 0; i < events->len; i++)
		assert_int_equal(((struct store_event *)events->pdata[i])->seq, i + 1);
	return events->len;
}

/* A closed store with a session and some hundred kilobytes of events. */
static void fill(struct fixture *f)
{
	OWN(store) *store = open_store(f);
	test_populate(store, 1);
	assert_true(add_events(store, MANY, 2000, &f->error));
}

static void run_sql(const char *database, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static char *path_in(const struct fixture *f, const char *name)
{
	return g_build_filename(f->folder, name, NULL);
}

static bool has(const struct fixture *f, const char *name)
{
	g_autofree char *path = path_in(f, name);
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void write_in(const struct fixture *f, const char *name, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = path_in(f, name);
	assert_true(file_write_whole(path, text, strlen(text), &error));
}

/* As if the process that had it open had died. */
static void leave_open(const struct fixture *f)
{
	write_in(f, "lock", "1\n");
}

static GBytes *bytes_of(const char *path)
{
	gsize size;
	g_autoptr(GError) error = NULL;
	char *data = file_read(path, BIG, &size, &error);
	assert_no_error(error);
	return g_bytes_new_take(data, size);
}

static void overwrite(const char *path, long offset, int byte, gsize count)
{
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	for (gsize i = 0; i < count; i++)
		assert_int_equal(fputc(byte, file), byte);
	assert_int_equal(fclose(file), 0);
}

/* ---- a life after the process ---- */

static void test_reopen(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	g_autofree char *run = g_strdup_printf("%s-1", id);
	g_autofree char *hash = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new_static("blob", 4);
	fill(f);
	assert_false(has(f, "store.db-wal"));
	assert_false(has(f, "store.db-shm"));
	for (int i = 0; i < 2; i++) {
		OWN(store) *store = open_store(f);
		assert_int_equal(count_events(store), MANY + i);
		assert_true(add_events(store, 1, 10, &f->error));
		OWN(store_run) *loaded = store_run_load(store, run, &f->error);
		assert_string_equal(loaded->state, "running");
		assert_true(hash || store_blob_put(store, bytes, &hash, &f->error));
		g_autoptr(GBytes) got = store_blob_get(store, hash, &f->error);
		assert_true(g_bytes_equal(got, bytes));
	}
}

/* Commits, and tells the parent the number of each commit that came back. */
static G_GNUC_NORETURN void commit_until_killed(const char *folder, int tell)
{
	struct store *store = store_open("sqlite", folder, NULL);
	g_autofree char *id = test_session_id(1);
	if (!store)
		_exit(1);
	for (;;) {
		struct store_commit commit = test_event_commit(id, "durable");
		commit.durable = true;
		if (!store_commit(store, &commit, NULL))
			_exit(1);
		gint64 seq = ((struct store_event *)commit.events->pdata[0])->seq;
		if (write(tell, &seq, sizeof seq) != sizeof seq)
			_exit(1);
		test_commit_clear(&commit);
	}
}

static void test_killed(void **state)
{
	struct fixture *f = *state;
	gint64 told = 0;
	{
		OWN(store) *store = open_store(f);
		test_populate(store, 1);
	}
	for (int round = 1; round <= 3; round++) {
		int ends[2];
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		if (child == 0)
			commit_until_killed(f->folder, ends[1]);
		close(ends[1]);
		for (int i = 0; i < 40 * round; i++)
			assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		while (read(ends[0], &told, sizeof told) == sizeof told)
			continue;
		close(ends[0]);
		OWN(store) *store = open_store(f);
		/* The last commit may have reached the disk and not the pipe. */
		assert_in_range(count_events(store), told, told + 1);
	}
}

/* ---- one process ---- */

static void test_busy(void **state)
{
	struct fixture *f = *state;
	int ends[2];
	char ready;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct store *store = store_open("sqlite", f->folder, NULL);
		if (store && write(ends[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ends[0], &ready, 1), 1);
	g_autofree char *pid = g_strdup_printf("process %d:", (int)child);
	for (int i = 0; i < 2; i++) {
		assert_null(store_open("sqlite", f->folder, &f->error));
		assert_non_null(strstr(f->error->message, pid));
		test_expect(&f->error, STORE_ERROR_BUSY);
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(ends[0]);
	close(ends[1]);
	OWN(store) *store = open_store(f);
	assert_non_null(store);
	assert_null(store_open("sqlite", f->folder, &f->error));
	test_expect(&f->error, STORE_ERROR_BUSY);
}

static void test_busy_shell(void **state)
{
	struct fixture *f = *state;
	sqlite3 *shell;
	fill(f);
	assert_int_equal(sqlite3_open(f->database, &shell), SQLITE_OK);
	assert_int_equal(sqlite3_exec(shell, "BEGIN; SELECT * FROM session", NULL, NULL, NULL), SQLITE_OK);
	assert_null(store_open("sqlite", f->folder, &f->error));
	test_expect(&f->error, STORE_ERROR_BUSY);
	assert_int_equal(sqlite3_close(shell), SQLITE_OK);
	OWN(store) *store = open_store(f);
	assert_int_equal(count_events(store), MANY);
}

/* ---- damage ---- */

/* Opening says DAMAGED and `hint`, leaves the database as it is, and keeps one copy however often it is tried. */
static void expect_damaged(struct fixture *f, const char *hint)
{
	g_autofree char *kept = path_in(f, "damaged-1/store.db");
	g_autoptr(GBytes) before = bytes_of(f->database);
	for (int i = 0; i < 2; i++) {
		assert_null(store_open("sqlite", f->folder, &f->error));
		assert_non_null(f->error);
		if (!strstr(f->error->message, hint) || !strstr(f->error->message, "/damaged-1."))
			fail_msg("%s", f->error->message);
		test_expect(&f->error, STORE_ERROR_DAMAGED);
		g_autoptr(GBytes) after = bytes_of(f->database);
		g_autoptr(GBytes) copy = bytes_of(kept);
		assert_true(g_bytes_equal(before, after));
		assert_true(g_bytes_equal(before, copy));
	}
	assert_false(has(f, "damaged-2"));
	/* Another damage is another copy. */
	overwrite(f->database, 0, 'x', 100);
	assert_null(store_open("sqlite", f->folder, &f->error));
	assert_non_null(strstr(f->error->message, "/damaged-2."));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
}

static void test_damaged_page(void **state)
{
	struct fixture *f = *state;
	fill(f);
	overwrite(f->database, 4096 * 20, 0xa5, 4096);
	leave_open(f);
	expect_damaged(f, "is damaged: ");
}

static void test_damaged_page_found_late(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	fill(f);
	for (long page = 2; page < 40; page++)
		overwrite(f->database, 4096 * page, 0xa5, 4096);
	OWN(store) *store = open_store(f);
	assert_null(store_event_list(store, id, 0, G_MAXINT, &f->error));
	assert_non_null(strstr(f->error->message, "/damaged-1."));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	/* From then on it is touched no more. */
	assert_false(add_events(store, 1, 1, &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	assert_false(store_session_set_state(store, id, "closed", &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	assert_null(store_session_list(store, 1, &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	assert_false(has(f, "damaged-2"));
}

static void test_damaged_row(void **state)
{
	struct fixture *f = *state;
	g_autofree char *id = test_session_id(1);
	fill(f);
	run_sql(f->database, "UPDATE session SET options = '[]'");
	OWN(store) *store = open_store(f);
	assert_null(store_session_load(store, id, &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
}

static void test_truncated(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_int_equal(truncate(f->database, 4096 * 20 + 100), 0);
	expect_damaged(f, "it ends after 82020 of ");
}

static void test_not_a_database(void **state)
{
	struct fixture *f = *state;
	g_autofree char *text = g_strnfill(5000, 't');
	write_in(f, "store.db", text);
	expect_damaged(f, "does not begin like a database");
}

static void test_not_a_database_after_crash(void **state)
{
	struct fixture *f = *state;
	write_in(f, "store.db", "short");
	write_in(f, "store.db-wal", "what a crash left");
	leave_open(f);
	expect_damaged(f, "not a database");
}

static void test_lost_database(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_int_equal(truncate(f->database, 0), 0);
	write_in(f, "store.db-wal", "what a crash left");
	assert_null(store_open("sqlite", f->folder, &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	assert_true(has(f, "store.db-wal"));
	assert_true(has(f, "damaged-1/store.db-wal"));
	g_autofree char *log = path_in(f, "store.db-wal");
	assert_int_equal(g_unlink(log), 0);
	write_in(f, "blobs/ab/cd", "a picture");
	assert_null(store_open("sqlite", f->folder, &f->error));
	assert_non_null(strstr(f->error->message, "there are blobs"));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	assert_int_equal(g_unlink(f->database), 0);
	assert_null(store_open("sqlite", f->folder, &f->error));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
}

static void test_crashed_but_whole(void **state)
{
	struct fixture *f = *state;
	fill(f);
	leave_open(f);
	OWN(store) *store = open_store(f);
	assert_int_equal(count_events(store), MANY);
	assert_false(has(f, "damaged-1"));
}

/* ---- other files, other versions ---- */

static void test_newer(void **state)
{
	struct fixture *f = *state;
	fill(f);
	run_sql(f->database, "PRAGMA user_version = 99");
	g_autoptr(GBytes) before = bytes_of(f->database);
	assert_null(store_open("sqlite", f->folder, &f->error));
	assert_non_null(strstr(f->error->message, "format 99"));
	test_expect(&f->error, STORE_ERROR_NEWER);
	g_autoptr(GBytes) after = bytes_of(f->database);
	assert_true(g_bytes_equal(before, after));
	assert_false(has(f, "damaged-1"));
}

/* A store of format 1, as the first program wrote it, is brought forward and keeps what it holds. */
static void test_migration(void **state)
{
	struct fixture *f = *state;
	g_autofree char *hash = NULL;
	fill(f);
	run_sql(f->database, "DROP INDEX event_spending; DROP TABLE small_blob; PRAGMA user_version = 1");
	OWN(store) *store = open_store(f);
	g_autoptr(GBytes) bytes = g_bytes_new_static("abc", 3);
	assert_true(store_blob_put(store, bytes, &hash, &f->error));
	g_autoptr(GBytes) back = store_blob_get(store, hash, &f->error);
	assert_true(g_bytes_equal(back, bytes));
	assert_true(count_events(store) > 0);
}

static void test_other_program(void **state)
{
	struct fixture *f = *state;
	run_sql(f->database, "CREATE TABLE recipe (name TEXT)");
	assert_null(store_open("sqlite", f->folder, &f->error));
	assert_non_null(strstr(f->error->message, "another program"));
	test_expect(&f->error, STORE_ERROR_OPEN);
}

static void test_no_folder(void **state)
{
	struct fixture *f = *state;
	write_in(f, "file", "not a folder");
	g_autofree char *below = path_in(f, "file/store");
	assert_null(store_open("sqlite", below, &f->error));
	assert_non_null(strstr(f->error->message, below));
	test_expect(&f->error, STORE_ERROR_OPEN);
	g_autofree char *lock = path_in(f, "lock");
	assert_int_equal(g_mkdir(lock, 0755), 0);
	assert_null(store_open("sqlite", f->folder, &f->error));
	test_expect(&f->error, STORE_ERROR_OPEN);
	assert_null(store_open("sqlite", "/proc/ll3m", &f->error));
	test_expect(&f->error, STORE_ERROR_OPEN);
}

/* ---- no room ---- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes;
	setrlimit(RLIMIT_FSIZE, &limit);
}

/* In a child, where files may not grow past a limit: 0, or the number of the expectation that failed. */
static int fill_the_disk(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = NULL;
	g_autofree char *big = g_strnfill(1 << 20, 'b');
	g_autoptr(GBytes) bytes = g_bytes_new_static(big, 1 << 20);
	struct store *store = store_open("sqlite", folder, NULL);
	if (!store)
		return 1;
	signal(SIGXFSZ, SIG_IGN);
	limit_files(600 << 10);
	guint before = count_events(store);
	while (add_events(store, 1, 20000, &error))
		before++;
	if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL))
		return 2;
	g_clear_error(&error);
	if (count_events(store) != before)
		return 3;
	if (store_blob_put(store, bytes, &hash, &error) || !g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL))
		return 4;
	limit_files(RLIM_INFINITY);
	if (!add_events(store, 1, 20000, NULL) || count_events(store) != before + 1)
		return 5;
	if (!store_blob_put(store, bytes, &hash, NULL))
		return 6;
	store_close(store);
	return 0;
}

static void test_full(void **state)
{
	struct fixture *f = *state;
	int status;
	{
		OWN(store) *store = open_store(f);
		test_populate(store, 1);
	}
	pid_t child = fork();
	if (child == 0)
		_exit(fill_the_disk(f->folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	OWN(store) *store = open_store(f);
	assert_true(count_events(store) > 1);
}

/* ---- blobs ---- */

static void test_blob_files(void **state)
{
	struct fixture *f = *state;
	g_autofree char *hash = NULL;
	g_autofree char *again = NULL;
	g_autofree char *text = g_strnfill(100000, 'a');
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, 100000);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *name = g_strdup_printf("blobs/%.2s/%s", digest, digest + 2);
	g_autofree char *path = path_in(f, name);
	write_in(f, "blobs/tmp/7", "half of");
	OWN(store) *store = open_store(f);
	assert_false(has(f, "blobs/tmp/7"));
	assert_true(store_blob_put(store, bytes, &hash, &f->error));
	assert_true(has(f, name));

	struct stat first;
	struct stat second;
	assert_int_equal(stat(path, &first), 0);
	assert_true(store_blob_put(store, bytes, &again, &f->error));
	assert_int_equal(stat(path, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);

	overwrite(path, 1, 'x', 1);
	assert_null(store_blob_get(store, hash, &f->error));
	assert_non_null(strstr(f->error->message, path));
	test_expect(&f->error, STORE_ERROR_DAMAGED);
	g_free(g_steal_pointer(&again));
	assert_true(store_blob_put(store, bytes, &again, &f->error));
	g_autoptr(GBytes) healed = store_blob_get(store, hash, &f->error);
	assert_true(g_bytes_equal(healed, bytes));
	assert_int_equal(g_unlink(path), 0);
	assert_null(store_blob_get(store, hash, &f->error));
	test_expect(&f->error, STORE_ERROR_NOT_FOUND);
	assert_int_equal(g_mkdir(path, 0755), 0);
	assert_null(store_blob_get(store, hash, &f->error));
	test_expect(&f->error, STORE_ERROR_IO);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_reopen),
		WITH_FOLDER(test_killed),
		WITH_FOLDER(test_busy),
		WITH_FOLDER(test_busy_shell),
		WITH_FOLDER(test_damaged_page),
		WITH_FOLDER(test_damaged_page_found_late),
		WITH_FOLDER(test_damaged_row),
		WITH_FOLDER(test_truncated),
		WITH_FOLDER(test_not_a_database),
		WITH_FOLDER(test_not_a_database_after_crash),
		WITH_FOLDER(test_lost_database),
		WITH_FOLDER(test_crashed_but_whole),
		WITH_FOLDER(test_newer),
		WITH_FOLDER(test_migration),
		WITH_FOLDER(test_other_program),
		WITH_FOLDER(test_no_folder),
		WITH_FOLDER(test_full),
		WITH_FOLDER(test_blob_files),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("store_sqlite", tests, NULL, NULL);
}
