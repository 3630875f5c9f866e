#include "llm/tape.h"

struct tape {
	json_t *list;
	GMutex lock;
	bool *taken; /* of each; guarded by lock */
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
	tape->taken = g_new0(bool, json_array_size(list));
	return tape;
}

void tape_close(void *tape)
{
	struct tape *closed = tape;
	g_mutex_clear(&closed->lock);
	json_decref(closed->list);
	g_free(closed->taken);
	g_free(closed);
}

const json_t *tape_take(
	struct tape *tape, const char *agent, tape_fits_fn fits, void *arg, gsize *number_out, const json_t **other_out)
{
	const json_t *found = NULL;
	gsize number = 0;
	*other_out = NULL;
	g_mutex_lock(&tape->lock);
	for (gsize i = 0; !found && i < json_array_size(tape->list); i++) {
		const json_t *each = json_array_get(tape->list, i);
		if (tape->taken[i] || !g_str_equal(json_str(each, "agent", ""), agent))
			continue;
		if (fits(each, arg)) {
			found = each;
			tape->taken[i] = true;
		} else if (!*other_out) {
			*other_out = each;
		}
		if (found || *other_out == each)
			number = i + 1;
	}
	g_mutex_unlock(&tape->lock);
	*number_out = number;
	return found;
}
