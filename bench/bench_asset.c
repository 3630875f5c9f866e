/*
 * The whole program with real Blender, over its command line's own client: a chair from a cold start with five pictures
 * at critic size, its .glb baked and read back, and one parameter turned on a warm worker. Time outside Blender is the
 * wall time less what the journal says the jobs took. bench_asset [TIMES]
 */
#include "engine/test_rig.h"

#include "base/testing.h"

#include <stdio.h>
#include <stdlib.h>

static struct engine *open_engine(const char *folder)
{
	g_autoptr(GError) error = NULL;
	struct engine_options options = rig_options("sqlite", folder, NULL);
	options.llm.provider = "builtin";
	options.executor = "headless";
	options.exec.bridge_dir = LL3M_SOURCE_DIR "/blender";
	options.look_views = 5;
	options.script_seconds = 60;
	options.delivery = (struct delivery_options){
		.bake = true, .size = 2048, .seconds = 120, .memory_mb = 2048, .check = true, .provenance = true};
	struct engine *engine = engine_open(&options, &error);
	if (!engine)
		g_error("%s", error->message);
	return engine;
}

static gint64 job_millis(const json_t *events, const char *run)
{
	size_t i;
	json_t *event;
	gint64 sum = 0;
	json_array_foreach ((json_t *)events, i, event) {
		if (g_str_equal(json_str(event, "type", ""), "job.finished") &&
			g_strcmp0(json_str(event, "run", NULL), run) == 0)
			sum += json_int(json_object_get(event, "body"), "millis", 0);
	}
	return sum;
}

static void need_completed(const json_t *end)
{
	if (!g_str_equal(json_str(end, "state", ""), "completed"))
		g_error("the run ended %s: %s", json_str(end, "state", ""),
			json_str(json_object_get(end, "error"), "message", ""));
}

static void turn(struct engine *engine, const char *session, const char *value)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) input = json_make("{s:s, s:{s:s}}", "kind", "set", "values", "seat_height", value);
	g_autoptr(json_t) events = json_array();
	gint64 start = g_get_monotonic_time();
	g_autofree char *run = engine_submit(engine, session, input, &error);
	if (!run)
		g_error("%s", error->message);
	g_autoptr(json_t) end = rig_follow(engine, session, run, events);
	double wall = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	need_completed(end);
	printf("set of one parameter, warm: %.2f s, of it %.2f s in Blender\n", wall,
		(double)job_millis(events, run) / 1000);
}

static void chair(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	g_autoptr(json_t) events = json_array();
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "create a 3D object of a chair");
	gint64 start = g_get_monotonic_time();
	OWN(engine) *engine = open_engine(folder);
	if (!engine_create(engine, input, NULL, &session, &run, &error))
		g_error("%s", error->message);
	g_autoptr(json_t) end = rig_follow(engine, session, run, events);
	double wall = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	double jobs = (double)job_millis(events, run) / 1000;
	need_completed(end);
	printf("chair from a cold start, 5 views: %.2f s, of it %.2f s outside Blender\n", wall, wall - jobs);
	turn(engine, session, "0.50");
	turn(engine, session, "0.55");
	turn(engine, session, "0.60");
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 3;
	for (int i = 0; i < times; i++) {
		char *folder = test_folder();
		chair(folder);
		test_folder_remove(folder);
	}
	return 0;
}
