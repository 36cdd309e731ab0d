#include "wire/edge.h"

#include "base/attributes.h"

/* The services' front end answers every modelled exception, and the errors of authentication, with 400. Two members are
 * spelled with a capital: AccessDeniedException's by ACM's own model, SerializationException's as recorded from AWS. */
static const struct edge edges[FAULT_CODE_COUNT] = {
	[FAULT_INTERNAL] = { "InternalFailure", 500, "message" },
	[FAULT_UNAVAILABLE] = { "ServiceUnavailable", 503, "message" }, /* clients try again by the status */

	[FAULT_SERIALIZATION] = { "SerializationException", 400, "Message" },
	[FAULT_UNKNOWN_OPERATION] = { "UnknownOperationException", 400, "message" },
	[FAULT_TOO_LARGE] = { "RequestEntityTooLargeException", 413, "message" },
	[FAULT_VALIDATION] = { "ValidationException", 400, "message" },
	[FAULT_THROTTLED] = { "ThrottlingException", 400, "message" },

	[FAULT_MISSING_AUTHENTICATION] = { "MissingAuthenticationTokenException", 400, "message" },
	[FAULT_INCOMPLETE_SIGNATURE] = { "IncompleteSignatureException", 400, "message" },
	[FAULT_INVALID_SIGNATURE] = { "InvalidSignatureException", 400, "message" },
	[FAULT_UNRECOGNIZED_CLIENT] = { "UnrecognizedClientException", 400, "message" },
	[FAULT_ACCESS_DENIED] = { "AccessDeniedException", 400, "Message" },

	[FAULT_INVALID_ARN] = { "InvalidArnException", 400, "message" },
	[FAULT_INVALID_ARGS] = { "InvalidArgsException", 400, "message" },
	[FAULT_INVALID_PARAMETER] = { "InvalidParameterException", 400, "message" },
	[FAULT_INVALID_STATE] = { "InvalidStateException", 400, "message" },
	[FAULT_INVALID_TAG] = { "InvalidTagException", 400, "message" },
	[FAULT_TOO_MANY_TAGS] = { "TooManyTagsException", 400, "message" },
	[FAULT_TAG_POLICY] = { "TagPolicyException", 400, "message" },
	[FAULT_INVALID_DOMAIN_VALIDATION_OPTIONS] = { "InvalidDomainValidationOptionsException", 400, "message" },
	[FAULT_LIMIT_EXCEEDED] = { "LimitExceededException", 400, "message" },
	[FAULT_NOT_FOUND] = { "ResourceNotFoundException", 400, "message" },
	[FAULT_IN_USE] = { "ResourceInUseException", 400, "message" },
	[FAULT_IN_PROGRESS] = { "RequestInProgressException", 400, "message" },
	[FAULT_CONFLICT] = { "ConflictException", 400, "message" },

	[FAULT_MALFORMED_CSR] = { "MalformedCSRException", 400, "message" },
	[FAULT_MALFORMED_CERTIFICATE] = { "MalformedCertificateException", 400, "message" },
	[FAULT_CERTIFICATE_MISMATCH] = { "CertificateMismatchException", 400, "message" },
	[FAULT_INVALID_REQUEST] = { "InvalidRequestException", 400, "message" },
	[FAULT_REQUEST_FAILED] = { "RequestFailedException", 400, "message" },
	[FAULT_ALREADY_PROCESSED] = { "RequestAlreadyProcessedException", 400, "message" },
	[FAULT_INVALID_NEXT_TOKEN] = { "InvalidNextTokenException", 400, "message" },
	[FAULT_INVALID_POLICY] = { "InvalidPolicyException", 400, "message" },
	[FAULT_LOCKOUT_PREVENTED] = { "LockoutPreventedException", 400, "message" },
	[FAULT_PERMISSION_EXISTS] = { "PermissionAlreadyExistsException", 400, "message" },
};

const struct edge *
edge_of(enum fault_code code)
{
	if (code <= FAULT_NONE || code >= FAULT_CODE_COUNT || edges[code].exception == NULL)
		return &edges[FAULT_INTERNAL];
	return &edges[code];
}

void
edge_render(const struct fault *fault, const char *request_id, struct buffer *json)
{
	const struct edge *edge = edge_of(fault->code);

	buffer_printf(json, "{\"__type\":\"%s\"", edge->exception);
	if (edge->status == 500) {
		buffer_printf(json,
			",\"%s\":\"The server failed; nothing is wrong with the request. Its log tells the cause under "
			"%s.\"",
			edge->message_member, request_id);
	} else if (fault->say[0] != '\0') {
		buffer_printf(json, ",\"%s\":", edge->message_member);
		buffer_put_json_string(json, str_of(fault->say));
	}
	buffer_put_char(json, '}');
}
