/*
 * The text of a configuration file as a flat list: which dotted name stands where, with what value. It knows YAML and
 * no options; what a person must not write here (config.h) is found here, too.
 */
#pragma once

#include "base/own.h"
#include <stdbool.h>

struct config_place {
	gsize offset;       /* in bytes */
	gsize line, column; /* from 1 */
};

enum config_shape {
	CONFIG_PLAIN,   /* a value without quotes */
	CONFIG_QUOTED,  /* a value in quotes, or a block of text */
	CONFIG_SECTION, /* a mapping of lines */
	CONFIG_FLOW     /* a mapping in braces */
};

struct config_entry {
	char *name; /* "" for the whole document */
	enum config_shape shape;
	char *text;                     /* of a value */
	struct config_place key, value; /* where each begins */
	gsize end;                      /* offset behind the value */
	bool has_first;                 /* a section: whether anything is in it */
	struct config_place first;      /* and where */
};

#define CONFIG_MISTAKES_MAX 20

struct config_text {
	GHashTable *index;   /* place in `entries` by name */
	GArray *entries;     /* of struct config_entry, in order */
	GPtrArray *mistakes; /* of lines "FILE:LINE:COLUMN: what; …" */
	char *path;
};

/* Reads text from anywhere. Never NULL; without mistakes every entry is whole. */
struct config_text *config_text_read(const char *path, const char *text, gsize size);
void config_text_free(struct config_text *config);

const struct config_entry *config_text_find(const struct config_text *config, const char *name);

/* Adds to the mistakes, until there are CONFIG_MISTAKES_MAX. */
void config_text_mistake(struct config_text *config, const struct config_place *place, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

OWN_DEFINE(config_text, config_text_free)
