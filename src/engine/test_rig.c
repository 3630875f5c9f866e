/* The engine's test rig: see test_rig.h. */
#include "engine/test_rig.h"

#include "base/file.h"

#include <string.h>

const char rig_script[] = "\"\"\"A stool.\"\"\"\nimport bpy\n\nPARAMS = {\n    \"legs\": 4,  # count, 3..6: number of "
			  "legs\n    \"height\": 0.5,  # m, "
			  "0.2..0.9: height\n}\n\n\ndef build_legs(p):\n    \"\"\"The legs.\"\"\"\n    return "
			  "[p[\"legs\"], p[\"height\"]]\n\n\ndef build_seat(p):\n    "
			  "\"\"\"The seat.\"\"\"\n    return [p[\"height\"]]\n\n\ndef build(p):\n    \"\"\"The "
			  "stool.\"\"\"\n    build_legs(p)\n    "
			  "build_seat(p)\n\n\nif __name__ == \"__main__\":\n    build(PARAMS)\n";

static void add(json_t *answers, const char *agent, const char *text)
{
	json_array_append_new(answers, json_make("{s:s, s:s}", "agent", agent, "text", text));
}

static void add_round(json_t *answers, const char *first, const char *script)
{
	add(answers, "planner",
		"{\"title\": \"Stool\", \"parts\": [{\"name\": \"legs\", \"describe\": \"legs\"}, {\"name\": \"seat\", "
		"\"describe\": \"seat\"}], "
		"\"checklist\": [{\"id\": \"1\", \"text\": \"a stool\"}]}");
	add(answers, "retrieval", "{\"queries\": [\"legs\"]}");
	if (first)
		add(answers, "coding", first);
	add(answers, "coding", script);
	add(answers, "critic", "{\"accept\": true, \"changes\": []}");
	add(answers, "verification", "{\"items\": [{\"id\": \"1\", \"state\": \"done\"}], \"pass\": true}");
}

static void add_wish(json_t *answers)
{
	add(answers, "feedback",
		"{\"checklist\": [{\"id\": \"1\", \"text\": \"three legs\"}], \"touches\": [\"legs\"], \"keeps\": "
		"[\"seat\"]}");
	add(answers, "coding", "{\"set\": {\"legs\": 3}}");
	add(answers, "verification", "{\"items\": [{\"id\": \"1\", \"state\": \"done\"}], \"pass\": true}");
}

char *rig_answers(const char *folder, const char *first, int times)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answers = json_array();
	g_autofree char *script = g_strdup_printf("```python\n%s```", rig_script);
	for (int i = 0; i < times; i++)
		add_round(answers, first, script);
	add_wish(answers);
	g_autofree char *text = json_print(answers);
	char *path = g_build_filename(folder, "answers.json", NULL);
	if (!file_write_whole(path, text, strlen(text), &error))
		g_error("%s", error->message);
	return path;
}

struct engine_options rig_options(const char *store_kind, const char *store_path, const char *answers)
{
	return (struct engine_options){
		.store_kind = store_kind,
		.store_path = store_path,
		.executor = "fake",
		.exec = EXEC_OPTIONS_DEFAULT,
		.llm = {.provider = "scripted", .file = answers, .library_dir = LL3M_SOURCE_DIR "/library"},
		.parallel = 4,
		.rounds = 3,
		.repairs = 2,
		.num_images = 1,
		.scale = 0.1,
		.samples = 1,
		.script_seconds = 10,
	};
}

/* The body of the nth end of a run, or of its first that is no interruption when `nth` is 0. */
json_t *rig_follow_end(struct engine *engine, const char *session, const char *run, int nth, json_t *events)
{
	OWN(subscription) *subscription = engine_subscribe(engine, session, 0);
	OWN(cancel) *limit = cancel_new(NULL, 60);
	for (int ends = 0;;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) event = subscription_next(subscription, limit, &error);
		if (!event)
			g_error("no end of run %s: %s", run, error->message);
		json_t *body = json_object_get(event, "body");
		if (events)
			json_array_append(events, event);
		if (!g_str_equal(json_str(event, "type", ""), "run.finished") ||
			g_strcmp0(json_str(event, "run", NULL), run) != 0)
			continue;
		ends++;
		if (nth ? ends == nth : !g_str_equal(json_str(body, "state", ""), "interrupted"))
			return json_incref(body);
	}
}

json_t *rig_follow(struct engine *engine, const char *session, const char *run, json_t *events)
{
	/* A run that was continued has ended before; its last end counts. */
	return rig_follow_end(engine, session, run, 0, events);
}

char *rig_state(struct engine *engine, const char *session, const char *run)
{
	g_autoptr(json_t) end = rig_follow(engine, session, run, NULL);
	const json_t *error = json_object_get(end, "error");
	return error && !json_is_null(error)
		       ? g_strdup_printf("%s: %s", json_str(end, "state", ""), json_str(error, "message", ""))
		       : g_strdup(json_str(end, "state", ""));
}
