/*
 * The way into and out of a SQLite store: the lock, the checks, the migrations.
 *
 * A store is a folder:
 *   lock          flock()ed while a process has the store; holds that process's id, nothing after a clean close
 *   store.db      the database, store.db-wal its log while open
 *   blobs/        see blob_files.c
 *   damaged-<n>/  see store_sqlite_damage.c
 *
 * One process, one connection. SQLite 3.7.0 to 3.51.2 can corrupt a database when two connections write or checkpoint
 * its log at the same time, and Debian's is one of them. The lock file keeps a second ll3m out, SQLite's exclusive
 * locking mode keeps out everything else; it also does away with the -shm file.
 *
 * Opening looks at the header always, and at every page (PRAGMA quick_check) when the last close was not clean or the
 * header is odd. Until all checks are passed nothing is written to the database.
 */
#include "base/embed.h"
#include "store/store_errno.h"
#include "store/store_sqlite_int.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x6c6c336d, /* "ll3m" */ WAIT_MS = 1000 };

extern const struct embed_file store_schema[]; /* the files of schema/, in order: entry n - 1 makes format n */

/* ---- failures ---- */

static enum store_error_code code_from_sqlite(int code, int number)
{
	switch (code) {
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return STORE_ERROR_NOT_FOUND;
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_UNIQUE:
		return STORE_ERROR_CONFLICT;
	default:
		break;
	}
	switch (code & 0xff) {
	case SQLITE_FULL:
		return STORE_ERROR_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_ERROR_BUSY;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return store_code_from_errno(number, STORE_ERROR_OPEN);
	default:
		return store_code_from_errno(number, STORE_ERROR_IO);
	}
}

static const char *reason_from_sqlite(struct sqlite_store *self, int code, int number)
{
	switch (code) {
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return "what it belongs to does not exist";
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_UNIQUE:
		return "its id or number is taken";
	default:
		break;
	}
	switch (code & 0xff) {
	case SQLITE_FULL:
		return "the disk is full; nothing was lost, make room and try again";
	case SQLITE_BUSY:
		return "another program has the database open (an sqlite3 shell?); close it there";
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return number ? g_strerror(number) : sqlite3_errmsg(self->db);
	default:
		return sqlite3_errmsg(self->db);
	}
}

/* The system's error number behind a failure, 0 when there is none. sqlite3_system_errno() does not know of those that
 * a COMMIT meets; the log and the database themselves do. */
static int system_error(struct sqlite_store *self, int primary)
{
	if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)
		return 0;
	int number = sqlite3_system_errno(self->db);
	static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER};
	for (guint i = 0; i < G_N_ELEMENTS(files) && number == 0; i++) {
		sqlite3_file *file = NULL;
		bool open = sqlite3_file_control(self->db, "main", files[i], (void *)&file) == SQLITE_OK && file &&
			    file->pMethods;
		if (open && file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number) != SQLITE_OK)
			number = 0;
	}
	return number;
}

bool store_sqlite_fail(struct sqlite_store *self, GError **error, const char *doing, ...)
{
	int code = sqlite3_extended_errcode(self->db);
	int primary = code & 0xff;
	int number = system_error(self, primary);
	if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
		return store_sqlite_damaged(self, error, sqlite3_errmsg(self->db));
	va_list args;
	va_start(args, doing);
	g_autofree char *what = g_strdup_vprintf(doing, args);
	va_end(args);
	g_set_error(error, STORE_ERROR, (int)code_from_sqlite(code, number), "cannot %s: %s", what,
		reason_from_sqlite(self, code, number));
	return false;
}

bool store_sqlite_exec(struct sqlite_store *self, const char *sql, GError **error)
{
	return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       store_sqlite_fail(self, error, "use %s", self->file);
}

/* ---- the lock ---- */

static bool fail_busy(struct sqlite_store *self, GError **error)
{
	char pid[32] = "";
	ssize_t n = pread(self->lock_fd, pid, sizeof pid - 1, 0);
	bool known = n > 0 && g_ascii_isdigit(pid[0]);
	g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY,
		"the store %s is in use by %s%s: stop that process, or give this one another store", self->folder,
		known ? "process " : "another process", known ? g_strstrip(pid) : "");
	return false;
}

/* *clean_out: nobody has died holding the lock. The id is flushed, or a power cut could make an open store look clean.
 */
static bool take_lock(struct sqlite_store *self, bool *clean_out, GError **error)
{
	g_autofree char *path = g_build_filename(self->folder, "lock", NULL);
	char old;
	self->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (self->lock_fd < 0)
		return store_fail_errno(error, errno, STORE_ERROR_OPEN, "open", path);
	if (flock(self->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return fail_busy(self, error);
		return store_fail_errno(error, errno, STORE_ERROR_OPEN, "lock", path);
	}
	*clean_out = pread(self->lock_fd, &old, 1, 0) == 0;
	g_autofree char *pid = g_strdup_printf("%d\n", (int)getpid());
	ssize_t size = (ssize_t)strlen(pid);
	if (ftruncate(self->lock_fd, 0) < 0 || pwrite(self->lock_fd, pid, (gsize)size, 0) != size ||
		fsync(self->lock_fd) < 0)
		return store_fail_errno(error, errno, STORE_ERROR_OPEN, "write", path);
	return true;
}

/* ---- the connection ---- */

static bool read_number(struct sqlite_store *self, const char *sql, int *out, GError **error)
{
	sqlite3_stmt *query = NULL;
	bool done =
		sqlite3_prepare_v2(self->db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW;
	if (done)
		*out = sqlite3_column_int(query, 0);
	sqlite3_finalize(query);
	return done || store_sqlite_fail(self, error, "read %s", self->file);
}

/* Whose file it is, and of which format. */
static bool read_format(struct sqlite_store *self, int *format_out, GError **error)
{
	int application = 0;
	int tables = 0;
	if (!read_number(self, "PRAGMA application_id", &application, error) ||
		!read_number(self, "PRAGMA user_version", format_out, error) ||
		!read_number(self, "SELECT count(*) FROM sqlite_schema", &tables, error))
		return false;
	bool fresh = application == 0 && *format_out == 0 && tables == 0;
	if (!fresh && application != APPLICATION_ID) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN,
			"%s is the database of another program; give another store", self->file);
		return false;
	}
	if (fresh && !blob_files_empty(self->blobs))
		return store_sqlite_damaged(self, error, "it is empty or missing, but there are blobs beside it");
	return true;
}

static bool check_pages(struct sqlite_store *self, GError **error)
{
	g_autofree char *found = NULL;
	sqlite3_stmt *query = NULL;
	bool done = sqlite3_prepare_v2(self->db, "PRAGMA quick_check(1)", -1, &query, NULL) == SQLITE_OK &&
		    sqlite3_step(query) == SQLITE_ROW;
	if (done)
		found = g_strdup((const char *)sqlite3_column_text(query, 0));
	sqlite3_finalize(query);
	if (!done)
		return store_sqlite_fail(self, error, "check %s", self->file);
	return g_str_equal(found, "ok") || store_sqlite_damaged(self, error, g_strdelimit(found, "\n", ' '));
}

static int newest_format(void)
{
	int n = 0;
	while (store_schema[n].name)
		n++;
	return n;
}

static bool migrate(struct sqlite_store *self, int format, GError **error)
{
	for (int n = format; n < newest_format(); n++) {
		g_autofree char *sql = g_strdup_printf(
			"BEGIN IMMEDIATE; %s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			store_schema[n].data, APPLICATION_ID, n + 1);
		if (!store_sqlite_exec(self, sql, error))
			return false;
	}
	return true;
}

static bool check_format(struct sqlite_store *self, int format, GError **error)
{
	if (format <= newest_format())
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NEWER,
		"%s was written by a newer ll3m (format %d, this one knows up to %d): use that one; nothing was "
		"changed",
		self->file, format, newest_format());
	return false;
}

/* 0 when it is not there. */
static goffset file_size(const char *path)
{
	GStatBuf st;
	return g_stat(path, &st) == 0 ? st.st_size : 0;
}

static bool connect_database(struct sqlite_store *self, bool clean, GError **error)
{
	static const int flags =
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	g_autofree char *log = g_strconcat(self->file, "-wal", NULL);
	g_autofree char *odd = store_sqlite_check_header(self->file);
	bool left_open = !clean || file_size(log) > 0;
	int format = 0;
	/* SQLite would take it for new, and delete the log. It cannot come from a crash: the file is never empty once
	 * there is a log. */
	if (file_size(log) > 0 && file_size(self->file) == 0)
		return store_sqlite_damaged(self, error, "it is empty or missing, but its log is not");
	/* A log may hold the pages that the file lacks: then it is SQLite that judges. */
	if (odd && file_size(log) == 0)
		return store_sqlite_damaged(self, error, odd);
	if (sqlite3_open_v2(self->file, &self->db, flags, NULL) != SQLITE_OK)
		return store_sqlite_fail(self, error, "open %s", self->file);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_busy_timeout(self->db, WAIT_MS);
	if (!store_sqlite_exec(self, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON", error) ||
		!read_format(self, &format, error) || !check_format(self, format, error) ||
		((left_open || odd) && !check_pages(self, error)) ||
		!store_sqlite_exec(self,
			"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
			"PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 16777216",
			error) ||
		!migrate(self, format, error))
		return false;
	self->flushing = true;
	self->checked = true;
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return true;
}

struct store *store_sqlite_open(const char *path, GError **error)
{
	bool clean = false;
	struct sqlite_store *self = g_new0(struct sqlite_store, 1);
	store_init(&self->base, &store_sqlite_ops);
	self->lock_fd = -1;
	self->folder = g_canonicalize_filename(path, NULL);
	self->file = g_build_filename(self->folder, STORE_SQLITE_FILE, NULL);
	bool made = g_mkdir_with_parents(self->folder, 0755) == 0 ||
		    store_fail_errno(error, errno, STORE_ERROR_OPEN, "make the folder", self->folder);
	if (made && take_lock(self, &clean, error) && (self->blobs = blob_files_open(self->folder, error)) &&
		connect_database(self, clean, error) && store_sync_folder(self->folder, error))
		return &self->base;
	store_sqlite_close(&self->base);
	return NULL;
}

void store_sqlite_close(struct store *store)
{
	struct sqlite_store *self = (struct sqlite_store *)store;
	g_autofree char *log = g_strconcat(self->file, "-wal", NULL);
	for (guint i = 0; i < self->statement_count; i++)
		sqlite3_finalize(self->statements[i]);
	g_free(self->statements);
	bool closed = self->db && sqlite3_close(self->db) == SQLITE_OK;
	/* The log is gone once all of it is in the database. If it is not, the next open looks at every page: good. */
	bool clean = closed && self->checked && !g_file_test(log, G_FILE_TEST_EXISTS);
	if (clean && ftruncate(self->lock_fd, 0) < 0)
		g_info("%s/lock keeps its process id: %s", self->folder, g_strerror(errno));
	if (self->lock_fd >= 0)
		close(self->lock_fd);
	blob_files_close(self->blobs);
	g_free(self->trouble);
	g_free(self->folder);
	g_free(self->file);
	store_release(store);
	g_free(self);
}
