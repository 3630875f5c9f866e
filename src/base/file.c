/* Whole files: see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_errno_error(GError **error, int number, const char *what, const char *path)
{
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(number), "cannot %s %s: %s", what, path,
		g_strerror(number));
}

bool file_make_folder(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0755) == 0)
		return true;
	set_errno_error(error, errno, "make the folder", path);
	return false;
}

bool file_check_folder(const char *path, GError **error)
{
	g_autofree char *at = g_canonicalize_filename(path, NULL);
	while (access(at, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR) && !g_str_equal(at, "/")) {
		char *parent = g_path_get_dirname(at);
		g_free(at);
		at = parent;
	}
	int why = 0;
	if (!g_file_test(at, G_FILE_TEST_IS_DIR))
		why = ENOTDIR;
	else if (access(at, W_OK | X_OK) < 0)
		why = errno;
	if (why != 0)
		set_errno_error(error, why, "write into the folder", path);
	return why == 0;
}

static bool write_all(int fd, const char *data, gsize size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		size -= (gsize)n;
	}
	return true;
}

int file_put(int fd, const char *aside, const void *data, gsize size, const char *path)
{
	int why = write_all(fd, data, size) && fsync(fd) == 0 ? 0 : errno;
	if (close(fd) < 0 && why == 0)
		why = errno;
	if (why == 0 && g_rename(aside, path) < 0)
		why = errno;
	if (why != 0)
		g_unlink(aside);
	return why;
}

bool file_write_whole(const char *path, const void *data, gsize size, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *aside = g_strdup_printf("%s.XXXXXX", path);
	if (!file_make_folder(folder, error))
		return false;
	int fd = g_mkstemp_full(aside, O_WRONLY | O_CLOEXEC, 0644);
	int why = fd < 0 ? errno : file_put(fd, aside, data, size, path);
	if (why != 0)
		set_errno_error(error, why, "write", path);
	return why == 0;
}

char *file_read(const char *path, gsize max, gsize *size_out, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		set_errno_error(error, errno, "read", path);
		return NULL;
	}
	struct stat st;
	char *data = NULL;
	if (fstat(fd, &st) < 0) {
		set_errno_error(error, errno, "read", path);
	} else if (!S_ISREG(st.st_mode)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s is not a regular file", path);
	} else if ((gsize)st.st_size > max) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			"%s has %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are taken", path,
			(gsize)st.st_size, max);
	} else {
		gsize have = 0;
		data = g_malloc((gsize)st.st_size + 1);
		while (have < (gsize)st.st_size) {
			ssize_t n = read(fd, data + have, (gsize)st.st_size - have);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0) {
				set_errno_error(error, errno, "read", path);
				g_clear_pointer(&data, g_free);
				break;
			}
			if (n == 0)
				break;
			have += (gsize)n;
		}
		if (data) {
			data[have] = '\0';
			if (size_out)
				*size_out = have;
		}
	}
	close(fd);
	return data;
}
