/*
 * One query becomes a ranking. FTS5 gives the candidates: any of the query's rarer words, frequent ones in symbols only
 * (a word that stands in every twentieth chunk costs milliseconds and tells little). They are then ordered by what BM25
 * does not see: how much of the symbol the query says, how much of the query the symbol answers, whether the query
 * names it outright, and whether exemplars use it.
 */
#include "rag/rag_int.h"
#include "rag/tokens.h"

#include <math.h>
#include <string.h>

enum {
	READ_MOST = 250, /* words of a query */
	TERMS_MOST = 12, /* of a query, the most telling ones */
	INSIDE_MOST = 6, /* and of those looked for among members */
	LEAD = 6,        /* words at the beginning that say what a longer query is about */
	DESCRIBED = 10,  /* terms from which on a query is a description */
	CANDIDATES = 100,
	IDENTIFIERS_MOST = 16,
	SAID_BELOW = 8, /* percent of the chunks: a word that more of them say is not looked for */
	INSIDE_BELOW = 2,
	MEMBERS_MOST = 2, /* of one type in an answer to one query */
};
/* Shares of a score, beside 1 for the best BM25 over what chunks say themselves; set by bench_rag on the halves to look
 * at. */
#define INSIDE_WEIGHT 0.2 /* BM25 over members */
#define BOTH 0.5          /* how much the query and the symbol are the same words */
#define OF_SYMBOL 0.3
#define OF_QUERY 0.3
#define NAMED 0.6        /* the query names the symbol outright */
#define OWNER_SHARE 0.15 /* of its best member's score, for an owner */

struct term {
	char *word;
	double count;     /* in the query; what stands at its beginning counts more */
	int docs, inside; /* in how many chunks it is said, and how many have members that say it */
	double weight;    /* how telling it is */
};

struct query {
	struct index *index;
	GPtrArray *terms;       /* of struct term, most telling first */
	GHashTable *by_word;    /* word → term, borrowed */
	GPtrArray *identifiers; /* of char *, as written */
	double weight;          /* of all terms */
	bool described;         /* it is long */
};

static void term_free(void *data)
{
	struct term *term = data;
	g_free(term->word);
	g_free(term);
}

/* ---- the query's words ---- */
static double rarity(const struct index *index, int docs)
{
	return log(1.0 + (index->chunks + 0.5) / (docs + 0.5));
}

static bool look_up(struct index *index, struct term *term)
{
	sqlite3_reset(index->term);
	sqlite3_bind_text(index->term, 1, term->word, -1, SQLITE_STATIC);
	if (sqlite3_step(index->term) != SQLITE_ROW)
		return false;
	term->docs = sqlite3_column_int(index->term, 0);
	term->inside = sqlite3_column_int(index->term, 1);
	return true;
}

/* How many chunks say a word; remembered, as the words of symbols are few. */
static int docs_of(struct index *index, const char *word)
{
	const int *known = g_hash_table_lookup(index->docs, word);
	if (known)
		return *known;
	struct term term = {.word = (char *)word};
	look_up(index, &term);
	tally_add(index->docs, word, term.docs);
	return term.docs;
}

/* A word that no chunk has may be the beginning of one that is there: "subdiv". */
static bool look_near(struct index *index, struct term *term)
{
	if (strlen(term->word) < 4)
		return false;
	sqlite3_reset(index->near);
	sqlite3_bind_text(index->near, 1, term->word, -1, SQLITE_STATIC);
	if (sqlite3_step(index->near) != SQLITE_ROW)
		return false;
	char *word = g_strdup((const char *)sqlite3_column_text(index->near, 0));
	g_free(term->word);
	term->word = word;
	term->docs = sqlite3_column_int(index->near, 1);
	term->inside = sqlite3_column_int(index->near, 2);
	return true;
}

static void add_term(struct query *query, const char *word, bool guess, double count)
{
	struct term *known = g_hash_table_lookup(query->by_word, word);
	if (known) {
		known->count += count;
		return;
	}
	struct term *term = g_new0(struct term, 1);
	term->word = g_strdup(word);
	term->count = count;
	if ((!look_up(query->index, term) && (!guess || !look_near(query->index, term))) ||
		g_hash_table_contains(query->by_word, term->word)) {
		term_free(term);
		return;
	}
	g_ptr_array_add(query->terms, term);
	g_hash_table_insert(query->by_word, term->word, term);
}

static int by_weight(const void *a, const void *b)
{
	const struct term *one = *(struct term *const *)a, *two = *(struct term *const *)b;
	return two->weight > one->weight ? 1 : two->weight < one->weight ? -1 : strcmp(one->word, two->word);
}

static void read_query(struct query *query, struct index *index, const char *text)
{
	g_autoptr(GPtrArray) words = tokens_of(text);
	*query = (struct query){.index = index,
		.terms = g_ptr_array_new_with_free_func(term_free),
		.by_word = g_hash_table_new(g_str_hash, g_str_equal),
		.identifiers = tokens_identifiers(text)};
	for (guint i = 0; i < MIN(words->len, READ_MOST); i++) {
		double count = i < LEAD ? 2 : 1;
		if (!token_is_empty(words->pdata[i]))
			add_term(query, words->pdata[i], true, count);
		if (i + 1 < words->len) { /* "key frame" is "keyframe" */
			g_autofree char *pair = g_strconcat(words->pdata[i], words->pdata[i + 1], NULL);
			add_term(query, pair, false, count);
		}
	}
	for (guint i = 0; i < query->terms->len; i++) {
		struct term *term = query->terms->pdata[i];
		term->weight = rarity(index, term->docs) * (1 + log(term->count));
	}
	query->described = query->terms->len >= DESCRIBED;
	g_ptr_array_sort(query->terms, by_weight);
	while (query->terms->len > TERMS_MOST) {
		struct term *last = query->terms->pdata[query->terms->len - 1];
		g_hash_table_remove(query->by_word, last->word);
		g_ptr_array_remove_index(query->terms, query->terms->len - 1);
	}
	for (guint i = 0; i < query->terms->len; i++)
		query->weight += ((struct term *)query->terms->pdata[i])->weight;
}

static void query_clear(struct query *query)
{
	g_hash_table_unref(query->by_word);
	g_ptr_array_unref(query->terms);
	g_ptr_array_unref(query->identifiers);
}

/* ---- candidates ---- */
struct found {
	gint64 id;
	double said, inside; /* BM25 over the chunk's own words, and over its members' */
};

static struct found *find(GHashTable *found, gint64 id)
{
	struct found *each = g_hash_table_lookup(found, &id);
	if (!each) {
		each = g_new0(struct found, 1);
		each->id = id;
		g_hash_table_insert(found, &each->id, each);
	}
	return each;
}

/* Any of the terms that are rare enough; the most telling one in any case. */
static char *match_of(const struct query *query, bool inside)
{
	int chunks = query->index->chunks, left = inside ? INSIDE_MOST : TERMS_MOST;
	g_autoptr(GString) match = g_string_new(NULL);
	for (guint i = 0; i < query->terms->len && left > 0; i++) {
		const struct term *term = query->terms->pdata[i];
		int docs = inside ? term->inside : term->docs;
		if (docs == 0 || (match->len && docs * 100 > chunks * (inside ? INSIDE_BELOW : SAID_BELOW)))
			continue;
		g_string_append_printf(match, "%s\"%s\"", match->len ? " OR " : "", term->word);
		left--;
	}
	return g_string_free(g_steal_pointer(&match), FALSE);
}

static bool find_candidates(const struct query *query, bool inside, GHashTable *found, GError **error)
{
	g_autofree char *match = match_of(query, inside);
	sqlite3_stmt *select = inside ? query->index->inside : query->index->said;
	int code;
	if (!*match)
		return true;
	sqlite3_bind_text(select, 1, match, -1, SQLITE_STATIC);
	sqlite3_bind_int(select, 2, inside ? CANDIDATES / 2 : CANDIDATES);
	while ((code = sqlite3_step(select)) == SQLITE_ROW) {
		struct found *each = find(found, sqlite3_column_int64(select, 0));
		*(inside ? &each->inside : &each->said) = -sqlite3_column_double(select, 1);
	}
	bool done = code == SQLITE_DONE || index_fail(query->index, error);
	sqlite3_reset(select);
	return done;
}

static void find_symbol(const struct query *query, const char *symbol, GHashTable *found)
{
	sqlite3_stmt *select = query->index->symbol;
	sqlite3_reset(select);
	sqlite3_bind_text(select, 1, symbol, -1, SQLITE_STATIC);
	while (sqlite3_step(select) == SQLITE_ROW)
		find(found, sqlite3_column_int64(select, 0));
}

/* "bpy.data.node_groups.new" → "bpy.types.BlendDataNodeGroups.new"; NULL for what is none of bpy.data. g_free(). */
static char *collection_of(const char *identifier)
{
	const char *at = g_str_has_prefix(identifier, "bpy.data.") ? identifier + strlen("bpy.data.") : NULL;
	GString *symbol = at ? g_string_new("bpy.types.BlendData") : NULL;
	for (bool first = true; at && *at && *at != '.'; at++) {
		if (*at != '_')
			g_string_append_c(symbol, first ? g_ascii_toupper(*at) : *at);
		first = *at == '_';
	}
	return symbol ? g_string_free(g_string_append(symbol, at), FALSE) : NULL;
}

/* What the query names outright is a candidate in any case: "Mesh.from_pydata", "bpy.ops.mesh.bevel(…)". */
static void find_named(const struct query *query, GHashTable *found)
{
	static const char *const before[] = {"", "bpy.types.", "bpy.ops.", "bmesh.ops.", "bmesh.types.", "mathutils."};
	for (guint i = 0; i < MIN(query->identifiers->len, IDENTIFIERS_MOST); i++) {
		char *collection = collection_of(query->identifiers->pdata[i]);
		if (collection) {
			g_free(query->identifiers->pdata[i]);
			query->identifiers->pdata[i] = collection;
		}
		for (guint k = 0; k < G_N_ELEMENTS(before); k++) {
			g_autofree char *symbol = g_strconcat(before[k], query->identifiers->pdata[i], NULL);
			find_symbol(query, symbol, found);
			char *dot = strrchr(symbol, '.');
			if (dot && (gsize)(dot - symbol) > strlen(before[k])) {
				*dot = '\0';
				find_symbol(query, symbol, found);
			}
		}
	}
}

/* ---- order ---- */
/* How the query names a symbol outright: 3 whole, below 1 for the end of its path. */
static double named(const struct query *query, const char *symbol)
{
	double best = 0;
	gsize len = strlen(symbol);
	for (guint i = 0; i < MIN(query->identifiers->len, IDENTIFIERS_MOST); i++) {
		const char *each = query->identifiers->pdata[i];
		gsize size = strlen(each);
		if (size <= len && g_str_equal(symbol + len - size, each) &&
			(size == len || symbol[len - size - 1] == '.'))
			best = MAX(best, size == len ? 3.0 : strchr(each, '.') ? 0.9 : 0.7);
	}
	return best;
}

struct coverage {
	double of_symbol; /* the share of the symbol's words that the query has, by rarity */
	double of_query;  /* the share of the query's words that the symbol has, by weight */
};

static struct coverage coverage_of(const struct query *query, const char *ident)
{
	g_auto(GStrv) words = g_strsplit(ident, " ", -1);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	double all = 0, said = 0, answered = 0;
	for (char **word = words; *word; word++) {
		if (!g_hash_table_add(seen, *word))
			continue;
		const struct term *term = g_hash_table_lookup(query->by_word, *word);
		double weight = rarity(query->index, term ? term->docs : docs_of(query->index, *word));
		all += weight;
		if (term) {
			said += weight;
			answered += term->weight;
		}
	}
	return (struct coverage){all > 0 ? said / all : 0, query->weight > 0 ? answered / query->weight : 0};
}

/* A short request mostly names one call; a description is about a thing: a type, a module. */
static double kind_weight(const char *kind, bool described)
{
	static const struct {
		const char *kind;
		double asked, described;
	} kinds[] = {{"exemplar", 0.85, 0.85}, {"operator", 0.95, 0.85}, {"module", 1.1, 1.2}, {"node", 1.05, 1.05},
		{"modifier", 1.1, 1.1}, {"type", 1, 1.05}, {"class", 1, 0.97}, {"function", 1, 0.9}};
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_equal(kinds[i].kind, kind))
			return described ? kinds[i].described : kinds[i].asked;
	}
	return 1;
}

/* A candidate's score; *symbol_out (g_free) is its symbol. */
static double score_of(const struct query *query, gint64 id, double base, char **symbol_out)
{
	sqlite3_stmt *select = query->index->title;
	sqlite3_reset(select);
	sqlite3_bind_int64(select, 1, id);
	if (sqlite3_step(select) != SQLITE_ROW) {
		*symbol_out = g_strdup("");
		return 0;
	}
	const char *symbol = (const char *)sqlite3_column_text(select, 0),
		   *kind = (const char *)sqlite3_column_text(select, 1);
	struct coverage coverage = coverage_of(query, (const char *)sqlite3_column_text(select, 2));
	double prior = sqlite3_column_double(select, 3);
	*symbol_out = g_strdup(symbol);
	double score = base + BOTH * coverage.of_symbol * coverage.of_query + OF_SYMBOL * coverage.of_symbol +
		       OF_QUERY * coverage.of_query + NAMED * named(query, symbol);
	return score * kind_weight(kind, query->described) * prior;
}

struct candidate {
	gint64 id;
	double score;
	char *symbol;
	char *owner; /* the symbol without its last piece */
};

static void candidate_clear(void *data)
{
	struct candidate *candidate = data;
	g_free(candidate->symbol);
	g_free(candidate->owner);
}

static int by_score(const void *a, const void *b)
{
	const struct candidate *one = a, *two = b;
	return two->score > one->score ? 1 : two->score < one->score ? -1 : (one->id > two->id) - (one->id < two->id);
}

static GArray *score_all(const struct query *query, GHashTable *found)
{
	GHashTableIter iter;
	gpointer value;
	struct found top = {0};
	GArray *candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	g_array_set_clear_func(candidates, candidate_clear);
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct found *each = value;
		top = (struct found){0, MAX(top.said, each->said), MAX(top.inside, each->inside)};
	}
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct found *each = value;
		double base = (top.said > 0 ? each->said / top.said : 0) +
			      (top.inside > 0 ? INSIDE_WEIGHT * each->inside / top.inside : 0);
		struct candidate row = {.id = each->id};
		row.score = score_of(query, row.id, base, &row.symbol);
		const char *dot = strrchr(row.symbol, '.');
		row.owner = g_strndup(row.symbol, dot ? (gsize)(dot - row.symbol) : 0);
		g_array_append_val(candidates, row);
	}
	return candidates;
}

/* An owner answers for its members, too: it gains a share of the best of them. */
static void lift_owners(GArray *candidates)
{
	g_autoptr(GHashTable) best = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	for (guint i = 0; i < candidates->len; i++) {
		const struct candidate *each = &g_array_index(candidates, struct candidate, i);
		const double *before = g_hash_table_lookup(best, each->owner);
		if (!before || *before < each->score)
			g_hash_table_insert(best, each->owner, g_memdup2(&each->score, sizeof each->score));
	}
	for (guint i = 0; i < candidates->len; i++) {
		struct candidate *each = &g_array_index(candidates, struct candidate, i);
		const double *members = g_hash_table_lookup(best, each->symbol);
		if (members)
			each->score += OWNER_SHARE * *members;
	}
}

/* The best, but of one owner no more than a few in a row of answers. */
static GArray *pick(const GArray *candidates, int most)
{
	GArray *ranking = g_array_new(FALSE, FALSE, sizeof(struct ranked));
	g_autoptr(GHashTable) taken = tally_new();
	for (guint i = 0; i < candidates->len && ranking->len < (guint)most; i++) {
		const struct candidate *each = &g_array_index(candidates, struct candidate, i);
		int before = tally_of(taken, each->owner);
		bool group = g_str_has_prefix(each->owner, "bpy.types.") ||
			     g_str_has_prefix(each->owner, "mathutils.") || g_str_has_prefix(each->owner, "idprop.");
		if (group && before >= MEMBERS_MOST)
			continue;
		tally_add(taken, each->owner, 1);
		g_array_append_vals(ranking, &(struct ranked){each->id, each->score}, 1);
	}
	return ranking;
}

GArray *rank_query(struct index *index, const char *query_text, int most, GError **error)
{
	struct query query;
	read_query(&query, index, query_text);
	g_autoptr(GHashTable) found = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	GArray *ranking = NULL;
	if (find_candidates(&query, false, found, error) && find_candidates(&query, true, found, error)) {
		find_named(&query, found);
		g_autoptr(GArray) candidates = score_all(&query, found);
		lift_owners(candidates);
		g_array_sort(candidates, by_score);
		ranking = pick(candidates, most);
	}
	query_clear(&query);
	return ranking;
}
