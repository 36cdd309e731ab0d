/* RequestCertificate: of an authority of this house, issued by the time the answer is given. What the authority refuses
 * is a certificate all the same, whose status is FAILED and tells why (AWS).
 *
 * The IdempotencyToken is remembered in the write that makes the certificate: a request whose server ended halfway can
 * be sent again, and never names a certificate that is not there. Two that run at once both have a certificate signed;
 * the later one's stays with the authority, unused, and both are told of the earlier one's. */
#include <strings.h>

#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/private.h"
#include "service/acm/record.h"
#include "service/acm/tag_set.h"
#include "service/pca/repeat.h"

#define OPERATION "RequestCertificate"

struct requesting {
	struct private_issue issue;
	struct certificate_row row;
	struct str names;
	struct tag_set tags;
	struct str token; /* absent: none */
	struct acm_request_certificate_response *out;
};

static bool
refuse_public(struct str domain_name, struct fault *fault)
{
	return fault_set(fault, FAULT_INVALID_STATE,
		"This server issues no public certificates: it validates no domains. Name one of its certificate "
		"authorities in CertificateAuthorityArn, or obtain a certificate for %.*s elsewhere and use "
		"ImportCertificate.",
		STR_ARG(domain_name));
}

/* What the model cannot say of the input. */
static bool
check_input(const struct acm_request_certificate_request *in, struct fault *fault)
{
	struct pca_arn authority;

	if (in->domain_name.n > PRIVATE_MAX_COMMON_NAME)
		return fault_set(fault, FAULT_INVALID_DOMAIN_VALIDATION_OPTIONS,
			"The first domain name can be no longer than %d characters.", (int)PRIVATE_MAX_COMMON_NAME);
	if (in->key_algorithm.v == ACM_KEY_ALGORITHM_RSA_1024)
		return fault_set(fault, FAULT_INVALID_PARAMETER,
			"KeyAlgorithm RSA_1024 is too weak for a new certificate: use RSA_2048 or more, or an EC key. "
			"Certificates that have such a key can be imported.");
	if (!pca_arn_parse(in->certificate_authority_arn, &authority, fault))
		return false;
	if (authority.serial.p != NULL)
		return fault_set(fault, FAULT_INVALID_ARN,
			"The CertificateAuthorityArn %.*s names a certificate. Leave out /certificate/ and what "
			"follows to name its authority.",
			STR_ARG(in->certificate_authority_arn));
	return true;
}

static bool
is_listed(struct str name, const struct str *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].n == name.n && strncasecmp(names[i].p, name.p, name.n) == 0)
			return true;
	}
	return false;
}

/* The domain name first; of one name in several spellings the first. */
static void
put_names(const struct acm_request_certificate_request *in, struct arena *arena, struct certificate_row *row)
{
	const struct acm_domain_list *others = &in->subject_alternative_names;
	struct str *names = ARENA_ARRAY(arena, struct str, others->n + 1);
	size_t n = 0;

	names[n++] = in->domain_name;
	for (size_t i = 0; i < others->n; i++) {
		if (!is_listed(others->v[i], names, n))
			names[n++] = others->v[i];
	}
	row->common_name = row->domain_name = in->domain_name;
	row->dns_names = names;
	row->dns_name_count = n;
}

static void
put_options(const struct acm_request_certificate_request *in, struct certificate_row *row)
{
	const struct acm_certificate_options *options = in->options;

	row->key_algorithm = in->key_algorithm.v != CHOICE_ABSENT ? in->key_algorithm.v : ACM_KEY_ALGORITHM_RSA_2048;
	row->managed_by = in->managed_by.v;
	row->export_enabled = options != NULL && options->export.v == ACM_CERTIFICATE_EXPORT_ENABLED;
	row->transparency_logging = options == NULL || options->certificate_transparency_logging_preference.v !=
							       ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_DISABLED;
}

static bool
settle(struct call *call, struct store_transaction *transaction, struct private_issue *issue, struct fault *fault)
{
	struct requesting *requesting = issue->context;
	struct certificate_row row = requesting->row;
	struct certificate_private private = {
		.authority_arn = issue->authority_arn,
		.names = requesting->names,
		.failure_reason = issue->failure,
		.renew_at_ms = INT64_MAX, /* until it is exported */
	};
	bool known = false;

	requesting->out->certificate_arn = issue->arn;
	if (requesting->token.p != NULL && !store_token_recall(transaction, &call->owner, OPERATION, requesting->token,
						   issue->arn, call->now_ms, call->now_ms + ACM_TOKEN_LIFETIME_MS,
						   call->arena, &known, &requesting->out->certificate_arn, fault))
		return false;
	if (known)
		return true;
	row.state = issue->failure == 0 ? CERTIFICATE_ISSUED : CERTIFICATE_FAILED;
	if (issue->failure == 0)
		row.issued_ms = call->now_ms;
	else
		row.sealed_key = (struct bytes){ 0 }; /* of no use to anybody */
	return store_certificate_insert(transaction, &call->owner, &row, fault) &&
	       store_certificate_private_put(transaction, &call->owner, row.id, &private, fault) &&
	       (requesting->tags.count == 0 ||
		       acm_tag_set_put(transaction, &call->owner, row.id, &requesting->tags, call->arena, fault));
}

static void
begin(struct call *call, const struct acm_request_certificate_request *in, struct requesting *requesting)
{
	struct certificate_row *row = &requesting->row;
	char *id = arena_alloc(call->arena, UUID_TEXT_BYTES);

	uuid_v7(call->clock, call->entropy, id);
	row->id = (struct str){ id, UUID_TEXT_BYTES - 1 };
	row->type = CERTIFICATE_PRIVATE;
	row->version = 1;
	row->created_ms = call->now_ms;
	put_names(in, call->arena, row);
	put_options(in, row);
	requesting->names = acm_names_join(row->dns_names, row->dns_name_count, call->arena);
	requesting->issue = (struct private_issue){
		.row = row,
		.arn = acm_arn_render(call->arena, call->partition, &call->owner, row->id),
		.authority_arn = in->certificate_authority_arn,
		.settle = settle,
		.context = requesting,
	};
}

/* The same request within an hour has been answered already. */
static bool
find_earlier(struct call *call, const struct requesting *requesting, bool *known, struct fault *fault)
{
	*known = false;
	return requesting->token.p == NULL ||
	       store_token_find(call->store, &call->owner, OPERATION, requesting->token, call->now_ms, call->arena,
		       known, &requesting->out->certificate_arn, fault);
}

bool
acm_request_certificate(struct call *call, const struct acm_request_certificate_request *in,
	struct acm_request_certificate_response *out, struct fault *fault)
{
	struct requesting *requesting = ARENA_NEW(call->arena, struct requesting);
	bool known;

	requesting->out = out;
	if (in->certificate_authority_arn.p == NULL)
		return refuse_public(in->domain_name, fault);
	if (!check_input(in, fault) || !acm_tag_set_read(in->tags, call->arena, &requesting->tags, fault))
		return false;
	requesting->token =
		repeat_token(in->idempotency_token, &acm_request_certificate_request_shape, in, call->arena);
	if (!find_earlier(call, requesting, &known, fault))
		return false;
	if (known)
		return true;
	begin(call, in, requesting);
	return private_issue_begin(call, &requesting->issue, fault);
}
