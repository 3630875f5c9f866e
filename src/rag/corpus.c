/* The corpus as a container, and the words that artists use: see corpus.h. */
#include "rag/corpus.h"

#include "rag/tokens.h"

#include <string.h>

#define ENTRY 0.4 /* added to the prior of what synonyms.def names by its symbol */

static void chunk_free(void *data)
{
	struct chunk *chunk = data;
	g_free(chunk->symbol);
	g_free(chunk->kind);
	g_free(chunk->name);
	g_free(chunk->doc);
	g_free(chunk->members);
	g_free(chunk->also);
	g_free(chunk->text);
	g_free(chunk->source);
	g_free(chunk);
}

static void member_free(void *data)
{
	struct member *member = data;
	g_free(member->owner);
	g_free(member->name);
	g_free(member->kind);
	g_free(member->line);
	g_free(member);
}

struct corpus *corpus_new(void)
{
	struct corpus *corpus = g_new0(struct corpus, 1);
	corpus->chunks = g_ptr_array_new_with_free_func(chunk_free);
	corpus->members = g_ptr_array_new_with_free_func(member_free);
	corpus->bases = g_ptr_array_new_with_free_func(g_free);
	return corpus;
}

void corpus_free(struct corpus *corpus)
{
	g_ptr_array_unref(corpus->chunks);
	g_ptr_array_unref(corpus->members);
	g_ptr_array_unref(corpus->bases);
	json_decref(corpus->key);
	g_free(corpus);
}

/* ---- counting ---- */
GHashTable *tally_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

int tally_of(GHashTable *tally, const char *name)
{
	const int *count = g_hash_table_lookup(tally, name);
	return count ? *count : 0;
}

void tally_add(GHashTable *tally, const char *name, int count)
{
	int sum = tally_of(tally, name) + count;
	g_hash_table_insert(tally, g_strdup(name), g_memdup2(&sum, sizeof sum));
}

/* ---- synonyms ---- */
static const struct {
	const char *of;   /* words of the symbol or the name that must all be there */
	const char *also; /* what it is called by those who do not know the name */
} synonyms[] = {
#define ALSO(of, also) {of, also},
#include "rag/synonyms.def"
#undef ALSO
};

static bool has_all(GPtrArray *have, const char *wanted)
{
	g_autoptr(GPtrArray) words = tokens_of(wanted);
	for (guint i = 0; i < words->len; i++) {
		if (!g_ptr_array_find_with_equal_func(have, words->pdata[i], g_str_equal, NULL))
			return false;
	}
	return true;
}

/* The words for a chunk; *entry_out is set when the table names its very symbol: then it is where one enters the API.
 */
static char *also_of(const struct chunk *chunk, bool *entry_out)
{
	g_autofree char *title = g_strdup_printf("%s %s %s", chunk->kind, chunk->symbol, chunk->name);
	g_autoptr(GPtrArray) have = tokens_of(title);
	g_autoptr(GString) also = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(synonyms); i++) {
		const char *of = synonyms[i].of;
		bool entry = g_str_equal(of, chunk->symbol);
		*entry_out = *entry_out || entry;
		if (entry || (!strchr(of, '.') && has_all(have, of)))
			g_string_append_printf(also, "%s%s", also->len ? " " : "", synonyms[i].also);
	}
	return g_string_free(g_steal_pointer(&also), FALSE);
}

void corpus_add(struct corpus *corpus, const struct chunk *given)
{
	struct chunk *chunk = g_new(struct chunk, 1);
	*chunk = *given;
	char **const texts[] = {
		&chunk->symbol, &chunk->kind, &chunk->name, &chunk->doc, &chunk->members, &chunk->text, &chunk->source};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (!*texts[i])
			*texts[i] = g_strdup("");
	}
	bool entry = false;
	chunk->also = also_of(chunk, &entry);
	if (chunk->prior == 0)
		chunk->prior = 1;
	if (entry)
		chunk->prior += ENTRY;
	g_ptr_array_add(corpus->chunks, chunk);
}

void corpus_add_member(struct corpus *corpus, const char *owner, const char *name, const char *kind, const char *line)
{
	struct member *member = g_new(struct member, 1);
	*member = (struct member){g_strdup(owner), g_strdup(name), g_strdup(kind), g_strdup(line)};
	g_ptr_array_add(corpus->members, member);
}
