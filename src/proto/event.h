/* The closed list of events (event.def): what is told to the outside about a session, stored before it is sent. */
#pragma once

enum event_type {
#define EVENT(id, name, body) EVENT_##id,
#include "proto/event.def"
#undef EVENT
	EVENT_COUNT
};

/* "run.finished" */
const char *event_name(enum event_type type);
/* The type of a name, or EVENT_COUNT when there is none such. */
enum event_type event_by_name(const char *name);
/* What the body holds, in words, for the generated page. */
const char *event_body_doc(enum event_type type);
