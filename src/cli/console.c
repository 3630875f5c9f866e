/* The console: see console.h. The lines keep the forms that users of the published client know. */
#include "cli/console.h"

#include "cli/picture.h"
#include "proto/event.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
	HEAD_LINES = 12, /* of a script that is not asked for whole */
	TAIL_LINES = 6,
	PICTURE_COLUMNS = 60,
};

struct console {
	struct cli *cli;
	char *session;
	gint64 seq; /* the last event seen */
	bool live;  /* standard error is a terminal: there is a progress line */
	bool shown; /* a progress line stands there now */
	char *phase;
	gint64 phase_start; /* Unix milliseconds */
	gint64 now;         /* of the last event */
	char *script;       /* blob of the script in hand */
	char *picture;      /* blob of the last small picture of the front, to show when its version is accepted */
	bool pictures;      /* the full-size pictures have begun */
};

static struct cancel *interrupt; /* fired by the signal handler; NULL while no run is followed */

static void on_interrupt(int number)
{
	if (interrupt)
		cancel_fire_in_signal(interrupt);
}

struct console *console_new(struct cli *cli, const char *session)
{
	struct console *console = g_new0(struct console, 1);
	console->cli = cli;
	console->session = g_strdup(session);
	console->live = isatty(STDERR_FILENO) && !cli->json;
	return console;
}

void console_free(struct console *console)
{
	g_free(console->session);
	g_free(console->phase);
	g_free(console->script);
	g_free(console->picture);
	g_free(console);
}

void console_skip(struct console *console, gint64 seq)
{
	console->seq = seq;
}

struct cli *console_cli(const struct console *console)
{
	return console->cli;
}

const char *console_session(const struct console *console)
{
	return console->session;
}

/* ---- lines ---- */
static void clear_progress(struct console *console)
{
	if (console->shown)
		fputs("\r\033[K", stderr);
	console->shown = false;
}

static void say(struct console *console, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(struct console *console, const char *format, ...)
{
	if (console->cli->json)
		return;
	clear_progress(console);
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void progress(struct console *console, const char *what)
{
	if (!console->live)
		return;
	gint64 seconds = (console->now - console->phase_start) / 1000;
	fprintf(stderr, "\r\033[K%s · %s · %" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT,
		console->phase ? console->phase : "starting", what, seconds / 60, seconds % 60);
	console->shown = true;
}

/* "[Initial Creation Phase: 0:01:00]" */
static void say_phase_end(struct console *console)
{
	if (!console->phase)
		return;
	gint64 seconds = (console->now - console->phase_start) / 1000;
	g_auto(GStrv) words = g_strsplit(console->phase, "_", -1);
	for (char **word = words; *word; word++)
		**word = g_ascii_toupper(**word);
	g_autofree char *title = g_strjoinv(" ", words);
	say(console, "[%s Phase: %d:%02d:%02d]", title, (int)(seconds / 3600), (int)(seconds / 60 % 60),
		(int)(seconds % 60));
	g_clear_pointer(&console->phase, g_free);
}

static void say_list(struct console *console, const char *label, const json_t *list)
{
	size_t i;
	json_t *word;
	g_autoptr(GString) text = g_string_new(NULL);
	json_array_foreach ((json_t *)list, i, word)
		g_string_append_printf(
			text, "%s%s", i ? ", " : "", json_is_string(word) ? json_string_value(word) : "…");
	if (text->len)
		say(console, "%s%s", label, text->str);
}

/* ---- the script frame ---- */
static void say_script(struct console *console)
{
	gsize size;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/blobs/%s", console->script);
	g_autoptr(GBytes) bytes = client_bytes(console->cli->client, path, &error);
	const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	if (!data || console->cli->json)
		return;
	g_autofree char *text = g_strndup(data, size);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
	guint count = g_strv_length(lines);
	bool whole = console->cli->verbose || count <= HEAD_LINES + TAIL_LINES + 1;
	say(console, "===== Executing Blender code from server =====");
	for (guint i = 0; i < count; i++) {
		if (!whole && i == HEAD_LINES) {
			say(console, "… %u lines; --verbose shows them …", count - HEAD_LINES - TAIL_LINES);
			i = count - TAIL_LINES;
		}
		say(console, "%s", lines[i]);
	}
	say(console, "===== End snippet =====");
}

/* ---- one event ---- */
static void on_phase(struct console *console, const json_t *body)
{
	say_phase_end(console);
	console->phase = g_strdup(json_str(body, "phase", ""));
	console->phase_start = console->now;
}

static void on_plan(struct console *console, const json_t *body)
{
	say(console, "[Plan] %s", json_str(body, "title", ""));
	say_list(console, "[Plan] parts: ", json_object_get(body, "parts"));
	say_list(console, "[Understood] ", json_object_get(body, "understood"));
	say_list(console, "[Ignored] ", json_object_get(body, "ignored"));
	say_list(console, "[Note] ", json_object_get(body, "notes"));
}

static void on_feedback(struct console *console, const json_t *body)
{
	say_list(console, "[Understood] ", json_object_get(body, "understood"));
	say_list(console, "[Ignored] ", json_object_get(body, "ignored"));
	say_list(console, "[Note] ", json_object_get(body, "notes"));
	say_list(console, "[Changes] ", json_object_get(body, "touches"));
}

static void on_script(struct console *console, const json_t *body)
{
	g_free(console->script);
	console->script = g_strdup(json_str(body, "blob", ""));
}

static void say_picture_head(struct console *console)
{
	const struct options *options = console->cli->options;
	double scale = options_number(options, "render.resolution_scale");
	say(console, "[Client] Render resolution: %d x %d (base 1920x1080 @ %d%%)", (int)(1920 * scale + 0.5),
		(int)(1080 * scale + 0.5), (int)(scale * 100 + 0.5));
	say(console, "[Client] Rendering method: %s rendering (config setting)",
		options_bool(options, "blender.gpu_rendering") ? "GPU" : "CPU");
}

static void on_job_started(struct console *console, const json_t *body)
{
	const char *verb = json_str(body, "verb", "");
	if (g_str_equal(verb, "run") && console->script)
		say_script(console);
	progress(console, verb);
}

static void on_job_finished(struct console *console, const json_t *body)
{
	if (!g_str_equal(json_str(body, "verb", ""), "run"))
		return;
	if (json_bool(body, "ok", false)) {
		say(console,
			"[Client] [OK] Blender code executed successfully! Waiting for next action from server...");
		return;
	}
	const json_t *detail = json_object_get(body, "detail");
	say(console,
		"[Client] [RETRY] Blender code execution failed. Waiting for server to provide corrected version...");
	say(console, "   Error details: '%s'", json_str(body, "message", ""));
	if (json_str(detail, "code", NULL))
		say(console, "%s", json_str(detail, "code", ""));
}

static void on_lint(struct console *console, const json_t *body)
{
	size_t i;
	json_t *diagnostic;
	json_array_foreach (json_object_get(body, "diagnostics"), i, diagnostic)
		say(console, "[Lint] line %d: %s: %s", (int)json_int(diagnostic, "line", 0),
			json_str(diagnostic, "severity", ""), json_str(diagnostic, "message", ""));
}

static void on_gate(struct console *console, const json_t *body)
{
	size_t i;
	json_t *finding;
	say(console, "[Gate] %d parts, %d triangles, %d hard and %d soft findings", (int)json_int(body, "parts", 0),
		(int)json_int(body, "triangles", 0), (int)json_int(body, "hard", 0), (int)json_int(body, "soft", 0));
	json_array_foreach (json_object_get(body, "findings"), i, finding)
		say(console, "[Gate] %s %s: %s", json_str(finding, "severity", ""), json_str(finding, "code", ""),
			json_str(finding, "hint", ""));
}

static void on_verdict(struct console *console, const json_t *body)
{
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(body, "items"), i, item)
		say(console, "[Verified] %s: %s%s%s", json_str(item, "state", ""),
			json_str(item, "text", json_str(item, "id", "")), json_str(item, "why", NULL) ? ": " : "",
			json_str(item, "why", ""));
	say_list(console, "[Verified] unchanged: ", json_object_get(body, "unchanged"));
}

static void on_render(struct console *console, const json_t *body)
{
	bool final = g_str_equal(json_str(body, "quality", ""), "final");
	if (final && !console->pictures)
		say_picture_head(console);
	console->pictures = console->pictures || final;
	if (!final && g_str_has_suffix(json_str(body, "name", ""), "-1.png")) {
		g_free(console->picture);
		console->picture = g_strdup(json_str(body, "blob", ""));
	}
	if (final)
		say(console, "[Client] %s made", json_str(body, "name", ""));
}

static void show_picture(struct console *console)
{
	if (!console->live || !console->picture || !picture_possible(stderr))
		return;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/blobs/%s", console->picture);
	g_autoptr(GBytes) png = client_bytes(console->cli->client, path, &error);
	if (!png || !picture_show(stderr, png, PICTURE_COLUMNS))
		say(console, "[Warning] the picture cannot be shown here: %s", error ? error->message : "it is no PNG");
}

static void on_version(struct console *console, const json_t *body)
{
	clear_progress(console);
	show_picture(console);
	say(console, "[Version %d] %s", (int)json_int(body, "version", 0), json_str(body, "label", ""));
}

static void on_warning(struct console *console, const json_t *body)
{
	say(console, "[Warning] %s", json_str(body, "message", ""));
}

/* How a file that was read back compares with the asset, in a few words. */
static char *compared(const json_t *check)
{
	const json_t *look = json_object_get(check, "look");
	if (!json_bool(check, "read", false))
		return g_strdup(json_is_object(check) ? "not read back: no reader" : "not read back");
	if (!look)
		return g_strdup_printf("read back: %d triangles", (int)json_int(check, "triangles", 0));
	return g_strdup_printf("read back: %.1f of 255 off, similarity %.3f", json_num(look, "mean_difference", 0),
		json_num(look, "mean_similarity", 0));
}

static void on_delivery(struct console *console, const json_t *body)
{
	size_t i;
	json_t *row;
	json_array_foreach (json_object_get(body, "files"), i, row) {
		if (json_bool(row, "baked", true) && !json_is_object(json_object_get(row, "check")))
			continue;
		g_autofree char *words = json_bool(row, "baked", true) ? compared(json_object_get(row, "check"))
								       : g_strdup(json_str(row, "why", ""));
		say(console, "[Delivery] %s: %s", json_str(row, "name", ""), words);
	}
	json_array_foreach (json_object_get(json_object_get(body, "profile"), "notes"), i, row)
		say(console, "[Delivery] %s", json_string_value(row));
	json_array_foreach (json_object_get(body, "findings"), i, row)
		say(console, "[Delivery] %s: %s", json_str(row, "code", ""), json_str(row, "hint", ""));
}

static void on_skipped(struct console *console, const json_t *body)
{
	say(console, "[Client] pictures %s: %d of %d made, the asset is kept", json_str(body, "why", ""),
		(int)json_int(body, "made", 0), (int)json_int(body, "of", 0));
}

static void on_rejected(struct console *console, const json_t *body)
{
	say(console, "[Rejected] %s", json_str(body, "why", ""));
}

/* "3120 tokens in (2000 cached), 812 out, 0.0312 USD": the cost is never zero when it is not known. */
static char *usage_in_words(const json_t *usage)
{
	const json_t *usd = json_object_get(usage, "usd");
	g_autofree char *cost =
		json_is_number(usd) ? g_strdup_printf("%.4f USD", json_number_value(usd)) : g_strdup("cost unknown");
	return g_strdup_printf("%" G_GINT64_FORMAT " tokens in (%" G_GINT64_FORMAT " cached), %" G_GINT64_FORMAT
			       " out, %s",
		json_int(usage, "tokens_in", 0), json_int(usage, "tokens_cached", 0), json_int(usage, "tokens_out", 0),
		cost);
}

static bool has_tokens(const json_t *usage)
{
	return json_int(usage, "tokens_in", 0) + json_int(usage, "tokens_out", 0) > 0;
}

/* One call of a model, where there was a service to ask. */
static void on_step_finished(struct console *console, const json_t *body)
{
	const json_t *usage = json_object_get(body, "usage");
	g_autofree char *words = usage_in_words(usage);
	if (has_tokens(usage))
		say(console, "[Model] %s: %s %s: %.1f s, %s", json_str(body, "agent", ""),
			json_str(body, "provider", ""), json_str(body, "model", ""),
			(double)json_int(body, "millis", 0) / 1000, words);
}

static void on_tried(struct console *console, const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	g_autofree char *next = json_bool(body, "again", false)
					? g_strdup_printf("; again in %.1f s", json_num(body, "wait", 0))
					: g_strdup("");
	say(console, "[Model] %s: %s %s: %s%s", json_str(body, "agent", ""), json_str(body, "provider", ""),
		json_str(body, "model", ""), json_str(error, "message", json_str(body, "stop", "")), next);
}

static void on_step(struct console *console, const json_t *body)
{
	const char *agent = json_str(body, "agent", json_str(body, "verb", json_str(body, "key", "")));
	progress(console, agent);
}

static void on_progress(struct console *console, const json_t *body)
{
	g_autofree char *what = g_strdup_printf("%s (%d of %d)", json_str(body, "what", ""),
		(int)json_int(body, "done", 0), (int)json_int(body, "of", 0));
	progress(console, what);
}

static void on_continued(struct console *console, const json_t *body)
{
	say(console, "[Continue] %d finished steps are taken from the journal", (int)json_int(body, "steps", 0));
}

static void (*const handlers[EVENT_COUNT])(struct console *console, const json_t *body) = {
	[EVENT_RUN_CONTINUED] = on_continued,
	[EVENT_PHASE_CHANGED] = on_phase,
	[EVENT_STEP_STARTED] = on_step,
	[EVENT_STEP_FINISHED] = on_step_finished,
	[EVENT_MODEL_TRIED] = on_tried,
	[EVENT_PLAN_MADE] = on_plan,
	[EVENT_SCRIPT_REVISED] = on_script,
	[EVENT_LINT_REPORTED] = on_lint,
	[EVENT_JOB_STARTED] = on_job_started,
	[EVENT_JOB_PROGRESSED] = on_progress,
	[EVENT_JOB_FINISHED] = on_job_finished,
	[EVENT_RENDER_ADDED] = on_render,
	[EVENT_GATE_REPORTED] = on_gate,
	[EVENT_VERDICT_GIVEN] = on_verdict,
	[EVENT_FEEDBACK_UNDERSTOOD] = on_feedback,
	[EVENT_CANDIDATE_REJECTED] = on_rejected,
	[EVENT_VERSION_ACCEPTED] = on_version,
	[EVENT_DELIVERY_REPORTED] = on_delivery,
	[EVENT_PICTURES_SKIPPED] = on_skipped,
	[EVENT_BUDGET_WARNED] = on_warning,
	[EVENT_WARNING_GIVEN] = on_warning,
};

/* ---- following a run ---- */
struct following {
	struct console *console;
	const char *run;
	struct ending *ending;
};

static void take_ending(struct ending *ending, const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	const json_t *result = json_object_get(body, "result");
	ending->state = g_strdup(json_str(body, "state", ""));
	ending->fault = g_strdup(json_str(error, "code", NULL));
	ending->message = g_strdup(json_str(error, "message", NULL));
	ending->result = json_is_object(result) ? json_incref((json_t *)result) : NULL;
	ending->version = (int)json_int(result, "version", 0);
}

static bool take_event(const json_t *event, void *arg)
{
	struct following *following = arg;
	struct console *console = following->console;
	enum event_type type = event_by_name(json_str(event, "type", ""));
	const json_t *body = json_object_get(event, "body");
	bool ours = g_strcmp0(json_str(event, "run", NULL), following->run) == 0;
	console->now = json_int(event, "time", console->now);
	if (type == EVENT_RUN_FINISHED && ours) {
		say_phase_end(console);
		clear_progress(console);
		take_ending(following->ending, body);
		return false;
	}
	if (ours && type != EVENT_COUNT && handlers[type])
		handlers[type](console, body);
	return true;
}

static void cancel_run(struct console *console, const char *run)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/runs/%s/cancel", run);
	say(console, "[Client] cancelling the step in hand; all that is finished is kept (Ctrl-C again ends at once)");
	g_autoptr(json_t) answer = client_call(console->cli->client, "POST", path, NULL, &error);
	if (!answer)
		say(console, "[Client] %s", error->message);
}

bool console_follow(struct console *console, const char *run, struct ending *ending, GError **error)
{
	struct following following = {console, run, ending};
	struct sigaction action = {.sa_handler = on_interrupt};
	struct sigaction before;
	bool cancelled = false;
	*ending = (struct ending){0};
	console->pictures = false;
	interrupt = cancel_new(NULL, CANCEL_NO_DEADLINE);
	sigaction(SIGINT, &action, &before);
	bool done;
	while (true) {
		g_autoptr(GError) why = NULL;
		done = client_events(
			console->cli->client, console->session, &console->seq, take_event, &following, interrupt, &why);
		if (done)
			break;
		if (!g_error_matches(why, CANCEL_ERROR, CANCEL_ERROR_CANCELLED)) {
			g_propagate_error(error, g_steal_pointer(&why));
			break;
		}
		if (cancelled) {
			/* The journal holds all that is finished; the workers die with us. */
			fputc('\n', stderr);
			client_abandon(console->cli->client);
			_exit(CLI_CANCELLED);
		}
		cancelled = true;
		cancel_run(console, run);
		struct cancel *used = interrupt;
		interrupt = cancel_new(NULL, CANCEL_NO_DEADLINE);
		cancel_unref(used);
	}
	sigaction(SIGINT, &before, NULL);
	struct cancel *used = g_steal_pointer(&interrupt);
	cancel_unref(used);
	return done;
}

void ending_clear(struct ending *ending)
{
	g_free(ending->state);
	g_free(ending->fault);
	g_free(ending->message);
	json_decref(ending->result);
	*ending = (struct ending){0};
}

int console_tell_ending(const struct console *console, const struct ending *ending)
{
	if (!ending->fault)
		return CLI_OK;
	if (!g_str_equal(ending->state, "interrupted") && !g_str_equal(ending->state, "cancelled"))
		return cli_fail_code(ending->fault, ending->message);
	g_autofree char *message = g_strdup_printf(
		"%s; nothing is lost, go on with: ll3m sessions continue %.8s", ending->message, console->session);
	return cli_fail_code(ending->fault, message);
}

/* ---- the result ---- */
static void print_files(const json_t *artifacts)
{
	size_t i;
	json_t *artifact;
	int pictures = 0;
	printf("Files    ");
	json_array_foreach ((json_t *)artifacts, i, artifact) {
		const char *name = json_str(artifact, "name", "");
		if (g_str_has_prefix(name, "renders/"))
			pictures++;
		else
			printf("%s ", name);
	}
	if (pictures)
		printf("renders/ (%d)", pictures);
	putchar('\n');
}

/* What the models have cost, where there was a service to ask. */
static void print_cost(struct cli *cli, const char *session)
{
	size_t i;
	json_t *row;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s/costs", session);
	g_autoptr(json_t) costs = client_call(cli->client, "GET", path, NULL, NULL);
	const json_t *total = json_object_get(costs, "total");
	if (!has_tokens(total))
		return;
	g_autofree char *words = usage_in_words(total);
	printf("Models   %" G_GINT64_FORMAT " calls, %s;", json_int(total, "calls", 0), words);
	json_array_foreach (json_object_get(costs, "agents"), i, row)
		printf("%s %s %.1f s", i ? "," : "", json_str(row, "agent", ""), json_num(row, "seconds", 0));
	putchar('\n');
}

int console_summary(struct cli *cli, const char *session, const struct ending *ending, int code)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("/v1/sessions/%s", session);
	g_autofree char *versions_path = g_strdup_printf("/v1/sessions/%s/versions", session);
	g_autoptr(json_t) info = client_call(cli->client, "GET", path, NULL, &error);
	g_autoptr(json_t) versions = info ? client_call(cli->client, "GET", versions_path, NULL, &error) : NULL;
	if (!versions)
		return cli_fail(error);
	int head = (int)json_int(info, "head", 0);
	const json_t *version = head > 0 ? json_array_get(versions, (size_t)head - 1) : NULL;
	if (cli->json) {
		json_t *error_json =
			ending->fault ? json_make("{s:s, s:s}", "code", ending->fault, "message", ending->message)
				      : json_null();
		cli_print_json(json_make("{s:O, s:s, s:O?, s:O?, s:o}", "session", json_object_get(info, "id"), "state",
			ending->state, "version", version, "folder", json_object_get(info, "out_dir"), "error",
			error_json));
		return code;
	}
	if (!version)
		return code;
	printf("Session  %s\nVersion  %d: %s\nFolder   %s\n", json_str(info, "id", ""), head,
		json_str(version, "label", ""), json_str(info, "out_dir", "(none)"));
	print_files(json_object_get(version, "artifacts"));
	print_cost(cli, session);
	fflush(stdout);
	return code;
}
