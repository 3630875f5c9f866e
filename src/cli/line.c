/* Lines from a person: see line.h. Editing is libedit's, through its readline-compatible callbacks, so that waiting can
 * have a limit. */
#include "cli/line.h"

#include <editline/readline.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 1024 * 1024,
	HISTORY_MOST = 500,
};

struct line {
	bool terminal;
	char *history;    /* path */
	GString *pending; /* read and not yet given; not on a terminal */
};

/* libedit's callback has no argument, so the line it gives stands here while line_read() waits; one reader a process.
 */
static char *given;
static bool given_end;
static volatile sig_atomic_t interrupted;

static void take_line(char *text)
{
	given = text;
	given_end = true;
}

static void on_interrupt(int number)
{
	interrupted = 1;
}

struct line *line_open(void)
{
	struct line *line = g_new0(struct line, 1);
	line->terminal = isatty(STDIN_FILENO);
	line->pending = g_string_new(NULL);
	if (line->terminal) {
		g_autofree char *folder = g_build_filename(g_get_user_state_dir(), "ll3m", NULL);
		line->history = g_build_filename(folder, "history", NULL);
		rl_initialize();
		using_history();
		stifle_history(HISTORY_MOST);
		if (g_mkdir_with_parents(folder, 0700) < 0 || read_history(line->history) != 0)
			g_debug("no history at %s", line->history);
	}
	return line;
}

void line_close(struct line *line)
{
	if (line->terminal && write_history(line->history) != 0)
		g_debug("history not written to %s", line->history);
	g_string_free(line->pending, TRUE);
	g_free(line->history);
	g_free(line);
}

bool line_is_terminal(const struct line *line)
{
	return line->terminal;
}

/* Waits for something to read. False when the time is over or Ctrl-C was pressed. */
static bool wait_input(int idle_seconds, enum line_end *end_out)
{
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	int ready = poll(&fd, 1, idle_seconds > 0 ? idle_seconds * 1000 : -1);
	if (ready > 0)
		return true;
	*end_out = ready == 0 ? LINE_IDLE : LINE_INTERRUPTED;
	return false;
}

static char *read_edited(int idle_seconds, enum line_end *end_out)
{
	struct sigaction action = {.sa_handler = on_interrupt};
	struct sigaction before;
	char *line = NULL;
	given = NULL;
	given_end = false;
	interrupted = 0;
	sigaction(SIGINT, &action, &before);
	rl_callback_handler_install("> ", take_line);
	*end_out = LINE_EOF;
	while (!given_end && !interrupted && wait_input(idle_seconds, end_out))
		rl_callback_read_char();
	rl_callback_handler_remove();
	sigaction(SIGINT, &before, NULL);
	if (given) {
		if (*given)
			add_history(given);
		line = g_strdup(given);
		free(given);
	}
	return line;
}

/* Takes the first line out of what is pending. NULL when there is no whole one. */
static char *take_pending(struct line *line)
{
	const char *end = memchr(line->pending->str, '\n', line->pending->len);
	if (!end)
		return NULL;
	gsize size = (gsize)(end - line->pending->str);
	char *text = g_strndup(line->pending->str, MIN(size, LINE_MAX_BYTES));
	g_string_erase(line->pending, 0, (gssize)size + 1);
	return text;
}

/* What a line has beyond the most is read and dropped, so that its rest is not taken for a line of its own. */
static char *read_plain(struct line *line, int idle_seconds, enum line_end *end_out)
{
	char bytes[64 * 1024];
	char *text = take_pending(line);
	*end_out = LINE_EOF;
	while (!text && wait_input(idle_seconds, end_out)) {
		ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			text = line->pending->len ? g_strdup(line->pending->str) : NULL;
			g_string_truncate(line->pending, 0);
			return text;
		}
		const char *end = memchr(bytes, '\n', (gsize)n);
		gsize room = LINE_MAX_BYTES - MIN(line->pending->len, LINE_MAX_BYTES);
		if (end || (gsize)n <= room)
			g_string_append_len(line->pending, bytes, n);
		else
			g_string_append_len(line->pending, bytes, (gssize)room);
		text = take_pending(line);
	}
	return text;
}

char *line_read(struct line *line, int idle_seconds, enum line_end *end_out)
{
	return line->terminal ? read_edited(idle_seconds, end_out) : read_plain(line, idle_seconds, end_out);
}
