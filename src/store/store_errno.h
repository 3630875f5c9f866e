/* The system's error numbers as STORE_ERROR codes: one place decides what "full" is. */
#pragma once

#include "store/store.h"

/* STORE_ERROR_FULL when `number` says that there is no room (disk, quota, limit on file sizes), else `otherwise`. */
enum store_error_code store_code_from_errno(int number, enum store_error_code otherwise);

/* Sets "cannot <what> <path>: <reason>". Always false. */
bool store_fail_errno(GError **error, int number, enum store_error_code otherwise, const char *what, const char *path);

/* fsync() of a folder, which makes the names in it durable. */
bool store_sync_folder(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
