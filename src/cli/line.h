/* Lines from a person: edited, with history, on a terminal; as they come elsewhere. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum line_end { LINE_EOF, LINE_IDLE, LINE_INTERRUPTED };

struct line;
struct line *line_open(void);
void line_close(struct line *line);

/* The next line without its end (g_free), or NULL with the reason in *end_out. Waits at most `idle_seconds` for the
 * first key (0: for ever). */
char *line_read(struct line *line, int idle_seconds, enum line_end *end_out);
bool line_is_terminal(const struct line *line);
