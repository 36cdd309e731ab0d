/* ListIssuedCertificates: the inventory of an authority, which AWS does not have. */
#include <inttypes.h>

#include "service/own/own.h"
#include "service/page_token.h"
#include "service/pca/authority.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/crl.h"

#define OPERATION "ListIssuedCertificates"

/* ---- What is asked for ---- */

static unsigned
status_bits(const struct own_status_list *statuses)
{
	static const unsigned known[] = {
		[OWN_ISSUED_CERTIFICATE_STATUS_ISSUED] = ISSUED_IS_ISSUED,
		[OWN_ISSUED_CERTIFICATE_STATUS_REVOKED] = ISSUED_IS_REVOKED,
		[OWN_ISSUED_CERTIFICATE_STATUS_EXPIRED] = ISSUED_IS_EXPIRED,
	};
	unsigned bits = 0;

	for (size_t i = 0; i < statuses->n; i++)
		bits |= known[statuses->v[i].v];
	return bits;
}

static bool
read_filters(
	const struct call *call, const struct own_filters *filters, struct issued_query *query, struct fault *fault)
{
	const struct template *template;

	query->subject = filters->subject_contains;
	query->name = filters->name_contains;
	if (filters->has_expires_after)
		query->expires_after_ms = filters->expires_after_ms;
	if (filters->has_expires_before)
		query->expires_before_ms = filters->expires_before_ms;
	if (filters->serial.p != NULL && !pca_serial_parse(filters->serial, call->arena, &query->serial))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Filters.Serial %.*s is not a serial number. Give it in hexadecimal, with colons between its "
			"octets or without.",
			STR_ARG(filters->serial));
	if (filters->template_arn.p != NULL) {
		template = template_find(filters->template_arn, call->partition);
		if (template == NULL)
			return fault_set(fault, FAULT_INVALID_ARGS,
				"Filters.TemplateArn: there is no template %.*s. One that is: "
				"arn:%s:acm-pca:::template/%s.",
				STR_ARG(filters->template_arn), call->partition, TEMPLATE_DEFAULT);
		query->template = str_of(template->name);
	}
	query->statuses = status_bits(&filters->statuses);
	return true;
}

/* ---- Pages ---- */

/* Everything but the page: what decides which pages there are. */
static struct bytes
page_binding(const struct call *call, const struct own_list_issued_certificates_request *in)
{
	struct own_list_issued_certificates_request same = *in;
	struct buffer json = { 0 };

	same.has_max_results = false;
	same.next_token = (struct str){ 0 };
	model_encode(&own_list_issued_certificates_request_shape, &same, &json);
	struct bytes binding = arena_bytes(call->arena, bytes_of_str(buffer_str(&json)));
	buffer_done(&json);
	return binding;
}

/* "<milliseconds> <number>" */
static bool
read_place(struct str after, struct issued_query *query)
{
	struct str ms;

	if (after.p == NULL)
		return true;
	query->has_after = str_cut(&after, ' ', &ms) && str_to_i64(ms, &query->after_ms) &&
			   str_to_i64(after, &query->after_number);
	return query->has_after;
}

/* ---- What is answered ---- */

static struct choice
reason_of(int reason)
{
	static const int reasons[] = {
		[CRL_REASON_UNSPECIFIED] = OWN_REVOCATION_REASON_UNSPECIFIED,
		[CRL_REASON_KEY_COMPROMISE] = OWN_REVOCATION_REASON_KEY_COMPROMISE,
		[CRL_REASON_CA_COMPROMISE] = OWN_REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE,
		[CRL_REASON_AFFILIATION_CHANGED] = OWN_REVOCATION_REASON_AFFILIATION_CHANGED,
		[CRL_REASON_SUPERSEDED] = OWN_REVOCATION_REASON_SUPERSEDED,
		[CRL_REASON_CESSATION_OF_OPERATION] = OWN_REVOCATION_REASON_CESSATION_OF_OPERATION,
		[CRL_REASON_PRIVILEGE_WITHDRAWN] = OWN_REVOCATION_REASON_PRIVILEGE_WITHDRAWN,
		[CRL_REASON_AA_COMPROMISE] = OWN_REVOCATION_REASON_A_A_COMPROMISE,
	};
	bool known = reason >= 0 && (size_t)reason < ARRAY_COUNT(reasons);

	return (struct choice){ .v = known ? reasons[reason] : CHOICE_ABSENT };
}

static int
status_of(const struct issued_row *row, int64_t now_ms)
{
	if (row->revoked_ms != 0)
		return OWN_ISSUED_CERTIFICATE_STATUS_REVOKED;
	return row->not_after_ms < now_ms ? OWN_ISSUED_CERTIFICATE_STATUS_EXPIRED
					  : OWN_ISSUED_CERTIFICATE_STATUS_ISSUED;
}

/* One name a line, as the row has them. */
static struct own_name_list
names_of(struct str names, struct arena *arena)
{
	struct own_name_list list = { .has = true };
	bool more = names.n > 0;
	size_t lines = 1;

	for (size_t i = 0; i < names.n; i++)
		lines += names.p[i] == '\n';
	list.v = ARENA_ARRAY(arena, struct str, lines);
	while (more)
		more = str_cut(&names, '\n', &list.v[list.n++]);
	return list;
}

static void
summarize(const struct call *call, const struct authority *authority, const struct issued_row *row,
	struct own_issued_certificate *out)
{
	out->certificate_arn = pca_arn_render_certificate(call->arena, authority->arn, row->serial);
	out->serial = pca_serial_colons(row->serial, call->arena);
	out->subject = row->subject;
	out->subject_alternative_names = names_of(row->names, call->arena);
	out->status.v = status_of(row, call->now_ms);
	out->template_arn = template_arn(call->arena, call->partition, row->template);
	out->issued_at_ms = row->issued_ms;
	out->not_before_ms = row->not_before_ms;
	out->not_after_ms = row->not_after_ms;
	out->has_issued_at = out->has_not_before = out->has_not_after = true;
	out->requested_by = row->requester;
	if (row->revoked_ms == 0)
		return;
	out->revoked_at_ms = row->revoked_ms;
	out->has_revoked_at = true;
	out->revocation_reason = reason_of(row->reason);
}

bool
own_list_issued_certificates(struct call *call, const struct own_list_issued_certificates_request *in,
	struct own_list_issued_certificates_response *out, struct fault *fault)
{
	struct bytes binding = page_binding(call, in);
	struct issued_query query = {
		.now_ms = call->now_ms,
		.expires_after_ms = INT64_MIN,
		.expires_before_ms = INT64_MAX,
		.by_not_after = in->sort_by.v == OWN_SORT_BY_NOT_AFTER,
		.descending = in->sort_order.v != OWN_SORT_ORDER_ASCENDING,
		.limit = in->has_max_results ? (size_t)in->max_results : OWN_LIST_DEFAULT_PAGE,
	};
	struct authority authority;
	struct issued_page page;
	struct str after, next = { 0 };

	if (!authority_load(call, in->certificate_authority_arn, NULL, &authority, fault))
		return false;
	query.authority = authority.row.number;
	if (in->filters != NULL && !read_filters(call, in->filters, &query, fault))
		return false;
	if (!page_token_open(call, OPERATION, binding, in->next_token, &after) || !read_place(after, &query))
		return page_token_refuse(OPERATION, FAULT_INVALID_NEXT_TOKEN, fault);
	if (!store_issued_find(call->store, &query, call->arena, &page, fault))
		return false;
	out->issued_certificates =
		(struct own_issued_certificate_list){ ARENA_ARRAY(call->arena, struct own_issued_certificate, page.n),
			page.n, true };
	for (size_t i = 0; i < page.n; i++)
		summarize(call, &authority, &page.rows[i], &out->issued_certificates.v[i]);
	if (page.more)
		next = arena_printf(call->arena, "%" PRId64 " %" PRId64, page.last_ms, page.last_number);
	out->next_token = page_token_seal(call, OPERATION, binding, next);
	return true;
}
