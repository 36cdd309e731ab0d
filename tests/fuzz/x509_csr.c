/* Fuzz target: what a CSR becomes. The first octet, modulo 4, says what follows: 0: a Csr field, 1: a request in DER,
 * 2: a CertificationRequestInfo, 3: a TBSCertificate. What can be read is made into a certificate to be signed; what
 * has no flaw must read back without one, and be written the same again. */
#include <openssl/err.h>
#include <stdlib.h>

#include "x509/csr.h"
#include "x509/pem.h"
#include "x509/tbs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct bytes
rebuild(const struct certificate *read, struct arena *arena)
{
	struct tbs tbs = {
		.serial = read->serial,
		.algorithm = SIGNING_SHA256_ECDSA,
		.issuer = read->issuer,
		.not_before_ms = read->not_before_ms,
		.not_after_ms = read->not_after_ms,
		.subject = read->subject,
		.spki = read->spki,
		.extensions = read->extensions,
		.extension_count = read->extension_count,
	};

	return tbs_build(&tbs, arena);
}

static void
tbs_try(struct bytes der, struct arena *arena)
{
	const struct certificate *read;
	const struct certificate *again;
	struct fault fault = { 0 };
	const char *why = NULL;

	if (!tbs_read(der, arena, &read, &why)) {
		must(why != NULL);
		return;
	}
	if (!tbs_lint(read, arena, &fault)) {
		must(fault.code == FAULT_INVALID_ARGS && utf8_valid(str_of(fault.say)));
		return;
	}
	must(fault.code == FAULT_NONE);
	struct bytes rebuilt = rebuild(read, arena);
	must(tbs_read(rebuilt, arena, &again, &why) && tbs_lint(again, arena, &fault));
	must(again->extension_count == read->extension_count && again->name_count == read->name_count);
	must(again->key_usage == read->key_usage && again->is_ca == read->is_ca);
	must(bytes_equal(rebuild(again, arena), rebuilt));
}

/* An end entity's, with all that a request asks for. */
static void
issue(struct bytes subject, struct bytes spki, const struct certificate_extension *extensions, size_t count,
	struct arena *arena)
{
	static const uint8_t serial[SERIAL_BYTES] = { 0x7f, 1 };
	struct tbs tbs = {
		.serial = { serial, sizeof serial },
		.algorithm = SIGNING_SHA256_RSA,
		.issuer = { (const uint8_t *)"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x", 14 },
		.not_before_ms = INT64_C(1767225600000),
		.not_after_ms = INT64_C(2556144000000),
		.subject = subject,
		.spki = spki,
		.extensions = extensions,
		.extension_count = count,
	};

	tbs_try(tbs_build(&tbs, arena), arena);
}

static void
field_try(struct bytes field, struct verifier *verifier, struct arena *arena)
{
	struct fault fault = { 0 };
	const struct csr *csr = NULL;

	if (csr_read(field, verifier, arena, &csr, &fault)) {
		must(fault.code == FAULT_NONE);
		issue(csr->subject, csr->spki, csr->extensions, csr->extension_count, arena);
	} else {
		must(fault.code == FAULT_MALFORMED_CSR && utf8_valid(str_of(fault.say)));
	}
	must(ERR_peek_error() == 0);
}

static void
info_try(struct bytes info, struct arena *arena)
{
	struct bytes subject;
	struct bytes spki;
	const char *why = NULL;

	if (csr_info_read(info, arena, &subject, &spki, &why))
		issue(subject, spki, NULL, 0, arena);
	else
		must(why != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verifier *verifier;
	static struct arena arena;

	if (size == 0)
		return 0;
	if (verifier == NULL)
		verifier = verifier_new();
	struct bytes rest = { data + 1, size - 1 };
	switch (data[0] % 4) {
	case 0:
		field_try(rest, verifier, &arena);
		break;
	case 1:
		field_try(bytes_of_str(pem_render("CERTIFICATE REQUEST", rest, &arena)), verifier, &arena);
		break;
	case 2:
		info_try(rest, &arena);
		break;
	default:
		tbs_try(rest, &arena);
	}
	arena_reset(&arena);
	return 0;
}
