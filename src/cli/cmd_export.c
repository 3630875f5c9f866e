/* `ll3m export ID`: writes a version in further formats. */
#include "cli/follow.h"

#include <stdio.h>

static const struct arg_row rows[] = {
	{"format", "FORMAT", "blend, glb, gltf, obj, stl, ply, fbx, usdc, usdz or 3mf; may be given often", true},
	{"profile", "PROFILE", "what it is for: web, game, print or archive", false},
	{"to", "DIR",
		"the folder to write into (default: the version's own, with a profile a folder of its name below)",
		false},
	{"texture-size", "TEXELS", "the side of a baked texture at the most: 512, 1024, 2048 or 4096", false},
	{"triangles", "N", "how many the profile game may keep", false},
	{"print-height", "MM",
		"how high the profile print makes the asset (default: 100, or what fits on a plate of 256 mm)", false},
	{"version-number", "N", "which version (default: the current one)", false},
	{NULL, NULL, NULL, false},
};

/* Options of this command that stand for settings, for this call. */
static const char *const settings[][2] = {
	{"texture-size", "export.texture_size"},
	{"triangles", "export.triangles"},
	{"print-height", "export.print_height_mm"},
};

static bool apply_settings(struct cli *cli, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		const char *value = args_get(cli->args, settings[i][0]);
		if (value && !options_set(cli->options, settings[i][1], value, "command line", error))
			return false;
	}
	return true;
}

static json_t *make_body(const struct args *args)
{
	json_t *formats = json_array();
	for (const char *const *format = args_all(args, "format"); *format; format++)
		json_array_append_new(formats, json_text(*format));
	json_t *body = json_make("{s:s, s:o}", "kind", "export", "formats", formats);
	const char *number = args_get(args, "version-number");
	if (args_get(args, "to")) {
		g_autofree char *folder = g_canonicalize_filename(args_get(args, "to"), NULL);
		json_object_set_new(body, "dir", json_text(folder));
	}
	if (args_get(args, "profile"))
		json_object_set_new(body, "profile", json_text(args_get(args, "profile")));
	if (number)
		json_object_set_new(body, "version", json_integer(g_ascii_strtoll(number, NULL, 10)));
	return body;
}

static int run(struct cli *cli)
{
	int code;
	size_t i;
	json_t *file;
	struct ending ending = {0};
	g_autoptr(GError) error = NULL;
	if (args_words(cli->args) != 1)
		return cli_usage("ll3m export takes the id of one session");
	if (!apply_settings(cli, &error))
		return cli_usage("%s", error->message);
	if (!cli_connect(cli, &code))
		return code;
	g_autofree char *id = follow_session_id(cli, args_word(cli->args, 0), &error);
	if (!id)
		return cli_fail(error);
	OWN(console) *console = console_new(cli, id);
	code = follow_run(console, id, make_body(cli->args), &ending);
	if (cli->json && ending.result) {
		cli_print_json(json_incref(ending.result));
	} else {
		json_array_foreach (json_object_get(ending.result, "files"), i, file)
			puts(json_is_string(file) ? json_string_value(file) : json_str(file, "name", ""));
	}
	ending_clear(&ending);
	return code;
}

const struct command cmd_export = {"export", "export ID [--format FORMAT …] [--profile PROFILE]",
	"Writes an asset in further formats.", NULL, rows, run};
