#include "wire/edge.h"

#include <stddef.h>

#include "model/pca.h"

/* One row a code; where ACM-PCA calls a thing otherwise than ACM, its name stands last. The services' front end answers
 * every modelled exception, and the errors of authentication, with 400. Two members are spelled with a capital:
 * AccessDeniedException's by ACM's own model, SerializationException's as recorded from AWS. */
static const struct row {
	const char *exception;
	unsigned status;
	const char *message_member;
	const char *pca;
} rows[FAULT_CODE_COUNT] = {
	[FAULT_INTERNAL] = { "InternalFailure", 500, "message", NULL },
	[FAULT_UNAVAILABLE] = { "ServiceUnavailable", 503, "message", NULL }, /* clients try again by the status */

	[FAULT_SERIALIZATION] = { "SerializationException", 400, "Message", NULL },
	[FAULT_UNKNOWN_OPERATION] = { "UnknownOperationException", 400, "message", NULL },
	[FAULT_TOO_LARGE] = { "RequestEntityTooLargeException", 413, "message", NULL },
	[FAULT_VALIDATION] = { "ValidationException", 400, "message", NULL },
	[FAULT_THROTTLED] = { "ThrottlingException", 400, "message", NULL },

	[FAULT_MISSING_AUTHENTICATION] = { "MissingAuthenticationTokenException", 400, "message", NULL },
	[FAULT_INCOMPLETE_SIGNATURE] = { "IncompleteSignatureException", 400, "message", NULL },
	[FAULT_INVALID_SIGNATURE] = { "InvalidSignatureException", 400, "message", NULL },
	[FAULT_UNRECOGNIZED_CLIENT] = { "UnrecognizedClientException", 400, "message", NULL },
	[FAULT_ACCESS_DENIED] = { "AccessDeniedException", 400, "Message", NULL },

	[FAULT_INVALID_ARN] = { "InvalidArnException", 400, "message", NULL },
	[FAULT_INVALID_ARGS] = { "InvalidArgsException", 400, "message", NULL },
	[FAULT_INVALID_PARAMETER] = { "InvalidParameterException", 400, "message", NULL },
	[FAULT_INVALID_STATE] = { "InvalidStateException", 400, "message", NULL },
	[FAULT_INVALID_TAG] = { "InvalidTagException", 400, "message", NULL },
	[FAULT_TOO_MANY_TAGS] = { "TooManyTagsException", 400, "message", NULL },
	[FAULT_TAG_POLICY] = { "TagPolicyException", 400, "message", NULL },
	[FAULT_INVALID_DOMAIN_VALIDATION_OPTIONS] = { "InvalidDomainValidationOptionsException", 400, "message", NULL },
	[FAULT_LIMIT_EXCEEDED] = { "LimitExceededException", 400, "message", NULL },
	[FAULT_NOT_FOUND] = { "ResourceNotFoundException", 400, "message", NULL },
	[FAULT_IN_USE] = { "ResourceInUseException", 400, "message", NULL },
	[FAULT_IN_PROGRESS] = { "RequestInProgressException", 400, "message", NULL },
	[FAULT_CONFLICT] = { "ConflictException", 400, "message", "ConcurrentModificationException" },

	[FAULT_MALFORMED_CSR] = { "MalformedCSRException", 400, "message", NULL },
	[FAULT_MALFORMED_CERTIFICATE] = { "MalformedCertificateException", 400, "message", NULL },
	[FAULT_CERTIFICATE_MISMATCH] = { "CertificateMismatchException", 400, "message", NULL },
	[FAULT_INVALID_REQUEST] = { "InvalidRequestException", 400, "message", NULL },
	[FAULT_REQUEST_FAILED] = { "RequestFailedException", 400, "message", NULL },
	[FAULT_ALREADY_PROCESSED] = { "RequestAlreadyProcessedException", 400, "message", NULL },
	[FAULT_INVALID_NEXT_TOKEN] = { "InvalidNextTokenException", 400, "message", NULL },
	[FAULT_INVALID_POLICY] = { "InvalidPolicyException", 400, "message", NULL },
	[FAULT_LOCKOUT_PREVENTED] = { "LockoutPreventedException", 400, "message", NULL },
	[FAULT_PERMISSION_EXISTS] = { "PermissionAlreadyExistsException", 400, "message", NULL },
};

struct edge
edge_of(const struct service *service, enum fault_code code)
{
	bool known = code > FAULT_NONE && code < FAULT_CODE_COUNT && rows[code].exception != NULL;
	const struct row *row = &rows[known ? code : FAULT_INTERNAL];
	bool is_pca = service == &pca_service && row->pca != NULL;

	return (struct edge){ is_pca ? row->pca : row->exception, row->status, row->message_member };
}

void
edge_render(const struct service *service, const struct fault *fault, const char *request_id, struct buffer *json)
{
	struct edge edge = edge_of(service, fault->code);

	buffer_printf(json, "{\"__type\":\"%s\"", edge.exception);
	if (edge.status == 500) {
		buffer_printf(json,
			",\"%s\":\"The server failed; nothing is wrong with the request. Its log tells the cause under "
			"%s.\"",
			edge.message_member, request_id);
	} else if (fault->say[0] != '\0') {
		buffer_printf(json, ",\"%s\":", edge.message_member);
		buffer_put_json_string(json, str_of(fault->say));
	}
	buffer_put_char(json, '}');
}
