#include "rule_cases.h"

#include <string.h>

#include "forge.h"
#include "x509/certificate.h"

static void
one(struct trial *trial, const struct recipe *recipe)
{
	trial->certificate = forge_certificate_pem(recipe, trial->arena);
}

static void
leaf_under(struct trial *trial, const struct recipe *leaf, size_t count, const struct recipe *chain)
{
	struct str parts[8];

	one(trial, leaf);
	for (size_t i = 0; i < count; i++)
		parts[i] = forge_certificate_pem(&chain[i], trial->arena);
	trial->chain = forge_join(trial->arena, count, parts);
}

/* ---- The certificate field ---- */

static void
two_strangers(struct trial *trial)
{
	struct str parts[] = { forge_certificate_pem(&(struct recipe){ .subject = "CN=a" }, trial->arena),
		forge_certificate_pem(&(struct recipe){ .subject = "CN=b" }, trial->arena) };

	trial->certificate = forge_join(trial->arena, 2, parts);
}

static void
certificate_and_its_chain(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);
	struct str parts[] = { chain.leaf_pem, chain.intermediate_pem, chain.root_pem };

	trial->certificate = forge_join(trial->arena, 3, parts);
	trial->chain = chain.intermediate_pem;
}

static void
chain_and_its_certificate(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);
	struct str parts[] = { chain.root_pem, chain.intermediate_pem, chain.leaf_pem };

	trial->certificate = forge_join(trial->arena, 3, parts);
}

static void
der_for_pem(struct trial *trial)
{
	trial->certificate = str_of_bytes(forge_certificate(&(struct recipe){ 0 }, trial->arena));
}

static void
key_beside_it(struct trial *trial)
{
	struct str parts[] = { forge_certificate_pem(&(struct recipe){ 0 }, trial->arena),
		forge_key_pem(forge_key(FORGE_P256, 0), trial->arena) };

	trial->certificate = forge_join(trial->arena, 2, parts);
}

static void
version_1(struct trial *trial)
{
	one(trial, &(struct recipe){ .version = 1 });
}

static void
version_2(struct trial *trial)
{
	one(trial, &(struct recipe){ .version = 2 });
}

static void
serial_negative(struct trial *trial)
{
	one(trial, &(struct recipe){ .serial = "fc17" });
}

static void
serial_long(struct trial *trial)
{
	one(trial, &(struct recipe){ .serial = "0102030405060708090a0b0c0d0e0f101112131415" });
}

static void
extension_twice(struct trial *trial)
{
	struct bytes key_id =
		forge_extension("2.5.29.14", false, forge_der(trial->arena, 0x04, forge_text("id")), trial->arena);

	one(trial, &(struct recipe){ .extensions = forge_der(trial->arena, -1, key_id, key_id) });
}

static void
two_algorithms(struct trial *trial)
{
	/* ecdsa-with-SHA384 inside, SHA256 outside */
	one(trial, &(struct recipe){ .inner_algorithm = forge_hex("300a06082a8648ce3d040303", trial->arena) });
}

static struct bytes
common_name(struct bytes value, struct arena *arena)
{
	return forge_der(
		arena, 0x30, forge_der(arena, 0x31, forge_der(arena, 0x30, forge_oid("2.5.4.3", arena), value)));
}

static void
nul_in_subject(struct trial *trial)
{
	struct bytes value = forge_der(trial->arena, 0x0c, forge_text("good.example\0.evil.example"));

	one(trial, &(struct recipe){ .subject_der = common_name(value, trial->arena) });
}

static void
nul_in_dns_name(struct trial *trial)
{
	struct bytes name = forge_der(trial->arena, 0x82, forge_text("good.example\0.evil.example"));

	one(trial, &(struct recipe){ .extensions = forge_extension(
					     "2.5.29.17", false, forge_der(trial->arena, 0x30, name), trial->arena) });
}

static void
not_ia5(struct trial *trial)
{
	one(trial, &(struct recipe){ .names = "DNS:m\xc3\xbcnchen.example" });
}

static void
broken_utf8(struct trial *trial)
{
	struct bytes value = forge_der(trial->arena, 0x0c, forge_text("caf\xe9"));

	one(trial, &(struct recipe){ .subject_der = common_name(value, trial->arena), .names = "DNS:cafe.example" });
}

static void
address_of_five(struct trial *trial)
{
	struct bytes name = forge_der(trial->arena, 0x87, forge_text("12345"));

	one(trial, &(struct recipe){ .extensions = forge_extension(
					     "2.5.29.17", false, forge_der(trial->arena, 0x30, name), trial->arena) });
}

static void
no_extensions_in_list(struct trial *trial)
{
	one(trial, &(struct recipe){ .extensions_empty = true });
}

static void
names_empty(struct trial *trial)
{
	one(trial, &(struct recipe){ .names = "" });
}

static void
generalized_too_early(struct trial *trial)
{
	one(trial, &(struct recipe){ .not_before = "20260101000000Z" });
}

static void
rsa_512(struct trial *trial)
{
	one(trial, &(struct recipe){ .key = forge_key(FORGE_RSA_512, 0) });
}

static void
ed25519(struct trial *trial)
{
	one(trial, &(struct recipe){ .key = forge_key(FORGE_ED25519, 0) });
}

/* P-256 spelled out: field, curve, base point, order, cofactor. */
static const char explicit_p256[] =
	"3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000"
	"000000000000"
	"ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205a"
	"c635d8aa3a93"
	"e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e90044104"
	"6b17d1f2e12c"
	"4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececb"
	"b6406837bf51"
	"f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255102010103420004"
	"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33"
	"576b315ececb"
	"b6406837bf51f5";

static void
explicit_curve(struct trial *trial)
{
	one(trial, &(struct recipe){ .spki = forge_hex(explicit_p256, trial->arena) });
}

/* ---- Its content ---- */

static void
not_yet(struct trial *trial)
{
	one(trial, &(struct recipe){ .not_before = "260701000001Z" });
}

static void
no_more(struct trial *trial)
{
	one(trial, &(struct recipe){ .not_after = "260630235959Z" });
}

static void
nobody_issued_it(struct trial *trial)
{
	one(trial, &(struct recipe){ .subject = "", .issuer = "", .names = "DNS:example.com" });
}

static void
long_ocsp_url(struct trial *trial)
{
	char url[1002] = "http://ocsp.example.com/";

	memset(url + strlen(url), 'a', sizeof url - 1 - strlen(url));
	one(trial, &(struct recipe){ .ocsp_url = arena_cstr(trial->arena, (struct str){ url, sizeof url - 1 }) });
}

static void
code_signing(struct trial *trial)
{
	one(trial, &(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.3,1.3.6.1.5.5.7.3.4" });
}

static void
no_usage_at_all(struct trial *trial)
{
	one(trial, &(struct recipe){ .extended_key_usage = "" });
}

static void
nameless(struct trial *trial)
{
	one(trial, &(struct recipe){ .subject = "O=Example", .names = "EMAIL:a@example.com" });
}

/* ---- The chain ---- */

static void
chain_left_out(struct trial *trial)
{
	one(trial, &(struct recipe){
			   .subject = "CN=leaf", .issuer = "CN=Some CA", .issuer_key = forge_key(FORGE_P256, 1) });
}

static void
self_signature_wrong(struct trial *trial)
{
	one(trial, &(struct recipe){ .spoilt = true });
}

static void
key_in_chain(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);
	struct str parts[] = { chain.intermediate_pem, forge_key_pem(chain.leaf_key, trial->arena) };

	trial->certificate = chain.leaf_pem;
	trial->chain = forge_join(trial->arena, 2, parts);
}

static void
chain_in_der(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);

	trial->certificate = chain.leaf_pem;
	trial->chain = str_of_bytes(forge_der(trial->arena, -1, chain.intermediate, chain.root));
}

static void
ambiguous_issuer(struct trial *trial)
{
	struct recipe issuer = forge_intermediate(FORGE_P256);
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct bytes constraints = forge_extension("2.5.29.19", true, forge_text("\x30\0"), trial->arena);

	issuer.extensions = constraints;
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
leaf_first_in_chain(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);
	struct str parts[] = { chain.leaf_pem, chain.intermediate_pem };

	trial->certificate = chain.leaf_pem;
	trial->chain = forge_join(trial->arena, 2, parts);
}

static void
another_issuer(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);

	leaf_under(trial, &leaf, 1,
		&(struct recipe){ .subject = "CN=Unrelated CA", .key = forge_key(FORGE_P256, 4), .ca = FORGE_CA_TRUE });
}

static void
issuer_with_another_key(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.key = forge_key(FORGE_P256, 4);
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
issuer_with_explicit_curve(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.spki = forge_hex(explicit_p256, trial->arena);
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
self_signed_twice_in_chain(struct trial *trial)
{
	struct str pem = forge_certificate_pem(&(struct recipe){ 0 }, trial->arena);

	trial->certificate = pem;
	trial->chain = forge_join(trial->arena, 2, (const struct str[]){ pem, pem });
}

static void
self_signed_under_another(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	leaf_under(trial, &(struct recipe){ 0 }, 1, &root);
}

static void
reversed(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_root(FORGE_P256), forge_intermediate(FORGE_P256) };

	leaf_under(trial, &leaf, 2, chain);
}

static void
issuer_in_the_middle(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { { .subject = "CN=Unrelated", .key = forge_key(FORGE_P256, 4) },
		forge_intermediate(FORGE_P256), forge_root(FORGE_P256) };

	leaf_under(trial, &leaf, 3, chain);
}

static void
something_after_the_root(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256), forge_root(FORGE_P256),
		{ .subject = "CN=Unrelated", .key = forge_key(FORGE_P256, 4) } };

	leaf_under(trial, &leaf, 3, chain);
}

static void
root_twice(struct trial *trial)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, trial->arena);
	struct str parts[] = { chain.intermediate_pem, chain.root_pem, chain.root_pem };

	trial->certificate = chain.leaf_pem;
	trial->chain = forge_join(trial->arena, 3, parts);
}

static void
stranger_in_between(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256),
		{ .subject = "CN=Unrelated", .key = forge_key(FORGE_P256, 4) }, forge_root(FORGE_P256) };

	leaf_under(trial, &leaf, 3, chain);
}

static void
a_gap(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256),
		{ .subject = "CN=Top CA", .key = forge_key(FORGE_P256, 4), .ca = FORGE_CA_TRUE } };

	leaf_under(trial, &leaf, 2, chain);
}

static void
root_of_another_key(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256), forge_root(FORGE_P256) };

	chain[1].key = forge_key(FORGE_P256, 4);
	leaf_under(trial, &leaf, 2, chain);
}

static void
issuer_says_no_ca(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.ca = FORGE_CA_FALSE;
	issuer.path_length = 0;
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
issuer_without_constraints(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.ca = FORGE_CA_UNSAID;
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
root_of_version_1(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256),
		{ .subject = "CN=Root CA", .key = forge_key(FORGE_P256, 2), .version = 1 } };

	leaf_under(trial, &leaf, 2, chain);
}

static void
path_too_long(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe chain[] = { forge_intermediate(FORGE_P256), forge_root(FORGE_P256) };

	chain[1].path_length = 1; /* none below it */
	leaf_under(trial, &leaf, 2, chain);
}

static void
issuer_may_not_sign(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_CRL_SIGN;
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
issuer_expired(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.not_after = "260630235959Z";
	leaf_under(trial, &leaf, 1, &issuer);
}

static void
ec_under_rsa(struct trial *trial)
{
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_RSA_1024);

	leaf.issuer_key = issuer.key;
	leaf_under(trial, &leaf, 1, &issuer);
}

/* ---- A re-import ---- */

static void
replace(struct trial *trial, const struct recipe *current, const struct recipe *next)
{
	trial->current = forge_certificate(current, trial->arena);
	trial->next = forge_certificate(next, trial->arena);
}

static void
another_key_type(struct trial *trial)
{
	replace(trial, &(struct recipe){ 0 }, &(struct recipe){ .key = forge_key(FORGE_P384, 0) });
}

static void
all_names_gone(struct trial *trial)
{
	replace(trial, &(struct recipe){ .names = "DNS:example.com" },
		&(struct recipe){ .subject = "O=Example", .names = "IP:192.0.2.1" });
}

static void
usage_lost(struct trial *trial)
{
	replace(trial, &(struct recipe){ .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT },
		&(struct recipe){ .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_AGREEMENT });
}

static void
usage_restricted(struct trial *trial)
{
	replace(trial, &(struct recipe){ 0 }, &(struct recipe){ .key_usage = KEY_USAGE_DIGITAL_SIGNATURE });
}

static void
server_usage_lost(struct trial *trial)
{
	replace(trial, &(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2" },
		&(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.2" });
}

static void
extended_usage_restricted(struct trial *trial)
{
	replace(trial, &(struct recipe){ 0 }, &(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.1" });
}

const struct rule_case rule_cases[] = {
	{ IMPORT_RULE_CERTIFICATE_COUNT, two_strangers,
		"holds 2 certificates, which are not one certificate and its chain" },
	{ IMPORT_RULE_CERTIFICATE_COUNT, certificate_and_its_chain,
		"This field holds 3 certificates: put numbers 2 and 3 into CertificateChain." },
	{ IMPORT_RULE_CERTIFICATE_COUNT, chain_and_its_certificate,
		"leave number 3 here and put numbers 2 and 1, in this order, into CertificateChain" },
	{ IMPORT_RULE_CERTIFICATE_PEM, der_for_pem, "openssl x509 -inform DER" },
	{ IMPORT_RULE_CERTIFICATE_PEM, key_beside_it, "it belongs in PrivateKey" },
	{ IMPORT_RULE_CERTIFICATE_V3, version_1, "X.509 version 1" },
	{ IMPORT_RULE_CERTIFICATE_V3, version_2, "X.509 version 2" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, serial_negative, "its serial number is negative" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, serial_long, "more than the 20 octets" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, extension_twice, "one of its extensions is there twice" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, two_algorithms, "the signature algorithm inside" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, nul_in_subject, "attribute 1 of its subject holds a NUL" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, nul_in_dns_name, "name 1 of its subjectAltName holds a NUL" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, not_ia5, "name 1 of its subjectAltName holds a character" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, broken_utf8, "attribute 1 of its subject is not well-formed text" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, address_of_five, "neither 4 nor 16 octets" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, no_extensions_in_list, "its list of extensions is empty" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, names_empty, "its subjectAltName is empty" },
	{ IMPORT_RULE_CERTIFICATE_PROFILE, generalized_too_early, "GeneralizedTime" },
	{ IMPORT_RULE_KEY_SUPPORTED, rsa_512, "The certificate's key is RSA 512;" },
	{ IMPORT_RULE_KEY_SUPPORTED, ed25519, "The certificate's key is Ed25519;" },
	{ IMPORT_RULE_KEY_SUPPORTED, explicit_curve, "explicit" },
	{ IMPORT_RULE_NOT_BEFORE, not_yet,
		"It is valid from 2026-07-01T00:00:01Z on; it is now 2026-07-01T00:00:00Z." },
	{ IMPORT_RULE_NOT_AFTER, no_more, "It was valid until 2026-06-30T23:59:59Z" },
	{ IMPORT_RULE_ISSUER_NAME, nobody_issued_it, "The Issuer field of the certificate must not be empty." },
	{ IMPORT_RULE_OCSP_URL, long_ocsp_url,
		"OCSP URL 1 of the certificate's authority information access has 1001" },
	{ IMPORT_RULE_TLS_USAGE, code_signing, "allows codeSigning, emailProtection;" },
	{ IMPORT_RULE_TLS_USAGE, no_usage_at_all, "allows nothing;" },
	{ IMPORT_RULE_DOMAIN_NAME, nameless, "It names no host" },
	{ IMPORT_RULE_CHAIN_PEM, key_in_chain, "it belongs in PrivateKey" },
	{ IMPORT_RULE_CHAIN_PEM, chain_in_der, "CertificateChain is in DER" },
	{ IMPORT_RULE_CHAIN_PEM, ambiguous_issuer, "certificate 1 of 1 in CertificateChain: one of its extensions" },
	{ IMPORT_RULE_CHAIN_REQUIRED, chain_left_out, "CN=leaf was issued by CN=Some CA" },
	{ IMPORT_RULE_CHAIN_REQUIRED, self_signature_wrong, "its own key does not verify its signature" },
	{ IMPORT_RULE_CHAIN_NO_LEAF, leaf_first_in_chain, "is: 0. CertificateChain repeats the certificate itself" },
	{ IMPORT_RULE_CHAIN_NO_LEAF, leaf_first_in_chain, "begin with the certificate of its issuer, CN=Intermediate" },
	{ IMPORT_RULE_CHAIN_NO_LEAF, self_signed_twice_in_chain, "it is self-signed: leave CertificateChain out." },
	{ IMPORT_RULE_CHAIN_ISSUER, another_issuer, "the first is CN=Unrelated CA" },
	{ IMPORT_RULE_CHAIN_ISSUER, issuer_with_another_key,
		"There is certificate 1 of 1 in CertificateChain (CN=Intermediate CA): it has the issuer's name, but" },
	{ IMPORT_RULE_CHAIN_ISSUER, issuer_with_explicit_curve,
		"cannot be verified here with its key, EC with explicit parameters. Only a CA that signs otherwise" },
	{ IMPORT_RULE_CHAIN_ISSUER, issuer_with_another_key, "did into CertificateChain." },
	{ IMPORT_RULE_CHAIN_ISSUER, self_signed_under_another, "is self-signed" },
	{ IMPORT_RULE_CHAIN_ORDER, reversed, "is in reverse order" },
	{ IMPORT_RULE_CHAIN_ORDER, issuer_in_the_middle, "is certificate 2 of 3" },
	{ IMPORT_RULE_CHAIN_ORDER, something_after_the_root, "Take out what follows number 2." },
	{ IMPORT_RULE_CHAIN_ORDER, root_twice, "Number 3 repeats certificate 2 of 3" },
	{ IMPORT_RULE_CHAIN_ORDER, stranger_in_between, "is number 3, which must follow it" },
	{ IMPORT_RULE_CHAIN_ORDER, a_gap, "is CN=Root CA, but it is followed by certificate 2 of 2" },
	{ IMPORT_RULE_CHAIN_ORDER, root_of_another_key,
		"has the issuer's name, but its key did not make the signature" },
	{ IMPORT_RULE_CHAIN_CA, issuer_says_no_ca, "its basicConstraints say CA:FALSE" },
	{ IMPORT_RULE_CHAIN_CA, issuer_without_constraints, "it has no basicConstraints" },
	{ IMPORT_RULE_CHAIN_CA, root_of_version_1, "before version 3" },
	{ IMPORT_RULE_CHAIN_PATH_LENGTH, path_too_long, "(CN=Root CA) is 0, the number of CAs" },
	{ IMPORT_RULE_CHAIN_KEY_USAGE, issuer_may_not_sign, "its key usage is digitalSignature, cRLSign" },
	{ IMPORT_RULE_CHAIN_VALIDITY, issuer_expired, "Valid until 2026-06-30T23:59:59Z: certificate 1 of 1" },
	{ IMPORT_RULE_ALGORITHM_FAMILY, ec_under_rsa, "The key of the certificate is EC P-256" },
	{ IMPORT_RULE_REPLACE_KEY, another_key_type, "The current key is EC P-256, the new one EC P-384." },
	{ IMPORT_RULE_REPLACE_NAMES, all_names_gone, "neither a DNS name nor a common name" },
	{ IMPORT_RULE_REPLACE_KEY_USAGE, usage_lost, "Missing: keyEncipherment." },
	{ IMPORT_RULE_REPLACE_KEY_USAGE, usage_restricted, "allows only digitalSignature" },
	{ IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE, server_usage_lost, "Missing: serverAuth" },
	{ IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE, extended_usage_restricted, "allows only serverAuth" },
};

const size_t rule_case_count = ARRAY_COUNT(rule_cases);
