/* SearchCertificates: any certificate, by any filter, in any of 18 orders. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/distinguished_name.h"
#include "service/acm/filter.h"
#include "service/acm/page.h"
#include "service/acm/record.h"
#include "service/acm/render.h"
#include "service/acm/usage.h"

static const enum store_field sort_fields[] = {
	[CHOICE_ABSENT] = STORE_CREATED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_CREATED_AT] = STORE_CREATED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_NOT_AFTER] = STORE_NOT_AFTER,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_STATUS] = STORE_STATUS_NAME,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_RENEWAL_STATUS] = STORE_RENEWAL_STATUS,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_EXPORTED] = STORE_EXPORTED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_IN_USE] = STORE_IN_USE,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_NOT_BEFORE] = STORE_NOT_BEFORE,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_KEY_ALGORITHM] = STORE_KEY_ALGORITHM,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_TYPE] = STORE_TYPE,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_CERTIFICATE_ARN] = STORE_ID,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_COMMON_NAME] = STORE_COMMON_NAME,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_REVOKED_AT] = STORE_REVOKED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_RENEWAL_ELIGIBILITY] = STORE_RENEWAL_ELIGIBLE,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_ISSUED_AT] = STORE_ISSUED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_MANAGED_BY] = STORE_MANAGED_BY,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_EXPORT_OPTION] = STORE_EXPORT_ENABLED,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_VALIDATION_METHOD] = STORE_VALIDATION_METHOD,
	[ACM_SEARCH_CERTIFICATES_SORT_BY_IMPORTED_AT] = STORE_IMPORTED,
};

static const struct acm_x509_attributes *
attributes(const struct certificate_row *row, const struct certificate *certificate, struct arena *arena)
{
	struct acm_x509_attributes *out = ARENA_NEW(arena, struct acm_x509_attributes);

	if (certificate->issuer.n > 0)
		out->issuer = acm_distinguished_name(certificate->issuer, arena);
	out->subject = acm_distinguished_name(certificate->subject, arena);
	out->subject_alternative_names = acm_general_names(certificate, arena);
	out->extended_key_usages = acm_extended_key_usage_names(certificate, arena);
	out->key_algorithm.v = row->key_algorithm;
	out->key_usages = acm_key_usage_names(certificate, arena);
	out->serial_number = row->serial;
	out->not_after_ms = row->not_after_ms;
	out->not_before_ms = row->not_before_ms;
	out->has_not_after = out->has_not_before = certificate->der.n > 0;
	return out;
}

static const struct acm_certificate_metadata *
metadata(const struct certificate_row *row, int64_t now_ms, struct arena *arena)
{
	struct acm_acm_certificate_metadata *acm = ARENA_NEW(arena, struct acm_acm_certificate_metadata);
	struct acm_certificate_metadata *out = ARENA_NEW(arena, struct acm_certificate_metadata);

	acm->type = acm_type(row);
	acm->status = acm_status(row, now_ms);
	acm->export_option = acm_export_option(row);
	acm->renewal_eligibility = acm_renewal_eligibility(row);
	acm->renewal_status.v = row->renewal_status;
	acm->managed_by.v = row->managed_by;
	acm->validation_method.v = row->validation_method;
	acm->in_use = row->in_use;
	acm->has_in_use = true;
	acm->exported = row->exported;
	acm->has_exported = acm_tells_exported(row);
	acm_time(row->created_ms, &acm->created_at_ms, &acm->has_created_at);
	acm_time(row->imported_ms, &acm->imported_at_ms, &acm->has_imported_at);
	acm_time(row->issued_ms, &acm->issued_at_ms, &acm->has_issued_at);
	acm_time(row->revoked_ms, &acm->revoked_at_ms, &acm->has_revoked_at);
	out->kind = ACM_CERTIFICATE_METADATA_ACM_CERTIFICATE_METADATA;
	out->acm_certificate_metadata = acm;
	return out;
}

static bool
put_result(const struct call *call, const struct certificate_row *row, struct acm_certificate_search_result *result,
	struct fault *fault)
{
	const struct certificate *certificate;

	if (!acm_record_described(call, row, &certificate, fault))
		return false;
	result->certificate_arn = acm_arn_render(call->arena, call->partition, &call->owner, row->id);
	result->x509_attributes = attributes(row, certificate, call->arena);
	result->certificate_metadata = metadata(row, call->now_ms, call->arena);
	return true;
}

bool
acm_search_certificates(struct call *call, const struct acm_search_certificates_request *in,
	struct acm_search_certificates_response *out, struct fault *fault)
{
	struct store_query query = {
		.now_ms = call->now_ms,
		.sort = sort_fields[in->sort_by.v],
		.descending = in->sort_order.v == ACM_SEARCH_CERTIFICATES_SORT_ORDER_DESCENDING,
		.limit = in->has_max_results ? (size_t)in->max_results : ACM_SEARCH_DEFAULT_PAGE,
	};
	struct acm_certificate_search_result *results;
	struct store_page page;

	if (in->filter_statement != NULL && !filter_statement(call, in->filter_statement, &query.filter, fault))
		return false;
	if (!page_find(call, "SearchCertificates", &query, in->next_token, FAULT_VALIDATION, &page, &out->next_token,
		    fault))
		return false;
	results = ARENA_ARRAY(call->arena, struct acm_certificate_search_result, page.n);
	for (size_t i = 0; i < page.n; i++) {
		if (!put_result(call, &page.rows[i], &results[i], fault))
			return false;
	}
	out->results = (struct acm_certificate_search_result_list){ results, page.n, true };
	return true;
}
