#include "service/pca/repeat.h"

#include <openssl/evp.h>

#include "base/base64.h"
#include "service/pca/pca.h"

struct str
repeat_token(struct str token, const struct shape *shape, const void *request, struct arena *arena)
{
	uint8_t hash[EVP_MAX_MD_SIZE] = { 0 };
	struct buffer json = { 0 }, text = { 0 };
	unsigned n = 0;

	if (token.p == NULL)
		return token;
	model_encode(shape, request, &json);
	/* Cannot fail: a fixed digest, and memory never runs out softly here. */
	(void)EVP_Digest(json.p, json.n, hash, &n, EVP_sha256(), NULL);
	buffer_put_str(&text, token);
	buffer_put_char(&text, ' ');
	hex_encode(&text, (struct bytes){ hash, n }, '\0');
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
