/* The closed list of events: see event.h. */
#include "proto/event.h"

#include <string.h>

static const struct {
	const char *name;
	const char *body;
} rows[] = {
#define EVENT(id, name, body) {name, body},
#include "proto/event.def"
#undef EVENT
};

const char *event_name(enum event_type type)
{
	return rows[type].name;
}

enum event_type event_by_name(const char *name)
{
	int type = 0;
	while (type < EVENT_COUNT && strcmp(rows[type].name, name) != 0)
		type++;
	return type;
}

const char *event_body_doc(enum event_type type)
{
	return rows[type].body;
}
