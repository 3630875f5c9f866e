/* The API dump as it comes from Blender: whatever it holds, the reader answers or refuses, and what it made can be
 * indexed and asked. */
#include "base/fuzz.h"
#include "rag/rag_int.h"

static bool give(
	const json_t *known, json_t **key_out, GBytes **dump_out, struct cancel *cancel, void *arg, GError **error)
{
	*key_out = json_object();
	*dump_out = g_bytes_ref(arg);
	return true;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	const struct rag_options options = {.library_dir = "/nonexistent", .api = give, .api_arg = bytes};
	OWN(rag) *rag = rag_open(&options);
	g_autoptr(json_t) queries = json_make("[s, s]", "bevel edges", "x.y");
	g_autoptr(json_t) hits G_GNUC_UNUSED = rag_search(rag, queries, NULL, NULL, NULL);
	g_autoptr(json_t) why = json_make("{s:{s:s}}", "failure", "message", "'B' object has no attribute 'z'");
	g_autoptr(json_t) chunks G_GNUC_UNUSED = rag_explain(rag, "B.z", why, NULL, NULL);
	return 0;
}
