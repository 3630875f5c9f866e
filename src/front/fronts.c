/* The table of front ends: see front.h. */
#include "front/front_int.h"

struct front {
	const struct front_ops *ops;
	void *state;
};

static const struct front_ops *const fronts[] = {&front_http};

struct front *front_open(const char *name, struct engine *engine, const struct front_options *options, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(fronts); i++) {
		if (!g_str_equal(fronts[i]->name, name))
			continue;
		void *state = fronts[i]->open(engine, options, error);
		if (!state)
			return NULL;
		struct front *front = g_new0(struct front, 1);
		front->ops = fronts[i];
		front->state = state;
		return front;
	}
	g_error("no front end \"%s\"", name);
}

void front_close(struct front *front)
{
	front->ops->close(front->state);
	g_free(front);
}
