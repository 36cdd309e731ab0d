/* crl.c — revocation lists: signed and published when they are due.
 *
 * A list is complete, or a delta to the last complete one of the same scope (RFC 5280, 5.2.4). A revocation makes a new
 * complete list at once, unless that would take more than a twentieth of a core's time: then a delta tells of it, and
 * the complete list follows when it may. Nobody has to read deltas: without any revocation complete lists are made anew
 * in the middle of their period (AWS), and deltas in the middle of theirs.
 *
 * Complete lists and deltas share one sequence of numbers. A delta that is made together with a complete list has its
 * number (5.2.3) and says what is new since the complete list before, which clients may still hold. */
#include "x509/crl.h"
#include "service/duty.h"
#include "service/iam/iam.h"
#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "store/duty.h"
#include "store/issued.h"

enum {
	BATCH = 16,
	TURN_US = 2 * 1000 * 1000, /* after so long the other duties, and the lease, have their turn */
	BUILD_SHARE = 20,          /* of a core's time that making one list takes: one part in so many */
	RETRY_MS = 10 * 1000,      /* what failed: the disk was full, or the signer ended with a list half made */
	DELETED_LOOK_MS = 60 * 60 * 1000, /* may be restored; nothing is signed until then */
	DAY_MS = 24 * 60 * 60 * 1000,
	DELTA_LIFETIME_MS = DAY_MS,
	US_PER_MS = 1000,
};

/* A list, and all that decides what is to be done about it. */
struct list {
	struct call *call;
	struct authority authority;
	struct crl_row row;
	struct str url, delta_url; /* where clients fetch it; absent: nowhere */
	int64_t since_base;        /* revocations since the last complete list */
	int64_t untold;            /* and since the last list of either kind */
};

/* ---- What is to be done ---- */

static int64_t
min_ms(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
made_ms(const struct crl_row *row)
{
	return row->this_update_ms + PCA_BACKDATE_MS;
}

/* When the complete list is to be made anew, whatever happens. */
static int64_t
midpoint_ms(const struct crl_row *row)
{
	return made_ms(row) + (row->next_update_ms - made_ms(row)) / 2;
}

/* Before which it is not, unless it is the midpoint. */
static int64_t
affordable_ms(const struct crl_row *row)
{
	return made_ms(row) + BUILD_SHARE * row->base_build_us / US_PER_MS;
}

static int64_t
delta_midpoint_ms(const struct crl_row *row)
{
	return row->delta_next_update_ms - DELTA_LIFETIME_MS / 2;
}

/* URLs, period or certificate may be others than those the last complete list was made with. */
static bool
has_changed(const struct list *list)
{
	return list->authority.row.changed_ms >= made_ms(&list->row);
}

static bool
is_outdated(const struct list *list)
{
	return list->since_base > 0 || has_changed(list);
}

static bool
wants_complete(const struct list *list)
{
	const struct crl_row *row = &list->row;
	int64_t now_ms = list->call->now_ms;

	/* A list from the future (the clock was wrong) is nobody's list yet. */
	if (row->base_number == 0 || now_ms < made_ms(row) || now_ms >= midpoint_ms(row))
		return true;
	return is_outdated(list) && now_ms >= affordable_ms(row);
}

static bool
wants_delta(const struct list *list)
{
	return list->delta_url.p != NULL && (list->untold > 0 || list->call->now_ms >= delta_midpoint_ms(&list->row));
}

static int64_t
next_look_ms(const struct list *list)
{
	const struct crl_row *row = &list->row;
	int64_t due_ms = midpoint_ms(row);

	if (list->delta_url.p != NULL)
		due_ms = min_ms(due_ms, delta_midpoint_ms(row));
	return is_outdated(list) ? min_ms(due_ms, affordable_ms(row)) : due_ms;
}

/* ---- One list ---- */

struct collecting {
	struct crl_builder *builder;
	int64_t until_sequence;
	int64_t entries;
};

static bool
collect(const struct revocation_row *row, void *context, struct fault *fault)
{
	struct collecting *collecting = context;
	const struct crl_entry entry = {
		.serial = row->serial,
		.revoked_ms = row->revoked_ms,
		.reason = (enum crl_reason)row->reason,
	};

	(void)fault;
	if (row->sequence > collecting->until_sequence)
		return true;
	crl_builder_add(collecting->builder, &entry);
	collecting->entries++;
	return true;
}

static bool
sign(const struct list *list, struct crl_builder *builder, const struct crl *crl, struct bytes *der,
	struct fault *fault)
{
	struct call *call = list->call;
	const struct authority_row *row = &list->authority.row;
	struct seal_context context = authority_seal_context(row, list->authority.arn);
	struct bytes signature;

	if (!signer_sign(call->signer, SIGNER_CRL, crl_builder_tbs(builder, crl), crl->algorithm, row->sealed_key,
		    &context, NULL, call->arena, &signature, fault))
		return false;
	*der = crl_builder_finish(builder, crl->algorithm, signature);
	return true;
}

/* What `query` gives, up to a sequence; *last: up to which one. *build_us: what it cost, the disk aside. */
static bool
publish(const struct list *list, const struct crl *crl, const struct revocation_query *query,
	struct collecting *collecting, int64_t *last, int64_t *build_us, struct fault *fault)
{
	struct call *call = list->call;
	const struct revocation_settings *settings = &list->authority.revocation;
	struct str key = revocation_crl_key(settings, list->row.id, crl->base_number != 0, call->arena);
	int64_t started_us = clock_monotonic_us(), expected;
	struct bytes der;

	if (!store_revocation_count(call->store, query, &expected, fault))
		return false;
	collecting->builder = crl_builder_new((size_t)expected);
	bool done = store_revocation_walk(call->store, query, collect, collecting, last, fault) &&
		    sign(list, collecting->builder, crl, &der, fault);
	*build_us = clock_monotonic_us() - started_us;
	done = done && objects_put(call->objects, settings->bucket, key, der, fault);
	crl_builder_free(collecting->builder);
	return done;
}

static struct crl
describe(const struct list *list, int64_t number, int64_t base_number, int64_t next_update_ms)
{
	const struct authority *authority = &list->authority;

	return (struct crl){
		.algorithm = (enum signing_algorithm)authority->row.signing_algorithm,
		.issuer = authority_name(authority),
		.this_update_ms = list->call->now_ms - PCA_BACKDATE_MS,
		.next_update_ms = next_update_ms,
		.authority_key_identifier = authority->key_identifier,
		.number = number,
		.base_number = base_number,
		.distribution_point = list->row.partition != 0 ? list->url : (struct str){ 0 },
		.freshest_url = list->delta_url,
	};
}

/* The complete one lists all partitions. */
static int64_t
scope_of(const struct crl_row *row)
{
	return row->partition == 0 ? -1 : row->partition;
}

/* The revocations since that complete list; none behind `until_sequence`. */
static bool
make_delta(struct list *list, int64_t number, int64_t base_number, int64_t base_sequence, int64_t until_sequence,
	struct fault *fault)
{
	struct crl_row *row = &list->row;
	int64_t next_update_ms = min_ms(list->call->now_ms + DELTA_LIFETIME_MS, row->next_update_ms), last, unused;
	struct crl crl = describe(list, number, base_number, next_update_ms);
	struct collecting collecting = { .until_sequence = until_sequence };
	const struct revocation_query query = {
		.authority = row->authority,
		.crl_partition = scope_of(row),
		.after_sequence = base_sequence,
		.not_after_from_ms = INT64_MIN,
	};

	if (!publish(list, &crl, &query, &collecting, &last, &unused, fault))
		return false;
	row->number = number;
	row->sequence = min_ms(last, until_sequence);
	row->delta_next_update_ms = next_update_ms;
	list->untold = 0;
	return true;
}

/* RFC 5280, 3.3: an entry stays until one list was made after its certificate had ended. */
static bool
make_complete(struct list *list, int64_t number, struct fault *fault)
{
	struct crl_row *row = &list->row;
	int64_t period_ms = list->authority.revocation.crl_days * DAY_MS;
	struct crl crl = describe(list, number, 0, list->call->now_ms + period_ms);
	struct collecting collecting = { .until_sequence = INT64_MAX };
	const struct revocation_query query = {
		.authority = row->authority,
		.crl_partition = scope_of(row),
		.not_after_from_ms = row->base_number != 0 ? row->this_update_ms : INT64_MIN,
	};

	if (!publish(list, &crl, &query, &collecting, &row->sequence, &row->base_build_us, fault))
		return false;
	row->number = row->base_number = number;
	row->base_sequence = row->sequence;
	row->this_update_ms = crl.this_update_ms;
	row->next_update_ms = crl.next_update_ms;
	row->base_entries = collecting.entries;
	list->since_base = list->untold = 0;
	return true;
}

/* With its delta, so that there is one wherever freshestCRL points. When no earlier list can be its base (there is
 * none, or it may have named other URLs), it is the next one after the complete list, and empty. */
static bool
make_both(struct list *list, int64_t number, struct fault *fault)
{
	struct crl_row *row = &list->row;
	int64_t earlier_number = row->base_number, earlier_sequence = row->base_sequence;
	bool has_base = earlier_number != 0 && list->call->now_ms < row->next_update_ms && !has_changed(list);

	if (!make_complete(list, number, fault))
		return false;
	if (list->delta_url.p == NULL)
		return true;
	return has_base ? make_delta(list, number, earlier_number, earlier_sequence, row->sequence, fault)
			: make_delta(list, number + 1, number, row->sequence, row->sequence, fault);
}

/* ---- All that are due ---- */

/* Is there to be a list at all? *again_ms: when to look again if not; INT64_MAX: whoever changes that makes it due. */
static bool
is_wanted(const struct authority *authority, int64_t now_ms, int64_t *again_ms)
{
	unsigned condition = authority_condition(authority);

	*again_ms = condition == CONDITION_DELETED ? now_ms + DELETED_LOOK_MS : INT64_MAX;
	return (condition & (CONDITION_ACTIVE | CONDITION_DISABLED)) != 0 && authority->revocation.crl_enabled;
}

struct keeping {
	const struct list *list;
	struct crl_row row;
};

/* A change of the authority that came while the list was being made makes it due again. */
static bool
keep(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct keeping *keeping = context;
	const struct authority_row *authority = &keeping->list->authority.row;
	struct fault changed = { 0 };

	if (!store_authority_check(transaction, authority->number, authority->version, &changed)) {
		if (changed.code != FAULT_CONFLICT) {
			*fault = changed;
			return false;
		}
		keeping->row.due_ms = keeping->list->call->now_ms;
	}
	return store_crl_put(transaction, &keeping->row, fault);
}

static bool
list_keep(const struct list *list, int64_t due_ms, struct fault *fault)
{
	struct keeping keeping = { list, list->row };

	keeping.row.due_ms = due_ms;
	return store_apply(list->call->store, keep, &keeping, fault);
}

struct postponing {
	const struct crl_row *row;
	int64_t due_ms;
};

static bool
postpone(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct postponing *postponing = context;

	return store_crl_postpone(
		transaction, postponing->row->authority, postponing->row->partition, postponing->due_ms, fault);
}

static bool
list_postpone(struct call *call, const struct crl_row *row, int64_t due_ms, struct fault *fault)
{
	struct postponing postponing = { row, due_ms };

	return store_apply(call->store, postpone, &postponing, fault);
}

static bool
list_load(struct call *call, const struct crl_row *row, struct list *list, struct fault *fault)
{
	const struct revocation_settings *settings = &list->authority.revocation;
	struct authority_row authority;

	*list = (struct list){ .call = call, .row = *row };
	if (!store_authority_get_number(call->store, row->authority, call->arena, &authority, fault))
		return false;
	call->owner = authority.owner;
	call->partition = iam_partition(authority.owner.region);
	if (!authority_of_row(call, &authority, &list->authority, fault))
		return false;
	list->url = revocation_crl_url(settings, call, authority.owner.region, row->id, false);
	list->delta_url = revocation_crl_url(settings, call, authority.owner.region, row->id, true);
	return true;
}

/* How much there is to tell. */
static bool
list_count(struct list *list, struct fault *fault)
{
	struct store *store = list->call->store;
	struct revocation_query query = { .authority = list->row.authority, .crl_partition = scope_of(&list->row) };

	query.after_sequence = list->row.base_sequence;
	if (!store_revocation_count(store, &query, &list->since_base, fault))
		return false;
	query.after_sequence = list->row.sequence;
	return store_revocation_count(store, &query, &list->untold, fault);
}

/* A partition's list without a name for it would claim to be the complete one. */
static bool
check_scope(const struct list *list, struct fault *fault)
{
	return list->row.partition == 0 || list->url.p != NULL ||
	       fault_set(fault, FAULT_INVALID_STATE,
		       "Partition %.*s of %.*s has no revocation list: it cannot say which one it is. Start the server "
		       "with --public-url, or give the authority a CustomCname.",
		       STR_ARG(list->row.id), STR_ARG(list->authority.arn));
}

static bool
list_make(struct call *call, const struct crl_row *row, struct fault *fault)
{
	struct list list;
	int64_t again_ms;

	if (!list_load(call, row, &list, fault))
		return false;
	if (!is_wanted(&list.authority, call->now_ms, &again_ms))
		return again_ms == INT64_MAX ? list_keep(&list, again_ms, fault)
					     : list_postpone(call, row, again_ms, fault);
	if (!check_scope(&list, fault) || !list_count(&list, fault))
		return false;
	int64_t number = call->now_ms > row->number ? call->now_ms : row->number + 1;
	if (wants_complete(&list)) {
		if (!make_both(&list, number, fault))
			return false;
	} else if (wants_delta(&list)) {
		if (!make_delta(&list, number, row->base_number, row->base_sequence, INT64_MAX, fault))
			return false;
	} else if (list.untold > 0) {
		/* It waits for its time, and so does what comes meanwhile. */
		return list_postpone(call, row, next_look_ms(&list), fault);
	}
	return list_keep(&list, next_look_ms(&list), fault);
}

bool
crl_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	const struct crl_row *rows, *none;
	size_t count, none_count;
	int64_t started_us = clock_monotonic_us();
	bool all_done = true;

	*next_ms = call->now_ms + RETRY_MS;
	if (!store_crl_due(call->store, call->now_ms, BATCH, call->arena, &rows, &count, next_ms, fault))
		return false;
	for (size_t i = 0; i < count && clock_monotonic_us() - started_us < TURN_US; i++) {
		struct fault why = { 0 }, unused = { 0 };
		if (list_make(call, &rows[i], &why))
			continue;
		if (all_done)
			*fault = why;
		all_done = false;
		if (!list_postpone(call, &rows[i], call->now_ms + RETRY_MS, &unused)) {
			*next_ms = call->now_ms + RETRY_MS;
			return false;
		}
	}
	if (count == 0)
		return true;
	if (!store_crl_due(call->store, call->now_ms, 0, call->arena, &none, &none_count, next_ms, fault)) {
		*next_ms = call->now_ms + RETRY_MS;
		return false;
	}
	return all_done;
}
