/*
 * The system calls that a script may not make, as a seccomp filter for the bubblewrap sandbox. Everything else is let
 * through: Blender, Mesa and Cycles need too much for a list of the allowed. The namespaces are the wall; this is the
 * second line, against kernel interfaces that no modeling script needs.
 *
 * execve() is let through, for the sandbox's own tool starts Blender under the filter. A script may use it too, but
 * only to replace its worker (there is no fork), under the same filter, in the same cage, and without the protocol's
 * descriptors, which close at exec: to us the worker has died.
 *
 * memfd_create() and shared memory segments are refused because their pages count in no limit of ours.
 */
#include "exec/sandbox_int.h"

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const denied[] = {
	/* more processes; threads come through clone() with CLONE_THREAD, see below */
	"fork",
	"vfork",
	"execveat",
	/* other processes' memory and descriptors */
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"process_mrelease",
	"kcmp",
	"pidfd_getfd",
	/* mounts and namespaces */
	"mount",
	"umount",
	"umount2",
	"mount_setattr",
	"move_mount",
	"open_tree",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"pivot_root",
	"chroot",
	"unshare",
	"setns",
	"listmount",
	"statmount",
	/* the network; socketpair() stays */
	"socket",
	"connect",
	"bind",
	"listen",
	"accept",
	"accept4",
	/* keys, programs in the kernel, rings, counters, page faults */
	"add_key",
	"request_key",
	"keyctl",
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"io_setup",
	"io_submit",
	"lookup_dcookie",
	"fanotify_init",
	"name_to_handle_at",
	"open_by_handle_at",
	"modify_ldt",
	"vm86",
	"vm86old",
	"uselib",
	"personality",
	/* memory outside of the limits */
	"memfd_create",
	"memfd_secret",
	"shmget",
	"shmat",
	"semget",
	"msgget",
	"mq_open",
	"mlockall",
	/* the machine */
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"create_module",
	"reboot",
	"swapon",
	"swapoff",
	"acct",
	"quotactl",
	"quotactl_fd",
	"syslog",
	"settimeofday",
	"clock_settime",
	"clock_adjtime",
	"adjtimex",
	"stime",
	"iopl",
	"ioperm",
	"sethostname",
	"setdomainname",
	"vhangup",
	"nfsservctl",
	"mknod",
	"mknodat",
};

static bool add_rules(scmp_filter_ctx filter)
{
	for (gsize i = 0; i < G_N_ELEMENTS(denied); i++) {
		int call = seccomp_syscall_resolve_name(denied[i]);
		if (call == __NR_SCMP_ERROR)
			continue; /* newer than this libseccomp, or of another machine: not reachable by that name */
		int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
		if (failed && failed != -EDOM)
			return false;
	}
	/* glibc makes threads with clone3() and, told that there is none, with clone(), whose flags can be looked at.
	 */
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		       SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
		       SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCSTI)) == 0;
}

int sandbox_filter(GError **error)
{
	int fd = -1;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter || !add_rules(filter)) {
		g_set_error_literal(
			error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "libseccomp could not make the system call filter");
		goto out;
	}
	fd = memfd_create("ll3m-filter", MFD_CLOEXEC);
	if (fd < 0 || seccomp_export_bpf(filter, fd) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
		g_set_error(error, EXEC_ERROR, EXEC_ERROR_NO_SANDBOX, "cannot write the system call filter: %s",
			g_strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
out:
	if (filter)
		seccomp_release(filter);
	return fd;
}
