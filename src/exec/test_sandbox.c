/*
 * The cage. Hostile scripts, run without lint, try to read, write, connect, multiply, fill up, hang and kill; each must
 * end in a plain diagnostic, and the next job of the same scope must find a worker that works. Run with "standin" a
 * Python process is the worker; with "blender" it is Blender, which also has to be able to render in there.
 */
#include "exec/test_peer.h"

#include "exec/sandbox_int.h"

#include <stdio.h>
#include <unistd.h>

#define BLENDER_MEMORY_MB 4096

/* Put before each script. HOME is the person's, with a file `secret` in FOLDER, which stands in it. */
static const char prelude[] = "import ctypes, os, sys, time\n"
			      "libc = ctypes.CDLL(None, use_errno=True)\n"
			      "RESULT = {}\n"
			      "def refused(what, *args):\n"
			      "    try:\n"
			      "        what(*args)\n"
			      "    except OSError as error:\n"
			      "        return error.errno\n"
			      "    raise RuntimeError('allowed: %r' % (args,))\n"
			      "def syscall_refused(number, *args):\n"
			      "    if libc.syscall(number, *args) != -1:\n"
			      "        raise RuntimeError('allowed: system call %d' % number)\n"
			      "    assert ctypes.get_errno() in (1, 38), ctypes.get_errno()\n";

struct escape {
	const char *name;
	const char *code; /* the result's; NULL where the script itself proves that it was refused */
	const char *says; /* in its message or detail */
	double seconds;   /* 0: patience */
	const char *script;
};

static const struct escape escapes[] = {
	{"read a file of the home", NULL, "", 0,
		"refused(open, FOLDER + '/secret'); refused(os.listdir, FOLDER); refused(os.listdir, HOME)"},
	{"read the system's secrets", NULL, "", 0,
		"for path in ('/etc/passwd', '/etc/shadow', '/etc/hostname', '/root', '/home', '/var', '/run', '/sys',"
		" '/proc/1/root/etc/passwd', '/old_root'):\n"
		"    refused(os.stat, path) if path[1:5] != 'proc' else refused(open, path)"},
	{"write outside", NULL, "", 0,
		"for path in ('/x', '/usr/x', '/usr/bin/x', '/etc/x', '/ll3m/x', '/ll3m/worker.py', '/dev/x',"
		" '/dev/shm/x', '/proc/sys/kernel/core_pattern',"
		" '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/proc/self/oom_score_adj', HOME + '/x', FOLDER "
		"+ '/x'):\n"
		"    refused(open, path, 'w')\n"
		"refused(os.mkdir, '/y'); refused(os.mkdir, '/dev/shm/y'); refused(os.chmod, '/usr/bin/env', 0o777)\n"
		"open('/tmp/allowed', 'w').write('this is the one writable folder')"},
	{"network", NULL, "", 0,
		"import socket\n"
		"for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET, "
		"38, 40):\n"
		"    refused(socket.socket, family, socket.SOCK_STREAM)\n"
		"    refused(socket.socket, family, socket.SOCK_DGRAM)\n"
		"interfaces = [line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line]\n"
		"assert set(interfaces) <= {'lo'}, interfaces"},
	{"start a process", NULL, "", 0,
		"import subprocess\n"
		"refused(os.fork); refused(subprocess.run, ['true']); refused(os.posix_spawn, '/usr/bin/true', "
		"['true'], {})\n"
		"refused(os.forkpty)\n"
		"assert libc.vfork() == -1 and libc.system(b'true') != 0"},
	{"fork bomb", "script.exception", "Operation not permitted", 0, "while True: os.fork()"},
	{"memory hog at once", "script.memory", "", 0, "x = bytearray(64 << 30)"},
	{"memory hog bit by bit", "script.memory", "", 0, "x = []\nwhile True: x.append(bytearray(32 << 20))"},
	{"memory that is not its own", NULL, "", 0,
		"refused(os.memfd_create, 'x')\n"
		"assert libc.shmget(0, 4096, 0o1600) == -1"},
	{"disk fill, one file", "script.exception", "", 0,
		"with open('/tmp/fill', 'wb') as f:\n"
		"    try:\n"
		"        while True: f.write(bytes(1 << 20))\n"
		"    finally: os.unlink('/tmp/fill')"},
	{"disk fill, many files", "script.exception", "No space left", 0,
		"import shutil\n"
		"os.mkdir('/tmp/many')\n"
		"try:\n"
		"    for i in range(10000): open('/tmp/many/%d' % i, 'wb').write(bytes(1 << 20))\n"
		"finally: shutil.rmtree('/tmp/many')"},
	{"endless loop", "script.timeout", "\"killed\":false", 1, "while True: pass"},
	{"endless loop that swallows the end", "script.timeout", "\"killed\":true", 1,
		"while True:\n    try:\n        while True: time.sleep(0.001)\n    except BaseException: pass"},
	{"endless native call that holds the interpreter", "script.timeout", "\"killed\":true", 1,
		"ctypes.PyDLL(None).pause()"},
	{"stop itself", "script.timeout", "\"killed\":true", 1, "os.kill(os.getpid(), 19)"},
	{"kill the parent", NULL, "", 0, "os.kill(os.getppid(), 9)"},
	{"kill everybody", NULL, "", 0, "libc.kill(-1, 9)"},
	/* Python leaks a thread state when a thread cannot start, and from then on loses the exception that ends a
	 * script: the row after this one ends the worker. */
	{"thread bomb", "script.exception", "start new thread", 0,
		"import threading\n"
		"threading.stack_size(64 * 1024)\n"
		"stop = threading.Event()\n"
		"try:\n"
		"    for i in range(LIMITS and 100000 or 1000):\n"
		"        threading.Thread(target=stop.wait, daemon=True).start()\n"
		"    raise RuntimeError('not started: can\\'t start new thread' if not LIMITS else 'allowed')\n"
		"finally:\n"
		"    stop.set()"},
	{"kill itself", "worker.died", "signal 9", 0, "os.kill(os.getpid(), 9)"},
	{"peek into /proc", NULL, "", 0,
		"pids = [name for name in os.listdir('/proc') if name.isdigit()]\n"
		"assert len(pids) <= 3, pids\n"
		"for pid in pids:\n"
		"    for name in ('cmdline', 'environ'):\n"
		"        try: text = open('/proc/%s/%s' % (pid, name)).read()\n"
		"        except OSError: continue\n"
		"        assert 'sesame' not in text and FOLDER not in text and 'LL3M' not in text, text\n"
		"refused(open, '/proc/1/mem', 'r+b'); refused(open, '/proc/kcore', 'rb')"},
	{"peek into the environment", NULL, "", 0,
		"assert not [key for key in os.environ if key.startswith('LL3M')]\n"
		"assert os.environ['HOME'] == '/tmp' and b'sesame' not in open('/proc/self/environ', 'rb').read()\n"
		"assert os.uname().nodename == 'll3m'"},
	{"find an open door", NULL, "", 0,
		"for fd in os.listdir('/proc/self/fd'):\n"
		"    try: to = os.readlink('/proc/self/fd/' + fd)\n"
		"    except OSError: continue\n"
		"    assert to.split('/')[1:2] in ([], ['dev'], ['proc'], ['tmp'], ['usr'], ['ll3m']) or ':' in to, "
		"to\n"
		"status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
		"assert int(status['CapEff'], 16) == 0 and int(status['CapBnd'], 16) == 0, status['CapEff']\n"
		"assert status['NoNewPrivs'].strip() == '1' and status['Seccomp'].strip() == '2'\n"
		"assert os.getuid() == 65534"},
	{"kernel interfaces", NULL, "", 0,
		"import platform\n"
		"if platform.machine() == 'x86_64':\n"
		"    for number in (101, 310, 311, 165, 166, 155, 161, 272, 308, 321, 298, 323, 425, 426, 427, 250, "
		"248, 246,\n"
		"                   175, 313, 304, 300, 435, 428, 430, 442, 438, 319, 9999):\n"
		"        syscall_refused(number, 0, 0, 0, 0, 0)\n"
		"    for flags in (0x10000000, 0x20000, 0x40000000, 0x20000000):\n"
		"        syscall_refused(272, flags)\n"
		"        syscall_refused(56, flags | 17, 0, 0, 0, 0)\n"
		"    syscall_refused(16, 0, 0x5412, b'x'); syscall_refused(16, 0, 0x100005412, b'x')"},
	{"print a gigabyte", "script.output", "", 0, "while True: os.write(2, b'x' * (1 << 16))"},
	{"sys.exit", "script.exit", "", 0, "sys.exit(3)"},
	{"os._exit", "worker.died", "exit code 5", 0, "os._exit(5)"},
	{"abort", "worker.died", "signal 6", 0, "os.abort()"},
	{"null pointer", "worker.died", "signal 11", 0, "ctypes.string_at(0)"},
	{"stack overflow", "worker.died", "signal 11", 0,
		"kind = ctypes.CFUNCTYPE(None)\n"
		"call = kind(lambda: call())\n"
		"sys.setrecursionlimit(1 << 30)\n"
		"call()"},
	{"become another program", "worker.died", "exit code", 0, "os.execv('/usr/bin/true', ['true'])"},
	{"cut the line", "worker.died", "", 0,
		"import socket\n"
		"for fd in range(3, 256):\n"
		"    try: socket.socket(fileno=fd).shutdown(socket.SHUT_RDWR)\n"
		"    except OSError: pass\n"
		"time.sleep(60)"},
};

static bool blender;

static struct exec_options cage_options(void)
{
	struct exec_options options = peer_options("bubblewrap");
	if (blender) {
		options.blender = NULL;
		options.memory_mb = BLENDER_MEMORY_MB;
		options.spare = 1;
	}
	return options;
}

static char *folder_with_secret(void)
{
	g_autofree char *template = g_build_filename(g_get_home_dir(), ".ll3m-test-XXXXXX", NULL);
	char *folder = g_mkdtemp(g_steal_pointer(&template));
	assert_non_null(folder);
	g_autofree char *secret = g_build_filename(folder, "secret", NULL);
	assert_true(g_file_set_contents(secret, "sesame", -1, NULL));
	return folder;
}

/* Runs one row; false, with a line on what was wrong. */
static bool holds(struct executor *executor, const struct escape *row, const char *folder)
{
	g_autofree char *text = g_strdup_printf("%sFOLDER, HOME, LIMITS = '%s', '%s', %s\n%s\n", prelude, folder,
		g_get_home_dir(), geteuid() == 0 ? "False" : "True", row->script);
	gint64 begun = g_get_monotonic_time();
	OWN(job_result) *result = ask(executor, "hostile", "run", json_make("{s:s}", "script", text),
		row->seconds > 0 ? row->seconds : PATIENCE);
	g_autofree char *detail = result->detail ? json_print(result->detail) : g_strdup("");
	const char *code = result->ok ? "ok" : result->code;
	bool held = strcmp(code, row->code ? row->code : "ok") == 0 &&
		    (result->ok || strstr(result->message, row->says) || strstr(detail, row->says));
	print_message("# %s %s: %s %s (%.2f s)\n", held ? "held" : "NOT HELD", row->name, code,
		result->message ? result->message : "", (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC);
	if (!held)
		print_message("# %s\n", detail);
	return held;
}

static void test_escapes(void **state)
{
	char *folder = folder_with_secret();
	g_setenv("LL3M_SECRET", "sesame", TRUE);
	const struct exec_options options = cage_options();
	struct executor *executor = open_or_fail("headless", &options);
	guint broken = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(escapes); i++) {
		broken += holds(executor, &escapes[i], folder) ? 0 : 1;
		assert_alive(executor, "hostile");
	}
	executor_close(executor);
	test_folder_remove(folder);
	assert_int_equal(broken, 0);
}

static void test_renders_inside(void **state)
{
	static const char script[] = "import bpy, os\n"
				     "RESULT = {}\n"
				     "scene = bpy.context.scene\n"
				     "scene.render.resolution_x = scene.render.resolution_y = 48\n"
				     "scene.cycles.samples, scene.cycles.use_denoising = 2, False\n"
				     "for engine in ('CYCLES', 'BLENDER_WORKBENCH', 'BLENDER_EEVEE'):\n"
				     "    if engine == 'BLENDER_EEVEE' and bpy.app.version >= (4, 2, 0):\n"
				     "        continue\n"
				     "    scene.render.engine = engine\n"
				     "    scene.render.filepath = '/tmp/%s.png' % engine\n"
				     "    bpy.ops.render.render(write_still=True)\n"
				     "    RESULT[engine] = os.path.getsize(scene.render.filepath)\n";
	const struct exec_options options = cage_options();
	struct executor *executor = open_or_fail("headless", &options);
	OWN(job_result) *result = run_script(executor, "s", script);
	assert_code(result, "ok");
	assert_true(json_int(result->result, "CYCLES", 0) > 500);
	assert_true(json_int(result->result, "BLENDER_WORKBENCH", 0) > 500);
	executor_close(executor);
}

static bool has_argument(const struct sandbox_plan *plan, const char *argument)
{
	char text[16 * 1024];
	ssize_t len = pread(plan->fds[0], text, sizeof(text), 0);
	for (ssize_t at = 0; at < len; at += (ssize_t)strlen(text + at) + 1) {
		if (strcmp(text + at, argument) == 0)
			return true;
	}
	return false;
}

static void test_plan(void **state)
{
	g_autoptr(GError) error = NULL;
	OWN(sandbox) *sandbox = sandbox_open("bubblewrap", &error);
	assert_non_null(sandbox);
	for (int gpu = 0; gpu < 2; gpu++) {
		const struct sandbox_request request = {
			.program = STANDIN, .root = "", .bridge_dir = PEER, .disk_mb = 16, .gpu = gpu};
		struct sandbox_plan plan;
		sandbox_plan_init(&plan);
		assert_true(sandbox->ops->plan(sandbox, &request, &plan, &error));
		assert_int_equal(has_argument(&plan, "/dev/dri"), gpu);
		assert_true(has_argument(&plan, STANDIN));
		assert_false(has_argument(&plan, TESTDATA));
		assert_false(has_argument(&plan, "/home"));
		sandbox_plan_release(&plan);
	}
}

static void test_says_how_to_mend_it(void **state)
{
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	g_setenv("PATH", "/nowhere", TRUE);
	g_autoptr(GError) error = NULL;
	OWN(sandbox) *sandbox = sandbox_open("bubblewrap", &error);
	g_setenv("PATH", path, TRUE);
	assert_null(sandbox);
	assert_true(g_error_matches(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX));
	assert_non_null(strstr(error->message, "apt-get install bubblewrap"));
	assert_non_null(strstr(error->message, "--no-sandbox"));
}

int main(int argc, char **argv)
{
	blender = argc > 1 && strcmp(argv[1], "blender") == 0;
	g_autoptr(GError) error = NULL;
	OWN(sandbox) *sandbox = sandbox_open("bubblewrap", &error);
	g_autofree char *found = g_find_program_in_path("blender");
	if (!sandbox || (blender && !found)) {
		printf("1..0 # SKIP %s\n", sandbox ? "there is no Blender" : error->message);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest any[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_says_how_to_mend_it),
		cmocka_unit_test(test_escapes),
	};
	const struct CMUnitTest with_blender[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_renders_inside),
	};
	return blender ? cmocka_run_group_tests(with_blender, NULL, NULL) : cmocka_run_group_tests(any, NULL, NULL);
}
