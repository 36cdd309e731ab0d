/* issuance_parts.h — the pieces of issuance_prepare(). Used by issuance*.c only. */
#ifndef CHANCERY_SERVICE_PCA_ISSUANCE_PARTS_H
#define CHANCERY_SERVICE_PCA_ISSUANCE_PARTS_H

#include "service/pca/issuance.h"
#include "x509/build.h"

/* May this authority issue by this template now? A root makes its own certificate before it has one, and when that one
 * is to be renewed; a disabled authority goes on answering OCSP. FAULT_INVALID_STATE, FAULT_INVALID_ARGS. */
MUST_CHECK bool issuance_state_check(
	const struct authority *authority, const struct template *template, bool is_responder, struct fault *fault);

/* State, algorithm, key, path length and depth. */
MUST_CHECK bool issuance_check(struct call *call, const struct issuance_request *request, struct fault *fault);

/* Which list a certificate belongs to, and what certificates say of it. */
struct issuance_list {
	int64_t partition; /* 0: the complete one */
	struct str url;    /* absent: nothing is said */
	bool is_missing;   /* the complete list has no row yet: the certificate's write begins it */
};
MUST_CHECK bool issuance_list_find(
	struct call *call, const struct issuance_request *request, struct issuance_list *out, struct fault *fault);
/* What the certificate's write has to do about lists, and does: the complete one begins, a full partition is followed
 * by another. */
struct issuance_opening *issuance_list_opening(struct call *call, const struct issuance_list *list);
MUST_CHECK bool issuance_list_keep(
	struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault);

/* What stands in a certificate: its subject and its extensions, in a stable order. */
struct issuance_content {
	struct bytes subject;
	const struct certificate_extension *extensions;
	size_t extension_count;
};

/* By precedence: what the template fixes, what the API passes, what the request for the certificate (the CSR) says.
 * `without_csr`: what it would be if the CSR had said nothing, to find who is to blame for a flaw.
 * FAULT_INVALID_ARGS, FAULT_MALFORMED_CSR. */
MUST_CHECK bool issuance_content(const struct call *call, const struct issuance_request *request,
	const struct issuance_list *list, bool without_csr, struct issuance_content *out, struct fault *fault);

/* What a CA must be called and must be good for, whoever said it. */
MUST_CHECK bool issuance_content_check(
	const struct issuance_request *request, const struct issuance_content *content, struct fault *fault);

/* What the API passes, one extension after the other; each goes behind what is in the list already. */
struct extension_list {
	struct arena *arena;
	struct certificate_extension *v;
	size_t n;
};
void extension_put(struct extension_list *list, struct certificate_extension extension);
bool extension_listed(const struct extension_list *list, struct str oid);

/* KeyUsage and ExtendedKeyUsage, unless the template has fixed them. */
MUST_CHECK bool passthrough_usages(const struct issuance_request *request, const struct pca_extensions *in,
	struct extension_list *list, struct fault *fault);
/* SubjectAlternativeNames; critical when the certificate has no subject. */
MUST_CHECK bool passthrough_names(
	const struct pca_extensions *in, bool critical, struct extension_list *list, struct fault *fault);
MUST_CHECK bool passthrough_policies(const struct pca_extensions *in, struct extension_list *list, struct fault *fault);
/* CustomExtensions: none that the template or the keys decide, none that has a member of its own, none twice. */
MUST_CHECK bool passthrough_custom(const struct issuance_request *request, const struct pca_extensions *in,
	struct extension_list *list, struct fault *fault);

#endif
