/*
 * The cage of a worker, made by bubblewrap: namespaces of its own (no network, no other processes), a read-only root
 * that holds what Blender needs to start and nothing of the person's, one writable folder in memory with a ceiling, no
 * capabilities, an environment of a few lines, and the filter of sandbox_filter.c.
 *
 * The arguments go through a descriptor (--args) and the tool itself gets the worker's environment: both can be read
 * inside in /proc/1, and would tell the person's paths and secrets there. /proc is read-only as a whole: where the
 * program runs as root, the kernel's settings in it would be a way out. Bind mounts still show in
 * /proc/self/mountinfo which host folders they came from.
 */
#include "exec/sandbox_int.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BRIDGE_INSIDE "/ll3m"
#define WORK_INSIDE "/tmp"
#define PRLIMIT "/usr/bin/prlimit"
/* Threads in the cage; the kernel counts them by user namespace, so the person's other processes are not in it. */
#define THREADS_MAX "1024"

static const char hint[] = "; install it (Debian: apt-get install bubblewrap), allow user namespaces (sysctl "
			   "kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0; in "
			   "a container --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
			   "--security-opt systempaths=unconfined), or decide for --no-sandbox, where a script can do "
			   "all that you can";

static void add(GPtrArray *args, const char *word)
{
	g_ptr_array_add(args, g_strdup(word));
}

static void add_option(GPtrArray *args, const char *option, const char *value)
{
	add(args, option);
	add(args, value);
}

/* An option with where from and where to: binds, links, environment. */
static void add_pair(GPtrArray *args, const char *option, const char *from, const char *to)
{
	add(args, option);
	add_option(args, from, to);
}

/* The folders of the system below `root`, this host's or another's: links stay links, folders are bound. */
static void add_system(GPtrArray *args, const char *root)
{
	static const char *const tops[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
	static const char *const settings[] = {
		"/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/glvnd", "/etc/OpenCL"};
	g_autofree char *usr = g_strconcat(root, "/usr", NULL);
	add_pair(args, "--ro-bind", usr, "/usr");
	for (gsize i = 0; i < G_N_ELEMENTS(tops); i++) {
		g_autofree char *top = g_strconcat(root, tops[i], NULL);
		g_autofree char *target = g_file_read_link(top, NULL);
		if (target)
			add_pair(args, "--symlink", target, tops[i]);
		else
			add_pair(args, "--ro-bind-try", top, tops[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autofree char *setting = g_strconcat(root, settings[i], NULL);
		add_pair(args, "--ro-bind-try", setting, settings[i]);
	}
}

static void add_isolation(GPtrArray *args, const struct sandbox *sandbox)
{
	static const char *const flags[] = {
		"--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"};
	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
		add(args, flags[i]);
	add_option(args, "--hostname", "ll3m");
	add_option(args, "--uid", "65534");
	add_option(args, "--gid", "65534");
	add_option(args, "--cap-drop", "ALL");
	if (sandbox->seal_userns)
		add(args, "--disable-userns");
}

/* A Blender that was unpacked somewhere brings its data in a folder named after its version beside it, and then the
 * folder of both is bound. Anything else is bound alone: its folder may be the person's home. */
static void add_program(GPtrArray *args, const char *program)
{
	if (g_str_has_prefix(program, "/usr/"))
		return;
	g_autofree char *home = g_path_get_dirname(program);
	bool whole = false;
	GDir *entries = g_dir_open(home, 0, NULL);
	for (const char *name; entries && !whole && (name = g_dir_read_name(entries));) {
		g_autofree char *scripts = g_build_filename(home, name, "scripts", NULL);
		whole = g_ascii_isdigit(name[0]) && g_file_test(scripts, G_FILE_TEST_IS_DIR);
	}
	if (entries)
		g_dir_close(entries);
	const char *bound = whole ? home : program;
	add_pair(args, "--ro-bind", bound, bound);
}

/* The devices of the graphics card, and what Mesa reads to tell which it is. */
static void add_gpu(GPtrArray *args)
{
	add_pair(args, "--dev-bind-try", "/dev/dri", "/dev/dri");
	add_pair(args, "--ro-bind-try", "/sys/dev/char", "/sys/dev/char");
	add_pair(args, "--ro-bind-try", "/sys/devices", "/sys/devices");
}

static GPtrArray *arguments(const struct sandbox *sandbox, const struct sandbox_request *request)
{
	GPtrArray *args = g_ptr_array_new_with_free_func(g_free);
	add_isolation(args, sandbox);
	add_system(args, request->root);
	/* Before the program, which may itself stand below the same folder outside. */
	g_autofree char *bytes = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)request->disk_mb * 1024 * 1024);
	add_option(args, "--size", bytes);
	add_option(args, "--tmpfs", WORK_INSIDE);
	if (!*request->root)
		add_program(args, request->program);
	if (request->bridge_dir)
		add_pair(args, "--ro-bind", request->bridge_dir, BRIDGE_INSIDE);
	add_option(args, "--proc", "/proc");
	add_option(args, "--dev", "/dev");
	if (request->gpu)
		add_gpu(args);
	add_option(args, "--remount-ro", "/dev");
	add_option(args, "--remount-ro", "/proc");
	add_option(args, "--remount-ro", "/");
	add_option(args, "--chdir", WORK_INSIDE);
	return args;
}

/* The arguments, each ended by a NUL, in a descriptor at its start. */
static int arguments_fd(const GPtrArray *args, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	for (guint i = 0; i < args->len; i++)
		g_byte_array_append(bytes, args->pdata[i], (guint)strlen(args->pdata[i]) + 1);
	int fd = memfd_create("ll3m-args", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, bytes->data, bytes->len) == (ssize_t)bytes->len && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "cannot hand bubblewrap its arguments: %s",
		g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool add_fd(struct sandbox_plan *plan, int fd)
{
	if (fd < 0)
		return false;
	g_assert(plan->fd_count < SANDBOX_FDS_MAX);
	plan->fds[plan->fd_count++] = fd;
	return true;
}

static bool plan(const struct sandbox *sandbox, const struct sandbox_request *request, struct sandbox_plan *plan_out,
	GError **error)
{
	static const char *const environment[][2] = {{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"},
		{"HOME", WORK_INSIDE}, {"TMPDIR", WORK_INSIDE}, {"EGL_PLATFORM", "surfaceless"}};
	g_autoptr(GPtrArray) args = arguments(sandbox, request);
	for (gsize i = 0; i < G_N_ELEMENTS(environment); i++) {
		add_pair(args, "--setenv", environment[i][0], environment[i][1]);
		sandbox_plan_setenv(plan_out, environment[i][0], environment[i][1]);
	}
	if (!add_fd(plan_out, arguments_fd(args, error)) || !add_fd(plan_out, sandbox_filter(error)))
		return false;
	g_autofree char *args_fd = g_strdup_printf("%d", SANDBOX_FD_FIRST);
	g_autofree char *filter_fd = g_strdup_printf("%d", SANDBOX_FD_FIRST + 1);
	add(plan_out->argv, sandbox->tool);
	add_option(plan_out->argv, "--args", args_fd);
	add_option(plan_out->argv, "--seccomp", filter_fd);
	add(plan_out->argv, "--");
	g_autofree char *prlimit = g_strconcat(request->root, PRLIMIT, NULL);
	if (g_file_test(prlimit, G_FILE_TEST_IS_EXECUTABLE))
		add_option(plan_out->argv, PRLIMIT, "--nproc=" THREADS_MAX);
	add(plan_out->argv, request->program + strlen(request->root));
	plan_out->bridge_dir = BRIDGE_INSIDE;
	plan_out->work_dir = WORK_INSIDE;
	return true;
}

/* Runs true(1) in the cage, without the filter. */
static bool try_it(const struct sandbox *sandbox, char **errors_out, GError **error)
{
	const struct sandbox_request request = {.program = "/usr/bin/true", .root = "", .disk_mb = 1};
	g_autoptr(GPtrArray) argv = arguments(sandbox, &request);
	g_ptr_array_insert(argv, 0, g_strdup(sandbox->tool));
	g_ptr_array_add(argv, g_strdup(request.program));
	g_ptr_array_add(argv, NULL);
	int status;
	if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, errors_out,
		    &status, error))
		return false;
	return g_spawn_check_wait_status(status, error);
}

static bool check(struct sandbox *sandbox, GError **error)
{
	sandbox->tool = g_find_program_in_path("bwrap");
	if (!sandbox->tool) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "bubblewrap (bwrap) is not there%s", hint);
		return false;
	}
	/* --disable-userns came with 0.8: older ones do without. */
	sandbox->seal_userns = true;
	g_autofree char *sealed = NULL, *plain = NULL;
	if (try_it(sandbox, &sealed, NULL))
		return true;
	sandbox->seal_userns = false;
	g_autoptr(GError) why = NULL;
	if (try_it(sandbox, &plain, &why))
		return true;
	g_strchomp(plain ? plain : why->message);
	g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "bubblewrap cannot make a sandbox here: %s%s",
		plain && *plain ? plain : why->message, hint);
	return false;
}

const struct sandbox_ops sandbox_bubblewrap = {.name = "bubblewrap", .isolates = true, .check = check, .plan = plan};
