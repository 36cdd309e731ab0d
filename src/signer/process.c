/* process.c — the signer itself: the only process that reads master keys and unsealed private keys.
 *
 * Started by client.c with one socket a channel from descriptor 3 on; a thread serves each, until the daemon closes it.
 * It does only what its verbs say: no verb gives an unsealed certificate key away. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/walls.h"
#include "signer/desk.h"
#include "sigv4/sigv4.h"

enum {
	/* What freed blocks are overwritten with. */
	SIGNER_PERTURB_BYTE = 0x5a,
	TOKEN_KEY_BYTES = 32,
	/* More ids than the key file holds keys cannot be worth keeping. */
	SIGNER_MAX_KEEP = 64,
};

/* ---- Verbs: each takes its arguments, refuses or does, and puts its results ---- */

bool
desk_malformed(struct fault *fault)
{
	return fault_set(fault, FAULT_INTERNAL, "The signer got a request that it cannot read.");
}

bool
desk_answer_bytes(struct desk *desk, struct bytes bytes)
{
	message_put_bytes(&desk->answer, bytes);
	return true;
}

static bool
do_import_key(struct desk *desk, struct fault *fault)
{
	struct bytes pem = message_take_bytes(&desk->request);
	struct bytes spki = message_take_bytes(&desk->request);
	struct bytes relaxed = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	struct import_rules rules;
	struct bytes der;
	struct bytes sealed;

	if (!message_is_read(&desk->request) || relaxed.n != sizeof rules.relaxed ||
		context.purpose != SEAL_CERTIFICATE_KEY)
		return desk_malformed(fault);
	memcpy(rules.relaxed, relaxed.p, sizeof rules.relaxed);
	return key_prove_private(desk->reader, pem, spki, &rules, &desk->arena, &der, fault) &&
	       seal_close(desk->office->sealer, der, &context, &desk->arena, &sealed, fault) &&
	       desk_answer_bytes(desk, sealed);
}

static bool
do_seal(struct desk *desk, struct fault *fault)
{
	struct bytes plain = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	struct bytes sealed;

	/* A private key comes in proved, or not at all. */
	if (!message_is_read(&desk->request) || plain.p == NULL ||
		(context.purpose != SEAL_ACCESS_KEY && context.purpose != SEAL_TOKEN_KEY))
		return desk_malformed(fault);
	return seal_close(desk->office->sealer, plain, &context, &desk->arena, &sealed, fault) &&
	       desk_answer_bytes(desk, sealed);
}

static bool
do_sigv4_key(struct desk *desk, struct fault *fault)
{
	struct bytes sealed = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	struct str date = message_take_str(&desk->request);
	struct str region = message_take_str(&desk->request);
	struct str service = message_take_str(&desk->request);
	struct secret plain;

	if (!message_is_read(&desk->request) || context.purpose != SEAL_ACCESS_KEY)
		return desk_malformed(fault);
	if (!seal_open(desk->office->sealer, sealed, &context, &desk->arena, &plain, fault))
		return false;
	uint8_t *key = arena_alloc(&desk->arena, SIGV4_KEY_BYTES);
	sigv4_key_derive(secret_bytes(plain), date, region, service, key);
	return desk_answer_bytes(desk, (struct bytes){ key, SIGV4_KEY_BYTES });
}

static bool
do_open_token_key(struct desk *desk, struct fault *fault)
{
	struct bytes sealed = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	struct secret plain;

	if (!message_is_read(&desk->request) || context.purpose != SEAL_TOKEN_KEY)
		return desk_malformed(fault);
	if (!seal_open(desk->office->sealer, sealed, &context, &desk->arena, &plain, fault))
		return false;
	if (plain.n != TOKEN_KEY_BYTES)
		return fault_set(fault, FAULT_INTERNAL, "A token key has %d bytes, not %zu.", TOKEN_KEY_BYTES, plain.n);
	return desk_answer_bytes(desk, secret_bytes(plain));
}

static bool
do_reseal(struct desk *desk, struct fault *fault)
{
	struct bytes sealed = message_take_bytes(&desk->request);
	struct seal_context from = message_take_context(&desk->request);
	struct seal_context to = message_take_context(&desk->request);
	struct secret plain;
	struct bytes out;

	if (!message_is_read(&desk->request))
		return desk_malformed(fault);
	/* Otherwise the daemon could have a certificate's key sealed as something that it may open. */
	if (from.purpose != to.purpose || !str_equal(from.account, to.account) || !str_equal(from.region, to.region) ||
		!str_equal(from.name, to.name))
		return fault_set(
			fault, FAULT_INTERNAL, "A key is sealed anew for another version only, not for another owner.");
	return seal_open(desk->office->sealer, sealed, &from, &desk->arena, &plain, fault) &&
	       seal_close(desk->office->sealer, secret_bytes(plain), &to, &desk->arena, &out, fault) &&
	       desk_answer_bytes(desk, out);
}

static bool
do_reload(struct desk *desk, struct fault *fault)
{
	if (!message_is_read(&desk->request))
		return desk_malformed(fault);
	return keyring_reload(desk->office->keyring, fault);
}

static bool
do_rotate(struct desk *desk, struct fault *fault)
{
	char active[MASTER_KEY_ID_BYTES + 1];

	if (!message_is_read(&desk->request))
		return desk_malformed(fault);
	if (!keyring_rotate(desk->office->keyring, active, fault))
		return false;
	message_put_str(&desk->answer, str_of(active));
	return true;
}

static bool
do_rewrap(struct desk *desk, struct fault *fault)
{
	struct bytes sealed = message_take_bytes(&desk->request);
	struct bytes out;

	if (!message_is_read(&desk->request))
		return desk_malformed(fault);
	return seal_rewrap(desk->office->sealer, sealed, &desk->arena, &out, fault) && desk_answer_bytes(desk, out);
}

static bool
do_retire(struct desk *desk, struct fault *fault)
{
	struct str keep[SIGNER_MAX_KEEP];
	int64_t count = message_take_number(&desk->request);

	if (count < 0 || count > SIGNER_MAX_KEEP)
		return desk_malformed(fault);
	for (int64_t i = 0; i < count; i++)
		keep[i] = message_take_str(&desk->request);
	if (!message_is_read(&desk->request))
		return desk_malformed(fault);
	return keyring_retire(desk->office->keyring, keep, (size_t)count, fault);
}

static bool (*const verbs[])(struct desk *desk, struct fault *fault) = {
	[SIGNER_IMPORT_KEY] = do_import_key,
	[SIGNER_SEAL] = do_seal,
	[SIGNER_SIGV4_KEY] = do_sigv4_key,
	[SIGNER_OPEN_TOKEN_KEY] = do_open_token_key,
	[SIGNER_RESEAL] = do_reseal,
	[SIGNER_RELOAD] = do_reload,
	[SIGNER_ROTATE] = do_rotate,
	[SIGNER_REWRAP] = do_rewrap,
	[SIGNER_RETIRE] = do_retire,
	[SIGNER_KEY_NEW] = do_key_new,
	[SIGNER_SIGN] = do_sign,
	[SIGNER_EXPORT_KEY] = do_export_key,
};

/* ---- A channel ---- */

static void
desk_answer(struct desk *desk)
{
	struct fault fault;
	int64_t verb = message_take_number(&desk->request);

	fault.code = FAULT_NONE;
	message_put_number(&desk->answer, SIGNER_DONE);
	bool done = verb > 0 && verb < (int64_t)ARRAY_COUNT(verbs) ? verbs[verb](desk, &fault) : desk_malformed(&fault);
	if (done && desk->answer.bad)
		done = fault_set(&fault, FAULT_INTERNAL, "The signer's answer is too long.");
	if (!done) {
		message_reset(&desk->answer);
		message_put_number(&desk->answer, SIGNER_REFUSED);
		message_put_fault(&desk->answer, &fault);
	}
}

static void *
desk_serve(void *context)
{
	struct desk *desk = context;

	while (message_receive(desk->fd, &desk->request)) {
		desk_answer(desk);
		/* Wiped before the daemon can go on: nothing of a key outlives its request. */
		message_reset(&desk->request);
		arena_reset(&desk->arena);
		bool sent = message_send(desk->fd, &desk->answer);
		message_reset(&desk->answer);
		if (!sent)
			break;
	}
	return NULL;
}

static void
desk_init(struct desk *desk, int fd, const struct office *office)
{
	*desk = (struct desk){ .office = office, .fd = fd, .reader = key_reader_new() };
	message_init(&desk->request);
	message_init(&desk->answer);
}

static void
desk_done(struct desk *desk)
{
	(void)close(desk->fd);
	key_reader_free(desk->reader);
	arena_done(&desk->arena);
	message_done(&desk->request);
	message_done(&desk->answer);
}

/* ---- The process ---- */

struct arguments {
	unsigned channels;
	const char *master_key_file;
	bool create;
};

static bool
arguments_read(int argc, char **argv, struct arguments *out)
{
	int64_t channels = 0;
	struct stat status;

	if (argc != SIGNER_ARGUMENTS || !str_to_i64(str_of(argv[1]), &channels) || channels < 1 ||
		channels > SIGNER_MAX_CHANNELS)
		return false;
	for (int i = 0; i < (int)channels; i++) {
		if (fstat(SIGNER_FIRST_FD + i, &status) != 0 || !S_ISSOCK(status.st_mode))
			return false;
	}
	*out = (struct arguments){ (unsigned)channels, argv[2], strcmp(argv[3], "create") == 0 };
	return true;
}

/* Nobody attaches, no core is written, freed memory is overwritten, and no signer outlives its daemon. */
static void
process_harden(void)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)mallopt(M_PERTURB, SIGNER_PERTURB_BYTE);
	/* Sanitizers look at their own process when it ends. */
	if (!walls_sanitized())
		(void)prctl(PR_SET_DUMPABLE, 0);
}

static bool
process_walls(const char *master_key_file, char *words, size_t size, struct fault *fault)
{
	const char *const writable[] = { master_key_file, NULL };
	const struct walls walls = { .profile = WALLS_SIGNER, .read_write = writable };
	struct walls_report report = { 0 };

	if (!walls_raise(&walls, &report, fault))
		return false;
	(void)snprintf(words, size, "seccomp %s; landlock %s", report.seccomp, report.landlock);
	return true;
}

/* The first message on the first channel. */
static bool
process_report(const struct fault *fault, const char *walls)
{
	struct message message;

	message_init(&message);
	message_put_number(&message, fault == NULL ? SIGNER_DONE : SIGNER_REFUSED);
	if (fault == NULL)
		message_put_str(&message, str_of(walls));
	else
		message_put_fault(&message, fault);
	bool sent = message_send(SIGNER_FIRST_FD, &message);
	message_done(&message);
	return sent;
}

static bool
process_serve(const struct arguments *arguments, const struct office *office)
{
	struct desk *desks = memory_take_zeroed(arguments->channels * sizeof *desks);
	unsigned started = 0;

	for (unsigned i = 0; i < arguments->channels; i++)
		desk_init(&desks[i], SIGNER_FIRST_FD + (int)i, office);
	while (started < arguments->channels &&
		pthread_create(&desks[started].thread, NULL, desk_serve, &desks[started]) == 0)
		started++;
	bool complete = started == arguments->channels;
	for (unsigned i = 0; i < arguments->channels; i++) {
		if (!complete)
			(void)shutdown(desks[i].fd, SHUT_RDWR);
		if (i < started)
			(void)pthread_join(desks[i].thread, NULL);
		desk_done(&desks[i]);
	}
	free(desks);
	return complete;
}

static bool
office_open(const struct arguments *arguments, struct office *office, struct fault *fault)
{
	office->keys = key_cache_new();
	office->ledger = ledger_new();
	return keyring_open(arguments->master_key_file, arguments->create, &office->keyring, fault) &&
	       sealer_new(office->keyring, &office->sealer, fault) && seal_self_test(office->sealer, fault);
}

static void
office_close(struct office *office)
{
	ledger_free(office->ledger);
	key_cache_free(office->keys);
	sealer_free(office->sealer);
	keyring_free(office->keyring);
}

int
signer_main(int argc, char **argv)
{
	struct arguments arguments;
	struct office office = { 0 };
	struct fault fault = { 0 };
	char walls[2 * WALLS_REPORT_BYTES + 32] = "";

	if (!arguments_read(argc, argv, &arguments)) {
		(void)fprintf(stderr, "chancery signer: only the daemon starts it, with sockets to talk over.\n");
		return 2;
	}
	process_harden();
	bool ready = office_open(&arguments, &office, &fault) &&
		     process_walls(arguments.master_key_file, walls, sizeof walls, &fault);
	bool served = process_report(ready ? NULL : &fault, walls) && ready && process_serve(&arguments, &office);
	office_close(&office);
	return served ? 0 : 1;
}
