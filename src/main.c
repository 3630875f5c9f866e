/* ll3m: turns a sentence into a 3D asset. The command line does everything: see cli/cli.h. */
#include "cli/cli.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A standard descriptor that is closed would be taken by the next file that is opened, and then be read or written as
 * what it is not. */
static void open_standard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		abort();
	close(fd);
}

int main(int argc, char **argv)
{
	open_standard_descriptors();
	return cli_main(argc, argv);
}
