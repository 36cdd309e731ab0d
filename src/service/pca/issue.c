/* IssueCertificate: a CSR in, a certificate's ARN out, and the certificate durable before anybody is answered.
 *
 * Two writes: the intention, then the certificate; between them a worker has it signed. An IdempotencyToken gives the
 * same ARN to the same request for five minutes; with any other parameter it is another request (AWS). */
#include "service/pca/issuance.h"
#include "service/pca/pca.h"
#include "service/pca/repeat.h"

#define OPERATION "IssueCertificate"

struct issuing {
	struct authority authority;
	struct issuance issuance;
	struct str token; /* absent: none */
	struct pca_issue_certificate_response *out;
};

static bool
find_template(const struct call *call, struct str arn, const struct template **out, struct fault *fault)
{
	*out = template_find(arn, call->partition);
	return *out != NULL ||
	       fault_set(fault, FAULT_INVALID_ARGS,
		       "The template ARN is not valid: there is no %.*s. One that is: arn:%s:acm-pca:::template/%s.",
		       STR_ARG(arn), call->partition, TEMPLATE_DEFAULT);
}

/* AWS's managed permissions know six templates; an authority's policy can allow no other across accounts. */
static bool
check_account(const struct call *call, const struct authority *authority, const struct template *template,
	struct fault *fault)
{
	if (str_equal(authority->row.owner.account, call->owner.account) || template->for_other_accounts)
		return true;
	return fault_set(fault, FAULT_ACCESS_DENIED,
		"Template %s cannot be used with a certificate authority of another account.", template->name);
}

static bool
keep(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct issuing *issuing = context;

	return issuance_keep(call, transaction, &issuing->issuance, fault);
}

static bool
sign(struct call *call, void *context, struct fault *fault)
{
	struct issuing *issuing = context;

	if (!issuance_sign(call, &issuing->issuance, fault))
		return false;
	call_write(call, keep, issuing);
	call_committed(call, issuance_kept, &issuing->issuance);
	return true;
}

/* Of two requests with one token the later finds here what the earlier one was given, and is done. */
static bool
intend(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct issuing *issuing = context;
	struct str earlier;
	bool known;

	if (!repeat_recall(
		    call, transaction, OPERATION, issuing->token, issuing->issuance.arn, &known, &earlier, fault))
		return false;
	issuing->out->certificate_arn = known ? earlier : issuing->issuance.arn;
	call_next(call, known ? NULL : sign, issuing);
	return known || issuance_intend(call, transaction, &issuing->issuance, fault);
}

/* What the caller asked for, as a request of the house. */
static bool
prepare(struct call *call, const struct pca_issue_certificate_request *in, const struct template *template,
	struct issuing *issuing, struct fault *fault)
{
	struct issuance_request request = {
		.authority = &issuing->authority,
		.template = template,
		.algorithm = (enum signing_algorithm)in->signing_algorithm.v,
		.passthrough = in->api_passthrough,
		.requester = arena_printf(call->arena, "arn:%s:iam::%.*s:user/%.*s", call->partition,
			STR_ARG(call->principal.account), STR_ARG(call->principal.user)),
	};

	return issuance_period(call, request.authority, template, in->validity, in->validity_not_before,
		       &request.not_before_ms, &request.not_after_ms, fault) &&
	       csr_read(in->csr, call->verifier, call->arena, &request.csr, fault) &&
	       issuance_prepare(call, &request, &issuing->issuance, fault);
}

bool
pca_issue_certificate(struct call *call, const struct pca_issue_certificate_request *in,
	struct pca_issue_certificate_response *out, struct fault *fault)
{
	struct issuing *issuing = ARENA_NEW(call->arena, struct issuing);
	struct authority_use use = { OPERATION, in->template_arn };
	const struct template *template;
	bool known;

	issuing->out = out;
	if (use.template_arn.p == NULL)
		use.template_arn = template_arn(call->arena, call->partition, STR(TEMPLATE_DEFAULT));
	if (!find_template(call, use.template_arn, &template, fault))
		return false;
	if (!authority_load(call, in->certificate_authority_arn, &use, &issuing->authority, fault) ||
		!check_account(call, &issuing->authority, template, fault))
		return false;
	issuing->token = repeat_token(in->idempotency_token, &pca_issue_certificate_request_shape, in, call->arena);
	if (!repeat_find(call, OPERATION, issuing->token, &known, &out->certificate_arn, fault))
		return false;
	if (known)
		return true;
	if (!prepare(call, in, template, issuing, fault))
		return false;
	call_write(call, intend, issuing);
	return true;
}
