/*
 * An executor without Blender: answers at once with data made up from the script (fake_answer.c). Tests and benchmarks
 * of the engine stand on it, so its faults are asked for by name. The option `blender` says them:
 *
 *     fake:die=3,exception=5,slow=0.02
 *
 *     die=N         the Nth job finds the worker dead        exception=N   the Nth `run` raises in the script
 *     timeout=N     the Nth job takes too long               broken=N      the Nth job ends in EXEC_ERROR_PROTOCOL
 *     slow=SECONDS  every job takes so long, or is cancelled
 *
 * Counts start at 1 and run over all scopes; N = 0 (also when left out) never comes. Any thread may run jobs.
 */
#include "exec/fake_int.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

struct fake {
	int die, exception, timeout, broken; /* atomic counters, counting down to their fault */
	double slow;
};

static bool read_fault(struct fake *fake, const char *word)
{
	const struct {
		const char *name;
		int *counter;
	} counters[] = {{"die=", &fake->die}, {"exception=", &fake->exception}, {"timeout=", &fake->timeout},
		{"broken=", &fake->broken}};
	for (gsize i = 0; i < G_N_ELEMENTS(counters); i++) {
		if (g_str_has_prefix(word, counters[i].name)) {
			*counters[i].counter = (int)g_ascii_strtoll(word + strlen(counters[i].name), NULL, 10);
			return true;
		}
	}
	if (!g_str_has_prefix(word, "slow="))
		return false;
	fake->slow = g_ascii_strtod(word + strlen("slow="), NULL);
	return true;
}

static void *fake_open(const struct exec_options *options, GError **error)
{
	struct fake *fake = g_new0(struct fake, 1);
	const char *asked = options->blender && g_str_has_prefix(options->blender, "fake:") ? options->blender + 5 : "";
	g_auto(GStrv) words = g_strsplit(asked, ",", -1);
	for (char **word = words; *word; word++) {
		if (**word && !read_fault(fake, *word)) {
			g_set_error(
				error, EXEC_ERROR, EXEC_ERROR_START, "the fake executor knows no fault \"%s\"", *word);
			g_free(fake);
			return NULL;
		}
	}
	return fake;
}

static bool strikes(int *counter)
{
	return g_atomic_int_get(counter) > 0 && g_atomic_int_dec_and_test(counter);
}

/* Spends the time that a slow job takes; false when it was cancelled. */
static bool dawdle(double seconds, struct cancel *cancel, GError **error)
{
	OWN(cancel) *nap = cancel_new(cancel, seconds);
	while (!cancel_check(nap, NULL)) {
		struct pollfd fired = {.fd = cancel_fd(nap), .events = POLLIN};
		if (poll(&fired, 1, cancel_timeout_ms(nap)) < 0 && errno != EINTR)
			g_error("poll: %s", g_strerror(errno));
	}
	return !cancel_check(cancel, error);
}

static struct job_result *timed_out(const struct job *job)
{
	return job_result_failed("script.timeout",
		json_make("{s:f, s:b, s:s}", "seconds", job->seconds, "killed", 1, "output", ""),
		"%s took longer than its %g s", job->verb, job->seconds);
}

static struct job_result *raised(void)
{
	return job_result_failed("script.exception",
		json_make("{s:s, s:i, s:s, s:s, s:s, s:s}", "type", "AttributeError", "line", 1, "function", "build",
			"traceback",
			"Traceback (most recent call last):\nAttributeError: 'Mesh' object has no attribute "
			"'auto_smooth'",
			"code", "1 | build(p)", "output", ""),
		"AttributeError: 'Mesh' object has no attribute 'auto_smooth' (line 1, in build)");
}

static struct job_result *fake_run(void *state, const char *scope, const struct job *job, job_progress_fn progress,
	void *arg, struct cancel *cancel, GError **error)
{
	struct fake *fake = state;
	gint64 begun = g_get_monotonic_time();
	if (fake->slow > job->seconds)
		return dawdle(job->seconds, cancel, error) ? timed_out(job) : NULL;
	if (fake->slow > 0 && !dawdle(fake->slow, cancel, error))
		return NULL;
	if (strikes(&fake->broken)) {
		g_set_error_literal(error, EXEC_ERROR, EXEC_ERROR_PROTOCOL, "the worker spoke nonsense: made up");
		return NULL;
	}
	if (progress)
		progress(1, 1, job->verb, arg);
	struct job_result *result;
	if (strikes(&fake->die))
		result = job_result_failed("worker.died", json_make("{s:i, s:s}", "signal", 11, "output", ""),
			"Blender died during %s: signal 11 (Segmentation fault)", job->verb);
	else if (strikes(&fake->timeout))
		result = timed_out(job);
	else if (g_str_equal(job->verb, "run") && strikes(&fake->exception))
		result = raised();
	else
		result = fake_answer(job);
	result->millis = (g_get_monotonic_time() - begun) / 1000;
	return result;
}

static void fake_release(void *state, const char *scope)
{
}

static json_t *fake_describe(void *state, struct cancel *cancel, GError **error)
{
	json_t *verbs = json_array();
	for (const char *const *verb = fake_verbs(); *verb; verb++)
		json_array_append_new(verbs, json_string(*verb));
	return json_make("{s:s, s:s, s:s, s:s, s:b, s:o}", "executor", "fake", "blender", "3.4.1", "path", "fake",
		"sandbox", "none", "isolated", 0, "verbs", verbs);
}

const struct executor_ops executor_fake = {
	.name = "fake",
	.open = fake_open,
	.close = g_free,
	.run = fake_run,
	.release = fake_release,
	.describe = fake_describe,
};
