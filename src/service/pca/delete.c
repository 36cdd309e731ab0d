/* DeleteCertificateAuthority, RestoreCertificateAuthority, and the end of what nobody restored. */
#include "service/duty.h"
#include "service/pca/lists.h"
#include "service/pca/pca.h"
#include "store/duty.h"

/* Rows removed in one transaction: a few milliseconds of the writer's time. */
enum { PURGE_ROWS = 1000, PURGE_AUTHORITIES = 10, DAY_MS = 24 * 60 * 60 * 1000 };

struct ending {
	struct authority authority;
};

static bool
write(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct ending *ending = context;

	return authority_write(transaction, &ending->authority, fault) &&
	       lists_begin(call, transaction, &ending->authority, &ending->authority.revocation, fault);
}

static void
change(struct call *call, struct ending *ending)
{
	ending->authority.row.changed_ms = call->now_ms;
	ending->authority.row.version++;
	call_write(call, write, ending);
	call_committed(call, authority_changed, &ending->authority);
}

bool
pca_delete_certificate_authority(
	struct call *call, const struct pca_delete_certificate_authority_request *in, struct fault *fault)
{
	const struct authority_use use = { .action = "DeleteCertificateAuthority" };
	struct ending *ending = ARENA_NEW(call->arena, struct ending);
	struct authority_row *row = &ending->authority.row;
	int64_t days = in->has_permanent_deletion_time_in_days ? in->permanent_deletion_time_in_days
							       : PCA_RESTORE_DEFAULT_DAYS;

	if (!authority_load(call, in->certificate_authority_arn, &use, &ending->authority, fault) ||
		!authority_require(&ending->authority,
			CONDITION_CREATING | CONDITION_PENDING | CONDITION_DISABLED | CONDITION_EXPIRED |
				CONDITION_FAILED,
			fault, "The certificate authority is not in a valid state for deletion."))
		return false;
	/* What never was an authority cannot be restored to one. */
	if (row->state == AUTHORITY_CREATING || row->state == AUTHORITY_FAILED)
		days = 0;
	row->earlier_state = row->state;
	row->state = AUTHORITY_DELETED;
	row->restorable_until_ms = call->now_ms + days * DAY_MS;
	change(call, ending);
	return true;
}

bool
pca_restore_certificate_authority(
	struct call *call, const struct pca_restore_certificate_authority_request *in, struct fault *fault)
{
	const struct authority_use use = { .action = "RestoreCertificateAuthority" };
	struct ending *ending = ARENA_NEW(call->arena, struct ending);
	struct authority_row *row = &ending->authority.row;

	if (!authority_load(call, in->certificate_authority_arn, &use, &ending->authority, fault) ||
		!authority_require(&ending->authority, CONDITION_DELETED, fault,
			"The certificate authority is not in a valid state for restoration."))
		return false;
	row->state = row->earlier_state;
	row->earlier_state = 0;
	row->restorable_until_ms = 0;
	change(call, ending);
	return true;
}

/* ---- The duty ---- */

struct purging {
	int64_t number;
	bool more;
};

static bool
write_purge(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct purging *purging = context;

	(void)call;
	return store_authority_purge(transaction, purging->number, PURGE_ROWS, &purging->more, fault);
}

/* The files first: as long as the rows are there, they say what the files are called. */
static bool
remove_lists(struct call *call, const struct authority_row *row, struct fault *fault)
{
	const struct pca_revocation_configuration *unused;
	struct revocation_settings settings;
	const struct crl_row *lists;
	size_t count;

	if (call->objects == NULL)
		return true;
	if (!revocation_read(row->revocation, call->arena, &unused, &settings, fault) ||
		!store_crl_list(call->store, row->number, call->arena, &lists, &count, fault))
		return false;
	for (size_t i = 0; i < count; i++) {
		for (int delta = 0; delta < 2; delta++)
			objects_remove(call->objects, settings.bucket,
				revocation_crl_key(&settings, lists[i].id, delta != 0, call->arena));
	}
	return true;
}

bool
authority_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	const struct authority_row *rows;
	size_t count;

	if (!store_authority_over(
		    call->store, call->now_ms, PURGE_AUTHORITIES, call->arena, &rows, &count, next_ms, fault))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct purging purging = { .number = rows[i].number, .more = true };
		if (!remove_lists(call, &rows[i], fault))
			return false;
		while (purging.more) {
			call_write(call, write_purge, &purging);
			if (!call_finish(call, fault))
				return false;
		}
	}
	return true;
}
