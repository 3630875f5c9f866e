/*
 * When the database is broken: say what is, keep a copy, and touch nothing. The copy goes to damaged-<n>/ beside the
 * database and is never removed; a file that was copied already, judged by size and time, is not copied again, so that
 * a service that is restarted again and again does not fill the disk.
 *
 * The files are read only while SQLite has them closed: closing any descriptor of a file drops the process's POSIX
 * locks on it, and with them SQLite's.
 */
#include "store/store_errno.h"
#include "store/store_sqlite_int.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 100, MOST_COPIES = 1000 };

static guint32 big_endian(const guchar *bytes)
{
	return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

char *store_sqlite_check_header(const char *file)
{
	guchar header[HEADER];
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	ssize_t n = pread(fd, header, sizeof header, 0);
	bool known = fstat(fd, &st) == 0;
	close(fd);
	if (n < 0 || !known || st.st_size == 0)
		return NULL;
	if (n < HEADER || memcmp(header, "SQLite format 3", 16) != 0)
		return g_strdup("it does not begin like a database");
	guint32 page = (guint32)header[16] << 8 | header[17];
	page = page == 1 ? 65536 : page;
	if (page < 512 || (page & (page - 1)) != 0)
		return g_strdup_printf("its header gives a page size of %u", page);
	/* The count of pages holds only when the last writer noted that it did (file format, 1.3.7). */
	guint64 expected = (guint64)big_endian(header + 28) * page;
	bool counted = big_endian(header + 24) == big_endian(header + 92);
	if (counted && (guint64)st.st_size < expected)
		return g_strdup_printf("it ends after %" G_GINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes",
			(gint64)st.st_size, expected);
	return NULL;
}

/* 0, or the error number. */
static int copy_bytes(int from, int to, const struct stat *st)
{
	for (goffset left = st->st_size; left > 0;) {
		ssize_t n = sendfile(to, from, NULL, (gsize)MIN(left, 1 << 30));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			break;
		left -= n;
	}
	struct timespec times[2] = {st->st_atim, st->st_mtim};
	return futimens(to, times) < 0 || fsync(to) < 0 ? errno : 0;
}

/* A file that is not there needs no copy. */
static bool copy_file(const char *source, const char *target, GError **error)
{
	struct stat st;
	int from = open(source, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return errno == ENOENT || store_fail_errno(error, errno, STORE_ERROR_IO, "read", source);
	int to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int why = to < 0 || fstat(from, &st) < 0 ? errno : copy_bytes(from, to, &st);
	if (to >= 0 && close(to) < 0 && why == 0)
		why = errno;
	close(from);
	return why == 0 || store_fail_errno(error, why, STORE_ERROR_IO, "write", target);
}

/* By size and time. A file that is not there is like an empty one: SQLite makes an empty log when it looks. */
static bool same_file(const char *a, const char *b)
{
	struct stat first = {0};
	struct stat second = {0};
	if ((g_stat(a, &first) < 0 && errno != ENOENT) || (g_stat(b, &second) < 0 && errno != ENOENT))
		return false;
	if (first.st_size == 0 && second.st_size == 0)
		return true;
	return first.st_size == second.st_size && first.st_mtim.tv_sec == second.st_mtim.tv_sec &&
	       first.st_mtim.tv_nsec == second.st_mtim.tv_nsec;
}

static const char *const database_files[] = {STORE_SQLITE_FILE, STORE_SQLITE_FILE "-wal"};

/* Is what is in `folder` a copy of the files as they are now? */
static bool is_copy(const struct sqlite_store *self, const char *folder)
{
	bool same = true;
	for (guint i = 0; i < G_N_ELEMENTS(database_files) && same; i++) {
		g_autofree char *source = g_build_filename(self->folder, database_files[i], NULL);
		g_autofree char *target = g_build_filename(folder, database_files[i], NULL);
		same = same_file(source, target);
	}
	return same;
}

/* All of a copy or nothing: half of one would only take room on what may be a full disk. */
static bool make_copy(const struct sqlite_store *self, const char *folder, GError **error)
{
	bool done = true;
	for (guint i = 0; i < G_N_ELEMENTS(database_files) && done; i++) {
		g_autofree char *source = g_build_filename(self->folder, database_files[i], NULL);
		g_autofree char *target = g_build_filename(folder, database_files[i], NULL);
		done = copy_file(source, target, error);
	}
	for (guint i = 0; i < G_N_ELEMENTS(database_files) && !done; i++) {
		g_autofree char *target = g_build_filename(folder, database_files[i], NULL);
		g_unlink(target);
	}
	if (!done)
		g_rmdir(folder);
	return done;
}

/* The folder with a copy of the database and its log, or NULL. */
static char *keep_copy(const struct sqlite_store *self, GError **error)
{
	for (int n = 1; n <= MOST_COPIES; n++) {
		g_autofree char *folder = g_strdup_printf("%s/damaged-%d", self->folder, n);
		bool made = g_mkdir(folder, 0755) == 0;
		if (!made && errno != EEXIST) {
			store_fail_errno(error, errno, STORE_ERROR_IO, "make the folder", folder);
			return NULL;
		}
		if (made && !make_copy(self, folder, error))
			return NULL;
		if (made || is_copy(self, folder))
			return g_steal_pointer(&folder);
	}
	g_set_error(error, STORE_ERROR, STORE_ERROR_IO, "%s has %d copies of damaged databases already", self->folder,
		MOST_COPIES);
	return NULL;
}

bool store_sqlite_still_damaged(const struct sqlite_store *self, GError **error)
{
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_DAMAGED, self->trouble);
	return false;
}

bool store_sqlite_damaged(struct sqlite_store *self, GError **error, const char *what)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *reason = g_strdup(what); /* may be the connection's own text */
	for (guint i = 0; i < self->statement_count; i++)
		sqlite3_finalize(g_steal_pointer(&self->statements[i]));
	/* Without this, closing would write the log into the database. */
	if (self->db)
		sqlite3_db_config(self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(g_steal_pointer(&self->db));
	g_autofree char *copy = keep_copy(self, &why);
	g_autofree char *kept = copy ? g_strdup_printf("a copy of it is in %s", copy)
				     : g_strdup_printf("no copy of it could be made (%s)", why->message);
	/* SQLite's own shell writes the log into the database it looks at: send it to the copy. */
	g_autofree char *file = g_build_filename(copy ? copy : self->folder, STORE_SQLITE_FILE, NULL);
	g_autofree char *quoted = g_shell_quote(file);
	g_free(self->trouble);
	self->trouble = g_strdup_printf("%s is damaged: %s. It was left as it is, and %s. To rescue what can be read: "
					"sqlite3 %s .recover | sqlite3 rescued.db; to start anew: move the folder %s "
					"away, or put a backup in its place",
		self->file, reason, kept, quoted, self->folder);
	return store_sqlite_still_damaged(self, error);
}
