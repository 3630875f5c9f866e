/* An exemplar's vocabulary: see builtin_vocab.h. Built anew for each request: it is a few hundred phrases. */
#include "llm/builtin_vocab.h"

#include <string.h>

static void entry_free(struct entry *entry)
{
	g_free(entry->phrase);
	g_array_unref(entry->readings);
	g_free(entry);
}

static void add(struct vocab *vocab, const char *phrase, struct reading reading)
{
	g_autofree char *normal = phrase_normal(phrase);
	if (!*normal)
		return;
	struct entry *entry = g_hash_table_lookup(vocab->entries, normal);
	if (!entry) {
		entry = g_new0(struct entry, 1);
		entry->phrase = g_steal_pointer(&normal);
		entry->readings = g_array_new(FALSE, FALSE, sizeof(struct reading));
		entry->words = 1;
		for (const char *s = entry->phrase; *s; s++)
			entry->words += *s == ' ';
		g_hash_table_insert(vocab->entries, entry->phrase, entry);
		vocab->longest = MAX(vocab->longest, entry->words);
	}
	g_array_append_val(entry->readings, reading);
}

static void add_words(struct vocab *vocab, const json_t *list, struct reading reading)
{
	size_t i;
	json_t *word;
	json_array_foreach (list, i, word) {
		if (json_is_string(word))
			add(vocab, json_string_value(word), reading);
	}
}

static void add_sets(struct vocab *vocab, const json_t *sets, enum reading_kind kind, guint thing)
{
	const char *word;
	json_t *set;
	json_object_foreach ((json_t *)sets, word, set) {
		add(vocab, word, (struct reading){kind, thing, set});
	}
}

/* What the parts of a thing are said to be, for adjectives that are already true. */
static char *shown_text(const struct exemplar *exemplar, const char *name, const json_t *def)
{
	GString *text = g_string_new(NULL);
	const json_t *parts = json_object_get(exemplar->meta, "parts");
	const json_t *list = json_object_get(def, "parts");
	size_t i;
	json_t *part;
	json_array_foreach (list, i, part) {
		if (json_is_string(part))
			g_string_append_printf(
				text, " %s", json_str(json_object_get(parts, json_string_value(part)), "describe", ""));
	}
	g_string_append_printf(text, " %s", json_str(json_object_get(parts, name), "describe", ""));
	if (!*name) {
		g_string_append_printf(text, " %s", exemplar->title);
		for (guint n = 0; n < exemplar->tags->len; n++)
			g_string_append_printf(text, " %s", (const char *)exemplar->tags->pdata[n]);
	}
	g_autofree char *normal = phrase_normal(text->str);
	g_string_free(text, TRUE);
	return g_strdup_printf(" %s ", normal);
}

static void add_thing(struct vocab *vocab, const char *name, const json_t *def)
{
	guint thing = vocab->things->len;
	struct thing entry = {name, def, shown_text(vocab->exemplar, name, def)};
	g_array_append_val(vocab->things, entry);
	struct reading reading = {READ_THING, thing, NULL};
	add(vocab, name, reading);
	add_words(vocab, json_object_get(def, "words"), reading);
	add_sets(vocab, json_object_get(def, "materials"), READ_MATERIAL, thing);
	size_t i;
	json_t *quality;
	json_array_foreach (json_object_get(def, "qualities"), i, quality) {
		add_words(vocab, json_object_get(quality, "words"),
			(struct reading){READ_QUALITY, thing, json_object_get(quality, "set")});
	}
}

/* True when an assignment anywhere in a thing's dict names the parameter. */
static bool mentions(const json_t *value, const char *param)
{
	size_t i;
	json_t *entry;
	const char *key;
	if (json_is_string(value))
		return g_str_equal(json_string_value(value), param);
	json_array_foreach (value, i, entry) {
		if (mentions(entry, param))
			return true;
	}
	json_object_foreach ((json_t *)value, key, entry) {
		if (g_str_equal(key, param) || mentions(entry, param))
			return true;
	}
	return false;
}

/* The thing a parameter belongs to: the one it is named after, or the first that assigns it. */
static guint owner_of(const struct vocab *vocab, const char *param)
{
	guint named = 0;
	guint assigns = 0;
	for (guint i = 1; i < vocab->things->len; i++) {
		const struct thing *thing = vocab_thing(vocab, i);
		g_autofree char *singular = word_singular(thing->name);
		g_autofree char *prefix = g_strconcat(singular, "_", NULL);
		if (!named && g_str_has_prefix(param, prefix))
			named = i;
		if (!assigns && mentions(thing->def, param))
			assigns = i;
	}
	return named ? named : assigns;
}

static void add_choices(struct vocab *vocab)
{
	const struct script *script = vocab->exemplar->script;
	for (guint i = 0; i < script->params->len; i++) {
		const struct script_param *param = script->params->pdata[i];
		for (guint c = 0; param->choices && param->choices[c]; c++) {
			if (strlen(param->choices[c]) < 3 || g_str_equal(param->choices[c], "none"))
				continue;
			json_t *set = json_make("{s:s}", param->name, param->choices[c]);
			g_ptr_array_add(vocab->owned, set);
			add(vocab, param->choices[c], (struct reading){READ_CHOICE, owner_of(vocab, param->name), set});
		}
	}
}

static void clear_thing(void *thing)
{
	g_free(((struct thing *)thing)->shown);
}

struct vocab *vocab_new(const struct exemplar *exemplar)
{
	struct vocab *vocab = g_new0(struct vocab, 1);
	vocab->exemplar = exemplar;
	vocab->things = g_array_new(FALSE, FALSE, sizeof(struct thing));
	g_array_set_clear_func(vocab->things, clear_thing);
	vocab->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)entry_free);
	vocab->owned = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
	const json_t *things = json_object_get(exemplar->meta, "things");
	add_thing(vocab, "", json_object_get(things, ""));
	const char *name;
	json_t *def;
	json_object_foreach ((json_t *)things, name, def) {
		if (*name)
			add_thing(vocab, name, def);
	}
	for (guint i = 0; i < exemplar->names->len; i++)
		add(vocab, exemplar->names->pdata[i], (struct reading){READ_THING, 0, NULL});
	add_sets(vocab, json_object_get(exemplar->meta, "styles"), READ_STYLE, 0);
	add_choices(vocab);
	return vocab;
}

void vocab_free(struct vocab *vocab)
{
	g_array_unref(vocab->things);
	g_hash_table_unref(vocab->entries);
	g_ptr_array_unref(vocab->owned);
	g_free(vocab);
}

const struct thing *vocab_thing(const struct vocab *vocab, guint thing)
{
	return &g_array_index(vocab->things, struct thing, thing);
}

const struct entry *vocab_find(const struct vocab *vocab, const char *phrase)
{
	return g_hash_table_lookup(vocab->entries, phrase);
}

const struct entry *vocab_read(const struct vocab *vocab, const struct words *words, guint i, guint most)
{
	const struct entry *best = NULL;
	g_autoptr(GString) phrase = g_string_new(NULL);
	for (guint n = 0; n < MIN(vocab->longest, most) && i + n < words->count; n++) {
		if (words->word[i + n].kind == WORD_COMMA || words->word[i + n].kind == WORD_STOP)
			break;
		g_string_append_printf(phrase, "%s%s", n ? " " : "", words->word[i + n].singular);
		const struct entry *entry = vocab_find(vocab, phrase->str);
		best = entry ? entry : best;
	}
	return best;
}

const struct entry *vocab_find_like(const struct vocab *vocab, const char *word)
{
	g_autofree char *stem = word_stem(word);
	const struct entry *found = NULL;
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, vocab->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct entry *entry = value;
		if (entry->words > 1)
			continue;
		g_autofree char *other = word_stem(entry->phrase);
		bool thing_only = !entry_reading(entry, READ_QUALITY, -1) && !entry_reading(entry, READ_MATERIAL, -1);
		bool same_stem = strlen(stem) > 2 && g_str_equal(stem, other) && !thing_only;
		bool like = same_stem || word_misspells(word, entry->phrase);
		if (like && !g_str_equal(entry->phrase, word) &&
			(!found || strcmp(entry->phrase, found->phrase) < 0)) /* one order, whatever the hash's */
			found = entry;
	}
	return found;
}

const struct reading *entry_reading(const struct entry *entry, enum reading_kind kind, int thing)
{
	for (guint i = 0; entry && i < entry->readings->len; i++) {
		const struct reading *reading = &g_array_index(entry->readings, struct reading, i);
		if (reading->kind == kind && (thing < 0 || reading->thing == (guint)thing))
			return reading;
	}
	return NULL;
}
