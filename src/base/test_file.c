/* Whole files: new ones, replaced ones, and failures that leave the old one. */
#include "base/file.h"

#include "base/testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	char *folder;
	char *path;
	GError *error;
};

static int set_up(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);
	f->folder = test_folder();
	f->path = g_build_filename(f->folder, "a/b/asset.glb", NULL);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	test_folder_remove(f->folder);
	assert_null(f->error);
	g_free(f->path);
	g_free(f);
	return 0;
}

static void expect(GError **error, int code, const char *words)
{
	assert_non_null(*error);
	if (!g_error_matches(*error, G_FILE_ERROR, code) || !strstr((*error)->message, words))
		fail_msg("%d: %s", (*error)->code, (*error)->message);
	g_clear_error(error);
}

static void test_check_folder(void **state)
{
	struct fixture *f = *state;
	g_autofree char *below = g_build_filename(f->folder, "new", "newer", NULL);
	g_autofree char *file = g_build_filename(f->folder, "file", NULL);
	g_autofree char *below_file = g_build_filename(file, "new", NULL);
	assert_true(file_check_folder(f->folder, &f->error));
	assert_true(file_check_folder(below, &f->error));
	assert_false(g_file_test(below, G_FILE_TEST_EXISTS));
	assert_true(g_file_set_contents(file, "", 0, NULL));
	assert_false(file_check_folder(file, &f->error));
	expect(&f->error, G_FILE_ERROR_NOTDIR, file);
	assert_false(file_check_folder(below_file, &f->error));
	expect(&f->error, G_FILE_ERROR_NOTDIR, below_file);
}

static guint count_names(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;
	while (dir && g_dir_read_name(dir))
		count++;
	return count;
}

static void assert_holds(struct fixture *f, const char *data, gsize size)
{
	gsize got;
	g_autofree char *read = file_read(f->path, 1 << 20, &got, &f->error);
	assert_null(f->error);
	assert_int_equal(got, size);
	assert_memory_equal(read, data, size);
	assert_int_equal(read[size], '\0');
}

static void test_write_and_read(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	assert_true(file_write_whole(f->path, "first\0half", 10, &f->error));
	assert_holds(f, "first\0half", 10);
	assert_true(file_write_whole(f->path, "second", 6, &f->error));
	assert_holds(f, "second", 6);
	assert_true(file_write_whole(f->path, NULL, 0, &f->error));
	assert_holds(f, "", 0);
	assert_int_equal(count_names(f->path), 1);
	assert_int_equal(stat(f->path, &st), 0);
	mode_t mask = umask(0);
	umask(mask);
	assert_int_equal(st.st_mode & 0777, 0644 & ~mask);
}

static void test_relative(void **state)
{
	struct fixture *f = *state;
	g_autofree char *before = g_get_current_dir();
	assert_int_equal(chdir(f->folder), 0);
	bool done = file_write_whole("plain", "x", 1, &f->error);
	g_autofree char *read = file_read("plain", 1, NULL, NULL);
	assert_int_equal(chdir(before), 0);
	assert_true(done);
	assert_string_equal(read, "x");
}

static void test_write_fails(void **state)
{
	struct fixture *f = *state;
	assert_true(file_write_whole(f->path, "old", 3, &f->error));
	g_autofree char *below = g_build_filename(f->path, "below", NULL);
	assert_false(file_write_whole(below, "x", 1, &f->error));
	expect(&f->error, G_FILE_ERROR_NOTDIR, f->path);
	assert_false(file_make_folder(below, &f->error));
	expect(&f->error, G_FILE_ERROR_NOTDIR, below);
	g_autofree char *folder = g_path_get_dirname(f->path);
	assert_false(file_write_whole(folder, "x", 1, &f->error));
	expect(&f->error, G_FILE_ERROR_ISDIR, folder);
	g_autofree char *parent = g_path_get_dirname(folder);
	assert_int_equal(count_names(folder), 1); /* nothing was left beside it */
	assert_true(file_make_folder(parent, &f->error));
	assert_holds(f, "old", 3);
}

/* In a child: a write that runs into a limit half way leaves the old file and nothing else. */
static void test_no_room(void **state)
{
	struct fixture *f = *state;
	int status;
	assert_true(file_write_whole(f->path, "old", 3, &f->error));
	pid_t child = fork();
	if (child == 0) {
		struct rlimit limit = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
		g_autofree char *big = g_strnfill(5000, 'x');
		signal(SIGXFSZ, SIG_IGN);
		_exit(setrlimit(RLIMIT_FSIZE, &limit) == 0 && !file_write_whole(f->path, big, 5000, NULL) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_holds(f, "old", 3);
	assert_int_equal(count_names(f->path), 1);
}

static void test_read_fails(void **state)
{
	struct fixture *f = *state;
	g_autofree char *fifo = g_build_filename(f->folder, "fifo", NULL);
	assert_null(file_read(f->path, 99, NULL, &f->error));
	expect(&f->error, G_FILE_ERROR_NOENT, f->path);
	assert_null(file_read(f->folder, 99, NULL, &f->error));
	expect(&f->error, G_FILE_ERROR_INVAL, "not a regular file");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_null(file_read(fifo, 99, NULL, &f->error));
	expect(&f->error, G_FILE_ERROR_INVAL, "not a regular file");
	assert_true(file_write_whole(f->path, "12345", 5, &f->error));
	assert_null(file_read(f->path, 4, NULL, &f->error));
	expect(&f->error, G_FILE_ERROR_FAILED, "has 5 bytes, at most 4 are taken");
	g_autofree char *whole = file_read(f->path, 5, NULL, &f->error);
	assert_string_equal(whole, "12345");
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_write_and_read),
		WITH_FOLDER(test_relative),
		WITH_FOLDER(test_write_fails),
		WITH_FOLDER(test_no_room),
		WITH_FOLDER(test_read_fails),
		WITH_FOLDER(test_check_folder),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base_file", tests, NULL, NULL);
}
