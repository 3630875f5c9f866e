/*
 * The engine: sessions, runs and what they leave, the only door for front ends.
 *
 * A session is one asset's whole life, a run is one prompt to its result. A run is a straight-line function on a thread
 * of its own; all it does to the outside is a journaled step, so that a run that was stopped anywhere goes on from its
 * last finished step. A session has at most one run going. Events tell everything; they are stored before they are
 * published.
 *
 * Threads: every function may be called from any thread. Those that take a cancel token may block for long, the others
 * for the disk only. Errors: ENGINE_ERROR, or the error of a service handed up; engine_fault() gives each a stable
 * name.
 */
#pragma once

#include "base/cancel.h"
#include "exec/exec.h"
#include "llm/llm.h"
#include "proto/event.h"

#define ENGINE_ERROR (engine_error_quark())
GQuark engine_error_quark(void);
enum engine_error_code {
	ENGINE_ERROR_REQUEST,  /* the caller's words make no sense: empty prompt, unknown kind, wrong parameter */
	ENGINE_ERROR_BUSY,     /* the session has a run going */
	ENGINE_ERROR_SCRIPT,   /* the script still fails after its repairs */
	ENGINE_ERROR_GATE,     /* hard findings remain */
	ENGINE_ERROR_WISH,     /* the wish could not be carried out; the version before stays */
	ENGINE_ERROR_BUDGET,   /* a budget is spent, or cannot be kept; raised, the run can be continued */
	ENGINE_ERROR_DIVERGED, /* a recorded run no longer asks for what was recorded */
	ENGINE_ERROR_NOTHING,  /* nothing to undo, redo or continue */
};

/* The stable name of an error ("llm.no_match", "store.full", "cancelled", …), for problem documents, events and exit
 * codes. */
const char *engine_fault(const GError *error);
/* True when a run that ended with it can be continued once the cause is mended (a full disk, no Blender, a cancel). */
bool engine_fault_passes(const GError *error);

/* What may be spent at the most; 0: no limit. Minutes are those of the work that was done, each of what was done at the
 * same time counted. */
struct budget {
	double usd, tokens, minutes;
};
struct budget_options {
	struct budget run, session, day; /* the day begins at midnight here */
};

/* How files with materials are made. */
struct delivery_options {
	bool bake;              /* false: shapes and plain colours */
	int size;               /* the side of a texture at the most: 512, 1024, 2048 or 4096 */
	int seconds;            /* for one bake; past it the textures get smaller */
	int memory_mb;          /* for one bake */
	bool occlusion;         /* bake it, too */
	int triangles;          /* for the profile game */
	double print_height_mm; /* of the profile print */
	bool check;             /* read each file back */
	bool provenance;
	const char *licence; /* said in each file, or NULL */
};

/* How the first script is written. */
enum strategy {
	STRATEGY_AUTO,  /* as suits the model */
	STRATEGY_WHOLE, /* in one answer */
	STRATEGY_PARTS, /* a part an answer, side by side */
};

/* Strings are borrowed until engine_close(). */
struct engine_options {
	const char *store_kind, *store_path;
	const char *executor; /* "headless", "fake" */
	struct exec_options exec;
	struct llm_options llm;
	const char *instructions_dir; /* the person's own instructions for agents, or NULL */
	const char *cache_dir;        /* of what can be made anew; NULL: nothing is kept */
	const char *out_dir;          /* where sessions' folders go when a session names none; NULL: keep no files */
	enum strategy strategy;
	int parallel;       /* calls of models at once, at least 1 */
	int rounds;         /* refinement rounds, 0 to 3 */
	int repairs;        /* repairs a failure */
	int look_views;     /* pictures for the critic, 0 to 10; 0: none are made */
	bool full_pictures; /* full-size pictures of accepted versions */
	int num_images;     /* how many, 1 to 10 */
	double scale;       /* of 1920x1080 */
	int samples;
	bool gpu;           /* render on the graphics card where there is a usable one */
	int script_seconds; /* a script's time limit */
	struct delivery_options delivery;
	struct budget_options budget;
};

struct engine;
struct engine *engine_open(const struct engine_options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Cancels what runs (it can be continued), waits for it, closes the services. */
void engine_close(struct engine *engine);

/*
 * A new session and its first run. `input` (borrowed) is {"kind": "create", "prompt": text, "images": [{"blob",
 * "mime"}] or absent (then the prompt may be empty)}, {"kind": "script", "script": text, "name": text}, or
 * {"kind": "branch", "session": id, "version": n or 0, "wish": text}; `out_dir` NULL: the default. Fresh ids in
 * *session_out and *run_out (g_free).
 */
bool engine_create(struct engine *engine, const json_t *input, const char *out_dir, char **session_out, char **run_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From here on `id` is a session's, whole or its first digits; engine_cancel() takes a run's. A further run: {"kind":
 * "refine", "wish": text},
 * {"kind": "set", "values": {name: text or value}, "pictures": bool},
 * {"kind": "export", "formats": [text], "version": n or 0, "dir": path or null, "profile": text or null},
 * {"kind": "render", "version": n or 0}. The run's id (g_free), or NULL. */
char *engine_submit(
	struct engine *engine, const char *id, const json_t *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes in a picture (PNG, JPEG, WebP) that a "create" may name: {"blob", "mime", "width", "height"}. It is turned
 * upright, reduced, and nothing but the picture is kept. New reference, or NULL with `error` set (IMAGE_ERROR too). */
json_t *engine_upload(struct engine *engine, GBytes *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Goes on with the session's last run that was interrupted or cancelled. The run's id (g_free), or NULL. */
char *engine_continue(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Cancels the step in hand of the run `id`; it ends soon and can be continued. False when no such run is going. */
bool engine_cancel(struct engine *engine, const char *id);

/* Moves the head to the parent (-1) or to the newest child (+1) of the current version, or to version `to` when that is
 * not 0, and puts its files in place. The new head, or 0 with `error` set. */
int engine_move_head(struct engine *engine, const char *id, int direction, int to, GError **error);

bool engine_close_session(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what there is; new references, or NULL with `error` set ---- */
/* [{id, slug, prompt, state, out_dir, parent, created, head, run: {id, state, kind} or null}], newest first */
json_t *engine_sessions(struct engine *engine, int limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One of them, with "seq": the number of its last event. */
json_t *engine_session(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* [{n, parent, label, created, head: bool, facts, artifacts: [{name, size}]}] */
json_t *engine_versions(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* {n, script, report, params: sliders}; version 0: the head */
json_t *engine_version(struct engine *engine, const char *id, int number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The difference of two versions, as the bridge's diff verb, with "values": {name: [before, after]}. Blocks for a
 * worker. */
json_t *engine_compare(struct engine *engine, const char *id, int before, int after, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What of a script would fail in the Blender at hand; `input` (borrowed) is {"script": text, "rules": [text] or null,
 * "fix": bool}. {"diagnostics": […], "blender": version} and, with "fix", {"script", "fixed": how many}. Blocks for a
 * worker. */
json_t *engine_lint(
	struct engine *engine, const json_t *input, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *engine_artifact(
	struct engine *engine, const char *id, int number, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *engine_blob(struct engine *engine, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The steps of the session's runs, with the models' answers: what the replay provider reads. */
json_t *engine_recording(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The retrieval index: what there is of it, {"state", "path", "bytes", "chunks", "blender", …}; built anew (blocks for
 * a worker); and asked, {"hits": [{"title", "kind", "source", "text"}]}, at most `limit` (0: the default). "note" says
 * in one line what happened to it, if anything did. */
json_t *engine_knowledge(struct engine *engine);
json_t *engine_knowledge_build(struct engine *engine, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
json_t *engine_knowledge_search(struct engine *engine, const char *words, int limit, struct cancel *cancel,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What the session's models have cost so far: {"agents": [{agent, calls, tokens_in, tokens_cached, tokens_out, usd,
 * seconds}], "total": {the same}}; usd is null when it is not known of each call. */
json_t *engine_costs(struct engine *engine, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
json_t *engine_describe(struct engine *engine, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One tiny request to each configured model, which may cost something: as llm_check() has it, with errors by their
 * stable names. */
json_t *engine_check_models(struct engine *engine, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- events ---- */
struct subscription;
/* Reads a session's events after number `after`. The session need not exist yet. */
struct subscription *engine_subscribe(struct engine *engine, const char *session, gint64 after);
/* The next event as {"seq", "type", "run", "time", "body"}; blocks until there is one. New reference, or NULL with
 * CANCEL_ERROR or a store's error. */
json_t *subscription_next(struct subscription *reader, struct cancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void subscription_free(struct subscription *reader);

OWN_DEFINE(engine, engine_close)
OWN_DEFINE(subscription, subscription_free)
