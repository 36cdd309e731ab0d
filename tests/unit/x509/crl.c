#include "x509/crl.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "forge.h"
#include "test.h"

AUTO_FREE(X509, X509_free);
AUTO_FREE(X509_CRL, X509_CRL_free);
AUTO_FREE(X509_STORE, X509_STORE_free);
AUTO_FREE(X509_STORE_CTX, X509_STORE_CTX_free);
AUTO_FREE(ASN1_INTEGER, ASN1_INTEGER_free);
AUTO_FREE(ISSUING_DIST_POINT, ISSUING_DIST_POINT_free);
AUTO_FREE(CRL_DIST_POINTS, CRL_DIST_POINTS_free);
AUTO_FREE(AUTHORITY_KEYID, AUTHORITY_KEYID_free);
AUTO_FREE(ASN1_ENUMERATED, ASN1_ENUMERATED_free);
typedef struct crl_builder crl_builder;
AUTO_FREE(crl_builder, crl_builder_free);

#define DISTRIBUTION_POINT "http://ca.example.com/crl/0.crl"
#define FRESHEST "http://ca.example.com/crl/0.delta.crl"

static struct bytes
issuer_name(struct arena *arena)
{
	const struct certificate *root = NULL;
	const char *why = NULL;

	if (!certificate_parse(forge_certificate(&(struct recipe){ .subject = "CN=Example CA,O=Example" }, arena),
		    arena, &root, &why))
		fail_msg("%s", why);
	return root->subject;
}

/* A complete list with all that it may have, under P-256. */
static struct crl
full(struct arena *arena)
{
	return (struct crl){
		.algorithm = SIGNING_SHA256_ECDSA,
		.issuer = issuer_name(arena),
		.this_update_ms = FORGE_NOW_MS,
		.next_update_ms = FORGE_NOW_MS + INT64_C(7) * 86400000,
		.authority_key_identifier = forge_hex("000102030405060708090a0b0c0d0e0f10111213", arena),
		.number = FORGE_NOW_MS,
		.distribution_point = STR(DISTRIBUTION_POINT),
		.freshest_url = STR(FRESHEST),
	};
}

static struct crl
delta(struct arena *arena)
{
	struct crl crl = full(arena);

	crl.base_number = crl.number - 1;
	return crl;
}

static const struct crl_entry some[] = {
	{ { (const uint8_t *)"\x05", 1 }, FORGE_NOW_MS - 5000, CRL_REASON_UNSPECIFIED },
	{ { (const uint8_t *)"\xff\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16 },
		FORGE_NOW_MS - 4000, CRL_REASON_KEY_COMPROMISE },
	{ { (const uint8_t *)"\x7f\x00", 2 }, FORGE_NOW_MS - 3000, CRL_REASON_AA_COMPROMISE },
};

static struct bytes
tbs_of(struct crl_builder *builder, const struct crl *crl, const struct crl_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		crl_builder_add(builder, &entries[i]);
	return crl_builder_tbs(builder, crl);
}

/* A copy of the signed part of a list of `some`. */
static struct bytes
tbs_some(const struct crl *crl, struct arena *arena)
{
	AUTO(crl_builder) builder = crl_builder_new(0);

	return arena_bytes(arena, tbs_of(builder, crl, some, ARRAY_COUNT(some)));
}

/* OpenSSL's reading; NULL when it does not take all of it. */
static X509_CRL *
openssl_reads(struct bytes der)
{
	const unsigned char *p = der.p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.n);

	if (crl != NULL && p == der.p + der.n)
		return crl;
	X509_CRL_free(crl);
	ERR_clear_error();
	return NULL;
}

static X509_CRL *
openssl_reads_signed(struct bytes der, EVP_PKEY *key)
{
	X509_CRL *crl = openssl_reads(der);

	CHECK(crl != NULL);
	CHECK(X509_CRL_verify(crl, key) == 1);
	return crl;
}

static int64_t
seconds_of(const ASN1_TIME *time)
{
	struct tm tm;

	CHECK(ASN1_TIME_to_tm(time, &tm) == 1);
	return (int64_t)timegm(&tm);
}

static void
check_integer(const ASN1_INTEGER *integer, int64_t expected)
{
	int64_t value = -1;

	CHECK(integer != NULL && ASN1_INTEGER_get_int64(&value, integer) == 1);
	CHECK(value == expected);
}

/* A name that is one URI. */
static void
check_uri(const GENERAL_NAMES *names, const char *expected)
{
	CHECK(sk_GENERAL_NAME_num(names) == 1);
	const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);
	CHECK(name->type == GEN_URI);
	CHECK_TEXT(((struct str){
			   (const char *)ASN1_STRING_get0_data(name->d.ia5), (size_t)ASN1_STRING_length(name->d.ia5) }),
		expected);
}

static bool
is_critical(const X509_CRL *crl, int nid)
{
	int at = X509_CRL_get_ext_by_NID(crl, nid, -1);

	return at >= 0 && X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, at)) == 1;
}

static void
check_entry(X509_REVOKED *revoked, const struct crl_entry *expected)
{
	const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(revoked);

	CHECK(ASN1_STRING_type(serial) == V_ASN1_INTEGER);
	CHECK(bytes_equal(
		expected->serial, (struct bytes){ ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial) }));
	CHECK(seconds_of(X509_REVOKED_get0_revocationDate(revoked)) == expected->revoked_ms / 1000);
	AUTO(ASN1_ENUMERATED) reason = X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, NULL, NULL);
	CHECK((reason != NULL) == (expected->reason != CRL_REASON_UNSPECIFIED));
	CHECK(reason == NULL || ASN1_ENUMERATED_get(reason) == (long)expected->reason);
	CHECK((X509_REVOKED_get0_extensions(revoked) == NULL) == (reason == NULL));
}

static struct crl_head
read_back(struct bytes tbs, struct arena *arena)
{
	struct crl_head head = { 0 };
	const char *why = "nothing";

	if (!crl_tbs_read(tbs, arena, &head, &why))
		fail_msg("%s", why);
	return head;
}

static void
check_head(const struct crl_head *head, const struct crl *crl, size_t entries)
{
	bool is_delta = crl->base_number != 0;

	CHECK(head->crl.algorithm == crl->algorithm);
	CHECK(bytes_equal(head->crl.issuer, crl->issuer));
	CHECK(head->crl.this_update_ms == crl->this_update_ms / 1000 * 1000);
	CHECK(head->crl.next_update_ms == crl->next_update_ms / 1000 * 1000);
	CHECK(bytes_equal(head->crl.authority_key_identifier, crl->authority_key_identifier));
	CHECK(head->crl.number == crl->number && head->crl.base_number == crl->base_number);
	CHECK(str_equal(head->crl.distribution_point, crl->distribution_point));
	CHECK(str_equal(head->crl.freshest_url, is_delta ? (struct str){ 0 } : crl->freshest_url));
	CHECK(head->entries == entries);
}

TEST(crl, says_to_openssl_what_it_was_given)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	AUTO(crl_builder) builder = crl_builder_new(ARRAY_COUNT(some));

	struct bytes tbs = tbs_of(builder, &crl, some, ARRAY_COUNT(some));
	struct crl_head head = read_back(tbs, &arena);
	check_head(&head, &crl, ARRAY_COUNT(some));
	struct bytes signature = forge_sign(forge_key(FORGE_P256, 0), "SHA256", tbs, &arena);
	struct bytes der = crl_builder_finish(builder, crl.algorithm, signature);
	AUTO(X509_CRL) read = openssl_reads_signed(der, forge_key(FORGE_P256, 0));

	CHECK(X509_CRL_get_version(read) == 1 && X509_CRL_get_signature_nid(read) == NID_ecdsa_with_SHA256);
	unsigned char *issuer = NULL;
	int n = i2d_X509_NAME(X509_CRL_get_issuer(read), &issuer);
	CHECK(n > 0 && bytes_equal(crl.issuer, (struct bytes){ issuer, (size_t)n }));
	OPENSSL_free(issuer);
	CHECK(seconds_of(X509_CRL_get0_lastUpdate(read)) == crl.this_update_ms / 1000);
	CHECK(seconds_of(X509_CRL_get0_nextUpdate(read)) == crl.next_update_ms / 1000);

	/* In reverse, each with its reason and no extension but that. */
	STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(read);
	CHECK(sk_X509_REVOKED_num(entries) == (int)ARRAY_COUNT(some));
	for (size_t i = 0; i < ARRAY_COUNT(some); i++)
		check_entry(sk_X509_REVOKED_value(entries, (int)i), &some[ARRAY_COUNT(some) - 1 - i]);
	arena_done(&arena);
}

TEST(crl, has_the_extensions_of_a_complete_list)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	AUTO(crl_builder) builder = crl_builder_new(0);

	(void)tbs_of(builder, &crl, some, 1);
	AUTO(X509_CRL) read = openssl_reads(crl_builder_finish(builder, crl.algorithm, forge_text("no signature")));
	CHECK(read != NULL && X509_CRL_get_ext_count(read) == 4);
	AUTO(ASN1_INTEGER) number = X509_CRL_get_ext_d2i(read, NID_crl_number, NULL, NULL);
	check_integer(number, crl.number);
	AUTO(AUTHORITY_KEYID) issuer = X509_CRL_get_ext_d2i(read, NID_authority_key_identifier, NULL, NULL);
	CHECK(issuer != NULL && issuer->issuer == NULL && issuer->serial == NULL &&
		bytes_equal(crl.authority_key_identifier,
			(struct bytes){ issuer->keyid->data, (size_t)issuer->keyid->length }));
	AUTO(ISSUING_DIST_POINT) point = X509_CRL_get_ext_d2i(read, NID_issuing_distribution_point, NULL, NULL);
	CHECK(point != NULL && point->distpoint->type == 0);
	check_uri(point->distpoint->name.fullname, DISTRIBUTION_POINT);
	CHECK(point->onlyuser == 0 && point->onlyCA == 0 && point->onlyattr == 0 && point->indirectCRL == 0);
	CHECK(point->onlysomereasons == NULL);
	AUTO(CRL_DIST_POINTS) freshest = X509_CRL_get_ext_d2i(read, NID_freshest_crl, NULL, NULL);
	CHECK(sk_DIST_POINT_num(freshest) == 1);
	check_uri(sk_DIST_POINT_value(freshest, 0)->distpoint->name.fullname, FRESHEST);

	/* RFC 5280, 5.2: the issuing distribution point alone is critical. */
	CHECK(is_critical(read, NID_issuing_distribution_point));
	CHECK(!is_critical(read, NID_crl_number) && !is_critical(read, NID_authority_key_identifier));
	CHECK(!is_critical(read, NID_freshest_crl));
	arena_done(&arena);
}

TEST(crl, leaves_out_what_is_absent)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	AUTO(crl_builder) builder = crl_builder_new(0);

	crl.distribution_point = crl.freshest_url = (struct str){ 0 };
	crl.number = 1;
	struct crl_head head = read_back(tbs_of(builder, &crl, some, 1), &arena);
	check_head(&head, &crl, 1);
	AUTO(X509_CRL) read = openssl_reads(crl_builder_finish(builder, crl.algorithm, forge_text("no signature")));
	CHECK(read != NULL && X509_CRL_get_ext_count(read) == 2);
	arena_done(&arena);
}

TEST(crl, is_a_delta_when_it_has_a_base)
{
	struct arena arena = { 0 };
	struct crl crl = delta(&arena);
	struct crl_entry back = some[0];
	AUTO(crl_builder) builder = crl_builder_new(1);

	back.reason = CRL_REASON_REMOVE_FROM_CRL;
	struct bytes tbs = tbs_of(builder, &crl, &back, 1);
	struct crl_head head = read_back(tbs, &arena);
	check_head(&head, &crl, 1);
	struct bytes signature = forge_sign(forge_key(FORGE_P256, 0), "SHA256", tbs, &arena);
	AUTO(X509_CRL) read =
		openssl_reads_signed(crl_builder_finish(builder, crl.algorithm, signature), forge_key(FORGE_P256, 0));
	AUTO(ASN1_INTEGER) base = X509_CRL_get_ext_d2i(read, NID_delta_crl, NULL, NULL);
	check_integer(base, crl.base_number);
	CHECK(is_critical(read, NID_delta_crl) && is_critical(read, NID_issuing_distribution_point));
	/* RFC 5280, 5.2.6: a delta names no delta. */
	CHECK(X509_CRL_get_ext_by_NID(read, NID_freshest_crl, -1) < 0);
	check_entry(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(read), 0), &back);
	arena_done(&arena);
}

TEST(crl, without_entries_has_no_list_of_them)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	AUTO(crl_builder) builder = crl_builder_new(0);

	struct bytes tbs = crl_builder_tbs(builder, &crl);
	struct crl_head head = read_back(tbs, &arena);
	check_head(&head, &crl, 0);
	struct bytes signature = forge_sign(forge_key(FORGE_P256, 0), "SHA256", tbs, &arena);
	AUTO(X509_CRL) read =
		openssl_reads_signed(crl_builder_finish(builder, crl.algorithm, signature), forge_key(FORGE_P256, 0));
	/* An empty list of them would be read as a stack of none. */
	CHECK(X509_CRL_get_REVOKED(read) == NULL);
	arena_done(&arena);
}

TEST(crl, is_signed_by_any_algorithm_of_the_house)
{
	static const struct {
		enum signing_algorithm algorithm;
		enum forge_kind kind;
		const char *digest;
	} ways[] = { { SIGNING_SHA256_RSA, FORGE_RSA_2048, "SHA256" }, { SIGNING_SHA512_RSA, FORGE_RSA_2048, "SHA512" },
		{ SIGNING_SHA384_ECDSA, FORGE_P384, "SHA384" }, { SIGNING_SHA512_ECDSA, FORGE_P521, "SHA512" } };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		AUTO(crl_builder) builder = crl_builder_new(ARRAY_COUNT(some));
		struct crl crl = full(&arena);
		crl.algorithm = ways[i].algorithm;
		struct bytes tbs = tbs_of(builder, &crl, some, ARRAY_COUNT(some));
		struct crl_head head = read_back(tbs, &arena);
		check_head(&head, &crl, ARRAY_COUNT(some));
		struct bytes signature = forge_sign(forge_key(ways[i].kind, 0), ways[i].digest, tbs, &arena);
		AUTO(X509_CRL) read = openssl_reads_signed(
			crl_builder_finish(builder, crl.algorithm, signature), forge_key(ways[i].kind, 0));
		CHECK(X509_CRL_get_REVOKED(read) != NULL);
	}
	arena_done(&arena);
}

TEST(crl, writes_times_as_their_year_wants_and_cuts_to_the_second)
{
	static const struct {
		int64_t ms;
		int type;
		const char *text;
	} times[] = { { INT64_C(1782864000999), V_ASN1_UTCTIME, "260701000000Z" },
		{ INT64_C(951782399000), V_ASN1_UTCTIME, "000228235959Z" },
		{ INT64_C(951782400000), V_ASN1_UTCTIME, "000229000000Z" },
		{ INT64_C(2524607999999), V_ASN1_UTCTIME, "491231235959Z" },
		{ INT64_C(2524608000000), V_ASN1_GENERALIZEDTIME, "20500101000000Z" },
		{ INT64_C(253402300799000), V_ASN1_GENERALIZEDTIME, "99991231235959Z" } };
	struct arena arena = { 0 };
	struct crl crl = full(&arena);

	for (size_t i = 0; i < ARRAY_COUNT(times); i++) {
		AUTO(crl_builder) builder = crl_builder_new(1);
		struct crl_entry entry = { some[0].serial, times[i].ms, CRL_REASON_UNSPECIFIED };
		crl.this_update_ms = crl.next_update_ms = times[i].ms;
		struct crl_head head = read_back(tbs_of(builder, &crl, &entry, 1), &arena);
		check_head(&head, &crl, 1);
		AUTO(X509_CRL) read =
			openssl_reads(crl_builder_finish(builder, crl.algorithm, forge_text("no signature")));
		CHECK(read != NULL);
		const ASN1_TIME *const all[] = { X509_CRL_get0_lastUpdate(read), X509_CRL_get0_nextUpdate(read),
			X509_REVOKED_get0_revocationDate(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(read), 0)) };
		for (size_t j = 0; j < ARRAY_COUNT(all); j++) {
			CHECK(ASN1_STRING_type(all[j]) == times[i].type);
			CHECK_TEXT(((struct str){ (const char *)ASN1_STRING_get0_data(all[j]),
					   (size_t)ASN1_STRING_length(all[j]) }),
				times[i].text);
		}
	}
	arena_done(&arena);
}

TEST(crl, takes_more_entries_than_were_expected)
{
	enum { COUNT = 20000 };
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	AUTO(crl_builder) builder = crl_builder_new(10);

	for (unsigned i = 0; i < COUNT; i++) {
		const uint8_t serial[] = { 0x80, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		crl_builder_add(
			builder, &(struct crl_entry){ { serial, sizeof serial }, FORGE_NOW_MS - 1000 * (int64_t)i,
					 i % 2 == 0 ? CRL_REASON_SUPERSEDED : CRL_REASON_UNSPECIFIED });
	}
	struct bytes tbs = crl_builder_tbs(builder, &crl);
	struct crl_head head = read_back(tbs, &arena);
	check_head(&head, &crl, COUNT);
	struct bytes signature = forge_sign(forge_key(FORGE_P256, 0), "SHA256", tbs, &arena);
	AUTO(X509_CRL) read =
		openssl_reads_signed(crl_builder_finish(builder, crl.algorithm, signature), forge_key(FORGE_P256, 0));
	CHECK(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(read)) == COUNT);
	AUTO(ASN1_INTEGER) serial = ASN1_INTEGER_new();
	X509_REVOKED *found = NULL;
	CHECK(ASN1_INTEGER_set_uint64(serial, 0x80000000U + 1234) == 1);
	CHECK(X509_CRL_get0_by_serial(read, &found, serial) == 1);
	CHECK(seconds_of(X509_REVOKED_get0_revocationDate(found)) == FORGE_NOW_MS / 1000 - 1234);
	CHECK(ASN1_INTEGER_set_uint64(serial, 0x80000000U + COUNT) == 1);
	CHECK(X509_CRL_get0_by_serial(read, &found, serial) == 0);
	arena_done(&arena);
}

TEST(crl, is_finished_where_it_stands)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	uint8_t signature[4627] = { 1 }; /* ML-DSA-87 */
	AUTO(crl_builder) builder = crl_builder_new(0);

	crl.algorithm = SIGNING_ML_DSA_87;
	struct bytes tbs = tbs_of(builder, &crl, some, ARRAY_COUNT(some));
	struct bytes copy = arena_bytes(&arena, tbs);
	struct bytes der = crl_builder_finish(builder, crl.algorithm, (struct bytes){ signature, sizeof signature });
	CHECK(der.p < tbs.p && tbs.p + tbs.n < der.p + der.n && bytes_equal(tbs, copy));
	AUTO(X509_CRL) read = openssl_reads(der);
	const ASN1_BIT_STRING *bits = NULL;
	CHECK(read != NULL);
	X509_CRL_get0_signature(read, &bits, NULL);
	CHECK(ASN1_STRING_length(bits) == sizeof signature && ASN1_STRING_get0_data(bits)[0] == 1);
	arena_done(&arena);
}

TEST(crl, has_room_for_a_url_or_a_signature_of_any_length)
{
	enum { LONG = 20000 };
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	char *url = arena_alloc(&arena, LONG + 1);
	uint8_t *signature = arena_alloc(&arena, LONG);
	AUTO(crl_builder) builder = crl_builder_new(0);

	memset(url, 'u', LONG);
	memset(signature, 0x5a, LONG);
	crl.distribution_point = crl.freshest_url = (struct str){ url, LONG };
	struct bytes tbs = tbs_of(builder, &crl, some, ARRAY_COUNT(some));
	struct crl_head head = read_back(tbs, &arena);
	check_head(&head, &crl, ARRAY_COUNT(some));
	struct bytes copy = arena_bytes(&arena, tbs);
	struct bytes der = crl_builder_finish(builder, crl.algorithm, (struct bytes){ signature, LONG });
	CHECK(memcmp(der.p + 4, copy.p, copy.n) == 0); /* after 30 82 xx xx */
	AUTO(X509_CRL) read = openssl_reads(der);
	CHECK(read != NULL);
	AUTO(ISSUING_DIST_POINT) point = X509_CRL_get_ext_d2i(read, NID_issuing_distribution_point, NULL, NULL);
	CHECK(point != NULL);
	check_uri(point->distpoint->name.fullname, url);
	const ASN1_BIT_STRING *bits = NULL;
	X509_CRL_get0_signature(read, &bits, NULL);
	CHECK(ASN1_STRING_length(bits) == LONG && ASN1_STRING_get0_data(bits)[LONG - 1] == 0x5a);
	arena_done(&arena);
}

/* ---- What OpenSSL makes of certificates by them ---- */

/* The list, with these entries, signed by the root of the scene below. */
static X509_CRL *
list_make(const struct crl *crl, const struct crl_entry *entries, size_t count, struct arena *arena)
{
	AUTO(crl_builder) builder = crl_builder_new(count);
	EVP_PKEY *key = forge_root(FORGE_P256).key;
	struct bytes tbs = tbs_of(builder, crl, entries, count);

	return openssl_reads_signed(
		crl_builder_finish(builder, crl->algorithm, forge_sign(key, "SHA256", tbs, arena)), key);
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

/* Of a leaf with that serial number that points to the list; X509_V_OK, or what is wrong. */
static int
verdict(const char *serial, X509_CRL *complete, X509_CRL *changes, struct arena *arena)
{
	struct recipe root = forge_root(FORGE_P256);
	struct bytes point = forge_der(arena, 0x30,
		forge_der(arena, 0x30,
			forge_der(arena, 0xa0,
				forge_der(arena, 0xa0, forge_der(arena, 0x86, forge_text(DISTRIBUTION_POINT))))));
	struct recipe leaf = { .serial = serial,
		.issuer = root.subject,
		.issuer_key = root.key,
		.extensions = forge_extension("2.5.29.31", false, point, arena) };
	AUTO(X509) issuer = certificate_make(&root, arena);
	AUTO(X509) certificate = certificate_make(&leaf, arena);
	AUTO(X509_STORE) store = X509_STORE_new();
	AUTO(X509_STORE_CTX) context = X509_STORE_CTX_new();

	CHECK(X509_STORE_add_cert(store, issuer) == 1 && X509_STORE_add_crl(store, complete) == 1);
	CHECK(changes == NULL || X509_STORE_add_crl(store, changes) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), FORGE_NOW_MS / 1000 + 60);
	CHECK(X509_STORE_set_flags(
		      store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS) == 1);
	CHECK(X509_STORE_CTX_init(context, store, certificate, NULL) == 1);
	(void)X509_verify_cert(context);
	return X509_STORE_CTX_get_error(context);
}

TEST(crl, revokes_certificates_to_openssl)
{
	struct arena arena = { 0 };
	struct recipe root = forge_root(FORGE_P256);
	struct crl crl = full(&arena);
	const struct certificate *issuer = NULL;
	const char *why = NULL;

	CHECK(certificate_parse(forge_certificate(&root, &arena), &arena, &issuer, &why));
	crl.issuer = issuer->subject;
	AUTO(X509_CRL) complete = list_make(&crl, some, 2, &arena);
	CHECK(verdict("05", complete, NULL, &arena) == X509_V_ERR_CERT_REVOKED);
	CHECK(verdict("00ff0102030405060708090a0b0c0d0e0f", complete, NULL, &arena) == X509_V_ERR_CERT_REVOKED);
	CHECK(verdict("7f00", complete, NULL, &arena) == X509_V_OK);

	/* A delta adds one. */
	struct crl next = crl;
	next.base_number = crl.number;
	next.number++;
	AUTO(X509_CRL) changes = list_make(&next, some + 2, 1, &arena);
	CHECK(verdict("7f00", complete, changes, &arena) == X509_V_ERR_CERT_REVOKED);
	CHECK(verdict("05", complete, changes, &arena) == X509_V_ERR_CERT_REVOKED);
	CHECK(verdict("06", complete, changes, &arena) == X509_V_OK);

	/* A list of another part of the CA's certificates says nothing of this one. */
	struct crl other = crl;
	other.distribution_point = STR("http://ca.example.com/crl/1.crl");
	AUTO(X509_CRL) elsewhere = list_make(&other, some, 2, &arena);
	CHECK(verdict("05", elsewhere, NULL, &arena) == X509_V_ERR_DIFFERENT_CRL_SCOPE);
	arena_done(&arena);
}

/* ---- Reading ---- */

static void
check_refused(struct bytes tbs, const char *words)
{
	struct arena arena = { 0 };
	struct crl_head head = { .entries = 77 };
	const char *why = "nothing";

	if (crl_tbs_read(tbs, &arena, &head, &why))
		fail_msg("taken, where \"%s\" was expected", words);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	CHECK(head.entries == 77);
	arena_done(&arena);
}

static void
check_crl_refused(const struct crl *crl, const struct crl_entry *entry, const char *words)
{
	AUTO(crl_builder) builder = crl_builder_new(1);

	check_refused(tbs_of(builder, crl, entry, entry != NULL), words);
}

/* The fields of a list by hand; each may be something else. */
struct parts {
	const char *version, *algorithm, *times, *entries;
	struct bytes issuer, extensions;
};

static struct bytes
extensions_usual(struct arena *arena)
{
	return forge_der(arena, -1, forge_extension("2.5.29.35", false, forge_hex("30048002abcd", arena), arena),
		forge_extension("2.5.29.20", false, forge_hex("020107", arena), arena));
}

static struct bytes
parts_join(const struct parts *parts, struct arena *arena)
{
	const char *version = parts->version != NULL ? parts->version : "020101";
	const char *algorithm = parts->algorithm != NULL ? parts->algorithm : "300a06082a8648ce3d040302";
	const char *times =
		parts->times != NULL ? parts->times : "170d3236303730313030303030305a170d3236303730323030303030305a";
	struct bytes extensions = parts->extensions.p != NULL ? parts->extensions : extensions_usual(arena);

	return forge_der(arena, 0x30, forge_hex(version, arena), forge_hex(algorithm, arena),
		parts->issuer.p != NULL ? parts->issuer : issuer_name(arena), forge_hex(times, arena),
		forge_hex(parts->entries != NULL ? parts->entries : "", arena),
		forge_der(arena, 0xa0, forge_der(arena, 0x30, extensions)));
}

TEST(crl, reads_what_others_write_the_same_way)
{
	struct arena arena = { 0 };
	struct crl_head head = read_back(
		parts_join(
			&(struct parts){
				.entries = "30223020020103170d3236303730313030303030305a300c300a0603551d1504030a0101" },
			&arena),
		&arena);

	CHECK(head.entries == 1 && head.crl.number == 7 && head.crl.distribution_point.p == NULL);
	CHECK(head.crl.this_update_ms == FORGE_NOW_MS && head.crl.next_update_ms == FORGE_NOW_MS + 86400000);
	arena_done(&arena);
}

TEST(crl, refuses_fields_that_are_not_of_this_house)
{
#define AT_MIDNIGHT "170d3236303730313030303030305a"
	static const struct {
		struct parts parts;
		const char *words;
	} cases[] = {
		{ { .version = "020100" }, "version" },
		{ { .version = "020102" }, "version" },
		{ { .version = "02020001" }, "version" },
		{ { .version = "" }, "version" },
		{ { .algorithm = "300d06092a864886f70d0101050500" }, "algorithm" }, /* SHA-1 */
		{ { .algorithm = "300c06082a8648ce3d0403020500" }, "algorithm" },   /* with NULL */
		{ { .algorithm = "300b06092a864886f70d01010b" }, "algorithm" },     /* without NULL */
		{ { .algorithm = "" }, "algorithm" },
		{ { .times = AT_MIDNIGHT }, "dates" }, /* no nextUpdate */
		{ { .times = AT_MIDNIGHT "180f32303236303730323030303030305a" }, "dates" },
		{ { .times = AT_MIDNIGHT "170d3236303733323030303030305a" }, "dates" },
		{ { .times = AT_MIDNIGHT "170d3236303633303030303030305a" }, "next update" },
		{ { .entries = "3000" }, "nothing in it" },
		{ { .entries = "30020500" }, "an entry is malformed" },
		{ { .entries = "30023000" }, "serial number" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		check_refused(parts_join(&cases[i].parts, &arena), cases[i].words);
	check_refused(parts_join(&(struct parts){ .issuer = forge_hex("3000", &arena) }, &arena), "issuer");
	check_refused(parts_join(&(struct parts){ .issuer = forge_hex("30023100", &arena) }, &arena), "issuer");
	/* CN=A as a VisibleString, as UTF8String that is none, as an INTEGER. */
	static const char *const names[] = { "300c310a300806035504031a0141", "300c310a300806035504030c01ff",
		"300c310a30080603550403020141" };
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		check_refused(parts_join(&(struct parts){ .issuer = forge_hex(names[i], &arena) }, &arena), "issuer");
	check_refused((struct bytes){ NULL, 0 }, "SEQUENCE");
	struct crl crl = full(&arena);
	struct bytes tbs = tbs_some(&crl, &arena);
	check_refused(forge_der(&arena, -1, tbs, forge_text("\0")), "SEQUENCE");
	arena_done(&arena);
}

static struct bytes
entry_by_hand(const char *serial, const char *time, const char *rest, struct arena *arena)
{
	struct bytes entry = forge_der(arena, 0x30, forge_der(arena, 0x02, forge_hex(serial, arena)),
		forge_hex(time, arena), forge_hex(rest, arena));

	return forge_der(arena, 0x30, entry);
}

TEST(crl, refuses_entries_that_are_not_of_this_house)
{
	static const struct {
		const char *serial, *time, *rest, *words;
	} cases[] = {
		{ "05", AT_MIDNIGHT, "", NULL },
		{ "00ff", AT_MIDNIGHT, "", NULL },
		{ "00ffffffffffffffffffffffffffffffffffffff", AT_MIDNIGHT, "", NULL }, /* 20 octets */
		{ "00ffffffffffffffffffffffffffffffffffffffff", AT_MIDNIGHT, "", "serial number" },
		{ "0005", AT_MIDNIGHT, "", "serial number" },
		{ "ff", AT_MIDNIGHT, "", "serial number" },
		{ "", AT_MIDNIGHT, "", "serial number" },
		{ "05", "170d3236303233303030303030305a", "", "date" }, /* 30 February */
		{ "05", "170b323630373031303030305a", "", "date" },
		{ "05", "180f32303236303730313030303030305a", "", "date" }, /* GeneralizedTime before 2050 */
		{ "05", "180f32303530303130313030303030305a", "", NULL },
		{ "05", "", "", "date" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a0106", NULL },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a0100", "reason" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a0107", "reason" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a010b", "reason" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a01ff", "reason" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a0108", "no delta" },
		{ "05", AT_MIDNIGHT, "300f300d0603551d150101ff04030a0101", "reason" }, /* critical */
		{ "05", AT_MIDNIGHT, "300c300a0603551d1404030a0101", "reason" },
		{ "05", AT_MIDNIGHT, "3000", "reason" },
		{ "05", AT_MIDNIGHT, "300c300a0603551d1504030a01010500", "reason" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bytes entry = entry_by_hand(cases[i].serial, cases[i].time, cases[i].rest, &arena);
		struct bytes tbs = forge_der(&arena, 0x30, forge_hex("020101300a06082a8648ce3d040302", &arena),
			issuer_name(&arena), forge_hex(AT_MIDNIGHT AT_MIDNIGHT, &arena), entry,
			forge_der(&arena, 0xa0, forge_der(&arena, 0x30, extensions_usual(&arena))));
		if (cases[i].words != NULL)
			check_refused(tbs, cases[i].words);
		else
			CHECK(read_back(tbs, &arena).entries == 1);
	}
	arena_done(&arena);
}

TEST(crl, refuses_extensions_in_any_other_form)
{
	struct arena arena = { 0 };
	struct bytes key = forge_extension("2.5.29.35", false, forge_hex("30048002abcd", &arena), &arena);
	struct bytes number = forge_extension("2.5.29.20", false, forge_hex("020107", &arena), &arena);
	struct bytes base = forge_extension("2.5.29.27", true, forge_hex("020106", &arena), &arena);
	struct bytes point =
		forge_extension("2.5.29.28", true, forge_hex("300ba009a0078605687474703a", &arena), &arena);
	struct bytes freshest =
		forge_extension("2.5.29.46", false, forge_hex("300d300ba009a0078605687474703a", &arena), &arena);
	const struct {
		struct bytes extensions;
		bool fine;
	} cases[] = {
		{ forge_der(&arena, -1, key, number, point, freshest), true },
		{ forge_der(&arena, -1, key, number, base, point), true },
		{ forge_der(&arena, -1, key, number, base), true },
		{ forge_der(&arena, -1, number, key), false },
		{ forge_der(&arena, -1, key), false },
		{ forge_der(&arena, -1, number), false },
		{ forge_der(&arena, -1, forge_text("")), false },
		{ forge_der(&arena, -1, key, number, number), false },
		{ forge_der(&arena, -1, key, number, base, freshest), false },
		{ forge_der(&arena, -1, key, number, freshest, point), false },
		/* Criticality the wrong way round, and FALSE written out. */
		{ forge_der(&arena, -1, key, forge_extension("2.5.29.20", true, forge_hex("020107", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.27", false, forge_hex("020106", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, forge_hex("300d0603551d140101000403020107", &arena)), false },
		/* A base of 0, numbers that are none or too large. */
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.27", true, forge_hex("020100", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, forge_extension("2.5.29.20", false, forge_hex("0201ff", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key,
			  forge_extension("2.5.29.20", false, forge_hex("0209008000000000000000", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key,
			  forge_extension("2.5.29.20", false, forge_hex("0201070500", &arena), &arena)),
			false },
		/* onlyContainsUserCerts; a DNS name for a URL; a URL with a blank; an empty one; nothing. */
		{ forge_der(&arena, -1, key, number,
			  forge_extension(
				  "2.5.29.28", true, forge_hex("300ea009a0078605687474703a8101ff", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.28", true, forge_hex("300ba009a0078205687474703a", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.28", true, forge_hex("300ba009a0078605687420703a", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.28", true, forge_hex("3006a004a0028600", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number, forge_extension("2.5.29.28", true, forge_text(""), &arena)),
			false },
		/* Another of 2.5.29, and one from elsewhere. */
		{ forge_der(&arena, -1, key, number,
			  forge_extension("2.5.29.18", false, forge_hex("3000", &arena), &arena)),
			false },
		{ forge_der(&arena, -1, key, number,
			  forge_extension("1.3.6.1.5.5.7.1.1", false, forge_hex("3000", &arena), &arena)),
			false },
		/* An empty key identifier. */
		{ forge_der(&arena, -1, forge_extension("2.5.29.35", false, forge_hex("30028000", &arena), &arena),
			  number),
			false },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bytes tbs = parts_join(&(struct parts){ .extensions = cases[i].extensions }, &arena);
		if (cases[i].fine)
			(void)read_back(tbs, &arena);
		else
			check_refused(tbs, "extensions");
	}
	arena_done(&arena);
}

TEST(crl, refuses_what_cannot_be_meant)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	struct crl_entry back = some[0];

	back.reason = CRL_REASON_REMOVE_FROM_CRL;
	check_crl_refused(&crl, &back, "no delta");
	crl.base_number = crl.number;
	check_crl_refused(&crl, &some[0], "base");
	crl.base_number = crl.number + 1;
	check_crl_refused(&crl, NULL, "base");
	crl = full(&arena);
	crl.next_update_ms = crl.this_update_ms - 1000;
	check_crl_refused(&crl, NULL, "next update");
	arena_done(&arena);
}

TEST(crl, refuses_every_part_of_itself)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	struct bytes tbs = tbs_some(&crl, &arena);

	for (size_t n = 0; n < tbs.n; n++)
		check_refused(arena_bytes(&arena, (struct bytes){ tbs.p, n }), "SEQUENCE");
	arena_done(&arena);
}

/* Whatever a bit more or less makes of it: what is still taken, OpenSSL takes too, and counts the same. */
TEST(crl, never_takes_what_openssl_refuses)
{
	struct arena arena = { 0 };
	struct crl crl = full(&arena);
	struct bytes tbs = tbs_some(&crl, &arena);
	size_t taken = 0;

	for (size_t bit = 0; bit < 8 * tbs.n; bit++) {
		struct crl_head head;
		const char *why = NULL;
		struct bytes copy = arena_bytes(&arena, tbs);
		((uint8_t *)(uintptr_t)copy.p)[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (!crl_tbs_read(copy, &arena, &head, &why)) {
			CHECK(why != NULL);
			continue;
		}
		taken++;
		struct bytes whole = forge_der(
			&arena, 0x30, copy, signing_identifier(head.crl.algorithm), forge_hex("030200aa", &arena));
		AUTO(X509_CRL) read = openssl_reads(whole);
		CHECK(read != NULL);
		CHECK(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(read)) == (int)head.entries);
		unsigned char *again = NULL;
		int n = i2d_X509_CRL(read, &again);
		CHECK(n > 0 && bytes_equal(whole, (struct bytes){ again, (size_t)n }));
		OPENSSL_free(again);
	}
	/* Names, serial numbers, URLs and dates have other values. */
	CHECK(taken > 500 && taken < 8 * tbs.n);
	arena_done(&arena);
}

TEST_MAIN("crl");
