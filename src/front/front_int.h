/* Inside front/: the row a front end fills. */
#pragma once

#include "front/front.h"

struct front_ops {
	const char *name;
	void *(*open)(struct engine *engine, const struct front_options *options, GError **error);
	void (*close)(void *state);
};

extern const struct front_ops front_http;
