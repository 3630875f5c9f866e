/* What a session's models have cost, agent by agent, out of its events. */
#include "engine/engine_int.h"

enum { PAGE = 1000 };

static void add(json_t *row, const json_t *body)
{
	static const char *const counts[] = {"tokens_in", "tokens_cached", "tokens_out"};
	const json_t *usage = json_object_get(body, "usage");
	const json_t *usd = json_object_get(usage, "usd");
	json_object_set_new(row, "calls", json_integer(json_int(row, "calls", 0) + 1));
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set_new(
			row, counts[i], json_integer(json_int(row, counts[i], 0) + json_int(usage, counts[i], 0)));
	double seconds = (double)json_int(body, "millis", 0) / 1000;
	json_object_set_new(row, "seconds", json_real(json_num(row, "seconds", 0) + seconds));
	/* A sum with something unknown is unknown. */
	const json_t *sum = json_object_get(row, "usd");
	bool known = json_is_number(usd) && !json_is_null(sum);
	json_object_set_new(
		row, "usd", known ? json_real(json_number_value(sum) + json_number_value(usd)) : json_null());
}

static json_t *row_of(json_t *agents, const char *name)
{
	size_t i;
	json_t *row;
	json_array_foreach (agents, i, row) {
		if (g_str_equal(json_str(row, "agent", ""), name))
			return row;
	}
	row = json_make("{s:s, s:f}", "agent", name, "usd", 0.0);
	json_array_append_new(agents, row);
	return row;
}

json_t *engine_costs(struct engine *engine, const char *id, GError **error)
{
	OWN(store_session) *session = store_session_load(engine->store, id, error);
	g_autoptr(json_t) agents = json_array();
	g_autoptr(json_t) total = json_make("{s:f}", "usd", 0.0);
	gint64 after = 0;
	while (session) {
		g_autoptr(GPtrArray) events = store_event_list(engine->store, session->id, after, PAGE, error);
		if (!events)
			return NULL;
		for (guint i = 0; i < events->len; i++) {
			const struct store_event *event = events->pdata[i];
			enum event_type type = event_by_name(event->type);
			after = event->seq;
			if ((type != EVENT_STEP_FINISHED && type != EVENT_MODEL_TRIED) ||
				!json_is_object(json_object_get(event->body, "usage")))
				continue;
			add(row_of(agents, json_str(event->body, "agent", "")), event->body);
			add(total, event->body);
		}
		if (events->len < PAGE)
			return json_make("{s:O, s:O}", "agents", agents, "total", total);
	}
	return NULL;
}
