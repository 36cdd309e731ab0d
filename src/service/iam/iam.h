/* iam.h — who may do what: accounts, access keys and the two built-in policies. */
#ifndef CHANCERY_SERVICE_IAM_IAM_H
#define CHANCERY_SERVICE_IAM_IAM_H

#include "model/operation.h"
#include "service/call.h"
#include "sigv4/sigv4.h"

/* Signing keys by (access key, date, region, service), so that most requests need neither the store nor the signer.
 * Shared by all workers; bounded; emptied by iam_cache_clear() when keys change (SIGHUP), and an entry lives a minute
 * at most, for a change that nobody announced. */
struct iam_cache;
enum { IAM_CACHE_ENTRIES = 4096, IAM_CACHE_LIFETIME_MS = 60 * 1000 };
struct iam_cache *iam_cache_new(void);
void iam_cache_free(struct iam_cache *cache);
void iam_cache_clear(struct iam_cache *cache);

/* Finds the claim's access key and gives its signing key and whom it stands for (in the arena). A key that is unknown,
 * disabled, or sent with a session token: FAULT_UNRECOGNIZED_CLIENT. */
MUST_CHECK bool iam_signing_key(struct iam_cache *cache, struct store *store, struct signer *signer, int64_t now_ms,
	const struct sigv4_claim *claim, struct arena *arena, uint8_t key[SIGV4_KEY_BYTES], struct principal *out,
	struct fault *fault);

/* May the principal do this? FAULT_ACCESS_DENIED in AWS's words ("User: arn:… is not authorized to perform: acm:…
 * because no identity-based policy allows the acm:… action"). `resource` is an ARN or absent. */
MUST_CHECK bool iam_authorize(const struct principal *principal, const char *partition, const struct service *service,
	const struct operation *operation, struct str resource, struct fault *fault);

/* A policy's name is one of these; NULL-terminated. */
#define IAM_POLICY_FULL "full"
#define IAM_POLICY_READ_ONLY "read-only"
extern const char *const iam_policies[];

/* A new access key id ("AKIA" and 16 of A-Z2-7) and secret (40 of base64's alphabet, as AWS's). */
enum { ACCESS_KEY_ID_BYTES = 20, ACCESS_KEY_SECRET_BYTES = 40 };
void iam_access_key_generate(
	const struct entropy *entropy, char id[ACCESS_KEY_ID_BYTES + 1], char secret[ACCESS_KEY_SECRET_BYTES + 1]);
/* A new account id: 12 digits that do not begin with a zero, which spreadsheets and YAML would drop. */
enum { ACCOUNT_ID_BYTES = 12 };
void iam_account_generate(const struct entropy *entropy, char id[ACCOUNT_ID_BYTES + 1]);
/* How an access key's secret is sealed: the one place that knows. */
struct seal_context iam_seal_context(struct str account, struct str access_key_id);

/* What names and secrets may look like. */
enum {
	ACCESS_KEY_ID_MIN = 16, /* IAM's own accessKeyIdType: \w{16,128} */
	ACCESS_KEY_ID_MAX = 128,
	SECRET_MIN = 8, /* shorter ones can be guessed from one captured signature */
	SECRET_MAX = 128,
	USER_NAME_MAX = 64, /* IAM's userNameType: [\w+=,.@-]{1,64} */
};
bool iam_account_valid(struct str id);
bool iam_user_valid(struct str name);
bool iam_policy_valid(struct str name);
bool iam_access_key_id_valid(struct str id);
bool iam_secret_valid(struct bytes secret); /* printable ASCII without spaces, so that it survives every file format */

/* First credentials for automation: makes the account and the access key with the full
 * policy, unless they are there. The same key with another secret gets the new one; a key that an administrator
 * disabled stays disabled. FAULT_INVALID_ARGS names what is malformed; FAULT_CONFLICT: the key is another account's. */
#define IAM_ROOT_USER "root"
MUST_CHECK bool iam_bootstrap(struct store *store, struct signer *signer, const struct clock *clock, struct str id,
	struct secret secret, struct str account, struct fault *fault);

/* The partition of a region, by its prefix. */
const char *iam_partition(struct str region);

#endif
