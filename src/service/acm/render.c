#include "service/acm/render.h"

#include <strings.h>

#include "x509/key.h"

/* Stored numbers that are the model's as well, so that nothing translates between them. */
_Static_assert((int)KEY_RSA_1024 == (int)ACM_KEY_ALGORITHM_RSA_1024, "key algorithm");
_Static_assert((int)KEY_RSA_4096 == (int)ACM_KEY_ALGORITHM_RSA_4096, "key algorithm");
_Static_assert((int)KEY_EC_P256 == (int)ACM_KEY_ALGORITHM_EC_PRIME256V1, "key algorithm");
_Static_assert((int)KEY_EC_P521 == (int)ACM_KEY_ALGORITHM_EC_SECP521R1, "key algorithm");
_Static_assert((int)CERTIFICATE_IMPORTED == (int)ACM_CERTIFICATE_TYPE_IMPORTED, "type");
_Static_assert((int)CERTIFICATE_AMAZON_ISSUED == (int)ACM_CERTIFICATE_TYPE_AMAZON_ISSUED, "type");
_Static_assert((int)CERTIFICATE_PRIVATE == (int)ACM_CERTIFICATE_TYPE_PRIVATE, "type");

struct choice
acm_key_algorithm_hyphenated(int key_algorithm)
{
	static const struct str spelled[] = {
		[KEY_RSA_1024] = { "RSA-1024", 8 },
		[KEY_RSA_2048] = { "RSA-2048", 8 },
		[KEY_RSA_3072] = { "RSA-3072", 8 },
		[KEY_RSA_4096] = { "RSA-4096", 8 },
		[KEY_EC_P256] = { "EC-prime256v1", 13 },
		[KEY_EC_P384] = { "EC-secp384r1", 12 },
		[KEY_EC_P521] = { "EC-secp521r1", 12 },
	};

	return (struct choice){ key_algorithm, spelled[key_algorithm] };
}

/* EXPIRED is no state of the store: it is ISSUED, seen late. */
static const int statuses[] = {
	[CERTIFICATE_PENDING_VALIDATION] = ACM_CERTIFICATE_STATUS_PENDING_VALIDATION,
	[CERTIFICATE_ISSUED] = ACM_CERTIFICATE_STATUS_ISSUED,
	[CERTIFICATE_INACTIVE] = ACM_CERTIFICATE_STATUS_INACTIVE,
	[CERTIFICATE_VALIDATION_TIMED_OUT] = ACM_CERTIFICATE_STATUS_VALIDATION_TIMED_OUT,
	[CERTIFICATE_REVOKED] = ACM_CERTIFICATE_STATUS_REVOKED,
	[CERTIFICATE_FAILED] = ACM_CERTIFICATE_STATUS_FAILED,
};

struct choice
acm_status(const struct certificate_row *row, int64_t now_ms)
{
	if (row->state == CERTIFICATE_ISSUED && row->not_after_ms < now_ms)
		return (struct choice){ .v = ACM_CERTIFICATE_STATUS_EXPIRED };
	return (struct choice){ .v = statuses[row->state] };
}

uint32_t
acm_status_bit(struct choice status)
{
	for (size_t state = 1; state < ARRAY_COUNT(statuses); state++) {
		if (statuses[state] == status.v)
			return UINT32_C(1) << state;
	}
	return STORE_STATUS_EXPIRED_BIT;
}

struct choice
acm_type(const struct certificate_row *row)
{
	return (struct choice){ .v = (int)row->type };
}

struct choice
acm_export_option(const struct certificate_row *row)
{
	return (struct choice){ .v = row->export_enabled ? ACM_CERTIFICATE_EXPORT_ENABLED
							 : ACM_CERTIFICATE_EXPORT_DISABLED };
}

struct choice
acm_renewal_eligibility(const struct certificate_row *row)
{
	return (struct choice){ .v = row->renewal_eligible ? ACM_RENEWAL_ELIGIBILITY_ELIGIBLE
							   : ACM_RENEWAL_ELIGIBILITY_INELIGIBLE };
}

bool
acm_tells_exported(const struct certificate_row *row)
{
	return row->type != CERTIFICATE_IMPORTED;
}

void
acm_time(int64_t value_ms, int64_t *ms, bool *has)
{
	*ms = value_ms;
	*has = value_ms != 0;
}

static bool
equal_without_case(struct str a, struct str b)
{
	return a.p != NULL && b.p != NULL && a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

struct acm_domain_list
acm_domain_names(
	const struct certificate *certificate, struct str domain_name, size_t limit, struct arena *arena, bool *more)
{
	struct acm_domain_list list = { ARENA_ARRAY(arena, struct str, certificate->name_count + 1), 0, true };

	*more = false;
	if (domain_name.p != NULL)
		list.v[list.n++] = domain_name;
	for (size_t i = 0; i < certificate->name_count && !*more; i++) {
		const struct general_name *name = &certificate->names[i];
		if (name->kind != GENERAL_NAME_DNS || equal_without_case(name->text, domain_name))
			continue;
		*more = list.n == limit;
		if (!*more)
			list.v[list.n++] = name->text;
	}
	return list;
}
