/*
 * Reads the files of an export with a program of its own, assimp, where it is installed: what the worker says of its
 * files was found with the Blender that wrote them. The files are a hostile script's, so the program runs in the cage
 * of a worker, with a limit of time and memory, and sees one folder, which it cannot write.
 */
#include "exec/apart_int.h"

#include "base/file.h"
#include "exec/worker_int.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READER "assimp"
#define PRLIMIT "/usr/bin/prlimit"
#define MEMORY "--as=4294967296"
enum { SECONDS = 60, TEXT_MAX = 1 << 20 };
/* How far its bounds may be off, a share of the diagonal. */
#define MOST_OFF 0.005

/* What assimp reads. Of an .fbx it tells no bounds that count: it takes pivots twice. */
static const char *const known[] = {"glb", "gltf", "obj", "stl", "ply", "3mf", NULL};

/* Waits for the program's end, at most until the token's; its words in *text_out. False when it was ended. */
static bool listen_to(int out, struct cancel *cancel, GString *text)
{
	for (;;) {
		char buffer[4096];
		struct pollfd polled[] = {{out, POLLIN, 0}, {cancel_fd(cancel), POLLIN, 0}};
		if (poll(polled, G_N_ELEMENTS(polled), cancel_timeout_ms(cancel)) < 0 && errno != EINTR)
			return false;
		if (cancel_check(cancel, NULL) || text->len > TEXT_MAX)
			return false;
		ssize_t got = polled[0].revents ? read(out, buffer, sizeof(buffer)) : -1;
		if (got > 0)
			g_string_append_len(text, buffer, got);
		else if (got == 0)
			return true;
	}
}

/* Runs the plan; whether the program ended well, what it printed in `text`. */
static bool run_plan(const struct sandbox_plan *plan, struct cancel *cancel, GString *text)
{
	GPid pid;
	int out, status = -1;
	int targets[SANDBOX_FDS_MAX];
	for (int i = 0; i < plan->fd_count; i++)
		targets[i] = SANDBOX_FD_FIRST + i;
	if (!g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)plan->argv->pdata,
		    (const char *const *)plan->envp->pdata, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
		    NULL, NULL, -1, -1, -1, plan->fds, targets, (gsize)plan->fd_count, &pid, NULL, &out, NULL, NULL))
		return false;
	bool ended = listen_to(out, cancel, text);
	if (!ended)
		kill(pid, SIGKILL);
	close(out);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	g_spawn_close_pid(pid);
	return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool read_file(const struct sandbox *sandbox, const char *program, const char *folder, const char *name,
	struct cancel *cancel, GString *text)
{
	const struct sandbox_request request = {.program = program, .root = "", .bridge_dir = folder, .disk_mb = 1};
	struct sandbox_plan plan;
	sandbox_plan_init(&plan);
	bool ok = sandbox->ops->plan(sandbox, &request, &plan, NULL);
	if (ok) {
		if (g_file_test(PRLIMIT, G_FILE_TEST_IS_EXECUTABLE)) {
			g_ptr_array_insert(plan.argv, 0, g_strdup(PRLIMIT));
			g_ptr_array_insert(plan.argv, 1, g_strdup(MEMORY));
		}
		g_ptr_array_add(plan.argv, g_strdup("info"));
		g_ptr_array_add(plan.argv, g_build_filename(plan.bridge_dir, name, NULL));
		g_ptr_array_add(plan.argv, NULL);
		g_ptr_array_add(plan.envp, NULL);
		ok = run_plan(&plan, cancel, text);
	}
	if (plan.host_dir)
		worker_remove_tree(plan.host_dir);
	sandbox_plan_release(&plan);
	return ok;
}

static int ascending(const void *one, const void *two)
{
	double a = *(const double *)one;
	double b = *(const double *)two;
	return (a > b) - (a < b);
}

/* How far two boxes' sides are from each other, whichever axis is up: a share of the diagonal. */
static double sizes_off(double *found, const json_t *wanted)
{
	double diagonal = 0, off = 0;
	double sides[3];
	for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
		sides[i] = json_number_value(json_array_get(wanted, i));
		diagonal += sides[i] * sides[i];
	}
	qsort(sides, G_N_ELEMENTS(sides), sizeof(*sides), ascending);
	qsort(found, G_N_ELEMENTS(sides), sizeof(*found), ascending);
	for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
		off = MAX(off, fabs(found[i] - sides[i]));
	return off / MAX(sqrt(diagonal), 1e-9);
}

bool apart_sizes(const char *text, double *sizes_out)
{
	double corners[2][3];
	static const char *const heads[] = {"Minimum point", "Maximum point"};
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		const char *at = strstr(text, heads[i]);
		if (!at || sscanf(at + strlen(heads[i]), " (%lf %lf %lf)", &corners[i][0], &corners[i][1],
				   &corners[i][2]) != 3)
			return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(corners[0]); i++)
		sizes_out[i] = corners[1][i] - corners[0][i];
	return isfinite(sizes_out[0]) && isfinite(sizes_out[1]) && isfinite(sizes_out[2]);
}

static void add_finding(json_t *check, json_t *value, const char *hint)
{
	json_array_append_new(json_object_get(check, "findings"),
		json_make("{s:s, s:s, s:[], s:[], s:o, s:f, s:s, s:s}", "code", "delivery.apart", "severity", "soft",
			"parts", "objects", "value", value, "limit", MOST_OFF, "unit", "share of the diagonal", "hint",
			hint));
}

/* Notes in the check of a file what the program found. */
static void note(json_t *check, bool read, const GString *text)
{
	double sizes[3];
	json_t *apart = json_make("{s:s, s:b}", "reader", READER, "read", read);
	json_object_set_new(check, "apart", apart);
	if (!read || !apart_sizes(text->str, sizes)) {
		add_finding(check, json_null(), READER " cannot read it: other programs may not, either");
		return;
	}
	double off = sizes_off(sizes, json_object_get(check, "size"));
	json_object_set_new(apart, "size_off", json_real(round(off * 1e5) / 1e5));
	if (off > MOST_OFF)
		add_finding(check, json_real(off),
			READER " finds another size in it: look for what stands outside of its parts");
}

/* The files of a result in a new folder. NULL when that cannot be. */
static char *lay_out(const struct job_result *result)
{
	char *folder = g_dir_make_tmp("ll3m-apart-XXXXXX", NULL);
	for (guint i = 0; folder && i < result->attachments->len; i++) {
		const struct job_attachment *file = result->attachments->pdata[i];
		gsize size;
		const void *data = g_bytes_get_data(file->bytes, &size);
		g_autofree char *path = g_build_filename(folder, file->name, NULL);
		if (!file_write_whole(path, data, size, NULL)) {
			worker_remove_tree(folder);
			g_clear_pointer(&folder, g_free);
		}
	}
	return folder;
}

static bool is_there(const struct job_result *result, const char *name)
{
	for (guint i = 0; i < result->attachments->len; i++) {
		if (g_str_equal(((struct job_attachment *)result->attachments->pdata[i])->name, name))
			return true;
	}
	return false;
}

/* Whether a file is for another reader to judge: the worker has checked it, and says what size is to be found. */
static bool is_wanted(const struct job_result *result, const json_t *row)
{
	const json_t *check = json_object_get(row, "check");
	return is_there(result, json_str(row, "name", "")) && json_array_size(json_object_get(check, "size")) == 3 &&
	       json_is_array(json_object_get(check, "findings")) && g_strv_contains(known, json_str(row, "format", ""));
}

void apart_read(const struct sandbox *sandbox, struct job_result *result, struct cancel *parent)
{
	size_t i;
	json_t *row;
	g_autofree char *program = g_find_program_in_path(READER);
	g_autofree char *folder = NULL;
	json_array_foreach (json_object_get(result->result, "files"), i, row) {
		if (!program || !is_wanted(result, row) || (!folder && !(folder = lay_out(result))))
			continue;
		g_autoptr(GString) text = g_string_new(NULL);
		OWN(cancel) *cancel = cancel_new(parent, SECONDS);
		bool read = read_file(sandbox, program, folder, json_str(row, "name", ""), cancel, text);
		if (cancel_check(parent, NULL))
			break;
		note(json_object_get(row, "check"), read, text);
	}
	if (folder)
		worker_remove_tree(folder);
}
