/*
 * Runs a program to its end with a time limit, and finds out which processes it leaves behind.
 *
 *   reap [--group-kill MS | --kill MS] SECONDS PROGRAM [ARG…]
 *
 * It makes itself the parent of every orphan below it (PR_SET_CHILD_SUBREAPER), so what is still its child a moment
 * after the program ended was left behind: told on the descriptor named in REAP_FD as "orphan PID NAME", and ended.
 * Only processes below this one are ever touched. --kill ends the program alone after so many milliseconds, as a crash
 * would;
 * --group-kill ends its whole process group, as a power cut would.
 *
 * Exit code: the program's; 128 + N when signal N ended it; 124 when the time was over; 125 when processes were left
 * behind; 126 when it could not be started.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	EXIT_TIME = 124,
	EXIT_ORPHANS = 125,
	EXIT_START = 126,
	GRACE_MS = 3000, /* for processes that end with the program */
	CHILDREN_MAX = 256,
};

static long long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void sleep_ms(long ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&time, NULL);
}

/* The processes whose parent this one is. */
static int children(pid_t *pids)
{
	char path[64];
	int count = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "r");
	while (file && count < CHILDREN_MAX && fscanf(file, "%d", &pids[count]) == 1)
		count++;
	if (file)
		fclose(file);
	return count;
}

static void tell_orphan(FILE *to, pid_t pid)
{
	char path[64];
	char name[64] = "?";
	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	FILE *file = fopen(path, "r");
	if (file && fgets(name, sizeof name, file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	fprintf(to, "orphan %d %s\n", (int)pid, name);
}

/* Collects who has ended; the program's own status in *status. True when it is among them. */
static bool collect(pid_t program, int *status)
{
	bool ended = false;
	int each;
	for (pid_t pid; (pid = waitpid(-1, &each, WNOHANG)) > 0;) {
		if (pid != program)
			continue;
		ended = true;
		*status = each;
	}
	return ended;
}

/* Ends all that is below this process, generation after generation. True when there was something. */
static bool sweep(FILE *to)
{
	pid_t pids[CHILDREN_MAX];
	int status;
	bool any = false;
	for (int count; (count = children(pids)) > 0; sleep_ms(20)) {
		for (int i = 0; i < count; i++) {
			if (!any)
				tell_orphan(to, pids[i]);
			kill(pids[i], SIGKILL);
		}
		any = true;
		while (waitpid(-1, &status, WNOHANG) > 0)
			continue;
	}
	return any;
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	setpgid(0, 0);
	execvp(argv[0], argv);
	fprintf(stderr, "reap: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_START);
}

struct plan {
	long long deadline, kill_at; /* milliseconds of the clock; kill_at 0: never */
	bool group;
};

/* Waits for the program. False when its time was over. */
static bool wait_program(pid_t pid, const struct plan *plan, int *status)
{
	bool killed = plan->kill_at == 0;
	while (!collect(pid, status)) {
		if (now_ms() >= plan->deadline)
			return false;
		if (!killed && now_ms() >= plan->kill_at) {
			kill(plan->group ? -pid : pid, SIGKILL);
			killed = true;
		}
		sleep_ms(5);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct plan plan = {0};
	long long begun = now_ms();
	char **word = argv + 1;
	if (argc > 4 && (strcmp(*word, "--kill") == 0 || strcmp(*word, "--group-kill") == 0)) {
		plan.group = strcmp(*word, "--group-kill") == 0;
		plan.kill_at = begun + strtol(word[1], NULL, 10);
		word += 2;
	}
	if (word + 1 >= argv + argc) {
		fputs("usage: reap [--group-kill MS | --kill MS] SECONDS PROGRAM [ARG…]\n", stderr);
		return EXIT_START;
	}
	plan.deadline = begun + strtol(*word, NULL, 10) * 1000;
	const char *fd = getenv("REAP_FD");
	FILE *to = fd ? fdopen((int)strtol(fd, NULL, 10), "w") : stderr;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t pid = start(word + 1);
	int status = 0;
	pid_t pids[CHILDREN_MAX];
	bool in_time = pid > 0 && wait_program(pid, &plan, &status);
	for (long long until = now_ms() + GRACE_MS; in_time && children(pids) > 0 && now_ms() < until; sleep_ms(20))
		collect(pid, &status);
	bool orphans = sweep(to ? to : stderr);
	if (!in_time)
		return EXIT_TIME;
	if (orphans)
		return EXIT_ORPHANS;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
