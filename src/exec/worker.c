/*
 * One Blender process: see worker_int.h. Between fork() and exec() only async-signal-safe calls are made, on what was
 * prepared before. A process is waited for exactly once, in worker_finish(), and its number is not used after that; so
 * no number is ever killed that belongs to somebody else by now.
 *
 * Ending: SIGKILL to the process group. In a sandbox the tool's death takes its whole PID namespace along; without one
 * the group is all that is reached, and a script that left it is the price of --no-sandbox.
 */
#include "exec/worker_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAIL_KEEP 8192
#define NOISE_MAX (64u * 1024 * 1024)
#define OPEN_FILES_MAX 256
#define AFTERMATH_MS 1000
#define CANNOT_START 127
/* Above every number that the child wants its descriptors at. */
#define FD_ASIDE 64

/* What the child does between fork() and exec(), ready made. */
struct launch {
	char **argv, **envp;
	int fds[SANDBOX_FD_FIRST + SANDBOX_FDS_MAX]; /* fds[n] becomes n */
	int fd_count;
	struct {
		int resource;
		struct rlimit limit;
	} limits[4];
	pid_t parent;
};

static void complain(const char *what, const char *about)
{
	const char *pieces[] = {"cannot start: ", what, ": ", about, ": ", strerrordesc_np(errno), "\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		if (write(STDERR_FILENO, pieces[i], strlen(pieces[i])) < 0)
			break;
	}
	_exit(CANNOT_START);
}

static void limit_self(const struct launch *launch)
{
	for (gsize i = 0; i < G_N_ELEMENTS(launch->limits); i++) {
		struct rlimit limit = launch->limits[i].limit, now;
		if (getrlimit(launch->limits[i].resource, &now) == 0 && limit.rlim_max > now.rlim_max)
			limit.rlim_cur = limit.rlim_max = now.rlim_max;
		if (setrlimit(launch->limits[i].resource, &limit) < 0)
			complain("setrlimit", launch->argv[0]);
	}
	/* Among the first to go when the machine runs out of memory; where that is not allowed, things are as before.
	 */
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, "800", 3) < 0)
		errno = 0;
	if (fd >= 0)
		close(fd);
}

static void reset_signals(void)
{
	sigset_t none;
	sigemptyset(&none);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	/* Too large a file is an error of write(), not the end. */
	signal(SIGXFSZ, SIG_IGN);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static G_NORETURN void become(const struct launch *launch)
{
	for (int i = 0; i < launch->fd_count; i++) {
		if (dup2(launch->fds[i], i) < 0)
			complain("dup2", launch->argv[0]);
	}
	if (syscall(SYS_close_range, (unsigned)launch->fd_count, ~0u, 0u) < 0)
		complain("close_range", launch->argv[0]);
	reset_signals();
	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || chdir("/") < 0)
		complain("setsid", launch->argv[0]);
	if (getppid() != launch->parent)
		_exit(CANNOT_START);
	limit_self(launch);
	execve(launch->argv[0], launch->argv, launch->envp);
	complain("exec", launch->argv[0]);
	_exit(CANNOT_START);
}

static void set_limits(struct launch *launch, const struct worker_setup *setup)
{
	const struct {
		int resource;
		rlim_t value;
	} rows[] = {
		{RLIMIT_AS, (rlim_t)setup->memory_mb * 1024 * 1024},
		{RLIMIT_FSIZE, (rlim_t)setup->disk_mb * 1024 * 1024},
		{RLIMIT_NOFILE, OPEN_FILES_MAX},
		{RLIMIT_CORE, 0},
	};
	G_STATIC_ASSERT(G_N_ELEMENTS(rows) == G_N_ELEMENTS(launch->limits));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		launch->limits[i].resource = rows[i].resource;
		launch->limits[i].limit = (struct rlimit){.rlim_cur = rows[i].value, .rlim_max = rows[i].value};
	}
}

static void add_blender_arguments(struct sandbox_plan *plan)
{
	char *arguments[] = {
		g_strdup("-b"),
		g_strdup("--factory-startup"),
		g_strdup("--python-exit-code"),
		g_strdup("3"),
		g_strdup("-noaudio"),
		g_strdup("-P"),
		g_build_filename(plan->bridge_dir, "worker.py", NULL),
		g_strdup("--"),
		g_strdup("--in-fd"),
		g_strdup_printf("%d", WORKER_FD_IN),
		g_strdup("--out-fd"),
		g_strdup_printf("%d", WORKER_FD_OUT),
		g_strdup("--work"),
		g_strdup(plan->work_dir),
		NULL,
	};
	for (char **each = arguments; *each; each++)
		g_ptr_array_add(plan->argv, *each);
	g_ptr_array_add(plan->argv, NULL);
	g_ptr_array_add(plan->envp, NULL);
}

/* Forks a child that becomes the command of the plan, speaking through `line` and grumbling into `tail`. */
static bool launch_plan(struct worker *worker, const struct worker_setup *setup, const struct sandbox_plan *plan,
	int line, int tail, GError **error)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct launch launch = {
		.argv = (char **)plan->argv->pdata,
		.envp = (char **)plan->envp->pdata,
		.fd_count = SANDBOX_FD_FIRST + plan->fd_count,
		.parent = getpid(),
	};
	const int wanted[] = {nowhere, tail, tail, line, line};
	G_STATIC_ASSERT(G_N_ELEMENTS(wanted) == SANDBOX_FD_FIRST);
	bool placed = true;
	for (int i = 0; i < launch.fd_count; i++) {
		int fd = i < SANDBOX_FD_FIRST ? wanted[i] : plan->fds[i - SANDBOX_FD_FIRST];
		launch.fds[i] = fcntl(fd, F_DUPFD_CLOEXEC, FD_ASIDE);
		placed = placed && launch.fds[i] >= 0;
	}
	set_limits(&launch, setup);
	pid_t pid = placed ? fork() : -1;
	if (pid == 0)
		become(&launch);
	if (pid < 0)
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "cannot start a worker: %s", g_strerror(errno));
	for (int i = 0; i < launch.fd_count; i++) {
		if (launch.fds[i] >= 0)
			close(launch.fds[i]);
	}
	if (nowhere >= 0)
		close(nowhere);
	worker->pid = MAX(pid, 0);
	return pid > 0;
}

/* Throws away all but the end of the tail. */
static void trim_tail(GString *tail)
{
	if (tail->len > TAIL_KEEP)
		g_string_erase(tail, 0, (gssize)(tail->len - TAIL_KEEP));
}

/* Reads what has come on the tail. False at its end. */
static bool drain(struct worker *worker)
{
	char buffer[16 * 1024];
	ssize_t got = read(worker->tail_fd, buffer, sizeof(buffer));
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	g_string_append_len(worker->tail, buffer, got);
	trim_tail(worker->tail);
	worker->noise += (guint64)got;
	return got > 0;
}

static bool on_noise(struct frame_link *link, int fd, void *arg, GError **error)
{
	struct worker *worker = arg;
	if (!drain(worker))
		frame_link_watch(link, -1, NULL, NULL);
	worker->flooded = worker->noise > NOISE_MAX;
	if (worker->flooded)
		g_set_error(error, FRAME_ERROR, FRAME_ERROR_IO, "it wrote more than %u MB past the protocol",
			NOISE_MAX / 1024 / 1024);
	return !worker->flooded;
}

struct worker *worker_spawn(const struct worker_setup *setup, GError **error)
{
	const struct sandbox_request request = {.program = setup->program,
		.root = setup->root,
		.bridge_dir = setup->bridge_dir,
		.disk_mb = setup->disk_mb,
		.gpu = setup->gpu};
	struct sandbox_plan plan;
	struct worker *worker = NULL;
	int line[2] = {-1, -1}, tail[2] = {-1, -1};
	sandbox_plan_init(&plan);
	if (!setup->sandbox->ops->plan(setup->sandbox, &request, &plan, error))
		goto out;
	add_blender_arguments(&plan);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0 || pipe2(tail, O_CLOEXEC) < 0 ||
		fcntl(tail[0], F_SETFL, O_NONBLOCK) < 0) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "cannot start a worker: %s", g_strerror(errno));
		goto out;
	}
	worker = g_new0(struct worker, 1);
	worker->behind_tool = setup->sandbox->tool != NULL;
	worker->tail = g_string_new(NULL);
	worker->tail_fd = g_steal_fd(&tail[0]);
	worker->pid_fd = -1;
	int ours = g_steal_fd(&line[0]);
	worker->link = frame_link_new(ours, ours);
	frame_link_watch(worker->link, worker->tail_fd, on_noise, worker);
	worker->host_dir = g_steal_pointer(&plan.host_dir);
	bool started = launch_plan(worker, setup, &plan, line[1], tail[1], error);
	if (started && (worker->pid_fd = (int)syscall(SYS_pidfd_open, worker->pid, 0u)) < 0) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_START, "cannot watch a worker: %s", g_strerror(errno));
		started = false;
	}
	if (!started) {
		worker_free(worker);
		worker = NULL;
	}
out:
	for (int i = 0; i < 2; i++) {
		if (line[i] >= 0)
			close(line[i]);
		if (tail[i] >= 0)
			close(tail[i]);
	}
	sandbox_plan_release(&plan);
	return worker;
}

bool worker_is_over(const struct worker *worker)
{
	struct pollfd over = {.fd = worker->pid_fd, .events = POLLIN};
	return worker->pid == 0 || poll(&over, 1, 0) > 0;
}

/* Reads the tail until the process is over (or, with `to_end`, until nobody holds the tail any more) or time is up. */
static void listen_out(struct worker *worker, bool to_end, int patience_ms)
{
	gint64 end = g_get_monotonic_time() + (gint64)patience_ms * 1000;
	bool open = true;
	for (;;) {
		gint64 left = (end - g_get_monotonic_time()) / 1000;
		struct pollfd fds[] = {
			{.fd = open ? worker->tail_fd : -1, .events = POLLIN},
			{.fd = to_end ? -1 : worker->pid_fd, .events = POLLIN},
		};
		if (left <= 0 || (to_end && !open) || poll(fds, G_N_ELEMENTS(fds), (int)left) == 0 || fds[1].revents)
			return;
		if (fds[0].revents)
			open = drain(worker);
	}
}

void worker_finish(struct worker *worker, int patience_ms)
{
	if (worker->pid == 0)
		return;
	if (worker->pid_fd >= 0)
		listen_out(worker, false, patience_ms);
	if (kill(-worker->pid, SIGKILL) < 0 && errno != ESRCH)
		g_warning("cannot end worker %d: %s", worker->pid, g_strerror(errno));
	/* Its group is there only once the child has come as far as setsid(). */
	if (kill(worker->pid, SIGKILL) < 0)
		g_warning("cannot end worker %d: %s", worker->pid, g_strerror(errno));
	while (waitpid(worker->pid, &worker->status, 0) < 0 && errno == EINTR)
		continue;
	worker->pid = 0;
	/* Everybody in the cage holds the tail, so its end is theirs. */
	listen_out(worker, true, AFTERMATH_MS);
}

static int death_signal(const struct worker *worker)
{
	if (WIFSIGNALED(worker->status))
		return WTERMSIG(worker->status);
	int code = WEXITSTATUS(worker->status);
	return worker->behind_tool && code > 128 && code < 128 + NSIG ? code - 128 : 0;
}

char *worker_epitaph(const struct worker *worker)
{
	int number = death_signal(worker);
	if (number)
		return g_strdup_printf("signal %d (%s)", number, g_strsignal(number));
	return g_strdup_printf("exit code %d", WEXITSTATUS(worker->status));
}

json_t *worker_post_mortem(const struct worker *worker)
{
	int number = death_signal(worker);
	return json_make("{s:i, s:o}", number ? "signal" : "exit", number ? number : WEXITSTATUS(worker->status),
		"output", json_text(worker->tail->str));
}

/* Removes a folder with all in it; links are removed, not followed. */
static void remove_tree(const char *path)
{
	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) && g_file_test(path, G_FILE_TEST_IS_DIR)) {
		GDir *entries = g_dir_open(path, 0, NULL);
		for (const char *name; entries && (name = g_dir_read_name(entries));) {
			g_autofree char *child = g_build_filename(path, name, NULL);
			remove_tree(child);
		}
		if (entries)
			g_dir_close(entries);
	}
	if (remove(path) < 0)
		g_warning("cannot remove %s: %s", path, g_strerror(errno));
}

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	worker_finish(worker, 0);
	if (worker->pid_fd >= 0)
		close(worker->pid_fd);
	frame_link_free(worker->link);
	close(worker->tail_fd);
	g_string_free(worker->tail, TRUE);
	if (worker->host_dir)
		remove_tree(worker->host_dir);
	g_free(worker->host_dir);
	json_decref(worker->hello);
	g_free(worker);
}
