/* CreateCertificateAuthorityAuditReport, DescribeCertificateAuthorityAuditReport, and the duty that writes reports. */
#include "service/pca/audit_report.h"

#include "service/duty.h"
#include "service/iam/iam.h"
#include "service/pca/pca.h"
#include "store/duty.h"

enum {
	RETRY_MS = 60 * 1000,
};

/* ---- The operations ---- */

struct creating {
	struct authority authority;
	struct audit_report_row row;
};

/* One of the object area's: a bucket is the name of a folder there. */
static bool
check_bucket(struct str bucket, struct fault *fault)
{
	struct str rest = bucket, first;

	if (object_key_valid(bucket) && !str_cut(&rest, '/', &first))
		return true;
	return fault_set(fault, FAULT_INVALID_ARGS,
		"S3BucketName %.*s is not the name of a bucket: it has letters, digits, dots and hyphens, and no "
		"slash.",
		STR_ARG(bucket));
}

static bool
write_new(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct creating *creating = context;

	(void)call;
	return store_audit_report_insert(transaction, &creating->row, fault);
}

static void
committed(struct call *call, void *context)
{
	(void)context;
	if (call->hurry != NULL)
		call->hurry(call->hurry_context);
}

bool
pca_create_certificate_authority_audit_report(struct call *call,
	const struct pca_create_certificate_authority_audit_report_request *in,
	struct pca_create_certificate_authority_audit_report_response *out, struct fault *fault)
{
	const struct authority_use use = { .action = "CreateCertificateAuthorityAuditReport" };
	struct creating *creating = ARENA_NEW(call->arena, struct creating);
	bool is_csv = in->audit_report_response_format.v == PCA_AUDIT_REPORT_RESPONSE_FORMAT_CSV;
	char *id = arena_alloc(call->arena, UUID_TEXT_BYTES);

	if (!authority_load(call, in->certificate_authority_arn, &use, &creating->authority, fault) ||
		!authority_require(&creating->authority, CONDITION_ACTIVE | CONDITION_DISABLED, fault,
			"The certificate authority is not in a valid state for creating an audit report.") ||
		!check_bucket(in->s3_bucket_name, fault))
		return false;
	uuid_v4(call->entropy, id);
	creating->row = (struct audit_report_row){
		.id = str_of(id),
		.authority = creating->authority.row.number,
		.bucket = in->s3_bucket_name,
		.key = arena_printf(call->arena, "audit-report/%.*s/%s.%s", STR_ARG(creating->authority.row.id), id,
			is_csv ? "csv" : "json"),
		.format = in->audit_report_response_format.v,
		.status = AUDIT_REPORT_CREATING,
		.created_ms = call->now_ms,
	};
	out->audit_report_id = creating->row.id;
	out->s3_key = creating->row.key;
	call_write(call, write_new, creating);
	call_committed(call, committed, NULL);
	return true;
}

bool
pca_describe_certificate_authority_audit_report(struct call *call,
	const struct pca_describe_certificate_authority_audit_report_request *in,
	struct pca_describe_certificate_authority_audit_report_response *out, struct fault *fault)
{
	static const int statuses[] = {
		[AUDIT_REPORT_CREATING] = PCA_AUDIT_REPORT_STATUS_CREATING,
		[AUDIT_REPORT_SUCCESS] = PCA_AUDIT_REPORT_STATUS_SUCCESS,
		[AUDIT_REPORT_FAILED] = PCA_AUDIT_REPORT_STATUS_FAILED,
	};
	const struct authority_use use = { .action = "DescribeCertificateAuthorityAuditReport" };
	struct authority authority;
	struct audit_report_row row;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault))
		return false;
	if (!store_audit_report_get(call->store, authority.row.number, in->audit_report_id, call->arena, &row, fault)) {
		if (fault->code != FAULT_NOT_FOUND)
			return false;
		return fault_set(fault, FAULT_NOT_FOUND, "Could not find audit report %.*s of %.*s.",
			STR_ARG(in->audit_report_id), STR_ARG(authority.arn));
	}
	out->audit_report_status.v = statuses[row.status];
	out->s3_bucket_name = row.bucket;
	out->s3_key = row.key;
	out->created_at_ms = row.created_ms;
	out->has_created_at = true;
	return true;
}

/* ---- The duty ---- */

static bool
make(struct call *call, const struct audit_report_row *row, struct fault *fault)
{
	struct authority authority;
	struct authority_row authority_row;
	struct object_draft *draft;
	enum audit_report_format format =
		row->format == PCA_AUDIT_REPORT_RESPONSE_FORMAT_CSV ? AUDIT_REPORT_CSV : AUDIT_REPORT_JSON;
	int fd;

	if (!store_authority_get_number(call->store, row->authority, call->arena, &authority_row, fault))
		return false;
	call->owner = authority_row.owner;
	call->partition = iam_partition(authority_row.owner.region);
	if (!authority_of_row(call, &authority_row, &authority, fault) ||
		!objects_draft(call->objects, &draft, &fd, fault))
		return false;
	if (!audit_report_write(call->store, &authority, format, fd, fault)) {
		object_draft_discard(draft);
		return false;
	}
	return object_draft_publish(draft, row->bucket, row->key, fault);
}

struct ending {
	struct str id;
	enum audit_report_status status;
};

static bool
write_end(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct ending *ending = context;

	return store_audit_report_set(transaction, ending->id, ending->status, fault);
}

/* One at a time, since each may be long, and each is tried once: whoever asked for it learns what came of it, and asks
 * again. */
bool
audit_report_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	const struct audit_report_row *rows;
	struct fault why = { 0 };
	size_t count;

	*next_ms = call->now_ms + RETRY_MS;
	if (!store_audit_report_pending(call->store, 1, call->arena, &rows, &count, fault))
		return false;
	if (count == 0) {
		*next_ms = INT64_MAX;
		return true;
	}
	bool done = make(call, rows, &why);
	struct ending ending = { rows->id, done ? AUDIT_REPORT_SUCCESS : AUDIT_REPORT_FAILED };
	if (!store_apply(call->store, write_end, &ending, done ? fault : &why)) {
		if (!done)
			*fault = why;
		return false;
	}
	*next_ms = call->now_ms;
	if (!done)
		*fault = why;
	return done;
}
