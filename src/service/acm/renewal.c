/* renewal.c — RenewCertificate's work, and the duty that does it unasked. */
#include "service/acm/renewal.h"

#include "model/acm.h"
#include "service/acm/arn.h"
#include "service/acm/private.h"
#include "service/acm/record.h"
#include "service/duty.h"
#include "service/iam/iam.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

enum {
	RENEWAL_DAYS = 60,   /* before the end (AWS) */
	BATCH = 16,          /* read at once; */
	BATCH_MS = 3 * 1000, /* and begun within this time: RSA keys take seconds, and others wait */
};

bool
renewal_possible(const struct certificate_row *row, int64_t now_ms)
{
	return row->type == CERTIFICATE_PRIVATE && row->state == CERTIFICATE_ISSUED && row->not_after_ms >= now_ms &&
	       (row->renewal_eligible || row->in_use);
}

/* Whichever is later: of a life of 180 days it is the same. */
int64_t
renewal_time(const struct certificate_row *row)
{
	int64_t before_end = row->not_after_ms - RENEWAL_DAYS * DAY_MS;
	int64_t two_thirds = row->not_after_ms - (row->not_after_ms - row->not_before_ms) / 3;

	return before_end > two_thirds ? before_end : two_thirds;
}

/* A permission is granted by people: a day. Anything else after as long as it has been failing, an hour at least and a
 * day at most. What has expired by then is not eligible any more, and will be left alone. Whoever renews by hand before
 * the time does not begin it. */
static int64_t
next_attempt(const struct certificate_row *row, int failure, int64_t now_ms)
{
	int64_t failing_ms = now_ms - renewal_time(row);

	if (failing_ms < 0)
		return renewal_time(row);
	if (failure == ACM_FAILURE_REASON_PCA_ACCESS_DENIED || failing_ms > DAY_MS)
		return now_ms + DAY_MS;
	return now_ms + (failing_ms > HOUR_MS ? failing_ms : HOUR_MS);
}

/* ---- One renewal ---- */

struct renewing {
	struct private_issue issue;
	struct certificate_row current, row;
	struct certificate_private private;
};

static bool
settle_failure(struct call *call, struct store_transaction *transaction, const struct renewing *renewing, int failure,
	struct fault *fault)
{
	struct certificate_private private = renewing->private;
	struct certificate_row row = renewing->current;

	row.renewal_status = ACM_RENEWAL_STATUS_FAILED;
	private.renewal_reason = failure;
	private.renewal_ms = call->now_ms;
	private.renew_at_ms = next_attempt(&row, failure, call->now_ms);
	return store_certificate_mark(transaction, &call->owner, &row, fault) &&
	       store_certificate_private_put(transaction, &call->owner, row.id, &private, fault);
}

static bool
settle_success(
	struct call *call, struct store_transaction *transaction, const struct renewing *renewing, struct fault *fault)
{
	struct certificate_private private = renewing->private;
	struct certificate_row row = renewing->row;

	row.state = CERTIFICATE_ISSUED;
	row.issued_ms = call->now_ms;
	row.renewal_status = ACM_RENEWAL_STATUS_SUCCESS;
	row.renewal_eligible = row.in_use; /* until it is exported again */
	private.renewal_reason = 0;
	private.renewal_ms = call->now_ms;
	private.renew_at_ms = row.renewal_eligible ? renewal_time(&row) : INT64_MAX;
	return store_certificate_replace(transaction, &call->owner, &row, call->settings->history_depth, fault) &&
	       store_certificate_private_put(transaction, &call->owner, row.id, &private, fault);
}

/* Deleted, revoked or renewed by another while this one was under way. What was signed meanwhile is kept by its
 * authority, and used by nobody. */
static bool
is_too_late(struct call *call, const struct renewing *renewing)
{
	struct certificate_row now;
	struct fault fault;

	if (!store_certificate_get(call->store, &call->owner, renewing->current.id, call->arena, &now, &fault))
		return fault.code == FAULT_NOT_FOUND;
	return now.version != renewing->current.version || now.state != renewing->current.state;
}

static bool
settle(struct call *call, struct store_transaction *transaction, struct private_issue *issue, struct fault *fault)
{
	const struct renewing *renewing = issue->context;
	struct fault late = { 0 };
	bool done;

	if (is_too_late(call, renewing))
		return true;
	if (issue->failure != 0)
		done = settle_failure(call, transaction, renewing, issue->failure, &late);
	else
		done = settle_success(call, transaction, renewing, &late);
	if (done || late.code == FAULT_CONFLICT || late.code == FAULT_NOT_FOUND)
		return true;
	*fault = late;
	return false;
}

bool
renewal_begin(struct call *call, const struct certificate_row *row, struct str arn, struct fault *fault)
{
	struct renewing *renewing = ARENA_NEW(call->arena, struct renewing);

	if (!store_certificate_private_get(call->store, &call->owner, row->id, call->arena, &renewing->private, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(arn, fault) : false;
	renewing->current = renewing->row = *row;
	renewing->row.version++;
	renewing->row.dns_names = acm_names_split(renewing->private.names, call->arena, &renewing->row.dns_name_count);
	renewing->issue = (struct private_issue){
		.row = &renewing->row,
		.arn = arn,
		.authority_arn = renewing->private.authority_arn,
		.is_renewal = true,
		.settle = settle,
		.context = renewing,
	};
	return private_issue_begin(call, &renewing->issue, fault);
}

/* ---- The duty ---- */

struct postponing {
	struct str id;
	int64_t renew_at_ms;
};

static bool
write_postpone(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct postponing *postponing = context;
	struct certificate_private private;

	if (!store_certificate_private_get(call->store, &call->owner, postponing->id, call->arena, &private, fault))
		return false;
	private.renew_at_ms = postponing->renew_at_ms;
	return store_certificate_private_put(transaction, &call->owner, postponing->id, &private, fault);
}

static bool
postpone(struct call *call, struct str id, int64_t renew_at_ms, struct fault *fault)
{
	struct postponing postponing = { id, renew_at_ms };

	call_write(call, write_postpone, &postponing);
	call_committed(call, NULL, NULL);
	call_next(call, NULL, NULL);
	return call_finish(call, fault);
}

/* False with FAULT_NOT_FOUND: deleted meanwhile. */
static bool
renew(struct call *call, struct str id, struct fault *fault)
{
	struct certificate_row row;

	if (!store_certificate_get(call->store, &call->owner, id, call->arena, &row, fault))
		return false;
	/* Revoked or expired since. */
	if (!renewal_possible(&row, call->now_ms))
		return postpone(call, id, INT64_MAX, fault);
	struct str arn = acm_arn_render(call->arena, call->partition, &call->owner, id);
	return renewal_begin(call, &row, arn, fault) && call_finish(call, fault);
}

/* One that cannot be renewed for reasons of the house's own is tried again in an hour; the others do not wait for it.
 */
static bool
renew_or_postpone(struct call *call, const struct certificate_due *due, struct fault *fault)
{
	struct fault unheard;

	call->owner = due->owner;
	call->partition = iam_partition(due->owner.region);
	call->principal.account = due->owner.account;
	if (renew(call, due->id, fault) || fault->code == FAULT_NOT_FOUND)
		return true;
	(void)!postpone(call, due->id, call->now_ms + HOUR_MS, &unheard);
	return false;
}

bool
renewal_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	int64_t until_us = clock_monotonic_us() + BATCH_MS * INT64_C(1000);
	const struct certificate_due *due;
	struct fault trouble;
	size_t count, done = 0;
	int64_t later_ms;
	bool all_well = true;

	/* At the latest, since exports and failures add to what is due. */
	*next_ms = call->now_ms + HOUR_MS;
	if (!store_certificate_renewals_due(
		    call->store, call->now_ms, BATCH, call->arena, &due, &count, &later_ms, fault))
		return false;
	if (later_ms < *next_ms)
		*next_ms = later_ms;
	for (; done < count && clock_monotonic_us() < until_us; done++) {
		trouble = (struct fault){ 0 };
		if (renew_or_postpone(call, &due[done], &trouble))
			continue;
		if (all_well)
			*fault = trouble;
		all_well = false;
	}
	if (done < count)
		*next_ms = call->now_ms;
	return all_well;
}
