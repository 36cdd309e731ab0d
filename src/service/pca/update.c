/* UpdateCertificateAuthority: status, and how it tells of revocations. */
#include "service/pca/lists.h"
#include "service/pca/pca.h"

struct updating {
	struct authority authority;
	struct revocation_settings revocation;
};

static bool
read_status(struct choice status, struct updating *updating, struct fault *fault)
{
	struct authority_row *row = &updating->authority.row;

	if (status.v == CHOICE_ABSENT)
		return true;
	if (status.v != PCA_CERTIFICATE_AUTHORITY_STATUS_ACTIVE &&
		status.v != PCA_CERTIFICATE_AUTHORITY_STATUS_DISABLED)
		return fault_set(fault, FAULT_INVALID_ARGS, "Status can be set to ACTIVE or DISABLED, not to %s.",
			choice_name(&pca_certificate_authority_status_shape, status.v));
	row->state = status.v == PCA_CERTIFICATE_AUTHORITY_STATUS_ACTIVE ? AUTHORITY_ACTIVE : AUTHORITY_DISABLED;
	return true;
}

static bool
write(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct updating *updating = context;

	return authority_write(transaction, &updating->authority, fault) &&
	       lists_begin(call, transaction, &updating->authority, &updating->revocation, fault);
}

bool
pca_update_certificate_authority(
	struct call *call, const struct pca_update_certificate_authority_request *in, struct fault *fault)
{
	const struct authority_use use = { .action = "UpdateCertificateAuthority" };
	struct updating *updating = ARENA_NEW(call->arena, struct updating);
	struct authority *authority = &updating->authority;
	const struct pca_revocation_configuration *unused;

	if (!authority_load(call, in->certificate_authority_arn, &use, authority, fault))
		return false;
	if (in->status.v == CHOICE_ABSENT && in->revocation_configuration == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Either RevocationConfiguration or Status should be present. Nothing was asked for.");
	if (!authority_require(authority, CONDITION_ACTIVE | CONDITION_DISABLED, fault,
		    "The certificate authority must be in the ACTIVE or DISABLED state to be updated"))
		return false;
	if (!read_status(in->status, updating, fault) ||
		!revocation_merge(in->revocation_configuration, authority->row.revocation, call->arena,
			&authority->row.revocation, fault) ||
		!revocation_read(authority->row.revocation, call->arena, &unused, &updating->revocation, fault))
		return false;
	call->warning = revocation_warning(&updating->revocation, call, authority->row.owner.region, authority->row.id);
	authority->row.changed_ms = call->now_ms;
	authority->row.version++;
	call_write(call, write, updating);
	call_committed(call, authority_changed, authority);
	return true;
}
