/*
 * Runs a program to its end with a time limit, and finds out which processes it leaves behind.
 *
 *   reap [--group-kill TEXT | --kill TEXT] SECONDS PROGRAM [ARG…]
 *
 * It makes itself the parent of every orphan below it (PR_SET_CHILD_SUBREAPER), so what is still its child a moment
 * after the program ended was left behind: told on the descriptor named in REAP_FD as "orphan PID NAME", and ended.
 * Only processes below this one are ever touched. --kill ends the program alone, as a crash would, as soon as it says
 * TEXT on its standard error; --group-kill ends its whole process group, as a power cut would. (By what it says and not
 * by the clock: on any machine the moment is the same one.)
 *
 * Exit code: the program's; 128 + N when signal N ended it; 124 when the time was over; 125 when processes were left
 * behind; 126 when it could not be started.
 */
#include <errno.h>
#include <poll.h>
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
	HEARD_MAX = 8192, /* a text that is waited for stands within so many bytes */
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

struct plan {
	long long deadline; /* milliseconds of the clock */
	const char *text;   /* said by the program, it is killed; NULL: never */
	bool group;
	int ear; /* the program's standard error, or -1: nobody listens */
	char heard[HEARD_MAX + 1];
	size_t length;
};

/* Starts the program; with a text to wait for its standard error goes through a pipe. */
static pid_t start(char **argv, struct plan *plan)
{
	int ends[2] = {-1, -1};
	if (plan->text && pipe(ends) != 0)
		return -1;
	plan->ear = ends[0];
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		if (plan->text) {
			dup2(ends[1], STDERR_FILENO);
			close(ends[0]);
			close(ends[1]);
		}
		execvp(argv[0], argv);
		fprintf(stderr, "reap: %s: %s\n", argv[0], strerror(errno));
		_exit(EXIT_START);
	}
	if (plan->text)
		close(ends[1]);
	return pid;
}

/* Hands on what the program says, for 5 ms at most when it says nothing. True when the text was among it. */
static bool listen_to(struct plan *plan)
{
	struct pollfd ear = {.fd = plan->ear, .events = POLLIN};
	if (poll(&ear, 1, 5) <= 0)
		return false;
	if (plan->length > HEARD_MAX / 2) { /* the text may lie across two pieces */
		memmove(plan->heard, plan->heard + plan->length - HEARD_MAX / 4, HEARD_MAX / 4);
		plan->length = HEARD_MAX / 4;
	}
	ssize_t size = read(plan->ear, plan->heard + plan->length, HEARD_MAX - plan->length);
	if (size <= 0) {
		close(plan->ear);
		plan->ear = -1;
		return false;
	}
	fwrite(plan->heard + plan->length, 1, (size_t)size, stderr);
	plan->length += (size_t)size;
	plan->heard[plan->length] = '\0';
	return strstr(plan->heard, plan->text) != NULL;
}

/* Waits for the program. False when its time was over. */
static bool wait_program(pid_t pid, struct plan *plan, int *status)
{
	while (!collect(pid, status)) {
		if (now_ms() >= plan->deadline)
			return false;
		if (plan->ear < 0) {
			sleep_ms(5);
		} else if (listen_to(plan)) {
			kill(plan->group ? -pid : pid, SIGKILL);
			close(plan->ear);
			plan->ear = -1;
		}
	}
	while (plan->ear >= 0 && !listen_to(plan) && now_ms() < plan->deadline)
		continue;
	return true;
}

/* The words of the command line. The first of the program's, or NULL: they are wrong. */
static char **read_words(int argc, char **argv, struct plan *plan)
{
	char **word = argv + 1;
	if (argc > 4 && (strcmp(*word, "--kill") == 0 || strcmp(*word, "--group-kill") == 0)) {
		plan->group = strcmp(*word, "--group-kill") == 0;
		plan->text = word[1];
		word += 2;
	}
	if (word + 1 >= argv + argc)
		return NULL;
	plan->deadline = now_ms() + strtol(*word, NULL, 10) * 1000;
	return word + 1;
}

int main(int argc, char **argv)
{
	static struct plan plan = {.ear = -1};
	char **words = read_words(argc, argv, &plan);
	if (!words) {
		fputs("usage: reap [--group-kill TEXT | --kill TEXT] SECONDS PROGRAM [ARG…]\n", stderr);
		return EXIT_START;
	}
	const char *fd = getenv("REAP_FD");
	FILE *to = fd ? fdopen((int)strtol(fd, NULL, 10), "w") : stderr;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t pid = start(words, &plan);
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
