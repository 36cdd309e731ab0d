#include "service/acm/page_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/memory.h"

enum { MAC_BYTES = 32 }; /* HMAC-SHA256, whole */

static void
put_number(struct buffer *message, uint64_t number)
{
	uint8_t octets[8];

	for (int i = 7; i >= 0; i--, number >>= 8)
		octets[i] = (uint8_t)number;
	buffer_put(message, octets, sizeof octets);
}

/* Length first, so that no two lists of texts give the same message. */
static void
put_text(struct buffer *message, struct str text)
{
	put_number(message, text.n);
	buffer_put_str(message, text);
}

/* As deep as the filter, which the model bounds (MODEL_MAX_DEPTH). */
static void
put_filter(struct buffer *message, const struct store_filter *filter)
{
	put_number(message, (uint64_t)filter->kind);
	put_number(message, filter->child_count);
	for (size_t i = 0; i < filter->child_count; i++)
		put_filter(message, filter->children[i]);
	if (filter->kind != STORE_FILTER_LEAF)
		return;
	put_number(message, (uint64_t)filter->field);
	put_number(message, (uint64_t)filter->operator);
	put_number(message, (uint64_t)filter->low);
	put_number(message, (uint64_t)filter->high);
	put_number(message, filter->bits);
	put_text(message, filter->text);
}

static void
authenticate(const struct call *call, const char *operation, const struct store_query *query, struct str next,
	uint8_t mac[MAC_BYTES])
{
	struct buffer message = { 0 };

	put_text(&message, str_of(operation));
	put_text(&message, call->owner.account);
	put_text(&message, call->owner.region);
	put_number(&message, (uint64_t)query->sort);
	put_number(&message, query->descending);
	put_number(&message, query->filter != NULL);
	if (query->filter != NULL)
		put_filter(&message, query->filter);
	put_text(&message, next);
	/* Cannot fail: a fixed digest, and memory never runs out softly here. */
	(void)HMAC(EVP_sha256(), call->settings->page_token_key, sizeof call->settings->page_token_key,
		(const unsigned char *)message.p, message.n, mac, NULL);
	buffer_done(&message);
}

struct str
page_token_seal(const struct call *call, const char *operation, const struct store_query *query, struct str next)
{
	uint8_t mac[MAC_BYTES];
	struct buffer plain = { 0 }, text = { 0 };
	struct str token;

	if (next.p == NULL)
		return (struct str){ 0 };
	authenticate(call, operation, query, next, mac);
	buffer_put(&plain, mac, sizeof mac);
	buffer_put_str(&plain, next);
	base64_encode(&text, bytes_of_str(buffer_str(&plain)), 0);
	token = arena_str(call->arena, buffer_str(&text));
	buffer_done(&plain);
	buffer_done(&text);
	return token;
}

bool
page_token_open(const struct call *call, const char *operation, const struct store_query *query, struct str token,
	struct str *after)
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
	authenticate(call, operation, query, next, mac);
	if (!memory_equal_in_constant_time(mac, plain.p, MAC_BYTES))
		return false;
	*after = next;
	return true;
}

bool
page_find(const struct call *call, const char *operation, struct store_query *query, struct str token,
	enum fault_code refusal, struct store_page *page, struct str *next_token, struct fault *fault)
{
	if (!page_token_open(call, operation, query, token, &query->after))
		return fault_set(fault, refusal,
			"The NextToken is not one that %s returned for this request. Repeat the request with the "
			"filters and the order that it came with, or start again without NextToken.",
			operation);
	if (!store_certificate_find(call->store, &call->owner, query, call->arena, page, fault))
		return false;
	*next_token = page_token_seal(call, operation, query, page->next);
	return true;
}
