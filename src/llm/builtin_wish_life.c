/* A wish's memory: see builtin_wish.h. */
#include "llm/builtin_wish.h"

struct wish *wish_new(void)
{
	struct wish *wish = g_new0(struct wish, 1);
	wish->items = json_array();
	wish->values = json_object();
	wish->understood = json_array();
	wish->ignored = json_array();
	wish->notes = json_array();
	wish->keeps = json_array();
	wish->style = g_strdup("");
	return wish;
}

void wish_free(struct wish *wish)
{
	json_decref(wish->items);
	json_decref(wish->values);
	json_decref(wish->understood);
	json_decref(wish->ignored);
	json_decref(wish->notes);
	json_decref(wish->keeps);
	g_free(wish->style);
	g_free(wish);
}
