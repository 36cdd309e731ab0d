/* ImportCertificate: a new certificate, or the next version of one.
 *
 * The order of the checks is AWS's as far as it is known, cheap ones first: the ARN, the tags, the certificate, the
 * key, the content and the chain, what a re-import must keep, and inside the write the version and the quotas. */
#include "x509/import.h"

#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "service/acm/tag_set.h"

#define YEAR_MS (INT64_C(365) * 24 * 60 * 60 * 1000)

/* One import on its way. */
struct importing {
	struct str arn;
	bool is_new;
	struct certificate_row current; /* of a re-import */
	struct certificate_row row;
	struct tag_set tags;
};

static void
begin_new(struct call *call, struct importing *importing)
{
	char *id = arena_alloc(call->arena, UUID_TEXT_BYTES);

	uuid_v7(call->clock, call->entropy, id);
	importing->is_new = true;
	importing->row.id = (struct str){ id, UUID_TEXT_BYTES - 1 };
	importing->row.version = 1;
	importing->row.created_ms = call->now_ms;
	importing->arn = acm_arn_render(call->arena, call->partition, &call->owner, importing->row.id);
}

static bool
begin_again(struct call *call, const struct acm_import_certificate_request *in, struct importing *importing,
	struct fault *fault)
{
	const struct import_rules *rules = &call->settings->rules;
	const struct certificate_row *current = &importing->current;

	if (!acm_record_get(call, in->certificate_arn, &importing->current, fault))
		return false;
	if (current->type != CERTIFICATE_IMPORTED &&
		!import_refuse(rules, IMPORT_RULE_REPLACE_TYPE, fault,
			"%.*s was issued here: only a certificate that was imported can be replaced by an import.",
			STR_ARG(in->certificate_arn)))
		return false;
	if (!acm_record_require_issued(call, current, in->certificate_arn, fault))
		return false;
	if (in->tags.has && !import_refuse(rules, IMPORT_RULE_REPLACE_TAGS, fault,
				    "The certificate keeps the tags that it has: leave out Tags or CertificateArn."))
		return false;
	importing->row.id = current->id;
	importing->row.version = current->version + 1;
	importing->row.created_ms = current->created_ms;
	importing->arn = in->certificate_arn;
	return true;
}

static bool
check_against_current(
	struct call *call, const struct importing *importing, const struct certificate *next, struct fault *fault)
{
	const struct certificate *current;

	return importing->is_new ||
	       (acm_record_certificate(&importing->current, call->arena, &current, fault) &&
		       import_replace_check(current, next, &call->settings->rules, call->arena, fault));
}

/* Certificate, key, chain: everything that its content decides. */
static bool
read_content(struct call *call, const struct acm_import_certificate_request *in, struct importing *importing,
	struct fault *fault)
{
	const struct import_rules *rules = &call->settings->rules;
	struct seal_context context = acm_seal_context(&call->owner, importing->arn, importing->row.version);
	struct certificate_row *row = &importing->row;
	struct import import;

	if (!import_read(in->certificate, rules, call->arena, &import, fault))
		return false;
	if (!signer_import_key(call->signer, in->private_key, import.certificate->spki, rules, &context, call->arena,
		    &row->sealed_key, fault))
		return false;
	if (!import_check(&import, in->certificate_chain, call->now_ms, rules, call->verifier, call->arena, fault))
		return false;
	if (!check_against_current(call, importing, import.certificate, fault))
		return false;
	row->chain = chain_join(import.chain, import.chain_count, call->arena);
	return acm_certificate_row(import.certificate, call->arena, row, fault);
}

static bool
check_quota(struct call *call, struct store_transaction *transaction, struct fault *fault)
{
	const struct service_settings *settings = call->settings;
	int64_t count = 0;

	if (settings->quota_certificates > 0) {
		if (!store_certificate_count(transaction, &call->owner, settings->quota_certificates, &count, fault))
			return false;
		if (count >= settings->quota_certificates)
			return fault_set(fault, FAULT_LIMIT_EXCEEDED,
				"You have reached the maximum number of certificates. It is %lld for an account in a "
				"region: delete certificates that are not in use, or ask the operator of this server "
				"for more.",
				(long long)settings->quota_certificates);
	}
	if (settings->quota_imports_per_year > 0) {
		if (!store_imports_since(transaction, &call->owner, call->now_ms - YEAR_MS, &count, fault))
			return false;
		if (count >= settings->quota_imports_per_year)
			return fault_set(fault, FAULT_LIMIT_EXCEEDED,
				"Error: you have reached your limit of %lld certificates in the last year.",
				(long long)settings->quota_imports_per_year);
	}
	return true;
}

static bool
write_new(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct importing *importing = context;

	if (!check_quota(call, transaction, fault))
		return false;
	if (!store_certificate_insert(transaction, &call->owner, &importing->row, fault))
		return false;
	return importing->tags.count == 0 ||
	       acm_tag_set_put(transaction, &call->owner, importing->row.id, &importing->tags, call->arena, fault);
}

static bool
write_again(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct importing *importing = context;

	if (!store_certificate_replace(
		    transaction, &call->owner, &importing->row, call->settings->history_depth, fault)) {
		if (fault->code == FAULT_NOT_FOUND)
			return acm_arn_not_found(importing->arn, fault);
		if (fault->code == FAULT_CONFLICT)
			return fault_set(fault, FAULT_CONFLICT,
				"Another request replaced certificate %.*s at the same time. Describe it, and import "
				"again if yours is to replace that one.",
				STR_ARG(importing->arn));
		return false;
	}
	return importing->tags.count == 0 ||
	       acm_tag_set_put(transaction, &call->owner, importing->row.id, &importing->tags, call->arena, fault);
}

bool
acm_import_certificate(struct call *call, const struct acm_import_certificate_request *in,
	struct acm_import_certificate_response *out, struct fault *fault)
{
	struct importing *importing = ARENA_NEW(call->arena, struct importing);

	if (in->certificate_arn.p == NULL)
		begin_new(call, importing);
	else if (!begin_again(call, in, importing, fault))
		return false;
	if (!acm_tag_set_read(in->tags, call->arena, &importing->tags, fault))
		return false;
	if (!read_content(call, in, importing, fault))
		return false;
	importing->row.type = CERTIFICATE_IMPORTED;
	importing->row.state = CERTIFICATE_ISSUED;
	importing->row.imported_ms = call->now_ms;
	call_write(call, importing->is_new ? write_new : write_again, importing);
	out->certificate_arn = importing->arn;
	return true;
}
