/* bootstrap.c — fixed first credentials, for machines that set up machines. Run at every start, it changes nothing the
 * second time. */
#include <string.h>

#include "base/memory.h"
#include "service/iam/iam.h"

struct bootstrap {
	struct account_row account;
	struct access_key_row key;
};

static bool
check_words(struct str id, struct secret secret, struct str account, struct fault *fault)
{
	if (!iam_access_key_id_valid(id))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The root access key id must be %d to %d letters, digits or underscores.", ACCESS_KEY_ID_MIN,
			ACCESS_KEY_ID_MAX);
	if (!iam_secret_valid(secret_bytes(secret)))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The root secret access key must be %d to %d printable ASCII characters without spaces.",
			SECRET_MIN, SECRET_MAX);
	if (!iam_account_valid(account))
		return fault_set(fault, FAULT_INVALID_ARGS, "The root account id must be %d digits.", ACCOUNT_ID_BYTES);
	return true;
}

/* The signer tells no secret, but both make the same signing key of the same secret. */
static bool
has_secret(
	struct signer *signer, const struct access_key_row *row, struct secret secret, bool *same, struct fault *fault)
{
	static const struct str date = { "20000101", SIGV4_DATE_BYTES };
	struct seal_context context = iam_seal_context(row->account, row->id);
	uint8_t theirs[SIGV4_KEY_BYTES], ours[SIGV4_KEY_BYTES];

	if (!signer_sigv4_key(signer, row->sealed_secret, &context, date, STR("us-east-1"), STR("acm"), theirs, fault))
		return false;
	sigv4_key_derive(secret_bytes(secret), date, STR("us-east-1"), STR("acm"), ours);
	*same = memory_equal_in_constant_time(theirs, ours, sizeof ours);
	memory_wipe(theirs, sizeof theirs);
	memory_wipe(ours, sizeof ours);
	return true;
}

static bool
write_rows(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct bootstrap *bootstrap = context;
	struct fault why = { 0 };

	if (!store_account_insert(transaction, &bootstrap->account, &why) && why.code != FAULT_CONFLICT) {
		*fault = why;
		return false;
	}
	if (!store_access_key_delete(transaction, bootstrap->key.id, &why) && why.code != FAULT_NOT_FOUND) {
		*fault = why;
		return false;
	}
	return store_access_key_insert(transaction, &bootstrap->key, fault);
}

/* What is there already decides what is written; *done: nothing need be. */
static bool
compare(struct store *store, struct signer *signer, struct secret secret, struct bootstrap *bootstrap,
	struct arena *arena, bool *done, struct fault *fault)
{
	struct access_key_row row = { 0 };
	struct fault why = { 0 };

	*done = false;
	if (!store_access_key_get(store, bootstrap->key.id, arena, &row, &why)) {
		if (why.code == FAULT_NOT_FOUND)
			return true;
		*fault = why;
		return false;
	}
	if (!str_equal(row.account, bootstrap->account.id))
		return fault_set(fault, FAULT_CONFLICT, "The root access key %.*s belongs to account %.*s, not %.*s.",
			STR_ARG(row.id), STR_ARG(row.account), STR_ARG(bootstrap->account.id));
	bootstrap->key = row;
	*done = row.disabled; /* what an administrator took away, an environment does not give back */
	return *done || has_secret(signer, &row, secret, done, fault);
}

static bool
bootstrap_in(struct arena *arena, struct store *store, struct signer *signer, const struct clock *clock, struct str id,
	struct secret secret, struct str account, struct fault *fault)
{
	int64_t now_ms = clock_now_ms(clock);
	struct bootstrap bootstrap = {
		.account = { .id = account, .name = STR(IAM_ROOT_USER), .created_ms = now_ms },
		.key = { .id = id,
			.account = account,
			.user = STR(IAM_ROOT_USER),
			.policy = STR(IAM_POLICY_FULL),
			.created_ms = now_ms },
	};
	struct seal_context context = iam_seal_context(account, id);
	bool done;

	if (!compare(store, signer, secret, &bootstrap, arena, &done, fault))
		return false;
	if (done)
		return true;
	if (!signer_seal(signer, secret, &context, arena, &bootstrap.key.sealed_secret, fault))
		return false;
	return store_apply(store, write_rows, &bootstrap, fault);
}

bool
iam_bootstrap(struct store *store, struct signer *signer, const struct clock *clock, struct str id,
	struct secret secret, struct str account, struct fault *fault)
{
	struct arena arena = { 0 };

	if (!check_words(id, secret, account, fault))
		return false;
	bool done = bootstrap_in(&arena, store, signer, clock, id, secret, account, fault);
	arena_done(&arena);
	return done;
}
