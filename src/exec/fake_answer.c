/*
 * Plausible, deterministic answers without Blender, in the shapes of doc/PROTOCOL.exec.md: the same script gives the
 * same numbers, another one gives others, and a part keeps its hash while its function's text and the parameters in it
 * stay. Scripts are read by their layout (doc/SCRIPT.md) and not parsed: this serves tests and benchmarks, not people.
 */
#include "exec/fake_int.h"

#include <stdlib.h>
#include <string.h>

#define HASH_SHOWN 16
#define PICTURE_SIDE 16u

/* A function of the script: its name and its text, up to the next line that begins in the first column. */
struct piece {
	char *name;
	gsize from, to;
};

static void piece_free(void *pointer)
{
	struct piece *piece = pointer;
	g_free(piece->name);
	g_free(piece);
}

static gsize end_of_line(const char *text, gsize at)
{
	const char *newline = strchr(text + at, '\n');
	return newline ? (gsize)(newline - text) + 1 : strlen(text);
}

static GPtrArray *pieces_of(const char *text)
{
	GPtrArray *pieces = g_ptr_array_new_with_free_func(piece_free);
	struct piece *open = NULL;
	for (gsize at = 0, next; text[at]; at = next) {
		next = end_of_line(text, at);
		if (strchr(" \t\r\n#)", text[at]))
			continue;
		if (open)
			open->to = at;
		open = NULL;
		const char *name = text + at + 4;
		gsize len = g_str_has_prefix(text + at, "def ") ? strcspn(name, "(: \n") : 0;
		if (len == 0)
			continue;
		open = g_new0(struct piece, 1);
		open->name = g_strndup(name, len);
		open->from = at;
		open->to = strlen(text);
		g_ptr_array_add(pieces, open);
	}
	return pieces;
}

static int line_of(const char *text, gsize at)
{
	int line = 1;
	for (gsize i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static const char *script_of(const struct job *job)
{
	return json_str(job->args, "script", NULL);
}

static json_t *hash(const char *what, const char *text)
{
	g_autofree char *all = g_strconcat(what, ":", text, NULL);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
	return json_stringn(sum, HASH_SHOWN);
}

/* A number from 0 up to `below` that belongs to the text. */
static int number(const char *text, const char *what, int below)
{
	g_autofree char *all = g_strconcat(what, ":", text, NULL);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
	sum[7] = '\0';
	return (int)(strtoul(sum, NULL, 16) % (unsigned long)below);
}

static json_t *box(const char *text)
{
	double x = 0.2 + number(text, "x", 100) / 100.0, y = 0.2 + number(text, "y", 100) / 100.0;
	return json_make("{s:[f, f, f], s:[f, f, f]}", "min", -x / 2, -y / 2, 0.0, "max", x / 2, y / 2,
		0.2 + number(text, "z", 100) / 100.0);
}

/* The text of a part with the values of the parameters that it mentions. */
static char *substance(const char *text, const struct piece *piece, const json_t *params)
{
	GString *all = g_string_new_len(text + piece->from, (gssize)(piece->to - piece->from));
	const char *key;
	json_t *value;
	json_object_foreach ((json_t *)params, key, value) {
		g_autofree char *mention = g_strdup_printf("p[\"%s\"]", key);
		g_autofree char *print = json_print(value);
		if (strstr(all->str, mention))
			g_string_append_printf(all, "%s=%s\n", key, print);
	}
	return g_string_free(all, FALSE);
}

static json_t *part(const char *name, const char *body)
{
	int pieces = 1 + number(body, "pieces", 4), triangles = 12 * pieces * (1 + number(body, "triangles", 50));
	g_autofree char *object = g_strconcat(name, " 1", NULL);
	return json_make("{s:s, s:i, s:[s], s:o, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:[], s:[s], s:[],"
			 " s:{s:o, s:o, s:o}, s:[{s:s, s:o, s:b, s:b}]}",
		"part", name, "pieces", pieces, "objects", object, "bounds", box(body), "vertices", triangles / 2,
		"faces", triangles / 2, "triangles", triangles, "islands", pieces, "non_manifold_edges", 0,
		"zero_area_faces", 0, "non_finite", 0, "empty_objects", "materials", "Wood", "missing_material", "hash",
		"mesh", hash("mesh", body), "transform", hash("transform", name), "material", hash("material", body),
		"pieces_detail", "object", object, "bounds", box(body), "grounded", 1, "supported", 1);
}

static json_t *report(const char *text, const json_t *params)
{
	g_autoptr(GPtrArray) pieces = pieces_of(text);
	json_t *parts = json_array(), *contacts = json_array();
	const char *before = NULL;
	int triangles = 0;
	for (guint i = 0; i < pieces->len; i++) {
		const struct piece *piece = pieces->pdata[i];
		if (!g_str_has_prefix(piece->name, "build_"))
			continue;
		const char *name = piece->name + strlen("build_");
		g_autofree char *body = substance(text, piece, params);
		json_t *made = part(name, body);
		triangles += (int)json_int(made, "triangles", 0);
		json_array_append_new(parts, made);
		if (before)
			json_array_append_new(contacts, json_make("{s:s, s:s, s:f, s:f, s:s}", "a", before, "b", name,
								"gap", 0.0, "depth", 0.002, "kind", "touch"));
		before = name;
	}
	return json_make("{s:{s:s, s:o, s:f, s:i, s:i, s:i, s:b}, s:o, s:o, s:f, s:[], s:[]}", "asset", "name", "Asset",
		"bounds", box(text), "diagonal", 1.2, "objects", (int)json_array_size(parts), "vertices", triangles / 2,
		"triangles", triangles, "animated", 0, "parts", parts, "contacts", contacts, "tolerance", 0.012,
		"untagged", "findings");
}

static struct job_result *answer_run(const struct job *job)
{
	const char *text = script_of(job);
	const json_t *params = json_object_get(job->args, "params");
	g_autoptr(json_t) scene = hash("scene", text);
	return job_result_ok(json_make(
		"{s:o, s:s, s:f, s:O}", "report", report(text, params), "output", "", "seconds", 0.01, "scene", scene));
}

static void append_number(GByteArray *bytes, guint32 value)
{
	value = GUINT32_TO_BE(value);
	g_byte_array_append(bytes, (const guint8 *)&value, sizeof(value));
}

static void append_chunk(GByteArray *png, const char *type, const GByteArray *body)
{
	guint32 sum = 0xffffffffu;
	append_number(png, body->len);
	guint from = png->len;
	g_byte_array_append(png, (const guint8 *)type, 4);
	g_byte_array_append(png, body->data, body->len);
	for (guint i = from; i < png->len; i++) {
		sum ^= png->data[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum & 1 ? sum >> 1 ^ 0xedb88320u : sum >> 1;
	}
	append_number(png, ~sum);
}

/* A small grey picture as PNG, its pixels in one stored block. */
static GBytes *picture(guint8 shade)
{
	const guint8 signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	const guint8 form[] = {8, 0, 0, 0, 0}, zlib[] = {0x78, 0x01, 0x01};
	const guint16 len = (PICTURE_SIDE + 1) * PICTURE_SIDE,
		      lens[] = {GUINT16_TO_LE(len), GUINT16_TO_LE((guint16)~len)};
	g_autoptr(GByteArray) head = g_byte_array_new(), data = g_byte_array_new(), none = g_byte_array_new();
	append_number(head, PICTURE_SIDE);
	append_number(head, PICTURE_SIDE);
	g_byte_array_append(head, form, sizeof(form));
	g_byte_array_append(data, zlib, sizeof(zlib));
	g_byte_array_append(data, (const guint8 *)lens, sizeof(lens));
	guint32 a = 1, b = 0;
	for (guint i = 0; i < len; i++) {
		guint8 byte = i % (PICTURE_SIDE + 1) ? shade : 0;
		g_byte_array_append(data, &byte, 1);
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	append_number(data, b << 16 | a);
	GByteArray *png = g_byte_array_new();
	g_byte_array_append(png, signature, sizeof(signature));
	append_chunk(png, "IHDR", head);
	append_chunk(png, "IDAT", data);
	append_chunk(png, "IEND", none);
	return g_byte_array_free_to_bytes(png);
}

static struct job_result *answer_render(const struct job *job)
{
	static const char *const names[] = {"three-quarter front", "front", "side", "three-quarter back", "above"};
	const char *text = script_of(job);
	int count = (int)CLAMP(json_int(job->args, "views", 1), 1, (int)G_N_ELEMENTS(names));
	json_t *views = json_array();
	struct job_result *result = job_result_ok(json_make("{s:o}", "views", views));
	for (int i = 0; i < count; i++) {
		g_autofree char *file = g_strdup_printf("view-%d.png", i + 1);
		g_autoptr(GBytes) png = picture((guint8)(64 + number(text, names[i], 128)));
		job_result_attach(result, file, png);
		json_array_append_new(views, json_make("{s:s, s:f, s:f, s:f, s:i, s:f, s:f, s:f}", "name", names[i],
						     "azimuth", 45.0 * i, "elevation", 20.0, "seconds", 0.01, "tries",
						     1, "mean", 0.4, "clipped", 0.0, "coverage", 0.3));
	}
	return result;
}

static struct job_result *answer_export(const struct job *job)
{
	const char *name = json_str(job->args, "name", "asset");
	json_t *files = json_array(), *format;
	struct job_result *result = job_result_ok(json_make("{s:o}", "files", files));
	size_t i;
	json_array_foreach (json_object_get(job->args, "formats"), i, format) {
		const char *suffix = json_is_string(format) ? json_string_value(format) : "bin";
		g_autofree char *file = g_strconcat(name, ".", suffix, NULL);
		g_autofree char *body = g_strdup_printf("%s of %s\n", suffix, script_of(job));
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
		job_result_attach(result, file, bytes);
		json_array_append_new(files, json_make("{s:s, s:s, s:I, s:[]}", "name", file, "format", suffix, "size",
						     (json_int_t)strlen(body), "warnings"));
	}
	return result;
}

/* The lines of PARAMS: name, value as JSON, kind, bounds and description. */
static json_t *params_of(const char *text)
{
	g_autoptr(GRegex) row = g_regex_new("^\\s+\"(\\w+)\": *(\"[^\"]*\"|[^,#\\n]+), *# *([^:,\\n]+)"
					    "(?:, *([-0-9.e]+)\\.\\.([-0-9.e]+))?: *(.*)$",
		G_REGEX_MULTILINE | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	json_t *params = json_array();
	for (g_regex_match(row, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1), *value = g_match_info_fetch(match, 2);
		g_autofree char *kind = g_match_info_fetch(match, 3), *about = g_match_info_fetch(match, 6);
		g_autofree char *low = g_match_info_fetch(match, 4), *high = g_match_info_fetch(match, 5);
		g_autofree char *lower = g_ascii_strdown(g_strchomp(value), -1);
		json_t *read = json_parse(g_str_equal(lower, "true") || g_str_equal(lower, "false") ? lower : value,
			strlen(value), strlen(value), NULL);
		json_array_append_new(params, json_make("{s:s, s:o, s:s, s:o, s:o, s:n, s:s}", "name", name, "value",
						      read ? read : json_null(), "kind", kind, "low",
						      *low ? json_real(g_ascii_strtod(low, NULL)) : json_null(), "high",
						      *high ? json_real(g_ascii_strtod(high, NULL)) : json_null(),
						      "choices", "describe", about));
	}
	return params;
}

static struct job_result *answer_describe(const struct job *job)
{
	const char *text = script_of(job);
	g_autoptr(GPtrArray) pieces = pieces_of(text);
	json_t *functions = json_array();
	for (guint i = 0; i < pieces->len; i++) {
		const struct piece *piece = pieces->pdata[i];
		json_array_append_new(functions,
			json_make("{s:s, s:i, s:i, s:[], s:s}", "name", piece->name, "first",
				line_of(text, piece->from), "last", line_of(text, piece->to - 1), "params", "doc", ""));
	}
	return job_result_ok(
		json_make("{s:s, s:o, s:o}", "doc", "", "params", params_of(text), "functions", functions));
}

static struct job_result *answer_lint(const struct job *job)
{
	return job_result_ok(json_make("{s:[]}", "diagnostics"));
}

/* An API of one type. */
static struct job_result *answer_api(const struct job *job)
{
	g_autoptr(json_t) key = json_make("{s:s}", "blender", "3.4.1");
	struct job_result *result = job_result_ok(json_make("{s:O}", "key", key));
	const json_t *known = json_object_get(job->args, "key");
	if (known && json_equal((json_t *)known, key))
		return result;
	g_autoptr(json_t) dump = json_make("{s:i, s:O, s:{s:{s:s, s:s, s:{s:{s:s, s:s}}}}}", "schema", 1, "key", key,
		"types", "Mesh", "name", "Mesh", "doc", "Mesh data-block", "props", "use_auto_smooth", "type",
		"BOOLEAN", "doc", "Auto smooth");
	char *text = json_print(dump);
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
	job_result_attach(result, "api.json", bytes);
	return result;
}

static struct piece *find_piece(GPtrArray *pieces, const char *name)
{
	for (guint i = 0; i < pieces->len; i++) {
		struct piece *piece = pieces->pdata[i];
		if (g_str_equal(piece->name, name))
			return piece;
	}
	return NULL;
}

static struct job_result *answer_splice(const struct job *job)
{
	const char *fresh = json_str(job->args, "functions", NULL);
	if (!fresh)
		return job_result_failed("request.invalid", NULL, "argument \"functions\" is missing");
	g_autoptr(GPtrArray) wanted = pieces_of(fresh);
	g_autoptr(GString) text = g_string_new(script_of(job));
	json_t *replaced = json_array(), *added = json_array();
	for (guint i = 0; i < wanted->len; i++) {
		const struct piece *piece = wanted->pdata[i];
		g_autoptr(GPtrArray) present = pieces_of(text->str);
		const struct piece *old = find_piece(present, piece->name);
		gsize at = old ? old->from : text->len;
		if (old)
			g_string_erase(text, (gssize)old->from, (gssize)(old->to - old->from));
		g_string_insert_len(text, (gssize)at, fresh + piece->from, (gssize)(piece->to - piece->from));
		json_array_append_new(old ? replaced : added, json_string(piece->name));
	}
	return job_result_ok(json_make("{s:s, s:o, s:o}", "script", text->str, "replaced", replaced, "added", added));
}

/* A value as Python writes it. Free with g_free(). */
static char *python_of(const json_t *value)
{
	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "True" : "False");
	return json_print(value);
}

static struct job_result *answer_set(const struct job *job)
{
	g_autofree char *text = g_strdup(script_of(job));
	json_t *changed = json_array(), *value;
	const char *name;
	json_object_foreach (json_object_get(job->args, "values"), name, value) {
		g_autofree char *quoted = g_regex_escape_string(name, -1), *python = python_of(value);
		g_autofree char *pattern = g_strdup_printf("(?<=\"%s\": )(?:\"[^\"\\n]*\"|[^,#\\n]+)", quoted);
		g_autoptr(GRegex) row = g_regex_new(pattern, 0, 0, NULL);
		char *next = row ? g_regex_replace_literal(row, text, -1, 0, python, 0, NULL) : NULL;
		if (next && !g_str_equal(next, text))
			json_array_append_new(changed, json_string(name));
		if (next) {
			g_free(text);
			text = next;
		}
	}
	return job_result_ok(json_make("{s:s, s:o}", "script", text, "changed", changed));
}

static const json_t *part_named(const json_t *report_of, const char *name)
{
	size_t i;
	json_t *each;
	json_array_foreach (json_object_get(report_of, "parts"), i, each) {
		if (g_str_equal(json_str(each, "part", ""), name))
			return each;
	}
	return NULL;
}

static bool differs(const json_t *a, const json_t *b, const char *aspect)
{
	const json_t *one = json_object_get(json_object_get(a, "hash"), aspect);
	const json_t *two = json_object_get(json_object_get(b, "hash"), aspect);
	return !one || !two || !json_equal((json_t *)one, (json_t *)two);
}

static void add_difference(
	json_t *rows, json_t *changed, json_t *unchanged, const char *name, const json_t *before, const json_t *after)
{
	bool mesh = differs(before, after, "mesh"), moved = differs(before, after, "transform"),
	     painted = differs(before, after, "material"), any = mesh || moved || painted;
	const char *state = !before ? "added" : !after ? "removed" : any ? "changed" : "same";
	json_array_append_new(
		rows, json_make("{s:s, s:s, s:b, s:b, s:b, s:[I, I]}", "part", name, "state", state, "mesh", mesh,
			      "transform", moved, "material", painted, "pieces",
			      (json_int_t)json_int(before, "pieces", 0), (json_int_t)json_int(after, "pieces", 0)));
	json_array_append_new(any ? changed : unchanged, json_string(name));
}

static struct job_result *answer_diff(const struct job *job)
{
	const json_t *before = json_object_get(job->args, "before"), *after = json_object_get(job->args, "after");
	json_t *rows = json_array(), *changed = json_array(), *unchanged = json_array(), *each;
	size_t i;
	json_array_foreach (json_object_get(before, "parts"), i, each) {
		const char *name = json_str(each, "part", "");
		add_difference(rows, changed, unchanged, name, each, part_named(after, name));
	}
	json_array_foreach (json_object_get(after, "parts"), i, each) {
		const char *name = json_str(each, "part", "");
		if (!part_named(before, name))
			add_difference(rows, changed, unchanged, name, NULL, each);
	}
	return job_result_ok(json_make("{s:o, s:o, s:o}", "parts", rows, "changed", changed, "unchanged", unchanged));
}

static const struct {
	const char *verb;
	bool takes_script;
	struct job_result *(*answer)(const struct job *job);
} rows[] = {
	{"run", true, answer_run},
	{"render", true, answer_render},
	{"export", true, answer_export},
	{"describe", true, answer_describe},
	{"lint", true, answer_lint},
	{"api", false, answer_api},
	{"splice", true, answer_splice},
	{"set", true, answer_set},
	{"diff", false, answer_diff},
};

const char *const *fake_verbs(void)
{
	static const char *const names[] = {
		"run", "render", "export", "describe", "lint", "api", "splice", "set", "diff", NULL};
	G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(rows) + 1);
	return names;
}

struct job_result *fake_answer(const struct job *job)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!g_str_equal(rows[i].verb, job->verb))
			continue;
		if (rows[i].takes_script && !script_of(job))
			return job_result_failed("request.invalid", NULL, "argument \"script\" is missing");
		return rows[i].answer(job);
	}
	return job_result_failed("verb.unknown", NULL, "unknown verb \"%s\"", job->verb);
}
