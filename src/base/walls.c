#include "base/walls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came after the header we may be built with. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14) /* ABI 3 */
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15) /* ABI 5 */
#endif

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define WALLS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WALLS_SANITIZED 1
#endif
#ifndef WALLS_SANITIZED
#define WALLS_SANITIZED 0
#endif

/* ---- The profiles, as data ---- */

/* Memory, threads, time, randomness, an orderly end: any process that runs. */
static const char *const calls_of_all[] = { "brk", "munmap", "mremap", "madvise", "mlock", "munlock", "futex",
	"set_robust_list", "get_robust_list", "rseq", "membarrier", "sched_yield", "sched_getaffinity", "getcpu",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "getpid", "gettid",
	"getuid", "geteuid", "getgid", "getegid", "sysinfo", "uname", "clock_gettime", "clock_getres",
	"clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom", "read", "write", "readv", "writev",
	"pread64", "pwrite64", "recvfrom", "sendto", "recvmsg", "sendmsg", "shutdown", "openat", "open", "close",
	"fstat", "newfstatat", "fstatat64", "stat", "lstat", "statx", "lseek", "_llseek", "fcntl", "fcntl64", "flock",
	"fsync", "fdatasync", "fchmod", "unlink", "unlinkat", "rename", "renameat", "renameat2", "poll", "ppoll",
	"tgkill", "exit", "exit_group", NULL };

/* libmicrohttpd and GnuTLS, SQLite, waiting for signals and for the signer. */
static const char *const calls_of_daemon[] = { "bind", "listen", "accept", "accept4", "getsockname", "getpeername",
	"getsockopt", "setsockopt", "socketpair", "recvmmsg", "sendmmsg", "sendfile", "epoll_create1", "epoll_create",
	"epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "select", "pselect6", "eventfd2", "pipe2",
	"timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd4", "rt_sigtimedwait", "rt_sigpending",
	"rt_sigsuspend", "wait4", "waitid", "preadv", "pwritev", "preadv2", "pwritev2", "ftruncate", "truncate",
	"fallocate", "sync_file_range", "msync", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
	"getdents64", "getcwd", "mkdir", "mkdirat", "rmdir", "linkat", "fchown", "chmod", "fchmodat", "utimensat",
	"umask", "statfs", "fstatfs", "dup", "dup2", "dup3", "close_range", "getppid", "getrusage", "times",
	"getrlimit", "sched_getparam", "sched_getscheduler", NULL };

static const char *const calls_of_signer[] = { NULL };

/* What libraries read at odd moments: time zones, OpenSSL's and GnuTLS's settings, the number of processors. */
static const char *const files_of_daemon[] = { "/etc/localtime", "/usr/share/zoneinfo", "/etc/ssl", "/etc/gnutls",
	"/etc/crypto-policies", "/dev/urandom", "/dev/null", "/sys/devices/system/cpu",
	"/proc/sys/vm/overcommit_memory", NULL };

static const char *const files_of_signer[] = { NULL };

static const struct profile {
	const char *const *calls;
	const char *const *files;
	bool daemon; /* may make TCP and local sockets, and memory to hand over; links files across directories */
} profiles[] = {
	[WALLS_DAEMON] = { calls_of_daemon, files_of_daemon, true },
	[WALLS_SIGNER] = { calls_of_signer, files_of_signer, false },
};

/* ---- seccomp ---- */

static int
allow_calls(scmp_filter_ctx filter, const char *const *names, unsigned *count)
{
	for (; *names != NULL; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		/* Each architecture has its own selection. */
		if (number < 0)
			continue;
		int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
		if (error != 0)
			return error;
		(*count)++;
	}
	return 0;
}

/* Calls that are good or bad by an argument. What is not allowed here falls to the default. */
static int
allow_by_argument(scmp_filter_ctx filter, bool daemon)
{
	/* Nothing that was written becomes code; no process is made, only threads. clone3 hides its flags in memory, so
	 * it is not allowed at all, and libc takes clone. */
	const struct {
		int call;
		struct scmp_arg_cmp argument;
		bool wanted;
	} rules[] = {
		{ SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), true },
		{ SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), true },
		{ SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD), true },
		{ SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0), true },
		{ SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0), true }, /* asks, does not set */
		{ SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONBIO, 0), daemon },
		{ SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONREAD, 0), daemon },
		{ SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, TCGETS, 0), true },
		{ SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0), daemon },
		{ SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_INET, 0), daemon },
		{ SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_INET6, 0), daemon },
		/* What the daemon hands to the signer to be read and signed; the signer makes none. */
		{ SCMP_SYS(memfd_create), SCMP_A1(SCMP_CMP_EQ, MFD_CLOEXEC | MFD_ALLOW_SEALING, 0), daemon },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		if (!rules[i].wanted)
			continue;
		int error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, 1, &rules[i].argument);
		if (error != 0)
			return error;
	}
	return 0;
}

static int
filter_load(scmp_filter_ctx filter, const struct profile *profile, unsigned *count)
{
	int error = allow_calls(filter, calls_of_all, count);

	if (error == 0)
		error = allow_calls(filter, profile->calls, count);
	if (error == 0)
		error = allow_by_argument(filter, profile->daemon);
	if (error == 0)
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	/* A tree over the call numbers instead of a list. Older libraries have only the list. */
	if (error == 0)
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return error != 0 ? error : seccomp_load(filter);
}

static bool
seccomp_raise(const struct profile *profile, struct walls_report *report, struct fault *fault)
{
	unsigned count = 0;

	if (prctl(PR_GET_SECCOMP) < 0) {
		(void)snprintf(report->seccomp, sizeof report->seccomp, "off: the kernel has none");
		return true;
	}
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int error = filter != NULL ? filter_load(filter, profile, &count) : -ENOMEM;
	seccomp_release(filter);
	if (error != 0)
		return fault_set(fault, FAULT_INTERNAL, "The process walls (seccomp) could not be raised: %s.",
			strerror(-error));
	(void)snprintf(report->seccomp, sizeof report->seccomp, "on (%u calls)", count);
	return true;
}

/* ---- Landlock ---- */

#define RIGHTS_TO_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_TO_WRITE                                                                                                \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |                \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER |               \
		LANDLOCK_ACCESS_FS_TRUNCATE)
#define RIGHTS_OF_A_FILE                                                                                               \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |                   \
		LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV)

/* A ruleset being made. */
struct ruleset {
	int fd;
	uint64_t handled; /* what this kernel can forbid */
};

/* What an ABI can forbid: everything up to its newest right. */
static uint64_t
rights_of_abi(long abi)
{
	if (abi >= 5)
		return 2 * LANDLOCK_ACCESS_FS_IOCTL_DEV - 1;
	if (abi >= 3)
		return 2 * LANDLOCK_ACCESS_FS_TRUNCATE - 1;
	if (abi == 2)
		return 2 * LANDLOCK_ACCESS_FS_REFER - 1;
	return 2 * LANDLOCK_ACCESS_FS_MAKE_SYM - 1;
}

/* Allows `rights` on one file, or on a directory and all below it. What does not exist is passed over. */
static bool
allow_path(const struct ruleset *ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights & ruleset->handled };
	struct stat status;
	bool done = true;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (fstat(rule.parent_fd, &status) != 0) {
		done = false;
	} else {
		if (!S_ISDIR(status.st_mode))
			rule.allowed_access &= RIGHTS_OF_A_FILE;
		done = syscall(SYS_landlock_add_rule, ruleset->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	}
	int error = errno;
	(void)close(rule.parent_fd);
	errno = error;
	return done;
}

static bool
allow_directory_of(const struct ruleset *ruleset, const char *path, uint64_t rights)
{
	char directory[4096];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);

	if (n >= sizeof directory) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(directory, path, n);
	directory[n] = '\0';
	return allow_path(ruleset, n == 0 ? "." : directory, rights);
}

/* A directory; or a file, which stands for the directory it is in and the one it really is in: a renewed certificate is
 * put there by renaming. */
static bool
allow_place(const struct ruleset *ruleset, const char *path, uint64_t rights)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return allow_path(ruleset, path, rights);
	char *real = realpath(path, NULL);
	bool done = allow_directory_of(ruleset, path, rights) &&
		    (real == NULL || allow_directory_of(ruleset, real, rights));
	free(real);
	return done;
}

static bool
ruleset_fill(const struct ruleset *ruleset, const struct walls *walls)
{
	static const char *const none[] = { NULL };
	const char *const *read_only = walls->read_only != NULL ? walls->read_only : none;
	const char *const *read_write = walls->read_write != NULL ? walls->read_write : none;

	for (const char *const *file = profiles[walls->profile].files; *file != NULL; file++) {
		if (!allow_path(ruleset, *file, RIGHTS_TO_READ))
			return false;
	}
	for (; *read_only != NULL; read_only++) {
		if (!allow_place(ruleset, *read_only, RIGHTS_TO_READ))
			return false;
	}
	for (; *read_write != NULL; read_write++) {
		if (!allow_place(ruleset, *read_write, RIGHTS_TO_READ | RIGHTS_TO_WRITE))
			return false;
	}
	return true;
}

static bool
landlock_raise(const struct walls *walls, struct walls_report *report, struct fault *fault)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) {
		(void)snprintf(report->landlock, sizeof report->landlock, "off: the kernel has none");
		return true;
	}
	/* The first ABI forbids every link and rename from one directory to another, and cannot be told otherwise. */
	if (abi == 1 && profiles[walls->profile].daemon) {
		(void)snprintf(
			report->landlock, sizeof report->landlock, "off: the kernel's forbids all links (ABI 1)");
		return true;
	}
	struct ruleset ruleset = { .handled = rights_of_abi(abi) };
	const struct landlock_ruleset_attr attribute = { .handled_access_fs = ruleset.handled };
	ruleset.fd = (int)syscall(SYS_landlock_create_ruleset, &attribute, sizeof attribute, 0);
	bool done = ruleset.fd >= 0 && ruleset_fill(&ruleset, walls) &&
		    syscall(SYS_landlock_restrict_self, ruleset.fd, 0) == 0;
	int error = errno;
	if (ruleset.fd >= 0)
		(void)close(ruleset.fd);
	if (!done)
		return fault_set(fault, FAULT_INTERNAL, "The process walls (Landlock) could not be raised: %s.",
			strerror(error));
	(void)snprintf(report->landlock, sizeof report->landlock, "on (ABI %ld)", abi);
	return true;
}

bool
walls_sanitized(void)
{
	return WALLS_SANITIZED;
}

bool
walls_raise(const struct walls *walls, struct walls_report *report, struct fault *fault)
{
	if (walls_sanitized()) {
		(void)snprintf(report->seccomp, sizeof report->seccomp, "off: a sanitized build");
		(void)snprintf(report->landlock, sizeof report->landlock, "off: a sanitized build");
		return true;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fault_set(fault, FAULT_INTERNAL, "The process walls could not be raised: %s.", strerror(errno));
	/* Landlock first: its own calls are not among those that stay allowed. */
	return landlock_raise(walls, report, fault) && seccomp_raise(&profiles[walls->profile], report, fault);
}
