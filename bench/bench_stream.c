/*
 * What a streamed answer costs: processor time a megabyte in each wire format, plain and over TLS, and the memory of
 * 200 streams at once. The service is another process (stream_peer.py), so that what is counted is ours alone. The peer
 * to compare with is the curl program, which reads the same bytes and throws them away. Usage: bench_stream PEER
 */
#include "base/testing.h"
#include "llm/llm.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILOBYTES = 4 * 1024, TIMES = 5, STREAMS = 200 };

struct peer {
	char *folder, *cert;
	char *plain, *secure; /* URLs */
	int in, out;
	GPid pid;
};

static void start_peer(struct peer *peer, const char *script)
{
	GError *error = NULL;
	char line[64] = "";
	int plain = 0, secure = 0;
	peer->folder = test_folder();
	peer->cert = g_build_filename(peer->folder, "trust.pem", NULL);
	const char *words[] = {"python3", script, peer->folder, NULL};
	if (!g_spawn_async_with_pipes(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
		    NULL, &peer->pid, &peer->in, &peer->out, NULL, &error))
		g_error("%s", error->message);
	for (gsize at = 0; at < sizeof line - 1 && !strchr(line, '\n'); at++)
		while (read(peer->out, line + at, 1) < 0 && errno == EINTR)
			;
	if (sscanf(line, "%d %d", &plain, &secure) != 2)
		g_error("the peer does not start");
	peer->plain = g_strdup_printf("http://127.0.0.1:%d", plain);
	peer->secure = g_strdup_printf("https://127.0.0.1:%d", secure);
}

static void stop_peer(struct peer *peer)
{
	close(peer->in);
	close(peer->out);
	waitpid(peer->pid, NULL, 0);
	test_folder_remove(peer->folder);
	g_free(peer->cert);
	g_free(peer->plain);
	g_free(peer->secure);
}

static double used_ms(int who)
{
	struct rusage usage;
	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static double resident_mb(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (!file || fscanf(file, "%*d %ld", &pages) != 1)
		g_error("no /proc");
	fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static struct llm *open_model(const char *provider, const char *url, const char *model, const char *cert)
{
	GError *error = NULL;
	g_autofree char *base = g_strconcat(url, g_str_equal(provider, "anthropic") ? "" : "/v1beta", NULL);
	const struct llm_options options = {
		.provider = provider, .model = model, .base_url = base, .key_env = "LL3M_BENCH_KEY", .ca_file = cert};
	struct llm *llm = llm_open(&options, &error);
	if (!llm)
		g_error("%s", error->message);
	return llm;
}

static void ask(struct llm *llm, const struct llm_watch *watch)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)llm_message_free);
	g_ptr_array_add(messages, llm_message_new("user", "a stool"));
	const struct llm_request request = {.agent = "coding", .messages = messages};
	OWN(llm_reply) *reply = llm_ask(llm, &request, watch, NULL, &error);
	if (!reply)
		g_error("%s", error->message);
}

/* ---- processor ---- */
static void bench_cpu(const char *provider, const struct peer *peer, const char *url)
{
	g_autofree char *model = g_strdup_printf("stream-%d", KILOBYTES);
	OWN(llm) *llm = open_model(provider, url, model, peer->cert);
	double start = used_ms(RUSAGE_SELF);
	for (int i = 0; i < TIMES; i++)
		ask(llm, NULL);
	printf("%-10s %-5s %6.1f ms a megabyte\n", provider, g_str_has_prefix(url, "https") ? "TLS" : "plain",
		(used_ms(RUSAGE_SELF) - start) / (TIMES * KILOBYTES / 1024.0));
}

static void bench_curl(const struct peer *peer, const char *url)
{
	g_autofree char *whole = g_strconcat(url, "/v1/chat/completions", NULL);
	g_autofree char *body = g_strdup_printf("{\"model\":\"stream-%d\"}", KILOBYTES);
	const char *words[] = {
		"curl", "-sN", "--cacert", peer->cert, "--data-binary", body, "-o", "/dev/null", whole, NULL};
	double start = used_ms(RUSAGE_CHILDREN);
	for (int i = 0; i < TIMES; i++)
		if (!g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL))
			g_error("no curl");
	printf("%-10s %-5s %6.1f ms a megabyte\n", "curl", g_str_has_prefix(url, "https") ? "TLS" : "plain",
		(used_ms(RUSAGE_CHILDREN) - start) / (TIMES * KILOBYTES / 1024.0));
}

/* ---- memory ---- */
struct crowd {
	struct llm *llm;
	gint begun, most; /* streams with a first piece; resident kilobytes once all had one */
};

struct stream {
	struct crowd *crowd;
	bool begun;
};

static void on_piece(const char *text, void *arg)
{
	struct stream *stream = arg;
	struct crowd *crowd = stream->crowd;
	if (!stream->begun)
		g_atomic_int_inc(&crowd->begun);
	stream->begun = true;
	if (g_atomic_int_get(&crowd->begun) == STREAMS)
		g_atomic_int_set(&crowd->most, MAX(g_atomic_int_get(&crowd->most), (int)(resident_mb() * 1000)));
}

static void *follow(void *arg)
{
	struct stream stream = {.crowd = arg};
	const struct llm_watch watch = {.piece = on_piece, .arg = &stream};
	ask(stream.crowd->llm, &watch);
	return NULL;
}

static void bench_memory(const struct peer *peer, const char *url)
{
	g_autofree char *model = g_strdup_printf("hold-%d", STREAMS);
	OWN(llm) *llm = open_model("openai", url, model, peer->cert);
	struct crowd crowd = {.llm = llm};
	GThread *threads[STREAMS];
	double before = resident_mb();
	for (int i = 0; i < STREAMS; i++)
		threads[i] = g_thread_new("stream", follow, &crowd);
	for (int i = 0; i < STREAMS; i++)
		g_thread_join(threads[i]);
	printf("%d streams at once, %-5s: %.1f MB resident, %.1f MB before\n", STREAMS,
		g_str_has_prefix(url, "https") ? "TLS" : "plain", (double)crowd.most / 1000, before);
}

/* Each memory figure in a process of its own, for freed memory stays. */
static void apart(void (*bench)(const struct peer *, const char *), const char *script, bool secure)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct peer peer;
		start_peer(&peer, script);
		bench(&peer, secure ? peer.secure : peer.plain);
		fflush(stdout);
		stop_peer(&peer);
		_exit(0);
	}
	int status = 0;
	if (waitpid(pid, &status, 0) != pid || status != 0)
		g_error("it failed");
}

int main(int argc, char **argv)
{
	static const char *const providers[] = {"openai", "anthropic", "gemini"};
	struct peer peer;
	if (argc != 2)
		return 2;
	g_setenv("LL3M_BENCH_KEY", "none", TRUE);
	apart(bench_memory, argv[1], false);
	apart(bench_memory, argv[1], true);
	start_peer(&peer, argv[1]);
	for (guint i = 0; i < G_N_ELEMENTS(providers); i++)
		bench_cpu(providers[i], &peer, peer.plain);
	bench_curl(&peer, peer.plain);
	bench_cpu("openai", &peer, peer.secure);
	bench_curl(&peer, peer.secure);
	stop_peer(&peer);
	return 0;
}
