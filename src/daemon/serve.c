#include "daemon/serve.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/walls.h"
#include "daemon/duties.h"
#include "daemon/settings.h"
#include "service/housekeeping.h"
#include "service/pca/intention.h"
#include "service/pca/status_cache.h"
#include "store/datadir.h"

/* Freed blocks are filled with this byte, so that copies which libraries made of a request do not stay readable. */
enum {
	PERTURB_BYTE = 0x5a,
	/* A busy heap grows and shrinks by less than this between two commits: giving it back each time costs a call.
	 */
	HEAP_SLACK_BYTES = 1 << 20,
};

/* The daemon, whole: made at start, handed down, undone in reverse. */
struct daemon {
	struct settings settings;
	struct log log;
	struct datadir datadir;
	int lock;
	struct signer_process *signer;
	struct store *store;
	struct objects *objects;
	struct iam_cache *iam;
	struct status_cache *statuses;
	struct duties *duties;
	struct server_house house;
	struct server *server;
};

/* What SIGHUP, SIGTERM, SIGINT and SIGCHLD are waited for with; blocked in every thread. */
static sigset_t
signals_block(void)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGCHLD);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return signals;
}

static bool
daemon_open_directory(struct daemon *daemon, struct arena *arena, struct fault *fault)
{
	const char *path = daemon->settings.data_dir != NULL ? daemon->settings.data_dir : datadir_default(arena);

	if (!datadir_open(path, arena, &daemon->datadir, fault))
		return false;
	return datadir_serve(&daemon->datadir, &daemon->lock, fault);
}

/* The first channels of the signer are the workers'; then comes the daemon's own, then that of the duties. */
static unsigned
daemon_own_channel(const struct daemon *daemon)
{
	return daemon->settings.server.workers + daemon->settings.server.long_workers;
}

static bool
daemon_start_signer(struct daemon *daemon, struct fault *fault)
{
	const struct signer_options options = {
		.executable = "/proc/self/exe",
		.master_key_file = daemon->datadir.master_keys,
		.channels = daemon_own_channel(daemon) + 2,
		.create = daemon->datadir.is_new,
	};

	return signer_start(&options, &daemon->signer, fault);
}

static struct signer *
daemon_channel(struct daemon *daemon)
{
	return signer_channel(daemon->signer, daemon_own_channel(daemon));
}

/* After the signer was started (which needs execve) and before the first thread (a filter binds the threads after it).
 */
static bool
daemon_raise_walls(struct daemon *daemon, struct fault *fault)
{
	const char *writable[] = { daemon->datadir.path, NULL };
	const char *readable[] = { daemon->settings.server.tls_certificate, daemon->settings.server.tls_key, NULL };
	const struct walls walls = {
		.profile = WALLS_DAEMON, .read_write = writable, .read_only = readable[0] != NULL ? readable : NULL
	};
	struct walls_report report = { 0 };

	if (!daemon->settings.walls)
		return true;
	if (!walls_raise(&walls, &report, fault))
		return false;
	log_write(&daemon->log, LOG_INFO, "walls", { "seccomp", str_of(report.seccomp), 0 },
		{ "landlock", str_of(report.landlock), 0 }, { "signer", str_of(signer_walls(daemon->signer)), 0 });
	return true;
}

static bool
daemon_open_store(struct daemon *daemon, struct fault *fault)
{
	const struct store_options options = {
		.path = daemon->datadir.store,
		.readers = daemon_own_channel(daemon) + 2, /* of as many threads */
		.clock = &clock_system,
	};

	return store_open(&options, &daemon->store, fault);
}

/* Takes a variable out of the environment: what is read once must not be readable in /proc afterwards. */
static struct str
environment_take(const char *name, struct arena *arena)
{
	char *value = getenv(name);
	struct str copy = arena_str(arena, str_of(value));

	if (value != NULL) {
		memory_wipe(value, strlen(value));
		(void)unsetenv(name);
	}
	return copy;
}

/* Fixed first credentials for automation. */
static bool
daemon_bootstrap(struct daemon *daemon, struct arena *arena, struct fault *fault)
{
	struct str id = environment_take("CHANCERY_ROOT_ACCESS_KEY_ID", arena);
	struct str secret = environment_take("CHANCERY_ROOT_SECRET_ACCESS_KEY", arena);
	struct str account = environment_take("CHANCERY_ROOT_ACCOUNT_ID", arena);

	if (id.p == NULL && secret.p == NULL && account.p == NULL)
		return true;
	if (id.p == NULL || secret.p == NULL || account.p == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"CHANCERY_ROOT_ACCESS_KEY_ID, CHANCERY_ROOT_SECRET_ACCESS_KEY and CHANCERY_ROOT_ACCOUNT_ID go "
			"together.");
	return iam_bootstrap(daemon->store, daemon_channel(daemon), &clock_system, id,
		arena_secret(arena, secret.p, secret.n), account, fault);
}

struct sealed_record {
	const char *name;
	struct bytes sealed;
};

static bool
insert_sealed(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct sealed_record *record = context;

	return store_sealed_insert(transaction, record->name, record->sealed, fault);
}

/* The key that authenticates NextTokens: made once, sealed in the store, the same for every node on it. */
static bool
daemon_open_page_tokens(struct daemon *daemon, struct arena *arena, struct fault *fault)
{
	const struct seal_context context = { .purpose = SEAL_TOKEN_KEY,
		.account = STR(""),
		.region = STR(""),
		.name = STR("page-token"),
		.version = 1 };
	struct sealed_record record = { "page-token", { NULL, 0 } };
	struct signer *signer = daemon_channel(daemon);
	uint8_t *key = daemon->settings.service.page_token_key;
	size_t key_size = sizeof daemon->settings.service.page_token_key;
	struct fault missing = { 0 };

	if (store_sealed_get(daemon->store, record.name, arena, &record.sealed, &missing))
		return signer_open_token_key(signer, record.sealed, &context, key, fault);
	if (missing.code != FAULT_NOT_FOUND) {
		*fault = missing;
		return false;
	}
	entropy_fill(&entropy_system, key, key_size);
	return signer_seal(signer, arena_secret(arena, key, key_size), &context, arena, &record.sealed, fault) &&
	       store_apply(daemon->store, insert_sealed, &record, fault);
}

/* Connections are descriptors; behind the walls the limit can only be read. What the system refuses, the server takes
 * into account when it starts. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static bool
daemon_start_duties(struct daemon *daemon, struct fault *fault)
{
	const struct duties_options options = {
		.table = duties,
		.count = duty_count,
		.clock = &clock_system,
		.entropy = &entropy_system,
		.settings = &daemon->settings.service,
		.store = daemon->store,
		.signer = signer_channel(daemon->signer, daemon_own_channel(daemon) + 1),
		.objects = daemon->objects,
		.statuses = daemon->statuses,
		.log = &daemon->log,
	};

	return duties_start(&options, &daemon->duties, fault);
}

static bool
daemon_start_server(struct daemon *daemon, struct fault *fault)
{
	daemon->house = (struct server_house){
		.settings = &daemon->settings.service,
		.clock = &clock_system,
		.entropy = &entropy_system,
		.store = daemon->store,
		.signer = daemon->signer,
		.iam = daemon->iam,
		.objects = daemon->objects,
		.statuses = daemon->statuses,
		.hurry = duties_hurry,
		.hurry_context = daemon->duties,
		.log = &daemon->log,
	};
	return server_start(&daemon->settings.server, &daemon->house, &daemon->server, fault);
}

static bool
daemon_start(struct daemon *daemon, struct arena *arena, struct fault *fault)
{
	raise_descriptor_limit();
	if (!daemon_open_directory(daemon, arena, fault) || !daemon_start_signer(daemon, fault) ||
		!daemon_raise_walls(daemon, fault) || !daemon_open_store(daemon, fault) ||
		!objects_open(daemon->datadir.objects, &daemon->objects, fault) ||
		!daemon_bootstrap(daemon, arena, fault) || !daemon_open_page_tokens(daemon, arena, fault) ||
		!housekeeping_retire_master_keys(&daemon->datadir, daemon->store, daemon_channel(daemon), fault) ||
		!intention_inherit(daemon->store, clock_now_ms(&clock_system), fault))
		return false;
	daemon->iam = iam_cache_new();
	daemon->statuses = status_cache_new(STATUS_CACHE_BYTES);
	return daemon_start_duties(daemon, fault) && daemon_start_server(daemon, fault);
}

static void
daemon_stop(struct daemon *daemon)
{
	if (daemon->server != NULL)
		server_stop(daemon->server, daemon->settings.stop_patience_s);
	duties_stop(daemon->duties);
	if (daemon->store != NULL)
		store_close(daemon->store);
	if (daemon->objects != NULL)
		objects_close(daemon->objects);
	if (daemon->signer != NULL)
		signer_stop(daemon->signer);
	iam_cache_free(daemon->iam);
	status_cache_free(daemon->statuses);
	if (daemon->lock >= 0)
		(void)close(daemon->lock);
	memory_wipe(&daemon->settings.service, sizeof daemon->settings.service);
}

static void
log_reload_failure(const struct daemon *daemon, const struct fault *fault)
{
	log_write(&daemon->log, LOG_ERROR, "reload failed", { "reason", str_of(fault->say), 0 },
		{ "detail", str_of(fault->log), 0 });
}

/* What cannot be read leaves the old in use, and does not keep the rest from being read. */
static void
daemon_reload(struct daemon *daemon)
{
	struct fault keys = { 0 }, tls = { 0 };

	iam_cache_clear(daemon->iam);
	bool keys_read = signer_reload(daemon_channel(daemon), &keys);
	bool tls_read = server_reload(daemon->server, &tls);
	if (!keys_read)
		log_reload_failure(daemon, &keys);
	if (!tls_read)
		log_reload_failure(daemon, &tls);
	if (keys_read && tls_read)
		log_write(&daemon->log, LOG_INFO, "reloaded", { "listen", str_of(daemon->settings.server.address), 0 });
}

/* The daemon cannot do its work without its seal: when the signer ends, so does the daemon. */
static bool
daemon_lost_signer(const struct daemon *daemon)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)signer_pid(daemon->signer), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid != 0;
}

static struct str
render_address(const char *address, uint16_t port, struct arena *arena)
{
	return arena_printf(arena, strchr(address, ':') != NULL ? "[%s]:%u" : "%s:%u", address, (unsigned)port);
}

static void
log_serving(const struct daemon *daemon)
{
	const struct server_options *server = &daemon->settings.server;
	struct arena arena = { 0 };
	struct log_field fields[] = {
		{ "address", render_address(server->address, server_port(daemon->server), &arena), 0 },
		{ "scheme", server->tls_certificate != NULL ? STR("https") : STR("http"), 0 },
		{ "data_dir", str_of(daemon->datadir.path), 0 },
		{ "pid", .number = getpid() },
		{ NULL, { 0 }, 0 },
		{ NULL, { 0 }, 0 },
	};

	if (server->pki_address != NULL)
		fields[4] = (struct log_field){ "pki_address",
			render_address(server->pki_address, server_pki_port(daemon->server), &arena), 0 };
	log_write_fields(&daemon->log, LOG_INFO, "serving", fields);
	arena_done(&arena);
}

/* Serves until told to stop. Returns the exit status. */
static int
daemon_run(struct daemon *daemon, const sigset_t *signals)
{
	int status = 0;

	log_serving(daemon);
	for (;;) {
		int signal = sigwaitinfo(signals, NULL);
		if (signal == SIGHUP) {
			daemon_reload(daemon);
		} else if (signal == SIGCHLD && daemon_lost_signer(daemon)) {
			log_write(&daemon->log, LOG_ERROR, "the signer ended",
				{ "pid", .number = signer_pid(daemon->signer) });
			status = 1;
			break;
		} else if (signal == SIGTERM || signal == SIGINT) {
			log_write(&daemon->log, LOG_INFO, "stopping", { "signal", str_of(strsignal(signal)), 0 });
			break;
		}
	}
	return status;
}

int
serve_main(int argc, char **argv)
{
	struct daemon daemon = { .log = { STDERR_FILENO, &clock_system }, .lock = -1 };
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	int status = 1;

	if (!settings_read(argc, argv, &arena, &daemon.settings, &fault)) {
		log_write(&daemon.log, LOG_ERROR, "cannot start", { "reason", str_of(fault.say), 0 });
		arena_done(&arena);
		return 2;
	}
	if (daemon.settings.help) {
		settings_help();
		arena_done(&arena);
		return 0;
	}
	(void)umask(077);
	(void)mallopt(M_PERTURB, PERTURB_BYTE);
	(void)mallopt(M_TRIM_THRESHOLD, 2 * HEAP_SLACK_BYTES);
	(void)mallopt(M_TOP_PAD, HEAP_SLACK_BYTES);
	sigset_t signals = signals_block();
	if (daemon_start(&daemon, &arena, &fault)) {
		status = daemon_run(&daemon, &signals);
		daemon_stop(&daemon);
		log_write(&daemon.log, LOG_INFO, "stopped", { "status", .number = status });
	} else {
		log_write(&daemon.log, LOG_ERROR, "cannot start", { "reason", str_of(fault.say), 0 },
			{ "detail", str_of(fault.log), 0 }, { "where", str_of(fault.where), 0 });
		daemon_stop(&daemon);
	}
	arena_done(&arena);
	return status;
}
