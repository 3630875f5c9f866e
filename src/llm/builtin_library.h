/*
 * The exemplar library: every library/<family>/<name>.py read once when the provider opens. An exemplar that cannot be
 * read is an error there, with its path: a library that is half there would answer wrongly. Read-only afterwards, so
 * any thread may use it.
 */
#pragma once

#include "proto/script.h"

struct exemplar {
	char *id;     /* "chair/dining" */
	char *family; /* "chair" */
	struct script *script;
	const char *title;  /* borrowed from the script */
	GPtrArray *names;   /* normal phrases that ask for it */
	GPtrArray *kin;     /* normal phrases of related things */
	GPtrArray *tags;    /* normal phrases */
	const json_t *meta; /* EXEMPLAR */
};

struct library {
	GPtrArray *exemplars; /* of struct exemplar, sorted by id */
};

struct library *library_open(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void library_close(struct library *library);

const struct exemplar *library_find(const struct library *library, const char *id); /* NULL when there is none */

/* The exemplar that a script without EXEMPLAR was made from: the one with the same parameters; NULL when none has most
 * of them. */
const struct exemplar *library_identify(const struct library *library, const struct script *script);
