/*
 * Blobs as files: see blob_files.h.
 *
 * A blob is written to blobs/tmp, flushed, renamed to its place, and its folder flushed: a name in place always has its
 * bytes behind it, whatever is cut off when. Bytes that are there already are compared instead of written; if they have
 * gone bad they are replaced. Only one process has the store (store_sqlite_open.c sees to it), so what is in blobs/tmp
 * at open belongs to nobody.
 *
 * Threads: what is shared is a counter that keeps names in blobs/tmp apart, and a lock under which folders are made, so
 * that nobody relies on one whose name is not flushed yet. Two threads that put the same blob rename equal files over
 * each other.
 */
#include "store/blob_files.h"

#include "base/file.h"
#include "store/store_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static const gsize LONGEST_BLOB = (gsize)1 << 30;

struct blob_files {
	char *folder; /* …/blobs */
	char *aside;  /* …/blobs/tmp */
	gint names;   /* atomic */
	GMutex folder_lock;
};

static bool sweep(const char *folder, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (g_unlink(path) < 0)
			return store_fail_errno(error, errno, STORE_ERROR_OPEN, "remove", path);
	}
	return true;
}

struct blob_files *blob_files_open(const char *store, GError **error)
{
	OWN(blob_files) *blobs = g_new0(struct blob_files, 1);
	g_mutex_init(&blobs->folder_lock);
	blobs->folder = g_build_filename(store, "blobs", NULL);
	blobs->aside = g_build_filename(blobs->folder, "tmp", NULL);
	if (g_mkdir_with_parents(blobs->aside, 0755) < 0) {
		store_fail_errno(error, errno, STORE_ERROR_OPEN, "make the folder", blobs->aside);
		return NULL;
	}
	if (!sweep(blobs->aside, error) || !store_sync_folder(blobs->folder, error) || !store_sync_folder(store, error))
		return NULL;
	return g_steal_pointer(&blobs);
}

void blob_files_close(struct blob_files *blobs)
{
	if (!blobs)
		return;
	g_mutex_clear(&blobs->folder_lock);
	g_free(blobs->folder);
	g_free(blobs->aside);
	g_free(blobs);
}

bool blob_files_empty(const struct blob_files *blobs)
{
	g_autoptr(GDir) dir = g_dir_open(blobs->folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		if (strcmp(name, "tmp") != 0)
			return false;
	}
	return true;
}

static char *blob_path(const struct blob_files *blobs, const char *hash)
{
	return g_strdup_printf("%s/%.2s/%s", blobs->folder, hash, hash + 2);
}

static bool make_folder(struct blob_files *blobs, const char *folder, GError **error)
{
	g_mutex_lock(&blobs->folder_lock);
	bool made = g_mkdir(folder, 0755) == 0;
	bool done =
		made || errno == EEXIST || store_fail_errno(error, errno, STORE_ERROR_IO, "make the folder", folder);
	if (made && !store_sync_folder(blobs->folder, error)) {
		g_rmdir(folder);
		done = false;
	}
	g_mutex_unlock(&blobs->folder_lock);
	return done;
}

static bool write_blob(struct blob_files *blobs, GBytes *bytes, const char *path, GError **error)
{
	g_autofree char *aside = g_strdup_printf("%s/%d", blobs->aside, g_atomic_int_add(&blobs->names, 1));
	int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return store_fail_errno(error, errno, STORE_ERROR_IO, "write", aside);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	int why = file_put(fd, aside, data, size, path);
	return why == 0 || store_fail_errno(error, why, STORE_ERROR_IO, "write", path);
}

static bool holds(const char *path, GBytes *bytes)
{
	gsize size;
	gsize expected;
	const char *data = g_bytes_get_data(bytes, &expected);
	struct stat st;
	if (g_stat(path, &st) < 0 || (gsize)st.st_size != expected)
		return false;
	g_autofree char *there = file_read(path, expected, &size, NULL);
	return there && size == expected && (size == 0 || memcmp(there, data, size) == 0);
}

bool blob_files_put(struct blob_files *blobs, GBytes *bytes, char **hash_out, GError **error)
{
	if (g_bytes_get_size(bytes) > LONGEST_BLOB) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_IO,
			"a blob of %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are taken",
			g_bytes_get_size(bytes), LONGEST_BLOB);
		return false;
	}
	g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *path = blob_path(blobs, hash);
	g_autofree char *folder = g_path_get_dirname(path);
	if (!make_folder(blobs, folder, error))
		return false;
	if (!holds(path, bytes) && !write_blob(blobs, bytes, path, error))
		return false;
	/* Also when the bytes were there: their writer may have been killed before it came to this. */
	if (!store_sync_folder(folder, error))
		return false;
	*hash_out = g_steal_pointer(&hash);
	return true;
}

GBytes *blob_files_get(struct blob_files *blobs, const char *hash, GError **error)
{
	g_autofree char *path = blob_path(blobs, hash);
	g_autoptr(GError) why = NULL;
	gsize size;
	char *data = file_read(path, LONGEST_BLOB, &size, &why);
	if (!data) {
		bool missing = g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT);
		g_set_error(error, STORE_ERROR, missing ? STORE_ERROR_NOT_FOUND : STORE_ERROR_IO, "blob %s: %s", hash,
			why->message);
		return NULL;
	}
	g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
	g_autofree char *found = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	if (g_str_equal(found, hash))
		return g_steal_pointer(&bytes);
	g_set_error(error, STORE_ERROR, STORE_ERROR_DAMAGED,
		"%s is damaged: its bytes no longer have the hash that names it. Restore it from a backup, or run the "
		"step "
		"that made it again: storing the right bytes replaces it",
		path);
	return NULL;
}
