/* issuance_check.c — may it be issued at all: by this authority, for this key, under this name? */
#include "service/pca/issuance_parts.h"
#include "service/pca/pca.h"
#include "x509/pem.h"

bool
issuance_state_check(
	const struct authority *authority, const struct template *template, bool is_responder, struct fault *fault)
{
	unsigned conditions = CONDITION_ACTIVE;

	if (template->is_root && authority->row.type != AUTHORITY_ROOT)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Template %s makes a root's own certificate, but certificate authority %.*s is a subordinate. "
			"Have its CSR signed by another authority, with a template "
			"SubordinateCACertificate_PathLen…/V1.",
			template->name, STR_ARG(authority->arn));
	if (template->is_root)
		conditions |= CONDITION_PENDING | CONDITION_EXPIRED;
	if (is_responder)
		conditions |= CONDITION_DISABLED;
	return authority_require(authority, conditions, fault,
		"The certificate authority is not in a valid state for issuing certificates.");
}

static bool
check_algorithm(const struct issuance_request *request, struct fault *fault)
{
	if (!signing_fits(request->algorithm, (enum signing_key)request->authority->row.key))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The signing algorithm %s does not suit the key of the certificate authority. RSA keys sign "
			"with …WITHRSA, EC keys with …WITHECDSA, ML-DSA keys with their own parameter set.",
			signing_name(request->algorithm));
	if (!signing_available(request->algorithm))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"This server cannot sign with %s: its OpenSSL does not have it.",
			signing_name(request->algorithm));
	return true;
}

/* The authority's own public key: of its certificate, or, before it has one, of its CSR. */
static bool
own_key(struct call *call, const struct authority *authority, struct bytes *spki, struct fault *fault)
{
	struct str pem;
	const struct csr *csr;

	if (authority->certificate != NULL) {
		*spki = authority->certificate->spki;
		return true;
	}
	pem = pem_render("CERTIFICATE REQUEST", authority->row.csr, call->arena);
	if (!csr_read(bytes_of_str(pem), call->verifier, call->arena, &csr, fault)) {
		fault->code = FAULT_INTERNAL;
		(void)fault_log(fault, "authority %.*s: its own CSR cannot be read", STR_ARG(authority->row.id));
		return false;
	}
	*spki = csr->spki;
	return true;
}

static bool
check_key(struct call *call, const struct issuance_request *request, struct fault *fault)
{
	struct bytes spki;

	if (!own_key(call, request->authority, &spki, fault))
		return false;
	bool own = bytes_equal(spki, request->csr->spki);
	if (request->template->is_root && !own)
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"The CSR is not the certificate authority's own. Template %s takes the one that "
			"GetCertificateAuthorityCsr returns.",
			request->template->name);
	if (!request->template->is_root && own)
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"The CSR is for the certificate authority's own key. An authority certifies its own key only "
			"as "
			"a root, with template RootCACertificate/V1; send the CSR of another key.");
	return true;
}

static bool
check_path(const struct issuance_request *request, struct fault *fault)
{
	const struct template *template = request->template;
	int limit;

	if (!template->is_ca || template->is_root)
		return true;
	limit = authority_path_length(request->authority);
	if (limit >= 0 && template->path_length >= limit)
		return fault_set(fault, FAULT_VALIDATION,
			"Template %s has path length %d, which is not less than the %d of the certificate authority. "
			"%s.",
			template->name, template->path_length, limit,
			limit == 0 ? "This authority cannot issue CA certificates at all"
				   : "Choose a template with a shorter one");
	if (authority_level(request->authority) >= PCA_HIERARCHY_DEPTH)
		return fault_set(fault, FAULT_VALIDATION,
			"The new authority would be on level %zu of its hierarchy; %d are allowed, the root included.",
			authority_level(request->authority) + 1, (int)PCA_HIERARCHY_DEPTH);
	return true;
}

/* A root's name is the one it was created with, since nobody else's is signed here. Nobody else has the authority's: a
 * CA that shares it is self-issued, and counts for no path length; and a leaf that may sign lists could take back
 * revocations in that name (RFC 5280, 6.3.3). */
static bool
check_name(const struct issuance_request *request, struct bytes subject, struct fault *fault)
{
	const struct template *template = request->template;
	bool from_api = template->from_api && request->passthrough != NULL && request->passthrough->subject != NULL;
	enum fault_code code = from_api ? FAULT_INVALID_ARGS : FAULT_MALFORMED_CSR;

	bool same = template->is_root ? bytes_equal(subject, request->authority->row.subject)
				      : name_equal(subject, authority_name(request->authority));
	if (template->is_root && !same)
		return fault_set(fault, code,
			"The subject is not the certificate authority's own. A root certifies itself under the name "
			"that "
			"it was created with: leave out ApiPassthrough.Subject.");
	if (!template->is_root && same)
		return fault_set(fault, code,
			"The subject is the certificate authority's own name. Nobody else may have it: give another "
			"subject.");
	if (template->is_ca && subject.n <= 2)
		return fault_set(fault, code,
			"The subject is empty. A certificate authority needs a name (RFC 5280, 4.1.2.6): give it a "
			"subject.");
	return true;
}

/* RFC 5280, 4.2.1.3 and 4.2.1.9: a CA says that it is one in KeyUsage, too. The blank templates leave it to be passed.
 */
static bool
check_usage(const struct issuance_request *request, const struct issuance_content *content, struct fault *fault)
{
	const struct template *template = request->template;

	if (!template->is_ca || template->key_usage != 0)
		return true;
	for (size_t i = 0; i < content->extension_count; i++) {
		if (str_is(content->extensions[i].oid, EXTENSION_OID_KEY_USAGE))
			return true;
	}
	return fault_set(fault, template->from_api ? FAULT_INVALID_ARGS : FAULT_MALFORMED_CSR,
		"Template %s makes a CA, and leaves its KeyUsage to be passed: give one with KeyCertSign, as %s.",
		template->name,
		template->from_api ? "ApiPassthrough.Extensions.KeyUsage" : "the keyUsage extension of the CSR");
}

bool
issuance_check(struct call *call, const struct issuance_request *request, struct fault *fault)
{
	return issuance_state_check(request->authority, request->template, request->is_responder, fault) &&
	       check_algorithm(request, fault) && check_key(call, request, fault) && check_path(request, fault);
}

bool
issuance_content_check(
	const struct issuance_request *request, const struct issuance_content *content, struct fault *fault)
{
	return check_name(request, content->subject, fault) && check_usage(request, content, fault);
}
