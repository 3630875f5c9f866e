/*
 * Locals that own memory. GLib's g_autoptr() wants typedef names; our structs are not hidden behind typedefs, so OWN(x)
 * is the same thing for `struct x` with an x_free() (or the function that OWN_DEFINE names): OWN(script) *script =
 * script_read(…);   freed when the scope ends, NULL is fine
 */
#pragma once

#include <glib.h>

#define OWN_DEFINE(name, release)                                                                                      \
	static inline void own_##name(struct name **pointer)                                                           \
	{                                                                                                              \
		if (*pointer)                                                                                          \
			release(*pointer);                                                                             \
	}
#define OWN(name) __attribute__((cleanup(own_##name), unused)) struct name
