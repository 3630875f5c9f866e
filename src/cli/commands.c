/* The table of commands. To add one: a file cmd_<name>.c with its struct command, and a row here. */
#include "cli/cli.h"

extern const struct command cmd_create, cmd_run, cmd_lint, cmd_sessions, cmd_versions, cmd_undo, cmd_redo, cmd_set,
	cmd_export, cmd_config, cmd_doctor, cmd_models, cmd_kb;

const struct command *const commands[] = {&cmd_create, &cmd_run, &cmd_lint, &cmd_sessions, &cmd_versions, &cmd_undo,
	&cmd_redo, &cmd_set, &cmd_export, &cmd_config, &cmd_doctor, &cmd_models, &cmd_kb, NULL};
