/* Fenced blocks: see extract.h. */
#include "agent/extract.h"

#include <string.h>

/* The length of the fence that opens or closes at `line`, 0 when there is none; *mark_out is its character. */
static gsize fence_at(const char *line, char *mark_out)
{
	gsize indent = strspn(line, " ");
	const char *start = line + indent;
	if (indent > 3 || (*start != '`' && *start != '~'))
		return 0;
	gsize length = strspn(start, *start == '`' ? "`" : "~");
	*mark_out = *start;
	return length >= 3 ? length : 0;
}

static gboolean language_is(const char *line, const char *language)
{
	const char *info = line + strspn(line, " `~");
	gsize length = strcspn(info, " \t\r\n{");
	return length == strlen(language) && g_ascii_strncasecmp(info, language, length) == 0;
}

GPtrArray *extract_fences(const char *text, const char *language)
{
	GPtrArray *blocks = g_ptr_array_new_with_free_func(g_free);
	gsize open = 0;
	char open_mark = 0;
	const char *from = NULL;
	gboolean wanted = FALSE;
	for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		char mark = 0;
		gsize length = fence_at(line, &mark);
		if (!open && length) {
			const char *end = strchr(line, '\n');
			open = length;
			open_mark = mark;
			wanted = language_is(line, language);
			from = end ? end + 1 : line + strlen(line);
		} else if (open && length >= open && mark == open_mark) {
			if (wanted)
				g_ptr_array_add(blocks, g_strndup(from, (gsize)(line - from)));
			open = 0;
		}
	}
	if (open && wanted)
		g_ptr_array_add(blocks, g_strdup(from));
	return blocks;
}
