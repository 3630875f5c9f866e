/* How long `ll3m --help` takes, as a whole process, beside /bin/true. Usage: bench_help PROGRAM */
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIMES = 51 };

static int compare(const void *a, const void *b)
{
	gint64 x = *(const gint64 *)a;
	gint64 y = *(const gint64 *)b;
	return (x > y) - (x < y);
}

static double median_ms(const char *program, const char *word)
{
	gint64 times[TIMES];
	for (int i = 0; i < TIMES; i++) {
		gint64 start = g_get_monotonic_time();
		int status = 0;
		pid_t pid = fork();
		if (pid == 0) {
			dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
			execl(program, program, word, NULL);
			_exit(127);
		}
		if (waitpid(pid, &status, 0) != pid || status != 0)
			g_error("%s ended with %d", program, status);
		times[i] = g_get_monotonic_time() - start;
	}
	qsort(times, TIMES, sizeof *times, compare);
	return (double)times[TIMES / 2] / 1000;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	printf("--help: median %.1f ms; /bin/true: %.1f ms (n = %d)\n", median_ms(argv[1], "--help"),
		median_ms("/bin/true", "--help"), TIMES);
	return 0;
}
