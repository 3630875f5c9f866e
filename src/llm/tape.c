#include "llm/tape.h"

struct tape {
	json_t *list;
	GMutex lock;
	json_t *consumed; /* agent → index behind its last one; guarded by lock */
};

struct tape *tape_open(
	const char *file, json_t *(*load)(const char *path, GError **error), const char *needs, GError **error)
{
	g_autoptr(GError) why = NULL;
	json_t *list = file ? load(file, &why) : NULL;
	if (!list) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_CONFIG, "the %s: %s%s%s", needs, file ? file : "none is named",
			why ? ": " : "", why ? why->message : "");
		return NULL;
	}
	struct tape *tape = g_new0(struct tape, 1);
	g_mutex_init(&tape->lock);
	tape->list = list;
	tape->consumed = json_object();
	return tape;
}

void tape_close(void *tape)
{
	struct tape *closed = tape;
	g_mutex_clear(&closed->lock);
	json_decref(closed->list);
	json_decref(closed->consumed);
	g_free(closed);
}

const json_t *tape_next(struct tape *tape, const char *agent, gsize *number_out)
{
	const json_t *found = NULL;
	g_mutex_lock(&tape->lock);
	gsize i = (gsize)json_int(tape->consumed, agent, 0);
	for (; !found && i < json_array_size(tape->list); i++) {
		const json_t *each = json_array_get(tape->list, i);
		if (g_str_equal(json_str(each, "agent", ""), agent))
			found = each;
	}
	json_object_set_new(tape->consumed, agent, json_integer((json_int_t)i));
	g_mutex_unlock(&tape->lock);
	if (number_out)
		*number_out = i;
	return found;
}
