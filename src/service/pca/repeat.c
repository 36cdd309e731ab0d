#include "service/pca/repeat.h"

#include "base/base64.h"
#include "service/pca/pca.h"
#include "sigv4/digest.h"

struct str
repeat_token(struct str token, const struct shape *shape, const void *request, struct arena *arena)
{
	uint8_t hash[DIGEST_BYTES];
	struct buffer json = { 0 }, text = { 0 };

	if (token.p == NULL)
		return token;
	model_encode(shape, request, &json);
	digest_sha256(bytes_of_str(buffer_str(&json)), hash);
	buffer_put_str(&text, token);
	buffer_put_char(&text, ' ');
	hex_encode(&text, (struct bytes){ hash, sizeof hash }, '\0');
	struct str out = arena_str(arena, buffer_str(&text));
	buffer_done(&json);
	buffer_done(&text);
	return out;
}

bool
repeat_find(const struct call *call, const char *operation, struct str token, bool *known, struct str *earlier,
	struct fault *fault)
{
	*known = false;
	return token.p == NULL || store_token_find(call->store, &call->owner, operation, token, call->now_ms,
					  call->arena, known, earlier, fault);
}

bool
repeat_recall(struct call *call, struct store_transaction *transaction, const char *operation, struct str token,
	struct str result, bool *known, struct str *earlier, struct fault *fault)
{
	*known = false;
	return token.p == NULL || store_token_recall(transaction, &call->owner, operation, token, result, call->now_ms,
					  call->now_ms + PCA_TOKEN_LIFETIME_MS, call->arena, known, earlier, fault);
}
