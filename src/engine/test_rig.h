/* What the engine's tests and benchmarks share: an engine with a scripted or built-in model, the fake executor and a
 * store; runs followed to their end. */
#pragma once

#include "engine/engine.h"

/* A small script that keeps the contract; `legs` is in its PARAMS. */
extern const char rig_script[];

/* Writes answers of a scripted model for one "create" of rig_script, by way of `first` (a coding answer that comes
 * before it, or NULL), and for one wish that sets legs to 3. The file's path (g_free). */
char *rig_answers(const char *folder, const char *first, int times);

/* Options with the fake executor, no pictures and no files. */
struct engine_options rig_options(const char *store_kind, const char *store_path, const char *answers);

/* Follows a run to its end: the body of its run.finished. All events of the session so far go to `events` (an array,
 * may be NULL). New reference. */
json_t *rig_follow(struct engine *engine, const char *session, const char *run, json_t *events);

/* The same for the nth time that it ended (0: the first that is no interruption). */
json_t *rig_follow_end(struct engine *engine, const char *session, const char *run, int nth, json_t *events);

/* The state of a run's end, after having followed it. */
char *rig_state(struct engine *engine, const char *session, const char *run);
