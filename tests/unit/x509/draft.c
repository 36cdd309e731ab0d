#include "draft.h"

#include <openssl/x509.h>
#include <stdlib.h>

/* A draft that cannot be made is a mistake of the tests. */
static void
must(bool done)
{
	if (!done)
		abort();
}

static struct bytes
name_of(struct arena *arena, const char *oid, const char *value)
{
	struct fault fault = { 0 };
	struct bytes der = { 0 };
	struct name_part part = { str_of(oid), str_of(value) };

	must(name_build(&part, 1, arena, &der, &fault));
	return der;
}

static struct bytes
spki_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });

	OPENSSL_free(der);
	return spki;
}

struct bytes
draft_names(struct arena *arena, enum general_name_kind kind, const char *text)
{
	struct general_name_part part = { .kind = kind, .text = str_of(text) };
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	must(general_names_build(&part, 1, "Names", arena, &der, &fault));
	return der;
}

void
draft_add(struct draft *draft, struct certificate_extension extension)
{
	must(draft->tbs.extension_count < EXTENSIONS_MAX);
	draft->extensions[draft->tbs.extension_count++] = extension;
	draft->tbs.extensions = draft->extensions;
}

void
draft_add_raw(struct draft *draft, const char *oid, bool critical, struct bytes value)
{
	draft_add(draft, (struct certificate_extension){ str_of(oid), critical, value });
}

/* An end entity's, without extensions. */
void
draft_bare(struct draft *draft)
{
	*draft = (struct draft){ 0 };
	struct arena *arena = &draft->arena;
	draft->tbs = (struct tbs){
		.serial = forge_hex("7f0102030405060708090a0b0c0d0e0f", arena),
		.algorithm = SIGNING_SHA256_ECDSA,
		.issuer = name_of(arena, "2.5.4.3", "Issuing CA"),
		.not_before_ms = NOT_BEFORE_MS,
		.not_after_ms = NOT_AFTER_MS,
		.subject = name_of(arena, "2.5.4.3", "leaf.example.com"),
		.spki = spki_of(forge_key(FORGE_P256, 1), arena),
	};
}

void
draft_leaf(struct draft *draft)
{
	draft_bare(draft);
	struct arena *arena = &draft->arena;
	const struct str purposes[] = { STR("1.3.6.1.5.5.7.3.1"), STR("1.3.6.1.5.5.7.3.2") };
	struct certificate_extension usages;
	struct fault fault = { 0 };

	must(extension_extended_key_usage(false, purposes, 2, arena, &usages, &fault));
	draft_add(draft, extension_basic_constraints(false, false, -1, arena));
	draft_add(draft, extension_authority_key_identifier(forge_text("0123456789abcdefghij"), arena));
	draft_add(draft, extension_subject_key_identifier(draft->tbs.spki, arena));
	draft_add(draft, extension_key_usage(true, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT, arena));
	draft_add(draft, usages);
	draft_add(draft, extension_crl_distribution_point(STR("http://pki.example/crl"), false, arena));
	draft_add(draft, extension_ocsp_access(STR("http://pki.example/ocsp"), arena));
	draft_add(draft, extension_subject_alternative_name(
				 false, draft_names(arena, GENERAL_NAME_DNS, "*.leaf_1.example.com"), arena));
}

void
draft_authority(struct draft *draft)
{
	draft_bare(draft);
	draft_add(draft, extension_basic_constraints(true, true, 0, &draft->arena));
	draft_add(draft, extension_key_usage(true, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN, &draft->arena));
}

const struct certificate *
draft_read(struct draft *draft)
{
	const struct certificate *read = NULL;
	const char *why = "";

	must(tbs_read(tbs_build(&draft->tbs, &draft->arena), &draft->arena, &read, &why));
	return read;
}
