/* Files as the program leaves them for people: whole or not at all. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Writes `path` aside, flushes it to the disk and renames it into place, so that a reader sees the old file or the new
 * one, whole. Makes missing folders. Errors are G_FILE_ERROR with the path and the reason in words. */
bool file_write_whole(const char *path, const void *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The second half of it, for who opened `aside` on the same file system: writes all to `fd`, flushes and closes it, and
 * renames it into place. 0, or the number of the error; then nothing is left aside. */
int file_put(int fd, const char *aside, const void *data, gsize size, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a regular file of at most `max` bytes. Free with g_free(); NUL-terminated. */
char *file_read(const char *path, gsize max, gsize *size_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a folder could be made and written into now: the nearest of its parents that exists is a folder that may be
 * written. Makes nothing. */
bool file_check_folder(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes a folder and its parents (mode 0755). */
bool file_make_folder(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
