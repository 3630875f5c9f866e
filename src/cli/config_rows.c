/*
 * Option rows of components whose folders do not hold them yet, a table each. Names and defaults of the first four keys
 * are those of the published client, so that its configuration files go on working.
 */
#include "cli/config.h"
#include "engine/engine.h"

const struct option_row config_blender_rows[] = {
	{.name = "blender.headless_rendering",
		.type = OPTION_BOOL,
		.initial = "false",
		.about = "Render in a Blender of its own, without a window, even when one with the add-on is open."},
	{.name = "blender.gpu_rendering",
		.type = OPTION_BOOL,
		.initial = "false",
		.about = "Render on the graphics card, where Blender finds one it can use."},
	{.name = "blender.path",
		.type = OPTION_PATH,
		.initial = "",
		.about = "The Blender to run; empty for the one on the PATH. ROOT/usr/bin/blender of another system's "
			 "root folder runs with that system's libraries."},
	{.name = "blender.samples_final",
		.type = OPTION_INT,
		.initial = "32",
		.low = 1,
		.high = 4096,
		.about = "Samples for each pixel of the pictures of an accepted asset."},
	{0},
};

const struct option_row config_render_rows[] = {
	{.name = "render.num_images",
		.type = OPTION_INT,
		.initial = "5",
		.low = 1,
		.high = 10,
		.about = "How many pictures of an accepted asset are made, from evenly spread sides."},
	{.name = "render.resolution_scale",
		.type = OPTION_NUMBER,
		.initial = "1",
		.low = 0.1,
		.high = 1,
		.about = "Size of these pictures; 1 is 1920x1080, 0.5 is 960x540."},
	{.name = "render.look_views",
		.type = OPTION_INT,
		.initial = "5",
		.low = 0,
		.high = 10,
		.about = "How many small pictures the critic is shown of each candidate."},
	{.name = "render.full",
		.type = OPTION_BOOL,
		.initial = "true",
		.about = "Make the full-size pictures when an asset is accepted."},
	{0},
};

const struct option_row config_session_rows[] = {
	{.name = "session.idle_timeout",
		.type = OPTION_INT,
		.initial = "0",
		.low = 0,
		.high = 86400,
		.unit = "s",
		.about = "How long a session waits for the next wish before it ends by itself; 0 for ever."},
	{.name = "session.out_dir",
		.type = OPTION_PATH,
		.initial = "./ll3m-out",
		.about = "The folder in which each session gets a folder of its own."},
	{0},
};

static const char *const texture_sizes[] = {"512", "1024", "2048", "4096", NULL};

const struct option_row config_export_rows[] = {
	{.name = "export.bake",
		.type = OPTION_BOOL,
		.initial = "true",
		.about = "Bake materials into textures, so that files look as the asset does in Blender."},
	{.name = "export.texture_size",
		.type = OPTION_CHOICE,
		.initial = "2048",
		.choices = texture_sizes,
		.about = "The side of a baked texture at the most, in texels."},
	{.name = "export.bake_seconds",
		.type = OPTION_INT,
		.initial = "120",
		.low = 1,
		.high = 3600,
		.unit = "s",
		.about =
			"How long one bake may take; past it the textures get smaller, then there are vertex colours."},
	{.name = "export.bake_memory_mb",
		.type = OPTION_INT,
		.initial = "2048",
		.low = 64,
		.high = 1048576,
		.unit = "MiB",
		.about = "What one bake may take of memory."},
	{.name = "export.occlusion",
		.type = OPTION_BOOL,
		.initial = "false",
		.about = "Bake ambient occlusion, too, for engines that want it."},
	{.name = "export.check",
		.type = OPTION_BOOL,
		.initial = "true",
		.about =
			"Read each written file back and hold it against the asset; the result stands in report.json."},
	{.name = "export.provenance",
		.type = OPTION_BOOL,
		.initial = "true",
		.about = "Say in each file what it was made from: prompt, version, program, licence."},
	{.name = "export.licence",
		.type = OPTION_STRING,
		.initial = "",
		.about = "The licence that is said in each file."},
	{0},
};

static const char *const store_kinds_known[] = {"sqlite", "memory", NULL};

const struct option_row config_store_rows[] = {
	{.name = "store.kind",
		.type = OPTION_CHOICE,
		.initial = "sqlite",
		.choices = store_kinds_known,
		.about = "Where sessions are kept; memory forgets them at the end."},
	{.name = "store.path",
		.type = OPTION_PATH,
		.initial = "",
		.about = "The folder of the store; empty for $XDG_DATA_HOME/ll3m."},
	{0},
};

const struct option_row config_library_rows[] = {
	{.name = "library.path",
		.type = OPTION_PATH,
		.initial = "",
		.about = "The exemplar library; empty for the one that is installed with ll3m."},
	{0},
};

static const char *const sandboxes_known[] = {"bubblewrap", "none", NULL};

const struct option_row config_exec_rows[] = {
	{.name = "sandbox.kind",
		.type = OPTION_CHOICE,
		.initial = "bubblewrap",
		.choices = sandboxes_known,
		.about = "What keeps generated scripts in; none lets them do all that you may do."},
	{.name = "sandbox.memory_mb",
		.type = OPTION_INT,
		.initial = "8192",
		.low = 512,
		.high = 1048576,
		.unit = "MiB",
		.about = "Address space of one Blender worker."},
	{.name = "sandbox.disk_mb",
		.type = OPTION_INT,
		.initial = "1024",
		.low = 16,
		.high = 1048576,
		.unit = "MiB",
		.about = "What one worker may write."},
	{.name = "exec.spare",
		.type = OPTION_INT,
		.initial = "1",
		.low = 0,
		.high = 4,
		.about = "Workers kept started and ready, so that a run need not wait for one."},
	{.name = "exec.most",
		.type = OPTION_INT,
		.initial = "4",
		.low = 1,
		.high = 64,
		.about = "Workers at once; further jobs wait."},
	{.name = "exec.script_seconds",
		.type = OPTION_INT,
		.initial = "60",
		.low = 1,
		.high = 3600,
		.unit = "s",
		.about = "How long one script may run."},
	{0},
};

const struct option_row config_refine_rows[] = {
	{.name = "refine.rounds",
		.type = OPTION_INT,
		.initial = "3",
		.low = 0,
		.high = 3,
		.about = "Rounds of automatic refinement at most."},
	{.name = "refine.repairs",
		.type = OPTION_INT,
		.initial = "2",
		.low = 0,
		.high = 10,
		.about = "Repairs of one failing script at most."},
	{0},
};

static const char *const strategies_known[] = {"auto", "whole", "parts", NULL};

const struct option_row config_work_rows[] = {
	{.name = "models.strategy",
		.type = OPTION_CHOICE,
		.initial = "auto",
		.choices = strategies_known,
		.about = "How the first script is written: in one answer, or a part an answer, side by side; auto: as "
			 "suits the coding agent's model."},
	{.name = "models.parallel",
		.type = OPTION_INT,
		.initial = "4",
		.low = 1,
		.high = 64,
		.about = "Calls of models at once, where parts are written side by side."},
	{0},
};

#define BUDGET(key, whose, what, unit_)                                                                                \
	{                                                                                                              \
		.name = "budget." key, .type = OPTION_NUMBER, .initial = "0", .low = 0, .high = 1e12, .unit = unit_,   \
		.about = "What " whose " may cost in " what " at the most; 0: no limit."                               \
	}
const struct option_row config_budget_rows[] = {
	BUDGET("usd", "a run", "calls of models", "USD"),
	BUDGET("tokens", "a run", "tokens read and written by models", "tokens"),
	BUDGET("minutes", "a run", "work, that of steps at the same time counted each", "min"),
	BUDGET("session_usd", "a session", "calls of models", "USD"),
	BUDGET("session_tokens", "a session", "tokens read and written by models", "tokens"),
	BUDGET("session_minutes", "a session", "work", "min"),
	BUDGET("day_usd", "a day", "calls of models", "USD"),
	BUDGET("day_tokens", "a day", "tokens read and written by models", "tokens"),
	BUDGET("day_minutes", "a day", "work", "min"),
	{0},
};

const struct option_row *const config_tables[] = {config_blender_rows, config_render_rows, config_session_rows,
	config_store_rows, llm_option_rows, config_library_rows, config_exec_rows, config_refine_rows,
	config_export_rows, config_work_rows, config_budget_rows, NULL};
