/* Fuzzer of agents' answers, whatever their kind. Built without libFuzzer it replays the files of the folders it is
 * given. */
#include "agent/agent.h"
#include "base/fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	if (size == 0)
		return 0;
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) answer = agent_read_answer(data[0] % 6, text, &error);
	g_assert(!answer == !!error);
	return 0;
}
