#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "signer/channel.h"

enum { SIGNER_START_PATIENCE_S = 30, SIGNER_WALLS_BYTES = 160 };

struct signer_process {
	pid_t pid;
	unsigned channels;
	char walls[SIGNER_WALLS_BYTES];
	struct signer signers[SIGNER_MAX_CHANNELS];
};

/* ---- Starting and ending ---- */

/* What is needed between fork and exec, made ready before: after fork only async-signal-safe calls are allowed. */
struct launch {
	int ends[SIGNER_MAX_CHANNELS]; /* the child's, above the descriptors it will have */
	unsigned channels;
	char *arguments[1 + SIGNER_ARGUMENTS + 1];
	char *environment[8];
};

/* Of the parent's environment the signer needs nothing; sanitized builds need their options. Without the thread caches
 * of malloc every freed block is overwritten (M_PERTURB does not reach blocks that go to a cache). */
static void
launch_environment(struct launch *launch)
{
	static const char *const kept[] = { "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH" };
	size_t n = 0;

	launch->environment[n++] = memory_cstr(STR("GLIBC_TUNABLES=glibc.malloc.tcache_count=0"));
	for (size_t i = 0; i < ARRAY_COUNT(kept); i++) {
		const char *value = getenv(kept[i]);
		if (value != NULL && asprintf(&launch->environment[n++], "%s=%s", kept[i], value) < 0)
			memory_exhausted(strlen(value));
	}
}

static void
launch_done(struct launch *launch)
{
	for (unsigned i = 0; i < launch->channels; i++)
		(void)close(launch->ends[i]);
	for (char **p = launch->arguments; *p != NULL; p++)
		free(*p);
	for (char **p = launch->environment; *p != NULL; p++)
		free(*p);
}

static bool
launch_channel(struct launch *launch, struct signer_process *process, struct fault *fault)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return fault_set(fault, FAULT_INTERNAL, "No socket for the signer: %s.", strerror(errno));
	int end = fcntl(pair[1], F_DUPFD_CLOEXEC, SIGNER_FIRST_FD + SIGNER_MAX_CHANNELS);
	(void)close(pair[1]);
	if (end < 0) {
		(void)close(pair[0]);
		return fault_set(fault, FAULT_INTERNAL, "No socket for the signer: %s.", strerror(errno));
	}
	struct signer *signer = &process->signers[process->channels++];
	signer->fd = pair[0];
	message_init(&signer->message);
	launch->ends[launch->channels++] = end;
	return true;
}

static bool
launch_prepare(const struct signer_options *options, struct signer_process *process, struct launch *launch,
	struct fault *fault)
{
	char number[16];

	if (options->channels == 0 || options->channels > SIGNER_MAX_CHANNELS)
		return fault_set(fault, FAULT_INTERNAL, "The signer has 1 to %d channels, not %u.", SIGNER_MAX_CHANNELS,
			options->channels);
	while (process->channels < options->channels) {
		if (!launch_channel(launch, process, fault))
			return false;
	}
	(void)snprintf(number, sizeof number, "%u", options->channels);
	launch->arguments[0] = memory_cstr(STR("chancery"));
	launch->arguments[1] = memory_cstr(STR("signer"));
	launch->arguments[2] = memory_cstr(str_of(number));
	launch->arguments[3] = memory_cstr(str_of(options->master_key_file));
	launch->arguments[4] = memory_cstr(options->create ? STR("create") : STR("keep"));
	launch_environment(launch);
	return true;
}

/* In the child. The daemon drains before it ends, so the signals that end the daemon must not end the signer; ignored
 * signals stay ignored over exec. */
static _Noreturn void
launch_exec(const struct signer_options *options, const struct launch *launch)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	unsigned first_unused = SIGNER_FIRST_FD + launch->channels;
	sigset_t none;

	for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	int null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(127);
	for (unsigned i = 0; i < launch->channels; i++) {
		if (dup2(launch->ends[i], SIGNER_FIRST_FD + (int)i) < 0)
			_exit(127);
	}
	if (close_range(first_unused, ~0U, 0) != 0)
		_exit(127);
	(void)execve(options->executable, launch->arguments, launch->environment);
	_exit(127);
}

/* The first message comes unasked: the keys are read, or why not. */
static bool
await_start(struct signer_process *process, struct fault *fault)
{
	struct signer *signer = &process->signers[0];
	const struct timeval patience = { .tv_sec = SIGNER_START_PATIENCE_S };
	const struct timeval forever = { 0 };

	if (setsockopt(signer->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
		!message_receive(signer->fd, &signer->message) ||
		setsockopt(signer->fd, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever) != 0) {
		(void)fault_set(fault, FAULT_INTERNAL, "The signer process did not start.");
		return fault_log(fault, "first message: %s", strerror(errno));
	}
	if (message_take_number(&signer->message) != SIGNER_DONE)
		return message_take_fault(&signer->message, fault);
	struct str walls = message_take_str(&signer->message);
	(void)snprintf(process->walls, sizeof process->walls, "%.*s", STR_ARG(walls));
	return message_is_read(&signer->message) ||
	       fault_set(fault, FAULT_INTERNAL, "The signer's first message cannot be read.");
}

bool
signer_start(const struct signer_options *options, struct signer_process **out, struct fault *fault)
{
	struct signer_process *process = memory_take_zeroed(sizeof *process);
	struct launch launch = { 0 };
	bool ready = launch_prepare(options, process, &launch, fault);

	if (ready) {
		process->pid = fork();
		if (process->pid == 0)
			launch_exec(options, &launch);
		if (process->pid < 0)
			ready = fault_set(fault, FAULT_INTERNAL, "No process for the signer: %s.", strerror(errno));
	}
	launch_done(&launch);
	if (!ready || !await_start(process, fault)) {
		if (process->pid > 0)
			(void)kill(process->pid, SIGKILL);
		signer_stop(process);
		return false;
	}
	*out = process;
	return true;
}

void
signer_stop(struct signer_process *process)
{
	if (process == NULL)
		return;
	for (unsigned i = 0; i < process->channels; i++) {
		(void)close(process->signers[i].fd);
		message_done(&process->signers[i].message);
	}
	while (process->pid > 0 && waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(process);
}

int
signer_pid(const struct signer_process *process)
{
	return process->pid;
}

const char *
signer_walls(const struct signer_process *process)
{
	return process->walls;
}

struct signer *
signer_channel(struct signer_process *process, unsigned index)
{
	return index < process->channels ? &process->signers[index] : NULL;
}

/* ---- Asking ---- */

struct message *
channel_ask(struct signer *signer, enum signer_verb verb)
{
	message_reset(&signer->message);
	message_put_number(&signer->message, verb);
	return &signer->message;
}

bool
channel_answered(struct signer *signer, struct fault *fault)
{
	struct message *message = &signer->message;

	if (!message_send(signer->fd, message) || !message_receive(signer->fd, message)) {
		int error = errno;
		message_reset(message);
		(void)fault_set(fault, FAULT_INTERNAL, "The signer does not answer.");
		return fault_log(fault, "signer: %s", error == EMSGSIZE ? "the request is too long" : strerror(error));
	}
	if (message_take_number(message) == SIGNER_DONE)
		return true;
	(void)message_take_fault(message, fault);
	message_reset(message);
	return false;
}

bool
channel_understood(struct signer *signer, struct fault *fault)
{
	bool read = message_is_read(&signer->message);

	message_reset(&signer->message);
	return read || fault_set(fault, FAULT_INTERNAL, "The signer's answer cannot be read.");
}

bool
channel_answered_bytes(struct signer *signer, struct arena *arena, struct bytes *out, struct fault *fault)
{
	if (!channel_answered(signer, fault))
		return false;
	struct bytes bytes = arena_bytes(arena, message_take_bytes(&signer->message));
	if (!channel_understood(signer, fault))
		return false;
	*out = bytes;
	return true;
}

static bool
answered_key(struct signer *signer, uint8_t key[32], struct fault *fault)
{
	if (!channel_answered(signer, fault))
		return false;
	struct bytes bytes = message_take_bytes(&signer->message);
	if (bytes.n == 32)
		memcpy(key, bytes.p, 32);
	else
		signer->message.bad = true;
	return channel_understood(signer, fault);
}

bool
signer_import_key(struct signer *signer, struct secret pem, struct bytes spki, const struct import_rules *rules,
	const struct seal_context *context, struct arena *arena, struct bytes *sealed, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_IMPORT_KEY);

	message_put_bytes(message, secret_bytes(pem));
	message_put_bytes(message, spki);
	message_put_bytes(message, (struct bytes){ rules->relaxed, sizeof rules->relaxed });
	message_put_context(message, context);
	return channel_answered_bytes(signer, arena, sealed, fault);
}

bool
signer_seal(struct signer *signer, struct secret plain, const struct seal_context *context, struct arena *arena,
	struct bytes *sealed, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_SEAL);

	message_put_bytes(message, secret_bytes(plain));
	message_put_context(message, context);
	return channel_answered_bytes(signer, arena, sealed, fault);
}

bool
signer_sigv4_key(struct signer *signer, struct bytes sealed, const struct seal_context *context, struct str date,
	struct str region, struct str service, uint8_t key[32], struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_SIGV4_KEY);

	message_put_bytes(message, sealed);
	message_put_context(message, context);
	message_put_str(message, date);
	message_put_str(message, region);
	message_put_str(message, service);
	return answered_key(signer, key, fault);
}

bool
signer_open_token_key(struct signer *signer, struct bytes sealed, const struct seal_context *context, uint8_t key[32],
	struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_OPEN_TOKEN_KEY);

	message_put_bytes(message, sealed);
	message_put_context(message, context);
	return answered_key(signer, key, fault);
}

bool
signer_reseal(struct signer *signer, struct bytes sealed, const struct seal_context *old_context,
	const struct seal_context *new_context, struct arena *arena, struct bytes *out, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_RESEAL);

	message_put_bytes(message, sealed);
	message_put_context(message, old_context);
	message_put_context(message, new_context);
	return channel_answered_bytes(signer, arena, out, fault);
}

bool
signer_reload(struct signer *signer, struct fault *fault)
{
	(void)channel_ask(signer, SIGNER_RELOAD);
	return channel_answered(signer, fault) && channel_understood(signer, fault);
}

bool
signer_rotate(struct signer *signer, char active[MASTER_KEY_ID_BYTES + 1], struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_ROTATE);

	if (!channel_answered(signer, fault))
		return false;
	struct str id = message_take_str(message);
	if (id.n != MASTER_KEY_ID_BYTES)
		message->bad = true;
	else
		(void)snprintf(active, MASTER_KEY_ID_BYTES + 1, "%.*s", STR_ARG(id));
	return channel_understood(signer, fault);
}

bool
signer_rewrap(struct signer *signer, struct bytes sealed, struct arena *arena, struct bytes *out, struct fault *fault)
{
	message_put_bytes(channel_ask(signer, SIGNER_REWRAP), sealed);
	return channel_answered_bytes(signer, arena, out, fault);
}

bool
signer_retire(struct signer *signer, const struct str *keep, size_t keep_count, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_RETIRE);

	message_put_number(message, (int64_t)keep_count);
	for (size_t i = 0; i < keep_count; i++)
		message_put_str(message, keep[i]);
	return channel_answered(signer, fault) && channel_understood(signer, fault);
}

bool
sealed_master_key_id(struct bytes sealed, char id[MASTER_KEY_ID_BYTES + 1])
{
	if (sealed.n < SEALED_ID_OFFSET + MASTER_KEY_ID_BYTES || sealed.p[0] != SEALED_FORMAT)
		return false;
	for (size_t i = 0; i < MASTER_KEY_ID_BYTES; i++) {
		uint8_t c = sealed.p[SEALED_ID_OFFSET + i];
		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	memcpy(id, sealed.p + SEALED_ID_OFFSET, MASTER_KEY_ID_BYTES);
	id[MASTER_KEY_ID_BYTES] = '\0';
	return true;
}
