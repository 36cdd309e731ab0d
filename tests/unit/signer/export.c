/* Keys that leave the signer: encrypted, as ACM does it, and only those of certificates. */
#include <fcntl.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "born.h"

#define PASSPHRASE "correct horse"

static bool
export_key(struct house *house, const struct born *key, struct str passphrase, struct bytes *out, struct fault *fault)
{
	return signer_export_key(house->signer, key->sealed, &key->context,
		arena_secret(&house->arena, passphrase.p, passphrase.n), &house->arena, out, fault);
}

/* The key that a passphrase opens; NULL. */
static EVP_PKEY *
opened(struct bytes encrypted, struct str passphrase)
{
	const uint8_t *p = encrypted.p;
	X509_SIG *closed = d2i_X509_SIG(NULL, &p, (long)encrypted.n);
	EVP_PKEY *key = NULL;

	CHECK(closed != NULL && p == encrypted.p + encrypted.n);
	PKCS8_PRIV_KEY_INFO *info = PKCS8_decrypt(closed, passphrase.p, (int)passphrase.n);
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(closed);
	ERR_clear_error();
	return key;
}

TEST(export, gives_the_key_of_the_public_half)
{
	static const enum signing_key kinds[] = { SIGNING_KEY_RSA_2048, SIGNING_KEY_P256, SIGNING_KEY_P521 };
	struct house house;
	struct fault fault = { 0 };
	struct bytes encrypted = { 0 };

	house_open(&house);
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct born born = key_born(&house, kinds[i], SEAL_CERTIFICATE_KEY, NULL);
		CHECK_OK(export_key(&house, &born, STR(PASSPHRASE), &encrypted, &fault), fault);
		EVP_PKEY *key = opened(encrypted, STR(PASSPHRASE));
		CHECK(key != NULL);
		CHECK(bytes_equal(spki_of(key, &house.arena), born.spki));
		EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
		CHECK(EVP_PKEY_pairwise_check(context) == 1);
		EVP_PKEY_CTX_free(context);
		EVP_PKEY_free(key);
		CHECK(opened(encrypted, STR("correct horsf")) == NULL);
		CHECK(opened(encrypted, STR("")) == NULL);
	}
	house_close(&house);
}

TEST(export, gives_an_imported_key_too)
{
	static const struct import_rules strict = { 0 };
	struct house house;
	struct fault fault = { 0 };
	struct bytes encrypted = { 0 };
	struct born born = { .context = context_of(SEAL_CERTIFICATE_KEY, 1) };

	house_open(&house);
	struct str pem = forge_key_pem(forge_key(FORGE_P256, 0), &house.arena);
	born.spki = spki_of(forge_key(FORGE_P256, 0), &house.arena);
	CHECK_OK(signer_import_key(house.signer, arena_secret(&house.arena, pem.p, pem.n), born.spki, &strict,
			 &born.context, &house.arena, &born.sealed, &fault),
		fault);
	CHECK_OK(export_key(&house, &born, STR(PASSPHRASE), &encrypted, &fault), fault);
	EVP_PKEY *key = opened(encrypted, STR(PASSPHRASE));
	CHECK(key != NULL && EVP_PKEY_eq(key, forge_key(FORGE_P256, 0)) == 1);
	EVP_PKEY_free(key);
	house_close(&house);
}

/* Octet for octet, but for what is random: salt, IV and ciphertext. */
TEST(export, is_written_as_aws_writes_it)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes out = { 0 };
	struct bytes again = { 0 };

	house_open(&house);
	struct arena *arena = &house.arena;
	struct born born = key_born(&house, SIGNING_KEY_RSA_2048, SEAL_CERTIFICATE_KEY, NULL);
	CHECK_OK(export_key(&house, &born, STR(PASSPHRASE), &out, &fault), fault);
	CHECK_OK(export_key(&house, &born, STR(PASSPHRASE), &again, &fault), fault);
	/* Where the random parts stand, counted by hand over the form below. */
	enum { SALT_AT = 36, IV_AT = 75, BODY_AT = 95 };
	const struct bytes salt = { out.p + SALT_AT, 20 };
	const struct bytes iv = { out.p + IV_AT, 16 };
	const struct bytes body = { out.p + BODY_AT, out.n - BODY_AT };
	struct bytes pbkdf2 = forge_der(arena, 0x30, forge_oid("1.2.840.113549.1.5.12", arena),
		forge_der(arena, 0x30, forge_der(arena, 0x04, salt), forge_hex("02020800", arena)));
	struct bytes aes =
		forge_der(arena, 0x30, forge_oid("2.16.840.1.101.3.4.1.42", arena), forge_der(arena, 0x04, iv));
	struct bytes pbes2 =
		forge_der(arena, 0x30, forge_oid("1.2.840.113549.1.5.13", arena), forge_der(arena, 0x30, pbkdf2, aes));
	struct bytes expected = forge_der(arena, 0x30, pbes2, forge_der(arena, 0x04, body));
	CHECK(bytes_equal(out, expected));
	CHECK(body.n % 16 == 0);
	CHECK(memcmp(salt.p, again.p + SALT_AT, salt.n) != 0 && memcmp(iv.p, again.p + IV_AT, iv.n) != 0);
	house_close(&house);
}

TEST(export, is_opened_by_the_openssl_command)
{
	struct house house;
	struct fault fault = { 0 };
	struct bytes encrypted = { 0 };
	char path[128];
	int status = -1;

	house_open(&house);
	struct born born = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	CHECK_OK(export_key(&house, &born, STR(PASSPHRASE), &encrypted, &fault), fault);
	struct str pem = forge_pem("ENCRYPTED PRIVATE KEY", encrypted, &house.arena);
	(void)snprintf(path, sizeof path, "%s/key.pem", house.place.directory);
	FILE *file = fopen(path, "we");
	CHECK(file != NULL && fwrite(pem.p, 1, pem.n, file) == pem.n && fclose(file) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
			_exit(126);
		(void)execlp("openssl", "openssl", "pkcs8", "-in", path, "-passin", "pass:" PASSPHRASE, (char *)NULL);
		_exit(127);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(unlink(path) == 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	house_close(&house);
}

TEST(export, takes_every_octet_of_a_passphrase)
{
	static const char octets[] = "\x01 \"'\\\0\xff~";
	const struct str odd = { octets, sizeof octets - 1 };
	struct house house;
	struct fault fault = { 0 };
	struct bytes encrypted = { 0 };

	house_open(&house);
	struct born born = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	CHECK_OK(export_key(&house, &born, odd, &encrypted, &fault), fault);
	EVP_PKEY *key = opened(encrypted, odd);
	CHECK(key != NULL);
	EVP_PKEY_free(key);
	house_close(&house);
}

static void
export_refused(struct house *house, const struct born *key, struct str passphrase)
{
	struct fault fault = { 0 };
	struct bytes encrypted = { 0 };

	CHECK(!export_key(house, key, passphrase, &encrypted, &fault));
	CHECK(fault.code == FAULT_INTERNAL && encrypted.p == NULL);
}

TEST(export, gives_nobody_elses_key)
{
	struct house house;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct born responder = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	struct born leaf = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	export_refused(&house, &authority, STR(PASSPHRASE));
	export_refused(&house, &responder, STR(PASSPHRASE));
	/* Nor as what it is not, nor to another owner, nor without a passphrase. */
	authority.context.purpose = SEAL_CERTIFICATE_KEY;
	export_refused(&house, &authority, STR(PASSPHRASE));
	export_refused(&house, &leaf, STR(""));
	leaf.context.name = STR("arn:y");
	export_refused(&house, &leaf, STR(PASSPHRASE));
	house_close(&house);
}

TEST_MAIN_WITH_SIGNER("export");
