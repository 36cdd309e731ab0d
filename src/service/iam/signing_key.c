/* signing_key.c — from an access key's id to the key its signatures are made with, and to whom it stands for. */
#include <string.h>

#include "base/memory.h"
#include "service/iam/cache.h"

/* One sentence for all, so that it does not tell a disabled key from one that never was. (AWS itself tells a known key
 * from an unknown one: a bad signature has a code of its own. So the time this takes betrays nothing new.) */
static bool
unrecognized(struct fault *fault)
{
	return fault_set(fault, FAULT_UNRECOGNIZED_CLIENT, "The security token included in the request is invalid.");
}

static bool
resolve(struct store *store, struct signer *signer, const struct sigv4_claim *claim, struct arena *arena,
	struct iam_identity *out, struct fault *fault)
{
	struct access_key_row row = { 0 };
	struct fault why = { 0 };

	if (!iam_access_key_id_valid(claim->access_key_id))
		return unrecognized(fault);
	if (!store_access_key_get(store, claim->access_key_id, arena, &row, &why)) {
		if (why.code == FAULT_NOT_FOUND)
			return unrecognized(fault);
		*fault = why;
		return false;
	}
	if (row.disabled)
		return unrecognized(fault);

	struct seal_context context = iam_seal_context(row.account, row.id);
	if (!signer_sigv4_key(
		    signer, row.sealed_secret, &context, claim->date, claim->region, claim->service, out->key, fault))
		return false;
	out->principal = (struct principal){
		.access_key_id = row.id,
		.account = row.account,
		.user = row.user,
		.policy = row.policy,
	};
	return true;
}

bool
iam_signing_key(struct iam_cache *cache, struct store *store, struct signer *signer, int64_t now_ms,
	const struct sigv4_claim *claim, struct arena *arena, uint8_t key[SIGV4_KEY_BYTES], struct principal *out,
	struct fault *fault)
{
	struct iam_identity identity = { 0 };
	uint64_t generation;

	/* There are no temporary credentials here: a token belongs to a key that is not ours. */
	if (claim->security_token.p != NULL)
		return unrecognized(fault);
	if (!iam_cache_find(cache, claim, now_ms, arena, &identity, &generation)) {
		if (!resolve(store, signer, claim, arena, &identity, fault))
			return false;
		iam_cache_put(cache, claim, now_ms, generation, &identity);
	}
	*out = identity.principal;
	memcpy(key, identity.key, SIGV4_KEY_BYTES);
	memory_wipe(identity.key, sizeof identity.key);
	return true;
}
