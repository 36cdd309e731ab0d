/* ListCertificates: the old way of finding, with filters that AND and a default that hides what is not RSA. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/filter.h"
#include "service/acm/page.h"
#include "service/acm/record.h"
#include "service/acm/render.h"
#include "service/acm/usage.h"

/* Status, key type, domain, two usages, export option, managed by: each at most once. */
enum { LIST_CONDITIONS = 7 };

struct conditions {
	struct arena *arena;
	const struct store_filter *all[LIST_CONDITIONS];
	size_t n;
};

/* Nothing asked for, or an empty list, is no condition. */
static void
add_in(struct conditions *conditions, enum store_field field, uint32_t bits)
{
	if (bits != 0)
		conditions->all[conditions->n++] = filter_in(conditions->arena, field, bits);
}

static uint32_t
status_bits(const struct acm_certificate_statuses *statuses)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < statuses->n; i++)
		bits |= acm_status_bit(statuses->v[i]);
	return bits;
}

static void
add_key_types(struct conditions *conditions, const struct acm_filters *includes)
{
	uint32_t bits = 0;

	for (size_t i = 0; includes != NULL && i < includes->key_types.n; i++)
		bits |= filter_number_bit(includes->key_types.v[i]);
	/* AWS's default, from the time before other keys: RSA up to 2048 bits, and certificates that name a domain. */
	if (bits == 0) {
		bits = 1u << ACM_KEY_ALGORITHM_RSA_1024 | 1u << ACM_KEY_ALGORITHM_RSA_2048;
		add_in(conditions, STORE_HAS_DOMAIN, filter_flag_bit(true));
	}
	add_in(conditions, STORE_KEY_ALGORITHM, bits);
}

static const struct store_filter *
list_filter(struct arena *arena, const struct acm_list_certificates_request *in)
{
	struct conditions *conditions = ARENA_NEW(arena, struct conditions);
	const struct acm_filters *includes = in->includes;

	conditions->arena = arena;
	add_in(conditions, STORE_STATUS, status_bits(&in->certificate_statuses));
	add_key_types(conditions, includes);
	if (includes != NULL) {
		add_in(conditions, STORE_KEY_USAGE,
			acm_usage_filter_bits(includes->key_usage.v, includes->key_usage.n));
		add_in(conditions, STORE_EXTENDED_KEY_USAGE,
			acm_usage_filter_bits(includes->extended_key_usage.v, includes->extended_key_usage.n));
		if (includes->export_option.v != CHOICE_ABSENT)
			add_in(conditions, STORE_EXPORT_ENABLED,
				filter_flag_bit(includes->export_option.v == ACM_CERTIFICATE_EXPORT_ENABLED));
		if (includes->managed_by.v != CHOICE_ABSENT)
			add_in(conditions, STORE_MANAGED_BY, filter_number_bit(includes->managed_by));
	}
	return filter_and(arena, conditions->all, conditions->n);
}

static void
put_life(struct acm_certificate_summary *summary, const struct certificate_row *row, int64_t now_ms)
{
	summary->type = acm_type(row);
	summary->status = acm_status(row, now_ms);
	summary->export_option = acm_export_option(row);
	summary->renewal_eligibility = acm_renewal_eligibility(row);
	summary->managed_by.v = row->managed_by;
	summary->in_use = row->in_use;
	summary->has_in_use = true;
	summary->exported = row->exported;
	summary->has_exported = acm_tells_exported(row);
	acm_time(row->created_ms, &summary->created_at_ms, &summary->has_created_at);
	acm_time(row->imported_ms, &summary->imported_at_ms, &summary->has_imported_at);
	acm_time(row->issued_ms, &summary->issued_at_ms, &summary->has_issued_at);
	acm_time(row->revoked_ms, &summary->revoked_at_ms, &summary->has_revoked_at);
}

static bool
summarize(const struct call *call, const struct certificate_row *row, struct acm_certificate_summary *summary,
	struct fault *fault)
{
	const struct certificate *certificate;

	if (!acm_record_described(call, row, &certificate, fault))
		return false;
	summary->certificate_arn = acm_arn_render(call->arena, call->partition, &call->owner, row->id);
	summary->domain_name = row->domain_name;
	summary->subject_alternative_name_summaries = acm_domain_names(certificate, row->domain_name, ACM_SUMMARY_NAMES,
		call->arena, &summary->has_additional_subject_alternative_names);
	summary->has_has_additional_subject_alternative_names = true;
	summary->key_algorithm = acm_key_algorithm_hyphenated(row->key_algorithm);
	summary->key_usages = acm_key_usage_names(certificate, call->arena);
	summary->extended_key_usages = acm_extended_key_usage_names(certificate, call->arena);
	summary->not_before_ms = row->not_before_ms;
	summary->not_after_ms = row->not_after_ms;
	summary->has_not_before = summary->has_not_after = certificate->der.n > 0;
	put_life(summary, row, call->now_ms);
	return true;
}

bool
acm_list_certificates(struct call *call, const struct acm_list_certificates_request *in,
	struct acm_list_certificates_response *out, struct fault *fault)
{
	struct store_query query = {
		.now_ms = call->now_ms,
		.sort = STORE_CREATED,
		.descending = in->sort_order.v == ACM_SORT_ORDER_DESCENDING,
		.limit = in->has_max_items ? (size_t)in->max_items : ACM_LIST_DEFAULT_PAGE,
	};
	struct acm_certificate_summary *list;
	struct store_page page;

	if ((in->sort_by.v == CHOICE_ABSENT) != (in->sort_order.v == CHOICE_ABSENT))
		return fault_set(fault, FAULT_VALIDATION, "SortBy and SortOrder must be specified together");
	query.filter = list_filter(call->arena, in);
	if (!page_find(call, "ListCertificates", &query, in->next_token, FAULT_INVALID_ARGS, &page, &out->next_token,
		    fault))
		return false;
	list = ARENA_ARRAY(call->arena, struct acm_certificate_summary, page.n);
	for (size_t i = 0; i < page.n; i++) {
		if (!summarize(call, &page.rows[i], &list[i], fault))
			return false;
	}
	out->certificate_summary_list = (struct acm_certificate_summary_list){ list, page.n, true };
	return true;
}
