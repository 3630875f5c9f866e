/*
 * Retrieval: what an agent should read before it writes a script, and what it should know of a name that failed.
 *
 * The index holds chunks of text: the API of the Blender at hand, from its own dump, and the functions of the exemplar
 * library. It is a file in a cache folder, made at first use, which takes seconds; it belongs to one Blender with its
 * add-ons, one library and one version of this folder, and a file that is damaged or belongs to others is made anew.
 * The dump is kept beside it. Where no file can be written the index lives in memory.
 *
 * Threads: any; one call at a time works, the others wait. Errors: RAG_ERROR, or what the dump function said.
 */
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/own.h"

#define RAG_ERROR (rag_error_quark())
GQuark rag_error_quark(void);
enum rag_error_code {
	RAG_ERROR_INDEX, /* it cannot be built or read */
	RAG_ERROR_DUMP,  /* what Blender gave as its API cannot be read */
};

/* Asks the Blender at hand for its API: its key (new reference) in *key_out and, unless that equals `known` (an object,
 * or NULL), the dump in *dump_out. Both stay NULL, and it is true, where there is no API to be had; then the index
 * holds the exemplars alone. */
typedef bool (*rag_api_fn)(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error);

/* Borrowed until rag_close(). */
struct rag_options {
	const char *library_dir;
	const char *cache_dir; /* made when it is missing; NULL: the index lives in memory */
	rag_api_fn api;        /* NULL: the exemplars alone */
	void *api_arg;
};

struct rag;

/* Opening reads nothing yet. */
struct rag *rag_open(const struct rag_options *options);
void rag_close(struct rag *rag);

/* Makes the index ready, anew when `anew`; the calls below do it themselves. */
bool rag_build(struct rag *rag, bool anew, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says what there is without making it: {"state": "ready" or "missing", "path", "bytes", "chunks", "members",
 * "blender", "addons", "built"}; of the newest file where none is open. New reference. */
json_t *rag_status(struct rag *rag);

/* What there was to say since the last call, in one line ("the index was damaged and has been built anew"), or NULL.
 * g_free(). */
char *rag_note(struct rag *rag);

/* How much is wanted. 0: the default. */
struct rag_limits {
	int hits;  /* of all queries together; 24 */
	int bytes; /* of text; 24000, about 6000 tokens */
};

/* The best chunks for the queries (an array of strings), best first, the queries taking turns, without repetition:
 * [{"title": symbol, "kind", "source", "text"}]. Long chunks are cut to what concerns the query. New reference, or
 * NULL. */
json_t *rag_search(struct rag *rag, const json_t *queries, const struct rag_limits *limits, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is right where something failed. `why` is {"failure": {"code", "message", "detail"}} or {"diagnostics":
 * [{"message", "line", …}]}, `script` (or NULL) the text that failed. For each name in it that is not there: the true
 * members of its owner, nearest first; then the chunks about the calls on the failing line. Chunks as rag_search()
 * gives them; an empty array when nothing is known. New reference, or NULL. */
json_t *rag_explain(struct rag *rag, const char *script, const json_t *why, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(rag, rag_close)
