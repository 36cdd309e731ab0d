#include "service/page_token.h"

#include "base/base64.h"
#include "base/memory.h"
#include "sigv4/digest.h"

enum { MAC_BYTES = DIGEST_BYTES }; /* HMAC-SHA256, whole */

/* Length first, so that no two lists of parts give the same message. */
static void
put_part(struct buffer *message, struct bytes part)
{
	uint64_t length = part.n;
	uint8_t octets[8];

	for (int i = 7; i >= 0; i--, length >>= 8)
		octets[i] = (uint8_t)length;
	buffer_put(message, octets, sizeof octets);
	buffer_put(message, part.p, part.n);
}

static void
authenticate(
	const struct call *call, const char *operation, struct bytes binding, struct str next, uint8_t mac[MAC_BYTES])
{
	struct buffer message = { 0 };

	put_part(&message, bytes_of_str(str_of(operation)));
	put_part(&message, bytes_of_str(call->owner.account));
	put_part(&message, bytes_of_str(call->owner.region));
	put_part(&message, binding);
	put_part(&message, bytes_of_str(next));
	digest_hmac((struct bytes){ call->settings->page_token_key, sizeof call->settings->page_token_key },
		bytes_of_str(buffer_str(&message)), mac);
	buffer_done(&message);
}

struct str
page_token_seal(const struct call *call, const char *operation, struct bytes binding, struct str next)
{
	uint8_t mac[MAC_BYTES];
	struct buffer plain = { 0 }, text = { 0 };
	struct str token;

	if (next.p == NULL)
		return (struct str){ 0 };
	authenticate(call, operation, binding, next, mac);
	buffer_put(&plain, mac, sizeof mac);
	buffer_put_str(&plain, next);
	base64_encode(&text, bytes_of_str(buffer_str(&plain)), 0);
	token = arena_str(call->arena, buffer_str(&text));
	buffer_done(&plain);
	buffer_done(&text);
	return token;
}

bool
page_token_open(
	const struct call *call, const char *operation, struct bytes binding, struct str token, struct str *after)
{
	uint8_t mac[MAC_BYTES];
	struct bytes plain;
	struct str next;

	*after = (struct str){ 0 };
	if (token.p == NULL)
		return true;
	if (!base64_decode(token, call->arena, &plain) || plain.n < MAC_BYTES)
		return false;
	next = (struct str){ (const char *)plain.p + MAC_BYTES, plain.n - MAC_BYTES };
	authenticate(call, operation, binding, next, mac);
	if (!memory_equal_in_constant_time(mac, plain.p, MAC_BYTES))
		return false;
	*after = next;
	return true;
}

bool
page_token_refuse(const char *operation, enum fault_code code, struct fault *fault)
{
	return fault_set(fault, code,
		"The NextToken is not one that %s returned for this request. Repeat the request with the filters and "
		"the order that it came with, or start again without NextToken.",
		operation);
}
