/*
 * The engine without Blender and without a model: what a step costs over the scripted model and the fake executor with
 * SQLite on the disk, and how much memory 1,000 runs at once take. The peer of a step is the flush that its promise
 * needs: a page written and fdatasync()ed on the same disk.
 */
#include "engine/test_rig.h"

#include "base/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS = 60, AT_ONCE = 1000, FLUSHES = 200, PAGE = 4096 };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(GArray *values)
{
	qsort(values->data, values->len, sizeof(double), compare);
	return g_array_index(values, double, values->len / 2);
}

static double flush_cost(const char *folder)
{
	char page[PAGE] = {0};
	g_autofree char *path = g_build_filename(folder, "flush", NULL);
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	for (int i = 0; i < FLUSHES; i++) {
		gint64 start = g_get_monotonic_time();
		if (write(fd, page, sizeof page) != PAGE || fdatasync(fd) < 0)
			g_error("%s: %m", path);
		double spent = (double)(g_get_monotonic_time() - start) / 1000;
		g_array_append_val(times, spent);
	}
	close(fd);
	g_unlink(path);
	return median(times);
}

static struct engine *open_engine(const char *folder, const char *answers)
{
	g_autoptr(GError) error = NULL;
	struct engine_options options = rig_options("sqlite", folder, answers);
	struct engine *engine = engine_open(&options, &error);
	if (!engine)
		g_error("%s", error->message);
	return engine;
}

static void start_run(struct engine *engine, char **session, char **run)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) input = json_make("{s:s, s:s}", "kind", "create", "prompt", "a stool");
	if (!engine_create(engine, input, NULL, session, run, &error))
		g_error("%s", error->message);
}

/* Milliseconds a step: the time from a run's start to its end over its steps. */
static double step_cost(struct engine *engine, int *steps_out)
{
	g_autofree char *session = NULL;
	g_autofree char *run = NULL;
	g_autoptr(json_t) events = json_array();
	gint64 start = g_get_monotonic_time();
	start_run(engine, &session, &run);
	g_autoptr(json_t) end = rig_follow(engine, session, run, events);
	double spent = (double)(g_get_monotonic_time() - start) / 1000;
	size_t i;
	json_t *event;
	*steps_out = 0;
	json_array_foreach (events, i, event)
		*steps_out += g_str_equal(json_str(event, "type", ""), "step.finished");
	if (!g_str_equal(json_str(end, "state", ""), "completed"))
		g_error("the run ended %s", json_str(end, "state", ""));
	return spent / *steps_out;
}

static long resident_kb(const char *field)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL))
		g_error("/proc/self/status: %m");
	const char *line = strstr(text, field);
	return line ? strtol(line + strlen(field), NULL, 10) : 0;
}

/* All wait in the fake executor at the same time. */
static void many_runs(const char *folder)
{
	g_autoptr(GError) error = NULL;
	struct engine_options options = rig_options("sqlite", folder, NULL);
	options.llm.provider = "builtin";
	options.exec.blender = "fake:slow=20";
	OWN(engine) *engine = engine_open(&options, &error);
	if (!engine)
		g_error("%s", error->message);
	long before = resident_kb("VmRSS:");
	gint64 start = g_get_monotonic_time();
	for (int i = 0; i < AT_ONCE; i++) {
		g_autofree char *session = NULL;
		g_autofree char *run = NULL;
		g_autoptr(json_t) input =
			json_make("{s:s, s:s}", "kind", "create", "prompt", "create a 3D object of a chair");
		if (!engine_create(engine, input, NULL, &session, &run, &error))
			g_error("%s", error->message);
	}
	g_usleep(5 * G_USEC_PER_SEC);
	printf("%d runs at once: %ld MB resident, %ld MB of it before the first; started in %.1f s\n", AT_ONCE,
		resident_kb("VmRSS:") / 1024, before / 1024,
		(double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC - 5);
}

int main(void)
{
	char *folder = test_folder();
	g_autofree char *answers = rig_answers(folder, NULL, RUNS + 1);
	g_autofree char *one = g_build_filename(folder, "one", NULL);
	g_autofree char *many = g_build_filename(folder, "many", NULL);
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
	int steps = 0;
	struct engine *engine = open_engine(one, answers);
	/* The first run builds the retrieval index. */
	double first = step_cost(engine, &steps);
	for (int i = 0; i < RUNS; i++) {
		double cost = step_cost(engine, &steps);
		g_array_append_val(times, cost);
	}
	engine_close(engine);
	double flush = flush_cost(folder);
	double step = median(times);
	printf("a step: median %.3f ms (n = %d runs of %d steps; %.3f ms in the first run); a flush of one page: %.3f "
	       "ms\n",
		step, RUNS, steps, first, flush);
	many_runs(many);
	test_folder_remove(folder);
	return 0;
}
