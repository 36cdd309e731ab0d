/* ImportCertificateAuthorityCertificate: an authority gets its certificate, or the next one for the same key. */
#include "service/chain.h"
#include "service/pca/lists.h"
#include "service/pca/pca.h"
#include "x509/authority_import.h"
#include "x509/build.h"
#include "x509/csr.h"
#include "x509/pem.h"

struct importing {
	struct authority authority; /* with what was imported in its row */
};

static bool
take_over(struct call *call, const struct authority_import *import, struct authority *authority, struct fault *fault)
{
	const struct certificate *certificate = import->certificate;
	struct authority_row *row = &authority->row;

	/* An authority that was DISABLED when it expired stays so. */
	if (row->state == AUTHORITY_PENDING_CERTIFICATE)
		row->state = AUTHORITY_ACTIVE;
	row->certificate = certificate->der;
	row->chain = chain_join(import->chain, import->chain_count, call->arena);
	row->serial = certificate->serial;
	row->not_before_ms = certificate->not_before_ms;
	row->not_after_ms = certificate->not_after_ms;
	row->changed_ms = call->now_ms;
	row->version++;
	return (issuer_hash(certificate, "SHA1", call->arena, &row->issuer_sha1) &&
		       issuer_hash(certificate, "SHA256", call->arena, &row->issuer_sha256)) ||
	       fault_set(fault, FAULT_INTERNAL, "The authority's name or key could not be hashed.");
}

/* What the authority's own request says. */
static bool
claim_of(const struct authority_row *row, struct verifier *verifier, struct arena *arena, struct authority_claim *out,
	struct fault *fault)
{
	struct str pem = pem_render("CERTIFICATE REQUEST", row->csr, arena);
	const struct csr *csr;

	if (!csr_read(bytes_of_str(pem), verifier, arena, &csr, fault))
		return fault_set(
			fault, FAULT_INTERNAL, "The stored request of a certificate authority cannot be read.");
	*out = (struct authority_claim){
		.is_root = row->type == AUTHORITY_ROOT, .spki = csr->spki, .subject = row->subject
	};
	return true;
}

static bool
write(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct importing *importing = context;

	return authority_write(transaction, &importing->authority, fault) &&
	       lists_begin(call, transaction, &importing->authority, &importing->authority.revocation, fault);
}

bool
pca_import_certificate_authority_certificate(
	struct call *call, const struct pca_import_certificate_authority_certificate_request *in, struct fault *fault)
{
	const struct authority_use use = { .action = "ImportCertificateAuthorityCertificate" };
	struct importing *importing = ARENA_NEW(call->arena, struct importing);
	struct authority *authority = &importing->authority;
	struct authority_import import;
	struct authority_claim claim;

	if (!authority_load(call, in->certificate_authority_arn, &use, authority, fault) ||
		!authority_require(authority, CONDITION_PENDING | CONDITION_ACTIVE | CONDITION_EXPIRED, fault,
			"The certificate authority is not in a valid state for importing a certificate."))
		return false;
	if (!claim_of(&authority->row, call->verifier, call->arena, &claim, fault) ||
		!authority_import_check(in->certificate, in->certificate_chain, &claim, call->now_ms,
			&call->settings->rules, call->verifier, call->arena, &import, fault) ||
		!take_over(call, &import, authority, fault))
		return false;
	call_write(call, write, importing);
	call_committed(call, authority_changed, authority);
	return true;
}
