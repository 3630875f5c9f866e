/*
 * What there is to find, before it is written into an index: chunks of text, and the members of every owner
 * (properties, functions, sockets, parameters) one by one, for repairs. Made from the API dump (corpus_dump.c) and from
 * the exemplar library (corpus_library.c). Inside rag/; one thread.
 */
#pragma once

#include "base/json.h"
#include "base/own.h"

struct chunk {
	char *symbol;  /* "bpy.types.BevelModifier", "bpy.ops.mesh.bevel", "chair/dining.py build_seat" */
	char *kind;    /* "type", "node", "modifier", "function", "operator", "bmesh", "class", "module", "exemplar" */
	char *name;    /* what the user interface calls it, or "" */
	char *doc;     /* what it does, in a sentence or two */
	char *members; /* names and descriptions of what is in it; searched only */
	char *also;    /* words an artist would use for it; searched only */
	char *text;    /* what a model is shown */
	char *source;  /* "Blender 3.4.1", or the exemplar's file */
	double prior;  /* how much rather it is meant than another that fits as well; around 1, 0 is taken for 1 */
};

struct member {
	char *owner; /* "BevelModifier", "mesh.bevel", "bmesh.ops.bevel", "Vector" */
	char *name;
	char *kind; /* "property", "function", "input", "output", "parameter" */
	char *line; /* as it is shown */
};

struct corpus {
	GPtrArray *chunks;  /* of struct chunk */
	GPtrArray *members; /* of struct member */
	GPtrArray *bases;   /* of char *: owner, base, owner, base … */
	json_t *key;        /* the dump's, or NULL */
};

struct corpus *corpus_new(void);
void corpus_free(struct corpus *corpus);
OWN_DEFINE(corpus, corpus_free)

/* Takes the texts of `given`; those that are NULL become "". `also` is filled in from synonyms.def. */
void corpus_add(struct corpus *corpus, const struct chunk *given);
void corpus_add_member(struct corpus *corpus, const char *owner, const char *name, const char *kind, const char *line);

/* How often each name was counted. */
GHashTable *tally_new(void);
void tally_add(GHashTable *tally, const char *name, int count);
int tally_of(GHashTable *tally, const char *name);

/* Adds the API. Bytes from outside: what is not as api_dump.py has it is an error, what is only odd is left out. */
bool corpus_add_dump(struct corpus *corpus, const json_t *dump, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds the exemplars and gives API chunks that they use their prior; so it comes last. A file that cannot be read as a
 * script is left out. */
void corpus_add_library(struct corpus *corpus, const char *library_dir);
/* A digest of the library's files by name, size and time of change. g_free(). */
char *corpus_library_digest(const char *library_dir);
