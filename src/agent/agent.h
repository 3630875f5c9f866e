/*
 * The team: roles with instructions, what each is shown, and how its answer is read. An agent touches neither Blender
 * nor the store, and reaches a model through the function it is handed alone.
 *
 * What an agent is shown is one JSON object, its *facts*; the text a model reads is made from them by the agent's own
 * table of sections. The engine steers by the output kind: a new critic is a file and a row of roster.c.
 */
#pragma once

#include "llm/llm.h"

#define AGENT_ERROR (agent_error_quark())
GQuark agent_error_quark(void);
enum agent_error_code {
	AGENT_ERROR_INSTRUCTIONS, /* a person's instructions cannot be used; the message names the file */
	AGENT_ERROR_NONSENSE,     /* its answer could not be read, twice; the message says what was wrong with it */
};

enum agent_phase { PHASE_INITIAL_CREATION, PHASE_AUTO_REFINEMENT, PHASE_USER_GUIDED_REFINEMENT };
const char *agent_phase_name(enum agent_phase phase); /* "initial_creation", … */

struct agent;

/* Who gives this kind of answer in this phase. Never NULL for the kinds a phase uses. */
const struct agent *roster_find(enum agent_phase phase, enum llm_output output);
/* The agents in order, NULL-terminated. */
const struct agent *const *roster_all(void);

const char *agent_name(const struct agent *agent); /* "planner" */
/* The schema of its answer (llm.h says what may be in one), or NULL where an answer is no JSON. New reference. */
json_t *agent_schema(const struct agent *agent);

/* The agents' instructions (Markdown): the program's, and in their place those of a person, NAME.md in `folder` (which
 * may be NULL or not exist). NULL with AGENT_ERROR_INSTRUCTIONS when one cannot be used. */
struct instructions;
struct instructions *instructions_open(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void instructions_close(struct instructions *instructions);
/* Borrowed; `instructions` NULL: the program's. */
const char *instructions_of(const struct instructions *instructions, const struct agent *agent);

/* Asks the model: the `nth` question (from 1) of this invocation. The reply's text (g_free), or NULL with `error` set.
 */
typedef char *(*agent_ask_fn)(const struct llm_request *request, int nth, void *arg, GError **error);

/*
 * One invocation: the request is made from `facts` (an object) and `images` (of struct llm_image, or NULL), asked, and
 * the answer read; an answer that cannot be read is asked for once more with the reason. Returns the answer as an
 * object of the shape its output kind has: plan      the blueprint (design: title, parts[], checklist[], …) context
 * {"queries": [string]} script    {"script": text} | {"functions": text} | {"set": {name: value}} critique  {"accept",
 * "changes": [{part, change, why}], "notes": []} verdict   {"items": [{id, state, why}], "pass"} feedback {"checklist":
 * [], "touches": [], "keeps": [], …} New reference, or NULL with `error`: AGENT_ERROR, or what `ask` said.
 */
json_t *agent_invoke(const struct agent *agent, const struct instructions *instructions, json_t *facts,
	GPtrArray *images, agent_ask_fn ask, void *arg, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads an answer of the given kind; used by agent_invoke(), the fuzzer and tests. New reference, or NULL with
 * AGENT_ERROR_NONSENSE. */
json_t *agent_read_answer(enum llm_output output, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
