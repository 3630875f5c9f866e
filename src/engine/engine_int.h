/* Inside engine/: the engine's own state, and what runs are made of. */
#pragma once

#include "agent/agent.h"
#include "engine/engine.h"
#include "rag/rag.h"
#include "store/store.h"

/* Lock order: engine.lock; run.lock, then eventlog's own. Only run.lock is held over the store, none over a worker or a
 * model. */
struct engine {
	struct engine_options options;
	struct store *store;
	struct executor *executor; /* NULL until engine_executor() is asked; guarded by executor_lock */
	GMutex executor_lock;
	struct llm *llm;
	struct rag *rag;
	struct instructions *instructions;
	struct eventlog *events;
	struct sched *sched;
	struct ledger *ledger;
	struct cancel *closing; /* parent of every run's token */
	GMutex lock;
	GHashTable *active; /* session id → struct run *, borrowed from its thread; guarded by lock */
	GCond ended;        /* a run has left `active` */
};

/* The executor, opened at the first call: what only looks at what there is needs no Blender. Borrowed, or NULL with
 * `error` set. */
struct executor *engine_executor(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- eventlog.c: one writer, many numbered readers ---- */
struct eventlog;
/* Tells the readers of now an event that could not be stored (seq 0): the end of a run whose store failed. */
void eventlog_tell_unstored(struct eventlog *log, const struct store_event *event);
struct eventlog *eventlog_new(struct store *store);
void eventlog_free(struct eventlog *log);
/* Commits, then wakes the readers. All events of a commit belong to one session. */
bool eventlog_append(struct eventlog *log, struct store_commit *commit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
struct subscription *eventlog_subscribe(struct eventlog *log, const char *session, gint64 after);
struct store_event *eventlog_event(const char *session, const char *run, enum event_type type, json_t *body);

/* ---- sched.c: a thread a run ---- */
struct sched;
struct sched *sched_new(void (*work)(void *run, void *arg), void *arg);
void sched_start(struct sched *sched, void *run);
/* Waits for every run to end. */
void sched_free(struct sched *sched);

/* ---- run.c: the journal ---- */
struct run {
	struct engine *engine;
	struct store_run *row;
	struct store_session *session;
	struct cancel *cancel;
	GHashTable
		*recorded; /* key → struct store_step: what earlier lives of this run did; not changed while it lives */
	GHashTable *announced; /* key → number (int *): the steps whose start they told; neither */
	int branches;          /* above 0 while a fan is out */
	GMutex lock;           /* guards what follows up to `artifacts`; held over the store */
	int replayed;          /* how many of the recorded steps were asked for again */
	int next;              /* the number of the next step */
	GPtrArray *pending;    /* of struct store_event: told since the last commit */
	/* What the step in hand adds to its commit; taken by run_step(). Never in a branch. */
	struct store_version *version;
	GPtrArray *artifacts;
	int next_version;
	json_t *result;   /* told in run.finished */
	bool blind_told;  /* that a model is not shown pictures */
	bool deliverable; /* there is something to hand over should the budget end now */
	guint warned;     /* a bit for each limit whose nearness was told; atomic */
	bool ending;      /* its work is done, it is about to leave; guarded by engine.lock */
};

/* Does the work of a step: its result (an object) in *result_out, or false with `error` set: then nothing is recorded
 * and the run can be continued. */
typedef bool (*step_fn)(struct run *run, void *arg, json_t **result_out, GError **error);

/* One step: the recorded result, or fn()'s, which is on the disk, with the events told meanwhile, before this returns.
 * `request` (borrowed) is what the step was asked; a recorded step must have been asked the same. */
bool run_step(struct run *run, const char *key, const json_t *request, step_fn fn, void *arg, json_t **result_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One branch of a fan, on a thread of its own: steps alone, whose keys no other branch has. It tells nothing between
 * them, since what is told there is stored with the next step of any branch. */
typedef bool (*branch_fn)(struct run *run, int i, void *arg, GError **error);
/* Branches 0 to count - 1, at most `parallel` at once; returns when all have ended. When one fails, those under way
 * come to their ends (what they did is recorded), no further one begins, and the first failure is in `error`. */
bool run_fan(
	struct run *run, int count, int parallel, branch_fn fn, void *arg, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tells an event; it is stored with the next step. Takes `body`. */
void run_tell(struct run *run, enum event_type type, json_t *body);
/* Tells an event at once, for progress inside a step. Takes `body`. */
void run_tell_now(struct run *run, enum event_type type, json_t *body);
/* Takes `row`. NULL with `error` set when its session cannot be read. */
struct run *run_new(struct engine *engine, struct store_run *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The whole life of a run on its thread. */
void run_main(struct run *run);
void run_free(struct run *run);

/* ---- steps.c: the kinds of step ---- */
/* Runs a job. A job that ended not ok is {"ok": false, "code", "message", "detail"}; one that did is {"ok": true,
 * "result", "attachments": [{name, blob, size}]}. */
bool step_job(struct run *run, const char *key, const char *verb, json_t *args, json_t **result_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Invokes the agent that gives `output` in `phase`; its answer as agent_invoke() has it. Takes `facts`. `pictures`:
 * [{name, blob}] or NULL. */
json_t *step_agent(struct run *run, enum agent_phase phase, enum llm_output output, const char *key, json_t *facts,
	const json_t *pictures, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The small cheap pictures of a script, as [{name, blob, …}]; an empty array when none are wanted. */
bool step_look(struct run *run, const char *key, const char *script, json_t **pictures_out,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A verdict as it is told: each item with the text that the checklist has for its id. New reference. */
json_t *verdict_told(const json_t *verdict, const json_t *checklist);

/* ---- knowledge.c ---- */
struct rag *knowledge_open(struct engine *engine);
/* The chunks for queries (an array of strings), as rag_search() gives them, told; new reference in *hits_out. */
bool step_search(
	struct run *run, const char *key, json_t *queries, json_t **hits_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds to `facts`, under "known", what is right where the script failed, and tells it; nothing when that is not known.
 */
bool step_explain(struct run *run, const char *key, const char *script, const json_t *why, json_t *facts,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- budget.c ---- */
struct ledger;
struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);
/* The right to make one call, and what is held back for it. */
struct budget_pass {
	bool taken;
	double usd, tokens;
};
/* Before a call of a model: false with ENGINE_ERROR_BUDGET when a budget is spent. May wait for calls in flight. */
bool budget_enter(struct run *run, const struct llm_request *request, struct budget_pass *pass,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a call is taken to have cost that was under way when the program was killed: a "usage". New reference. */
json_t *budget_lost(const struct llm_request *request, const struct llm_abilities *model);
/* After its result is in the journal, or will never be. */
void budget_leave(struct run *run, const struct budget_pass *pass);

/* ---- attempt.c ---- */
/* A script that ran, with what was measured. */
struct candidate {
	char *script;
	json_t *report;
	json_t *findings;
	json_t *values;   /* of PARAMS */
	json_t *pictures; /* [{name, blob}], or NULL before it was looked at */
};
void candidate_free(struct candidate *candidate);
OWN_DEFINE(candidate, candidate_free)

/* What an attempt is made for. */
struct attempt {
	enum agent_phase phase;
	const char *key;         /* prefix of its steps' keys */
	const char *reason;      /* why the script was written, told in script.revised */
	const json_t *base;      /* facts shown to the coding agent at repairs: prompt, blueprint, feedback … */
	const json_t *blueprint; /* or NULL */
	int repairs;
};
/* Lints, runs and gates the script, with at most `repairs` repairs by the coding agent. Takes `script`. NULL with
 * ENGINE_ERROR_SCRIPT when it never ran. */
struct candidate *attempt_run(
	struct run *run, const struct attempt *attempt, char *script, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The script that a coding agent's answer makes of `script` (NULL: it must be a whole one). g_free, or NULL. */
char *attempt_apply(struct run *run, const char *key, const char *script, const json_t *answer,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- pictures.c: what a person shows ---- */
/* Checks "images" of an input: there, and somebody can look at them. */
bool pictures_check(struct engine *engine, const json_t *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those of the run's input, for step_agent(); NULL when there are none. Borrowed. */
const json_t *pictures_shown(const struct run *run);
/* The same before pictures of the asset. New reference. */
json_t *pictures_beside(const struct run *run, const json_t *views);

/* ---- deliver.c ---- */
/* Makes the candidate the session's new version: exports, stores, writes the person's files, then the full-size
 * pictures when wanted. `facts` (taken) are kept with the version. The version's number, or 0 with `error` set. */
int deliver_version(struct run *run, const struct candidate *candidate, const char *label, json_t *facts, bool pictures,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds a file to the step in hand's commit. */
void deliver_add_artifact(struct run *run, int version, const char *name, const char *blob, gint64 size);
/* The same for a text; its hash (g_free), or NULL. */
char *deliver_add_text(struct run *run, int version, const char *name, const char *text, GError **error);
/* Writes a file of a version into its folder and to the top. */
bool deliver_place(struct engine *engine, const struct store_session *session, const struct store_artifact *artifact,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts the files of a version at the top of the person's folder. */
bool deliver_top(struct engine *engine, const struct store_session *session, int version,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The full-size pictures of a version. `taken`: the names of its artifacts so far, or NULL for a new one. */
bool deliver_pictures(struct run *run, int version, const char *script, const json_t *taken,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- delivery.c ---- */
/* Arguments of the bridge's export verb for one format (NULL: all that the profile has); `changes` (borrowed, or NULL)
 * replace them. New reference. */
json_t *delivery_args(
	const struct run *run, const char *script, const char *format, int version, const json_t *changes);
/* What came of an export job: {"files": [{name, format, size, check}], "bake": {…} or null, "profile": {…} or
 * null, "findings": []}. New reference. */
json_t *delivery_told(const json_t *job);
/* Notes it in a report, under "delivery" and among the findings. */
void delivery_into_report(json_t *report, const json_t *told);
void delivery_tell(struct run *run, int version, const json_t *told);
/* The version's asset.glb, baked and checked, and its report.json; a quick one is neither. True, too, when the person
 * cancelled it. */
bool deliver_asset(struct run *run, int version, const struct candidate *candidate, bool quick,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- kinds.c: what a run can be ---- */
struct run_kind {
	const char *name;
	bool first; /* it starts a session */
	/* Checks the input before anything is stored. */
	bool (*check)(struct engine *engine, const json_t *input, GError **error);
	bool (*go)(struct run *run, GError **error);
};
const struct run_kind *run_kind_find(const char *name); /* NULL when there is none */

bool create_check(struct engine *engine, const json_t *input, GError **error);
bool create_go(struct run *run, GError **error);
bool script_check(struct engine *engine, const json_t *input, GError **error);
bool script_go(struct run *run, GError **error);
bool branch_check(struct engine *engine, const json_t *input, GError **error);
bool branch_go(struct run *run, GError **error);
bool refine_check(struct engine *engine, const json_t *input, GError **error);
bool refine_go(struct run *run, GError **error);
bool refine_wish(struct run *run, const char *wish, GError **error);
bool set_check(struct engine *engine, const json_t *input, GError **error);
bool set_go(struct run *run, GError **error);
bool export_check(struct engine *engine, const json_t *input, GError **error);
bool export_go(struct run *run, GError **error);
bool render_check(struct engine *engine, const json_t *input, GError **error);
bool render_go(struct run *run, GError **error);

/* A prompt or wish as a person may give it: not empty, UTF-8, at most 64 KiB, no control characters. */
bool prompt_check(const char *what, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The head of the run's session as a candidate, and its version; NULL with `error` set when there is none. */
struct candidate *head_candidate(
	struct run *run, struct store_version **version_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A stored version's script. */
char *version_script(
	struct engine *engine, const struct store_version *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;
