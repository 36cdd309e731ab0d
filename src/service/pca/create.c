/* CreateCertificateAuthority: a key is born in the signer, and with it the request for its certificate. */
#include <string.h>

#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "service/pca/repeat.h"
#include "service/pca/subject.h"
#include "service/pca/tags.h"
#include "x509/csr.h"

static const char operation[] = "CreateCertificateAuthority";

/* BasicConstraints, KeyUsage, SubjectInformationAccess. */
enum { CSR_EXTENSIONS = 3 };

struct creating {
	struct authority_row row;
	struct str arn;
	struct str token; /* of repeat.h */
	struct tag_set tags;
	struct pca_create_certificate_authority_response *out;
};

/* ---- What is asked for ---- */

static enum signing_key
key_of(struct choice algorithm)
{
	static const enum signing_key keys[] = {
		[PCA_KEY_ALGORITHM_RSA_2048] = SIGNING_KEY_RSA_2048,
		[PCA_KEY_ALGORITHM_RSA_3072] = SIGNING_KEY_RSA_3072,
		[PCA_KEY_ALGORITHM_RSA_4096] = SIGNING_KEY_RSA_4096,
		[PCA_KEY_ALGORITHM_EC_PRIME256V1] = SIGNING_KEY_P256,
		[PCA_KEY_ALGORITHM_EC_SECP384R1] = SIGNING_KEY_P384,
		[PCA_KEY_ALGORITHM_EC_SECP521R1] = SIGNING_KEY_P521,
		[PCA_KEY_ALGORITHM_ML_DSA_44] = SIGNING_KEY_ML_DSA_44,
		[PCA_KEY_ALGORITHM_ML_DSA_65] = SIGNING_KEY_ML_DSA_65,
		[PCA_KEY_ALGORITHM_ML_DSA_87] = SIGNING_KEY_ML_DSA_87,
		[PCA_KEY_ALGORITHM_SM2] = SIGNING_KEY_SM2,
	};

	return keys[algorithm.v];
}

static bool
read_algorithms(const struct pca_certificate_authority_configuration *configuration, struct authority_row *row,
	struct fault *fault)
{
	enum signing_key key = key_of(configuration->key_algorithm);
	enum signing_algorithm algorithm = (enum signing_algorithm)configuration->signing_algorithm.v;
	const char *key_name = choice_name(&pca_key_algorithm_shape, configuration->key_algorithm.v);

	if (!signing_fits(algorithm, key))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The signing algorithm is not compatible with the key algorithm. A key of %s cannot sign with "
			"%s: RSA keys sign with …WITHRSA, EC keys with …WITHECDSA, ML-DSA keys with their own name.",
			key_name, signing_name(algorithm));
	if (!signing_key_available(key))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"This server has no keys of %s: the OpenSSL that it is linked with does not know them. Choose "
			"RSA_2048, "
			"RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1 or EC_secp521r1.",
			key_name);
	row->key = (int)key;
	row->signing_algorithm = (int)algorithm;
	return true;
}

/* AWS keeps what was asked for as it was asked for, and shows it again. */
static struct str
encoded(const struct shape *shape, const void *value, struct arena *arena)
{
	struct buffer json = { 0 };

	model_encode(shape, value, &json);
	struct str out = arena_str(arena, buffer_str(&json));
	buffer_done(&json);
	return out;
}

static bool
read_request(struct call *call, const struct pca_create_certificate_authority_request *in, struct creating *creating,
	struct fault *fault)
{
	const struct pca_certificate_authority_configuration *configuration = in->certificate_authority_configuration;
	struct authority_row *row = &creating->row;
	struct revocation_settings settings;
	const struct pca_revocation_configuration *unused;

	if (!read_algorithms(configuration, row, fault) ||
		!subject_build(configuration->subject, "CertificateAuthorityConfiguration.Subject", false, call->arena,
			&row->subject, fault) ||
		!revocation_merge(
			in->revocation_configuration, (struct str){ 0 }, call->arena, &row->revocation, fault) ||
		!revocation_read(row->revocation, call->arena, &unused, &settings, fault) ||
		!pca_tag_set_read(in->tags, call->arena, &creating->tags, fault))
		return false;
	row->type = in->certificate_authority_type.v == PCA_CERTIFICATE_AUTHORITY_TYPE_ROOT ? AUTHORITY_ROOT
											    : AUTHORITY_SUBORDINATE;
	row->usage_mode = in->usage_mode.v != CHOICE_ABSENT ? in->usage_mode.v
							    : PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_GENERAL_PURPOSE;
	row->key_standard = in->key_storage_security_standard.v != CHOICE_ABSENT
				    ? in->key_storage_security_standard.v
				    : PCA_KEY_STORAGE_SECURITY_STANDARD_FIPS_140_2_LEVEL_3_OR_HIGHER;
	row->configuration = encoded(&pca_certificate_authority_configuration_shape, configuration, call->arena);
	call->warning = revocation_warning(&settings, call, call->owner.region, row->id);
	return true;
}

/* ---- The key and its request ---- */

static bool
access_method(const struct pca_access_method *method, struct str *oid, struct fault *fault)
{
	static const char *const oids[] = {
		[PCA_ACCESS_METHOD_TYPE_CA_REPOSITORY] = "1.3.6.1.5.5.7.48.5",
		[PCA_ACCESS_METHOD_TYPE_RESOURCE_PKI_MANIFEST] = "1.3.6.1.5.5.7.48.10",
		[PCA_ACCESS_METHOD_TYPE_RESOURCE_PKI_NOTIFY] = "1.3.6.1.5.5.7.48.13",
	};
	bool by_type = method->access_method_type.v != CHOICE_ABSENT;

	if (by_type == (method->custom_object_identifier.p != NULL))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"CsrExtensions.SubjectInformationAccess: an AccessMethod has exactly one of AccessMethodType "
			"and "
			"CustomObjectIdentifier; this one has %s.",
			by_type ? "both" : "neither");
	*oid = by_type ? str_of(oids[method->access_method_type.v]) : method->custom_object_identifier;
	return true;
}

static bool
information_access(struct pca_access_description_list list, struct arena *arena, struct certificate_extension *out,
	struct fault *fault)
{
	struct access_part *parts = ARENA_ARRAY(arena, struct access_part, list.n);

	for (size_t i = 0; i < list.n; i++) {
		if (!access_method(list.v[i].access_method, &parts[i].method, fault) ||
			!general_name_of(list.v[i].access_location,
				"CsrExtensions.SubjectInformationAccess.AccessLocation", arena, &parts[i].location,
				fault))
			return false;
	}
	return extension_subject_information_access(parts, list.n, arena, out, fault);
}

static bool
request_extensions(const struct pca_csr_extensions *wanted, struct arena *arena,
	struct certificate_extension extensions[CSR_EXTENSIONS], size_t *count, struct fault *fault)
{
	size_t n = 0;

	extensions[n++] = extension_basic_constraints(true, true, -1, arena);
	if (wanted != NULL && wanted->key_usage != NULL && key_usage_of(wanted->key_usage) != 0)
		extensions[n++] = extension_key_usage(true, key_usage_of(wanted->key_usage), arena);
	if (wanted != NULL && wanted->subject_information_access.n > 0 &&
		!information_access(wanted->subject_information_access, arena, &extensions[n++], fault))
		return false;
	*count = n;
	return true;
}

static bool
make_key(struct call *call, const struct pca_csr_extensions *wanted, struct creating *creating, struct fault *fault)
{
	struct certificate_extension extensions[CSR_EXTENSIONS];
	struct authority_row *row = &creating->row;
	enum signing_algorithm algorithm = (enum signing_algorithm)row->signing_algorithm;
	struct seal_context context = authority_seal_context(row, creating->arn);
	struct bytes spki, info, signature;
	size_t count = 0;

	if (!request_extensions(wanted, call->arena, extensions, &count, fault))
		return false;
	if (!signer_key_new(call->signer, (enum signing_key)row->key, row->subject, &context, call->arena,
		    &row->sealed_key, &spki, fault))
		return false;
	info = csr_info_build(row->subject, spki, extensions, count, call->arena);
	if (!signer_sign(call->signer, SIGNER_REQUEST, info, algorithm, row->sealed_key, &context, NULL, call->arena,
		    &signature, fault))
		return false;
	row->csr = csr_assemble(info, algorithm, signature, call->arena);
	return true;
}

/* ---- The write ---- */

static bool
check_quota(struct call *call, struct store_transaction *transaction, struct fault *fault)
{
	int64_t quota = call->settings->quota_authorities, count = 0;

	if (quota == 0)
		return true;
	if (!store_authority_count(transaction, &call->owner, quota, &count, fault))
		return false;
	return count < quota ||
	       fault_set(fault, FAULT_LIMIT_EXCEEDED,
		       "You have reached the maximum number of certificate authorities. It is %lld for an "
		       "account in a region; a deleted one counts until it can no longer be restored.",
		       (long long)quota);
}

static bool
write_new(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct creating *creating = context;
	struct str earlier;
	bool known;

	creating->out->certificate_authority_arn = creating->arn;
	if (!repeat_recall(call, transaction, operation, creating->token, creating->arn, &known, &earlier, fault))
		return false;
	if (known) {
		creating->out->certificate_authority_arn = earlier;
		return true;
	}
	return check_quota(call, transaction, fault) && store_authority_insert(transaction, &creating->row, fault) &&
	       (creating->tags.count == 0 ||
		       pca_tag_set_put(transaction, creating->row.number, &creating->tags, call->arena, fault));
}

bool
pca_create_certificate_authority(struct call *call, const struct pca_create_certificate_authority_request *in,
	struct pca_create_certificate_authority_response *out, struct fault *fault)
{
	struct creating *creating = ARENA_NEW(call->arena, struct creating);
	char *id = arena_alloc(call->arena, UUID_TEXT_BYTES);
	bool known;

	uuid_v4(call->entropy, id);
	creating->out = out;
	creating->row.id = (struct str){ id, UUID_TEXT_BYTES - 1 };
	creating->row.owner = call->owner;
	creating->row.state = AUTHORITY_PENDING_CERTIFICATE;
	creating->row.created_ms = creating->row.changed_ms = call->now_ms;
	creating->arn = pca_arn_render(call->arena, call->partition, &call->owner, creating->row.id);
	if (!read_request(call, in, creating, fault))
		return false;
	creating->token =
		repeat_token(in->idempotency_token, &pca_create_certificate_authority_request_shape, in, call->arena);
	if (!repeat_find(call, operation, creating->token, &known, &out->certificate_authority_arn, fault))
		return false;
	if (known)
		return true;
	if (!make_key(call, in->certificate_authority_configuration->csr_extensions, creating, fault))
		return false;
	call_write(call, write_new, creating);
	return true;
}
