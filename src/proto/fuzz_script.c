/*
 * Fuzzes the reading of scripts: any bytes. What is read must come back unchanged when nothing is set, and must still
 * be a script, without EXEMPLAR, when it is stripped. As a plain program it replays the files of the folders named.
 */
#include "base/fuzz.h"
#include "proto/script.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	OWN(script) *script = script_read((const char *)data, size, NULL);
	if (!script)
		return 0;
	g_autoptr(json_t) nothing = json_object();
	g_autoptr(json_t) sliders = script_sliders(script);
	g_autoptr(json_t) values = script_values(script);
	g_autofree char *same = script_with(script, nothing, false, NULL);
	g_autofree char *bare = script_with(script, nothing, true, NULL);
	g_assert(json_array_size(sliders) == json_object_size(values));
	g_assert_cmpstr(same, ==, script->text);
	OWN(script) *again = script_read(bare, strlen(bare), NULL);
	g_assert(again && !again->exemplar && again->params->len == script->params->len);
	for (guint i = 0; i < script->functions->len; i++) {
		const struct script_function *function = script->functions->pdata[i];
		g_assert(function->from < function->to && function->to <= size && function->first <= function->last);
	}
	return 0;
}
