/* DescribeCertificateAuthority, ListCertificateAuthorities. */
#include "service/pca/authority.h"
#include "service/pca/page.h"
#include "service/pca/pca.h"
#include "service/pca/policy.h"

/* A page of AWS's never holds more, whatever is asked for. */
enum { LIST_PAGE_MAX = 100 };

static struct choice
status_of(const struct authority *authority)
{
	switch (authority_condition(authority)) {
	case CONDITION_CREATING:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_CREATING };
	case CONDITION_PENDING:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE };
	case CONDITION_ACTIVE:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_ACTIVE };
	case CONDITION_DISABLED:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_DISABLED };
	case CONDITION_EXPIRED:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_EXPIRED };
	case CONDITION_FAILED:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_FAILED };
	default:
		return (struct choice){ .v = PCA_CERTIFICATE_AUTHORITY_STATUS_DELETED };
	}
}

static bool
read_configuration(const struct authority_row *row, struct arena *arena,
	const struct pca_certificate_authority_configuration **out, struct fault *fault)
{
	struct pca_certificate_authority_configuration *configuration =
		ARENA_NEW(arena, struct pca_certificate_authority_configuration);
	struct fault why = { 0 };

	if (!model_decode(
		    &pca_certificate_authority_configuration_shape, row->configuration, arena, configuration, &why)) {
		(void)fault_set(
			fault, FAULT_INTERNAL, "The stored configuration of a certificate authority cannot be read.");
		return fault_log(fault, "authority %.*s: %s", STR_ARG(row->id), why.say);
	}
	*out = configuration;
	return true;
}

static bool
show(const struct call *call, const struct authority *authority, struct pca_certificate_authority *out,
	struct fault *fault)
{
	const struct authority_row *row = &authority->row;
	struct revocation_settings unused;

	*out = (struct pca_certificate_authority){
		.arn = authority->arn,
		.owner_account = row->owner.account,
		.created_at_ms = row->created_ms,
		.has_created_at = true,
		.last_state_change_at_ms = row->changed_ms,
		.has_last_state_change_at = true,
		.type.v = row->type == AUTHORITY_ROOT ? PCA_CERTIFICATE_AUTHORITY_TYPE_ROOT
						      : PCA_CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
		.status = status_of(authority),
		.failure_reason.v = row->failure_reason,
		.restorable_until_ms = row->restorable_until_ms,
		.has_restorable_until = row->state == AUTHORITY_DELETED,
		.key_storage_security_standard.v = row->key_standard,
		.usage_mode.v = row->usage_mode,
	};
	if (authority->certificate != NULL) {
		out->serial = pca_serial_decimal(row->serial, call->arena);
		out->not_before_ms = row->not_before_ms;
		out->not_after_ms = row->not_after_ms;
		out->has_not_before = out->has_not_after = true;
	}
	return read_configuration(row, call->arena, &out->certificate_authority_configuration, fault) &&
	       revocation_read(row->revocation, call->arena, &out->revocation_configuration, &unused, fault);
}

bool
pca_describe_certificate_authority(struct call *call, const struct pca_describe_certificate_authority_request *in,
	struct pca_describe_certificate_authority_response *out, struct fault *fault)
{
	const struct authority_use use = { .action = "DescribeCertificateAuthority" };
	struct pca_certificate_authority *shown = ARENA_NEW(call->arena, struct pca_certificate_authority);
	struct authority authority;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault) ||
		!show(call, &authority, shown, fault))
		return false;
	out->certificate_authority = shown;
	return true;
}

/* ---- The list ---- */

/* Somebody else's authority is listed for those to whom its policy shows it. */
static bool
is_shared(const struct call *call, const struct authority *authority)
{
	const struct authority_use use = { .action = "DescribeCertificateAuthority" };

	return !str_equal(authority->row.owner.account, call->owner.account) &&
	       str_equal(authority->row.owner.region, call->owner.region) && authority->row.policy.p != NULL &&
	       policy_allows(authority->row.policy, call->owner.account, &use, authority->arn);
}

static bool
is_gone(const struct call *call, const struct authority_row *row)
{
	return row->state == AUTHORITY_DELETED && row->restorable_until_ms <= call->now_ms;
}

bool
pca_list_certificate_authorities(struct call *call, const struct pca_list_certificate_authorities_request *in,
	struct pca_list_certificate_authorities_response *out, struct fault *fault)
{
	static const char operation[] = "ListCertificateAuthorities";
	bool others = in->resource_owner.v == PCA_RESOURCE_OWNER_OTHER_ACCOUNTS;
	struct str about = others ? STR("others") : STR("self");
	size_t limit = in->has_max_results && in->max_results < LIST_PAGE_MAX ? (size_t)in->max_results : LIST_PAGE_MAX;
	struct pca_certificate_authority *list = ARENA_ARRAY(call->arena, struct pca_certificate_authority, limit);
	const struct authority_row *rows;
	struct page page;
	size_t count, n = 0;

	if (!page_open(call, operation, about, in->next_token, &page, fault) ||
		!store_authority_list(call->store, others ? NULL : &call->owner, page.after, limit, call->arena, &rows,
			&count, fault))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct authority authority;
		if (is_gone(call, &rows[i]))
			continue;
		if (!authority_of_row(call, &rows[i], &authority, fault))
			return false;
		if (others && !is_shared(call, &authority))
			continue;
		if (!show(call, &authority, &list[n++], fault))
			return false;
	}
	/* A page may come back short, even empty, and still be followed by another. */
	page.next = count == limit ? rows[count - 1].number : 0;
	out->certificate_authorities = (struct pca_certificate_authorities){ list, n, true };
	out->next_token = page_close(call, operation, about, &page);
	return true;
}
