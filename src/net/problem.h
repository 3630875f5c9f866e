/*
 * Problem documents (RFC 9457), the one shape of every refusal on our wire: a status, a stable `code` for programs, a
 * title and a detail for people.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

#define PROBLEM_TYPE "application/problem+json"

struct problem {
	int status;
	char *code;   /* "session.unknown"; "http.<status>" when the other side gave none */
	char *title;  /* never empty */
	char *detail; /* one line for the person; never NULL, may be "" */
	json_t *body; /* the whole document, or NULL when there was none */
};
void problem_free(struct problem *problem);

/* The document {"type", "title", "status", "code", "detail"}; `more` (may be NULL) adds its fields. New reference. */
json_t *problem_make(int status, const char *code, const char *detail, const json_t *more);

/* Reads a refusal, whatever its body is: a problem document, or something else of some foreign server. Never NULL. */
struct problem *problem_read(int status, const char *content_type, GBytes *body);

/* The usual words for a status: "Not Found". */
const char *problem_status_title(int status);

OWN_DEFINE(problem, problem_free)
