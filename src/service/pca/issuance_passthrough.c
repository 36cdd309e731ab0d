/* issuance_passthrough.c — ApiPassthrough: what the caller may add to a certificate, as extensions.
 *
 * The template has been before: what it fixes is in the list already, and stays (AWS's order of precedence). */
#include <stdio.h>

#include "base/base64.h"
#include "service/pca/issuance_parts.h"
#include "service/pca/subject.h"

/* Where a list's element stands in the request, for sentences. */
enum { PLACE_BYTES = 96 };
#define EXTENSIONS "ApiPassthrough.Extensions."

#define OID_TIME_STAMPING "1.3.6.1.5.5.7.3.8"

static bool
put_key_usage(const struct issuance_request *request, const struct pca_key_usage *usage, struct extension_list *list,
	struct fault *fault)
{
	unsigned bits = key_usage_of(usage);

	if (bits == 0)
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "KeyUsage allows nothing: set at least one of its members to true, or leave it out "
				   "(RFC 5280, 4.2.1.3).");
	if ((bits & KEY_USAGE_KEY_CERT_SIGN) != 0 && !request->template->is_ca)
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "KeyUsage has KeyCertSign, but template %s makes no CA. Leave it out, or choose a "
				   "template of a subordinate CA.",
			request->template->name);
	extension_put(list, extension_key_usage(true, bits, list->arena));
	return true;
}

static bool
usage_oid(const struct pca_extended_key_usage *usage, size_t index, struct str *out, struct fault *fault)
{
	static const char *const oids[] = {
		[PCA_EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH] = "1.3.6.1.5.5.7.3.1",
		[PCA_EXTENDED_KEY_USAGE_TYPE_CLIENT_AUTH] = "1.3.6.1.5.5.7.3.2",
		[PCA_EXTENDED_KEY_USAGE_TYPE_CODE_SIGNING] = "1.3.6.1.5.5.7.3.3",
		[PCA_EXTENDED_KEY_USAGE_TYPE_EMAIL_PROTECTION] = "1.3.6.1.5.5.7.3.4",
		[PCA_EXTENDED_KEY_USAGE_TYPE_TIME_STAMPING] = OID_TIME_STAMPING,
		[PCA_EXTENDED_KEY_USAGE_TYPE_OCSP_SIGNING] = "1.3.6.1.5.5.7.3.9",
		[PCA_EXTENDED_KEY_USAGE_TYPE_SMART_CARD_LOGIN] = "1.3.6.1.4.1.311.20.2.2",
		[PCA_EXTENDED_KEY_USAGE_TYPE_DOCUMENT_SIGNING] = "1.3.6.1.4.1.311.10.3.12",
		[PCA_EXTENDED_KEY_USAGE_TYPE_CERTIFICATE_TRANSPARENCY] = "1.3.6.1.4.1.11129.2.4.4",
	};
	bool by_type = usage->extended_key_usage_type.v != CHOICE_ABSENT;
	bool by_oid = usage->extended_key_usage_object_identifier.p != NULL;

	if (by_type == by_oid)
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "ExtendedKeyUsage[%zu] has %s. Give exactly one of ExtendedKeyUsageType and "
				   "ExtendedKeyUsageObjectIdentifier.",
			index, by_type ? "both a type and an OID" : "neither a type nor an OID");
	*out = by_oid ? usage->extended_key_usage_object_identifier : str_of(oids[usage->extended_key_usage_type.v]);
	return true;
}

static bool
put_extended_key_usage(
	const struct pca_extended_key_usage_list *usages, struct extension_list *list, struct fault *fault)
{
	struct str *oids = ARENA_ARRAY(list->arena, struct str, usages->n);
	struct certificate_extension extension;

	for (size_t i = 0; i < usages->n; i++) {
		if (!usage_oid(&usages->v[i], i, &oids[i], fault))
			return false;
	}
	/* A time stamp's signer has this one usage, and it must be critical (RFC 3161, 2.3). */
	bool stamps = usages->n == 1 && str_is(oids[0], OID_TIME_STAMPING);
	if (!extension_extended_key_usage(stamps, oids, usages->n, list->arena, &extension, fault))
		return false;
	extension_put(list, extension);
	return true;
}

bool
passthrough_usages(const struct issuance_request *request, const struct pca_extensions *in, struct extension_list *list,
	struct fault *fault)
{
	if (in->key_usage != NULL && !extension_listed(list, STR(EXTENSION_OID_KEY_USAGE)) &&
		!put_key_usage(request, in->key_usage, list, fault))
		return false;
	return in->extended_key_usage.n == 0 || extension_listed(list, STR(EXTENSION_OID_EXTENDED_KEY_USAGE)) ||
	       put_extended_key_usage(&in->extended_key_usage, list, fault);
}

bool
passthrough_names(const struct pca_extensions *in, bool critical, struct extension_list *list, struct fault *fault)
{
	const struct pca_general_name_list *names = &in->subject_alternative_names;
	struct general_name_part *parts = ARENA_ARRAY(list->arena, struct general_name_part, names->n);
	struct bytes der;

	for (size_t i = 0; i < names->n; i++) {
		char place[PLACE_BYTES];
		(void)snprintf(place, sizeof place, EXTENSIONS "SubjectAlternativeNames[%zu]", i);
		if (!general_name_of(&names->v[i], place, list->arena, &parts[i], fault))
			return false;
	}
	if (!general_names_build(parts, names->n, EXTENSIONS "SubjectAlternativeNames", list->arena, &der, fault))
		return false;
	extension_put(list, extension_subject_alternative_name(critical, der, list->arena));
	return true;
}

bool
passthrough_policies(const struct pca_extensions *in, struct extension_list *list, struct fault *fault)
{
	const struct pca_certificate_policy_list *policies = &in->certificate_policies;
	struct policy_part *parts = ARENA_ARRAY(list->arena, struct policy_part, policies->n);
	struct certificate_extension extension;

	if (policies->n == 0)
		return true;
	for (size_t i = 0; i < policies->n; i++) {
		const struct pca_policy_qualifier_info_list *qualifiers = &policies->v[i].policy_qualifiers;
		struct str *uris = ARENA_ARRAY(list->arena, struct str, qualifiers->n);
		for (size_t k = 0; k < qualifiers->n; k++)
			uris[k] = qualifiers->v[k].qualifier->cps_uri;
		parts[i] = (struct policy_part){ policies->v[i].cert_policy_id, uris, qualifiers->n };
	}
	if (!extension_certificate_policies(parts, policies->n, list->arena, &extension, fault))
		return false;
	extension_put(list, extension);
	return true;
}

/* What a custom extension would say a second time, or otherwise. */
static const char *
other_place(const struct template *template, const struct extension_list *list, struct str oid)
{
	static const struct {
		const char *oid, *place;
	} members[] = {
		{ EXTENSION_OID_KEY_USAGE, "give it as Extensions.KeyUsage" },
		{ EXTENSION_OID_EXTENDED_KEY_USAGE, "give it as Extensions.ExtendedKeyUsage" },
		{ EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME, "give it as Extensions.SubjectAlternativeNames" },
		{ EXTENSION_OID_CERTIFICATE_POLICIES, "give it as Extensions.CertificatePolicies" },
		{ EXTENSION_OID_BASIC_CONSTRAINTS, "the template alone decides it" },
		{ EXTENSION_OID_SUBJECT_KEY_IDENTIFIER, "it is made from the certificate's key" },
		{ EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER, "it is made from the authority's key" },
	};
	bool may_name_list = (template->crl_sources & TEMPLATE_CRL_FROM_API) != 0;

	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		if (str_is(oid, members[i].oid))
			return members[i].place;
	}
	if (str_is(oid, EXTENSION_OID_CRL_DISTRIBUTION_POINTS) && !may_name_list)
		return "with this template it comes from the authority's own configuration";
	return extension_listed(list, oid) ? "it is there already, from the authority or from another custom extension"
					   : NULL;
}

/* A root may say which key signed it: its own (pca.md, 6.1: "API / Derived from CSR"). */
static bool
is_own_key_identifier(
	const struct issuance_request *request, const struct certificate_extension *extension, struct arena *arena)
{
	struct bytes hash;

	return request->template->is_root && str_is(extension->oid, EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER) &&
	       !extension->critical && key_hash(request->csr->spki, "SHA1", arena, &hash) &&
	       bytes_equal(extension->value, extension_authority_key_identifier(hash, arena).value);
}

static bool
put_custom(const struct issuance_request *request, const struct pca_custom_extension *custom, size_t index,
	struct extension_list *list, struct fault *fault)
{
	struct certificate_extension extension = { .oid = custom->object_identifier, .critical = custom->critical };
	const char *instead = other_place(request->template, list, extension.oid);

	if (!oid_text_valid(extension.oid))
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "CustomExtensions[%zu] has the ObjectIdentifier %.*s, which is none. Give numbers "
				   "with dots, such as 1.3.6.1.4.1.99999.1; below 0 and 1 the second is at most 39.",
			index, STR_ARG(extension.oid));
	if (!base64_decode(custom->value, list->arena, &extension.value) || extension.value.n == 0)
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "CustomExtensions[%zu] (%.*s) has a Value that is not base64. Give the DER of the "
				   "extension's value in base64.",
			index, STR_ARG(extension.oid));
	if (instead != NULL && !is_own_key_identifier(request, &extension, list->arena))
		return fault_set(fault, FAULT_INVALID_ARGS,
			EXTENSIONS "CustomExtensions[%zu] has the extension %.*s, which cannot be a custom one: %s.",
			index, STR_ARG(extension.oid), instead);
	extension_put(list, extension);
	return true;
}

bool
passthrough_custom(const struct issuance_request *request, const struct pca_extensions *in, struct extension_list *list,
	struct fault *fault)
{
	for (size_t i = 0; i < in->custom_extensions.n; i++) {
		if (!put_custom(request, &in->custom_extensions.v[i], i, list, fault))
			return false;
	}
	return true;
}
