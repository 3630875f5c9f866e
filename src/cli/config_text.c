/*
 * Reading YAML into a flat list: see config_text.h. It stands on libyaml's events, not its documents: a document hides
 * anchors, tags and the place where a value ends, and the first two are refused here. Depth, bytes and mistakes are
 * bounded.
 */
#include "cli/config_text.h"

#include "cli/config.h"

#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 8

struct reader {
	struct config_text *config;
	const char *text;
	const char *at; /* of text, where mark `index` is */
	gsize index;    /* in characters, as libyaml counts */
	yaml_parser_t parser;
	bool broken; /* nothing more can be read, or is worth it */
};

static void entry_clear(void *data)
{
	struct config_entry *entry = data;
	g_free(entry->name);
	g_free(entry->text);
}

void config_text_free(struct config_text *config)
{
	if (!config)
		return;
	g_hash_table_destroy(config->index);
	g_array_unref(config->entries);
	g_ptr_array_unref(config->mistakes);
	g_free(config->path);
	g_free(config);
}

const struct config_entry *config_text_find(const struct config_text *config, const char *name)
{
	gpointer place = g_hash_table_lookup(config->index, name);
	return place ? &g_array_index(config->entries, struct config_entry, *(guint *)place) : NULL;
}

void config_text_mistake(struct config_text *config, const struct config_place *place, const char *format, ...)
{
	if (config->mistakes->len >= CONFIG_MISTAKES_MAX)
		return;
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_strdelimit(what, "\n\r", ' ');
	g_ptr_array_add(config->mistakes, g_strdup_printf("%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s",
						  config->path, place->line, place->column, what));
}

/* Marks come in rising order, but for a key's that is asked for again; so the walk goes on from the last one. */
static struct config_place place_of(struct reader *reader, const yaml_mark_t *mark)
{
	if (mark->index < reader->index) {
		reader->at = reader->text;
		reader->index = 0;
	}
	for (; reader->index < mark->index && *reader->at; reader->index++)
		reader->at = g_utf8_next_char(reader->at);
	return (struct config_place){(gsize)(reader->at - reader->text), mark->line + 1, mark->column + 1};
}

static void mistake_at(struct reader *reader, const yaml_mark_t *mark, const char *what)
{
	struct config_place place = place_of(reader, mark);
	config_text_mistake(reader->config, &place, "%s", what);
}

/* The next event; false at the end of what can be read. Anchors and tags are said, and passed over. */
static bool next_event(struct reader *reader, yaml_event_t *event)
{
	reader->broken |= reader->config->mistakes->len >= CONFIG_MISTAKES_MAX;
	if (reader->broken || !yaml_parser_parse(&reader->parser, event)) {
		if (!reader->broken) {
			const yaml_mark_t *mark = &reader->parser.problem_mark;
			mistake_at(reader, mark, reader->parser.problem ? reader->parser.problem : "this is not YAML");
		}
		reader->broken = true;
		return false;
	}
	bool anchor = (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
		      (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor) ||
		      (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor);
	bool tag = (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag) ||
		   (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag) ||
		   (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag);
	if (anchor || event->type == YAML_ALIAS_EVENT)
		mistake_at(
			reader, &event->start_mark, "anchors and aliases are not taken here; write the value itself");
	if (tag)
		mistake_at(reader, &event->start_mark, "tags are not taken here; write the value alone");
	return true;
}

/* libyaml's time grows with the square of the depth: past the limit nothing more is read. */
static void too_deep(struct reader *reader, const yaml_event_t *event)
{
	mistake_at(reader, &event->start_mark, "this is too deep");
	reader->broken = true;
}

/* Passes over what an event of this type begins. */
static void skip(struct reader *reader, yaml_event_type_t type)
{
	int depth = type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT;
	while (depth > 0) {
		yaml_event_t event;
		if (!next_event(reader, &event))
			return;
		depth += event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
		depth -= event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
		if (depth > DEPTH_MAX)
			too_deep(reader, &event);
		yaml_event_delete(&event);
	}
}

static void read_mapping(struct reader *reader, guint section, int depth);

static struct config_entry *entry_at(const struct reader *reader, guint i)
{
	return &g_array_index(reader->config->entries, struct config_entry, i);
}

/* The first of a name is the one that is found. */
static void add_entry(struct reader *reader, const struct config_entry *entry)
{
	struct config_text *config = reader->config;
	if (!config_text_find(config, entry->name))
		g_hash_table_insert(
			config->index, g_strdup(entry->name), g_memdup2(&config->entries->len, sizeof(guint)));
	g_array_append_vals(config->entries, entry, 1);
}

static void add_value(struct reader *reader, struct config_entry *entry, const yaml_event_t *event)
{
	entry->text = g_strndup((const char *)event->data.scalar.value, event->data.scalar.length);
	entry->shape = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? CONFIG_PLAIN : CONFIG_QUOTED;
	if (strlen(entry->text) != event->data.scalar.length)
		mistake_at(reader, &event->start_mark, "a NUL has no place in a value");
	entry->end = place_of(reader, &event->end_mark).offset;
	add_entry(reader, entry);
}

/* Reads what stands behind a key, whose name and place `entry` has already; takes it over. */
static void read_value(struct reader *reader, struct config_entry *entry, int depth)
{
	yaml_event_t event;
	if (!next_event(reader, &event)) {
		entry_clear(entry);
		return;
	}
	entry->value = place_of(reader, &event.start_mark);
	if (event.type == YAML_SCALAR_EVENT) {
		add_value(reader, entry, &event);
	} else if (event.type == YAML_MAPPING_START_EVENT && depth < DEPTH_MAX) {
		bool flow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		entry->shape = flow ? CONFIG_FLOW : CONFIG_SECTION;
		add_entry(reader, entry);
		read_mapping(reader, reader->config->entries->len - 1, depth + 1);
	} else {
		if (event.type == YAML_SEQUENCE_START_EVENT)
			config_text_mistake(reader->config, &entry->value, "%s cannot be a list", entry->name);
		else if (event.type == YAML_MAPPING_START_EVENT)
			too_deep(reader, &event);
		skip(reader, event.type);
		entry_clear(entry);
	}
	yaml_event_delete(&event);
}

static void check_doubled(struct reader *reader, const struct config_entry *entry)
{
	const struct config_entry *before = config_text_find(reader->config, entry->name);
	if (before)
		config_text_mistake(reader->config, &entry->key,
			"%s is given twice; the first is on line %" G_GSIZE_FORMAT, entry->name, before->key.line);
}

static void read_key(struct reader *reader, guint section, const yaml_event_t *key, int depth)
{
	const char *above = entry_at(reader, section)->name, *word = (const char *)key->data.scalar.value;
	struct config_entry entry = {.key = place_of(reader, &key->start_mark)};
	if (!entry_at(reader, section)->has_first) {
		entry_at(reader, section)->has_first = true;
		entry_at(reader, section)->first = entry.key;
	}
	entry.name = g_strconcat(above, *above ? "." : "", word, NULL);
	if (strcmp(word, "<<") == 0)
		config_text_mistake(
			reader->config, &entry.key, "merging with << is not taken here; write the values out");
	check_doubled(reader, &entry);
	read_value(reader, &entry, depth);
}

/* Reads the keys and values of the mapping that has begun; `section` is its entry. */
static void read_mapping(struct reader *reader, guint section, int depth)
{
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!next_event(reader, &event))
			return;
		more = event.type != YAML_MAPPING_END_EVENT;
		if (event.type == YAML_SCALAR_EVENT) {
			read_key(reader, section, &event, depth);
		} else if (more) {
			struct config_entry nothing = {.name = g_strdup("this")};
			mistake_at(reader, &event.start_mark, "a key must be one word");
			skip(reader, event.type);
			read_value(reader, &nothing, DEPTH_MAX);
		} else {
			entry_at(reader, section)->end = place_of(reader, &event.end_mark).offset;
		}
		yaml_event_delete(&event);
	}
}

static void read_root(struct reader *reader, const yaml_event_t *event)
{
	if (event->type == YAML_MAPPING_START_EVENT) {
		struct config_entry root = {.name = g_strdup(""), .value = place_of(reader, &event->start_mark)};
		bool flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		root.shape = flow ? CONFIG_FLOW : CONFIG_SECTION;
		add_entry(reader, &root);
		read_mapping(reader, 0, 1);
		return;
	}
	bool empty = event->type == YAML_SCALAR_EVENT && event->data.scalar.length == 0 &&
		     event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (!empty)
		mistake_at(
			reader, &event->start_mark, "the file must hold sections, as \"render:\" with keys below it");
	skip(reader, event->type);
}

static void read_stream(struct reader *reader)
{
	int documents = 0;
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!next_event(reader, &event))
			return;
		more = event.type != YAML_STREAM_END_EVENT;
		if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
			mistake_at(reader, &event.start_mark, "there may be one document in the file only");
			more = false;
		} else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_START_EVENT &&
			   event.type != YAML_DOCUMENT_END_EVENT && more) {
			read_root(reader, &event);
		}
		yaml_event_delete(&event);
	}
}

/* Bytes that libyaml need not see: too many, not UTF-8, NUL. */
static bool check_bytes(struct config_text *config, const char *text, gsize size)
{
	const char *end = NULL;
	struct config_place place = {.line = 1, .column = 1};
	if (size > CONFIG_BYTES_MAX) {
		config_text_mistake(config, &place, "the file has %" G_GSIZE_FORMAT " bytes; allowed are %u", size,
			CONFIG_BYTES_MAX);
		return false;
	}
	if (g_utf8_validate(text, (gssize)size, &end))
		return true;
	for (const char *p = text; p < end; p = g_utf8_next_char(p)) {
		place.column++;
		if (*p == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	config_text_mistake(
		config, &place, "%s", *end == '\0' ? "a NUL has no place in the file" : "this is not UTF-8");
	return false;
}

struct config_text *config_text_read(const char *path, const char *text, gsize size)
{
	struct config_text *config = g_new0(struct config_text, 1);
	config->entries = g_array_new(FALSE, FALSE, sizeof(struct config_entry));
	g_array_set_clear_func(config->entries, entry_clear);
	config->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	config->mistakes = g_ptr_array_new_with_free_func(g_free);
	config->path = g_strdup(path);
	if (!check_bytes(config, text, size))
		return config;
	/* libyaml needs no NUL at the end, but the walk from mark to mark does. */
	g_autofree char *copy = g_strndup(text, size);
	struct reader reader = {.config = config, .text = copy, .at = copy};
	if (!yaml_parser_initialize(&reader.parser))
		g_error("libyaml has no memory");
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)copy, size);
	read_stream(&reader);
	yaml_parser_delete(&reader.parser);
	return config;
}
