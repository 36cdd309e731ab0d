/* issuance_extensions.c — what stands in a certificate, and who decides it: the template first, then the API, then the
 * CSR (AWS's order of precedence).
 *
 * Whether a certificate makes a CA, what names its key and what names its issuer's are never taken from anybody. */
#include "service/pca/issuance_parts.h"
#include "service/pca/subject.h"

/* More than a certificate may have: what is too many is then told by its reader, not by us. */
enum { OWN_EXTENSIONS = 10, CUSTOM_EXTENSIONS = 150 };

void
extension_put(struct extension_list *list, struct certificate_extension extension)
{
	list->v[list->n++] = extension;
}

bool
extension_listed(const struct extension_list *list, struct str oid)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_equal(list->v[i].oid, oid))
			return true;
	}
	return false;
}

static const struct certificate_extension *
csr_extension(const struct csr *csr, const char *oid)
{
	for (size_t i = 0; i < csr->extension_count; i++) {
		if (str_is(csr->extensions[i].oid, oid))
			return &csr->extensions[i];
	}
	return NULL;
}

/* BasicConstraints, AuthorityKeyIdentifier (not in a root), SubjectKeyIdentifier, KeyUsage, ExtendedKeyUsage. */
static bool
put_fixed(const struct issuance_request *request, struct extension_list *list, struct fault *fault)
{
	const struct template *template = request->template;
	struct str usages[TEMPLATE_MAX_USAGES];
	struct certificate_extension extension;
	size_t n = 0;

	extension_put(list, extension_basic_constraints(template->basic_constraints_critical, template->is_ca,
				    template->path_length, list->arena));
	if (!template->is_root)
		extension_put(
			list, extension_authority_key_identifier(request->authority->key_identifier, list->arena));
	extension_put(list, extension_subject_key_identifier(request->csr->spki, list->arena));
	if (template->key_usage != 0)
		extension_put(list, extension_key_usage(true, template->key_usage, list->arena));
	for (; n < TEMPLATE_MAX_USAGES && template->extended_key_usage[n] != NULL; n++)
		usages[n] = str_of(template->extended_key_usage[n]);
	if (n == 0)
		return true;
	if (!extension_extended_key_usage(
		    template->extended_key_usage_critical, usages, n, list->arena, &extension, fault))
		return false;
	extension_put(list, extension);
	return true;
}

/* CRLDistributionPoints and AuthorityInfoAccess. A responder's certificate has neither: nobody asks about who answers
 * (RFC 6960, 4.2.2.2.1). */
static void
put_revocation(const struct call *call, const struct issuance_request *request, const struct issuance_list *where,
	struct extension_list *list)
{
	const struct authority *authority = request->authority;
	struct str ocsp = { 0 };

	if (request->is_responder) {
		extension_put(list, extension_ocsp_no_check(list->arena));
		return;
	}
	if (where->url.p != NULL)
		extension_put(list, extension_crl_distribution_point(where->url, false, list->arena));
	if (authority->revocation.ocsp_enabled && !request->template->is_root)
		ocsp = revocation_ocsp_url(&authority->revocation, call, authority->row.id);
	if (ocsp.p != NULL)
		extension_put(list, extension_ocsp_access(ocsp, list->arena));
}

/* A CSR's names, critical as the CSR has them; of a certificate without a subject always (RFC 5280, 4.2.1.6). */
static bool
put_csr_names(const struct csr *csr, bool no_subject, struct extension_list *list, struct fault *fault)
{
	const struct certificate_extension *names = csr_extension(csr, EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME);

	if (names == NULL)
		return true;
	if (!names->critical && csr->subject_name.n == 0 && no_subject)
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"CSR must mark the SAN extension critical when it has an empty subject. Mark subjectAltName "
			"critical in the CSR, or give it a subject (RFC 5280, 4.2.1.6).");
	extension_put(
		list, (struct certificate_extension){
			      .oid = names->oid, .critical = names->critical || no_subject, .value = names->value });
	return true;
}

/* May the CSR's extension pass? What is listed has been decided. */
static bool
passes(const struct template *template, const struct extension_list *list, struct str oid)
{
	if (extension_listed(list, oid))
		return false;
	if (str_is(oid, EXTENSION_OID_CRL_DISTRIBUTION_POINTS))
		return (template->crl_sources & TEMPLATE_CRL_FROM_CSR) != 0;
	return template->from_csr && !str_is(oid, EXTENSION_OID_BASIC_CONSTRAINTS) &&
	       !str_is(oid, EXTENSION_OID_SUBJECT_KEY_IDENTIFIER) &&
	       !str_is(oid, EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER);
}

static void
put_csr_rest(const struct issuance_request *request, struct extension_list *list)
{
	const struct csr *csr = request->csr;

	for (size_t i = 0; i < csr->extension_count; i++) {
		if (passes(request->template, list, csr->extensions[i].oid))
			extension_put(list, csr->extensions[i]);
	}
}

/* A name that nothing is wrong with, in place of the CSR's. */
static bool
stand_in(struct arena *arena, struct bytes *subject, struct fault *fault)
{
	return name_build(&(struct name_part){ STR(NAME_OID_COMMON_NAME), STR("subject") }, 1, arena, subject, fault);
}

bool
issuance_content(const struct call *call, const struct issuance_request *request, const struct issuance_list *where,
	bool without_csr, struct issuance_content *out, struct fault *fault)
{
	static const struct pca_extensions nothing;
	const struct pca_api_passthrough *api = request->template->from_api ? request->passthrough : NULL;
	const struct pca_extensions *passed = api != NULL && api->extensions != NULL ? api->extensions : &nothing;
	const struct csr *csr = request->csr;
	struct bytes subject = csr->subject;
	bool no_subject = csr->subject_name.n == 0;
	struct extension_list list = { .arena = call->arena };
	size_t room = OWN_EXTENSIONS + CUSTOM_EXTENSIONS + csr->extension_count;

	list.v = ARENA_ARRAY(call->arena, struct certificate_extension, room);
	if (api != NULL && api->subject != NULL) {
		if (!subject_build(api->subject, "ApiPassthrough.Subject", true, call->arena, &subject, fault))
			return false;
		no_subject = subject.n <= 2; /* SEQUENCE of nothing */
	} else if (without_csr && !stand_in(call->arena, &subject, fault)) {
		return false;
	}
	if (!put_fixed(request, &list, fault) || !passthrough_usages(request, passed, &list, fault))
		return false;
	put_revocation(call, request, where, &list);
	if (passed->subject_alternative_names.n > 0 && !passthrough_names(passed, no_subject, &list, fault))
		return false;
	if (passed->subject_alternative_names.n == 0 && !without_csr && !put_csr_names(csr, no_subject, &list, fault))
		return false;
	if (!passthrough_policies(passed, &list, fault) || !passthrough_custom(request, passed, &list, fault))
		return false;
	if (!without_csr)
		put_csr_rest(request, &list);
	if (no_subject && !without_csr && !extension_listed(&list, STR(EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME)))
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"Must provide either a subject name or a SAN. The CSR has neither a subject nor a "
			"subjectAltName extension.");
	*out = (struct issuance_content){ subject, list.v, list.n };
	return true;
}
