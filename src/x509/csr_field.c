/* What people put into a Csr field: one PEM block, or something else that is named, with what to do. Nothing of it is
 * ever quoted: a private key may have been put there by mistake. */
#include <string.h>

#include "base/base64.h"
#include "x509/csr_parts.h"
#include "x509/der.h"
#include "x509/field.h"

static bool
is_request_label(struct str label)
{
	/* RFC 7468, 7: the second is an old name of the first. */
	return str_is(label, "CERTIFICATE REQUEST") || str_is(label, "NEW CERTIFICATE REQUEST");
}

static struct str
label_diagnose(struct str label, struct arena *arena)
{
	static const char private_key[] = "PRIVATE KEY";
	size_t n = sizeof private_key - 1;

	if (label.n >= n && memcmp(label.p + label.n - n, private_key, n) == 0)
		return STR("It holds a private key: a key stays with its owner, and a CA wants the request alone "
			   "(openssl req -new -key key.pem -out request.pem).");
	if (str_is(label, "CERTIFICATE") || str_is(label, "X509 CERTIFICATE") || str_is(label, "TRUSTED CERTIFICATE"))
		return STR("It holds a certificate: make a request for its key (openssl x509 -x509toreq -in cert.pem "
			   "-signkey key.pem -out request.pem).");
	if (str_is(label, "PUBLIC KEY"))
		return STR(
			"It holds a bare public key: a request is wanted, signed by its private key (openssl req -new "
			"-key key.pem -out request.pem).");
	return arena_printf(arena, "It holds a block labelled \"%.*s\".", STR_ARG(label));
}

/* By the first fields of what DER can be. */
static const char *
der_diagnose(struct bytes bytes)
{
	struct der der = der_of(bytes);
	struct der request;
	struct der info;

	if (!der_enter(&der, DER_SEQUENCE, &request))
		return NULL;
	if (der_sees(&request, DER_INTEGER))
		return "It is a private key in DER: a key stays with its owner, and a CA wants the request alone.";
	if (!der_enter(&request, DER_SEQUENCE, &info))
		return "It is DER, but not a certificate signing request.";
	if (der_sees(&info, DER_INTEGER))
		return "It is a request in DER: openssl req -inform DER -in request.der -out request.pem writes it as "
		       "PEM.";
	if (der_sees(&info, DER_CONTEXT_CONSTRUCTED + 0))
		return "It is a certificate in DER, not a request for one.";
	return "It is DER, but not a certificate signing request.";
}

static const char *
base64_diagnose(struct str text, struct arena *arena)
{
	struct bytes decoded;

	if (!base64_decode_wrapped(text, arena, &decoded) || decoded.n == 0)
		return NULL;
	if (str_starts_with(str_of_bytes(decoded), STR("-----BEGIN ")))
		return "It is PEM that was encoded in base64 once more: give the PEM text itself, the client encodes "
		       "it for the wire.";
	if (decoded.p[0] == DER_SEQUENCE)
		return "It is base64 without its frame: put the lines -----BEGIN CERTIFICATE REQUEST----- and -----END "
		       "CERTIFICATE REQUEST----- around it.";
	return NULL;
}

/* Of a field without any block. */
static struct str
diagnose(struct bytes field, struct arena *arena)
{
	const char *label = pem_decoded_as_base64(field);

	if (field.n == 0)
		return STR("It is empty.");
	if (field_is_blank(field))
		return STR("It holds white space only.");
	if (label != NULL)
		return arena_printf(arena,
			"This PEM file (%s) was decoded as base64 by the client: use fileb:// instead of file://.",
			label);
	if (field_is_utf16(field))
		return STR("It is UTF-16 text: save the file as ASCII or UTF-8.");
	const char *found = der_diagnose(field);
	if (found == NULL && field_is_file_name(str_of_bytes(field)))
		found = "It is the name of a file, not its content: with the AWS CLI write fileb:// before the name.";
	if (found == NULL)
		found = base64_diagnose(str_of_bytes(field), arena);
	if (found != NULL)
		return str_of(found);
	return arena_printf(arena, "No line -----BEGIN CERTIFICATE REQUEST----- is in its %zu bytes.", field.n);
}

static bool
refuse(struct str sentence, struct fault *fault)
{
	return fault_set(fault, FAULT_MALFORMED_CSR, CSR_MALFORMED ". %.*s", STR_ARG(sentence));
}

bool
csr_field_read(struct bytes field, struct arena *arena, struct bytes *der, struct fault *fault)
{
	struct str rest = str_of_bytes(field);
	struct pem_block block;
	struct pem_block request = { 0 };

	while (rest.p != NULL && pem_next(&rest, arena, &block)) {
		if (!is_request_label(block.label))
			return refuse(label_diagnose(block.label, arena), fault);
		if (request.text.p != NULL)
			return refuse(STR("It holds more than one request: send one at a time."), fault);
		request = block;
	}
	if (request.text.p == NULL)
		return refuse(diagnose(field, arena), fault);
	if (request.broken != NULL)
		return fault_set(fault, FAULT_MALFORMED_CSR, CSR_MALFORMED ": in its PEM block, %s.", request.broken);
	*der = request.der;
	return true;
}
