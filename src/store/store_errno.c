/* System errors: see store_errno.h. */
#include "store/store_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum store_error_code store_code_from_errno(int number, enum store_error_code otherwise)
{
	return number == ENOSPC || number == EDQUOT || number == EFBIG ? STORE_ERROR_FULL : otherwise;
}

bool store_fail_errno(GError **error, int number, enum store_error_code otherwise, const char *what, const char *path)
{
	g_set_error(error, STORE_ERROR, (int)store_code_from_errno(number, otherwise), "cannot %s %s: %s", what, path,
		g_strerror(number));
	return false;
}

bool store_sync_folder(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return store_fail_errno(error, errno, STORE_ERROR_IO, "open the folder", path);
	int why = fsync(fd) < 0 ? errno : 0;
	close(fd);
	return why == 0 || store_fail_errno(error, why, STORE_ERROR_IO, "flush the folder", path);
}
