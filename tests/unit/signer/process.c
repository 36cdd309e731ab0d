/* The signer as the daemon sees it: a process of its own, asked over a channel. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "forge.h"
#include "house.h"
#include "sigv4/sigv4.h"

static const struct import_rules strict = { 0 };

static bool
import(struct house *house, EVP_PKEY *key, EVP_PKEY *certified, struct bytes *sealed, struct fault *fault)
{
	struct str pem = forge_key_pem(key, &house->arena);
	struct seal_context context = context_of(SEAL_CERTIFICATE_KEY, 1);

	return signer_import_key(house->signer, arena_secret(&house->arena, pem.p, pem.n),
		spki_of(certified, &house->arena), &strict, &context, &house->arena, sealed, fault);
}

static struct bytes
seal_text(struct house *house, const char *text, enum seal_purpose purpose)
{
	struct seal_context context = context_of(purpose, 1);
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };

	CHECK_OK(signer_seal(house->signer, arena_secret(&house->arena, text, strlen(text)), &context, &house->arena,
			 &sealed, &fault),
		fault);
	return sealed;
}

#define TOKEN "0123456789abcdef0123456789abcdef"

static bool
opens_as_token(struct signer *signer, struct bytes sealed)
{
	struct seal_context context = context_of(SEAL_TOKEN_KEY, 1);
	struct fault fault = { 0 };
	uint8_t key[32];

	return signer_open_token_key(signer, sealed, &context, key, &fault) && memcmp(key, TOKEN, sizeof key) == 0;
}

TEST(signer, proves_and_seals_a_key)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };
	char id[MASTER_KEY_ID_BYTES + 1];

	house_open(&house);
	CHECK_OK(import(&house, forge_key(FORGE_P256, 0), forge_key(FORGE_P256, 0), &sealed, &fault), fault);
	CHECK(sealed_master_key_id(sealed, id));
	CHECK(fault.code == FAULT_NONE);
	CHECK_OK(import(&house, forge_key(FORGE_RSA_2048, 0), forge_key(FORGE_RSA_2048, 0), &sealed, &fault), fault);
	house_close(&house);
}

TEST(signer, carries_a_refusal_over)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };

	house_open(&house);
	CHECK(!import(&house, forge_key(FORGE_P256, 0), forge_key(FORGE_P256, 1), &sealed, &fault));
	CHECK(fault.code == FAULT_VALIDATION);
	CHECK(strstr(fault.say, "The private key does not match the public key in the certificate.") == fault.say);
	CHECK(strstr(fault.log, "key_private.c") != NULL);
	CHECK(sealed.p == NULL);
	house_close(&house);
}

TEST(signer, relaxes_what_it_is_told_to)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };
	struct import_rules rules = { 0 };
	struct seal_context context = context_of(SEAL_CERTIFICATE_KEY, 1);

	house_open(&house);
	struct str pem = forge_key_pem(forge_key(FORGE_P256, 0), &house.arena);
	rules.relaxed[IMPORT_RULE_KEY_MATCH] = 1;
	CHECK_OK(signer_import_key(house.signer, arena_secret(&house.arena, pem.p, pem.n),
			 spki_of(forge_key(FORGE_P256, 1), &house.arena), &rules, &context, &house.arena, &sealed,
			 &fault),
		fault);
	house_close(&house);
}

TEST(signer, derives_the_signing_key_of_a_sealed_secret)
{
	static const char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
	struct house house;
	struct fault fault = { 0 };
	struct seal_context context = context_of(SEAL_ACCESS_KEY, 1);
	uint8_t key[SIGV4_KEY_BYTES];
	uint8_t expected[SIGV4_KEY_BYTES];

	house_open(&house);
	struct bytes sealed = seal_text(&house, secret, SEAL_ACCESS_KEY);
	CHECK_OK(signer_sigv4_key(
			 house.signer, sealed, &context, STR("20260701"), STR("eu-central-1"), STR("acm"), key, &fault),
		fault);
	sigv4_key_derive((struct bytes){ (const uint8_t *)secret, sizeof secret - 1 }, STR("20260701"),
		STR("eu-central-1"), STR("acm"), expected);
	CHECK(memcmp(key, expected, sizeof key) == 0);
	house_close(&house);
}

TEST(signer, gives_no_plain_text_but_a_token_key)
{
	struct house house;
	struct fault fault = { 0 };
	struct seal_context context = context_of(SEAL_ACCESS_KEY, 1);
	struct seal_context token = context_of(SEAL_TOKEN_KEY, 1);
	struct bytes out = { 0 };
	uint8_t key[32];

	house_open(&house);
	struct bytes sealed = seal_text(&house, TOKEN, SEAL_ACCESS_KEY);
	CHECK(!signer_open_token_key(house.signer, sealed, &context, key, &fault));
	CHECK(fault.code == FAULT_INTERNAL);
	CHECK(!signer_open_token_key(house.signer, sealed, &token, key, &fault));
	CHECK(!signer_reseal(house.signer, sealed, &context, &token, &house.arena, &out, &fault));
	context.purpose = SEAL_CERTIFICATE_KEY;
	CHECK(!signer_seal(house.signer, arena_secret(&house.arena, TOKEN, 32), &context, &house.arena, &out, &fault));
	CHECK(out.p == NULL);
	CHECK(opens_as_token(house.signer, seal_text(&house, TOKEN, SEAL_TOKEN_KEY)));
	house_close(&house);
}

TEST(signer, reseals_for_another_version_only)
{
	struct house house;
	struct fault fault = { 0 };
	struct seal_context first = context_of(SEAL_TOKEN_KEY, 1);
	struct seal_context second = context_of(SEAL_TOKEN_KEY, 2);
	struct seal_context elsewhere = second;
	struct bytes out = { 0 };
	uint8_t key[32];

	house_open(&house);
	struct bytes sealed = seal_text(&house, TOKEN, SEAL_TOKEN_KEY);
	CHECK_OK(signer_reseal(house.signer, sealed, &first, &second, &house.arena, &out, &fault), fault);
	CHECK_OK(signer_open_token_key(house.signer, out, &second, key, &fault), fault);
	CHECK(!signer_open_token_key(house.signer, out, &first, key, &fault));
	elsewhere.account = STR("444455556666");
	CHECK(!signer_reseal(house.signer, sealed, &first, &elsewhere, &house.arena, &out, &fault));
	CHECK(!signer_reseal(house.signer, sealed, &second, &first, &house.arena, &out, &fault));
	house_close(&house);
}

TEST(signer, rotates_rewraps_and_retires)
{
	struct house house;
	struct fault fault = { 0 };
	char before[MASTER_KEY_ID_BYTES + 1];
	char after[MASTER_KEY_ID_BYTES + 1];
	char active[MASTER_KEY_ID_BYTES + 1];
	struct bytes out = { 0 };

	house_open(&house);
	struct bytes sealed = seal_text(&house, TOKEN, SEAL_TOKEN_KEY);
	CHECK_OK(signer_rewrap(house.signer, sealed, &house.arena, &out, &fault), fault);
	CHECK(bytes_equal(out, sealed));

	CHECK_OK(signer_rotate(house.signer, active, &fault), fault);
	CHECK(sealed_master_key_id(sealed, before) && strcmp(before, active) != 0);
	CHECK(opens_as_token(house.signer, sealed));
	CHECK_OK(signer_rewrap(house.signer, sealed, &house.arena, &out, &fault), fault);
	CHECK(sealed_master_key_id(out, after) && strcmp(after, active) == 0);
	CHECK(opens_as_token(house.signer, out));

	const struct str keep = str_of(before);
	CHECK_OK(signer_retire(house.signer, &keep, 1, &fault), fault);
	CHECK(opens_as_token(house.signer, sealed));
	CHECK_OK(signer_retire(house.signer, NULL, 0, &fault), fault);
	CHECK(!opens_as_token(house.signer, sealed));
	CHECK(opens_as_token(house.signer, out));
	house_close(&house);
}

TEST(signer, follows_a_rotation_by_another_process)
{
	struct house house;
	struct signer_process *other = NULL;
	struct fault fault = { 0 };
	struct seal_context context = context_of(SEAL_TOKEN_KEY, 1);
	char active[MASTER_KEY_ID_BYTES + 1];
	char id[MASTER_KEY_ID_BYTES + 1];
	struct bytes sealed = { 0 };

	house_open(&house);
	CHECK_OK(house_start(&house.place, false, &other, &fault), fault);
	CHECK_OK(signer_rotate(signer_channel(other, 0), active, &fault), fault);
	CHECK_OK(signer_seal(signer_channel(other, 0), arena_secret(&house.arena, TOKEN, 32), &context, &house.arena,
			 &sealed, &fault),
		fault);
	/* A record under a key that this signer has not read yet; then a seal, which must take the new key. */
	CHECK(opens_as_token(house.signer, sealed));
	CHECK(sealed_master_key_id(seal_text(&house, TOKEN, SEAL_TOKEN_KEY), id) && strcmp(id, active) == 0);
	CHECK_OK(signer_reload(house.signer, &fault), fault);
	signer_stop(other);
	house_close(&house);
}

TEST(signer, seals_nothing_without_its_key_file)
{
	struct house house;
	struct fault fault = { 0 };
	struct seal_context context = context_of(SEAL_TOKEN_KEY, 1);
	struct bytes out = { 0 };

	house_open(&house);
	struct bytes sealed = seal_text(&house, TOKEN, SEAL_TOKEN_KEY);
	CHECK(unlink(house.place.file) == 0);
	CHECK(!signer_seal(house.signer, arena_secret(&house.arena, TOKEN, 32), &context, &house.arena, &out, &fault));
	CHECK(fault.code == FAULT_UNAVAILABLE);
	CHECK(strstr(fault.say, house.place.file) == NULL);
	CHECK(strstr(fault.log, "is missing") != NULL);
	CHECK(opens_as_token(house.signer, sealed));
	house_close(&house);
}

TEST(signer, refuses_to_start_without_a_key_file_it_may_make)
{
	struct place place;
	struct fault fault = { 0 };
	struct signer_process *process = NULL;

	place_make(&place);
	CHECK(!house_start(&place, false, &process, &fault));
	CHECK(process == NULL);
	CHECK(strstr(fault.say, "is missing") != NULL && strstr(fault.say, "backup") != NULL);
	CHECK(place_count(&place) == 0);
	place_clear(&place);
}

TEST(signer, refuses_to_start_with_a_key_file_that_others_may_read)
{
	struct house house;
	struct fault fault = { 0 };
	struct signer_process *process = NULL;

	house_open(&house);
	CHECK(chmod(house.place.file, 0640) == 0);
	CHECK(!house_start(&house.place, false, &process, &fault));
	CHECK(strstr(fault.say, "chmod 600") != NULL);
	house_close(&house);
}

TEST(signer, says_when_it_cannot_be_executed)
{
	struct place place;
	struct fault fault = { 0 };
	struct signer_process *process = NULL;

	place_make(&place);
	const struct signer_options options = { "/nonexistent/chancery", place.file, 1, true };
	CHECK(!signer_start(&options, &process, &fault));
	CHECK(fault.code == FAULT_INTERNAL);
	const struct signer_options none = { "/proc/self/exe", place.file, 0, true };
	CHECK(!signer_start(&none, &process, &fault));
	place_clear(&place);
}

TEST(signer, that_was_killed_gives_a_clean_fault)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };

	house_open(&house);
	CHECK(kill(signer_pid(house.process), SIGKILL) == 0);
	CHECK(!import(&house, forge_key(FORGE_P256, 0), forge_key(FORGE_P256, 0), &sealed, &fault));
	CHECK(fault.code == FAULT_INTERNAL);
	CHECK(!signer_reload(house.signer, &fault));
	house_close(&house);
}

TEST(signer, outlives_the_signals_that_end_a_daemon)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct house house;

	house_open(&house);
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++)
		CHECK(kill(signer_pid(house.process), signals[i]) == 0);
	CHECK(opens_as_token(house.signer, seal_text(&house, TOKEN, SEAL_TOKEN_KEY)));
	house_close(&house);
}

TEST(signer, ends_with_its_daemon)
{
	struct place place;
	int pid_pipe[2];
	pid_t signer = 0;

	place_make(&place);
	CHECK(pipe(pid_pipe) == 0);
	pid_t daemon = fork();
	if (daemon == 0) {
		struct fault fault = { 0 };
		struct signer_process *process = NULL;
		pid_t pid = house_start(&place, true, &process, &fault) ? signer_pid(process) : 0;
		if (write(pid_pipe[1], &pid, sizeof pid) != sizeof pid)
			_exit(1);
		(void)pause();
	}
	(void)close(pid_pipe[1]);
	CHECK(read(pid_pipe[0], &signer, sizeof signer) == sizeof signer && signer > 0);
	CHECK(kill(daemon, SIGKILL) == 0 && waitpid(daemon, NULL, 0) == daemon);
	/* Whoever inherits the signer reaps it; the pid is gone or a zombie within moments. */
	char path[64];
	char status[64] = "";
	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)signer);
	for (int i = 0; i < 1000; i++) {
		FILE *file = fopen(path, "r");
		if (file == NULL)
			break;
		bool zombie = fscanf(file, "%*d %*s %63s", status) == 1 && status[0] == 'Z';
		(void)fclose(file);
		if (zombie)
			break;
		status[0] = 0;
		CHECK(i < 999);
		(void)usleep(10000);
	}
	(void)close(pid_pipe[0]);
	place_clear(&place);
}

TEST(signer, refuses_what_is_too_long_and_goes_on)
{
	struct house house;
	struct fault fault = { 0 };
	struct seal_context context = context_of(SEAL_TOKEN_KEY, 1);
	struct bytes out = { 0 };

	house_open(&house);
	char *text = arena_alloc(&house.arena, SIGNER_MAX_MESSAGE);
	CHECK(!signer_seal(house.signer, arena_secret(&house.arena, text, SIGNER_MAX_MESSAGE), &context, &house.arena,
		&out, &fault));
	CHECK(strstr(fault.log, "too long") != NULL);
	/* The request fits, its answer does not. */
	CHECK(!signer_seal(house.signer, arena_secret(&house.arena, text, SIGNER_MAX_MESSAGE - 90), &context,
		&house.arena, &out, &fault));
	CHECK(opens_as_token(house.signer, seal_text(&house, TOKEN, SEAL_TOKEN_KEY)));
	house_close(&house);
}

struct worker {
	pthread_t thread;
	struct signer *signer;
	bool good;
};

static void *
worker_run(void *context)
{
	struct worker *worker = context;
	struct seal_context token = context_of(SEAL_TOKEN_KEY, 1);
	struct arena arena = { 0 };

	worker->good = true;
	for (int i = 0; i < 200 && worker->good; i++) {
		struct fault fault = { 0 };
		struct bytes sealed = { 0 };
		char active[MASTER_KEY_ID_BYTES + 1];
		worker->good =
			signer_seal(worker->signer, arena_secret(&arena, TOKEN, 32), &token, &arena, &sealed, &fault) &&
			(i % 50 != 7 || signer_rotate(worker->signer, active, &fault)) &&
			opens_as_token(worker->signer, sealed);
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

TEST(signer, serves_its_channels_at_the_same_time_while_keys_rotate)
{
	struct house house;
	struct worker workers[HOUSE_CHANNELS] = { 0 };

	house_open(&house);
	for (unsigned i = 0; i < HOUSE_CHANNELS; i++) {
		workers[i].signer = signer_channel(house.process, i);
		CHECK(pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]) == 0);
	}
	for (unsigned i = 0; i < HOUSE_CHANNELS; i++) {
		CHECK(pthread_join(workers[i].thread, NULL) == 0);
		CHECK(workers[i].good);
	}
	CHECK(signer_channel(house.process, HOUSE_CHANNELS) == NULL);
	house_close(&house);
}

TEST(signer, tells_which_walls_it_has)
{
	struct house house;

	house_open(&house);
	CHECK(strstr(signer_walls(house.process), "seccomp o") != NULL);
	CHECK(strstr(signer_walls(house.process), "landlock o") != NULL);
	house_close(&house);
}

TEST(signer, is_started_by_nobody_else)
{
	char *arguments[] = { (char *)(uintptr_t) "signer", (char *)(uintptr_t) "65", (char *)(uintptr_t) "x",
		(char *)(uintptr_t) "keep", NULL };

	CHECK(signer_main(4, arguments) == 2);
	CHECK(signer_main(1, arguments) == 2);
}

TEST_MAIN_WITH_SIGNER("signer");
