/*
 * The agents' instructions: those that the program carries, and a person's own in their place. A folder holds files
 * named after the agents (planner.md, coding.md, part.md …); a file goes before the program's, whole.
 */
#include "agent/agent_int.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/suggest.h"

#include <string.h>

enum { INSTRUCTIONS_MAX = 256 * 1024 };

extern const struct embed_file agent_md[]; /* made by the build from agent_*.md */

struct instructions {
	GHashTable *own; /* file name of an agent ("coding") → text */
};

static const char *file_of(const struct agent *agent)
{
	return agent->file ? agent->file : agent->name;
}

static bool is_agent(const char *name)
{
	for (const struct agent *const *agent = roster_all(); *agent; agent++) {
		if (g_str_equal(file_of(*agent), name))
			return true;
	}
	return false;
}

static bool refuse_name(const char *path, const char *name, GError **error)
{
	const char *names[16] = {NULL};
	guint count = 0;
	for (const struct agent *const *agent = roster_all(); *agent; agent++)
		names[count++] = file_of(*agent);
	g_autofree char *all = g_strjoinv(" ", (char **)names);
	const char *nearest = suggest_nearest(name, names);
	g_set_error(error, AGENT_ERROR, AGENT_ERROR_INSTRUCTIONS, "%s: there is no agent \"%s\"%s%s%s; there are: %s",
		path, name, nearest ? " (did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?)" : "", all);
	return false;
}

static bool read_one(struct instructions *instructions, const char *folder, const char *file, GError **error)
{
	gsize size = 0;
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autofree char *name = g_strndup(file, strlen(file) - strlen(".md"));
	if (!is_agent(name))
		return refuse_name(path, name, error);
	g_autofree char *text = file_read(path, INSTRUCTIONS_MAX, &size, error);
	if (!text)
		return false;
	g_autofree char *stripped = g_strstrip(g_strdup(text));
	if (!*stripped || !g_utf8_validate(text, (gssize)size, NULL)) {
		g_set_error(error, AGENT_ERROR, AGENT_ERROR_INSTRUCTIONS,
			"%s %s: write the %s agent's instructions into it, or remove it", path,
			*stripped ? "is not UTF-8" : "is empty", name);
		return false;
	}
	g_hash_table_insert(instructions->own, g_steal_pointer(&name), g_steal_pointer(&text));
	return true;
}

struct instructions *instructions_open(const char *folder, GError **error)
{
	struct instructions *instructions = g_new0(struct instructions, 1);
	instructions->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GDir) dir = folder ? g_dir_open(folder, 0, NULL) : NULL;
	for (const char *file; dir && (file = g_dir_read_name(dir));) {
		if (!g_str_has_suffix(file, ".md") || read_one(instructions, folder, file, error))
			continue;
		instructions_close(instructions);
		return NULL;
	}
	return instructions;
}

void instructions_close(struct instructions *instructions)
{
	g_hash_table_unref(instructions->own);
	g_free(instructions);
}

const char *instructions_of(const struct instructions *instructions, const struct agent *agent)
{
	const char *own = instructions ? g_hash_table_lookup(instructions->own, file_of(agent)) : NULL;
	g_autofree char *name = g_strdup_printf("agent_%s.md", file_of(agent));
	for (const struct embed_file *file = agent_md; !own && file->name; file++) {
		if (g_str_equal(file->name, name))
			own = file->data;
	}
	if (!own)
		g_error("the %s agent has no instructions", file_of(agent));
	return own;
}
