/* issuance_period.c — from when to when a certificate is valid: every validity type, and what the authority may give.
 *
 * Days, months and years count from the moment of issue, as AWS's own certificates show (issued at 16:46:27, valid from
 * 15:46:27 until 16:46:27), in UTC, where no day has another length than 24 hours. */
#include <time.h>

#include "service/pca/issuance_parts.h"
#include "service/pca/pca.h"

#define DAY_S INT64_C(86400)
/* 9999-12-31T23:59:59Z: what GeneralizedTime can say (RFC 5280, 4.1.2.5.2). */
#define LAST_S INT64_C(253402300799)
enum { MONTHS_A_YEAR = 12, LAST_YEAR = 9999 };

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month] + (month == 1 && leap);
}

/* The same day and time that many months later; the last day of a month that is too short for it. */
static bool
add_months(int64_t now_s, int64_t months, int64_t *out_s)
{
	time_t seconds = (time_t)now_s;
	struct tm tm;

	if (months > MONTHS_A_YEAR * LAST_YEAR || gmtime_r(&seconds, &tm) == NULL)
		return false;
	int64_t month = tm.tm_mon + months;
	tm.tm_year += (int)(month / MONTHS_A_YEAR);
	tm.tm_mon = (int)(month % MONTHS_A_YEAR);
	int last = days_of_month(tm.tm_year + 1900, tm.tm_mon);
	if (tm.tm_mday > last)
		tm.tm_mday = last;
	*out_s = timegm(&tm);
	return *out_s <= LAST_S;
}

static int
take_two(int64_t *digits)
{
	int two = (int)(*digits % 100);

	*digits /= 100;
	return two;
}

/* YYMMDDhhmmss, whose leading zeros a number has lost, or YYYYMMDDhhmmss. */
static bool
read_end_date(int64_t digits, int64_t *out_s)
{
	bool long_year = digits >= INT64_C(10000000000000);
	struct tm tm = { 0 };

	if (digits > INT64_C(99991231235959) || (!long_year && digits >= INT64_C(1000000000000)))
		return false;
	tm.tm_sec = take_two(&digits);
	tm.tm_min = take_two(&digits);
	tm.tm_hour = take_two(&digits);
	tm.tm_mday = take_two(&digits);
	tm.tm_mon = take_two(&digits) - 1;
	int year = (int)digits;
	if (!long_year)
		year += year >= 50 ? 1900 : 2000; /* RFC 5280, 4.1.2.5.1 */
	if (tm.tm_sec > 59 || tm.tm_min > 59 || tm.tm_hour > 23 || tm.tm_mon < 0 || tm.tm_mon >= MONTHS_A_YEAR)
		return false;
	if (tm.tm_mday < 1 || tm.tm_mday > days_of_month(year, tm.tm_mon))
		return false;
	tm.tm_year = year - 1900;
	*out_s = timegm(&tm);
	return true;
}

static bool
too_far(const struct pca_validity *validity, struct fault *fault)
{
	return fault_set(fault, FAULT_VALIDATION,
		"Validity %lld ends after the year 9999, which no certificate can say. Choose an earlier end.",
		(long long)validity->value);
}

static bool
read_end(int64_t now_s, const struct pca_validity *validity, int64_t *out_s, struct fault *fault)
{
	int64_t value = validity->value;

	switch ((enum pca_validity_period_type)validity->type.v) {
	case PCA_VALIDITY_PERIOD_TYPE_END_DATE:
		return read_end_date(value, out_s) || fault_set(fault, FAULT_INVALID_ARGS,
							      "Validity %lld is no END_DATE. Write it in UTC, as "
							      "YYYYMMDDhhmmss (20301231235959) or as "
							      "YYMMDDhhmmss.",
							      (long long)value);
	case PCA_VALIDITY_PERIOD_TYPE_ABSOLUTE:
		*out_s = value;
		return value <= LAST_S || too_far(validity, fault);
	case PCA_VALIDITY_PERIOD_TYPE_DAYS:
		if (value > (LAST_S - now_s) / DAY_S)
			return too_far(validity, fault);
		*out_s = now_s + value * DAY_S;
		return true;
	case PCA_VALIDITY_PERIOD_TYPE_MONTHS:
		return add_months(now_s, value, out_s) || too_far(validity, fault);
	case PCA_VALIDITY_PERIOD_TYPE_YEARS:
		return (value <= LAST_YEAR && add_months(now_s, value * MONTHS_A_YEAR, out_s)) ||
		       too_far(validity, fault);
	}
	return fault_set(fault, FAULT_INVALID_ARGS, "Validity has no Type.");
}

static bool
read_begin(int64_t now_s, const struct pca_validity *not_before, int64_t *out_s, struct fault *fault)
{
	if (not_before == NULL) {
		*out_s = now_s - PCA_BACKDATE_MS / 1000;
		return true;
	}
	if (not_before->type.v != PCA_VALIDITY_PERIOD_TYPE_ABSOLUTE)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"ValidityNotBefore has the Type %s. It can only be ABSOLUTE: seconds since 1970.",
			choice_name(&pca_validity_period_type_shape, not_before->type.v));
	*out_s = not_before->value;
	return not_before->value <= LAST_S || too_far(not_before, fault);
}

static bool
within_authority(const struct authority *authority, const struct template *template, int64_t not_after_ms,
	struct arena *arena, struct fault *fault)
{
	int64_t end_ms = authority->certificate->not_after_ms;
	bool exceeds = template->is_ca ? not_after_ms >= end_ms : not_after_ms > end_ms;

	if (!exceeds)
		return true;
	return fault_set(fault, FAULT_VALIDATION,
		"The certificate validity specified exceeds the certificate authority validity. It would end at %.*s, "
		"and the authority's own certificate ends at %.*s: a certificate must end %s.",
		STR_ARG(clock_render_iso(not_after_ms, arena)), STR_ARG(clock_render_iso(end_ms, arena)),
		template->is_ca ? "before it, since it makes a CA" : "then at the latest");
}

bool
issuance_period(const struct call *call, const struct authority *authority, const struct template *template,
	const struct pca_validity *validity, const struct pca_validity *not_before, int64_t *not_before_ms,
	int64_t *not_after_ms, struct fault *fault)
{
	int64_t now_s = call->now_ms / 1000, begin_s, end_s;
	bool short_lived = authority->row.usage_mode == PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE;

	if (!issuance_state_check(authority, template, false, fault))
		return false;
	if (!read_end(now_s, validity, &end_s, fault) || !read_begin(now_s, not_before, &begin_s, fault))
		return false;
	if (end_s <= now_s)
		return fault_set(fault, FAULT_VALIDATION,
			"The certificate would end at %.*s, which is past. Choose a Validity that ends at least a "
			"second "
			"from now.",
			STR_ARG(clock_render_iso(end_s * 1000, call->arena)));
	if (end_s <= begin_s)
		return fault_set(fault, FAULT_VALIDATION,
			"The certificate would end at %.*s, before it begins at %.*s. Choose a later Validity or an "
			"earlier ValidityNotBefore.",
			STR_ARG(clock_render_iso(end_s * 1000, call->arena)),
			STR_ARG(clock_render_iso(begin_s * 1000, call->arena)));
	/* "Does not perform validity checks on root CA certificates": a root is bounded by nothing but itself. */
	if (!template->is_root) {
		if (short_lived && end_s > now_s + PCA_SHORT_LIVED_DAYS * DAY_S)
			return fault_set(fault, FAULT_VALIDATION,
				"The certificate would end at %.*s. This authority issues short-lived certificates "
				"(SHORT_LIVED_CERTIFICATE), which end at most %d days from now.",
				STR_ARG(clock_render_iso(end_s * 1000, call->arena)), (int)PCA_SHORT_LIVED_DAYS);
		if (!within_authority(authority, template, end_s * 1000, call->arena, fault))
			return false;
	}
	*not_before_ms = begin_s * 1000;
	*not_after_ms = end_s * 1000;
	return true;
}
