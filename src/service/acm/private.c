#include "service/acm/private.h"

#include "model/acm.h"
#include "model/pca.h"
#include "service/acm/record.h"
#include "x509/build.h"
#include "x509/name_constraints.h"
#include "x509/pem.h"

/* ---- What cannot be issued ---- */

/* In ACM's words, what an authority says. 0: it is none of that. Beyond an authority's own end is a ValidationException
 * of Private CA; so are ACM's 395 days for an authority that issues short-lived certificates, and ACM tells both
 * alike. */
static int
failure_of(const struct fault *fault)
{
	static const int failures[FAULT_CODE_COUNT] = {
		[FAULT_NOT_FOUND] = ACM_FAILURE_REASON_PCA_RESOURCE_NOT_FOUND,
		[FAULT_INVALID_STATE] = ACM_FAILURE_REASON_PCA_INVALID_STATE,
		[FAULT_VALIDATION] = ACM_FAILURE_REASON_PCA_INVALID_DURATION,
		[FAULT_INVALID_ARGS] = ACM_FAILURE_REASON_PCA_INVALID_ARGS,
		[FAULT_MALFORMED_CSR] = ACM_FAILURE_REASON_PCA_INVALID_ARGS,
		[FAULT_LIMIT_EXCEEDED] = ACM_FAILURE_REASON_PCA_LIMIT_EXCEEDED,
		[FAULT_ACCESS_DENIED] = ACM_FAILURE_REASON_PCA_ACCESS_DENIED,
	};

	return failures[fault->code];
}

/* The certificate tells its owner the reason in a word; the log has the sentence. Returns true: it can be settled. */
static bool
fail(struct call *call, struct private_issue *issue, int failure, const struct fault *fault)
{
	issue->failure = failure;
	call->warning = arena_printf(call->arena, "certificate %.*s was not issued: %s%s%s", STR_ARG(issue->arn),
		fault->say, fault->log[0] != '\0' ? "; " : "", fault->log);
	return true;
}

/* ---- May it be? ---- */

/* Another account's authority is there for whom its policy lets issue; nobody else learns whether it exists. */
static bool
load(struct call *call, struct private_issue *issue, struct fault *fault)
{
	const struct authority_use use = {
		.action = "IssueCertificate",
		.template_arn = template_arn(call->arena, call->partition, STR(TEMPLATE_DEFAULT)),
	};
	struct fault parsing;
	struct pca_arn parsed;

	if (authority_load(call, issue->authority_arn, &use, &issue->authority, fault))
		return true;
	if (fault->code == FAULT_NOT_FOUND && pca_arn_parse(issue->authority_arn, &parsed, &parsing) &&
		!str_equal(parsed.owner.account, call->owner.account))
		fault->code = FAULT_ACCESS_DENIED;
	return false;
}

/* Whoever shares an authority with another account has said so in its policy; for its own account an authority says by
 * its permissions whether ACM may act alone. */
static bool
check_permission(struct call *call, const struct private_issue *issue, struct fault *fault)
{
	const struct authority_row *authority = &issue->authority.row;
	const struct permission_row *rows;
	size_t count;

	if (!issue->is_renewal || !str_equal(authority->owner.account, call->owner.account))
		return true;
	if (!store_permission_list(call->store, authority->number, call->arena, &rows, &count, fault))
		return false;
	for (size_t i = 0; i < count; i++) {
		bool ours = rows[i].source_account.p == NULL || str_equal(rows[i].source_account, call->owner.account);
		if (ours && str_is(rows[i].principal, PRIVATE_PRINCIPAL) && (rows[i].actions & PERMISSION_ISSUE) != 0)
			return true;
	}
	return fault_set(fault, FAULT_ACCESS_DENIED,
		"The certificate authority %.*s has not granted permission to " PRIVATE_PRINCIPAL
		" to issue certificates. CreatePermission grants it.",
		STR_ARG(issue->authority.arn));
}

static bool
constraints_permit(const struct private_issue *issue, struct bytes subject_der, struct arena *arena)
{
	const struct authority *authority = &issue->authority;
	const struct certificate_row *row = issue->row;
	struct name subject;

	if (!name_parse(subject_der, arena, &subject))
		return false;
	for (size_t i = 0; i <= authority->chain_count; i++) {
		const struct certificate *issuer = i == 0 ? authority->certificate : authority->chain[i - 1];
		if (!name_constraints_permit(issuer, &subject, row->dns_names, row->dns_name_count, arena))
			return false;
	}
	return true;
}

/* ---- The key and its request ---- */

static bool
alternative_names(
	const struct certificate_row *row, struct arena *arena, struct certificate_extension *out, struct fault *fault)
{
	struct general_name_part *parts = ARENA_ARRAY(arena, struct general_name_part, row->dns_name_count);
	struct bytes names;

	for (size_t i = 0; i < row->dns_name_count; i++)
		parts[i] = (struct general_name_part){ .kind = GENERAL_NAME_DNS, .text = row->dns_names[i] };
	if (!general_names_build(parts, row->dns_name_count, "SubjectAlternativeNames", arena, &names, fault))
		return false;
	*out = extension_subject_alternative_name(false, names, arena);
	return true;
}

static bool
make_request(struct call *call, struct private_issue *issue, struct bytes subject,
	const struct certificate_extension *names, const struct csr **out, struct fault *fault)
{
	struct certificate_row *row = issue->row;
	enum signing_key key = (enum signing_key)row->key_algorithm;
	enum signing_algorithm algorithm = signing_default(key);
	struct seal_context context = acm_seal_context(&call->owner, issue->arn, row->version);
	struct bytes spki, signature;

	if (!signer_key_new(
		    call->signer, key, (struct bytes){ 0 }, &context, call->arena, &row->sealed_key, &spki, fault))
		return false;
	struct bytes info = csr_info_build(subject, spki, names, 1, call->arena);
	if (!signer_sign(call->signer, SIGNER_REQUEST, info, algorithm, row->sealed_key, &context, NULL, call->arena,
		    &signature, fault))
		return false;
	struct bytes der = csr_assemble(info, algorithm, signature, call->arena);
	struct str pem = pem_render("CERTIFICATE REQUEST", der, call->arena);
	return csr_read(bytes_of_str(pem), call->verifier, call->arena, out, fault);
}

/* Cheap refusals first: a key takes its time. */
static bool
prepare(struct call *call, struct private_issue *issue, struct fault *fault)
{
	const struct name_part parts[] = { { STR(NAME_OID_COMMON_NAME), issue->row->domain_name } };
	const struct pca_validity validity = {
		.value = PRIVATE_DAYS, .has_value = true, .type.v = PCA_VALIDITY_PERIOD_TYPE_DAYS
	};
	struct issuance_request request = {
		.authority = &issue->authority,
		.template = template_named(STR(TEMPLATE_DEFAULT)),
		.requester = STR(PRIVATE_PRINCIPAL),
	};
	struct certificate_extension names;
	struct bytes subject;

	if (!load(call, issue, fault) || !check_permission(call, issue, fault) ||
		!issuance_period(call, &issue->authority, request.template, &validity, NULL, &request.not_before_ms,
			&request.not_after_ms, fault))
		return false;
	if (!name_build(parts, ARRAY_COUNT(parts), call->arena, &subject, fault) ||
		!alternative_names(issue->row, call->arena, &names, fault))
		return false;
	if (!constraints_permit(issue, subject, call->arena)) {
		(void)fault_set(fault, FAULT_INVALID_ARGS,
			"The name constraints of certificate authority %.*s, or of one above it, do not permit these "
			"names.",
			STR_ARG(issue->authority.arn));
		return fail(call, issue, ACM_FAILURE_REASON_PCA_NAME_CONSTRAINTS_VALIDATION, fault);
	}
	request.algorithm = (enum signing_algorithm)issue->authority.row.signing_algorithm;
	return make_request(call, issue, subject, &names, &request.csr, fault) &&
	       issuance_prepare(call, &request, &issue->issuance, fault);
}

/* ---- The steps ---- */

static bool
write_settle(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct private_issue *issue = context;

	if (issue->failure == 0 && !issuance_keep(call, transaction, &issue->issuance, fault))
		return false;
	return issue->settle(call, transaction, issue, fault);
}

static void
settled(struct call *call, void *context)
{
	struct private_issue *issue = context;

	issuance_kept(call, &issue->issuance);
}

/* What the certificate says, beside what the row has. */
static bool
put_certificate(struct call *call, struct private_issue *issue, struct fault *fault)
{
	const struct authority *authority = &issue->authority;
	const struct certificate **chain =
		ARENA_ARRAY(call->arena, const struct certificate *, authority->chain_count + 1);
	struct certificate_row signed_row = { .certificate = issue->issuance.row.certificate };
	const struct certificate *certificate;

	if (!acm_record_certificate(&signed_row, call->arena, &certificate, fault) ||
		!acm_certificate_row(certificate, call->arena, issue->row, fault))
		return false;
	chain[0] = authority->certificate;
	for (size_t i = 0; i < authority->chain_count; i++)
		chain[i + 1] = authority->chain[i];
	issue->row->chain = chain_join(chain, authority->chain_count + 1, call->arena);
	return true;
}

/* On a fault the intention stays, and is given up by and by. */
static bool
sign(struct call *call, void *context, struct fault *fault)
{
	struct private_issue *issue = context;
	struct fault refusal = { 0 };

	if (!issuance_sign(call, &issue->issuance, &refusal)) {
		call_write(call, write_settle, issue);
		return fail(call, issue, ACM_FAILURE_REASON_PCA_REQUEST_FAILED, &refusal);
	}
	if (!put_certificate(call, issue, fault))
		return false;
	call_write(call, write_settle, issue);
	call_committed(call, settled, issue);
	return true;
}

/* An authority that refuses only here (its last certificate has just been issued) has written nothing: the failure is
 * settled in its place. */
static bool
write_intend(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct private_issue *issue = context;
	struct fault refusal = { 0 };

	issue->failure = 0;
	call_next(call, sign, issue);
	if (issuance_intend(call, transaction, &issue->issuance, &refusal))
		return true;
	call_next(call, NULL, NULL);
	if (failure_of(&refusal) == 0) {
		*fault = refusal;
		return false;
	}
	return fail(call, issue, failure_of(&refusal), &refusal) && issue->settle(call, transaction, issue, fault);
}

bool
private_issue_begin(struct call *call, struct private_issue *issue, struct fault *fault)
{
	struct fault refusal = { 0 };

	issue->failure = 0;
	if (!prepare(call, issue, &refusal)) {
		if (failure_of(&refusal) == 0) {
			*fault = refusal;
			return false;
		}
		(void)fail(call, issue, failure_of(&refusal), &refusal);
	}
	call_write(call, issue->failure != 0 ? write_settle : write_intend, issue);
	return true;
}
