#include "x509/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "forge.h"
#include "test.h"

AUTO_FREE(X509, X509_free);
AUTO_FREE(X509_STORE, X509_STORE_free);
AUTO_FREE(OCSP_REQUEST, OCSP_REQUEST_free);
AUTO_FREE(OCSP_RESPONSE, OCSP_RESPONSE_free);
AUTO_FREE(OCSP_BASICRESP, OCSP_BASICRESP_free);
AUTO_FREE(OCSP_CERTID, OCSP_CERTID_free);
AUTO_FREE(ASN1_INTEGER, ASN1_INTEGER_free);

static const struct bytes none;

/* ---- Requests ---- */

static struct ocsp_request
read_request(struct bytes der, struct arena *arena)
{
	struct ocsp_request request = { 0 };
	const char *why = "nothing";

	if (!ocsp_request_read(der, arena, &request, &why))
		fail_msg("%s", why);
	return request;
}

static void
check_refused(struct bytes der, const char *words)
{
	struct arena arena = { 0 };
	struct ocsp_request request = { .count = 77 };
	const char *why = "nothing";

	if (ocsp_request_read(der, &arena, &request, &why))
		fail_msg("taken, where \"%s\" was expected", words);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	CHECK(request.count == 77);
	arena_done(&arena);
}

static X509 *
certificate_make(const struct recipe *recipe, struct arena *arena)
{
	struct bytes der = forge_certificate(recipe, arena);
	const unsigned char *p = der.p;
	X509 *certificate = d2i_X509(NULL, &p, (long)der.n);

	CHECK(certificate != NULL);
	return certificate;
}

/* i2d of anything, into the arena. */
#define ENCODED(function, object, arena)                                                                               \
	__extension__({                                                                                                \
		unsigned char *der_ = NULL;                                                                            \
		int n_ = function((object), &der_);                                                                    \
		CHECK(n_ > 0);                                                                                         \
		struct bytes copy_ = arena_bytes((arena), (struct bytes){ der_, (size_t)n_ });                         \
		OPENSSL_free(der_);                                                                                    \
		copy_;                                                                                                 \
	})

static struct bytes
octets_of(const ASN1_OCTET_STRING *string)
{
	return (struct bytes){ ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string) };
}

static void
check_id(const struct ocsp_certificate_id *id, OCSP_CERTID *expected, enum ocsp_hash hash, struct arena *arena)
{
	ASN1_OCTET_STRING *name = NULL, *key = NULL;
	ASN1_INTEGER *serial = NULL;

	CHECK(OCSP_id_get0_info(&name, NULL, &key, &serial, expected) == 1);
	CHECK(id->hash == (int)hash);
	CHECK(bytes_equal(id->der, ENCODED(i2d_OCSP_CERTID, expected, arena)));
	CHECK(bytes_equal(id->name_hash, octets_of(name)) && bytes_equal(id->key_hash, octets_of(key)));
	CHECK(bytes_equal(id->serial, octets_of(serial)) && !id->serial_negative);
}

TEST(ocsp, reads_a_request_of_openssl)
{
	static const struct {
		const char *serial;
		const EVP_MD *(*digest)(void);
		enum ocsp_hash hash;
	} asked[] = {
		{ "05", EVP_sha1, OCSP_HASH_SHA1 },
		{ "00ff0102030405060708090a0b0c0d0e0f", EVP_sha256, OCSP_HASH_SHA256 },
		{ "05", EVP_sha256, OCSP_HASH_SHA256 },
		{ "05", EVP_sha1, OCSP_HASH_SHA1 }, /* again */
		{ "00", EVP_sha1, OCSP_HASH_SHA1 },
		{ "7f00", EVP_sha384, 0 },
	};
	unsigned char nonce[32] = { 0, 1, 2 };
	struct arena arena = { 0 };
	AUTO(X509) issuer = certificate_make(&(struct recipe){ .subject = "CN=CA" }, &arena);
	AUTO(OCSP_REQUEST) made = OCSP_REQUEST_new();

	for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
		AUTO(X509) leaf = certificate_make(&(struct recipe){ .serial = asked[i].serial }, &arena);
		OCSP_CERTID *id = OCSP_cert_id_new(asked[i].digest(), X509_get_subject_name(issuer),
			X509_get0_pubkey_bitstr(issuer), X509_get0_serialNumber(leaf));
		CHECK(OCSP_request_add0_id(made, id) != NULL);
	}
	CHECK(OCSP_request_add1_nonce(made, nonce, sizeof nonce) == 1);

	struct bytes der = ENCODED(i2d_OCSP_REQUEST, made, &arena);
	struct ocsp_request request = read_request(der, &arena);
	CHECK(request.count == ARRAY_COUNT(asked));
	for (size_t i = 0; i < ARRAY_COUNT(asked); i++)
		check_id(&request.ids[i], OCSP_onereq_get0_id(OCSP_request_onereq_get0(made, (int)i)), asked[i].hash,
			&arena);
	CHECK(bytes_equal(request.nonce, (struct bytes){ nonce, sizeof nonce }));
	CHECK(request.ids[4].serial.n == 1 && request.ids[4].serial.p[0] == 0);
	arena_done(&arena);
}

TEST(ocsp, ignores_who_asks_and_who_signed)
{
	struct arena arena = { 0 };
	AUTO(X509) issuer = certificate_make(&(struct recipe){ .subject = "CN=CA" }, &arena);
	AUTO(OCSP_REQUEST) made = OCSP_REQUEST_new();

	CHECK(OCSP_request_add0_id(made, OCSP_cert_to_id(NULL, issuer, issuer)) != NULL);
	CHECK(OCSP_request_set1_name(made, X509_get_subject_name(issuer)) == 1);
	CHECK(OCSP_request_sign(made, issuer, forge_key(FORGE_P256, 0), EVP_sha256(), NULL, 0) == 1);
	struct bytes der = ENCODED(i2d_OCSP_REQUEST, made, &arena);
	struct ocsp_request request = read_request(der, &arena);
	CHECK(request.count == 1 && request.nonce.p == NULL);
	check_id(&request.ids[0], OCSP_onereq_get0_id(OCSP_request_onereq_get0(made, 0)), OCSP_HASH_SHA1, &arena);
	arena_done(&arena);
}

#define SHA1_ID "300906052b0e03021a0500"
#define HASH_20 "0414000102030405060708090a0b0c0d0e0f10111213"
#define HASH_32 "0420000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* An OCSPRequest by hand: what stands around one CertID, or several. */
struct parts {
	const char *algorithm, *name_hash, *key_hash, *serial; /* of the CertID; NULL: right ones */
	const char *single_extensions;                         /* after the CertID */
	const char *before, *extensions;                       /* in the TBSRequest, around the list */
	const char *signature;                                 /* after the TBSRequest */
	size_t count;                                          /* of requests; 0: 1 */
};

static const char *
otherwise(const char *given, const char *usual)
{
	return given != NULL ? given : usual;
}

static struct bytes
parts_join(const struct parts *parts, struct arena *arena)
{
	struct bytes id = forge_der(arena, 0x30, forge_hex(otherwise(parts->algorithm, SHA1_ID), arena),
		forge_hex(otherwise(parts->name_hash, HASH_20), arena),
		forge_hex(otherwise(parts->key_hash, HASH_20), arena),
		forge_hex(otherwise(parts->serial, "020105"), arena));
	struct bytes request = forge_der(arena, 0x30, id, forge_hex(otherwise(parts->single_extensions, ""), arena));
	struct bytes list = request;

	for (size_t i = 1; i < parts->count; i++)
		list = forge_der(arena, -1, list, request);
	struct bytes tbs = forge_der(arena, 0x30, forge_hex(otherwise(parts->before, ""), arena),
		forge_der(arena, 0x30, list), forge_hex(otherwise(parts->extensions, ""), arena));
	return forge_der(arena, 0x30, tbs, forge_hex(otherwise(parts->signature, ""), arena));
}

/* Extensions as hexadecimal text. */
#define NONCE_OID "06092b0601050507300102"
#define ODD_OID "06032a0304"

TEST(ocsp, takes_what_need_not_be_refused)
{
	static const struct parts cases[] = {
		{ .before = "a003020100" },   /* version 1, written out */
		{ .before = "a10482026162" }, /* requestorName: a DNS name */
		{ .before = "a003020100a10482026162" },
		{ .algorithm = "300706052b0e03021a" },                                        /* no parameters */
		{ .algorithm = "300506032a0304", .name_hash = "0400", .key_hash = "0401aa" }, /* a hash unheard of */
		{ .algorithm = "300d06096086480165030402010500", .name_hash = HASH_32, .key_hash = HASH_32 },
		{ .extensions = "a20b3009300706032a03040400" },       /* not critical */
		{ .extensions = "a20e300c300a06032a03040101000400" }, /* FALSE, written out */
		{ .single_extensions = "a00b3009300706032a03040400" },
		/* A nonce in the wrong place is an extension like any other. */
		{ .single_extensions = "a011300f300d" NONCE_OID "0400" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct ocsp_request request = read_request(parts_join(&cases[i], &arena), &arena);
		CHECK(request.count == 1 && request.nonce.p == NULL);
	}
	arena_done(&arena);
}

TEST(ocsp, reads_serial_numbers_of_any_sign)
{
	static const struct {
		const char *serial, *magnitude;
		bool negative;
	} cases[] = { { "020100", "00", false }, { "02017f", "7f", false }, { "02020080", "80", false },
		{ "0201ff", "ff", true }, { "020280ff", "80ff", true },
		{ "021500ffffffffffffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffffffffffff",
			false } };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct ocsp_request request =
			read_request(parts_join(&(struct parts){ .serial = cases[i].serial }, &arena), &arena);
		CHECK(bytes_equal(request.ids[0].serial, forge_hex(cases[i].magnitude, &arena)));
		CHECK(request.ids[0].serial_negative == cases[i].negative);
	}
	arena_done(&arena);
}

/* A request with that extension. */
static struct bytes
with_extension(struct bytes extension, struct arena *arena)
{
	struct bytes usual = parts_join(&(struct parts){ 0 }, arena);
	struct bytes list = { usual.p + 4, usual.n - 4 }; /* without the headers of OCSPRequest and TBSRequest */

	return forge_der(
		arena, 0x30, forge_der(arena, 0x30, list, forge_der(arena, 0xa2, forge_der(arena, 0x30, extension))));
}

static struct bytes
with_nonce(struct bytes value, bool critical, struct arena *arena)
{
	return with_extension(forge_extension("1.3.6.1.5.5.7.48.1.2", critical, value, arena), arena);
}

TEST(ocsp, reads_nonces_of_1_to_128_octets)
{
	static const uint8_t octets[OCSP_MAX_NONCE_BYTES + 1] = { 7 };
	struct arena arena = { 0 };

	for (size_t n = 0; n <= sizeof octets; n++) {
		struct bytes nonce = { octets, n };
		struct bytes der = with_nonce(forge_der(&arena, 0x04, nonce), n % 2 == 0, &arena);
		if (n == 0 || n > OCSP_MAX_NONCE_BYTES)
			check_refused(der, "nonce");
		else
			CHECK(bytes_equal(read_request(der, &arena).nonce, nonce));
	}
	/* Not wrapped, wrapped with more, nothing at all. */
	check_refused(with_nonce(forge_text("0123456789abcdef"), false, &arena), "nonce");
	check_refused(with_nonce(forge_hex("0401aa00", &arena), false, &arena), "nonce");
	check_refused(with_nonce(forge_hex("0401aa0401aa", &arena), false, &arena), "nonce");
	check_refused(with_nonce(forge_text(""), false, &arena), "nonce");
	arena_done(&arena);
}

TEST(ocsp, refuses_what_is_malformed)
{
#define NONCE_AA "3010" NONCE_OID "04030401aa"
	static const struct {
		struct parts parts;
		const char *words;
	} cases[] = {
		{ { .before = "a003020101" }, "version" },
		{ { .before = "a0050201000500" }, "version" },
		{ { .before = "a000" }, "version" },
		{ { .before = "a100" }, "requestorName" },
		{ { .before = "a103820261" }, "requestorName" },
		{ { .before = "a1088202616282026162" }, "requestorName" },
		{ { .before = "a1020500" }, "requestorName" },
		{ { .before = "0500" }, "list of requests" },
		{ { .algorithm = "3000" }, "hash algorithm" },
		{ { .algorithm = "3003060180" }, "hash algorithm" },
		{ { .algorithm = "300a06052b0e03021a020101" }, "hash algorithm" },
		{ { .algorithm = "300b06052b0e03021a05000500" }, "hash algorithm" },
		{ { .algorithm = "300a06052b0e03021a050100" }, "hash algorithm" },
		{ { .algorithm = "0500" }, "hash algorithm" },
		{ { .name_hash = "0413000102030405060708090a0b0c0d0e0f101112" }, "not as long" },
		{ { .key_hash = HASH_32 }, "not as long" },
		{ { .algorithm = "300d06096086480165030402010500" }, "not as long" },
		{ { .name_hash = "0500" }, "hashes" },
		{ { .key_hash = "" }, "hashes" },
		{ { .serial = "" }, "serial" },
		{ { .serial = "0200" }, "serial" },
		{ { .serial = "02020005" }, "serial" },
		{ { .serial = "0202ffff" }, "serial" },
		{ { .serial = "0201050500" }, "serial" },
		{ { .single_extensions = "0500" }, "request in it" },
		{ { .single_extensions = "a000" }, "extensions" },
		{ { .single_extensions = "a00e300c300a06032a03040101ff0400" }, "critical" },
		{ { .extensions = "a20e300c300a06032a03040101ff0400" }, "critical" },
		{ { .extensions = "a20e300c300a06032a03040101010400" }, "extensions is malformed" },
		{ { .extensions = "a2023000" }, "nothing in it" },
		{ { .extensions = "a200" }, "extensions are malformed" },
		{ { .extensions = "a20730053003060180" }, "extensions is malformed" },
		{ { .extensions = "a20930073005" ODD_OID }, "extensions is malformed" },
		{ { .extensions = "a20d300b3009" ODD_OID "04000500" }, "extensions is malformed" },
		{ { .extensions = "a2263024" NONCE_AA NONCE_AA }, "two nonces" },
		{ { .extensions = "a10482026162" }, "does not belong there" },
		{ { .extensions = "0500" }, "does not belong there" },
		{ { .signature = "0500" }, "signature" },
		{ { .signature = "a000" }, "signature" },
		{ { .signature = "a0023000" }, "signature" },
		{ { .signature = "a0093007300506032a0304" }, "signature" },
		{ { .signature = "a00d300b300506032a0304030201aa" }, "signature" },
		{ { .signature = "a011300f300506032a0304030200aaa0020500" }, "signature" },
		{ { .signature = "a00f300d300506032a0304030200aa0500" }, "signature" },
		{ { .signature = "a00d300b300506032a0304030200aa0500" }, "signature" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		check_refused(parts_join(&cases[i].parts, &arena), cases[i].words);
	/* The same is fine when it is right. */
	(void)read_request(parts_join(&(struct parts){ .extensions = "a2143012" NONCE_AA }, &arena), &arena);
	(void)read_request(
		parts_join(&(struct parts){ .signature = "a00d300b300506032a0304030200aa" }, &arena), &arena);
	(void)read_request(
		parts_join(&(struct parts){ .signature = "a0133011300506032a0304030200aaa00430023000" }, &arena),
		&arena);
	check_refused(forge_hex("300430023000", &arena), "no certificate");
	check_refused(forge_hex("3006300430023000", &arena), "CertID");
	check_refused(forge_hex("3006300430020500", &arena), "request in it");
	check_refused(none, "no DER");
	check_refused(forge_hex("3000", &arena), "no DER");
	check_refused(forge_der(&arena, -1, parts_join(&(struct parts){ 0 }, &arena), forge_text("\0")), "no DER");
	arena_done(&arena);
}

TEST(ocsp, asks_about_64_certificates_and_no_more)
{
	struct arena arena = { 0 };

	struct bytes most = parts_join(&(struct parts){ .count = OCSP_MAX_REQUESTS }, &arena);
	struct ocsp_request request = read_request(most, &arena);
	CHECK(request.count == OCSP_MAX_REQUESTS);
	CHECK(request.ids[63].der.p > request.ids[62].der.p);
	check_refused(parts_join(&(struct parts){ .count = OCSP_MAX_REQUESTS + 1 }, &arena), "more than 64");
	arena_done(&arena);
}

static struct bytes
padded(size_t n, struct arena *arena)
{
	return with_extension(
		forge_extension("1.2.3.4", false, (struct bytes){ arena_alloc(arena, n), n }, arena), arena);
}

TEST(ocsp, is_at_most_16_kb_long)
{
	struct arena arena = { 0 };
	size_t around = padded(16000, &arena).n - 16000;

	struct bytes fits = padded(OCSP_MAX_REQUEST_BYTES - around, &arena);
	CHECK(fits.n == OCSP_MAX_REQUEST_BYTES);
	CHECK(read_request(fits, &arena).count == 1);
	check_refused(padded(OCSP_MAX_REQUEST_BYTES - around + 1, &arena), "longer than 16 KB");
	arena_done(&arena);
}

/* Whatever a bit more or less makes of it: what is still taken, OpenSSL takes too, and counts the same. */
TEST(ocsp, never_takes_what_openssl_refuses)
{
	struct arena arena = { 0 };
	struct bytes der = parts_join(&(struct parts){ .count = 2,
					      .single_extensions = "a00b3009300706032a03040400",
					      .extensions = "a2143012" NONCE_AA,
					      .signature = "a00d300b300506032a0304030200aa" },
		&arena);
	size_t taken = 0;

	for (size_t n = 0; n < der.n; n++)
		check_refused(arena_bytes(&arena, (struct bytes){ der.p, n }), "no DER");
	for (size_t bit = 0; bit < 8 * der.n; bit++) {
		struct ocsp_request request;
		const char *why = NULL;
		struct bytes copy = arena_bytes(&arena, der);
		((uint8_t *)(uintptr_t)copy.p)[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (!ocsp_request_read(copy, &arena, &request, &why)) {
			CHECK(why != NULL);
			continue;
		}
		taken++;
		const unsigned char *p = copy.p;
		AUTO(OCSP_REQUEST) read = d2i_OCSP_REQUEST(NULL, &p, (long)copy.n);
		if (read == NULL)
			fail_msg("OpenSSL refuses it with bit %zu turned", bit);
		CHECK(p == copy.p + copy.n && OCSP_request_onereq_count(read) == (int)request.count);
	}
	CHECK(taken > 500 && taken < 8 * der.n);
	arena_done(&arena);
}

/* ---- Responses ---- */

#define PRODUCED_MS (FORGE_NOW_MS + 5000)

/* A CA, three certificates of it to be asked about, and what OpenSSL needs to judge an answer. */
struct scene {
	struct arena arena;
	X509 *ca, *leaf[3];
	OCSP_REQUEST *asked;
	X509_STORE *store;
	struct bytes request;
	struct bytes key_hash;
};

static const unsigned char scene_nonce[32] = { 9, 8, 7 };

static struct bytes
key_hash_of(const X509 *certificate, struct arena *arena)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	CHECK(X509_pubkey_digest(certificate, EVP_sha1(), hash, &n) == 1);
	return arena_bytes(arena, (struct bytes){ hash, n });
}

static void
scene_init(struct scene *scene, const EVP_MD *digest)
{
	static const char *const serials[] = { "05", "00f1000000000000000000000000000001", "7f" };
	struct recipe recipe = { .issuer = "CN=Root CA", .issuer_key = forge_key(FORGE_P256, 2) };
	struct recipe root = forge_root(FORGE_P256);

	*scene = (struct scene){ .asked = OCSP_REQUEST_new(), .store = X509_STORE_new() };
	root.key = recipe.issuer_key;
	scene->ca = certificate_make(&root, &scene->arena);
	for (size_t i = 0; i < ARRAY_COUNT(serials); i++) {
		recipe.serial = serials[i];
		scene->leaf[i] = certificate_make(&recipe, &scene->arena);
		CHECK(OCSP_request_add0_id(scene->asked, OCSP_cert_to_id(digest, scene->leaf[i], scene->ca)) != NULL);
	}
	CHECK(OCSP_request_add1_nonce(scene->asked, (unsigned char *)(uintptr_t)scene_nonce, sizeof scene_nonce) == 1);
	CHECK(X509_STORE_add_cert(scene->store, scene->ca) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(scene->store), FORGE_NOW_MS / 1000);
	scene->request = ENCODED(i2d_OCSP_REQUEST, scene->asked, &scene->arena);
	scene->key_hash = key_hash_of(scene->ca, &scene->arena);
}

static void
scene_done(struct scene *scene)
{
	X509_free(scene->ca);
	for (size_t i = 0; i < ARRAY_COUNT(scene->leaf); i++)
		X509_free(scene->leaf[i]);
	OCSP_REQUEST_free(scene->asked);
	X509_STORE_free(scene->store);
	arena_done(&scene->arena);
}

/* Good, revoked with a reason, unknown. */
static struct bytes
scene_data(struct scene *scene, struct bytes key_hash)
{
	struct ocsp_request request = read_request(scene->request, &scene->arena);
	struct ocsp_single singles[3];

	CHECK(request.count == ARRAY_COUNT(singles));
	for (size_t i = 0; i < ARRAY_COUNT(singles); i++)
		singles[i] = (struct ocsp_single){ .certificate_id = request.ids[i].der,
			.status = i == 0   ? OCSP_GOOD
				  : i == 1 ? OCSP_REVOKED
					   : OCSP_UNKNOWN,
			.revoked_ms = FORGE_NOW_MS - 86400000,
			.reason = CRL_REASON_KEY_COMPROMISE,
			.this_update_ms = FORGE_NOW_MS,
			.next_update_ms = FORGE_NOW_MS + 3600999 };
	return ocsp_response_data(key_hash, PRODUCED_MS, singles, ARRAY_COUNT(singles), request.nonce, &scene->arena);
}

/* OpenSSL's reading of an OCSPResponse, which must be all that is there and come out of it the same. */
static OCSP_RESPONSE *
openssl_reads(struct bytes der)
{
	struct arena arena = { 0 };
	const unsigned char *p = der.p;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);

	CHECK(response != NULL && p == der.p + der.n);
	CHECK(bytes_equal(der, ENCODED(i2d_OCSP_RESPONSE, response, &arena)));
	arena_done(&arena);
	return response;
}

static OCSP_BASICRESP *
openssl_reads_basic(struct bytes der)
{
	AUTO(OCSP_RESPONSE) response = openssl_reads(der);

	CHECK(OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
	CHECK(basic != NULL);
	return basic;
}

static void
check_time(const ASN1_GENERALIZEDTIME *time, int64_t ms)
{
	struct tm tm;

	CHECK(time != NULL && ASN1_STRING_type(time) == V_ASN1_GENERALIZEDTIME && ASN1_STRING_length(time) == 15);
	CHECK(ASN1_TIME_to_tm(time, &tm) == 1 && (int64_t)timegm(&tm) == ms / 1000);
}

static void
check_single(const struct scene *scene, OCSP_BASICRESP *basic, int index, int status, int reason)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
	OCSP_CERTID *id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(scene->asked, index));
	int found = -7, why = -1;

	CHECK(OCSP_resp_find_status(basic, id, &found, &why, &revoked, &this_update, &next_update) == 1);
	CHECK(found == status && why == reason);
	check_time(this_update, FORGE_NOW_MS);
	check_time(next_update, FORGE_NOW_MS + 3600000);
	if (status == V_OCSP_CERTSTATUS_REVOKED)
		check_time(revoked, FORGE_NOW_MS - 86400000);
	else
		CHECK(revoked == NULL);
}

static void
check_answers(const struct scene *scene, OCSP_BASICRESP *basic)
{
	CHECK(OCSP_resp_count(basic) == 3);
	check_single(scene, basic, 0, V_OCSP_CERTSTATUS_GOOD, -1);
	check_single(scene, basic, 1, V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_KEYCOMPROMISE);
	check_single(scene, basic, 2, V_OCSP_CERTSTATUS_UNKNOWN, -1);
	check_time(OCSP_resp_get0_produced_at(basic), PRODUCED_MS);
	CHECK(OCSP_check_nonce(scene->asked, basic) == 1);
}

TEST(ocsp, answers_openssl_in_the_name_of_the_ca)
{
	const EVP_MD *const digests[] = { EVP_sha1(), EVP_sha256() };

	for (size_t i = 0; i < ARRAY_COUNT(digests); i++) {
		struct scene scene;
		scene_init(&scene, digests[i]);
		struct bytes data = scene_data(&scene, scene.key_hash);
		struct bytes signature = forge_sign(forge_key(FORGE_P256, 2), "SHA256", data, &scene.arena);
		AUTO(OCSP_BASICRESP) basic = openssl_reads_basic(
			ocsp_response_assemble(data, SIGNING_SHA256_ECDSA, signature, none, &scene.arena));
		STACK_OF(X509) *signers = sk_X509_new_null();
		CHECK(sk_X509_push(signers, scene.ca) == 1);
		CHECK(OCSP_basic_verify(basic, signers, scene.store, 0) == 1);
		sk_X509_free(signers);
		check_answers(&scene, basic);
		CHECK(sk_X509_num(OCSP_resp_get0_certs(basic)) <= 0);

		/* byKey. */
		const ASN1_OCTET_STRING *key = NULL;
		const X509_NAME *name = NULL;
		CHECK(OCSP_resp_get0_id(basic, &key, &name) == 1 && name == NULL);
		CHECK(bytes_equal(octets_of(key), scene.key_hash));
		scene_done(&scene);
	}
}

TEST(ocsp, answers_openssl_by_a_delegated_responder)
{
	struct scene scene;
	struct recipe recipe = { .subject = "CN=Responder",
		.issuer = "CN=Root CA",
		.issuer_key = forge_key(FORGE_P256, 2),
		.key = forge_key(FORGE_RSA_2048, 0),
		.extended_key_usage = "1.3.6.1.5.5.7.3.9" };

	scene_init(&scene, EVP_sha1());
	struct bytes certificate = forge_certificate(&recipe, &scene.arena);
	AUTO(X509) responder = certificate_make(&recipe, &scene.arena);
	struct bytes key_hash = key_hash_of(responder, &scene.arena);
	struct bytes data = scene_data(&scene, key_hash);
	struct bytes signature = forge_sign(recipe.key, "SHA384", data, &scene.arena);
	AUTO(OCSP_BASICRESP) basic = openssl_reads_basic(
		ocsp_response_assemble(data, SIGNING_SHA384_RSA, signature, certificate, &scene.arena));
	CHECK(sk_X509_num(OCSP_resp_get0_certs(basic)) == 1);
	CHECK(OCSP_basic_verify(basic, NULL, scene.store, 0) == 1);
	check_answers(&scene, basic);
	scene_done(&scene);
}

TEST(ocsp, leaves_out_what_is_not_given)
{
	struct scene scene;

	scene_init(&scene, EVP_sha1());
	struct ocsp_request request = read_request(scene.request, &scene.arena);
	struct ocsp_single single = { .certificate_id = request.ids[1].der,
		.status = OCSP_REVOKED,
		.revoked_ms = FORGE_NOW_MS - 86400000,
		.this_update_ms = FORGE_NOW_MS,
		.next_update_ms = FORGE_NOW_MS + 3600000 };
	struct bytes data = ocsp_response_data(scene.key_hash, PRODUCED_MS, &single, 1, none, &scene.arena);
	AUTO(OCSP_BASICRESP) basic = openssl_reads_basic(
		ocsp_response_assemble(data, SIGNING_SHA256_ECDSA, forge_text("no signature"), none, &scene.arena));
	check_single(&scene, basic, 1, V_OCSP_CERTSTATUS_REVOKED, -1);
	CHECK(OCSP_BASICRESP_get_ext_count(basic) == 0);
	CHECK(OCSP_check_nonce(scene.asked, basic) == -1); /* it asked, and got none */
	scene_done(&scene);
}

TEST(ocsp, tells_what_is_wrong_in_five_octets)
{
	static const enum ocsp_status statuses[] = { OCSP_MALFORMED_REQUEST, OCSP_INTERNAL_ERROR, OCSP_TRY_LATER,
		OCSP_SIG_REQUIRED, OCSP_UNAUTHORIZED };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(statuses); i++) {
		struct bytes der = ocsp_response_error(statuses[i], &arena);
		AUTO(OCSP_RESPONSE) response = openssl_reads(der);
		CHECK(der.n == 5 && OCSP_response_status(response) == (int)statuses[i]);
	}
	arena_done(&arena);
}

/* ---- Responses, read back ---- */

static void
check_data_refused(struct bytes data, const char *words)
{
	struct bytes key_hash = none;
	const char *why = "nothing";

	if (ocsp_response_data_read(data, &key_hash, &why))
		fail_msg("taken, where \"%s\" was expected", words);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	CHECK(key_hash.p == NULL);
}

TEST(ocsp, knows_its_own_answers_again)
{
	struct scene scene;
	struct bytes key_hash = none;
	const char *why = "nothing";

	scene_init(&scene, EVP_sha256());
	struct bytes data = scene_data(&scene, scene.key_hash);
	if (!ocsp_response_data_read(data, &key_hash, &why))
		fail_msg("%s", why);
	CHECK(bytes_equal(key_hash, scene.key_hash));
	CHECK(key_hash.p > data.p && key_hash.p < data.p + data.n);

	for (size_t n = 0; n < data.n; n++)
		check_data_refused(arena_bytes(&scene.arena, (struct bytes){ data.p, n }), "responder");
	check_data_refused(forge_der(&scene.arena, -1, data, forge_text("\0")), "not as this house writes it");
	scene_done(&scene);
}

/* What is still taken with a bit turned, OpenSSL takes too, with as many answers. */
TEST(ocsp, knows_no_answers_that_openssl_refuses)
{
	struct scene scene;
	size_t taken = 0;

	scene_init(&scene, EVP_sha1());
	struct bytes data = scene_data(&scene, scene.key_hash);
	for (size_t bit = 0; bit < 8 * data.n; bit++) {
		struct bytes key_hash;
		const char *why = NULL;
		struct bytes copy = arena_bytes(&scene.arena, data);
		((uint8_t *)(uintptr_t)copy.p)[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (!ocsp_response_data_read(copy, &key_hash, &why)) {
			CHECK(why != NULL);
			continue;
		}
		taken++;
		AUTO(OCSP_BASICRESP) basic = openssl_reads_basic(ocsp_response_assemble(
			copy, SIGNING_SHA256_ECDSA, forge_text("no signature"), none, &scene.arena));
		CHECK(OCSP_resp_count(basic) == 3);
	}
	CHECK(taken > 500 && taken < 8 * data.n);
	scene_done(&scene);
}

#define NOON "180f32303236303730313132303030305a"
#define KEY_HASH "a216" HASH_20
#define CERT_ID                                                                                                        \
	"303a"                                                                                                         \
	"300906052b0e03021a0500" HASH_20 HASH_20 "020105"
#define NEXT "a011" NOON

TEST(ocsp, refuses_answers_in_any_other_form)
{
	static const struct {
		const char *head, *single, *tail, *words; /* words NULL: fine */
	} cases[] = {
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "", NULL },
		{ KEY_HASH NOON, CERT_ID "8200" NOON NEXT, "", NULL },
		{ KEY_HASH NOON, CERT_ID "a111" NOON NOON NEXT, "", NULL },
		{ KEY_HASH NOON, CERT_ID "a116" NOON "a0030a0101" NOON NEXT, "", NULL },
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "a1143012" NONCE_AA, NULL },
		{ "a003020100" KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "", "responder" }, /* version written out */
		{ "a1023000" NOON, CERT_ID "8000" NOON NEXT, "", "responder" },            /* byName */
		{ "a2030401aa" NOON, CERT_ID "8000" NOON NEXT, "", "responder" },
		{ KEY_HASH "170d3236303730313132303030305a", CERT_ID "8000" NOON NEXT, "", "time" },
		{ KEY_HASH, CERT_ID "8000" NOON NEXT, "", "time" },
		{ KEY_HASH NOON, CERT_ID "800100" NOON NEXT, "", "house" },
		{ KEY_HASH NOON, CERT_ID "8100" NOON NEXT, "", "house" },
		{ KEY_HASH NOON, CERT_ID "8300" NOON NEXT, "", "house" },
		{ KEY_HASH NOON, CERT_ID "a000" NOON NEXT, "", "house" },
		{ KEY_HASH NOON, CERT_ID "a100" NOON NEXT, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "a116" NOON "a0030a0100" NOON NEXT, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "a116" NOON "a0030a0107" NOON NEXT, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "a116" NOON "a0030a0108" NOON NEXT, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "a116" NOON "a0030a010b" NOON NEXT, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "a118" NOON "a0050a01010500" NOON NEXT, "", "house" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON, "", "answer" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON "a011180f32303236303730313131353935395a", "", "answer" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT "a10b3009300706032a03040400", "", "house" },
		{ KEY_HASH NOON, "30008000" NOON NEXT, "", "CertID" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "a10b3009300706032a03040400", "house" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "a2023000", "house" },
		{ KEY_HASH NOON, CERT_ID "8000" NOON NEXT, "a1173015301306092b06010505073001020101ff04030401aa",
			"house" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bytes single = forge_der(&arena, 0x30, forge_hex(cases[i].single, &arena));
		struct bytes data = forge_der(&arena, 0x30, forge_hex(cases[i].head, &arena),
			forge_der(&arena, 0x30, single), forge_hex(cases[i].tail, &arena));
		struct bytes key_hash = none;
		const char *why = "nothing";
		if (cases[i].words != NULL)
			check_data_refused(data, cases[i].words);
		else if (!ocsp_response_data_read(data, &key_hash, &why))
			fail_msg("%zu: %s", i, why);
	}
	check_data_refused(forge_der(&arena, 0x30, forge_hex(KEY_HASH NOON "3000", &arena)), "1 to 64 answers");
	arena_done(&arena);
}

TEST(ocsp, gives_1_to_64_answers)
{
	struct arena arena = { 0 };
	struct ocsp_single singles[OCSP_MAX_REQUESTS + 1];
	struct bytes key_hash = none;
	const char *why = "nothing";

	for (size_t i = 0; i < ARRAY_COUNT(singles); i++)
		singles[i] = (struct ocsp_single){ forge_hex(CERT_ID, &arena), OCSP_GOOD, 0, CRL_REASON_UNSPECIFIED,
			FORGE_NOW_MS, FORGE_NOW_MS };
	struct bytes twenty = forge_hex("000102030405060708090a0b0c0d0e0f10111213", &arena);
	CHECK(ocsp_response_data_read(
		ocsp_response_data(twenty, PRODUCED_MS, singles, OCSP_MAX_REQUESTS, none, &arena), &key_hash, &why));
	check_data_refused(ocsp_response_data(twenty, PRODUCED_MS, singles, OCSP_MAX_REQUESTS + 1, none, &arena),
		"1 to 64 answers");
	arena_done(&arena);
}

TEST_MAIN("ocsp");
