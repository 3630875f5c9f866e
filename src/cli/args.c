/* Command-line words: see args.h. */
#include "cli/args.h"

#include "base/suggest.h"

#include <string.h>

struct args {
	GHashTable *values; /* name → GPtrArray of strings */
	GPtrArray *words;
};

G_DEFINE_QUARK(ll3m_args_error, args_error)

static const struct arg_row *find_in(const struct arg_row *rows, const char *name, gsize length)
{
	for (; rows && rows->name; rows++) {
		if (strlen(rows->name) == length && strncmp(rows->name, name, length) == 0)
			return rows;
	}
	return NULL;
}

static void unknown(const char *word, const struct arg_row *own, const struct arg_row *shared, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (; own && own->name; own++)
		g_ptr_array_add(names, (char *)own->name);
	for (; shared && shared->name; shared++)
		g_ptr_array_add(names, (char *)shared->name);
	g_ptr_array_add(names, NULL);
	g_autofree char *name = g_strndup(word + 2, strcspn(word + 2, "="));
	const char *nearest =
		g_str_has_prefix(word, "--") ? suggest_nearest(name, (const char *const *)names->pdata) : NULL;
	if (nearest)
		g_set_error(
			error, ARGS_ERROR, ARGS_ERROR_UNKNOWN, "unknown option %s; did you mean --%s?", word, nearest);
	else
		g_set_error(error, ARGS_ERROR, ARGS_ERROR_UNKNOWN, "unknown option %s; see --help", word);
}

static bool add_value(struct args *args, const struct arg_row *row, const char *value, GError **error)
{
	GPtrArray *values = g_hash_table_lookup(args->values, row->name);
	if (values && !row->many) {
		g_set_error(error, ARGS_ERROR, ARGS_ERROR_TWICE, "--%s is given twice", row->name);
		return false;
	}
	if (!values) {
		values = g_ptr_array_new_null_terminated(2, NULL, TRUE);
		g_hash_table_insert(args->values, (char *)row->name, values);
	}
	g_ptr_array_add(values, (char *)value);
	return true;
}

struct args *args_parse(int argc, char **argv, const struct arg_row *own, const struct arg_row *shared,
	bool first_word_ends, GError **error)
{
	OWN(args) *args = g_new0(struct args, 1);
	args->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	args->words = g_ptr_array_new();
	bool words_only = false;
	for (int i = 1; i < argc; i++) {
		char *word = argv[i];
		if (words_only || word[0] != '-' || word[1] == '\0') {
			g_ptr_array_add(args->words, word);
			words_only = words_only || first_word_ends;
			continue;
		}
		if (g_str_equal(word, "--")) {
			words_only = true;
			continue;
		}
		gsize length = strcspn(word, "=");
		const struct arg_row *row = NULL;
		if (g_str_equal(word, "-h"))
			row = find_in(shared, "help", 4);
		else if (g_str_has_prefix(word, "--") && !(row = find_in(own, word + 2, length - 2)))
			row = find_in(shared, word + 2, length - 2);
		if (!row) {
			unknown(word, own, shared, error);
			return NULL;
		}
		const char *value = word[length] == '=' ? word + length + 1 : NULL;
		if (!row->value && value) {
			g_set_error(error, ARGS_ERROR, ARGS_ERROR_VALUE, "--%s takes no value", row->name);
			return NULL;
		}
		if (row->value && !value && i + 1 < argc)
			value = argv[++i];
		if (row->value && !value) {
			g_set_error(error, ARGS_ERROR, ARGS_ERROR_VALUE, "--%s needs a value: --%s %s", row->name,
				row->name, row->value);
			return NULL;
		}
		if (!add_value(args, row, value ? value : "", error))
			return NULL;
	}
	return g_steal_pointer(&args);
}

void args_free(struct args *args)
{
	g_hash_table_unref(args->values);
	g_ptr_array_unref(args->words);
	g_free(args);
}

bool args_has(const struct args *args, const char *name)
{
	return g_hash_table_contains(args->values, name);
}

const char *args_get(const struct args *args, const char *name)
{
	const GPtrArray *values = g_hash_table_lookup(args->values, name);
	return values ? values->pdata[values->len - 1] : NULL;
}

const char *const *args_all(const struct args *args, const char *name)
{
	static const char *const none[] = {NULL};
	const GPtrArray *values = g_hash_table_lookup(args->values, name);
	return values ? (const char *const *)values->pdata : none;
}

int args_words(const struct args *args)
{
	return (int)args->words->len;
}

const char *args_word(const struct args *args, int n)
{
	return n < (int)args->words->len ? args->words->pdata[n] : NULL;
}
