/*
 * Where a service's key comes from: a file that is named, the environment variable that is named, or the service's
 * usual one. A key is one line of visible ASCII. It is read at the first question, so that what asks no model needs no
 * key. No error text says anything of what was read.
 */
#include "llm/service.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MAX = 8192 };

/* The whole of a small file that nobody else may read. */
static bool read_private(const char *path, char *out, GError **error)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *why = NULL;
	if (fd < 0 || fstat(fd, &st) < 0)
		why = g_strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is not a file";
	else if (st.st_mode & 077)
		why = "others may read it; do chmod 600, and change the key if they could";
	else if (st.st_uid != geteuid() && st.st_uid != 0)
		why = "it belongs to someone else";
	else if (st.st_size >= KEY_MAX)
		why = "it is too long for a key";
	ssize_t size = why ? 0 : read(fd, out, KEY_MAX - 1);
	if (size < 0)
		why = g_strerror(errno);
	if (fd >= 0)
		close(fd);
	if (why) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_KEY, "the key file %s cannot be used: %s", path, why);
		return false;
	}
	out[size] = '\0';
	return true;
}

static struct secret *check(const char *text, const char *where, GError **error)
{
	const char *why = NULL;
	for (const char *p = text; *p && !why; p++) {
		if (*p == '\n' || *p == '\r')
			why = "has a line break in it";
		else if (!g_ascii_isgraph(*p))
			why = "has a character that no key has, as a space";
	}
	if (!*text)
		why = "is empty";
	if (!why)
		return secret_new(text);
	g_set_error(error, LLM_ERROR, LLM_ERROR_KEY, "the key in %s %s", where, why);
	return NULL;
}

static struct secret *from_file(const char *path, GError **error)
{
	char text[KEY_MAX];
	if (!read_private(path, text, error))
		return NULL;
	struct secret *key = check(g_strchomp(text), path, error);
	explicit_bzero(text, sizeof text);
	return key;
}

const struct secret *endpoint_key(struct endpoint *endpoint, GError **error)
{
	const char *variable = endpoint->key_env ? endpoint->key_env : endpoint->service->key_env;
	const char *text = variable ? g_getenv(variable) : NULL;
	g_mutex_lock(&endpoint->lock);
	if (!endpoint->key && endpoint->key_file) {
		endpoint->key = from_file(endpoint->key_file, error);
	} else if (!endpoint->key && text) {
		g_autofree char *where = g_strconcat("$", variable, NULL);
		endpoint->key = check(text, where, error);
	} else if (!endpoint->key && (endpoint->key_env || !endpoint->service->keyless)) {
		g_set_error(error, LLM_ERROR, LLM_ERROR_KEY,
			"there is no key for %s: put it into $%s, or into a file of mode 0600 that "
			"models.default.key_file names",
			endpoint->provider->name, variable);
	}
	const struct secret *key = endpoint->key;
	g_mutex_unlock(&endpoint->lock);
	return key;
}
