/* Words, stems and identifiers: see tokens.h. */
#include "rag/tokens.h"

#include <string.h>

/* Words of prose that say nothing of Blender's API. */
static const char empty[] =
	"a about above after also an and any are as at be because been before below between both but by can could "
	"do does "
	"don each etc every example examples for from get gets give given gives has have here how i if in into is it "
	"its just "
	"let lets like make makes making may me more most my need needed needs no not now of off on once one only or "
	"other our "
	"out over own same see should show shows simple so some such than that the their them then there these they "
	"this "
	"those through to too up us use used uses using via want was way we well were what when where which while who "
	"why will "
	"with without work works would you your basic blender bpy code python script following possible note how";

static gpointer make_empty(gpointer unused)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) words = g_strsplit(empty, " ", -1);
	for (char **word = words; *word; word++) {
		char *stem = g_strdup(*word);
		token_stem(stem);
		g_hash_table_add(set, stem);
	}
	return set;
}

bool token_is_empty(const char *word)
{
	static GOnce once = G_ONCE_INIT;
	GHashTable *set = g_once(&once, make_empty, NULL);
	return (strlen(word) < 2 && !g_ascii_isdigit(*word)) || g_hash_table_contains(set, word);
}

/* ---- stems ---- */
static bool has_vowel(const char *word, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		if (strchr("aeiouy", word[i]))
			return true;
	}
	return false;
}

static bool ends(const char *word, gsize len, const char *end)
{
	gsize size = strlen(end);
	return len > size && memcmp(word + len - size, end, size) == 0;
}

/* What is left of a verb without its ending: "bevell" → bevel, "mov" and "move" are both mov. */
static gsize tidy(char *word, gsize len)
{
	if (len > 3 && word[len - 1] == word[len - 2] && !strchr("aeious", word[len - 1]))
		return len - 1;
	return len;
}

void token_stem(char *word)
{
	gsize len = strlen(word);
	if (len > 4 && ends(word, len, "ies"))
		word[len -= 2] = '\0', word[len - 1] = 'y';
	else if (len > 4 && (ends(word, len, "sses") || ends(word, len, "xes") || ends(word, len, "ches") ||
				    ends(word, len, "shes")))
		len -= 2;
	else if (len > 2 && ends(word, len, "s") && !ends(word, len, "ss") && !ends(word, len, "us") &&
		 !ends(word, len, "is"))
		len -= 1;
	if (len > 5 && ends(word, len, "ing") && has_vowel(word, len - 3))
		len = tidy(word, len - 3);
	else if (len > 4 && ends(word, len, "ed") && has_vowel(word, len - 2))
		len = tidy(word, len - 2);
	else if (len > 6 && (ends(word, len, "ation")))
		len -= 3;
	else if (len > 6 && ends(word, len, "ion") && strchr("st", word[len - 4]))
		len -= 3;
	else if (len > 6 && ends(word, len, "ment"))
		len -= 4;
	else if (len > 5 && ends(word, len, "ly"))
		len -= 2;
	if (len > 5 && ends(word, len, "our")) /* colour, neighbour */
		word[len - 2] = 'r', len--;
	if (len > 3 && word[len - 1] == 'e')
		len--;
	word[len] = '\0';
	if (len > 3 && word[len - 1] == 'y')
		word[len - 1] = 'i';
}

/* ---- words ---- */
static bool is_letter(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* Whether a word ends before text[i]: at a hump of an identifier. */
static bool is_hump(const char *text, gsize from, gsize i)
{
	if (i == from || !g_ascii_isupper(text[i]))
		return false;
	return g_ascii_islower(text[i - 1]) ||
	       (g_ascii_isupper(text[i - 1]) && g_ascii_islower(text[i + 1]) && text[i + 1] != 's') ||
	       (g_ascii_isdigit(text[i - 1]) && g_ascii_islower(text[i + 1]));
}

static void add(GPtrArray *words, const char *from, gsize len)
{
	if (len == 0 || len > TOKEN_MAX || words->len >= TOKENS_MOST)
		return;
	char *word = g_ascii_strdown(from, (gssize)len);
	token_stem(word);
	g_ptr_array_add(words, word);
}

GPtrArray *tokens_of(const char *text)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0, from; text[i];) {
		if (!is_letter(text[i])) {
			i++;
			continue;
		}
		for (from = i++; is_letter(text[i]) && !is_hump(text, from, i); i++)
			;
		add(words, text + from, i - from);
		if (text[i] == '\'' && (text[i + 1] == 's' || text[i + 1] == 't') && !is_letter(text[i + 2]))
			i += 2; /* its, don't */
	}
	return words;
}

char *tokens_joined(const char *text)
{
	g_autoptr(GPtrArray) words = tokens_of(text);
	g_ptr_array_add(words, NULL);
	return g_strjoinv(" ", (char **)words->pdata);
}

/* ---- identifiers ---- */
/* With a mark inside, or quoted as one: `Mesh`. */
static bool is_identifier(const char *text, gsize len, bool quoted)
{
	bool mark = quoted;
	for (gsize i = 1; i < len; i++)
		mark = mark || text[i] == '_' || text[i] == '.' ||
		       (g_ascii_isupper(text[i]) && g_ascii_islower(text[i - 1]));
	return mark && len > 2 && !g_ascii_isdigit(text[0]);
}

static gsize end_of_identifier(const char *text, gsize i)
{
	while (g_ascii_isalnum(text[i]) || text[i] == '_' ||
		(text[i] == '.' && (g_ascii_isalpha(text[i + 1]) || text[i + 1] == '_')))
		i++;
	return i;
}

GPtrArray *tokens_identifiers(const char *text)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0, from; text[i];) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '_') {
			i++;
			continue;
		}
		from = i;
		i = end_of_identifier(text, i);
		g_autofree char *word = g_strndup(text + from, i - from);
		bool quoted = from > 0 && text[from - 1] == '`' && (text[i] == '`' || text[i] == '(');
		if (is_identifier(word, i - from, quoted) && found->len < TOKENS_MOST &&
			!g_ptr_array_find_with_equal_func(found, word, g_str_equal, NULL))
			g_ptr_array_add(found, g_steal_pointer(&word));
	}
	return found;
}
