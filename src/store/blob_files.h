/* Blobs as files, named by the SHA-256 of their bytes: `blobs/ab/<the other 62 digits>`. See blob_files.c. */
#pragma once

#include "base/own.h"
#include <stdbool.h>

struct blob_files;

/* Over the folder `store`, which exists; makes what is missing and sweeps what a killed process left half written.
 * Errors here and below are STORE_ERROR. */
struct blob_files *blob_files_open(const char *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void blob_files_close(struct blob_files *blobs);
bool blob_files_empty(const struct blob_files *blobs);

/* From any thread, several at once. */
bool blob_files_put(struct blob_files *blobs, GBytes *bytes, char **hash_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* `hash` has 64 lower-case hex digits. Bytes that no longer have this hash are STORE_ERROR_DAMAGED. */
GBytes *blob_files_get(struct blob_files *blobs, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(blob_files, blob_files_close)
