/* DescribeCertificate: which member appears for which kind of certificate follows from what its row holds. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "service/acm/render.h"
#include "service/acm/usage.h"

/* AWS's Issuer is not a distinguished name: it is the issuer's organisation. Without one, its common name, or all of
 * it. */
static struct str
issuer_text(const struct name *issuer, struct arena *arena)
{
	struct str text = name_get(issuer, NAME_OID_ORGANIZATION);

	if (text.n == 0)
		text = name_get(issuer, NAME_OID_COMMON_NAME);
	return text.n > 0 ? text : name_render(issuer, arena);
}

static bool
put_names(struct acm_certificate_detail *detail, const struct certificate *certificate, struct arena *arena,
	struct fault *fault)
{
	bool is_issued = certificate->der.n > 0;
	struct name subject, issuer;

	if (!name_parse(certificate->subject, arena, &subject) ||
		(is_issued && !name_parse(certificate->issuer, arena, &issuer)))
		return fault_set(fault, FAULT_INTERNAL, "The stored certificate's names cannot be read.");
	detail->subject = name_render(&subject, arena);
	if (is_issued)
		detail->issuer = issuer_text(&issuer, arena);
	return true;
}

static void
put_domains(struct acm_certificate_detail *detail, const struct certificate *certificate,
	const struct certificate_row *row, struct arena *arena)
{
	bool more, is_valid = row->type == CERTIFICATE_PRIVATE && certificate->der.n > 0;
	struct acm_domain_list names = acm_domain_names(certificate, row->domain_name, SIZE_MAX, arena, &more);
	struct acm_domain_validation *validations = ARENA_ARRAY(arena, struct acm_domain_validation, names.n);

	/* AWS lists them for imported certificates too, by nothing but their names. An authority's own word is as good
	 * as any validation. */
	for (size_t i = 0; i < names.n; i++) {
		validations[i].domain_name = names.v[i];
		validations[i].validation_status.v = is_valid ? ACM_DOMAIN_STATUS_SUCCESS : CHOICE_ABSENT;
	}
	detail->domain_name = row->domain_name;
	detail->subject_alternative_names = names;
	detail->domain_validation_options = (struct acm_domain_validation_list){ validations, names.n, true };
}

static void
put_content(struct acm_certificate_detail *detail, const struct certificate *certificate, struct arena *arena)
{
	detail->not_before_ms = certificate->not_before_ms;
	detail->not_after_ms = certificate->not_after_ms;
	detail->has_not_before = detail->has_not_after = certificate->der.n > 0;
	detail->key_algorithm = acm_key_algorithm_hyphenated((int)certificate->key.algorithm);
	detail->signature_algorithm = str_of(certificate->signature_algorithm);
	detail->key_usages = acm_key_usages(certificate, arena);
	detail->extended_key_usages = acm_extended_key_usages(certificate, arena);
}

static void
put_life(struct acm_certificate_detail *detail, const struct certificate_row *row, int64_t now_ms, struct arena *arena)
{
	struct acm_certificate_options *options = ARENA_NEW(arena, struct acm_certificate_options);

	options->certificate_transparency_logging_preference.v =
		row->transparency_logging ? ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_ENABLED
					  : ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_DISABLED;
	options->export = acm_export_option(row);
	detail->options = options;
	detail->serial = row->serial;
	detail->type = acm_type(row);
	detail->status = acm_status(row, now_ms);
	detail->renewal_eligibility = acm_renewal_eligibility(row);
	detail->managed_by.v = row->managed_by;
	detail->in_use_by = (struct acm_in_use_list){ .has = true };
	acm_time(row->created_ms, &detail->created_at_ms, &detail->has_created_at);
	acm_time(row->imported_ms, &detail->imported_at_ms, &detail->has_imported_at);
	acm_time(row->issued_ms, &detail->issued_at_ms, &detail->has_issued_at);
	acm_time(row->revoked_ms, &detail->revoked_at_ms, &detail->has_revoked_at);
}

/* What a certificate has that an authority issued for ACM, or failed to. */
static bool
put_private(const struct call *call, struct acm_certificate_detail *detail, const struct certificate_row *row,
	struct fault *fault)
{
	struct acm_renewal_summary *summary = ARENA_NEW(call->arena, struct acm_renewal_summary);
	struct certificate_private private;

	if (row->type != CERTIFICATE_PRIVATE)
		return true;
	if (!store_certificate_private_get(call->store, &call->owner, row->id, call->arena, &private, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(detail->certificate_arn, fault) : false;
	detail->certificate_authority_arn = private.authority_arn;
	detail->failure_reason.v = private.failure_reason;
	detail->revocation_reason.v = private.revocation_reason;
	if (private.renewal_ms == 0)
		return true;
	summary->renewal_status.v = row->renewal_status;
	summary->renewal_status_reason.v = private.renewal_reason;
	summary->domain_validation_options = detail->domain_validation_options;
	acm_time(private.renewal_ms, &summary->updated_at_ms, &summary->has_updated_at);
	detail->renewal_summary = summary;
	return true;
}

bool
acm_describe_certificate(struct call *call, const struct acm_describe_certificate_request *in,
	struct acm_describe_certificate_response *out, struct fault *fault)
{
	struct acm_certificate_detail *detail = ARENA_NEW(call->arena, struct acm_certificate_detail);
	const struct certificate *certificate;
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	if (!acm_record_described(call, &row, &certificate, fault))
		return false;
	if (!put_names(detail, certificate, call->arena, fault))
		return false;
	detail->certificate_arn = in->certificate_arn;
	put_domains(detail, certificate, &row, call->arena);
	put_content(detail, certificate, call->arena);
	put_life(detail, &row, call->now_ms, call->arena);
	if (!put_private(call, detail, &row, fault))
		return false;
	out->certificate = detail;
	return true;
}
