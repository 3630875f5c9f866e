/*
 * Retrieval: what an agent should read before it writes. The index holds chunks of text with a title; so far the part
 * and material functions of the exemplar library. It is built in memory when it is first asked (the library is small)
 * and is read by many threads. Errors: RAG_ERROR.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

#define RAG_ERROR (rag_error_quark())
GQuark rag_error_quark(void);
enum rag_error_code {
	RAG_ERROR_INDEX, /* it cannot be built or read */
};

struct rag;

/* `library_dir` is borrowed until rag_close(). Opening reads nothing yet. */
struct rag *rag_open(const char *library_dir);
void rag_close(struct rag *rag);

/* The best chunks for the queries (an array of strings), best first, without repetition, within a budget of text:
 * [{"title", "source", "text"}]. New reference, or NULL. */
json_t *rag_search(struct rag *rag, const json_t *queries, GError **error) G_GNUC_WARN_UNUSED_RESULT;

OWN_DEFINE(rag, rag_close)
