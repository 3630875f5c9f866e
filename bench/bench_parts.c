/*
 * Initial creation of an asset with eight parts over a simulated model (20 s to the first token, then 60 tokens a
 * second; time is run 40 times as fast): parts written side by side against the same parts one after the other.
 */
#include "engine/test_rig.h"

#include "base/file.h"
#include "base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_TOKEN 20.0
#define TOKENS_PER_SECOND 60.0
#define FASTER 40.0
enum { PARTS = 8, PART_TOKENS = 1500, PLAN_TOKENS = 1400, QUERY_TOKENS = 200, RUNS = 3 };

static void add(json_t *answers, const char *agent, const char *expect, const char *text, int tokens)
{
	json_t *answer = json_make("{s:s, s:s, s:f}", "agent", agent, "text", text, "seconds",
		(FIRST_TOKEN + tokens / TOKENS_PER_SECOND) / FASTER);
	if (expect)
		json_object_set_new(answer, "expect", json_make("[s]", expect));
	json_array_append_new(answers, answer);
}

static char *write_answers(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answers = json_array(), parts = json_array();
	for (int i = 0; i < PARTS; i++) {
		g_autofree char *name = g_strdup_printf("part%d", i);
		g_autofree char *code =
			g_strdup_printf("```python\ndef build_%s(p):\n    \"\"\"Part.\"\"\"\n    return []\n```", name);
		g_autofree char *mine = g_strdup_printf("\"build_%s\"", name);
		json_array_append_new(parts, json_make("{s:s, s:s}", "name", name, "describe", "a part"));
		add(answers, "coding", mine, code, PART_TOKENS);
	}
	g_autoptr(json_t) plan = json_make("{s:s, s:O, s:[]}", "title", "Thing", "parts", parts, "checklist");
	g_autofree char *planned = json_print(plan);
	add(answers, "planner", NULL, planned, PLAN_TOKENS);
	add(answers, "retrieval", NULL, "{\"queries\": [\"bevel\"]}", QUERY_TOKENS);
	add(answers, "critic", NULL, "{\"accept\": true, \"changes\": []}", 0);
	add(answers, "verification", NULL, "{\"items\": [], \"pass\": true}", 0);
	g_autofree char *text = json_print(answers);
	char *path = g_build_filename(folder, "answers.json", NULL);
	if (!file_write_whole(path, text, strlen(text), &error))
		g_error("%s", error->message);
	return path;
}

/* Seconds of the simulated model's time until the first script has run. */
static double creation(int parallel)
{
	g_autoptr(GError) error = NULL;
	char *folder = test_folder();
	g_autofree char *answers = write_answers(folder), *session = NULL, *run = NULL;
	struct engine_options options = rig_options("memory", NULL, answers);
	options.strategy = STRATEGY_PARTS;
	options.parallel = parallel;
	options.rounds = 0;
	struct engine *engine = engine_open(&options, &error);
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a thing");
	if (!engine || !engine_create(engine, input, NULL, &session, &run, &error))
		g_error("%s", error->message);
	struct subscription *events = engine_subscribe(engine, session, 0);
	gint64 start = g_get_monotonic_time();
	for (bool over = false; !over;) {
		g_autoptr(json_t) event = subscription_next(events, NULL, &error);
		if (!event)
			g_error("%s", error->message);
		over = g_str_equal(json_str(event, "type", ""), "gate.reported");
	}
	double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC * FASTER;
	subscription_free(events);
	engine_close(engine);
	test_folder_remove(folder);
	return seconds;
}

int main(void)
{
	for (int i = 0; i < RUNS; i++) {
		double apart = creation(4), sequence = creation(1);
		printf("initial creation, %d parts: %.0f s side by side (4 at once), %.0f s one after the other: %.2f "
		       "times\n",
			PARTS, apart, sequence, apart / sequence);
	}
	return EXIT_SUCCESS;
}
