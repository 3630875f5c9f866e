/*
 * Which exemplar a prompt asks for. The head noun decides: the last noun of the first noun phrase behind "create a 3D
 * object of", before any of/with/for/in/that. It must be one of an exemplar's names, in singular or plural, written
 * apart or together, or one slip of the keyboard away. Everything else is no match, for a wrong object is worse than
 * none.
 */
#pragma once

#include "llm/builtin_library.h"
#include "llm/builtin_words.h"

struct match {
	const struct exemplar *exemplar;
	guint read_from; /* where the part of the prompt that speaks of the asset begins */
	guint head, end; /* the words of the head noun */
	bool several;    /* more than one of it was asked for */
};

/* False with LLM_ERROR_NO_MATCH, whose message names the nearest families and how to set up a model. */
bool match_prompt(const struct library *library, const struct words *words, struct match *out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "To make anything else, set up a model: …": the end of every refusal. */
extern const char match_advice[];
