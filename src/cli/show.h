/* Lists that several commands print. Each returns an exit code; all go to standard output, as JSON when asked. */
#pragma once

#include "cli/cli.h"

/* Sessions that have a finished asset: their ids. */
int show_finished(struct cli *cli);
/* All sessions, a line each. */
int show_sessions(struct cli *cli);
int show_versions(struct cli *cli, const char *session);
/* What the session's models have cost, an agent a line. */
int show_costs(struct cli *cli, const char *session);
int show_params(struct cli *cli, const char *session);
/* Reads "A..B", two numbers of versions. */
bool show_read_pair(const char *text, int *before_out, int *after_out);
/* What changed between two versions (0: the head's parent, and the head). */
int show_difference(struct cli *cli, const char *session, int before, int after);
/* Says on standard error when there are runs that can be continued. */
void show_unfinished(struct cli *cli);
